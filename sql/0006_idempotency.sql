-- SPDX-License-Identifier: BSD-2-Clause
--
-- One effect for a user, a route and an Idempotency-Key; the first answer is
-- kept and given again (IETF draft-ietf-httpapi-idempotency-key-header). Who
-- takes a key and who answers it is in functions/idempotency.

CREATE TABLE idempotency (
	user_id bigint NOT NULL,
	route text NOT NULL,
	key text NOT NULL,
	fingerprint bytea NOT NULL,		-- SHA-256 of what was asked
	status int,				-- NULL: not answered yet
	body bytea,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	PRIMARY KEY (user_id, route, key)
);
CREATE INDEX idempotency_expiry ON idempotency (expires_at);
-- Refusals are purged sooner.
CREATE INDEX idempotency_refused ON idempotency (created_at)
	WHERE status >= 400;
