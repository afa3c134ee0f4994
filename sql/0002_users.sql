-- SPDX-License-Identifier: BSD-2-Clause
--
-- Who may buy. login_id is shown as it was typed (NFC); login_fold is what
-- must be unique, so that look-alikes of one name cannot both exist.
-- A user without a password hash (made for rehearsals) cannot log in.

CREATE TABLE users (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	login_id text NOT NULL,
	login_fold text NOT NULL CONSTRAINT users_login_fold_key UNIQUE,
	password_hash text,
	name text NOT NULL,
	email text NOT NULL,
	role text NOT NULL DEFAULT 'USER'
		CHECK (role IN ('USER', 'STAFF', 'GATE', 'ADMIN')),
	disabled boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	-- The version is what an operator must have seen to change the user.
	version bigint NOT NULL DEFAULT 1,
	changed_at timestamptz NOT NULL DEFAULT now(),
	changed_by bigint,		-- NULL: nobody yet, or the command line
	-- Access tokens are believed unread until they end. Where an operator
	-- has changed the user since they were given out, the gates ask here
	-- (lib/account/standing.h): judged_at says when that was, and
	-- sessions up to sessions_until are over.
	judged_at timestamptz,
	sessions_until bigint NOT NULL DEFAULT 0
);
CREATE INDEX users_judged ON users (judged_at) WHERE judged_at IS NOT NULL;
CREATE INDEX users_role ON users (role, id) WHERE role <> 'USER';

-- A session is a family of refresh tokens.
-- Refresh tokens rotate: each use makes the next one of its family, and a
-- used one that comes back revokes the whole family. Only digests are kept.
CREATE TABLE refresh_family (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,	-- growing
	user_id bigint NOT NULL REFERENCES users,
	created_at timestamptz NOT NULL DEFAULT now(),
	revoked_at timestamptz,
	-- When its user last said his password in it: what hurts most is done
	-- only shortly after (lib/account/session.h).
	proved_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX refresh_family_user ON refresh_family (user_id, id);

CREATE TABLE refresh_token (
	digest bytea PRIMARY KEY,		-- SHA-256 of the token
	family_id bigint NOT NULL REFERENCES refresh_family ON DELETE CASCADE,
	issued_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	used_at timestamptz,
	successor bytea,			-- digest of what replaced it
	-- The successor can be made again from the token and this salt, so that
	-- every repeated request is given the same one. The table alone tells
	-- neither. NULL: not used, or too long ago to be repeated.
	salt bytea
);
CREATE INDEX refresh_token_family ON refresh_token (family_id);
CREATE INDEX refresh_token_expiry ON refresh_token (expires_at);
CREATE INDEX refresh_token_salted ON refresh_token (used_at)
	WHERE salt IS NOT NULL;
