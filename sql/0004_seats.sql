-- SPDX-License-Identifier: BSD-2-Clause
--
-- Facts and promises. A row of seat_claim is a fact: somebody is paying for
-- the seat, owns it, gave it back and waits for the refund, or it is withheld.
-- Its primary key is what makes a double sale impossible, whatever Redis
-- says. holds is the journal of promises: history and recovery, nobody is
-- refused because of it.
--
-- What every sale writes carries no foreign keys to users and performances:
-- rows of those are never deleted and keep their ids (functions/append_only),
-- each check was a query (thirteen a sale, a third of its time), and each took
-- a share lock on the one row of the performance that everybody is buying, so
-- that PostgreSQL kept a list of lockers for it. The audit joins them.
--
-- A CHECK of a table is parsed from its text by every statement that writes;
-- that of a domain once a session. So the word lists are domains.

CREATE DOMAIN seat_number AS int CHECK (VALUE >= 1);
CREATE DOMAIN money_minor AS bigint CHECK (VALUE >= 0);
-- P paying, R reserved, C cancelled, B blocked, D disabled; H only for a hold
-- made while Redis was away, and only H has an end
CREATE DOMAIN claim_state AS "char" CHECK (VALUE IN
	('H', 'P', 'R', 'C', 'B', 'D'));
CREATE DOMAIN hold_status AS text CHECK (VALUE IN
	('held', 'paying', 'paid', 'expired', 'released', 'lost'));

-- There are more rows of this than of anything: columns stand in an order that
-- leaves no gaps, and pages are full. A change of state writes a new entry in
-- each index, whose predicate names it, wherever the row has room.
CREATE TABLE seat_claim (
	performance_id bigint NOT NULL,
	seat_no seat_number NOT NULL,
	mark int NOT NULL,		-- the seat's owner mark in Redis
	changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	user_id bigint,
	reservation_id bigint,
	expires_at timestamptz,
	state claim_state NOT NULL,
	hold_token text,
	CONSTRAINT seat_claim_pkey PRIMARY KEY (performance_id, seat_no),
	CHECK ((state = 'H') = (expires_at IS NOT NULL)),
	CHECK (state IN ('B', 'D') OR (user_id IS NOT NULL
	    AND hold_token IS NOT NULL))
);
-- Whoever counts what a user has of a performance meets P and H here; R is in
-- reservations. A wallet payment inserts R and never touches this index.
CREATE INDEX seat_claim_promised ON seat_claim (performance_id, user_id)
	WHERE state IN ('H', 'P');

-- A counter section has no seats to claim: a claim of it is of so many places,
-- one row a hold. Places have no owners, so what a buyer gives back of them is
-- no certain ones.
CREATE DOMAIN place_count AS int CHECK (VALUE >= 1);
CREATE TABLE section_claim (
	performance_id bigint NOT NULL,
	hold_token text NOT NULL,
	section_no smallint NOT NULL,
	state claim_state NOT NULL,
	quantity place_count NOT NULL,
	user_id bigint NOT NULL,
	reservation_id bigint,
	expires_at timestamptz,			-- as in seat_claim
	CONSTRAINT section_claim_pkey PRIMARY KEY (performance_id, hold_token)
) WITH (fillfactor = 80);
CREATE INDEX section_claim_promised ON section_claim (performance_id, user_id)
	WHERE state IN ('H', 'P');

-- How much of a performance's counter section is claimed: its row is what
-- makes it impossible to sell more than there is. taken is the sum of all
-- claims, kept of those that are no promise (neither H nor P). Whoever changes
-- claims changes the row in the same transaction, in a last statement of its
-- own, several in the order of their sections; each change has the next
-- version, by which Redis knows which one is newer.
CREATE TABLE section_stock (
	performance_id bigint NOT NULL,
	section_no smallint NOT NULL,
	capacity int NOT NULL,
	taken int NOT NULL DEFAULT 0,
	kept int NOT NULL DEFAULT 0,
	version bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (performance_id, section_no),
	CONSTRAINT section_stock_taken CHECK (taken BETWEEN 0 AND capacity),
	CONSTRAINT section_stock_kept CHECK (kept BETWEEN 0 AND taken)
) WITH (fillfactor = 20);

CREATE TABLE holds (
	token text PRIMARY KEY,
	performance_id bigint NOT NULL,
	user_id bigint NOT NULL,
	seats int[] NOT NULL,			-- sorted
	price_version int NOT NULL,
	prices bigint[] NOT NULL,		-- of seats, in their order
	amount money_minor NOT NULL,
	currency char(3) NOT NULL,
	status hold_status NOT NULL,
	made_at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL,
	hard_expires_at timestamptz NOT NULL,
	fingerprint bytea,			-- of the keyed first request
	-- The position of the newest log entry taken in; a row only moves
	-- forward in it, and a paid row is final.
	epoch bigint NOT NULL,
	log_ms bigint NOT NULL,
	log_seq bigint NOT NULL,
	-- A hold of a counter section: its seats are the numbers 1..quantity,
	-- and none of the map. NULL: they are seats.
	section_no smallint,
	types smallint[]	-- ticket types, as prices; NULL: all default
) WITH (fillfactor = 80);
-- A hold changes its status two or three times. An index whose predicate
-- names the status makes each change write every index of the table; this
-- one is left alone by all of them and finds the running holds as well, since
-- none outlives its hard end. The user and the end are compared in the index:
-- what he holds, here and elsewhere, and what all hold here, is asked for by each
-- hold while Redis is away, and rows of others, or of what has ended, are not
-- read for it. An end is changed by an extension alone.
CREATE INDEX holds_performance ON holds (performance_id, hard_expires_at,
	user_id, expires_at);

-- What Redis has not been told: holds that were changed while it was away. A
-- row goes when Redis knows, or when a map was loaded with it and says so.
CREATE TABLE holds_unmirrored (
	token text PRIMARY KEY,			-- of holds
	at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Every move of every seat, one row a set of seats that moved together. A log
-- is read for one performance, with which its key begins. What moved lately is
-- the end of the table: an index that knows which ids a few pages have is
-- enough to find it, and costs a sale next to nothing.
CREATE TABLE seat_log (
	id bigint GENERATED ALWAYS AS IDENTITY,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	performance_id bigint NOT NULL,
	seats int[] NOT NULL,			-- as in holds
	section_no smallint,
	from_state "char" NOT NULL,
	to_state "char" NOT NULL,
	user_id bigint,				-- who caused it; NULL: the operator
	hold_token text,
	reservation_id bigint,
	reason text,
	PRIMARY KEY (performance_id, id)
);
CREATE INDEX seat_log_lately ON seat_log USING brin (id)
	WITH (pages_per_range = 16, autosummarize = on);
