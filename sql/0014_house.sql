-- SPDX-License-Identifier: BSD-2-Clause
--
-- House seats: blocked seats that are kept for somebody, by a code that says for
-- whom, how a map shows them, and when they go on sale if he has not come.

CREATE TABLE house_codes (
	code text PRIMARY KEY CHECK (code ~ '^[A-Za-z0-9._-]{1,32}$'),
	letter text NOT NULL CHECK (letter ~ '^[A-Z0-9]$'),
	colour text NOT NULL CHECK (colour ~ '^#[0-9a-f]{6}$'),
	owner text NOT NULL CHECK (length(owner) BETWEEN 1 AND 100),
	-- before the start; NULL: they are never released
	release_minutes int CHECK (release_minutes BETWEEN 0 AND 525600)
);
INSERT INTO house_codes VALUES
    ('house', 'H', '#7a4fbf', 'The house', 60),
    ('press', 'P', '#1f7a8c', 'The press', 120),
    ('technical', 'T', '#6b6b6b', 'Sound, light and cameras', NULL),
    ('companion', 'C', '#b3541e', 'Who comes with a wheelchair', 30);

-- The code of a blocked seat. It is of the claim with this mark: a seat that was
-- sold or blocked anew since has another, and the row says nothing of it
-- (house_live).
CREATE TABLE house_seats (
	performance_id bigint NOT NULL,
	seat_no int NOT NULL,
	mark int NOT NULL,
	code text NOT NULL REFERENCES house_codes,
	PRIMARY KEY (performance_id, seat_no)
);
CREATE INDEX house_seats_code ON house_seats (code);
