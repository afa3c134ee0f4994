-- SPDX-License-Identifier: BSD-2-Clause
--
-- What is in the catalog, as operators see it (lib/catalog/entry.h): for each
-- kind of thing a view with the same columns. members is what a catalog file
-- says of it (doc/load.md; null is as absent there), more what else is to be
-- known and never changes, said what is searched.

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
	'poster_url', s.poster_url) AS members, NULL::json AS more
FROM shows AS s;

DROP VIEW IF EXISTS entry_venues;
CREATE VIEW entry_venues AS
SELECT v.id, 0::bigint AS parent_id, NULL::text AS kind, NULL::text AS status,
    concat_ws(' ', v.key, v.name_ko, v.name_en) AS said,
    v.version, v.changed_by, v.changed_at, json_build_object(
	'key', v.key,
	'name', entry_text(v.name_ko, v.name_en),
	'address', entry_text(v.address_ko, v.address_en),
	'time_zone', v.time_zone) AS members, NULL::json AS more
FROM venues AS v;

DROP VIEW IF EXISTS entry_halls;
CREATE VIEW entry_halls AS
SELECT h.id, h.venue_id AS parent_id, NULL::text AS kind, NULL::text AS status,
    concat_ws(' ', h.key, h.name_ko, h.name_en) AS said,
    h.version, h.changed_by, h.changed_at, json_build_object(
	'key', h.key,
	'name', entry_text(h.name_ko, h.name_en)) AS members,
    json_build_object('venue_id', h.venue_id) AS more
FROM halls AS h;

-- A revision never becomes another, so that it is always in its first version.
DROP VIEW IF EXISTS entry_revisions;
CREATE VIEW entry_revisions AS
SELECT r.id, r.hall_id AS parent_id, NULL::text AS kind, NULL::text AS status,
    r.revision::text AS said, 1::bigint AS version, r.changed_by, r.changed_at,
    json_build_object(
	'revision', r.revision,
	'seat_count', r.seat_count,
	'plan_sha256', encode(r.plan_sha256, 'hex')) AS members,
    json_build_object('hall_id', r.hall_id) AS more
FROM hall_revisions AS r;
