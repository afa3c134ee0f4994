/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_audit - each line of the audit fails for its own violation, and no
 * other line does
 *
 * Violations are planted by the owner of the database with triggers off, or
 * straight into Redis, and taken back: the tests share one database, and an
 * audit sees all of it.
 *
 * Layer: tests.  Uses: audit, hold, reservation, house.
 */
#include "audit/audit.h"

#include "base/clock.h"
#include "recovery/seat_load.h"
#include "tests/support/buyer.h"
#include "tests/support/servers.h"

#include <inttypes.h>

static const struct audit_pace pace = {
	.budget_us = 1000000,
	.looks = 2,
	.pause_ms = 1,
};

/* ---- a house where something was sold ---- */

/* The newest performance: Ann owns 1 and 2, Bob holds 5 and 6, Carol owns 3
 * and 4; hers are the newest reservation and payment. Of the lawn's ten places
 * Dora owns three and Eve holds two. */
static void
open_house(void)
{
	house_open();
	house_lawn(10);
	house_terms();
	ck_assert_int_eq(place_on_lawn("dora", 3), HOLD_OK);
	ck_assert_int_eq(pay("dora"), 0);
	ck_assert_int_eq(place_on_lawn("eve", 2), HOLD_OK);
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), 0);
	ck_assert_int_eq(place("bob", "5 6"), HOLD_OK);
	ck_assert_int_eq(place("carol", "3 4"), HOLD_OK);
	ck_assert_int_eq(pay("carol"), 0);
	/* Nobody tells it here. */
	house_run("UPDATE outbox SET done = true WHERE NOT done");
}

/* Bob's hold would be running, and journaled or not, in the next test. */
static void
close_house(void)
{
	house_run("DELETE FROM holds WHERE status = 'held'");
	house_redis("FLUSHALL");
	house_close();
}

static struct audit_found
check(const struct audit_row *row, const struct audit_pace *how)
{
	struct audit_walk walk;

	audit_begin(&walk, row, how);
	while (!walk.done)
		ck_assert_int_eq(audit_step(&house.ctx, &walk), 0);
	return walk.found;
}

/* The names of the lines that fail, with blanks between. */
static const char *
failing(enum audit_when last)
{
	struct strbuf b;

	strbuf_init(&b, &house.ctx.arena, 0);
	strbuf_str(&b, "");
	for (int i = 0; i < audit_n_rows; i++) {
		struct audit_found found;

		if (audit_rows[i].when > last)
			continue;
		found = check(&audit_rows[i], &pace);
		if (found.n > 0) {
			ck_assert_str_ne(found.examples, "");
			strbuf_printf(&b, "%s%s", b.len > 0 ? " " : "",
			    audit_rows[i].name);
		}
	}
	return arena_str(&house.ctx.arena, strbuf_get(&b));
}

static const struct audit_row *
row_of(const char *name)
{
	for (int i = 0; i < audit_n_rows; i++)
		if (strcmp(audit_rows[i].name, name) == 0)
			return &audit_rows[i];
	ck_abort_msg("%s", name);
}

/* Reads well in an assertion's message. */
#define CLEAN ""

/* ---- planted into PostgreSQL ---- */

#define OFF "SET session_replication_role = replica; "
#define ON "; RESET session_replication_role"
#define PERFORMANCE "(SELECT max(id) FROM performances)"
#define RESERVATION "(SELECT max(id) FROM reservations)"
#define PAYMENT "(SELECT max(id) FROM payments)"
#define CAROL "(SELECT user_id FROM reservations WHERE id = " RESERVATION ")"
#define TOKEN "(SELECT hold_token FROM payments WHERE id = " PAYMENT ")"
#define CLAIM4 " WHERE performance_id = " PERFORMANCE " AND seat_no = 4"
#define IS_CAROLS " WHERE id = " RESERVATION
#define SECTION \
	" WHERE hall_revision_id = (SELECT hall_revision_id" \
	" FROM performances WHERE id = " PERFORMANCE ") AND section_no = 1"
#define PLACES " WHERE performance_id = " PERFORMANCE " AND state = 'R'"
#define STOCK " WHERE performance_id = " PERFORMANCE

