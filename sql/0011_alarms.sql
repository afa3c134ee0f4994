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

-- What an event was about, by our name for it; NULL: of nothing of ours.
ALTER TABLE provider_events ADD COLUMN ref text;
CREATE INDEX provider_events_ref ON provider_events (ref)
	WHERE ref IS NOT NULL;

-- Rows come in the order of these times, so that an index of a few pages finds
-- a day, and costs a sale next to nothing.
CREATE INDEX payments_at ON payments USING brin (created_at);
CREATE INDEX reservations_at ON reservations USING brin (created_at);
CREATE INDEX ledger_at ON ledger USING brin (at);
-- Lines of a payment by wallet are found by its user; those of others by this,
-- which no wallet writes.
CREATE INDEX ledger_outside ON ledger (payment_id)
	WHERE account = 'funding' AND payment_id IS NOT NULL;
