-- SPDX-License-Identifier: BSD-2-Clause
--
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
	EXECUTE format('CREATE FUNCTION search_fold(said text) RETURNS text '
	    'LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS '
	    '''SELECT normalize(upper(normalize(said, NFKC) %s), NFKC)''',
	    coalesce(rules, ''));
END $$;
