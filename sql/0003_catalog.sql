-- SPDX-License-Identifier: BSD-2-Clause
--
-- What is sold and where: shows, venues, halls with frozen revisions of their
-- seat plans, performances and their price lists. "key" is the operator's own
-- name of a thing: loading a file again finds it by that and updates it.
-- version is what an operator must have seen of a thing to change it.

CREATE TABLE shows (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key text NOT NULL UNIQUE,
	kind text NOT NULL CHECK (kind IN ('movie', 'concert', 'play', 'sport')),
	status text NOT NULL CHECK (status IN ('upcoming', 'running', 'ended')),
	title_ko text NOT NULL,
	title_en text NOT NULL,
	synopsis_ko text NOT NULL DEFAULT '',
	synopsis_en text NOT NULL DEFAULT '',
	running_minutes int NOT NULL CHECK (running_minutes BETWEEN 1 AND 1440),
	age_rating text NOT NULL DEFAULT 'ALL',
	poster_url text,
	version bigint NOT NULL DEFAULT 1,
	changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	changed_by bigint		-- NULL: the command line
);

CREATE TABLE venues (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key text NOT NULL UNIQUE,
	name_ko text NOT NULL,
	name_en text NOT NULL,
	address_ko text NOT NULL DEFAULT '',
	address_en text NOT NULL DEFAULT '',
	time_zone text NOT NULL,		-- IANA, "Asia/Seoul"
	version bigint NOT NULL DEFAULT 1,
	changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	changed_by bigint		-- NULL: the command line
);

CREATE TABLE halls (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	venue_id bigint NOT NULL REFERENCES venues,
	key text NOT NULL,
	name_ko text NOT NULL,
	name_en text NOT NULL,
	version bigint NOT NULL DEFAULT 1,
	changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	changed_by bigint,		-- NULL: the command line
	UNIQUE (venue_id, key)
);

-- The same plan is the same revision; another plan is a new one.
CREATE TABLE hall_revisions (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	hall_id bigint NOT NULL REFERENCES halls,
	revision int NOT NULL CHECK (revision >= 1),
	plan_sha256 bytea NOT NULL,
	seat_count int NOT NULL CHECK (seat_count BETWEEN 0 AND 100000),
	changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	changed_by bigint,		-- who made it; NULL: the command line
	UNIQUE (hall_id, revision),
	UNIQUE (hall_id, plan_sha256)
);

CREATE TABLE price_classes (
	hall_revision_id bigint NOT NULL REFERENCES hall_revisions,
	class_no smallint NOT NULL CHECK (class_no BETWEEN 1 AND 200),
	key text NOT NULL,
	name_ko text NOT NULL,
	name_en text NOT NULL,
	PRIMARY KEY (hall_revision_id, class_no),
	UNIQUE (hall_revision_id, key)
);

-- assigned: seats of its own; slot: general admission, every place a numbered
-- slot in the same range of seat numbers; counter: a bare count (no seats).
CREATE TABLE sections (
	hall_revision_id bigint NOT NULL REFERENCES hall_revisions,
	section_no smallint NOT NULL CHECK (section_no >= 1),
	key text NOT NULL,
	name_ko text NOT NULL,
	name_en text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('assigned', 'slot', 'counter')),
	capacity int NOT NULL CHECK (capacity BETWEEN 1 AND 100000),
	first_seat_no int CHECK (first_seat_no >= 1),	-- NULL for counter
	class_no smallint,		-- price class of slot and counter
	focus_x double precision NOT NULL DEFAULT 0,	-- its best places are
	focus_y double precision NOT NULL DEFAULT 0,	-- near to this
	-- Where general admission is, as the plan was written.
	area_x double precision NOT NULL DEFAULT 0,
	area_y double precision NOT NULL DEFAULT 0,
	area_width double precision NOT NULL DEFAULT 1,
	area_height double precision NOT NULL DEFAULT 1,
	PRIMARY KEY (hall_revision_id, section_no),
	UNIQUE (hall_revision_id, key),
	FOREIGN KEY (hall_revision_id, class_no) REFERENCES price_classes,
	CHECK ((kind = 'counter') = (first_seat_no IS NULL)),
	CHECK ((kind = 'assigned') OR (class_no IS NOT NULL))
);

