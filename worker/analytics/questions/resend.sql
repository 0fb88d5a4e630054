SELECT
  blob5 AS country,
  SUM(if(double3 > 0, _sample_interval, 0)) AS sent,
  SUM(if(double6 > 0, _sample_interval, 0)) AS resent,
  SUM(if(double7 > 0, _sample_interval, 0)) AS switched,
  SUM(if(double6 > 0 AND double10 = 1, _sample_interval, 0)) AS approved_after_resend
FROM otp_sessions
WHERE {S} AND blob3 = 'challenge'
GROUP BY country
ORDER BY sent DESC
