-- SPDX-License-Identifier: BSD-2-Clause
--
-- What may become of a performance, whoever changes it: a catalog file, an
-- operator over HTTP, the command line.

-- Whether a seat or a place of it was ever promised to anybody.
CREATE OR REPLACE FUNCTION performance_promised(p_performance bigint)
	RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT EXISTS (SELECT FROM seat_claim WHERE performance_id = p_performance)
	OR EXISTS (SELECT FROM section_claim
	    WHERE performance_id = p_performance)
	OR EXISTS (SELECT FROM holds WHERE performance_id = p_performance)
	OR EXISTS (SELECT FROM seat_log WHERE performance_id = p_performance);
$$;

-- Whoever changes a performance need not think of the terms' version, by which
-- operators notice each other as well.
CREATE OR REPLACE FUNCTION performance_changed() RETURNS trigger
	LANGUAGE plpgsql AS $$
BEGIN
	NEW.meta_version := greatest(NEW.meta_version, OLD.meta_version + 1);
	NEW.changed_at := clock_timestamp();
	RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER performance_changed BEFORE UPDATE ON performances
	FOR EACH ROW WHEN (NEW.* IS DISTINCT FROM OLD.*)
	EXECUTE FUNCTION performance_changed();
