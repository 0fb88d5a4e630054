SELECT
  intDiv(toUInt32(double1), 3600) * 3600 AS t,
  SUM(_sample_interval) AS created,
  SUM(if(double2 >= 4, _sample_interval, 0)) AS sent,
  SUM(if(double2 >= 6, _sample_interval, 0)) AS approved,
  SUM(if(double2 >= 7, _sample_interval, 0)) AS proceeded,
  SUM(if(blob2 = 'aborted', _sample_interval, 0)) AS aborted,
  SUM(if(blob2 IN ('expired', 'locked', 'undeliverable', 'failed_technical'), _sample_interval, 0)) AS failed,
  SUM(if(blob2 = 'blocked', _sample_interval, 0)) AS blocked,
  SUM(_sample_interval * double8) AS attempts
FROM otp_sessions
WHERE {S}
GROUP BY t
ORDER BY t
