-- SPDX-License-Identifier: BSD-2-Clause
-- The soonest performance anybody can buy a seat of for an hour from now: open,
-- without queue or seat rules, 100 to 2,000 seats, all of them assigned.
SELECT p.id
FROM performances p
JOIN hall_revisions r ON r.id = p.hall_revision_id
WHERE p.status = 'open' AND p.queue_mode = 'off' AND p.seat_rules = '{}'
  AND now() > p.sales_open_at
  AND now() + interval '1 hour' < p.sales_close_at
  AND r.seat_count BETWEEN 100 AND 2000
  AND NOT EXISTS (SELECT FROM sections s
      WHERE s.hall_revision_id = r.id AND s.kind <> 'assigned')
ORDER BY p.starts_at, p.id
LIMIT 1;