static const struct planted {
	const char *fails, *what, *plant, *undo;
} planted[] = {
	{ "I1", "a seat with two claims",
	    "ALTER TABLE seat_claim DROP CONSTRAINT seat_claim_pkey;"
	    "INSERT INTO seat_claim SELECT * FROM seat_claim" CLAIM4,
	    "DELETE FROM seat_claim AS c USING seat_claim AS d"
	    " WHERE c.performance_id = d.performance_id"
	    "  AND c.seat_no = d.seat_no AND c.ctid > d.ctid;"
	    "ALTER TABLE seat_claim ADD CONSTRAINT seat_claim_pkey"
	    " PRIMARY KEY (performance_id, seat_no)" },
	{ "I1", "claims without their key",
	    "ALTER TABLE seat_claim DROP CONSTRAINT seat_claim_pkey",
	    "ALTER TABLE seat_claim ADD CONSTRAINT seat_claim_pkey"
	    " PRIMARY KEY (performance_id, seat_no)" },
	{ "I1", "a seat in two reservations",
	    "INSERT INTO prices VALUES (" PERFORMANCE ", 1, 1, 0, 9);"
	    "UPDATE reservations SET seats = '{1,3,4}',"
	    " prices = '{0,1000,1000}', types = '{9,0,0}'" IS_CAROLS,
	    "UPDATE reservations SET seats = '{3,4}',"
	    " prices = '{1000,1000}', types = NULL" IS_CAROLS },
	{ "I2", "a sold seat without a claim",
	    "CREATE TABLE kept AS SELECT * FROM seat_claim" CLAIM4 ";"
	    "DELETE FROM seat_claim" CLAIM4,
	    "INSERT INTO seat_claim SELECT * FROM kept; DROP TABLE kept" },
	{ "I2", "a seat that is cancelled by its claim alone",
	    "UPDATE seat_claim SET state = 'C'" CLAIM4,
	    "UPDATE seat_claim SET state = 'R'" CLAIM4 },
	{ "I2", "a seat that is cancelled by its reservation alone",
	    "UPDATE reservations SET cancelled = '{4}',"
	    " status = 'PARTLY_CANCELLED'" IS_CAROLS,
	    "UPDATE reservations SET cancelled = '{}', status = 'CONFIRMED'" IS_CAROLS },
	{ "I2", "a status that its seats do not say",
	    "UPDATE reservations SET status = 'CANCELLED'" IS_CAROLS,
	    "UPDATE reservations SET status = 'CONFIRMED'" IS_CAROLS },
	{ "I2", "a claim of somebody else",
	    "UPDATE seat_claim SET user_id = user_id - 1" CLAIM4,
	    "UPDATE seat_claim SET user_id = user_id + 1" CLAIM4 },
	{ "I2", "fewer places claimed than sold",
	    "UPDATE section_claim SET quantity = 2" PLACES ";"
	    "UPDATE section_stock SET taken = taken - 1, kept = kept - 1" STOCK,
	    "UPDATE section_stock SET taken = taken + 1, kept = kept + 1" STOCK
	    "; UPDATE section_claim SET quantity = 3" PLACES },
	{ "I2", "places of somebody else",
	    "UPDATE section_claim SET user_id = user_id - 1" PLACES,
	    "UPDATE section_claim SET user_id = user_id + 1" PLACES },
	{ "I2", "places sold that none are cancelled of",
	    "UPDATE reservations SET cancelled = '{3}',"
	    " status = 'PARTLY_CANCELLED' WHERE section_no = 2"
	    " AND performance_id = " PERFORMANCE,
	    "UPDATE reservations SET cancelled = '{}', status = 'CONFIRMED'"
	    " WHERE section_no = 2 AND performance_id = " PERFORMANCE },
	{ "I2", "a reservation that is not whose it went to",
	    "INSERT INTO reservation_transfers SELECT id, 2, performance_id,"
	    " now(), user_id, user_id - 1, false, NULL FROM reservations" IS_CAROLS,
	    "ALTER TABLE reservation_transfers DISABLE TRIGGER append_only;"
	    "DELETE FROM reservation_transfers;"
	    "ALTER TABLE reservation_transfers ENABLE TRIGGER append_only" },
	{ "I4", "a reservation paid by half",
	    "UPDATE reservations SET amount = 1000" IS_CAROLS,
	    "UPDATE reservations SET amount = 2000" IS_CAROLS },
	{ "I4", "a price that its list does not say",
	    "UPDATE reservations SET prices = '{999,1001}'" IS_CAROLS,
	    "UPDATE reservations SET prices = '{1000,1000}'" IS_CAROLS },
	{ "I4", "a ticket of another type than was paid for",
	    "INSERT INTO prices VALUES (" PERFORMANCE ", 1, 1, 700, 8);"
	    "UPDATE reservations SET types = '{0,8}'" IS_CAROLS,
	    "UPDATE reservations SET types = NULL" IS_CAROLS },
	{ "I4", "a place of a counter section at another price",
	    "UPDATE reservations SET types = '{0,0,8}'"
	    " WHERE section_no = 2 AND performance_id = " PERFORMANCE,
	    "UPDATE reservations SET types = NULL"
	    " WHERE section_no = 2 AND performance_id = " PERFORMANCE },
	{ "I4", "a payment that bought nothing",
	    "UPDATE reservations SET payment_id = payment_id - 1" IS_CAROLS,
	    "UPDATE reservations SET payment_id = payment_id + 1" IS_CAROLS },
	{ "I4", "a payment of another amount than its hold's",
	    "UPDATE holds SET amount = 2001, prices = '{1000,1001}'"
	    " WHERE token = " TOKEN,
	    "UPDATE holds SET amount = 2000, prices = '{1000,1000}'"
	    " WHERE token = " TOKEN },
	{ "I4", "a hold of another amount than its seats cost",
	    "UPDATE holds SET prices = '{1000,1001}' WHERE token = " TOKEN,
	    "UPDATE holds SET prices = '{1000,1000}' WHERE token = " TOKEN },
	{ "I4", "a payment in another currency than its hold's",
	    "UPDATE holds SET currency = 'USD' WHERE token = " TOKEN,
	    "UPDATE holds SET currency = 'KRW' WHERE token = " TOKEN },
	{ "I4", "a hold in another currency than its price list's",
	    OFF "UPDATE price_lists SET currency = 'USD'"
		" WHERE performance_id = " PERFORMANCE ON,
	    OFF "UPDATE price_lists SET currency = 'KRW'"
		" WHERE performance_id = " PERFORMANCE ON },
	{ "I4", "a payment that was not debited",
	    OFF "UPDATE ledger SET payment_id = NULL"
		" WHERE payment_id = " PAYMENT ON,
	    OFF "UPDATE ledger SET payment_id = " PAYMENT
		" WHERE payment_id IS NULL AND reason = 'payment'" ON },
	{ "I5", "more refunded than paid",
	    "ALTER TABLE payments DROP CONSTRAINT payments_refunded;"
	    "UPDATE payments SET refunded = 2001 WHERE id = " PAYMENT,
	    "UPDATE payments SET refunded = 0 WHERE id = " PAYMENT ";"
	    "ALTER TABLE payments ADD CONSTRAINT payments_refunded"
	    " CHECK (refunded BETWEEN 0 AND amount)" },
	{ "I5", "a refund that nobody got",
	    "UPDATE payments SET refunded = 1000 WHERE id = " PAYMENT,
	    "UPDATE payments SET refunded = 0 WHERE id = " PAYMENT },
	{ "I5", "a refund that the payment does not know",
	    "INSERT INTO ledger (transfer_id, line, account, user_id, amount,"
	    " currency, reason, payment_id) VALUES (0, 1, 'wallet', " CAROL ","
	    " 1000, 'KRW', 'refund', " PAYMENT "), (0, 2, 'sales', NULL, -1000,"
	    " 'KRW', 'refund', " PAYMENT ");"
	    "UPDATE wallets SET balance = balance + 1000"
	    " WHERE user_id = " CAROL,
	    OFF "DELETE FROM ledger WHERE transfer_id = 0" ON ";"
		"UPDATE wallets SET balance = balance - 1000"
		" WHERE user_id = " CAROL },
	{ "I6", "a balance without a line",
	    "UPDATE wallets SET balance = balance + 1 WHERE user_id = " CAROL,
	    "UPDATE wallets SET balance = balance - 1 WHERE user_id = " CAROL },
	{ "I6", "a transfer that makes money",
	    OFF
	    "UPDATE ledger SET amount = amount + 1 WHERE payment_id = " PAYMENT
	    " AND account = 'sales'" ON,
	    OFF
	    "UPDATE ledger SET amount = amount - 1 WHERE payment_id = " PAYMENT
	    " AND account = 'sales'" ON },
	{ "I7", "a ledger that can be changed",
	    "ALTER TABLE ledger DISABLE TRIGGER append_only",
	    "ALTER TABLE ledger ENABLE TRIGGER append_only" },
	{ "I7", "users that can be deleted",
	    "DROP TRIGGER never_deleted ON users",
	    "CREATE TRIGGER never_deleted BEFORE DELETE OR UPDATE OF id"
	    " ON users FOR EACH ROW EXECUTE FUNCTION refuse_delete()" },
	{ "I7", "a lobby whose seed can be changed",
	    "ALTER TABLE queue_lobby DISABLE TRIGGER queue_lobby_kept",
	    "ALTER TABLE queue_lobby ENABLE TRIGGER queue_lobby_kept" },
	{ "I7", "a guard that lets everybody pass",
	    "ALTER FUNCTION refuse_change() RENAME TO kept;"
	    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
	    " AS 'BEGIN RETURN NEW; END';"
	    "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE"
	    " ON seat_log FOR EACH ROW EXECUTE FUNCTION refuse_change()",
	    "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE"
	    " ON seat_log FOR EACH ROW EXECUTE FUNCTION kept();"
	    "DROP FUNCTION refuse_change();"
	    "ALTER FUNCTION kept() RENAME TO refuse_change" },
	{ "I8", "a payment that left a final state",
	    "INSERT INTO payment_log (payment_id, from_status, to_status)"
	    " VALUES (" PAYMENT ", 'CAPTURED', 'FAILED'),"
	    " (" PAYMENT ", 'FAILED', 'CAPTURED')",
	    OFF "DELETE FROM payment_log WHERE 'FAILED' IN (from_status,"
		" to_status)" ON },
	{ "I8", "a payment whose last move was not logged",
	    "CREATE TABLE kept AS SELECT * FROM payment_log WHERE"
	    " payment_id = " PAYMENT " AND to_status = 'CAPTURED';" OFF
	    "DELETE FROM payment_log WHERE id IN (SELECT id FROM kept)" ON,
	    "INSERT INTO payment_log OVERRIDING SYSTEM VALUE"
	    " SELECT * FROM kept; DROP TABLE kept" },
	{ "I8", "a payment without a log",
	    "CREATE TABLE kept AS SELECT * FROM payment_log WHERE"
	    " payment_id = " PAYMENT ";" OFF
	    "DELETE FROM payment_log WHERE id IN (SELECT id FROM kept)" ON,
	    "INSERT INTO payment_log OVERRIDING SYSTEM VALUE"
	    " SELECT * FROM kept; DROP TABLE kept" },
	{ "I9", "a payment that nobody ends",
	    "INSERT INTO payments (user_id, performance_id, hold_token, method,"
	    " status, amount, currency, changed_at) VALUES (" CAROL ","
	    " " PERFORMANCE ", 'x', 'card', 'SENT', 1, 'KRW',"
	    " now() - interval '61 s');"
	    "INSERT INTO payment_log (payment_id, to_status) VALUES"
	    " (" PAYMENT ", 'SENT')",
	    OFF "DELETE FROM payment_log WHERE payment_id = " PAYMENT ";"
		"DELETE FROM payments WHERE hold_token = 'x'" ON },
	{ "I10", "a paid seat that went back",
	    "INSERT INTO seat_log (performance_id, seats, from_state,"
	    " to_state, user_id, hold_token) SELECT performance_id, '{4}',"
	    " 'P', 'A', user_id, hold_token FROM reservations" IS_CAROLS,
	    OFF "DELETE FROM seat_log WHERE to_state = 'A'" ON },
	{ "I10", "a seat that a clock freed",
	    "INSERT INTO seat_log (performance_id, seats, from_state,"
	    " to_state, user_id, hold_token) VALUES (" PERFORMANCE ", '{9}',"
	    " 'P', 'H', " CAROL ", 'nobody''s')",
	    OFF "DELETE FROM seat_log WHERE from_state = 'P'"
		" AND to_state = 'H'" ON },
	{ "I10", "a seat that nobody pays for",
	    "INSERT INTO seat_claim (performance_id, seat_no, state, mark,"
	    " user_id, hold_token) VALUES (" PERFORMANCE ", 9, 'P', 1,"
	    " " CAROL ", 'nobody''s')",
	    "DELETE FROM seat_claim WHERE state = 'P'" },
	{ "I10", "places that nobody pays for",
	    "INSERT INTO section_claim (performance_id, hold_token, section_no,"
	    " state, quantity, user_id) VALUES (" PERFORMANCE
	    ", 'nobody''s', 2,"
	    " 'P', 1, " CAROL
	    "); UPDATE section_stock SET taken = taken + 1" STOCK,
	    "DELETE FROM section_claim WHERE state = 'P';"
	    "UPDATE section_stock SET taken = taken - 1" STOCK },
	{ "I12", "a hold of an epoch to come",
	    "UPDATE holds SET epoch = epoch + 1000 WHERE status = 'held'",
	    "UPDATE holds SET epoch = epoch - 1000 WHERE status = 'held'" },
	{ "I13", "more seats than were ever allowed",
	    "UPDATE performances SET max_seats_ever = 1"
	    " WHERE id = " PERFORMANCE,
	    "UPDATE performances SET max_seats_ever = 8"
	    " WHERE id = " PERFORMANCE },
	{ "I15", "a number that was not reserved",
	    "INSERT INTO queue_pass (performance_id, seq, user_id,"
	    " bought_before, until) VALUES (" PERFORMANCE ", 7, 1, 0, now())",
	    "DELETE FROM queue_pass" },
	{ "I15", "a head that is behind",
	    "INSERT INTO queue_pass (performance_id, seq, user_id,"
	    " bought_before, until) VALUES (" PERFORMANCE ", 7, 1, 0, now());"
	    "INSERT INTO queue_state VALUES (" PERFORMANCE ", 50, 6)",
	    "DELETE FROM queue_pass; DELETE FROM queue_state" },
	{ "I15", "a number that somebody else has drawn",
	    "INSERT INTO queue_lobby VALUES (" PERFORMANCE
	    ", sha256(''), now(),"
	    " 5, '', now(), NULL, '{1,2}');"
	    "INSERT INTO queue_lobby_member VALUES (" PERFORMANCE
	    ", 1, substr(sha256(''), 1, 16), 1), (" PERFORMANCE
	    ", 2, substr(sha256(''), 1, 16), 2);"
	    "INSERT INTO queue_pass (performance_id, seq, user_id,"
	    " bought_before, until) VALUES (" PERFORMANCE ", 6, 1, 0, now()),"
	    " (" PERFORMANCE ", 7, 3, 0, now());"
	    "INSERT INTO queue_state VALUES (" PERFORMANCE ", 50, 7)",
	    "DELETE FROM queue_pass; DELETE FROM queue_state;"
	    "DELETE FROM queue_lobby_member;"
	    "ALTER TABLE queue_lobby DISABLE TRIGGER queue_lobby_kept;"
	    "DELETE FROM queue_lobby;"
	    "ALTER TABLE queue_lobby ENABLE TRIGGER queue_lobby_kept" },
	{ "I16", "a user with two passes",
	    "DROP INDEX queue_pass_one;"
	    "INSERT INTO queue_pass (performance_id, seq, user_id,"
	    " bought_before, until) SELECT " PERFORMANCE ", n, 1, 0, now()"
	    " FROM generate_series(6, 7) AS n;"
	    "INSERT INTO queue_state VALUES (" PERFORMANCE ", 50, 7)",
	    "DELETE FROM queue_pass; DELETE FROM queue_state;"
	    "CREATE UNIQUE INDEX queue_pass_one ON queue_pass (user_id,"
	    " performance_id) WHERE ended_at IS NULL" },
	{ "I16", "passes without their key", "DROP INDEX queue_pass_one",
	    "CREATE UNIQUE INDEX queue_pass_one ON queue_pass (user_id,"
	    " performance_id) WHERE ended_at IS NULL" },
	{ "I17", "a message that nobody sends",
	    "INSERT INTO outbox (aggregate, aggregate_id, kind, payload, at)"
	    " VALUES ('x', 'x', 'x', '{}', now() - interval '121 s')",
	    "DELETE FROM outbox WHERE kind = 'x'" },
	{ "I17", "a message that nobody takes",
	    "INSERT INTO outbox (aggregate, aggregate_id, kind, payload,"
	    " send_at, n_sent) VALUES ('x', 'x', 'x', '{}', 'infinity', 6)",
	    "DELETE FROM outbox WHERE kind = 'x'" },
	{ "I17", "effects without their key",
	    "ALTER TABLE consumed DROP CONSTRAINT consumed_pkey",
	    "ALTER TABLE consumed ADD PRIMARY KEY (consumer, outbox_id, at)" },
	{ "I18", "an older fact told behind a newer one",
	    "INSERT INTO notices (event_id, outbox_id, late, kind, user_id,"
	    " performance_id, about, amount, currency, at)"
	    " SELECT gen_random_uuid(), 9 - n, false, 'confirmed', " CAROL ","
	    " 1, 'x', 1, 'KRW', now() FROM generate_series(1, 2) AS n",
	    "DELETE FROM notices" },
	{ "I28", "sales that were not counted, while others are on their way",
	    "UPDATE outbox SET done = aggregate <> 'reservation';"
	    "UPDATE outbox SET payload = payload || jsonb_build_object("
	    " 'performance_id', 0, 'was', payload->'performance_id'),"
	    " send_at = clock_timestamp() WHERE NOT done;"
	    "INSERT INTO consumers VALUES"
	    " ('sales', '{}', 'sales_count', NULL, 5, '-infinity')",
	    "UPDATE outbox SET done = true, payload = payload - 'was'"
	    " || jsonb_build_object('performance_id', payload->'was')"
	    " WHERE NOT done;"
	    "DELETE FROM consumers WHERE name = 'sales'" },
	{ "I19", "a purchase without a key",
	    "CREATE TABLE kept AS SELECT * FROM idempotency"
	    " WHERE user_id = " CAROL ";"
	    "DELETE FROM idempotency WHERE user_id = " CAROL,
	    "INSERT INTO idempotency SELECT * FROM kept; DROP TABLE kept" },
	{ "I19", "a purchase with two keys",
	    "INSERT INTO idempotency SELECT user_id, route, 'key-2',"
	    " fingerprint, status, body,"
	    " created_at, expires_at FROM idempotency WHERE user_id = " CAROL,
	    "DELETE FROM idempotency WHERE key = 'key-2'" },
	{ "I19", "a key with two rows",
	    "ALTER TABLE idempotency DROP CONSTRAINT idempotency_pkey;"
	    "INSERT INTO idempotency SELECT * FROM idempotency"
	    " WHERE user_id = " CAROL,
	    "DELETE FROM idempotency AS i USING idempotency AS j"
	    " WHERE i.user_id = j.user_id AND i.key = j.key"
	    "  AND i.ctid > j.ctid;"
	    "ALTER TABLE idempotency ADD PRIMARY KEY (user_id, route, key)" },
	{ "I19", "a final answer that was not kept",
	    "INSERT INTO idempotency (user_id, route, key, fingerprint,"
	    " status, expires_at) VALUES (" CAROL ", 'POST /x', 'k', '', 409,"
	    " now())",
	    "DELETE FROM idempotency WHERE route = 'POST /x'" },
	{ "I19", "a purchase of somebody else's reservation",
	    "UPDATE idempotency SET user_id = user_id - 1"
	    " WHERE user_id = " CAROL,
	    "UPDATE idempotency SET user_id = user_id + 1"
	    " WHERE user_id = " CAROL " - 1" },
	{ "I22", "a claim of a seat that the hall has not",
	    "INSERT INTO seat_claim (performance_id, seat_no, state, mark)"
	    " VALUES (" PERFORMANCE ", 25, 'B', 0)",
	    "DELETE FROM seat_claim WHERE seat_no = 25" },
	{ "I22", "a claim of a performance that is none",
	    "INSERT INTO seat_claim (performance_id, seat_no, state, mark)"
	    " VALUES (" PERFORMANCE " + 99, 1, 'B', 0)",
	    "DELETE FROM seat_claim WHERE state = 'B'" },
	{ "I22", "a stock that is not what is claimed",
	    "UPDATE section_stock SET taken = taken + 1" STOCK,
	    "UPDATE section_stock SET taken = taken - 1" STOCK },
	{ "I22", "a stock of which less is kept than is sold",
	    "UPDATE section_stock SET kept = kept - 1" STOCK,
	    "UPDATE section_stock SET kept = kept + 1" STOCK },
	{ "I22", "a claim of a section that has no stock",
	    "INSERT INTO section_claim (performance_id, hold_token, section_no,"
	    " state, quantity, user_id, expires_at) VALUES (" PERFORMANCE ","
	    " 'nobody''s', 3, 'H', 1, " CAROL ", now())",
	    "DELETE FROM section_claim WHERE state = 'H'" },
	{ "I22", "a stock of more than there is",
	    "ALTER TABLE section_stock DROP CONSTRAINT section_stock_taken;"
	    "UPDATE section_stock SET capacity = 2" STOCK,
	    "UPDATE section_stock SET capacity = 10" STOCK ";"
	    "ALTER TABLE section_stock ADD CONSTRAINT section_stock_taken"
	    " CHECK (taken BETWEEN 0 AND capacity)" },
	{ "I22", "a section with more seats taken than places",
	    OFF "UPDATE sections SET kind = 'slot', class_no = 1,"
		" capacity = 5" SECTION ON,
	    OFF "UPDATE sections SET kind = 'assigned', class_no = NULL,"
		" capacity = 24" SECTION ON },
};

