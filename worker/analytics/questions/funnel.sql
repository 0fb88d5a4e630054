SELECT
  SUM(_sample_interval) AS created,
  SUM(if(double2 >= 2, _sample_interval, 0)) AS challenged,
  SUM(if(double2 >= 3, _sample_interval, 0)) AS opened,
  SUM(if(double2 >= 4, _sample_interval, 0)) AS sent,
  SUM(if(double2 >= 5, _sample_interval, 0)) AS submitted,
  SUM(if(double2 >= 6, _sample_interval, 0)) AS approved,
  SUM(if(double2 >= 7, _sample_interval, 0)) AS proceeded,
  SUM(if(double4 > 0, _sample_interval, 0)) AS delivered,
  SUM(_sample_interval * double8) AS attempts,
  SUM(_sample_interval * double9) AS wrong,
  SUM(if(double2 >= 2, _sample_interval * (_sample_interval - 1), 0)) AS var_challenged,
  SUM(if(double2 >= 4, _sample_interval * (_sample_interval - 1), 0)) AS var_sent,
  SUM(if(double2 >= 6, _sample_interval * (_sample_interval - 1), 0)) AS var_approved,
  SUM(if(double2 >= 7, _sample_interval * (_sample_interval - 1), 0)) AS var_proceeded,
  count() AS rows_read,
  max(_sample_interval) AS coarsest
FROM otp_sessions
WHERE {S}
