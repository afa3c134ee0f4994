-- SPDX-License-Identifier: BSD-2-Clause
--
-- What follows from a venue's or a performance's terms, and how titles are
-- searched.

-- How titles and what is searched in them are compared: one spelling for
-- composed and decomposed letters, for wide and narrow ones, for capital and
-- small ones of every alphabet. Capitals, since the small ones of some letters
-- depend on their neighbours. The rules of ICU where this PostgreSQL has them,
-- else those of the database's locale.
DO $$
DECLARE
	rules text := (SELECT 'COLLATE "und-x-icu"' FROM pg_collation
	    WHERE collname = 'und-x-icu' LIMIT 1);
BEGIN
	EXECUTE format('CREATE OR REPLACE FUNCTION search_fold(said text) '
	    'RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS '
	    '''SELECT normalize(upper(normalize(said, NFKC) %s), NFKC)''',
	    coalesce(rules, ''));
END $$;

-- A zone PostgreSQL does not know would make every date of the venue fail. To list
-- those it knows, PostgreSQL reads hundreds of files, some 0.1 s: what a venue has is
-- one of them.
CREATE OR REPLACE FUNCTION venue_zone_known()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM venues WHERE time_zone = NEW.time_zone)
	    AND NOT EXISTS (SELECT FROM pg_timezone_names
	    WHERE name = NEW.time_zone) THEN
		RAISE EXCEPTION 'venue_zone_known' USING ERRCODE = '23514',
		    CONSTRAINT = 'venue_zone_known',
		    DETAIL = format('%s is no IANA time zone', NEW.time_zone);
	END IF;
	RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER venue_zone_known BEFORE INSERT OR UPDATE OF time_zone
	ON venues FOR EACH ROW EXECUTE FUNCTION venue_zone_known();

-- The only writer of price_lists.
CREATE OR REPLACE FUNCTION price_list_keep()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO price_lists (performance_id, version, currency)
	VALUES (NEW.id, NEW.price_version, NEW.currency)
	ON CONFLICT DO NOTHING;
	IF NOT FOUND AND NEW.currency <> (SELECT l.currency
	    FROM price_lists AS l WHERE l.performance_id = NEW.id
	    AND l.version = NEW.price_version) THEN
		RAISE EXCEPTION 'price_list_currency' USING ERRCODE = '23514',
		    CONSTRAINT = 'price_list_currency', DETAIL = format(
		    'price list %s of performance %s is in another currency',
		    NEW.price_version, NEW.id);
	END IF;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER price_list_keep AFTER INSERT OR UPDATE OF currency,
	price_version ON performances FOR EACH ROW
	EXECUTE FUNCTION price_list_keep();

-- The only writer of seat_limits.
CREATE OR REPLACE FUNCTION seat_limit_keep()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE seat_limits SET until = clock_timestamp()
	    WHERE performance_id = NEW.id AND until = 'infinity';
	INSERT INTO seat_limits (performance_id, seats_max)
	VALUES (NEW.id, NEW.max_seats_per_user);
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER seat_limit_new AFTER INSERT
	ON performances FOR EACH ROW
	EXECUTE FUNCTION seat_limit_keep();
CREATE OR REPLACE TRIGGER seat_limit_keep AFTER UPDATE OF max_seats_per_user
	ON performances FOR EACH ROW
	WHEN (NEW.max_seats_per_user <> OLD.max_seats_per_user)
	EXECUTE FUNCTION seat_limit_keep();

-- What is sold to who names no ticket type.
CREATE OR REPLACE FUNCTION price_list_default(p_performance bigint,
	p_version int) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT coalesce((SELECT t.code FROM ticket_types AS t
	    WHERE t.performance_id = p_performance AND t.version = p_version
	    AND t.type_no = 0), 'adult')
$$;

-- A hold that says nothing of types is of the default one, and its reservation
-- too: once somebody was promised something it stays what it is.
CREATE OR REPLACE FUNCTION price_list_default_kept()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF price_list_default(NEW.id, NEW.price_version)
	    <> price_list_default(OLD.id, OLD.price_version)
	    AND (EXISTS (SELECT FROM holds AS h WHERE h.performance_id = NEW.id)
	    OR EXISTS (SELECT FROM seat_log AS l
		WHERE l.performance_id = NEW.id)) THEN
		RAISE EXCEPTION 'price_list_default' USING ERRCODE = '23514',
		    CONSTRAINT = 'price_list_default', DETAIL = format(
		    'tickets of performance %s were promised: its default '
		    'ticket type stays %s', NEW.id,
		    price_list_default(OLD.id, OLD.price_version));
	END IF;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER price_list_default_kept AFTER UPDATE OF price_version
	ON performances FOR EACH ROW
	WHEN (NEW.price_version <> OLD.price_version)
	EXECUTE FUNCTION price_list_default_kept();

-- The largest limit that a performance ever had.
CREATE OR REPLACE FUNCTION performance_keep_limit() RETURNS trigger
	LANGUAGE plpgsql AS $$
BEGIN
	NEW.max_seats_ever := greatest(NEW.max_seats_ever,
	    NEW.max_seats_per_user);
	RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER keep_limit
	BEFORE INSERT OR UPDATE OF max_seats_per_user
	ON performances FOR EACH ROW EXECUTE FUNCTION performance_keep_limit();

-- A performance has a stock of each counter section of its hall: the plan's
-- capacity, until an operator says otherwise. Another plan is another stock;
-- none comes once somebody was promised something (functions/plans).
CREATE OR REPLACE FUNCTION section_stock_make()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM section_stock WHERE performance_id = NEW.id;
	INSERT INTO section_stock (performance_id, section_no, capacity)
	SELECT NEW.id, x.section_no, x.capacity FROM sections AS x
	    WHERE x.hall_revision_id = NEW.hall_revision_id
	    AND x.kind = 'counter';
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER section_stock_new AFTER INSERT
	ON performances FOR EACH ROW EXECUTE FUNCTION section_stock_make();
CREATE OR REPLACE TRIGGER section_stock_make AFTER UPDATE OF hall_revision_id
	ON performances FOR EACH ROW
	WHEN (NEW.hall_revision_id <> OLD.hall_revision_id)
	EXECUTE FUNCTION section_stock_make();

-- New terms are told to whoever listens (lib/store/db.h), so that maps in
-- Redis follow a changed sale window at once and not at the next look.
CREATE OR REPLACE FUNCTION performances_tell()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('boxoffice', 'terms');
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER performances_tell AFTER UPDATE
	ON performances FOR EACH ROW
	WHEN (NEW.meta_version IS DISTINCT FROM OLD.meta_version)
	EXECUTE FUNCTION performances_tell();
