-- SPDX-License-Identifier: BSD-2-Clause
--
-- Plans of halls that are sold by keep as they are.

-- A revision that a performance uses never changes.
CREATE OR REPLACE FUNCTION revision_must_be_free(revisions bigint[])
RETURNS void LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION revision_frozen()
RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE TRIGGER revision_frozen BEFORE UPDATE OR DELETE
	ON hall_revisions FOR EACH ROW EXECUTE FUNCTION revision_frozen();
CREATE OR REPLACE TRIGGER revision_frozen BEFORE UPDATE OR DELETE ON sections
	FOR EACH ROW EXECUTE FUNCTION revision_frozen();
CREATE OR REPLACE TRIGGER revision_frozen BEFORE UPDATE OR DELETE ON seats
	FOR EACH ROW EXECUTE FUNCTION revision_frozen();
CREATE OR REPLACE TRIGGER revision_frozen BEFORE UPDATE OR DELETE
	ON price_classes FOR EACH ROW EXECUTE FUNCTION revision_frozen();
CREATE OR REPLACE TRIGGER revision_frozen BEFORE UPDATE OR DELETE
	ON decorations FOR EACH ROW EXECUTE FUNCTION revision_frozen();

-- A plan goes in by thousands of rows: one look for all of them.
CREATE OR REPLACE FUNCTION revision_frozen_new()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM revision_must_be_free(ARRAY(
	    SELECT DISTINCT hall_revision_id FROM added));
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER revision_frozen_new AFTER INSERT ON sections
	REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION revision_frozen_new();
CREATE OR REPLACE TRIGGER revision_frozen_new AFTER INSERT ON seats
	REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION revision_frozen_new();
CREATE OR REPLACE TRIGGER revision_frozen_new AFTER INSERT ON price_classes
	REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION revision_frozen_new();
CREATE OR REPLACE TRIGGER revision_frozen_new AFTER INSERT ON decorations
	REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION revision_frozen_new();

-- Seats are promised by number: once somebody was promised one, the
-- performance keeps its hall revision.
CREATE OR REPLACE FUNCTION performance_revision_kept() RETURNS trigger
	LANGUAGE plpgsql AS $$
BEGIN
	IF performance_promised(OLD.id) THEN
		RAISE EXCEPTION 'performance % is in use', OLD.id
		    USING ERRCODE = '23514',
		    CONSTRAINT = 'performance_revision_kept';
	END IF;
	RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER performance_revision_kept
	BEFORE UPDATE OF hall_revision_id ON performances FOR EACH ROW
	WHEN (OLD.hall_revision_id <> NEW.hall_revision_id)
	EXECUTE FUNCTION performance_revision_kept();

-- Revisions that no performance uses go, with their plans.
CREATE OR REPLACE FUNCTION revisions_drop(p_revisions bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM revision_must_be_free(p_revisions);
	DELETE FROM seats WHERE hall_revision_id = ANY (p_revisions);
	DELETE FROM sections WHERE hall_revision_id = ANY (p_revisions);
	DELETE FROM price_classes WHERE hall_revision_id = ANY (p_revisions);
	DELETE FROM decorations WHERE hall_revision_id = ANY (p_revisions);
	DELETE FROM hall_revisions WHERE id = ANY (p_revisions);
END $$;

CREATE OR REPLACE FUNCTION hall_drop(p_hall bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM revisions_drop(ARRAY(SELECT id FROM hall_revisions
	    WHERE hall_id = p_hall));
	DELETE FROM halls WHERE id = p_hall;
END $$;
