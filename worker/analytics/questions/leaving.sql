SELECT
  double2 AS reach,
  blob2 AS outcome,
  SUM(_sample_interval) AS sessions
FROM otp_sessions
WHERE {S} AND blob2 IN ('aborted', 'expired', 'locked', 'undeliverable', 'failed_technical')
GROUP BY reach, outcome
ORDER BY reach, outcome