START_TEST(a_violation_in_the_database_fails_its_line_alone)
{
	const struct planted *p = &planted[_i];
	enum audit_when last = row_of(p->fails)->when;
	const char *fails;

	house_run(p->plant);
	fails = failing(last);
	house_run(p->undo);
	ck_assert_msg(strcmp(fails, p->fails) == 0, "%s: %s fails", p->what,
	    fails);
	fails = failing(last);
	ck_assert_msg(strcmp(fails, CLEAN) == 0, "after %s: %s fails", p->what,
	    fails);
}
END_TEST

START_TEST(sales_that_will_be_counted_are_no_violation)
{
	house_run(
	    "UPDATE outbox SET done = aggregate <> 'reservation';"
	    "INSERT INTO consumers VALUES"
	    " ('sales', '{}', 'sales_count', NULL, 5, '-infinity')");
	ck_assert_uint_eq(check(row_of("I28"), &pace).n, 0);
	house_run("UPDATE outbox SET done = true");
	ck_assert_uint_gt(check(row_of("I28"), &pace).n, 0);
	house_run("DELETE FROM consumers WHERE name = 'sales'");
}
END_TEST

/* ---- planted into Redis ---- */

static int64_t
epoch(void)
{
	return house_count("SELECT epoch FROM sys_epoch", 0);
}

