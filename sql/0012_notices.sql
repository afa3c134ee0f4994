-- SPDX-License-Identifier: BSD-2-Clause
--
-- What buyers are told by mail: written by the consumer "notices", sent by
-- boxoffice-worker --jobs messages, forgotten after a month.

CREATE DOMAIN notice_kind AS text CHECK (VALUE IN
	('confirmed', 'given-back', 'refunded', 'lost', 'moved', 'called-off',
	'another-time', 'offered', 'received', 'passed-on'));
--   waiting  to be sent at send_at
--   sent     the mail server has taken it over
--   skipped  the buyer wants no mail, has no address or may not log in
--   failed   given up
CREATE DOMAIN notice_status AS text CHECK (VALUE IN
	('waiting', 'sent', 'skipped', 'failed'));

CREATE TABLE notices (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	event_id uuid NOT NULL,		-- Message-ID
	-- The row of the outbox, whose ids grow within a thing: notices of one
	-- thing are written in this order. A dead letter that is tried again
	-- comes late.
	outbox_id bigint NOT NULL,
	late boolean NOT NULL,
	kind notice_kind NOT NULL,
	user_id bigint NOT NULL,
	performance_id bigint NOT NULL,
	about text NOT NULL,		-- a reservation's number, a payment's id
	amount bigint NOT NULL,		-- paid or refunded
	currency char(3) NOT NULL,
	at timestamptz NOT NULL,	-- of what is told
	status notice_status NOT NULL DEFAULT 'waiting',
	send_at timestamptz NOT NULL DEFAULT '-infinity',
	tries int NOT NULL DEFAULT 0,
	error text,			-- what the last try said
	ended_at timestamptz,
	owner uuid,			-- who sends it, and until when
	owned_until timestamptz NOT NULL DEFAULT '-infinity',
	-- It begins with what grows: an event's id alone is somewhere else in its
	-- index each time.
	CONSTRAINT notices_event UNIQUE (outbox_id, event_id)
) WITH (fillfactor = 80);
CREATE INDEX notices_due ON notices (send_at) WHERE status = 'waiting';
-- How many a buyer got lately, and what was told of a thing.
CREATE INDEX notices_user ON notices (user_id, about, id);

-- What a buyer wants; without a row: mail, in the house's language.
CREATE TABLE notice_wishes (
	user_id bigint PRIMARY KEY REFERENCES users,
	mail boolean NOT NULL,
	language text NOT NULL CHECK (language IN ('ko', 'en'))
);
