SELECT
  double8 AS submits,
  SUM(_sample_interval) AS sessions
FROM otp_sessions
WHERE {S} AND blob3 = 'challenge'
GROUP BY submits
ORDER BY submits
