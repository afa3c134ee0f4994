-- SPDX-License-Identifier: BSD-2-Clause
--
-- Second factors: codes that an app makes of a secret and of the time (RFC 6238).
-- The secret comes of the salt and a key of the settings, so that the tables alone
-- tell none.

CREATE TABLE totp (
	user_id bigint PRIMARY KEY REFERENCES users,
	salt bytea NOT NULL CHECK (length(salt) = 16),
	made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	confirmed_at timestamptz,	-- NULL: shown, and no code said yet
	-- The step of time whose code was taken last: each counts once.
	last_step bigint NOT NULL DEFAULT 0
);

-- Codes for who has lost his app. One that was used is gone.
CREATE TABLE totp_recovery (
	user_id bigint NOT NULL REFERENCES users,
	digest bytea NOT NULL,
	PRIMARY KEY (user_id, digest)
);
