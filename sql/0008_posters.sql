-- SPDX-License-Identifier: BSD-2-Clause
--
-- A show's own poster, which goes before the address that the catalog may have
-- for it (shows.poster_url). It is served by its digest: another image is
-- another address, so caches keep each for ever.

CREATE TABLE posters (
	show_id bigint PRIMARY KEY REFERENCES shows,
	sha256 bytea NOT NULL CHECK (length(sha256) = 32),
	type text NOT NULL
		CHECK (type IN ('image/png', 'image/jpeg', 'image/webp')),
	image bytea NOT NULL CHECK (length(image) <= 2097152)
);
-- Images are packed already.
ALTER TABLE posters ALTER COLUMN image SET STORAGE EXTERNAL;
CREATE INDEX posters_sha256 ON posters (sha256);
