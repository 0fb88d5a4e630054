SELECT
  blob14 AS brand,
  intDiv(toUInt32(double1), 86400) * 86400 AS t,
  blob2 AS outcome,
  SUM(_sample_interval) AS sessions
FROM otp_sessions
WHERE {S}
GROUP BY brand, t, outcome
ORDER BY t, brand, outcome
