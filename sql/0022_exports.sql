-- SPDX-License-Identifier: BSD-2-Clause
--
-- Tables that an operator asked for as a file. boxoffice-worker writes it, a
-- bounded piece at a time, and forgets row and file a day after its end.

--   waiting  nobody has begun with it
--   running  owner writes it, until owned_until at least
--   done     the file is whole
--   failed   error says why
CREATE DOMAIN export_status AS text CHECK (VALUE IN
	('waiting', 'running', 'done', 'failed'));

CREATE TABLE exports (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	what text NOT NULL CHECK (what IN ('reservations', 'seats')),
	-- Of one performance, of reservations made in a time: NULL: any.
	performance_id bigint,
	from_at timestamptz,
	to_at timestamptz,
	user_id bigint,			-- who asked; NULL: the command line
	status export_status NOT NULL DEFAULT 'waiting',
	made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	ended_at timestamptz,
	error text,
	-- How far its owner is: the reservation that was written last, and the
	-- last that will be. Another owner begins anew, with another file.
	owner uuid,
	owned_until timestamptz NOT NULL DEFAULT '-infinity',
	file text,
	after_id bigint NOT NULL DEFAULT 0,
	upto_id bigint,
	n_rows bigint NOT NULL DEFAULT 0,
	n_bytes bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX exports_open ON exports (id)
	WHERE status IN ('waiting', 'running');
