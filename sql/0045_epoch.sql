-- SPDX-License-Identifier: BSD-2-Clause
--
-- The epoch: a number that grows whenever Redis may have forgotten something,
-- and part of every Redis key of a performance. run_id is the Redis server the
-- epoch was made for. Who raises it holds the advisory lock (1, 0) alone; a
-- transaction that must not outlive its epoch holds it shared and then reads.

CREATE TABLE sys_epoch (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	epoch bigint NOT NULL CHECK (epoch >= 1),
	run_id text NOT NULL,
	raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	reason text NOT NULL
);
INSERT INTO sys_epoch (epoch, run_id, reason) VALUES (1, '', 'laid down');

-- Whoever counts what a user has of a performance meets P and H here; R is in
-- reservations. A wallet payment inserts R and never touches this index.
CREATE INDEX seat_claim_promised ON seat_claim (performance_id, user_id)
	WHERE state IN ('H', 'P');
