-- SPDX-License-Identifier: BSD-2-Clause
--
-- What comes back of places that are given back, and until when. The policy of
-- a performance is as a catalog file has it (doc/load.md), written out: steps in
-- the order of their ends, and a time after the purchase in which all comes
-- back. NULL: all of it, until so many minutes before the start as the settings
-- say. Nobody looks for rows by it, so it is one value and no table.

ALTER TABLE performances ADD COLUMN refund_policy jsonb;

-- A reservation keeps the policy that it was bought by: those that a
-- performance had before, until when. A trigger of performances is the only
-- writer.
CREATE TABLE refund_policies (
	performance_id bigint NOT NULL REFERENCES performances
	    ON DELETE CASCADE,
	until timestamptz NOT NULL,
	policy jsonb,
	PRIMARY KEY (performance_id, until)
);
