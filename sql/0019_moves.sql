-- SPDX-License-Identifier: BSD-2-Clause
--
-- Seats of a reservation that became others. The reservation stays what it is,
-- with its number and its payment; what it had before is told here.

-- Line i of from became line i of to: a seat, its price and its ticket type,
-- NULL where all are the default. The seat may be the same.
CREATE TABLE reservation_moves (
	reservation_id bigint NOT NULL,
	move_no smallint NOT NULL CHECK (move_no >= 1),
	performance_id bigint NOT NULL,
	at timestamptz NOT NULL,
	from_seats int[] NOT NULL,
	from_prices bigint[] NOT NULL,
	from_types smallint[],
	to_seats int[] NOT NULL,
	to_prices bigint[] NOT NULL,
	to_types smallint[],
	-- What the reservation costs more than before; below 0 it comes back.
	difference bigint NOT NULL,
	refund_id bigint,		-- by which it does
	user_id bigint,			-- who did it; NULL: the command line
	-- Of payment_moves; NULL: the reservation's first payment grew by what
	-- it cost more.
	payment_id bigint,
	PRIMARY KEY (reservation_id, move_no)
);
-- For the list of what a gate has to refuse.
CREATE INDEX reservation_moves_performance
	ON reservation_moves (performance_id);

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

-- What operators write down about a reservation, for each other.
CREATE TABLE reservation_notes (
	id bigint GENERATED ALWAYS AS IDENTITY,
	reservation_id bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	user_id bigint,			-- who; NULL: the command line
	note text NOT NULL,
	PRIMARY KEY (reservation_id, id)
);
