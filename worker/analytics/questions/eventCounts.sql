SELECT
  blob2 AS event,
  SUM(_sample_interval) AS n
FROM otp_events
WHERE {E}
GROUP BY event
ORDER BY n DESC
