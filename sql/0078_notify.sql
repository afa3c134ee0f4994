-- SPDX-License-Identifier: BSD-2-Clause
-- New terms are told to whoever listens (lib/store/db.h), so that maps in
-- Redis follow a changed sale window at once and not at the next look.

CREATE FUNCTION performances_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('boxoffice', 'terms');
	RETURN NULL;
END $$;

CREATE TRIGGER performances_tell AFTER UPDATE ON performances FOR EACH ROW
	WHEN (NEW.meta_version IS DISTINCT FROM OLD.meta_version)
	EXECUTE FUNCTION performances_tell();
