-- SPDX-License-Identifier: BSD-2-Clause
--
-- Facts and promises. A row of seat_claim is a fact: somebody is paying for
-- the seat, owns it, gave it back and waits for the refund, or the house keeps
-- it. Its primary key is what makes a double sale impossible, whatever Redis
-- says. holds is the journal of promises: history and recovery, nobody is
-- refused because of it.

CREATE TABLE seat_claim (
	performance_id bigint NOT NULL REFERENCES performances,
	seat_no int NOT NULL CHECK (seat_no >= 1),
	-- P paying, R reserved, C cancelled, B blocked, D disabled; H only for
	-- a hold made while Redis was away, and only H has an end
	state "char" NOT NULL CHECK (state IN ('H', 'P', 'R', 'C', 'B', 'D')),
	mark int NOT NULL,		-- the seat's owner mark in Redis
	user_id bigint REFERENCES users,
	hold_token text,
	reservation_id bigint,
	expires_at timestamptz,
	changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	CONSTRAINT seat_claim_pkey PRIMARY KEY (performance_id, seat_no),
	CHECK ((state = 'H') = (expires_at IS NOT NULL)),
	CHECK (state IN ('B', 'D') OR (user_id IS NOT NULL
	    AND hold_token IS NOT NULL))
) WITH (fillfactor = 80);

CREATE TABLE holds (
	token text PRIMARY KEY,
	performance_id bigint NOT NULL REFERENCES performances,
	user_id bigint NOT NULL REFERENCES users,
	seats int[] NOT NULL,			-- sorted
	price_version int NOT NULL,
	prices bigint[] NOT NULL,		-- of seats, in their order
	amount bigint NOT NULL CHECK (amount >= 0),
	currency char(3) NOT NULL,
	status text NOT NULL CHECK (status IN
	    ('held', 'paying', 'paid', 'expired', 'released', 'lost')),
	made_at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL,
	hard_expires_at timestamptz NOT NULL,
	fingerprint bytea,			-- of the keyed first request
	-- The position of the newest log entry taken in; a row only moves
	-- forward in it, and a paid row is final.
	epoch bigint NOT NULL,
	log_ms bigint NOT NULL,
	log_seq bigint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX holds_running ON holds (performance_id)
	WHERE status IN ('held', 'paying');

-- Every move of every seat, one row a set of seats that moved together.
CREATE TABLE seat_log (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	performance_id bigint NOT NULL,
	seats int[] NOT NULL,
	from_state "char" NOT NULL,
	to_state "char" NOT NULL,
	user_id bigint,				-- who caused it; NULL: the house
	hold_token text,
	reservation_id bigint,
	reason text
);
CREATE INDEX seat_log_performance ON seat_log (performance_id, id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON seat_log
	FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Seats are promised by number: once somebody was promised one, the
-- performance keeps its hall revision.
CREATE FUNCTION performance_revision_kept() RETURNS trigger
	LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM seat_claim WHERE performance_id = OLD.id)
	    OR EXISTS (SELECT FROM holds WHERE performance_id = OLD.id)
	    OR EXISTS (SELECT FROM seat_log WHERE performance_id = OLD.id)
	THEN
		RAISE EXCEPTION 'performance % is in use', OLD.id
		    USING ERRCODE = '23514',
		    CONSTRAINT = 'performance_revision_kept';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER performance_revision_kept
	BEFORE UPDATE OF hall_revision_id ON performances FOR EACH ROW
	WHEN (OLD.hall_revision_id <> NEW.hall_revision_id)
	EXECUTE FUNCTION performance_revision_kept();
CREATE INDEX holds_performance ON holds (performance_id);
