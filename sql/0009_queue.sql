-- SPDX-License-Identifier: BSD-2-Clause
--
-- The line in front of a performance. Who waits where is a promise, kept in
-- Redis and in the tickets of those who wait; what must not be forgotten with
-- Redis is here: which numbers may have been given, how far the line has come,
-- and who may buy.

CREATE TABLE queue_state (
	performance_id bigint PRIMARY KEY,
	reserved bigint NOT NULL DEFAULT 0,	-- no number above was given
	head bigint NOT NULL DEFAULT 0,		-- the highest that was admitted
	CHECK (head BETWEEN 0 AND reserved)
);

-- A pass: a number that was admitted, for good. A row for each number that is
-- spent, and none for one that is not.
CREATE TABLE queue_pass (
	performance_id bigint NOT NULL,
	seq bigint NOT NULL CHECK (seq >= 1),
	user_id bigint NOT NULL,
	made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	-- No purchase has an id above, which were made before: those that have
	-- were made under this pass or a later one.
	bought_before bigint NOT NULL,
	-- When he began to wait, and to use it: known once he comes with his
	-- ticket.
	joined_at timestamptz,
	claimed_at timestamptz,
	until timestamptz NOT NULL,		-- when it ends at the latest
	ended_at timestamptz,			-- when it did, as far as known
	ended_by text CHECK (ended_by IN ('bought', 'left', 'lapsed')),
	PRIMARY KEY (performance_id, seq),
	CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) WITH (fillfactor = 80);
-- One at a time for each user.
CREATE UNIQUE INDEX queue_pass_one ON queue_pass (user_id, performance_id)
	WHERE ended_at IS NULL;

-- A lobby, from the moment it takes people: everybody in it waits without an
-- order, and what it is drawn by is fixed. What is here once never changes
-- (functions/queue_lobby): the house cannot try seeds, lists or beacons.
CREATE TABLE queue_lobby (
	performance_id bigint PRIMARY KEY,
	seed bytea NOT NULL CHECK (length(seed) = 32),
	-- From then on nobody comes in; the draw gives the numbers above base.
	closed_at timestamptz,
	base bigint,
	-- All ids that are drawn, sorted, one behind the other.
	list bytea,
	-- The order: users. Its public value, where one was promised.
	drawn_at timestamptz,
	beacon text,
	drawn bigint[],
	CHECK ((closed_at IS NULL) = (base IS NULL)),
	CHECK (closed_at IS NOT NULL OR list IS NULL),
	CHECK (list IS NOT NULL OR drawn_at IS NULL),
	CHECK ((drawn_at IS NULL) = (drawn IS NULL)),
	CHECK (drawn_at IS NOT NULL OR beacon IS NULL)
);
-- Neither random bytes nor numbers in a random order are worth packing: of
-- 200,000 that took half a second.
ALTER TABLE queue_lobby ALTER COLUMN list SET STORAGE EXTERNAL;
ALTER TABLE queue_lobby ALTER COLUMN drawn SET STORAGE EXTERNAL;

-- Who was in it when it closed.
CREATE TABLE queue_lobby_member (
	performance_id bigint NOT NULL,
	user_id bigint NOT NULL,
	lobby_id bytea NOT NULL CHECK (length(lobby_id) = 16),
	place bigint CHECK (place >= 1),	-- in the draw, 1: the first
	PRIMARY KEY (performance_id, user_id)
) WITH (fillfactor = 80);
