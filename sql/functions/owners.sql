-- SPDX-License-Identifier: BSD-2-Clause
--
-- Whose a hold, a payment or a reservation is: a user, above zero; or nobody,
-- since a till session (0018_till.sql) sold it, its number below zero.

CREATE OR REPLACE FUNCTION owner_user(p_owner bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN p_owner > 0 THEN p_owner END
$$;
CREATE OR REPLACE FUNCTION owner_till(p_owner bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN p_owner < 0 THEN -p_owner END
$$;
CREATE OR REPLACE FUNCTION owner_channel(p_owner bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN p_owner < 0 THEN 'counter' ELSE 'online' END
$$;
