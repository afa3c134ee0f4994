-- SPDX-License-Identifier: BSD-2-Clause
--
-- What operators look payments up by, and what calls for them.

-- Where a payment that asks somebody outside has been, for those who look at it
-- later.
CREATE TABLE payment_phases (
	id bigint GENERATED ALWAYS AS IDENTITY,
	payment_id bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	phase payment_phase,			-- NULL: it is over
	PRIMARY KEY (payment_id, id)
);

-- Rows come in the order of these times, so that an index of a few pages finds
-- a day, and costs a sale next to nothing.
CREATE INDEX payments_at ON payments USING brin (created_at);
CREATE INDEX reservations_at ON reservations USING brin (created_at);
CREATE INDEX ledger_at ON ledger USING brin (at);
-- Lines of a payment by wallet are found by its user; those of others by this,
-- which no wallet writes.
CREATE INDEX ledger_outside ON ledger (payment_id)
	WHERE account = 'funding' AND payment_id IS NOT NULL;

-- What only a person can decide, once for each kind and subject. amount: what
-- is owed, or at stake.
--   other-amount     a provider took another amount than he was asked for
--   late             he took money whose seats were gone; both go back
--   refund-refused   he will not give back what he is asked to
--   refund-failed    he had accepted it, and it came to nothing
--   dispute          the buyer wants his money back by his bank
--   released         the seats of a payment were freed without his word
--   unknown-capture  he has money for something of which nothing is known here
--   unknown-refund   he gave money back that nobody here asked for
--   lost-capture     he has not the money that is booked here
CREATE DOMAIN alarm_kind AS text CHECK (VALUE IN
	('other-amount', 'late', 'refund-refused', 'refund-failed', 'dispute',
	'released', 'unknown-capture', 'unknown-refund', 'lost-capture'));
CREATE TABLE alarms (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind alarm_kind NOT NULL,
	subject text NOT NULL,			-- 'payment 17', 'refund 3'
	payment_id bigint,			-- NULL: of none of ours
	provider text,
	outside_id text,			-- by the provider's name
	amount bigint NOT NULL,
	currency char(3) NOT NULL,
	candidates bigint[] NOT NULL,		-- payments that it may be of
	raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	acknowledged_at timestamptz,
	acknowledged_by bigint,			-- NULL: the command line
	acknowledged_why text,
	CONSTRAINT alarms_once UNIQUE (kind, subject)
);
CREATE INDEX alarms_open ON alarms (id) WHERE acknowledged_at IS NULL;
CREATE INDEX alarms_payment ON alarms (payment_id);

-- Lists of a provider that are read and compared with what is here
-- (lib/payment/reconcile.h). A range is by the provider's clock, in seconds since
-- 1970; while one is being read it stays, page by page, whoever reads.
CREATE DOMAIN scan_kind AS text CHECK (VALUE IN ('payments', 'refunds'));
CREATE DOMAIN scan_span AS text CHECK (VALUE IN ('minute', 'hour', 'day'));
CREATE TABLE provider_scans (
	provider text NOT NULL,
	account text NOT NULL,
	kind scan_kind NOT NULL,
	span scan_span NOT NULL,
	due_at timestamptz NOT NULL DEFAULT '-infinity',
	from_s bigint,				-- NULL: nothing is being read
	to_s bigint,
	after text,				-- what the next page follows
	n_pages int NOT NULL DEFAULT 0,		-- of this range so far
	seen_s bigint,				-- the newest of this range
	newest_s bigint,			-- and of all that were read whole
	skew_s bigint NOT NULL DEFAULT 0,	-- its clock less ours
	tries int NOT NULL DEFAULT 0,		-- since it answered
	owner uuid,
	owned_until timestamptz NOT NULL DEFAULT '-infinity',
	PRIMARY KEY (provider, account, kind, span)
);

-- Money for an unknown capture that goes back by itself: of those only that have
-- our name, where the settings say so.
CREATE TABLE unknown_refunds (
	alarm_id bigint PRIMARY KEY,		-- of alarms
	account text NOT NULL,
	refund_ref text NOT NULL CONSTRAINT unknown_refunds_ref UNIQUE,
	asked_at timestamptz,			-- for the first time
	look_at timestamptz NOT NULL DEFAULT '-infinity',
	tries int NOT NULL DEFAULT 0,
	over boolean NOT NULL DEFAULT false,
	owner uuid,
	owned_until timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX unknown_refunds_due ON unknown_refunds (look_at) WHERE NOT over;
