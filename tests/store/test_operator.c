/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_operator - what operators see of payments, and what they do about them
 *
 * The real routes, run through dispatch without a web server, and boxofficectl;
 * the provider is made up (support/teller.h).
 *
 * Layer: tests.  Uses: fcgi-app, ctl, admin, buyer, teller.
 */
#include "admin/payment_move.h"
#include "base/clock.h"
#include "tests/support/house_shell.h"
#include "tests/support/teller.h"
#include "tests/support/wire.h"

#define API "/api/v1"

static char *boss, *ann; /* their access tokens */

static void
setup(void)
{
	house_open();
	house_run(
	    "TRUNCATE payments, payment_outside, payment_log, payment_phases,"
	    " provider_events, alarms, unknown_refunds, refunds, refund_outside, reservations,"
	    " reservation_log, seat_claim, seat_log, idempotency, holds");
	teller_open();
	wire_open(&house.ctx);
	boss = wire_token(house_user("boss"), ROLE_ADMIN);
	ann = wire_token(house_user("ann"), ROLE_USER);
}

static void
teardown(void)
{
	wire_close();
	teller_close();
	house_close();
}

static char *print(const char *fmt, ...) PRINTF_LIKE(1, 2);

static char *
print(const char *fmt, ...)
{
	char made[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(made, sizeof(made), fmt, ap);
	va_end(ap);
	return arena_printf(&house.ctx.arena, "%s", made);
}

static const struct json *
at(const struct json *object, const char *name)
{
	const struct json *v = json_get(object, name);

	ck_assert_msg(v != NULL, "%s is missing", name);
	return v;
}

static int64_t
number_at(const struct json *object, const char *name)
{
	ck_assert_int_eq(at(object, name)->type, JSON_INT);
	return at(object, name)->i64;
}

static const char *
text_at(const struct json *object, const char *name)
{
	ck_assert_int_eq(at(object, name)->type, JSON_STRING);
	return arena_str(&house.ctx.arena, at(object, name)->str);
}

/* ---- purchases ---- */

/* By wallet; the reservation's number. */
static const char *
buy(const char *name, const char *seats)
{
	ck_assert_int_eq(place(name, seats), HOLD_OK);
	ck_assert_int_eq(
	    pay_key(name, hold.token, arena_str(&house.ctx.arena, hold.token)),
	    PURCHASE_OK);
	bought.answer.body.len = RESERVATION_NUMBER_LEN;
	return arena_str(&house.ctx.arena, bought.answer.body);
}

/* By card, as far as the teller lets it come; the payment. */
static int64_t
buy_by_card(const char *name, const char *seats, enum teller_says says)
{
	teller->says = says;
	ck_assert_int_eq(place(name, seats), HOLD_OK);
	ck_assert_int_eq(pay_by(&card, name, hold.token,
			     arena_str(&house.ctx.arena, hold.token)),
	    PURCHASE_E_PENDING);
	work();
	return last_payment();
}

static const char *
number_of(int64_t payment)
{
	ck_assert_int_eq(
	    ask("GET", print(API "/admin/payments/%lld", (long long)payment),
		boss, NULL),
	    200);
	return text_at(at(body, "payment"), "reservation_number");
}

/* ---- looking for them ---- */

/* How many a search of payments, or of reservations, finds. */
static size_t
found(const char *what, const char *query)
{
	ck_assert_int_eq(
	    ask("GET", print(API "/admin/%s?%s", what, query), boss, NULL),
	    200);
	return at(body, "items")->n;
}

static int64_t
first_id(void)
{
	return number_at(&at(body, "items")->items[0], "id");
}

static const char *
login_of(const char *name)
{
	const struct db_param param = db_i64(&house.ctx.arena,
	    house_user(name));
	static const struct sql login = { "test_operator_login",
		"SELECT login_id FROM users WHERE id = $1" };
	struct db_rows rows;

	ck_assert_int_eq(db_run(house.ctx.primary, &house.ctx.arena, &login, 1,
			     &param, &rows),
	    0);
	return arena_str(&house.ctx.arena, db_cell(&rows, 0, 0));
}

START_TEST(payments_are_found_by_number_login_seat_state_and_method)
{
	const char *number = buy("ann", "1 2");
	int64_t declined = buy_by_card("bob", "3", TELLER_DECLINES);
	int64_t captured;
	long long p = house.performance;

	ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	captured = buy_by_card("cat", "3 4", TELLER_TAKES);

	ck_assert_uint_eq(found("payments", ""), 3);
	ck_assert_int_eq(first_id(), captured);
	ck_assert_uint_eq(found("payments", print("number=%s", number)), 1);
	ck_assert_str_eq(text_at(at(body, "items")->items, "method"), "wallet");
	ck_assert_uint_eq(found("payments", "number=0000-0000-0000-0000"), 0);
	ck_assert_uint_eq(found("payments", print("login=%s", login_of("bob"))),
	    1);
	ck_assert_int_eq(first_id(), declined);
	ck_assert_uint_eq(found("payments", "login=nobody-at-all"), 0);
	ck_assert_uint_eq(
	    found("payments", print("performance_id=%lld&seat_id=3", p)), 2);
	ck_assert_uint_eq(found("payments",
			      print("performance_id=%lld&seat_id=3"
				    "&status=CAPTURED",
				  p)),
	    1);
	ck_assert_int_eq(first_id(), captured);
	ck_assert_uint_eq(
	    found("payments", print("performance_id=%lld&seat_id=9", p)), 0);
	ck_assert_uint_eq(found("payments", "status=CANCELED"), 1);
	ck_assert_uint_eq(found("payments", "method=card"), 2);
	ck_assert_uint_eq(found("payments", "method=mock"), 0);
	ck_assert_uint_eq(found("payments", "method=cash"), 0);
	ck_assert_uint_eq(found("payments", print("performance_id=%lld", p)),
	    3);
	ck_assert_uint_eq(found("payments", "performance_id=1&status=SENT"), 0);
}
END_TEST

START_TEST(reservations_are_found_by_the_same)
{
	const char *number = buy("ann", "1 2");
	long long p = house.performance;

	(void)buy_by_card("cat", "3 4", TELLER_TAKES);
	ck_assert_uint_eq(found("reservations", ""), 2);
	ck_assert_uint_eq(found("reservations", print("number=%s", number)), 1);
	ck_assert_uint_eq(
	    found("reservations", print("login=%s", login_of("cat"))), 1);
	ck_assert_uint_eq(found("reservations", "method=card"), 1);
	ck_assert_uint_eq(found("reservations", "status=CONFIRMED"), 2);
	ck_assert_uint_eq(found("reservations", "status=CANCELLED"), 0);
	ck_assert_uint_eq(
	    found("reservations", print("performance_id=%lld&seat_id=2", p)),
	    1);
	ck_assert_str_eq(text_at(at(body, "items")->items, "number"), number);
}
END_TEST

START_TEST(a_list_is_read_page_by_page)
{
	int64_t last = INT64_MAX;
	const char *cursor = "";
	int n = 0;

	(void)buy("ann", "1");
	(void)buy("bob", "2");
	(void)buy("cat", "3");
	do {
		ck_assert_uint_eq(found("payments", print("limit=1%s", cursor)),
		    1);
		ck_assert_int_lt(first_id(), last);
		last = first_id();
		n++;
		if (at(body, "next_cursor")->type == JSON_STRING)
			cursor = print("&cursor=%s",
			    text_at(body, "next_cursor"));
		else
			cursor = NULL;
	} while (cursor != NULL);
	ck_assert_int_eq(n, 3);
}
END_TEST

/* The house is in Seoul, nine hours before UTC. */
START_TEST(a_day_is_one_of_the_house)
{
	house_run(
	    print("INSERT INTO payments (user_id, performance_id,"
		  " hold_token, method, status, amount, currency,"
		  " created_at) VALUES (%lld, %lld, 'x', 'card', 'SENT',"
		  " 1, 'KRW', '2026-03-01T15:30:00Z'),"
		  " (%lld, %lld, 'y', 'card', 'SENT',"
		  " 1, 'KRW', '2026-03-01T14:30:00Z')",
		(long long)house_user("ann"), (long long)house.performance,
		(long long)house_user("ann"), (long long)house.performance));
	ck_assert_uint_eq(found("payments", "from=2026-03-02&to=2026-03-02"),
	    1);
	ck_assert_uint_eq(found("payments", "from=2026-03-01&to=2026-03-01"),
	    1);
	ck_assert_uint_eq(found("payments", "from=2026-03-01&to=2026-03-02"),
	    2);
	ck_assert_uint_eq(found("payments", "to=2026-02-28"), 0);
	ck_assert_uint_eq(found("payments", "from=2026-03-03&to=2026-03-04"),
	    0);
}
END_TEST

START_TEST(what_nobody_can_look_for_is_refused)
{
	static const struct {
		const char *query, *field;
	} rows[] = {
		{ "seat_id=3", "seat_id" },
		{ "performance_id=0", "performance_id" },
		{ "status=PAID", "status" },
		{ "method=shells", "method" },
		{ "from=2026-02-30", "from" },
		{ "to=yesterday", "to" },
		{ "limit=101", "limit" },
		{ "login=", "login" },
		{ "number=%01", "number" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		ASSERT_FIELD(rows[i].field,
		    ask("GET", print(API "/admin/payments?%s", rows[i].query),
			boss, NULL));
		ASSERT_FIELD(rows[i].field,
		    ask("GET",
			print(API "/admin/reservations?%s", rows[i].query),
			boss, NULL));
	}
	ASSERT_PROBLEM(400, "unknown-field",
	    ask("GET", API "/admin/payments?user=1", boss, NULL));
	ASSERT_PROBLEM(404, "not-found",
	    ask("GET", API "/admin/payments/999999999", boss, NULL));
	ASSERT_PROBLEM(404, "not-found",
	    ask("GET", API "/admin/reservations/nonsense", boss, NULL));
	ASSERT_PROBLEM(403, "forbidden",
	    ask("GET", API "/admin/payments", ann, NULL));
}
END_TEST

/* ---- the whole history ---- */

static int64_t
sum_of(const struct json *lines, const char *account)
{
	int64_t sum = 0;

	for (size_t i = 0; i < lines->n; i++)
		if (strcmp(text_at(&lines->items[i], "account"), account) == 0)
			sum += number_at(&lines->items[i], "amount");
	return sum;
}

static const char *
words_at(const struct json *list, const char *name)
{
	const char *words = "";

	for (size_t i = 0; i < list->n; i++)
		words = print("%s %s", words,
		    at(&list->items[i], name)->type == JSON_NULL
			? "-"
			: text_at(&list->items[i], name));
	return words;
}

START_TEST(a_payment_shows_all_that_happened_to_it)
{
	int64_t id = buy_by_card("cat", "3 4", TELLER_TAKES);
	const char *number = number_of(id);
	const struct json *outside, *refund;

	ck_assert_int_eq(ask_key("POST",
			     print(API "/reservations/%s/cancel", number),
			     wire_token(house_user("cat"), ROLE_USER), "c",
			     "{\"seat_ids\":[4]}"),
	    200);
	work();
	ck_assert_int_eq(payment_event(&house.ctx, SPAN_LIT("teller"),
			     &(struct provider_event){ .id = SPAN_LIT("evt_1"),
				 .ref = span_str(teller->payments[0].ref) }),
	    0);
	ck_assert_int_eq(ask("GET",
			     print(API "/admin/payments/%lld", (long long)id),
			     boss, NULL),
	    200);
	ck_assert_int_eq(number_at(at(body, "payment"), "refunded"), 1000);
	ck_assert_int_eq(number_at(at(body, "payment"), "captured"), 2000);
	ck_assert_uint_eq(at(body, "seat_ids")->n, 2);
	outside = at(body, "outside");
	ck_assert_str_eq(text_at(outside, "provider"), "teller");
	ck_assert_str_eq(text_at(outside, "outside_ref"),
	    teller->payments[0].ref);
	ck_assert_str_eq(words_at(at(body, "moves"), "to"), " SENT CAPTURED");
	ck_assert_str_eq(words_at(at(body, "phases"), "phase"),
	    " made asking -");
	ck_assert_str_eq(words_at(at(body, "events"), "event_id"), " evt_1");
	ck_assert_uint_eq(at(body, "refunds")->n, 1);
	refund = at(body, "refunds")->items;
	ck_assert_str_eq(text_at(refund, "status"), "DONE");
	ck_assert_int_eq(number_at(refund, "amount"), 1000);
	ck_assert_int_eq(at(refund, "seat_ids")->items[0].i64, 4);
	ck_assert_uint_eq(at(body, "ledger")->n, 4);
	ck_assert_int_eq(sum_of(at(body, "ledger"), "sales"), 1000);
	ck_assert_int_eq(sum_of(at(body, "ledger"), "funding"), -1000);
}
END_TEST

START_TEST(a_reservation_shows_its_moves_and_its_payment)
{
	const char *number = buy("ann", "1 2");
	const struct json *payment;

	ck_assert_int_eq(ask_key("POST",
			     print(API "/reservations/%s/cancel", number), ann,
			     "c", "{}"),
	    200);
	ck_assert_int_eq(
	    ask("GET", print(API "/admin/reservations/%s", number), boss, NULL),
	    200);
	ck_assert_str_eq(text_at(at(body, "reservation"), "status"),
	    "CANCELLED");
	ck_assert_str_eq(words_at(at(body, "moves"), "to"),
	    " CONFIRMED CANCELLED");
	payment = at(body, "payment");
	ck_assert_int_eq(at(payment, "outside")->type, JSON_NULL);
	ck_assert_int_eq(sum_of(at(payment, "ledger"), "wallet"), 0);
	ck_assert_uint_eq(at(payment, "ledger")->n, 4);
	ck_assert_uint_eq(at(payment, "refunds")->n, 1);
}
END_TEST

/* ---- alarms ---- */

/* The only open alarm. */
static const struct json *
only_alarm(void)
{
	ck_assert_uint_eq(found("alarms", ""), 1);
	return at(body, "items")->items;
}

static void
assert_alarm(const char *kind, int64_t payment, int64_t amount)
{
	const struct json *alarm = only_alarm();

	ck_assert_str_eq(text_at(alarm, "kind"), kind);
	ck_assert_int_eq(number_at(alarm, "payment_id"), payment);
	ck_assert_int_eq(number_at(alarm, "amount"), amount);
	ck_assert_int_eq(at(alarm, "acknowledged_at")->type, JSON_NULL);
}

static int64_t
n_open(void)
{
	return house_count(
	    "SELECT count(*) FROM alarms WHERE acknowledged_at IS NULL", 0);
}

START_TEST(another_amount_is_an_alarm_of_what_was_taken)
{
	teller->takes_more = 5;
	assert_alarm("other-amount", buy_by_card("cat", "3", TELLER_TAKES),
	    1005);
	wait_for_it();
	work();
	ck_assert_int_eq(n_open(), 1);
}
END_TEST

static void
lose_the_seats(void)
{
	house_run("DELETE FROM seat_claim");
}

START_TEST(money_for_seats_that_are_gone_is_an_alarm)
{
	teller->meanwhile = lose_the_seats;
	assert_alarm("late", buy_by_card("cat", "3", TELLER_TAKES), 1000);
}
END_TEST

static int64_t
refund_one(int64_t payment)
{
	const char *number = number_of(payment);

	ck_assert_int_eq(ask_key("POST",
			     print(API "/reservations/%s/cancel", number),
			     wire_token(house_user("cat"), ROLE_USER), "c",
			     "{\"seat_ids\":[4]}"),
	    200);
	work();
	return house_count("SELECT max(id) FROM refunds WHERE payment_id = $1",
	    payment);
}

START_TEST(a_refund_that_is_refused_is_one_alarm_however_often_it_is_asked)
{
	int64_t id = buy_by_card("cat", "3 4", TELLER_TAKES);

	teller->refuses_refunds = true;
	(void)refund_one(id);
	assert_alarm("refund-refused", id, 1000);
	for (int i = 0; i < 20; i++)
		wait_for_it();
	work();
	ck_assert_int_eq(n_open(), 1);
}
END_TEST

static void
tell(const char *event, const char *ref, const char *outside_id,
    const char *alarm)
{
	ck_assert_int_eq(payment_event(&house.ctx, SPAN_LIT("teller"),
			     &(struct provider_event){ .id = span_str(event),
				 .ref = span_str(ref),
				 .outside_id = span_str(outside_id),
				 .alarm = span_str(alarm),
				 .amount_minor = 1000,
				 .currency = SPAN_LIT("KRW") }),
	    0);
}

START_TEST(a_refund_that_fails_later_takes_no_seat_back_and_is_an_alarm)
{
	int64_t id = buy_by_card("cat", "3 4", TELLER_TAKES);
	int64_t refund = refund_one(id);
	const char *ref = teller->payments[0].refund_refs[0];

	ck_assert_int_eq(n_open(), 0);
	tell("e1", ref, teller->payments[0].ref, "refund-failed");
	tell("e2", ref, teller->payments[0].ref, "refund-failed");
	assert_alarm("refund-failed", id, 1000);
	ck_assert_str_eq(text_at(only_alarm(), "subject"),
	    print("refund %lld", (long long)refund));
	ck_assert_int_eq(house_count("SELECT count(*) FROM seat_claim WHERE"
				     " performance_id = $1",
			     house.performance),
	    1);
}
END_TEST

START_TEST(a_dispute_is_an_alarm_also_of_what_is_not_ours)
{
	int64_t id = buy_by_card("cat", "3", TELLER_TAKES);

	tell("e1", NULL, teller->payments[0].ref, "dispute");
	assert_alarm("dispute", id, 1000);
	tell("e2", NULL, "somebody-elses", "dispute");
	ck_assert_int_eq(n_open(), 2);
	ck_assert_int_eq(ask("GET",
			     print(API "/admin/payments/%lld", (long long)id),
			     boss, NULL),
	    200);
	ck_assert_uint_eq(at(body, "alarms")->n, 1);
}
END_TEST

START_TEST(an_alarm_is_acknowledged_once_with_a_reason)
{
	const char *uri;

	teller->takes_more = 5;
	(void)buy_by_card("cat", "3", TELLER_TAKES);
	uri = print(API "/admin/alarms/%lld/acknowledge",
	    (long long)number_at(only_alarm(), "id"));
	ASSERT_FIELD("reason", ask("POST", uri, boss, "{}"));
	ASSERT_FIELD("reason", ask("POST", uri, boss, "{\"reason\":\" \"}"));
	ck_assert_int_eq(n_open(), 1);
	ck_assert_int_eq(ask("POST", uri, boss, "{\"reason\":\"seen\"}"), 204);
	ck_assert_int_eq(ask("POST", uri, boss, "{\"reason\":\"again\"}"), 204);
	ck_assert_uint_eq(found("alarms", ""), 0);
	ck_assert_uint_eq(found("alarms", "open=false"), 1);
	ck_assert_str_eq(text_at(at(body, "items")->items, "acknowledged_why"),
	    "seen");
	ck_assert_int_eq(house_count("SELECT count(*) FROM audit_log WHERE"
				     " action = 'alarm.acknowledge' AND"
				     " user_id = $1",
			     house_user("boss")),
	    1);
	ASSERT_PROBLEM(404, "not-found",
	    ask("POST", API "/admin/alarms/999999999/acknowledge", boss,
		"{\"reason\":\"x\"}"));
}
END_TEST

START_TEST(the_command_line_lists_and_acknowledges_alarms)
{
	long long id;

	ck_assert_int_eq(shell_run("$CTL status"), 0);
	ck_assert_ptr_nonnull(strstr(out, "alarms 0\n"));
	teller->takes_more = 5;
	(void)buy_by_card("cat", "3", TELLER_TAKES);
	id = number_at(only_alarm(), "id");
	ck_assert_int_eq(shell_run("$CTL status"), 0);
	ck_assert_ptr_nonnull(strstr(out, "alarms 1\n"));
	ck_assert_int_eq(shell_run("$CTL alarms list"), 0);
	ck_assert_ptr_nonnull(
	    strstr(out, print("id=%lld kind=other-amount ", id)));
	ck_assert_int_eq(shell_run("$CTL alarms ack %lld", id), 2);
	ck_assert_int_eq(shell_run("$CTL alarms ack %lld --reason ' '", id), 1);
	ck_assert_int_eq(shell_run("$CTL alarms ack %lld --reason seen", id),
	    0);
	ck_assert_str_eq(out, "acknowledged\n");
	ck_assert_int_eq(shell_run("$CTL alarms ack %lld --reason seen", id),
	    0);
	ck_assert_str_eq(out, "acknowledged before\n");
	ck_assert_int_eq(shell_run("$CTL alarms list"), 0);
	ck_assert_str_eq(out, "");
	ck_assert_int_eq(shell_run("$CTL alarms list --all"), 0);
	ck_assert_ptr_nonnull(strstr(out, "acknowledged_why=seen"));
	ck_assert_int_eq(shell_run("$CTL alarms ack 999999999 --reason x"), 1);
	ck_assert_int_eq(shell_run("$CTL alarms list x"), 2);
}
END_TEST

#ifdef FAULTS
static void
ask_for_refund(void)
{
	work();
}

/* The next one asks, is refused, and says so. */
START_TEST(who_dies_before_he_raises_an_alarm_is_followed_by_one_who_does)
{
	int64_t id = buy_by_card("cat", "3 4", TELLER_TAKES);
	const char *number = number_of(id);

	teller->refuses_refunds = true;
	ck_assert_int_eq(
	    ask_key("POST", print(API "/reservations/%s/cancel", number),
		wire_token(house_user("cat"), ROLE_USER), "c", "{}"),
	    200);
	buyer_crash("crash:refund.before_alarm:1", ask_for_refund);
	ck_assert_int_eq(n_open(), 0);
	wait_for_it();
	work();
	assert_alarm("refund-refused", id, 2000);
}
END_TEST
#endif

/* ---- what is done about payments ---- */

/* returns: the status */
static int
move(int64_t payment, const char *what)
{
	return ask("POST",
	    print(API "/admin/payments/%lld/%s", (long long)payment, what),
	    boss, "{\"reason\":\"because\"}");
}

static int64_t
n_audited(const char *action)
{
	return house_count(print("SELECT count(*) FROM audit_log WHERE"
				 " action = '%s' AND user_id = $1"
				 " AND reason = 'because'",
			       action),
	    house_user("boss"));
}

static const char *
status_of(int64_t payment)
{
	ck_assert_int_eq(
	    ask("GET", print(API "/admin/payments/%lld", (long long)payment),
		boss, NULL),
	    200);
	return text_at(at(body, "payment"), "status");
}

/* The money of the first payment is taken, whatever was said. */
static void
take_the_money(void)
{
	teller->payments[0].captured = teller->payments[0].amount;
}

START_TEST(a_look_asks_the_provider_at_once)
{
	int64_t id = buy_by_card("cat", "3", TELLER_IS_MUTE);

	take_the_money();
	work();
	ck_assert_str_eq(status_of(id), "SENT");
	ck_assert_int_eq(move(id, "look"), 202);
	work();
	ck_assert_str_eq(status_of(id), "CAPTURED");
	ck_assert_int_eq(n_audited("payment.look"), 1);
}
END_TEST

START_TEST(a_payment_is_given_up_for_its_buyer)
{
	int64_t id = buy_by_card("cat", "3", TELLER_SENDS);

	ck_assert_int_eq(move(id, "cancel"), 202);
	ck_assert_str_eq(text_at(at(body, "payment"), "status"), "CANCELING");
	work();
	ck_assert_str_eq(status_of(id), "CANCELED");
	ck_assert_int_eq(n_audited("payment.cancel"), 1);
	ASSERT_PROBLEM(409, "no-such-move", move(id, "cancel"));
	ck_assert_int_eq(n_audited("payment.cancel"), 1);
	ck_assert_int_eq(n_open(), 0);
}
END_TEST

START_TEST(what_is_released_is_free_and_money_that_comes_later_goes_back)
{
	int64_t id = buy_by_card("cat", "3", TELLER_IS_MUTE);

	ck_assert_int_eq(letter(3), 'P');
	ck_assert_int_eq(move(id, "release"), 200);
	ck_assert_str_eq(text_at(at(body, "payment"), "status"), "FAILED");
	ck_assert_str_eq(text_at(at(body, "payment"), "reason"), "released");
	assert_alarm("released", id, 1000);
	ck_assert_int_eq(house_count("SELECT count(*) FROM seat_claim WHERE"
				     " performance_id = $1",
			     house.performance),
	    0);
	work();
	ck_assert_int_eq(letter(3), 'H');
	ck_assert_int_eq(drop("cat", hold.token), HOLD_OK);
	(void)buy("ann", "3");
	take_the_money();
	ck_assert_int_eq(move(id, "look"), 202);
	work();
	ck_assert_str_eq(status_of(id), "LATE");
	ck_assert_int_eq(teller_has(), 0);
	ck_assert_int_eq(n_open(), 2);
	ck_assert_int_eq(letter(3), 'R');
}
END_TEST

START_TEST(what_nobody_was_asked_for_is_released_without_an_alarm)
{
	int64_t id;

	teller->is_gone = true;
	id = buy_by_card("cat", "3", TELLER_TAKES);
	ck_assert_int_eq(move(id, "release"), 200);
	ck_assert_int_eq(n_open(), 0);
	work();
	ck_assert_int_eq(letter(3), 'H');
}
END_TEST

START_TEST(what_cannot_be_done_to_a_payment_is_refused)
{
	static const char *const moves[] = { "look", "cancel", "release" };
	int64_t id;

	(void)buy("ann", "1");
	id = last_payment();
	for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
		ASSERT_PROBLEM(409, "no-such-move", move(id, moves[i]));
		ASSERT_PROBLEM(404, "not-found", move(999999999, moves[i]));
		ASSERT_FIELD("reason",
		    ask("POST",
			print(API "/admin/payments/%lld/%s", (long long)id,
			    moves[i]),
			boss, "{\"reason\":\" \"}"));
	}
	ASSERT_PROBLEM(404, "not-found", move(id, "steal"));
	ck_assert_int_eq(house_count("SELECT count(*) FROM audit_log WHERE"
				     " object = 'payment ' || $1::bigint",
			     id),
	    0);
}
END_TEST

#ifdef FAULTS
static int64_t moved;

static void
release_it(void)
{
	const struct audit_by by = { .user = 1, .reason = SPAN_LIT("because") };

	(void)!payment_move(&house.ctx, moved, SPAN_LIT("release"), &by);
}

START_TEST(an_operator_who_dies_has_done_all_of_it_or_nothing)
{
	moved = buy_by_card("cat", "3", TELLER_IS_MUTE);
	buyer_crash("crash:operator.before_move:1", release_it);
	ck_assert_str_eq(status_of(moved), "SENT");
	ck_assert_int_eq(n_open(), 0);
	buyer_crash("crash:operator.after_move:1", release_it);
	ck_assert_str_eq(status_of(moved), "FAILED");
	ck_assert_int_eq(n_open(), 1);
	ASSERT_PROBLEM(409, "no-such-move", move(moved, "release"));
	work();
	ck_assert_int_eq(letter(3), 'H');
}
END_TEST
#endif

/* ---- refunds ---- */

/* returns: the status */
static int
refund(int64_t payment, const char *key, const char *what)
{
	return ask_key("POST",
	    print(API "/admin/payments/%lld/refund", (long long)payment), boss,
	    key, print("{%s\"reason\":\"because\"}", what));
}

static int64_t
balance(const char *name)
{
	return house_count("SELECT balance FROM wallets WHERE user_id = $1",
	    house_user(name));
}

START_TEST(an_operator_gives_a_part_back_once_for_his_key)
{
	const char *number = buy("ann", "1 2");
	int64_t id = last_payment(), had = balance("ann");
	struct span first;

	/* The buyer is too late. */
	house.ctx.set.cancel_until_minutes = 60 * 24 * 30;
	ck_assert_int_eq(ask_key("POST",
			     print(API "/reservations/%s/cancel", number), ann,
			     "c", "{}"),
	    409);
	ck_assert_int_eq(refund(id, "k1", "\"seat_ids\":[2],"), 200);
	ck_assert_str_eq(text("status"), "PARTLY_CANCELLED");
	first = call.res.body;
	ck_assert_int_eq(refund(id, "k1", "\"seat_ids\":[2],"), 200);
	ck_assert_str_eq(header("Idempotency-Replayed"), "true");
	ck_assert(span_eq(call.res.body, first));
	ck_assert_int_eq(balance("ann"), had + 1000);
	ck_assert_int_eq(n_audited("payment.refund"), 1);
	ASSERT_PROBLEM(422, "idempotency-mismatch", refund(id, "k1", ""));
	ASSERT_PROBLEM(409, "already-cancelled",
	    refund(id, "k2", "\"seat_ids\":[2],"));
	ck_assert_int_eq(letter(2), 'A');
	ck_assert_int_eq(letter(1), 'R');
	ck_assert_int_eq(refund(id, "k3", ""), 200);
	ck_assert_str_eq(text("status"), "CANCELLED");
	ck_assert_int_eq(balance("ann"), had + 2000);
	/* Who did it is told. */
	ck_assert_int_eq(house_count("SELECT count(*) FROM reservation_log"
				     " WHERE user_id = $1",
			     house_user("boss")),
	    2);
}
END_TEST

START_TEST(a_refund_by_an_operator_goes_to_where_the_money_came_from)
{
	int64_t id = buy_by_card("cat", "3 4", TELLER_TAKES);

	ck_assert_int_eq(refund(id, "k1", "\"seat_ids\":[3],"), 200);
	ck_assert_int_eq(letter(3), 'C');
	work();
	ck_assert_int_eq(letter(3), 'A');
	ck_assert_int_eq(teller_has(), 1000);
	ck_assert_int_eq(balance("cat"), HOUSE_WALLET);
}
END_TEST

START_TEST(what_cannot_be_given_back_is_refused)
{
	int64_t id = buy_by_card("cat", "3", TELLER_DECLINES);

	ASSERT_PROBLEM(409, "no-such-move", refund(id, "k1", ""));
	(void)buy("ann", "1");
	id = last_payment();
	ASSERT_PROBLEM(404, "not-found", refund(999999999, "k2", ""));
	ASSERT_FIELD("seat_ids", refund(id, "k3", "\"seat_ids\":[9],"));
	ASSERT_FIELD("quantity", refund(id, "k4", "\"quantity\":1,"));
	ASSERT_FIELD("tickets",
	    refund(id, "k5", "\"quantity\":1,\"tickets\":{\"adult\":1},"));
	ASSERT_PROBLEM(400, "idempotency-key-missing", refund(id, NULL, ""));
	ck_assert_int_eq(n_audited("payment.refund"), 0);
}
END_TEST

/* ---- boxofficectl ---- */

START_TEST(the_command_line_finds_and_shows_the_same)
{
	const char *number = buy("ann", "1 2");
	long long id = buy_by_card("cat", "3", TELLER_TAKES);

	ck_assert_int_eq(shell_run("$CTL payment list --method card"), 0);
	ck_assert_ptr_nonnull(
	    strstr(out, print("id=%lld status=CAPTURED phase=- ", id)));
	ck_assert_int_eq(
	    shell_run("$CTL payment list --performance %lld --seat 1",
		(long long)house.performance),
	    0);
	ck_assert_ptr_nonnull(strstr(out, "method=wallet"));
	ck_assert_ptr_null(strstr(out, "method=card"));
	ck_assert_int_eq(shell_run("$CTL payment list --limit 1"), 0);
	ck_assert_ptr_nonnull(strstr(err, "there are more"));
	ck_assert_int_eq(shell_run("$CTL payment show %lld", id), 0);
	ck_assert_ptr_nonnull(strstr(out, "seat_ids [3]\n"));
	ck_assert_ptr_nonnull(strstr(out, "from=SENT to=CAPTURED\n"));
	ck_assert_int_eq(shell_run("$CTL reservation list --number %s", number),
	    0);
	ck_assert_ptr_nonnull(strstr(out, "seat_ids=[1,2]"));
	ck_assert_int_eq(shell_run("$CTL reservation show %s", number), 0);
	ck_assert_ptr_nonnull(strstr(out, "reservation number="));
	ck_assert_ptr_nonnull(strstr(out, "account=wallet amount=-2000"));
	ck_assert_int_eq(shell_run("$CTL payment show 999999999"), 1);
	ck_assert_int_eq(shell_run("$CTL reservation show nonsense"), 1);
	ck_assert_int_eq(shell_run("$CTL payment list --seat 3"), 2);
	ck_assert_int_eq(shell_run("$CTL payment list --from today"), 2);
	ck_assert_int_eq(shell_run("$CTL payment show x"), 2);
}
END_TEST

START_TEST(the_command_line_moves_and_refunds_payments)
{
	long long id = buy_by_card("cat", "3 4", TELLER_IS_MUTE);

	ck_assert_int_eq(shell_run("$CTL payment look %lld", id), 2);
	ck_assert_int_eq(shell_run("$CTL payment look %lld --reason ' '", id),
	    1);
	ck_assert_int_eq(shell_run("$CTL payment look %lld --reason x", id), 0);
	ck_assert_str_eq(out, "goes on\n");
	take_the_money();
	work();
	ck_assert_int_eq(shell_run("$CTL payment release %lld --reason x", id),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "has its end"));
	ck_assert_int_eq(shell_run("$CTL payment cancel 999999999 --reason x"),
	    1);
	ck_assert_int_eq(
	    shell_run("$CTL payment cancel %lld --seats 3 --reason x", id), 2);
	ck_assert_int_eq(
	    shell_run("$CTL payment refund %lld --seats 3 --reason x", id), 0);
	ck_assert_ptr_nonnull(strstr(out, " of 1000 is SENT\n"));
	ck_assert_int_eq(
	    shell_run("$CTL payment refund %lld --seats 3 --reason x", id), 1);
	ck_assert_int_eq(
	    shell_run("$CTL payment refund %lld --seats 9 --reason x", id), 1);
	ck_assert_int_eq(
	    shell_run("$CTL payment refund %lld --quantity 1 --reason x", id),
	    1);
	ck_assert_int_eq(
	    shell_run("$CTL payment refund %lld --seats 3,x --reason x", id),
	    2);
	work();
	ck_assert_int_eq(teller_has(), 1000);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM audit_log WHERE action IN"
			" ('payment.look', 'payment.refund') AND user_id IS"
			" NULL AND detail ? 'os_user'",
		0),
	    2);
}
END_TEST

