-- SPDX-License-Identifier: BSD-2-Clause
--
-- Wallets, the double-entry ledger, payments, reservations and refunds, and what
-- providers are asked.
-- Amounts are int64 minor units with a currency. As in 0004, tables that every
-- sale writes have domains for their checks and no foreign keys, and the logs
-- begin their key with what they are read for.

-- wallet is what we owe a user, sales what performances earned, funding money
-- that came from outside. till is the cash in a drawer, terminal what a card
-- terminal took: each of a session (0018). safe is the house's cash elsewhere,
-- over_short what counts differed by, owed what is to be paid out to buyers of
-- whom nobody knows an account. As of funding, what is there is below zero.
CREATE DOMAIN ledger_account AS text CHECK (VALUE IN
	('wallet', 'sales', 'funding', 'till', 'terminal', 'safe', 'over_short',
	'owed'));
CREATE DOMAIN ledger_reason AS text CHECK (VALUE IN
	('credit', 'charge', 'payment', 'refund', 'float', 'count', 'payout'));
CREATE DOMAIN ledger_amount AS bigint CHECK (VALUE <> 0);
CREATE DOMAIN payment_method AS text CHECK (VALUE IN
	('wallet', 'card', 'mock', 'cash', 'terminal', 'complimentary'));
CREATE DOMAIN payment_status AS text CHECK (VALUE IN
	('SENT', 'CAPTURED', 'FAILED', 'CANCELING', 'CANCELED', 'LATE'));
CREATE DOMAIN reservation_status AS text CHECK (VALUE IN
	('CONFIRMED', 'PARTLY_CANCELLED', 'CANCELLED'));
-- SENT: asked of a provider; DONE: the money is back. A refund to a wallet is
-- DONE from the start.
CREATE DOMAIN refund_status AS text CHECK (VALUE IN
	('SENT', 'DONE', 'FAILED'));
-- No balance is below zero, or beyond what every JSON reader keeps exactly
-- (WALLET_BALANCE_MAX).
CREATE DOMAIN wallet_balance AS bigint
	CONSTRAINT wallets_balance_range CHECK (VALUE BETWEEN 0
	    AND 1000000000000000);

CREATE TABLE wallets (
	user_id bigint PRIMARY KEY REFERENCES users,
	balance wallet_balance NOT NULL DEFAULT 0,
	currency char(3) NOT NULL DEFAULT 'KRW'
) WITH (fillfactor = 80);

-- A transfer is a pair (or more) of lines that sum to 0.
CREATE SEQUENCE transfer_id;
CREATE TABLE ledger (
	transfer_id bigint NOT NULL,
	line smallint NOT NULL,
	account ledger_account NOT NULL,
	user_id bigint,
	amount ledger_amount NOT NULL,
	currency char(3) NOT NULL,
	reason ledger_reason NOT NULL,
	payment_id bigint,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	till_id bigint,			-- the session, of till and terminal
	PRIMARY KEY (transfer_id, line),
	CHECK ((account = 'wallet') = (user_id IS NOT NULL))
);
CREATE INDEX ledger_wallet ON ledger (user_id, transfer_id)
	WHERE account = 'wallet';
CREATE INDEX ledger_till ON ledger (till_id, transfer_id)
	WHERE till_id IS NOT NULL;
CREATE INDEX ledger_counter ON ledger (payment_id)
	WHERE account IN ('till', 'terminal', 'owed') AND payment_id IS NOT NULL;

CREATE TABLE payments (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL,
	performance_id bigint NOT NULL,
	hold_token text NOT NULL,
	method payment_method NOT NULL,
	status payment_status NOT NULL,
	amount money_minor NOT NULL,
	refunded bigint NOT NULL DEFAULT 0,
	currency char(3) NOT NULL,
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	-- What a provider took, which is asked of nobody else; refunded counts
	-- what is on its way back as well.
	captured bigint,
	CONSTRAINT payments_refunded CHECK (refunded BETWEEN 0
	    AND coalesce(captured, amount))
);
-- One attempt at a time, and at most one that succeeds, for a hold.
CREATE UNIQUE INDEX payments_hold_live ON payments (hold_token)
	WHERE status IN ('SENT', 'CAPTURED', 'CANCELING');
CREATE INDEX payments_user ON payments (user_id, id);

-- What belongs to a payment that somebody outside is asked about, and to no
-- other: a sale by wallet never comes by here.
--   made    the intent is committed, and nobody was asked for money
--   buyer   the buyer is at his bank
--   asking  a call that may take the money is, or may be, under way
--   ended   the payment has its end, of which Redis is to be told
--   look    it had its end, and the provider says something else
--   NULL    it is over
CREATE DOMAIN payment_phase AS text CHECK (VALUE IN
	('made', 'buyer', 'asking', 'ended', 'look'));
