SELECT
  blob4 AS rule,
  SUM(_sample_interval) AS sessions,
  SUM(_sample_interval * double15) AS value_cents,
  SUM(_sample_interval * (_sample_interval - 1)) AS var_sessions
FROM otp_sessions
WHERE {S} AND blob2 = 'blocked'
GROUP BY rule
ORDER BY value_cents DESC