SUITE("operator")
{
	FIXTURE_ONCE(house_shell_start, house_shell_stop);
	FIXTURE(setup, teardown);
	TEST(payments_are_found_by_number_login_seat_state_and_method);
	TEST(reservations_are_found_by_the_same);
	TEST(a_list_is_read_page_by_page);
	TEST(a_day_is_one_of_the_house);
	TEST(what_nobody_can_look_for_is_refused);
	TEST(a_payment_shows_all_that_happened_to_it);
	TEST(a_reservation_shows_its_moves_and_its_payment);
	TEST(another_amount_is_an_alarm_of_what_was_taken);
	TEST(money_for_seats_that_are_gone_is_an_alarm);
	TEST(a_refund_that_is_refused_is_one_alarm_however_often_it_is_asked);
	TEST(a_refund_that_fails_later_takes_no_seat_back_and_is_an_alarm);
	TEST(a_dispute_is_an_alarm_also_of_what_is_not_ours);
	TEST(an_alarm_is_acknowledged_once_with_a_reason);
#ifdef FAULTS
	TEST(who_dies_before_he_raises_an_alarm_is_followed_by_one_who_does);
#endif
	TEST(a_look_asks_the_provider_at_once);
	TEST(a_payment_is_given_up_for_its_buyer);
	TEST(what_is_released_is_free_and_money_that_comes_later_goes_back);
	TEST(what_nobody_was_asked_for_is_released_without_an_alarm);
	TEST(what_cannot_be_done_to_a_payment_is_refused);
#ifdef FAULTS
	TEST(an_operator_who_dies_has_done_all_of_it_or_nothing);
#endif
	TEST(an_operator_gives_a_part_back_once_for_his_key);
	TEST(a_refund_by_an_operator_goes_to_where_the_money_came_from);
	TEST(what_cannot_be_given_back_is_refused);
	TEST(the_command_line_finds_and_shows_the_same);
	TEST(the_command_line_lists_and_acknowledges_alarms);
	TEST(the_command_line_moves_and_refunds_payments);
}