-- seat_no runs densely 1..seat_count: seat letter i of a map is seat_no i.
CREATE TABLE seats (
	hall_revision_id bigint NOT NULL,	-- its section's
	seat_no int NOT NULL CHECK (seat_no >= 1),
	section_no smallint NOT NULL,
	row_label text NOT NULL,
	number int NOT NULL,
	type text NOT NULL DEFAULT 'standard',
	class_no smallint NOT NULL,
	x double precision NOT NULL,
	y double precision NOT NULL,
	-- Not beside the seat before it, though in the same row: a segment
	-- begins (lib/catalog/segment.c).
	apart boolean NOT NULL DEFAULT false,
	PRIMARY KEY (hall_revision_id, seat_no),
	UNIQUE (hall_revision_id, section_no, row_label, number),
	FOREIGN KEY (hall_revision_id, section_no) REFERENCES sections,
	FOREIGN KEY (hall_revision_id, class_no) REFERENCES price_classes
);

-- What is to be seen on a plan beside its seats.
CREATE TABLE decorations (
	hall_revision_id bigint NOT NULL REFERENCES hall_revisions,
	decoration_no smallint NOT NULL CHECK (decoration_no >= 1),
	kind text NOT NULL CHECK (kind IN ('stage', 'exit', 'text')),
	label_ko text NOT NULL,
	label_en text NOT NULL,
	x double precision NOT NULL,		-- its upper left corner
	y double precision NOT NULL,
	width double precision NOT NULL,
	height double precision NOT NULL,
	PRIMARY KEY (hall_revision_id, decoration_no)
);

CREATE TABLE performances (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key text NOT NULL UNIQUE,
	show_id bigint NOT NULL REFERENCES shows,
	hall_revision_id bigint NOT NULL REFERENCES hall_revisions,
	status text NOT NULL DEFAULT 'open'
	    CHECK (status IN ('draft', 'open', 'closed', 'cancelled')),
	starts_at timestamptz NOT NULL,
	ends_at timestamptz NOT NULL,
	sales_open_at timestamptz NOT NULL,
	sales_close_at timestamptz NOT NULL,
	queue_mode text NOT NULL DEFAULT 'off'
	    CHECK (queue_mode IN ('off', 'fifo', 'auto', 'lobby')),
	-- The line in front of it (0009): how many may buy at a time; how many
	-- are admitted a minute, 0: as places become free; how long somebody
	-- who is not there keeps his place, once he is near; how long a pass
	-- waits for its owner, and then lasts; what the operator says of it.
	queue_active_limit int NOT NULL DEFAULT 100
	    CHECK (queue_active_limit BETWEEN 1 AND 5000),
	queue_per_minute int NOT NULL DEFAULT 0
	    CHECK (queue_per_minute BETWEEN 0 AND 60000),
	queue_grace_s int NOT NULL DEFAULT 300
	    CHECK (queue_grace_s BETWEEN 0 AND 3600),
	queue_claim_s int NOT NULL DEFAULT 150
	    CHECK (queue_claim_s BETWEEN 30 AND 3600),
	queue_pass_s int NOT NULL DEFAULT 600
	    CHECK (queue_pass_s BETWEEN 60 AND 14400),
	queue_status text NOT NULL DEFAULT 'open'
	    CHECK (queue_status IN ('open', 'paused', 'closed')),
	-- So long before the sale a lobby takes people; which public value it
	-- is drawn with, and when that is known. NULL: with none.
	queue_lobby_s int NOT NULL DEFAULT 1800
	    CHECK (queue_lobby_s BETWEEN 60 AND 86400),
	queue_beacon text CHECK (length(queue_beacon) BETWEEN 1 AND 200),
	seat_rules text[] NOT NULL DEFAULT '{}'
	    CHECK (seat_rules <@ '{no-lone-seat,accessible-last}'::text[]),
	-- A rule ends when so much of all seats is left or less, percent, or so
	-- shortly before the start; 0: with the sale.
	lone_seat_percent smallint NOT NULL DEFAULT 0
	    CHECK (lone_seat_percent BETWEEN 0 AND 100),
	lone_seat_minutes int NOT NULL DEFAULT 0
	    CHECK (lone_seat_minutes BETWEEN 0 AND 525600),
	accessible_percent smallint NOT NULL DEFAULT 0
	    CHECK (accessible_percent BETWEEN 0 AND 100),
	accessible_minutes int NOT NULL DEFAULT 0
	    CHECK (accessible_minutes BETWEEN 0 AND 525600),
	closed_sections smallint[] NOT NULL DEFAULT '{}',	-- not sold now
	max_seats_per_user int NOT NULL DEFAULT 8
	    CHECK (max_seats_per_user BETWEEN 1 AND 20),
	hold_seconds int			-- NULL: the setting
	    CHECK (hold_seconds BETWEEN 10 AND 3600),
	currency char(3) NOT NULL,
	price_version int NOT NULL DEFAULT 1,	-- the current price list
	-- Grows with every change (functions/performances): what maps and
	-- operators must have seen.
	meta_version bigint NOT NULL DEFAULT 1,
	changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	changed_by bigint,		-- NULL: the command line
	-- A limit that is lowered leaves those who have more seats by the old
	-- one in the right: the largest it ever was, which nobody may pass.
	max_seats_ever int NOT NULL DEFAULT 0,
	-- What comes back of places that are given back, and until when, as a
	-- catalog file has it (doc/load.md), written out: steps in the order of
	-- their ends, and a time after the purchase in which all comes back.
	-- NULL: all of it, until so many minutes before the start as the
	-- settings say. Nobody looks for rows by it, so it is one value.
	refund_policy jsonb,
	-- Whether buyers may take other seats themselves: off, of the same price
	-- class, or of any. Operators always may.
	moves text NOT NULL DEFAULT 'off'
	    CHECK (moves IN ('off', 'class', 'any')),
	-- Whether buyers may pass reservations on themselves. Operators always
	-- may, before the start.
	transfers text NOT NULL DEFAULT 'off'
	    CHECK (transfers IN ('off', 'on')),
	CHECK (ends_at > starts_at),
	CHECK (sales_close_at > sales_open_at)
);
CREATE INDEX performances_show_start ON performances (show_id, starts_at);
CREATE INDEX performances_start ON performances (starts_at);
CREATE INDEX performances_revision ON performances (hall_revision_id);
-- The worker looks for sales that are about to open.
CREATE INDEX performances_sale ON performances (sales_open_at);
-- And, each second, for those whose rules may end; past nights are passed over.
CREATE INDEX performances_rules ON performances (sales_close_at)
	WHERE seat_rules <> '{}' AND status = 'open';
