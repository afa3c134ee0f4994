-- SPDX-License-Identifier: BSD-2-Clause
--
-- Who is told over HTTPS of what happens (Standard Webhooks 1.0), and what was
-- told: written by the consumer "webhooks", sent by boxoffice-worker --jobs
-- messages, forgotten after a month.

-- A secret is made from [webhook] key and a salt, and is kept nowhere.
CREATE TABLE webhooks (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	url text NOT NULL CONSTRAINT webhooks_url CHECK
	    (length(url) <= 500 AND url ~ '^https://[^/?#@ ]+([/?][!-~]*)?$'),
	note text NOT NULL CHECK (length(note) <= 100),
	kinds text[] NOT NULL CHECK (cardinality(kinds) > 0),
	enabled boolean NOT NULL DEFAULT true,
	why text,			-- it was disabled, where nobody did so
	key_check text NOT NULL,	-- tells [webhook] key from another
	salt uuid NOT NULL DEFAULT gen_random_uuid(),
	old_salt uuid,			-- of the secret before, and how long
	old_until timestamptz,		-- what is told is signed with it too
	quiet_until timestamptz NOT NULL DEFAULT '-infinity', -- it asked for that
	failing_since timestamptz,	-- NULL: the last try was taken
	made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

--   waiting  to be sent at send_at
--   sent     answered with 2xx
--   failed   given up
CREATE DOMAIN delivery_status AS text CHECK (VALUE IN
	('waiting', 'sent', 'failed'));

CREATE TABLE deliveries (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	webhook_id bigint NOT NULL REFERENCES webhooks ON DELETE CASCADE,
	event_id uuid NOT NULL,		-- webhook-id
	kind text NOT NULL,
	about text NOT NULL,		-- a reservation's number, a payment's
					-- or a performance's id
	body text NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	status delivery_status NOT NULL DEFAULT 'waiting',
	send_at timestamptz NOT NULL DEFAULT '-infinity',
	give_up_at timestamptz NOT NULL,
	tries int NOT NULL DEFAULT 0,	-- since it was made, or replayed
	owner uuid,			-- who sends it, and until when
	owned_until timestamptz NOT NULL DEFAULT '-infinity',
	ended_at timestamptz,
	UNIQUE (webhook_id, event_id)
) WITH (fillfactor = 80);
CREATE INDEX deliveries_due ON deliveries (webhook_id, send_at)
	WHERE status = 'waiting';
CREATE INDEX deliveries_late ON deliveries (give_up_at)
	WHERE status = 'waiting';
CREATE INDEX deliveries_owned ON deliveries (webhook_id)
	WHERE owner IS NOT NULL;

CREATE TABLE delivery_tries (
	delivery_id bigint NOT NULL REFERENCES deliveries ON DELETE CASCADE,
	at timestamptz NOT NULL,
	status int NOT NULL,		-- HTTP's; 0: no answer
	ms int NOT NULL,		-- until it was answered
	error text
);
CREATE INDEX delivery_tries_of ON delivery_tries (delivery_id, at);
