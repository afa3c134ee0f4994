-- SPDX-License-Identifier: BSD-2-Clause
--
-- What is in the catalog, as operators see it (lib/catalog/entry.h): for each
-- kind of thing a view with the same columns. members is what a catalog file
-- says of it (doc/load.md; null is as absent there), said what is searched.

-- A text in its languages; NULL where there is none.
CREATE OR REPLACE FUNCTION entry_text(p_ko text, p_en text) RETURNS json
	LANGUAGE sql IMMUTABLE AS $$
SELECT CASE WHEN p_ko <> '' OR p_en <> ''
	THEN json_build_object('ko', p_ko, 'en', p_en) END;
$$;

DROP VIEW IF EXISTS entry_shows;
CREATE VIEW entry_shows AS
SELECT s.id, 0::bigint AS parent_id, s.kind, s.status,
    concat_ws(' ', s.key, s.title_ko, s.title_en) AS said,
    s.version, s.changed_by, s.changed_at, json_build_object(
	'key', s.key,
	'kind', s.kind,
	'status', s.status,
	'title', entry_text(s.title_ko, s.title_en),
	'synopsis', entry_text(s.synopsis_ko, s.synopsis_en),
	'running_minutes', s.running_minutes,
	'age_rating', s.age_rating,
	'poster_url', s.poster_url) AS members
FROM shows AS s;
