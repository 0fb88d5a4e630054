SELECT
  blob5 AS provider,
  intDiv(toUInt32(timestamp), 3600) * 3600 AS t,
  SUM(if(blob2 = 'code_sent', _sample_interval, 0)) AS sent,
  SUM(if(blob2 = 'code_delivered', _sample_interval, 0)) AS receipts,
  SUM(if(blob2 = 'send_failed', _sample_interval, 0)) AS refused
FROM otp_events
WHERE {E} AND blob2 IN ('code_sent', 'code_delivered', 'send_failed')
GROUP BY provider, t
ORDER BY t, provider