/* A command, in which {} stands for the performance's braces and $ for a
 * user. */
static const char *
redis(const char *name, const char *words)
{
	struct strbuf b;

	strbuf_init(&b, &house.ctx.arena, 0);
	for (const char *p = words; *p != '\0'; p++) {
		if (*p == '{')
			strbuf_printf(&b, "{p%" PRId64 ".%" PRId64,
			    house.performance, epoch());
		else if (*p == '$')
			strbuf_i64(&b, house_user(name));
		else
			strbuf_char(&b, *p);
	}
	return house_redis(arena_str(&house.ctx.arena, strbuf_get(&b)));
}

static const struct planted_in_redis {
	const char *fails, *what, *plant, *undo;
} planted_in_redis[] = {
	{ "I11", "a sold seat that is free", "SETRANGE bo:{}:seats 2 A",
	    "SETRANGE bo:{}:seats 2 R" },
	{ "I11", "a free seat that is sold", "SETRANGE bo:{}:seats 9 R",
	    "SETRANGE bo:{}:seats 9 A" },
	{ "I22", "less letters than the map says", "HSET bo:{}:meta seats 25",
	    "HSET bo:{}:meta seats 24" },
	{ "I11", "a free seat that is blocked", "SETRANGE bo:{}:seats 9 B",
	    "SETRANGE bo:{}:seats 9 A" },
	{ "I11", "a seat held by nobody", "SETRANGE bo:{}:seats 9 H",
	    "SETRANGE bo:{}:seats 9 A" },
	{ "I11", "a held seat that is free", "SETRANGE bo:{}:seats 4 A",
	    "SETRANGE bo:{}:seats 4 H" },
	{ "I11", "a seat paid for by nobody", "SETRANGE bo:{}:seats 9 P",
	    "SETRANGE bo:{}:seats 9 A" },
	{ "I13", "a user with more than allowed", "HSET bo:{}:holds u$ 0\r9",
	    "HSET bo:{}:holds u$ 0\r2" },
	{ "I13", "seats counted that nobody holds", "HSET bo:{}:holds u$ 1\r2",
	    "HSET bo:{}:holds u$ 0\r2" },
	{ "I14", "a pass without a row", "HSET bo:{}:pass 5 7",
	    "HDEL bo:{}:pass 5" },
	{ "I14", "more who buy than may", "HSET bo:{}:line over 1",
	    "HDEL bo:{}:line over" },
};

