-- SPDX-License-Identifier: BSD-2-Clause
--
-- A limit that is lowered leaves those who have more seats by the old one in
-- the right. So a performance keeps the largest limit that it ever had, and
-- nobody may have more than that.
ALTER TABLE performances ADD COLUMN max_seats_ever int NOT NULL DEFAULT 0;
UPDATE performances SET max_seats_ever = max_seats_per_user;

CREATE FUNCTION performance_keep_limit() RETURNS trigger
	LANGUAGE plpgsql AS $$
BEGIN
	NEW.max_seats_ever := greatest(NEW.max_seats_ever,
	    NEW.max_seats_per_user);
	RETURN NEW;
END $$;
CREATE TRIGGER keep_limit BEFORE INSERT OR UPDATE OF max_seats_per_user
	ON performances FOR EACH ROW EXECUTE FUNCTION performance_keep_limit();
