-- SPDX-License-Identifier: BSD-2-Clause
--
-- Tickets that were issued anew. The first issue of each place has no row: what
-- is in a ticket comes of the reservation and of a secret.

CREATE TABLE ticket_issues (
	reservation_id bigint NOT NULL,
	place int NOT NULL,			-- of reservations.seats
	issue int NOT NULL CHECK (issue BETWEEN 1 AND 20),
	performance_id bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (reservation_id, place, issue)
);
CREATE INDEX ticket_issues_performance ON ticket_issues (performance_id);
-- For the list of what a gate has to refuse.
CREATE INDEX reservations_given_back ON reservations (performance_id)
	WHERE cancelled <> '{}';