/* house_redis cuts at blanks, and a user's record has one. */
static void
change(const char *words)
{
	struct arena *a = &house.ctx.arena;
	char *text = arena_str(a, span_str(words));
	char *blank = strchr(text, '\r');
	const struct span argv[] = { SPAN_LIT("HSET"),
		span_str(arena_printf(a, "bo:{p%" PRId64 ".%" PRId64 "}:holds",
		    house.performance, epoch())),
		span_str(arena_printf(a, "u%" PRId64, house_user("carol"))),
		blank == NULL ? SPAN_NONE
			      : span_str(arena_printf(a, "%c %s", blank[-1],
				  blank + 1)) };
	struct kv_reply reply;

	if (blank == NULL)
		redis("carol", words);
	else
		ck_assert_int_eq(kv_command(house.ctx.kv, a, 4, argv, &reply),
		    0);
}

START_TEST(a_violation_in_redis_fails_its_line_alone)
{
	const struct planted_in_redis *p = &planted_in_redis[_i];
	const char *fails;

	change(p->plant);
	fails = failing(AUDIT_SETTLED);
	change(p->undo);
	ck_assert_msg(strcmp(fails, p->fails) == 0, "%s: %s fails", p->what,
	    fails);
	ck_assert_str_eq(failing(AUDIT_SETTLED), CLEAN);
}
END_TEST

