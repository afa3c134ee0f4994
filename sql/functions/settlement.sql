-- SPDX-License-Identifier: BSD-2-Clause
--
-- What was sold and given back, by day, performance and method: read from the
-- ledger, so that it is the ledger (lib/admin/settlement.h).

-- At most p_max rows of lines, and then the sums of each currency (is_total).
-- Days are those of the house (search.sql); both are meant. What belongs to no
-- payment, which nothing makes today, has no method either, and days of UTC: it
-- is told all the same, or the sums were not the ledger's. Seats that were given
-- away at a counter are in no ledger: they have a column of their own.
CREATE OR REPLACE FUNCTION settlement_lines(p_from date, p_to date,
	p_max bigint)
RETURNS TABLE (is_total boolean, item json, csv text)
LANGUAGE sql STABLE AS $$
	WITH booked AS (
	SELECT (l.at AT TIME ZONE coalesce(z.time_zone, 'UTC'))::date AS day,
	    p.performance_id, p.method::text, l.currency::text, l.amount,
	    0 AS given
	FROM ledger AS l LEFT JOIN payments AS p ON p.id = l.payment_id
	LEFT JOIN performance_zones AS z
	    ON z.performance_id = p.performance_id
	WHERE l.account = 'sales'
	    AND l.at >= p_from::timestamp AT TIME ZONE 'UTC' - interval '1 day'
	    AND l.at < p_to::timestamp AT TIME ZONE 'UTC' + interval '2 days'
	UNION ALL
	SELECT (c.at AT TIME ZONE z.time_zone)::date, p.performance_id,
	    p.method::text, p.currency::text, 0, c.seats
	FROM counter_sales AS c JOIN payments AS p ON p.id = c.payment_id
	JOIN performance_zones AS z ON z.performance_id = p.performance_id
	WHERE c.complimentary
	    AND c.at >= p_from::timestamp AT TIME ZONE 'UTC' - interval '1 day'
	    AND c.at < p_to::timestamp AT TIME ZONE 'UTC' + interval '2 days'),
	lines AS (
	SELECT grouping(b.day) = 1 AS is_total, b.day, b.performance_id,
	    b.method, b.currency,
	    count(*) FILTER (WHERE b.amount > 0) AS n_sold,
	    coalesce(sum(b.amount) FILTER (WHERE b.amount > 0), 0) AS sold,
	    count(*) FILTER (WHERE b.amount < 0) AS n_refunded,
	    coalesce(-sum(b.amount) FILTER (WHERE b.amount < 0), 0)
		AS refunded, sum(b.given) AS complimentary
	FROM booked AS b WHERE b.day BETWEEN p_from AND p_to
	GROUP BY GROUPING SETS ((b.day, b.performance_id, b.method, b.currency),
	    (b.currency)))
	SELECT l.is_total, CASE WHEN l.is_total THEN json_build_object(
		'currency', l.currency, 'n_sold', l.n_sold, 'sold', l.sold,
		'n_refunded', l.n_refunded, 'refunded', l.refunded,
		'net', l.sold - l.refunded, 'complimentary', l.complimentary)
	    ELSE json_build_object('day', l.day,
		'performance_id', l.performance_id, 'method', l.method,
		'currency', l.currency, 'n_sold', l.n_sold, 'sold', l.sold,
		'n_refunded', l.n_refunded, 'refunded', l.refunded,
		'net', l.sold - l.refunded, 'complimentary', l.complimentary) END,
	    format('%s,%s,%s,%s,%s,%s,%s,%s,%s,%s', l.day, l.performance_id,
		l.method, l.currency, l.n_sold, l.sold, l.n_refunded,
		l.refunded, l.sold - l.refunded, l.complimentary)
	FROM lines AS l
	ORDER BY l.is_total, l.day, l.performance_id, l.method, l.currency
	LIMIT p_max
$$;