CREATE TABLE payment_outside (
	payment_id bigint PRIMARY KEY,
	phase payment_phase,
	-- The key it is made for, the number that its reservation will have, and
	-- the key's last answers: paid, refused, come too late.
	route text NOT NULL,
	key text NOT NULL,
	number text NOT NULL,
	answer bytea NOT NULL,
	declined bytea NOT NULL,
	lost bytea NOT NULL,
	provider text NOT NULL,
	account text NOT NULL,			-- at the provider; '' for the key's
	key_id text,				-- which key it was asked with
	source text,				-- what the buyer pays with, by the
						-- provider's name for it
	return_url text,			-- where his bank sends him back
						-- to; NULL: to our page
	-- Our name for it outside, 128 random bits: a database that was restored
	-- has the same ids again, and the provider still knows what they meant.
	outside_ref text NOT NULL,
	outside_id text,			-- the provider's name for it
	next_url text,				-- where the buyer's bank is
	reason text,				-- why it came to nothing
	hard_at timestamptz NOT NULL,		-- the hard end of the hold, when it
						-- was first paid for
	deadline_at timestamptz NOT NULL,	-- then it is given up
	asked_at timestamptz,			-- the money, for the first time
	look_at timestamptz NOT NULL,		-- who works on it does so then
	tries int NOT NULL DEFAULT 0,		-- since something was known
	owner uuid,				-- who works on it, and until when
	owned_until timestamptz NOT NULL DEFAULT '-infinity',
	-- When a list of its provider first had it: one that captured money and
	-- is in none is an alarm (reconcile_missing).
	listed_at timestamptz,
	CONSTRAINT payment_outside_ref UNIQUE (provider, outside_ref),
	CONSTRAINT payment_outside_id UNIQUE (provider, outside_id)
) WITH (fillfactor = 80);
CREATE INDEX payment_outside_due ON payment_outside (look_at)
	WHERE phase IS NOT NULL;
CREATE INDEX payment_outside_unlisted ON payment_outside (provider, account)
	WHERE listed_at IS NULL AND outside_id IS NOT NULL;

CREATE TABLE payment_log (
	id bigint GENERATED ALWAYS AS IDENTITY,
	payment_id bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	from_status text,			-- NULL: it began
	to_status text NOT NULL,
	reason text,
	PRIMARY KEY (payment_id, id)
);

-- Seat lines stay as history when claims go: seats and prices are arrays in
-- the same order, cancelled the seats given back so far.
CREATE TABLE reservations (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	number text NOT NULL CONSTRAINT reservations_number_key UNIQUE,
	user_id bigint NOT NULL,
	performance_id bigint NOT NULL,
	hold_token text NOT NULL CONSTRAINT reservations_hold_key UNIQUE,
	payment_id bigint NOT NULL,
	status reservation_status NOT NULL,
	seats int[] NOT NULL,
	prices bigint[] NOT NULL,
	cancelled int[] NOT NULL DEFAULT '{}',
	amount money_minor NOT NULL,
	currency char(3) NOT NULL,
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	section_no smallint,			-- as in holds
	types smallint[],			-- as in holds
	-- How often its seats or its owner were others: who has seen another
	-- number has seen another reservation.
	moves smallint NOT NULL DEFAULT 0
);
CREATE INDEX reservations_user ON reservations (user_id, id);

CREATE TABLE reservation_log (
	id bigint GENERATED ALWAYS AS IDENTITY,
	reservation_id bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	from_status text,
	to_status text NOT NULL,
	seats int[],
	user_id bigint,
	reason text,
	PRIMARY KEY (reservation_id, id)
);

-- What is returned of a payment is a row each time; their sum is
-- payments.refunded, whose CHECK keeps it from passing what was paid.
CREATE TABLE refunds (
	id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	payment_id bigint NOT NULL,
	refund_no int NOT NULL CHECK (refund_no >= 1),	-- of this payment
	amount bigint NOT NULL CHECK (amount >= 0),
	currency char(3) NOT NULL,
	status refund_status NOT NULL,
	reason text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	CONSTRAINT refunds_payment_key UNIQUE (payment_id, refund_no)
);

-- A refund that a provider is asked for: its seats stay claimed as C until he
-- has accepted it.
CREATE TABLE refund_outside (
	refund_id bigint PRIMARY KEY,
	seats int[],				-- that wait for it; NULL: none
	outside_ref text NOT NULL CONSTRAINT refund_outside_ref UNIQUE,
	outside_id text,
	asked_at timestamptz,			-- for the first time
	look_at timestamptz NOT NULL,
	tries int NOT NULL DEFAULT 0,
	over boolean NOT NULL DEFAULT false,
	owner uuid,
	owned_until timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 80);
CREATE INDEX refund_outside_due ON refund_outside (look_at) WHERE NOT over;

-- What providers told us, each event once. It decides nothing: it makes whoever
-- works on the payment look.
CREATE TABLE provider_events (
	provider text NOT NULL,
	event_id text NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	ref text,		-- what it was about, by our name for it; NULL: of
				-- nothing of ours
	CONSTRAINT provider_events_once PRIMARY KEY (provider, event_id)
);
CREATE INDEX provider_events_at ON provider_events (at);
CREATE INDEX provider_events_ref ON provider_events (ref)
	WHERE ref IS NOT NULL;
