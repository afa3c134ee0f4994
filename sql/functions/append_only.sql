-- SPDX-License-Identifier: BSD-2-Clause
--
-- What is written once: rows that never change, and rows that are never
-- deleted. The audit looks whether these guards stand
-- (lib/audit/audit_schema.c).

CREATE OR REPLACE FUNCTION refuse_change()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
	    USING ERRCODE = '23514', CONSTRAINT = 'append_only';
END $$;

-- What a performance is sold by goes with it, and not before.
CREATE OR REPLACE FUNCTION refuse_change_of_performance()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM performances
	    WHERE id = OLD.performance_id) THEN
		RETURN OLD;
	END IF;
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
	    USING ERRCODE = '23514', CONSTRAINT = 'append_only';
END $$;
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON prices
	FOR EACH ROW EXECUTE FUNCTION refuse_change_of_performance();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON ticket_types
	FOR EACH ROW EXECUTE FUNCTION refuse_change_of_performance();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON price_lists
	FOR EACH ROW EXECUTE FUNCTION refuse_change_of_performance();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON seat_log
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON payment_log
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON reservation_log
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_log
	FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Tables that every sale writes have no foreign keys (0004_seats). What those
-- would stand for is guarded from the other side: a row that others name is
-- never deleted and keeps its id.
CREATE OR REPLACE FUNCTION refuse_delete()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'rows of % are never deleted', TG_TABLE_NAME
	    USING ERRCODE = '23514', CONSTRAINT = 'never_deleted';
END $$;
CREATE OR REPLACE TRIGGER never_deleted BEFORE DELETE OR UPDATE OF id ON users
	FOR EACH ROW EXECUTE FUNCTION refuse_delete();

-- A performance of which nothing was ever promised may go, when it is not on
-- sale. Who has the epoch's lock alone knows that no purchase is on its way.
CREATE OR REPLACE FUNCTION refuse_delete_of_performance()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' AND OLD.status <> 'open' THEN
		PERFORM pg_advisory_xact_lock(1, 0);
		IF NOT performance_promised(OLD.id) THEN
			DELETE FROM section_stock WHERE performance_id = OLD.id;
			RETURN OLD;
		END IF;
	END IF;
	RAISE EXCEPTION 'performance % is not deleted', OLD.id
	    USING ERRCODE = '23514', CONSTRAINT = 'never_deleted';
END $$;
CREATE OR REPLACE TRIGGER never_deleted BEFORE DELETE OR UPDATE OF id
	ON performances FOR EACH ROW
	EXECUTE FUNCTION refuse_delete_of_performance();
CREATE OR REPLACE TRIGGER never_deleted BEFORE DELETE OR UPDATE OF id
	ON payments FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE OR REPLACE TRIGGER never_deleted BEFORE DELETE OR UPDATE OF id
	ON reservations FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE OR REPLACE TRIGGER never_deleted
	BEFORE DELETE OR UPDATE OF id, payment_id, amount
	ON refunds FOR EACH ROW EXECUTE FUNCTION refuse_delete();