-- And for those that were changed, of which the maps are told.
CREATE INDEX performances_changed ON performances (changed_at);

-- Prices in minor units, one row a version, class and ticket type, append-only:
-- a hold keeps its version, so what was quoted is what is paid.
CREATE TABLE prices (
	performance_id bigint NOT NULL REFERENCES performances
	    ON DELETE CASCADE,
	version int NOT NULL CHECK (version >= 1),
	class_no smallint NOT NULL,
	amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000),
	type_no smallint NOT NULL DEFAULT 0,
	PRIMARY KEY (performance_id, version, class_no, type_no)
);

-- The ticket types of a version of the price list; 0 is what is sold to who
-- names none. A version without rows has that one alone, adult. A code has one
-- number in all versions of a performance, so numbers of its holds compare
-- whichever version they were made by; the default, 0, is another one only as
-- long as nobody was promised anything (functions/catalog).
CREATE TABLE ticket_types (
	performance_id bigint NOT NULL REFERENCES performances
	    ON DELETE CASCADE,
	version int NOT NULL CHECK (version >= 1),
	type_no smallint NOT NULL CHECK (type_no >= 0),
	code text NOT NULL,
	name_ko text NOT NULL,
	name_en text NOT NULL,
	min_count smallint NOT NULL DEFAULT 0,	-- of one hold that has any
	max_count smallint NOT NULL DEFAULT 0,	-- of one hold; 0: any number
	needs_proof boolean NOT NULL DEFAULT false,
	PRIMARY KEY (performance_id, version, type_no),
	UNIQUE (performance_id, version, code)
);

-- A price list has its currency for good, as it has its amounts: what is owed
-- for a hold follows from the list that it was made by, whatever the
-- performance sells by today. performances.currency is that of its present
-- list; a trigger of performances is the only writer here, and keeps the two
-- equal.
CREATE TABLE price_lists (
	performance_id bigint NOT NULL REFERENCES performances
	    ON DELETE CASCADE,
	version int NOT NULL CHECK (version >= 1),
	currency char(3) NOT NULL,
	PRIMARY KEY (performance_id, version)
);

-- How many seats a user might have, until when. Redis knows a limit a moment
-- later than it is set: holds of that moment have been made within the former.
CREATE TABLE seat_limits (
	performance_id bigint NOT NULL REFERENCES performances
	    ON DELETE CASCADE,
	until timestamptz NOT NULL DEFAULT 'infinity',	-- infinity: the present
	seats_max int NOT NULL,
	PRIMARY KEY (performance_id, until)
);
