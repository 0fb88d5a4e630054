SELECT
  blob10 AS band,
  SUM(_sample_interval) AS sessions,
  SUM(_sample_interval * double15) AS value_cents,
  SUM(if(blob2 = 'blocked', _sample_interval * double15, 0.0)) AS blocked_cents,
  SUM(if(blob2 IN ('aborted', 'expired', 'locked', 'undeliverable', 'denied', 'failed_technical'), _sample_interval * double15, 0.0)) AS not_authenticated_cents,
  SUM(if(blob2 = 'proceeded', _sample_interval * double15, 0.0)) AS proceeded_cents,
  SUM(_sample_interval * double16) AS cost_micro
FROM otp_sessions
WHERE {S}
GROUP BY band
ORDER BY band
