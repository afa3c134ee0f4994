-- SPDX-License-Identifier: BSD-2-Clause
--
-- What a message costs: it is sent without being written again, and what a
-- purchase was is counted where its seats are. And a replay may take as many
-- statements as it needs.

-- A consumer that is replayed, from when on: until all of that is open for it
-- again, a part at a time, nothing is made for it. Written by
-- consumer_replay_begin, taken back by consumer_replay_end.
ALTER TABLE consumers ADD COLUMN replay_from timestamptz;

-- Who wrote a row of the outbox. Rows are new to whoever sends them while his
-- last snapshot does not see their transaction, in whatever order those commit:
-- so a row that is sent for the first time needs no mark. One that is not done
-- a while later gets marks (send_at, n_sent).
ALTER TABLE outbox
	ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
-- One row: that snapshot.
CREATE TABLE outbox_seen (seen pg_snapshot NOT NULL);
INSERT INTO outbox_seen VALUES ('1:1:');

-- Purchases, each with the section and ticket type of its first seat; those of
-- before are in sales_holds.placed.
ALTER TABLE sales_seats ADD COLUMN bought bigint NOT NULL DEFAULT 0;
