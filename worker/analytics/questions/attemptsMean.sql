SELECT
  SUM(_sample_interval * double8) / SUM(_sample_interval) AS submits_per_session,
  SUM(if(double9 = 0, _sample_interval, 0)) / SUM(_sample_interval) AS first_try
FROM otp_sessions
WHERE {S} AND double10 = 1
