SELECT
  blob5 AS country,
  blob6 AS operator,
  SUM(_sample_interval * double3) AS sends,
  SUM(_sample_interval * double4) AS receipts,
  SUM(_sample_interval * double5) AS refused,
  SUM(if(double3 > 0, _sample_interval, 0)) AS sessions_sent,
  SUM(if(double2 >= 6, _sample_interval, 0)) AS approved
FROM otp_sessions
WHERE {S}
GROUP BY country, operator
ORDER BY sends DESC
LIMIT 200
