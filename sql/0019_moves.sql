-- SPDX-License-Identifier: BSD-2-Clause
--
-- Seats of a reservation that became others. The reservation stays what it is,
-- with its number and its payment; what it had before is told here.

-- Whether buyers may do it themselves: off, or to seats of the same price class.
-- Operators always may.
ALTER TABLE performances ADD COLUMN moves text NOT NULL DEFAULT 'off'
	CHECK (moves IN ('off', 'class'));

-- How often: who has seen another number has seen another reservation.
ALTER TABLE reservations ADD COLUMN moves smallint NOT NULL DEFAULT 0;

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
	PRIMARY KEY (reservation_id, move_no)
);
-- For the list of what a gate has to refuse.
CREATE INDEX reservation_moves_performance
	ON reservation_moves (performance_id);

-- What operators write down about a reservation, for each other.
CREATE TABLE reservation_notes (
	id bigint GENERATED ALWAYS AS IDENTITY,
	reservation_id bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	user_id bigint,			-- who; NULL: the command line
	note text NOT NULL,
	PRIMARY KEY (reservation_id, id)
);
