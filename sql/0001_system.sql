-- SPDX-License-Identifier: BSD-2-Clause
--
-- What the processes agree on among themselves.

-- The epoch grows whenever Redis may have forgotten something. It is part of
-- every Redis key of a performance. Who raises it holds the advisory lock
-- (1, 0) alone; a transaction that must not outlive its epoch, as a purchase
-- that turns a promise into a fact, holds it shared and then reads this row.
CREATE TABLE sys_epoch (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	epoch bigint NOT NULL CHECK (epoch >= 1),
	run_id text NOT NULL DEFAULT '',	-- Redis's, '' before the first
	raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	reason text NOT NULL DEFAULT 'laid down'
);
INSERT INTO sys_epoch (epoch) VALUES (1);
