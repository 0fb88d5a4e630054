SELECT
  blob14 AS brand,
  blob12 AS device,
  SUM(if(double14 >= 1, _sample_interval, 0)) AS offered,
  SUM(if(double14 = 2, _sample_interval, 0)) AS used,
  SUM(if(double10 = 1, _sample_interval, 0)) AS approved,
  SUM(if(double14 = 2 AND double10 = 1, _sample_interval, 0)) AS approved_autofill
FROM otp_sessions
WHERE {S} AND blob3 = 'challenge'
GROUP BY brand, device
ORDER BY brand, device
