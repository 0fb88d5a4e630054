SELECT
  double14 AS webotp,
  quantileExactWeighted(0.5)(double11, _sample_interval) AS p50_ms,
  quantileExactWeighted(0.95)(double11, _sample_interval) AS p95_ms,
  SUM(_sample_interval) AS approved
FROM otp_sessions
WHERE {S} AND double10 = 1
GROUP BY webotp
ORDER BY webotp
