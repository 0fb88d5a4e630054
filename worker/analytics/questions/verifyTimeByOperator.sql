SELECT
  blob5 AS country,
  blob6 AS operator,
  quantileExactWeighted(0.5)(double11, _sample_interval) AS p50_ms,
  quantileExactWeighted(0.95)(double11, _sample_interval) AS p95_ms,
  SUM(_sample_interval) AS approved,
  count() AS rows_read
FROM otp_sessions
WHERE {S} AND double10 = 1
GROUP BY country, operator
ORDER BY approved DESC
LIMIT 200
