SELECT
  blob14 AS brand,
  blob9 AS kind,
  SUM(_sample_interval) AS reports,
  SUM(_sample_interval * double7) AS amount_cents
FROM otp_events
WHERE {E} AND blob2 = 'outcome_reported' AND (startsWith(blob9, 'fraud.confirmed') OR blob9 = 'chargeback.fraud')
GROUP BY brand, kind
ORDER BY amount_cents DESC
