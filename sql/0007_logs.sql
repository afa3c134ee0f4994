-- SPDX-License-Identifier: BSD-2-Clause
--
-- What happened, for those who are to be told of it (outbox), and what
-- operators did (audit_log).

-- A row for each fact, in the transaction that makes it one:
--   reservation.confirmed   a purchase: the payload names the payment that was
--                           captured and the hold that was paid
--   reservation.<status>    seats of it were given back
--   payment.<status>        any move but the capture
--   holds.changed           all holds that a statement wrote (functions/holds)
--
-- A relay sends what is not done, in any order: rows of different things
-- become visible in another order than their ids'. The rows of one thing have
-- growing versions, since each is written while the thing's own row is locked;
-- whoever has seen a version of it drops the older ones.
CREATE TABLE outbox (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	event_id uuid NOT NULL DEFAULT gen_random_uuid(),
	aggregate text NOT NULL,	-- holds, payment, reservation
	aggregate_id text NOT NULL,	-- 'journal', its id, its number
	version bigint NOT NULL GENERATED ALWAYS AS (id) STORED,
	kind text NOT NULL,		-- the state it came to: payment.sent
	payload jsonb NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	sent_epoch bigint,		-- when it was sent; NULL: no
	done boolean NOT NULL DEFAULT false
);
-- Compressing a payload cost a fifth of making it.
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;

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
