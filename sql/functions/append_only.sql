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
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON prices
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON ticket_types
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON price_lists
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
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
CREATE OR REPLACE TRIGGER never_deleted BEFORE DELETE OR UPDATE OF id
	ON performances FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE OR REPLACE TRIGGER never_deleted BEFORE DELETE OR UPDATE OF id
	ON payments FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE OR REPLACE TRIGGER never_deleted BEFORE DELETE OR UPDATE OF id
	ON reservations FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE OR REPLACE TRIGGER never_deleted
	BEFORE DELETE OR UPDATE OF id, payment_id, amount
	ON refunds FOR EACH ROW EXECUTE FUNCTION refuse_delete();
