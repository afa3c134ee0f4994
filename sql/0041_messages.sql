-- SPDX-License-Identifier: BSD-2-Clause
--
-- What is written for each message is written beside what was written before it,
-- and what is gone of the outbox is known.

-- A notice's own key begins with what grows: an event's id alone is somewhere else
-- in its index each time.
ALTER TABLE notices DROP CONSTRAINT notices_event,
	ADD CONSTRAINT notices_event UNIQUE (outbox_id, event_id);

-- One row: rows of the outbox from before this time may be gone, whatever
-- [retention] outbox_days says by now.
CREATE TABLE outbox_gone (upto timestamptz NOT NULL);
INSERT INTO outbox_gone VALUES ('-infinity');
