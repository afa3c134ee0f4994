-- SPDX-License-Identifier: BSD-2-Clause
--
-- Performances that were called off: all that was sold of them goes back, which
-- boxoffice-worker sees to until done_at.

CREATE TABLE called_off (
	performance_id bigint PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	done_at timestamptz
);
CREATE INDEX called_off_open ON called_off (performance_id)
	WHERE done_at IS NULL;
