-- Exact counters, as the boards' alarms put them here: one row a table, hour or day, key and shard. Nothing in them is
-- about a person. Kept 25 months. The views below give each table its columns by name.
CREATE TABLE total (
  brand TEXT NOT NULL,
  shard TEXT NOT NULL, -- the board's object
  name TEXT NOT NULL, -- which table
  at INTEGER NOT NULL, -- epoch seconds of a UTC hour, or a day in the brand's zone as YYYYMMDD
  keys TEXT NOT NULL, -- JSON list of texts
  sums TEXT NOT NULL, -- JSON object of numbers; what is absent is 0
  PRIMARY KEY (name, brand, at, keys, shard)
) WITHOUT ROWID;

CREATE VIEW rollup_hour AS
SELECT brand, shard, at AS hour, keys ->> 0 AS country, keys ->> 1 AS device, keys ->> 2 AS gateway,
  coalesce(sums ->> 'created', 0) AS created,
  coalesce(sums ->> 'challenged', 0) AS challenged,
  coalesce(sums ->> 'opened', 0) AS opened,
  coalesce(sums ->> 'sent', 0) AS sent,
  coalesce(sums ->> 'submitted', 0) AS submitted,
  coalesce(sums ->> 'approved', 0) AS approved,
  coalesce(sums ->> 'delivered', 0) AS delivered,
  coalesce(sums ->> 'exempt', 0) AS exempt,
  coalesce(sums ->> 'proceeded', 0) AS proceeded,
  coalesce(sums ->> 'stopped', 0) AS stopped,
  coalesce(sums ->> 'unreported', 0) AS unreported,
  coalesce(sums ->> 'aborted', 0) AS aborted,
  coalesce(sums ->> 'expired', 0) AS expired,
  coalesce(sums ->> 'locked', 0) AS locked,
  coalesce(sums ->> 'undeliverable', 0) AS undeliverable,
  coalesce(sums ->> 'failed_technical', 0) AS failed_technical,
  coalesce(sums ->> 'denied', 0) AS denied,
  coalesce(sums ->> 'blocked', 0) AS blocked,
  coalesce(sums ->> 'canceled', 0) AS canceled,
  coalesce(sums ->> 'superseded', 0) AS superseded,
  coalesce(sums ->> 'attempts', 0) AS attempts,
  coalesce(sums ->> 'wrong', 0) AS wrong,
  coalesce(sums ->> 'approved_attempts', 0) AS approved_attempts,
  coalesce(sums ->> 'first_try', 0) AS first_try,
  coalesce(sums ->> 'sends', 0) AS sends,
  coalesce(sums ->> 'receipts', 0) AS receipts,
  coalesce(sums ->> 'refused', 0) AS refused,
  coalesce(sums ->> 'cost_micro', 0) AS cost_micro,
  coalesce(sums ->> 'revoked_after_redeem', 0) AS revoked_after_redeem,
  coalesce(sums ->> 'denied_after_redeem', 0) AS denied_after_redeem,
  coalesce(sums ->> 'completed_without_redeem', 0) AS completed_without_redeem,
  coalesce(sums ->> 'points_lost', 0) AS points_lost,
  coalesce(sums ->> 'challenges', 0) AS challenges,
  coalesce(sums ->> 'sessions_sent', 0) AS sessions_sent,
  coalesce(sums ->> 'resent', 0) AS resent,
  coalesce(sums ->> 'switched', 0) AS switched,
  coalesce(sums ->> 'approved_after_resend', 0) AS approved_after_resend,
  coalesce(sums ->> 'webotp_offered', 0) AS webotp_offered,
  coalesce(sums ->> 'webotp_used', 0) AS webotp_used,
  coalesce(sums ->> 'approved_challenges', 0) AS approved_challenges,
  coalesce(sums ->> 'approved_autofill', 0) AS approved_autofill
FROM total WHERE name = 'hour';

-- The value is the midpoint of the basket's band, as Analytics Engine has it; exact money is in rollup_money.
CREATE VIEW rollup_outcome AS
SELECT brand, shard, at AS hour, keys ->> 0 AS country, keys ->> 1 AS device, keys ->> 2 AS gateway,
  sum.key AS outcome, sum.value AS sessions, coalesce(sums ->> ('value_' || sum.key), 0) AS value
FROM total, json_each(sums) AS sum
WHERE name = 'hour' AND sum.key IN ('exempt', 'proceeded', 'stopped', 'unreported', 'aborted', 'expired', 'locked',
  'undeliverable', 'failed_technical', 'denied', 'blocked', 'canceled', 'superseded');

-- Challenged verifications by their number of evaluated guesses.
CREATE VIEW rollup_guesses AS
SELECT brand, shard, at AS hour, keys ->> 0 AS country, keys ->> 1 AS device, keys ->> 2 AS gateway,
  CAST(substr(sum.key, 9) AS INTEGER) AS submits, sum.value AS sessions
