-- SPDX-License-Identifier: BSD-2-Clause
--
-- Reservations that go to another user. A reservation stays what it is, with its
-- number and its payment, which stays the payer's: what comes back of it comes
-- back to him. reservations.moves counts each transfer, too: who has seen another
-- number has seen another reservation.

-- One for each reservation, the last. Its token is a secret: it comes of salt and
-- a key of the settings, so that the tables alone tell none, and its owner can be
-- shown it again.
CREATE TABLE reservation_offers (
	reservation_id bigint PRIMARY KEY,
	salt bytea NOT NULL CHECK (length(salt) = 16),
	digest bytea NOT NULL CHECK (length(digest) = 32)	-- SHA-256
	    CONSTRAINT reservation_offers_digest UNIQUE,
	from_user bigint NOT NULL,	-- the owner who offers it
	to_user bigint,			-- the one who may take it; NULL: anybody
					-- who has the token
	at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL,
	taken_by bigint,		-- who has; NULL: nobody yet
	CHECK (to_user <> from_user)
);
CREATE INDEX reservation_offers_ends ON reservation_offers (expires_at);

-- Whose it was, and whose it became.
CREATE TABLE reservation_transfers (
	reservation_id bigint NOT NULL,
	transfer_no smallint NOT NULL CHECK (transfer_no >= 1),
	performance_id bigint NOT NULL,
	at timestamptz NOT NULL,
	from_user bigint NOT NULL,
	to_user bigint NOT NULL,
	named boolean NOT NULL,		-- whom the owner offered it to by name
	user_id bigint,			-- who did it; NULL: the command line
	PRIMARY KEY (reservation_id, transfer_no),
	CHECK (from_user <> to_user)
);
CREATE INDEX reservation_transfers_from
	ON reservation_transfers (from_user, reservation_id);