static void
set_stock(const char *stock)
{
	struct arena *a = &house.ctx.arena;
	struct kv_reply reply;

	ck_assert_int_eq(kv_command(house.ctx.kv, a, 4,
			     (struct span[]){ SPAN_LIT("HSET"),
				 span_str(arena_printf(a,
				     "bo:{p%" PRId64 ".%" PRId64 "}:stock",
				     house.performance, epoch())),
				 SPAN_LIT("2"), span_str(stock) },
			     &reply),
	    0);
}

START_TEST(a_stock_in_redis_that_is_another_fails_its_line_alone)
{
	static const struct {
		const char *fails, *stock;
	} rows[] = {
		{ "I22", "2 3 10 3" }, /* more promised than held */
		{ "I22", "2 3 10 0" },
		{ "I11", "1 3 10 2" },
		{ "I11", "2 2 10 2" },
		{ "I11", "2 3 11 2" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		set_stock(rows[i].stock);
		ck_assert_str_eq(failing(AUDIT_SETTLED), rows[i].fails);
	}
	set_stock("2 3 10 2");
	ck_assert_str_eq(failing(AUDIT_SETTLED), CLEAN);
}
END_TEST

START_TEST(another_owner_mark_fails_the_comparison_of_maps)
{
	redis("", "SETRANGE bo:{}:refs 8 mark");
	ck_assert_str_eq(failing(AUDIT_SETTLED), "I11");
}
END_TEST

START_TEST(a_hold_that_was_not_journaled_fails_unless_none_is)
{
	house_run("DELETE FROM holds WHERE status = 'held'");
	ck_assert_str_eq(failing(AUDIT_SETTLED), "I11");
	house.ctx.set.hold_durability = HOLDS_REDIS;
	ck_assert_str_eq(failing(AUDIT_SETTLED), CLEAN);
}
END_TEST

START_TEST(a_journaled_hold_that_redis_has_not_fails)
{
	house_run(
	    "UPDATE holds SET status = 'held' WHERE status = 'paid'"
	    " AND performance_id = " PERFORMANCE);
	ck_assert_str_eq(failing(AUDIT_SETTLED), "I11");
	house_run(
	    "UPDATE holds SET status = 'paid' WHERE status = 'held'"
	    " AND token IN (SELECT hold_token FROM reservations)");
}
END_TEST

/* Of maps that agree with themselves, the first was not told of the new terms
 * yet, the second says that it knows them. */
START_TEST(a_map_of_another_plan_than_its_terms_fails)
{
	long long seats = house_count(
	    "SELECT count(*) FROM seats"
	    " WHERE hall_revision_id = (SELECT hall_revision_id"
	    " FROM performances WHERE id = $1)",
	    house.performance);

	house_renew();
	ck_assert_uint_eq(strlen(house_map()), (size_t)seats);
	house_plan(30);
	ck_assert_str_eq(failing(AUDIT_ALWAYS), CLEAN);
	redis("", "HSET bo:{}:meta terms 2");
	ck_assert_str_eq(failing(AUDIT_ALWAYS), "I22");
	ck_assert_int_eq(seat_reload(&house.ctx, house.performance), 0);
	ck_assert_str_eq(failing(AUDIT_ALWAYS), CLEAN);
	redis("", "SETRANGE bo:{}:seats 30 A");
	ck_assert_str_eq(failing(AUDIT_ALWAYS), "I22");
	ck_assert_uint_eq(strlen(house_map()), 30);
	ck_assert_str_eq(failing(AUDIT_ALWAYS), CLEAN);
}
END_TEST

START_TEST(a_living_map_of_an_older_epoch_fails)
{
	struct arena *a = &house.ctx.arena;
	long long old = (long long)epoch() - 1;

	ck_assert_int_ge(old, 1);
	house_redis(arena_printf(a, "HSET bo:{p%lld.%lld}:meta s live",
	    (long long)house.performance, old));
	house_redis(arena_printf(a, "SADD bo:job:loaded.%lld %lld", old,
	    (long long)house.performance));
	ck_assert_str_eq(failing(AUDIT_SETTLED), "I12");
	house_redis(arena_printf(a, "HSET bo:{p%lld.%lld}:meta s dead",
	    (long long)house.performance, old));
	ck_assert_str_eq(failing(AUDIT_SETTLED), CLEAN);
}
END_TEST

/* ---- what is no violation ---- */

START_TEST(a_house_in_order_passes_every_line)
{
	ck_assert_str_eq(failing(AUDIT_SETTLED), CLEAN);
	ck_assert_int_eq(place("dan", "7 8"), HOLD_OK);
	ck_assert_int_eq(drop("dan", hold.token), HOLD_OK);
	ck_assert_str_eq(failing(AUDIT_SETTLED), CLEAN);
}
END_TEST

START_TEST(a_rebuild_passes_every_line)
{
	house_redis("FLUSHALL");
	house_reopen();
	ck_assert_str_eq(house_map(), "RRRRHHAAAAAAAAAAAAAAAAAA");
	ck_assert_str_eq(failing(AUDIT_SETTLED), CLEAN);
}
END_TEST

START_TEST(a_purchase_being_made_passes_the_lines_that_always_hold)
{
	ck_assert_int_eq(place("dan", "7 8"), HOLD_OK);
	ck_assert_int_eq(begin_to_pay("dan"), HOLD_OK);
	ck_assert_str_eq(failing(AUDIT_ALWAYS), CLEAN);
	/* but it must not stay so */
	ck_assert_str_eq(failing(AUDIT_SETTLED), "I11");
}
END_TEST

START_TEST(a_limit_that_was_lowered_wrongs_nobody)
{
	house_run(
	    "UPDATE performances SET max_seats_per_user = 1,"
	    " meta_version = meta_version + 1 WHERE id = " PERFORMANCE);
	ck_assert_str_eq(failing(AUDIT_SETTLED), CLEAN);
	redis("", "HSET bo:{}:meta max 1");
	ck_assert_str_eq(failing(AUDIT_SETTLED), CLEAN);
}
END_TEST

START_TEST(a_cancelled_seat_is_claimed_until_it_is_refunded)
{
	house_run(
	    "UPDATE reservations SET cancelled = '{4}',"
	    " status = 'PARTLY_CANCELLED'" IS_CAROLS
	    ";"
	    "UPDATE seat_claim SET state = 'C'" CLAIM4);
	ck_assert_str_eq(failing(AUDIT_ALWAYS), CLEAN);
	house_run(
	    "DELETE FROM seat_claim" CLAIM4
	    ";"
	    "INSERT INTO ledger (transfer_id, line, account, user_id, amount,"
	    " currency, reason, payment_id) VALUES (nextval('transfer_id'),"
	    " 1, 'wallet', " CAROL ", 1000, 'KRW', 'refund', " PAYMENT
	    "),"
	    " (currval('transfer_id'), 2, 'sales', NULL, -1000, 'KRW',"
	    " 'refund', " PAYMENT
	    ");"
	    "UPDATE wallets SET balance = balance + 1000"
	    " WHERE user_id = " CAROL
	    ";"
	    "UPDATE payments SET refunded = 1000 WHERE id = " PAYMENT);
	ck_assert_str_eq(failing(AUDIT_ALWAYS), CLEAN);
}
END_TEST

START_TEST(a_declined_payment_gives_its_seats_back)
{
	house_run(
	    "INSERT INTO payments (user_id, performance_id, hold_token,"
	    " method, status, amount, currency) VALUES (" CAROL
	    ","
	    " " PERFORMANCE
	    ", 'declined', 'card', 'SENT', 1, 'KRW');"
	    "INSERT INTO payment_log (payment_id, from_status, to_status)"
	    " VALUES (" PAYMENT
	    ", NULL, 'SENT');"
	    "UPDATE payments SET status = 'FAILED' WHERE id = " PAYMENT
	    ";"
	    "INSERT INTO seat_log (performance_id, seats, from_state,"
	    " to_state, user_id, hold_token) VALUES (" PERFORMANCE
	    ", '{9}',"
	    " 'P', 'A', " CAROL ", 'declined')");
	ck_assert_str_eq(failing(AUDIT_SETTLED), CLEAN);
}
END_TEST

#ifdef FAULTS
static void
audit_maps_alone(void)
{
	if (check(row_of("I11"), &pace).n > 0)
		_exit(1);
}

START_TEST(a_difference_that_does_not_last_is_none)
{
	struct sleeper s;

	redis("", "SETRANGE bo:{}:seats 2 A");
	buyer_sleep(&s, "audit.look_again", audit_maps_alone);
	redis("", "SETRANGE bo:{}:seats 2 R");
	ck_assert_int_eq(buyer_wake(&s), 0);
}
END_TEST
#endif

/* ---- the walk ---- */

START_TEST(an_audit_in_small_steps_counts_the_same)
{
	const struct audit_pace slow = { .budget_us = 1,
		.looks = 1,
		.statement_ms = 5000 };
	struct audit_walk walk;
	int64_t n_steps = 0;

	house_run("UPDATE wallets SET balance = balance + 1");
	audit_begin(&walk, row_of("I6"), &slow);
	for (; !walk.done; n_steps++)
		ck_assert_int_eq(audit_step(&house.ctx, &walk), 0);
	ck_assert_int_eq(walk.found.n,
	    house_count("SELECT count(*) FROM wallets", 0));
	ck_assert_int_ge(n_steps,
	    house_count("SELECT max(id) FROM users", 0) / 16);
	house_run("UPDATE wallets SET balance = balance - 1");
}
END_TEST

START_TEST(maps_in_small_steps_are_all_looked_at)
{
	const struct audit_pace slow = { .budget_us = 1, .looks = 1 };

	redis("", "SETRANGE bo:{}:seats 2 A");
	house_close();
	house_open(); /* one more performance */
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
	redis("", "SETRANGE bo:{}:seats 9 R");
	ck_assert_int_eq(check(row_of("I11"), &slow).n, 2);
}
END_TEST

START_TEST(a_statement_that_takes_too_long_is_a_fault)
{
	const struct audit_pace hasty = { .budget_us = 1000000,
		.statement_ms = 100,
		.looks = 1 };
	struct settings set;
	struct audit_walk walk;
	struct db *other;

	servers_settings(&set);
	other = db_open(&set, DB_PRIMARY);
	ck_assert_int_eq(db_begin(other), 0);
	ck_assert_int_eq(
	    db_exec_script(other, &house.ctx.arena, "LOCK TABLE wallets"), 0);
	audit_begin(&walk, row_of("I6"), &hasty);
	ck_assert_int_eq(audit_step(&house.ctx, &walk), DB_F_TIMEOUT);
	ck_assert(!walk.done);
	db_close(other);
	ck_assert_int_eq(check(row_of("I6"), &hasty).n, 0);
}
END_TEST

START_TEST(a_store_that_is_away_is_a_fault)
{
	struct audit_walk walk;

	servers_redis_stop();
	audit_begin(&walk, row_of("I12"), &pace);
	ck_assert_int_lt(audit_step(&house.ctx, &walk), 0);
	servers_redis_start();
	house_reopen();
	ck_assert_str_eq(house_map(), "RRRRHHAAAAAAAAAAAAAAAAAA");
	ck_assert_str_eq(failing(AUDIT_SETTLED), CLEAN);
}
END_TEST

/* ---- what clients were told ---- */

SQL(test_audit_number,
    "SELECT number FROM reservations ORDER BY id DESC LIMIT 1 OFFSET $1");

/* Of Carol's, or of Ann's before. */
static struct span
number(int64_t nth)
{
	struct arena *a = &house.ctx.arena;
	const struct db_param param = db_i64(a, nth);
	struct db_rows rows;

	ck_assert_int_eq(db_run(house.ctx.primary, a, &sql_test_audit_number, 1,
			     &param, &rows),
	    0);
	return db_cell(&rows, 0, 0);
}

/* How many are wrong of two purchases: Carol's, and this one. */
static int64_t
told(const char *name, const char *key, struct span reservation)
{
	const struct audit_ack acks[] = { { 1, house_user("carol"),
					      SPAN_LIT("key-1"), number(0) },
		{ 2, name[0] == '\0' ? 0 : house_user(name), span_str(key),
		    reservation } };
	struct audit_found found = { .n = 0 };

	ck_assert_int_eq(audit_history(&house.ctx, acks, 2, &found), 0);
	return found.n;
}

START_TEST(what_clients_were_told_is_looked_up)
{
	ck_assert_int_eq(told("carol", "key-1", number(0)), 0);
	ck_assert_int_eq(told("ann", "key-1", number(1)), 0);
	ck_assert_int_eq(told("", "", number(1)), 0);
	/* lost, somebody else's, another one by the same key */
	ck_assert_int_eq(
	    told("carol", "key-2", SPAN_LIT("0000-0000-0000-0000")), 1);
	ck_assert_int_eq(told("ann", "key-2", number(0)), 1);
	ck_assert_int_eq(told("carol", "key-1", number(1)), 2);
}
END_TEST

SUITE("audit")
{
	FIXTURE_ONCE(house_start, servers_stop);
	FIXTURE(open_house, close_house);
	TEST_LOOP(a_violation_in_the_database_fails_its_line_alone,
	    (int)ARRAY_LEN(planted));
	TEST(sales_that_will_be_counted_are_no_violation);
	TEST_LOOP(a_violation_in_redis_fails_its_line_alone,
	    (int)ARRAY_LEN(planted_in_redis));
	TEST(a_stock_in_redis_that_is_another_fails_its_line_alone);
	TEST(another_owner_mark_fails_the_comparison_of_maps);
	TEST(a_hold_that_was_not_journaled_fails_unless_none_is);
	TEST(a_journaled_hold_that_redis_has_not_fails);
	TEST(a_map_of_another_plan_than_its_terms_fails);
	TEST(a_living_map_of_an_older_epoch_fails);
	TEST(a_house_in_order_passes_every_line);
	TEST(a_rebuild_passes_every_line);
	TEST(a_purchase_being_made_passes_the_lines_that_always_hold);
	TEST(a_limit_that_was_lowered_wrongs_nobody);
	TEST(a_cancelled_seat_is_claimed_until_it_is_refunded);
	TEST(a_declined_payment_gives_its_seats_back);
#ifdef FAULTS
	TEST(a_difference_that_does_not_last_is_none);
#endif
	TEST(an_audit_in_small_steps_counts_the_same);
	TEST(maps_in_small_steps_are_all_looked_at);
	TEST(a_statement_that_takes_too_long_is_a_fault);
	TEST(a_store_that_is_away_is_a_fault);
	TEST(what_clients_were_told_is_looked_up);
}
