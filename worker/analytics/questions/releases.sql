SELECT
  blob17 AS release,
  SUM(_sample_interval) AS sessions,
  min(double1) AS since
FROM otp_sessions
WHERE {S}
GROUP BY release
ORDER BY since DESC
LIMIT 20
