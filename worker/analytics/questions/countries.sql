SELECT
  blob5 AS country,
  SUM(_sample_interval) AS created,
  SUM(if(double2 >= 4, _sample_interval, 0)) AS sent,
  SUM(if(double2 >= 6, _sample_interval, 0)) AS approved,
  SUM(if(blob2 = 'blocked', _sample_interval, 0)) AS blocked
FROM otp_sessions
WHERE {S}
GROUP BY country
ORDER BY created DESC
