-- SPDX-License-Identifier: BSD-2-Clause
--
-- What happened, for those who are to be told of it: a row for each fact, in
-- the transaction that makes it one. Triggers write the rows of what moves by
-- itself; a purchase, which moves a hold, a payment and a reservation at once,
-- tells of all three in the statement that writes them (0095), since a trigger
-- each cost more than the rows.
--
-- A relay sends what is not done, in any order: rows of different things
-- become visible in another order than their ids'. The rows of one thing have
-- growing versions, since each is written while the thing's own row is locked;
-- whoever has seen a version of it drops the older ones.
CREATE TABLE outbox (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	event_id uuid NOT NULL DEFAULT gen_random_uuid(),
	aggregate text NOT NULL,	-- hold, payment, reservation
	aggregate_id text NOT NULL,	-- its token, its id, its number
	version bigint NOT NULL GENERATED ALWAYS AS (id) STORED,
	kind text NOT NULL,		-- the state it came to: hold.paid
	payload jsonb NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	sent_epoch bigint,		-- in which epoch it was sent; NULL: no
	done boolean NOT NULL DEFAULT false
);

-- A hold, each time its status changes but for paid; an extension or other
-- seats are no news to anybody outside.
CREATE FUNCTION outbox_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	VALUES ('hold', NEW.token, 'hold.' || NEW.status,
	    jsonb_build_object('performance_id', NEW.performance_id,
	    'user_id', NEW.user_id, 'seat_ids', NEW.seats));
	RETURN NULL;
END $$;
CREATE TRIGGER outbox_new AFTER INSERT ON holds
	FOR EACH ROW WHEN (NEW.status <> 'paid')
	EXECUTE FUNCTION outbox_hold();
CREATE TRIGGER outbox AFTER UPDATE OF status ON holds
	FOR EACH ROW WHEN (NEW.status <> OLD.status AND NEW.status <> 'paid')
	EXECUTE FUNCTION outbox_hold();

-- A reservation, each time that seats of it are given back.
CREATE FUNCTION outbox_reservation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	VALUES ('reservation', NEW.number,
	    'reservation.' || lower(NEW.status), jsonb_build_object(
	    'performance_id', NEW.performance_id, 'user_id', NEW.user_id,
	    'payment_id', NEW.payment_id, 'seat_ids', NEW.seats,
	    'cancelled_seat_ids', NEW.cancelled));
	RETURN NULL;
END $$;
CREATE TRIGGER outbox AFTER UPDATE OF status, cancelled ON reservations
	FOR EACH ROW EXECUTE FUNCTION outbox_reservation();
