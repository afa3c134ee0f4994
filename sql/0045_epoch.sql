-- SPDX-License-Identifier: BSD-2-Clause
--
-- The epoch: a number that grows whenever Redis may have forgotten something,
-- and part of every Redis key of a performance. run_id is the Redis server the
-- epoch was made for. Who raises it holds the advisory lock (1, 0) alone; a
-- transaction that must not outlive its epoch holds it shared and then reads.

ALTER TABLE sys_epoch ADD COLUMN reason text NOT NULL DEFAULT 'laid down';

-- Whoever counts what a user has of a performance meets P and H here; R is in
-- reservations. A wallet payment inserts R and never touches this index.
CREATE INDEX seat_claim_promised ON seat_claim (performance_id, user_id)
	WHERE state IN ('H', 'P');
