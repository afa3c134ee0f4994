-- SPDX-License-Identifier: BSD-2-Clause
--
-- What happened, for those who are to be told of it (outbox), what operators did
-- (audit_log), and what buyers' programs told of their troubles (client_log).

-- A row for each fact, in the transaction that makes it one:
--   reservation.confirmed   a purchase: the payload names the payment that was
--                           captured and the hold that was paid
--   reservation.<status>    seats of it were given back
--   reservation.moved       seats of it became others
--   payment.<status>        any move but the capture
--   performance.called_off, performance.moved
--                           it will not be, or begins at another time
--   holds.changed           all holds that a statement wrote (functions/holds)
--
-- lib/message sends what is not done, in any order: rows of different things
-- become visible in another order than their ids'. The rows of one thing have
-- growing ids, since each is written while the thing's own row is locked.
--
-- Ids come from one sequence; the only index is of what is not done, so that a
-- sale pays for one as before. Each day (of UTC) is a partition, made ahead by
-- outbox_days; what comes without one goes to outbox_other, so that no sale is
-- ever refused for want of a partition.
CREATE TABLE outbox (
	id bigint GENERATED ALWAYS AS IDENTITY,
	event_id uuid NOT NULL DEFAULT gen_random_uuid(),
	aggregate text NOT NULL,	-- holds, payment, performance, reservation
	aggregate_id text NOT NULL,	-- 'journal', its id, its id, its number
	version bigint NOT NULL GENERATED ALWAYS AS (id) STORED,
	kind text NOT NULL,		-- the state it came to: payment.sent
	payload jsonb NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	send_at timestamptz NOT NULL DEFAULT '-infinity', -- the next time
	n_sent smallint NOT NULL DEFAULT 0,
	done boolean NOT NULL DEFAULT false,
	-- Who wrote it. Rows are new to whoever sends them while his last
	-- snapshot does not see their transaction, in whatever order those
	-- commit: so a row that is sent for the first time needs no mark. One
	-- that is not done a while later gets marks (send_at, n_sent).
	xid xid8 NOT NULL DEFAULT pg_current_xact_id()
) PARTITION BY RANGE (at);
CREATE INDEX outbox_open ON outbox (aggregate_id, id) WHERE NOT done;
-- Room in each page for what its rows become, sent and then done: one that finds
-- room beside it is written again without its indexes and most of its text. Days
-- have it by outbox_day.
CREATE TABLE outbox_other PARTITION OF outbox DEFAULT WITH (fillfactor = 50);
-- Compressing a payload cost a fifth of making it.
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;
ALTER TABLE outbox_other ALTER COLUMN payload SET STORAGE EXTERNAL;
-- One row: the last snapshot of who sends.
CREATE TABLE outbox_seen (seen pg_snapshot NOT NULL);
INSERT INTO outbox_seen VALUES ('1:1:');
-- One row: rows of the outbox from before this time may be gone, whatever
-- [retention] outbox_days says by now.
CREATE TABLE outbox_gone (upto timestamptz NOT NULL);
INSERT INTO outbox_gone VALUES ('-infinity');

-- What a consumer is handed of a row.
CREATE TYPE message AS (
	id bigint,
	event_id uuid,
	aggregate text,
	aggregate_id text,
	kind text,
	payload jsonb,
	at timestamptz
);

-- Who is told. A row of the outbox is done when each who wants its kind and is
-- not retired has consumed it. Written by consumer_register and
-- consumer_retire.
CREATE TABLE consumers (
	name text PRIMARY KEY,
	kinds text[] NOT NULL,
	apply text NOT NULL,		-- the function that makes the effect
	rewind text,			-- what takes effects back; NULL: none
	attempts int NOT NULL,		-- before a row is a dead letter
	-- from when on it gets all of these kinds
	registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	retired_at timestamptz,
	-- It is replayed, from when on: until all of that is open for it again,
	-- a part at a time, nothing is made for it. Written by
	-- consumer_replay_begin, taken back by consumer_replay_end.
	replay_from timestamptz
);

-- Written in the transaction of the effect; at is the outbox row's, whose
-- partitions these follow.
CREATE TABLE consumed (
	consumer text NOT NULL,
	outbox_id bigint NOT NULL,
	at timestamptz NOT NULL,
	PRIMARY KEY (consumer, outbox_id, at)
) PARTITION BY RANGE (at);
CREATE TABLE consumed_other PARTITION OF consumed DEFAULT;

-- Rows that a consumer could not take. dead_at: it was tried as often as the
-- consumer says, counts as consumed, and waits for an operator, whatever
-- becomes of the outbox.
CREATE TABLE dead_letter (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	consumer text NOT NULL,
	message message NOT NULL,
	outbox_id bigint NOT NULL,
	attempts int NOT NULL DEFAULT 1,
	error text NOT NULL,		-- what the last try said
	failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	dead_at timestamptz,
	UNIQUE (consumer, outbox_id)
);

-- One row an action that was done; what was refused leaves none. Written in
-- the transaction of what it tells of, by audit_write.
CREATE TABLE audit_log (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	user_id bigint,			-- NULL: the command line
	action text NOT NULL,		-- 'seats.block'
	object text NOT NULL,		-- 'performance 12'
	reason text CHECK (length(reason) BETWEEN 1 AND 500), -- NULL: none given
	detail jsonb NOT NULL,
	request_id text			-- NULL: the command line
);
-- What one operator did, and what was done to one thing.
CREATE INDEX audit_log_user ON audit_log (user_id, id);
CREATE INDEX audit_log_object ON audit_log (object, id);

-- What buyers' programs told of their troubles, as text, with access tokens and
-- card numbers masked. Rows are kept for two weeks; they come and go in the order
-- of their ids.
CREATE TABLE client_log (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	user_id bigint,			-- NULL: nobody was logged in
	level text NOT NULL CHECK (level IN ('error', 'warn', 'info', 'debug')),
	message text NOT NULL CHECK (length(message) <= 2000),
	context text,			-- a JSON object, as it came
	said_at text,			-- the client's own clock
	release text,			-- of the client's program
	agent text,			-- User-Agent
	network text			-- IPv4 /24 or IPv6 /48, not more
);

-- What clients told of their troubles, counted by the day (of UTC): messages of
-- one shape together (client_log_shape), with one of them as it was.
CREATE TABLE client_log_sums (
	day date NOT NULL,
	level text NOT NULL,
	release text NOT NULL,		-- '': it said none
	shape text NOT NULL,
	n bigint NOT NULL,
	example text NOT NULL,
	PRIMARY KEY (day, level, release, shape)
);
-- Up to which id it was counted.
CREATE TABLE client_log_counted (upto bigint NOT NULL);
INSERT INTO client_log_counted VALUES (0);
