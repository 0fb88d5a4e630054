SELECT
  blob7 AS prefix,
  SUM(if(blob2 = 'code_sent', _sample_interval, 0)) AS sent,
  SUM(if(blob2 = 'approved', _sample_interval, 0)) AS approved
FROM otp_events
WHERE {E} AND blob2 IN ('code_sent', 'approved')
GROUP BY prefix
HAVING sent >= 10
ORDER BY sent DESC
LIMIT 500
