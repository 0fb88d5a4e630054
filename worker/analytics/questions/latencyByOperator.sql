SELECT
  blob5 AS country,
  blob6 AS operator,
  quantileExactWeighted(0.5)(double12, _sample_interval) AS p50_ms,
  quantileExactWeighted(0.95)(double12, _sample_interval) AS p95_ms,
  SUM(_sample_interval) AS confirmed,
  count() AS rows_read
FROM otp_sessions
WHERE {S} AND double12 > 0
GROUP BY country, operator
ORDER BY confirmed DESC
LIMIT 200
