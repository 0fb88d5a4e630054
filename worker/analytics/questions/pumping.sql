SELECT
  blob9 AS prefix,
  blob5 AS country,
  SUM(if(double3 > 0, _sample_interval, 0)) AS sent,
  SUM(if(double10 = 1, _sample_interval, 0)) AS approved,
  SUM(_sample_interval * double3) AS messages,
  SUM(_sample_interval * double16) AS cost_micro
FROM otp_sessions
WHERE {S} AND blob3 = 'challenge'
GROUP BY prefix, country
HAVING sent >= 20
ORDER BY sent DESC
LIMIT 500
