SELECT
  blob14 AS brand,
  SUM(_sample_interval) AS created,
  SUM(if(double2 >= 4, _sample_interval, 0)) AS sent,
  SUM(if(double2 >= 6, _sample_interval, 0)) AS approved,
  SUM(if(double2 >= 7, _sample_interval, 0)) AS proceeded,
  SUM(if(double2 >= 4, _sample_interval * (_sample_interval - 1), 0)) AS var_sent,
  SUM(if(double2 >= 6, _sample_interval * (_sample_interval - 1), 0)) AS var_approved,
  count() AS rows_read
FROM otp_sessions
WHERE {S}
GROUP BY brand
ORDER BY created DESC
