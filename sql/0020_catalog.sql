-- SPDX-License-Identifier: BSD-2-Clause
--
-- What is sold and where: shows, venues, halls with frozen revisions of their
-- seat plans, performances and their price lists. "key" is the operator's own
-- name of a thing: loading a file again finds it by that and updates it.

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
	poster_url text
);

CREATE TABLE venues (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key text NOT NULL UNIQUE,
	name_ko text NOT NULL,
	name_en text NOT NULL,
	address_ko text NOT NULL DEFAULT '',
	address_en text NOT NULL DEFAULT '',
	time_zone text NOT NULL			-- IANA, "Asia/Seoul"
);

-- A zone PostgreSQL does not know would make every date of the venue fail.
CREATE FUNCTION venue_zone_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_timezone_names
	    WHERE name = NEW.time_zone) THEN
		RAISE EXCEPTION 'venue_zone_known' USING ERRCODE = '23514',
		    CONSTRAINT = 'venue_zone_known',
		    DETAIL = format('%s is no IANA time zone', NEW.time_zone);
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER venue_zone_known BEFORE INSERT OR UPDATE OF time_zone
	ON venues FOR EACH ROW EXECUTE FUNCTION venue_zone_known();

CREATE TABLE halls (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	venue_id bigint NOT NULL REFERENCES venues,
	key text NOT NULL,
	name_ko text NOT NULL,
	name_en text NOT NULL,
	UNIQUE (venue_id, key)
);

-- The same plan is the same revision; another plan is a new one.
CREATE TABLE hall_revisions (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	hall_id bigint NOT NULL REFERENCES halls,
	revision int NOT NULL CHECK (revision >= 1),
	plan_sha256 bytea NOT NULL,
	seat_count int NOT NULL CHECK (seat_count BETWEEN 0 AND 100000),
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
	x real NOT NULL,
	y real NOT NULL,
	PRIMARY KEY (hall_revision_id, seat_no),
	UNIQUE (hall_revision_id, section_no, row_label, number),
	FOREIGN KEY (hall_revision_id, section_no) REFERENCES sections,
	FOREIGN KEY (hall_revision_id, class_no) REFERENCES price_classes
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
	    CHECK (queue_mode IN ('off', 'on', 'auto')),
	seat_rules text[] NOT NULL DEFAULT '{}',
	max_seats_per_user int NOT NULL DEFAULT 8
	    CHECK (max_seats_per_user BETWEEN 1 AND 20),
	hold_seconds int			-- NULL: the setting
	    CHECK (hold_seconds BETWEEN 10 AND 3600),
	currency char(3) NOT NULL,
	price_version int NOT NULL DEFAULT 1,	-- the current price list
	meta_version bigint NOT NULL DEFAULT 1,	-- grows with terms and prices
	CHECK (ends_at > starts_at),
	CHECK (sales_close_at > sales_open_at)
);
CREATE INDEX performances_show_start ON performances (show_id, starts_at);
CREATE INDEX performances_start ON performances (starts_at);
CREATE INDEX performances_revision ON performances (hall_revision_id);

-- Prices in minor units, one row a version and class, append-only: a hold
-- keeps its version, so what was quoted is what is paid.
CREATE TABLE prices (
	performance_id bigint NOT NULL REFERENCES performances,
	version int NOT NULL CHECK (version >= 1),
	class_no smallint NOT NULL,
	amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000),
	PRIMARY KEY (performance_id, version, class_no)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
	    USING ERRCODE = '23514', CONSTRAINT = 'append_only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON prices
	FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A revision that a performance uses never changes.
CREATE FUNCTION revision_must_be_free(revisions bigint[]) RETURNS void
	LANGUAGE plpgsql AS $$
DECLARE
	used bigint;
BEGIN
	SELECT hall_revision_id INTO used FROM performances
	    WHERE hall_revision_id = ANY (revisions) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'hall revision % is in use', used
		    USING ERRCODE = '23514', CONSTRAINT = 'revision_frozen';
	END IF;
END $$;
CREATE FUNCTION revision_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_TABLE_NAME = 'hall_revisions' THEN
		PERFORM revision_must_be_free(ARRAY[OLD.id]);
	ELSIF TG_OP = 'UPDATE' THEN
		PERFORM revision_must_be_free(ARRAY[OLD.hall_revision_id,
		    NEW.hall_revision_id]);
	ELSE
		PERFORM revision_must_be_free(ARRAY[OLD.hall_revision_id]);
	END IF;
	RETURN coalesce(NEW, OLD);
END $$;
-- A plan goes in by thousands of rows: one look for all of them.
CREATE FUNCTION revision_frozen_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM revision_must_be_free(ARRAY(
	    SELECT DISTINCT hall_revision_id FROM added));
	RETURN NULL;
END $$;
CREATE TRIGGER revision_frozen BEFORE UPDATE OR DELETE ON hall_revisions
	FOR EACH ROW EXECUTE FUNCTION revision_frozen();
CREATE TRIGGER revision_frozen BEFORE UPDATE OR DELETE ON sections
	FOR EACH ROW EXECUTE FUNCTION revision_frozen();
CREATE TRIGGER revision_frozen BEFORE UPDATE OR DELETE ON seats
	FOR EACH ROW EXECUTE FUNCTION revision_frozen();
CREATE TRIGGER revision_frozen BEFORE UPDATE OR DELETE ON price_classes
	FOR EACH ROW EXECUTE FUNCTION revision_frozen();
CREATE TRIGGER revision_frozen_new AFTER INSERT ON sections
	REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION revision_frozen_new();
CREATE TRIGGER revision_frozen_new AFTER INSERT ON seats
	REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION revision_frozen_new();
CREATE TRIGGER revision_frozen_new AFTER INSERT ON price_classes
	REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION revision_frozen_new();
