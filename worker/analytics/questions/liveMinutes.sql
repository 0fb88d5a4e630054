SELECT
  intDiv(toUInt32(timestamp), 60) * 60 AS t,
  blob2 AS event,
  SUM(_sample_interval) AS n
FROM otp_events
WHERE {E}
GROUP BY t, event
ORDER BY t, event
