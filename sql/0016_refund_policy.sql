-- SPDX-License-Identifier: BSD-2-Clause
--
-- A reservation keeps the refund policy that it was bought by: those that a
-- performance had before, until when. A trigger of performances is the only
-- writer.

CREATE TABLE refund_policies (
	performance_id bigint NOT NULL REFERENCES performances
	    ON DELETE CASCADE,
	until timestamptz NOT NULL,
	policy jsonb,
	PRIMARY KEY (performance_id, until)
);
