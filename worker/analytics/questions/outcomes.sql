SELECT
  blob2 AS outcome,
  SUM(_sample_interval) AS sessions,
  SUM(_sample_interval * double15) AS value_cents,
  SUM(_sample_interval * (_sample_interval - 1)) AS var_sessions,
  count() AS rows_read,
  max(_sample_interval) AS coarsest
FROM otp_sessions
WHERE {S}
GROUP BY outcome
ORDER BY sessions DESC
