-- SPDX-License-Identifier: BSD-2-Clause
--
-- What the processes agree on among themselves.

-- The epoch grows whenever Redis may have forgotten something. It is part of
-- every Redis key, and the intent of a payment reads this row under a shared
-- lock to know that the promise it turns into a fact was made in it.
CREATE TABLE sys_epoch (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	epoch bigint NOT NULL CHECK (epoch >= 1),
	run_id text NOT NULL DEFAULT '',	-- Redis's, '' before the first
	state text NOT NULL
	    CHECK (state IN ('LIVE', 'REBUILDING', 'PG_ONLY')),
	raised_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO sys_epoch (epoch, state) VALUES (1, 'LIVE');

-- Who leads a job that must not run twice. The fence grows with each holder;
-- a leader checks it in the transaction it works in, so one that slept past
-- its time and wakes up changes nothing.
CREATE TABLE lease (
	name text PRIMARY KEY,
	holder text NOT NULL,
	fence bigint NOT NULL CHECK (fence >= 1),
	until timestamptz NOT NULL
);
