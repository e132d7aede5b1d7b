-- September, all customers, with fares, waits and retries; see the accountants' wiki before touching this.
WITH month AS (
  SELECT DATE '2026-09-01' AS first_day, DATE '2026-10-01' AS next_first_day
),
finished AS (
  SELECT r.ride_id, r.customer_id, r.driver_id, r.requested_at, r.picked_up_at, r.dropped_off_at, r.distance_m, r.fare, r.currency, r.surge, r.tip, r.voucher_id, r.settled_at
  FROM ride r JOIN month m ON r.requested_at >= m.first_day AND r.requested_at < m.next_first_day
  WHERE r.state = 'finished' AND r.test_ride = FALSE
),
cancelled AS (
  SELECT r.customer_id, COUNT(*) AS rides, SUM(r.cancellation_fee) AS fees
  FROM ride r JOIN month m ON r.requested_at >= m.first_day AND r.requested_at < m.next_first_day
  WHERE r.state IN ('cancelled_by_customer', 'cancelled_by_driver', 'no_driver_found', 'expired')
  GROUP BY r.customer_id
),
waits AS (
  SELECT f.customer_id,
    AVG(TIMESTAMPDIFF(SECOND, f.requested_at, f.picked_up_at)) AS mean_wait_s,
    MAX(TIMESTAMPDIFF(SECOND, f.requested_at, f.picked_up_at)) AS longest_wait_s,
    SUM(CASE WHEN TIMESTAMPDIFF(SECOND, f.requested_at, f.picked_up_at) > 600 THEN 1 ELSE 0 END) AS waits_over_10_min
  FROM finished f GROUP BY f.customer_id
),
fares AS (
  SELECT f.customer_id, COUNT(*) AS rides, SUM(f.fare * x.rate) AS fare_usd, SUM(f.tip * x.rate) AS tip_usd, SUM(f.distance_m) / 1000 AS distance_km, AVG(f.surge) AS mean_surge,
    SUM(CASE WHEN f.voucher_id IS NOT NULL THEN v.amount * x.rate ELSE 0 END) AS voucher_usd,
    SUM(CASE WHEN f.settled_at IS NULL THEN f.fare * x.rate ELSE 0 END) AS open_usd
  FROM finished f
  LEFT JOIN voucher v ON v.voucher_id = f.voucher_id
  JOIN exchange_rate x ON x.currency = f.currency AND x.day = DATE(f.dropped_off_at)
  GROUP BY f.customer_id
)
SELECT c.customer_id, c.name, c.city, c.contract, COALESCE(fares.rides, 0) AS rides, COALESCE(cancelled.rides, 0) AS cancelled_rides, COALESCE(cancelled.fees, 0) AS cancellation_fees,
  fares.fare_usd, fares.tip_usd, fares.voucher_usd, fares.open_usd, fares.distance_km, fares.mean_surge, waits.mean_wait_s, waits.longest_wait_s, waits.waits_over_10_min
FROM customer c
LEFT JOIN fares ON fares.customer_id = c.customer_id
LEFT JOIN cancelled ON cancelled.customer_id = c.customer_id
LEFT JOIN waits ON waits.customer_id = c.customer_id
WHERE c.deleted_at IS NULL AND (fares.rides > 0 OR cancelled.rides > 0)
ORDER BY fares.fare_usd DESC, c.name
