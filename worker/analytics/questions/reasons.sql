SELECT
  blob13 AS reason,
  SUM(_sample_interval) AS sessions
FROM otp_sessions
WHERE {S} AND blob2 = 'aborted'
GROUP BY reason
ORDER BY sessions DESC
