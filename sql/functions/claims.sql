-- SPDX-License-Identifier: BSD-2-Clause
--
-- What claims are for, and which of them count for a buyer's limit.

-- ---- tokens ----

-- A claim and a payment have the token of the hold they are for. Those of a move
-- that is being paid for have the reservation's hold and, behind a slash, which
-- move of it this is. Claims C of a counter section, whose places wait for a
-- refund, have its id there.
CREATE OR REPLACE FUNCTION move_token(r reservations) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT r.hold_token || '/' || (r.moves + 1)
$$;
CREATE OR REPLACE FUNCTION refund_token(r reservations, p_refund bigint)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT r.hold_token || '/' || p_refund
$$;
CREATE OR REPLACE FUNCTION token_moves(p_token text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT strpos(p_token, '/') > 0
$$;
CREATE OR REPLACE FUNCTION token_hold(p_token text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT split_part(p_token, '/', 1)
$$;

-- ---- limits ----

-- How many places of a performance a user has: of his reservations, and claimed
-- by him as a promise that has not lapsed at p_now, but for those of p_token.
-- What a payment for a move claims comes in for others, which his reservation
-- has until then: it is counted there.
--
-- One row, and in SQL: so it becomes a part of the statement that asks, where a
-- function that gives a value would be run by itself, for a tenth of a
-- millisecond.
CREATE OR REPLACE FUNCTION places_of(p_performance bigint, p_user bigint,
	p_token text, p_now timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 1 AS $$
	SELECT (SELECT coalesce(sum(cardinality(r.seats)
		- cardinality(r.cancelled)), 0) FROM reservations AS r
		WHERE r.user_id = p_user AND r.performance_id = p_performance)
	    + (SELECT count(*) FROM seat_claim AS c
		WHERE c.performance_id = p_performance AND c.user_id = p_user
		AND c.state IN ('H', 'P') AND c.hold_token <> p_token
		AND NOT token_moves(c.hold_token)
		AND (c.state = 'P' OR c.expires_at > p_now))
	    + (SELECT coalesce(sum(c.quantity), 0) FROM section_claim AS c
		WHERE c.performance_id = p_performance AND c.user_id = p_user
		AND c.state IN ('H', 'P') AND c.hold_token <> p_token
		AND (c.state = 'P' OR c.expires_at > p_now))
$$;
