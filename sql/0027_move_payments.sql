-- SPDX-License-Identifier: BSD-2-Clause
--
-- A move that costs more and is paid outside has a payment of its own, for the
-- difference. Its hold_token is the reservation's and, behind a slash, which move
-- of it this is: so there is one such payment at a time, and no hold of that name.

-- What it buys when it is captured: seats that become others, as in
-- reservation_moves, of a reservation of which so much was given back.
CREATE TABLE payment_moves (
	payment_id bigint PRIMARY KEY,
	reservation_id bigint NOT NULL,
	cancelled int[] NOT NULL,
	from_seats int[] NOT NULL,
	to_seats int[] NOT NULL,
	prices bigint[] NOT NULL,
	types smallint[]
);

-- Which it was; NULL: the reservation's first payment grew by what it cost more.
ALTER TABLE reservation_moves ADD COLUMN payment_id bigint;

-- Buyers may also move to seats of any price class.
ALTER TABLE performances DROP CONSTRAINT performances_moves_check;
ALTER TABLE performances ADD CONSTRAINT performances_moves_check
	CHECK (moves IN ('off', 'class', 'any'));
