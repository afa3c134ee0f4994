-- SPDX-License-Identifier: BSD-2-Clause
--
-- Sales at a counter. Who holds seats there is a till session: wherever a row
-- has a user, such a session is its number below zero, so that no user is meant
-- and none is limited by what others buy at the counter.

-- A drawer in the hands of one operator, from its opening to its count. The cash
-- that it begins with is in no sale; expected is what should be in it, counted
-- what was.
CREATE TABLE till_sessions (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	till text NOT NULL CHECK (till ~ '^[A-Za-z0-9._-]{1,32}$'),
	operator_id bigint NOT NULL,
	currency char(3) NOT NULL,
	float_amount money_minor NOT NULL,
	opened_at timestamptz NOT NULL,
	closed_at timestamptz,
	closed_by bigint,			-- NULL: the command line, or open
	expected bigint,
	counted money_minor,
	note text CHECK (length(note) BETWEEN 1 AND 500),
	CONSTRAINT till_sessions_closed CHECK
	    (num_nonnulls(closed_at, expected, counted) IN (0, 3))
);
CREATE UNIQUE INDEX till_sessions_till ON till_sessions (till)
	WHERE closed_at IS NULL;
CREATE UNIQUE INDEX till_sessions_operator ON till_sessions (operator_id)
	WHERE closed_at IS NULL;

-- What a payment at a counter has beside those of others.
CREATE TABLE counter_sales (
	payment_id bigint PRIMARY KEY,
	number text NOT NULL UNIQUE,		-- of the reservation
	performance_id bigint NOT NULL,
	till_id bigint NOT NULL,
	operator_id bigint NOT NULL,
	seats int NOT NULL CHECK (seats >= 1),	-- how many
	complimentary boolean NOT NULL,
	name text CHECK (length(name) BETWEEN 1 AND 100),
	note text CHECK (length(note) BETWEEN 1 AND 500),
	slip text CHECK (length(slip) BETWEEN 1 AND 40),
	reason text CHECK (length(reason) BETWEEN 1 AND 500),
	at timestamptz NOT NULL
);
CREATE INDEX counter_sales_till ON counter_sales (till_id, payment_id);
CREATE INDEX counter_sales_performance
	ON counter_sales (performance_id, payment_id);
CREATE INDEX counter_sales_free ON counter_sales (operator_id, at)
	WHERE complimentary;

-- What came out of a till again: a sale that was reversed there, or what was owed
-- for one that was given back otherwise. In the ledger it is a payout.
CREATE TABLE counter_payouts (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	payment_id bigint NOT NULL,
	till_id bigint NOT NULL,
	operator_id bigint NOT NULL,
	amount money_minor NOT NULL,
	slip text CHECK (length(slip) BETWEEN 1 AND 40),
	at timestamptz NOT NULL
);
CREATE INDEX counter_payouts_payment ON counter_payouts (payment_id);

-- Tickets of such sales, each time that they were printed.
CREATE DOMAIN print_paper AS text CHECK (VALUE IN ('a4', '80mm'));
CREATE TABLE counter_prints (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	payment_id bigint NOT NULL,
	operator_id bigint NOT NULL,
	paper print_paper NOT NULL,
	reason text CHECK (length(reason) BETWEEN 1 AND 500),
	at timestamptz NOT NULL
);
CREATE INDEX counter_prints_payment ON counter_prints (payment_id);
