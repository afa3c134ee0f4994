-- SPDX-License-Identifier: BSD-2-Clause
--
-- Wallets, the double-entry ledger, payments, reservations and the memory of
-- answered money requests. Amounts are int64 minor units with a currency.

CREATE TABLE wallets (
	user_id bigint PRIMARY KEY REFERENCES users,
	balance bigint NOT NULL DEFAULT 0
	    CONSTRAINT wallets_balance_not_negative CHECK (balance >= 0),
	currency char(3) NOT NULL DEFAULT 'KRW'
) WITH (fillfactor = 80);

-- A transfer is a pair (or more) of lines that sum to 0. account 'wallet' is
-- what we owe a user; 'sales' what performances earned; 'funding' money that
-- came from outside.
CREATE SEQUENCE transfer_id;
CREATE TABLE ledger (
	transfer_id bigint NOT NULL,
	line smallint NOT NULL,
	account text NOT NULL CHECK (account IN ('wallet', 'sales', 'funding')),
	user_id bigint REFERENCES users,
	amount bigint NOT NULL CHECK (amount <> 0),
	currency char(3) NOT NULL,
	reason text NOT NULL
	    CHECK (reason IN ('credit', 'charge', 'payment', 'refund')),
	payment_id bigint,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (transfer_id, line),
	CHECK ((account = 'wallet') = (user_id IS NOT NULL))
);
CREATE INDEX ledger_wallet ON ledger (user_id, transfer_id)
	WHERE account = 'wallet';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger
	FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE payments (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES users,
	performance_id bigint NOT NULL REFERENCES performances,
	hold_token text NOT NULL,
	method text NOT NULL CHECK (method IN ('wallet', 'card')),
	status text NOT NULL CHECK (status IN ('SENT', 'CAPTURED', 'FAILED',
	    'CANCELING', 'CANCELED', 'LATE')),
	amount bigint NOT NULL CHECK (amount >= 0),
	refunded bigint NOT NULL DEFAULT 0,
	currency char(3) NOT NULL,
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	CONSTRAINT payments_refunded CHECK (refunded BETWEEN 0 AND amount)
);
-- One attempt at a time, and at most one that succeeds, for a hold.
CREATE UNIQUE INDEX payments_hold_live ON payments (hold_token)
	WHERE status IN ('SENT', 'CAPTURED', 'CANCELING');
CREATE INDEX payments_user ON payments (user_id, id);

CREATE TABLE payment_log (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	payment_id bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	from_status text,			-- NULL: it began
	to_status text NOT NULL,
	reason text
);
CREATE INDEX payment_log_payment ON payment_log (payment_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payment_log
	FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Seat lines stay as history when claims go: seats and prices are arrays in
-- the same order, cancelled the seats given back so far.
CREATE TABLE reservations (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	number text NOT NULL CONSTRAINT reservations_number_key UNIQUE,
	user_id bigint NOT NULL REFERENCES users,
	performance_id bigint NOT NULL REFERENCES performances,
	hold_token text NOT NULL CONSTRAINT reservations_hold_key UNIQUE,
	payment_id bigint NOT NULL REFERENCES payments,
	status text NOT NULL CHECK (status IN
	    ('CONFIRMED', 'PARTLY_CANCELLED', 'CANCELLED')),
	seats int[] NOT NULL,
	prices bigint[] NOT NULL,
	cancelled int[] NOT NULL DEFAULT '{}',
	amount bigint NOT NULL CHECK (amount >= 0),
	currency char(3) NOT NULL,
	created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX reservations_user ON reservations (user_id, id);
CREATE INDEX reservations_performance ON reservations (performance_id);

CREATE TABLE reservation_log (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	reservation_id bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	from_status text,
	to_status text NOT NULL,
	seats int[],
	user_id bigint,
	reason text
);
CREATE INDEX reservation_log_reservation ON reservation_log (reservation_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reservation_log
	FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- One effect for a user, a route and an Idempotency-Key; the first answer is
-- kept and given again (IETF draft-ietf-httpapi-idempotency-key-header).
CREATE TABLE idempotency (
	user_id bigint NOT NULL,
	route text NOT NULL,
	key text NOT NULL,
	fingerprint bytea NOT NULL,		-- SHA-256 of what was asked
	recovery_point text NOT NULL DEFAULT 'started',
	token uuid NOT NULL,			-- who works on it now
	locked_until timestamptz NOT NULL,
	status int,				-- NULL: not finished
	body bytea,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	PRIMARY KEY (user_id, route, key)
);
CREATE INDEX idempotency_expiry ON idempotency (expires_at);