FROM total, json_each(sums) AS sum
WHERE name = 'hour' AND sum.key LIKE 'guesses\_%' ESCAPE '\';

-- Approved verifications by how long it took: bucket 0 is up to one second, each further one ends 1.4 times later.
CREATE VIEW rollup_time AS
SELECT brand, shard, at AS hour, keys ->> 0 AS country, keys ->> 1 AS device, keys ->> 2 AS gateway,
  CAST(keys ->> 3 AS INTEGER) AS webotp, CAST(substr(sum.key, 2) AS INTEGER) AS bucket, sum.value AS sessions
FROM total, json_each(sums) AS sum WHERE name = 'time';

CREATE VIEW rollup_operator AS
SELECT brand, shard, at AS hour, keys ->> 0 AS country, keys ->> 1 AS operator,
  coalesce(sums ->> 'sessions', 0) AS sessions,
  coalesce(sums ->> 'sends', 0) AS sends,
  coalesce(sums ->> 'receipts', 0) AS receipts,
  coalesce(sums ->> 'refused', 0) AS refused,
  coalesce(sums ->> 'sessions_sent', 0) AS sessions_sent,
  coalesce(sums ->> 'approved', 0) AS approved
FROM total WHERE name = 'operator';

-- By how long the first receipt took, in the buckets of rollup_time.
CREATE VIEW rollup_latency AS
SELECT brand, shard, at AS hour, keys ->> 0 AS country, keys ->> 1 AS operator,
  CAST(substr(sum.key, 2) AS INTEGER) AS bucket, sum.value AS sessions
FROM total, json_each(sums) AS sum WHERE name = 'operator' AND sum.key GLOB 'b[0-9]*';

-- The hour is that of the event.
CREATE VIEW rollup_gateway AS
SELECT brand, shard, at AS hour, keys ->> 0 AS gateway, keys ->> 1 AS country,
  coalesce(sums ->> 'sent', 0) AS sent,
  coalesce(sums ->> 'receipts', 0) AS receipts,
  coalesce(sums ->> 'refused', 0) AS refused
FROM total WHERE name = 'gateway';

CREATE VIEW rollup_event AS
SELECT brand, shard, at AS hour, keys ->> 0 AS country, keys ->> 1 AS event, coalesce(sums ->> 'n', 0) AS n
FROM total WHERE name = 'event';

CREATE VIEW rollup_prefix AS
SELECT brand, shard, at AS day, keys ->> 0 AS country, keys ->> 1 AS prefix,
  coalesce(sums ->> 'sessions', 0) AS sessions,
  coalesce(sums ->> 'sent', 0) AS sent,
  coalesce(sums ->> 'approved', 0) AS approved,
  coalesce(sums ->> 'messages', 0) AS messages,
  coalesce(sums ->> 'cost_micro', 0) AS cost_micro
FROM total WHERE name = 'prefix';

-- Exact, in minor units of its currency; two currencies are never added.
CREATE VIEW rollup_money AS
SELECT brand, shard, at AS day, keys ->> 0 AS currency, keys ->> 1 AS band, keys ->> 2 AS outcome, keys ->> 3 AS country,
  coalesce(sums ->> 'sessions', 0) AS sessions,
  coalesce(sums ->> 'value', 0) AS value,
  coalesce(sums ->> 'cost_micro', 0) AS cost_micro
FROM total WHERE name = 'money';

CREATE VIEW rollup_rule AS
SELECT brand, shard, at AS day, keys ->> 0 AS currency, keys ->> 1 AS rule, keys ->> 2 AS country,
  coalesce(sums ->> 'sessions', 0) AS sessions,
  coalesce(sums ->> 'value', 0) AS value,
  coalesce(sums ->> 'legitimate', 0) AS legitimate
FROM total WHERE name = 'rule';

CREATE VIEW rollup_leave AS
SELECT brand, shard, at AS day, keys ->> 0 AS country, keys ->> 1 AS device, keys ->> 2 AS outcome, keys ->> 3 AS reason,
  CAST(keys ->> 4 AS INTEGER) AS reach, coalesce(sums ->> 'sessions', 0) AS sessions
FROM total WHERE name = 'leave';

-- By the day of the first report; `created` is the day the verification began, '' where it is too long ago.
CREATE VIEW rollup_loss AS
SELECT brand, shard, at AS day, keys ->> 0 AS created, keys ->> 1 AS currency, keys ->> 2 AS kind, keys ->> 3 AS country,
  coalesce(sums ->> 'reports', 0) AS reports,
  coalesce(sums ->> 'amount', 0) AS amount
FROM total WHERE name = 'loss';
