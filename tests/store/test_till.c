/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_till - sales at a counter, as an operator and the books see them
 *
 * The real routes, run through dispatch without a web server. What each test
 * leaves is audited.
 *
 * Layer: tests.  Uses: fcgi-app, audit, buyer.
 */
#include "admin/house.h"
#include "base/clock.h"
#include "recovery/epoch_raise.h"
#include "seat/epoch.h"
#include "tests/support/audited.h"
#include "tests/support/away.h"
#include "tests/support/servers.h"
#include "tests/support/truth.h"
#include "tests/support/wire.h"

#include <inttypes.h>

#define API "/api/v1"
#define FLOAT 50000
#define SEAT 1000 /* of rows A and B */

static char *sam; /* who sells; a token */
static int64_t sam_id;
static int64_t till;

static char *
given_staff(const char *name, int64_t *id)
{
	*id = house_user(name);
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE users SET role = 'STAFF' WHERE id = %" PRId64, *id));
	return wire_token(*id, ROLE_STAFF);
}

static int
open_till(const char *token, const char *name)
{
	house_round();
	return ask("POST", API "/admin/tills", token,
	    arena_printf(&house.ctx.arena,
		"{\"till\":\"%s-%" PRId64 "\",\"float\":%d}", name,
		house.performance, FLOAT));
}

static void
setup(void)
{
	house_open();
	buyer_alone();
	wire_open(&house.ctx);
	sam = given_staff("sam", &sam_id);
	ck_assert_int_eq(open_till(sam, "front"), 201);
	till = number("id");
}

static void
teardown(void)
{
	house_round();
	truth_check();
	audited_always();
	wire_close();
	house_close();
}

/* ---- what is done at a counter ---- */

static int
hold_with(const char *token, int64_t at, const char *json)
{
	house_round();
	return ask("POST",
	    arena_printf(&house.ctx.arena,
		API "/admin/tills/%" PRId64 "/performances/%" PRId64 "/holds",
		at, house.performance),
	    token, json);
}

static char held[128];

static int
hold_seats(const char *seats)
{
	int status = hold_with(sam, till,
	    arena_printf(&house.ctx.arena, "{\"seat_ids\":[%s]}", seats));

	if (status < 300)
		snprintf(held, sizeof(held), "%s", text("hold_token"));
	return status;
}

/* with: how it is paid, members of JSON. */
static int
sell(const char *token, const char *key, const char *with)
{
	house_round();
	return ask_key("POST", API "/admin/counter/sales", token, key,
	    arena_printf(&house.ctx.arena,
		"{\"till_id\":%" PRId64 ",\"hold_token\":\"%s\",%s}", till,
		held, with));
}

static int
sell_seats(const char *seats, const char *with)
{
	ck_assert_int_eq(hold_seats(seats), 201);
	return sell(sam, held, with);
}

/* How it is paid. */
#define CASH "\"method\":\"cash\""
#define TERMINAL "\"method\":\"terminal\",\"slip\":\"0042\""
#define GIFT "\"method\":\"complimentary\",\"reason\":\"the mayor\""

static int
close_till(const char *token, int64_t counted)
{
	house_round();
	return ask("POST",
	    arena_printf(&house.ctx.arena, API "/admin/tills/%" PRId64 "/close",
		till),
	    token,
	    arena_printf(&house.ctx.arena, "{\"counted\":%" PRId64 "}",
		counted));
}

static int
look_at_till(void)
{
	house_round();
	return ask("GET",
	    arena_printf(&house.ctx.arena, API "/admin/tills/%" PRId64, till),
	    sam, NULL);
}

static int64_t
of_method(const char *method, const char *member)
{
	const struct json *methods = json_get(body, "methods");

	for (size_t i = 0; i < methods->n; i++)
		if (span_eq_str(json_get(&methods->items[i], "method")->str,
			method))
			return json_get(&methods->items[i], member)->i64;
	return -1;
}

/* What an account of the till has, 0 for what is nobody's. */
static int64_t
booked(const char *account)
{
	return house_count(arena_printf(&house.ctx.arena,
			       "SELECT coalesce(sum(amount), 0) FROM ledger"
			       " WHERE account = '%s' AND transfer_id IN"
			       "  (SELECT transfer_id FROM ledger"
			       "   WHERE till_id = $1)",
			       account),
	    till);
}

/* ---- selling ---- */

START_TEST(what_is_sold_is_in_the_till_by_its_method)
{
	ck_assert_int_eq(sell_seats("1,2", CASH), 201);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(sell_seats("3", TERMINAL), 201);
	ck_assert_int_eq(sell_seats("4,5", GIFT), 201);
	ck_assert_int_eq(look_at_till(), 200);
	ck_assert_int_eq(of_method("cash", "sold"), 2 * SEAT);
	ck_assert_int_eq(of_method("cash", "n_seats"), 2);
	ck_assert_int_eq(of_method("terminal", "sold"), SEAT);
	ck_assert_int_eq(of_method("complimentary", "sold"), 0);
	ck_assert_int_eq(of_method("complimentary", "n_seats"), 2);
	ck_assert_int_eq(number("expected"), FLOAT + 2 * SEAT);
	ck_assert_int_eq(booked("till"), -(FLOAT + 2 * SEAT));
	ck_assert_int_eq(booked("terminal"), -SEAT);
	ck_assert_int_eq(booked("sales"), 3 * SEAT);
}
END_TEST

START_TEST(a_till_is_counted_and_what_differs_is_booked)
{
	ck_assert_int_eq(sell_seats("1,2", CASH), 201);
	ck_assert_int_eq(close_till(sam, FLOAT + 2 * SEAT - 300), 200);
	ck_assert_int_eq(number("difference"), -300);
	ck_assert_int_eq(number("expected"), FLOAT + 2 * SEAT);
	ck_assert_int_eq(booked("till"), 0);
	ck_assert_int_eq(booked("over_short"), -300);
	ck_assert_int_eq(booked("safe"), -(2 * SEAT - 300));
	ASSERT_PROBLEM(409, "no-such-move", close_till(sam, 1));
	ck_assert_int_eq(open_till(sam, "front"), 201);
}
END_TEST

START_TEST(a_till_without_difference_books_none)
{
	ck_assert_int_eq(close_till(sam, FLOAT), 200);
	ck_assert_int_eq(number("difference"), 0);
	ck_assert_int_eq(booked("over_short"), 0);
	ck_assert_int_eq(booked("safe"), 0);
}
END_TEST

/* Nothing of what keeps buyers apart is for a counter, but the seats are. */
START_TEST(window_line_and_limits_are_not_for_a_counter)
{
	house_change(
	    "max_seats_per_user = 1, queue_mode = 'fifo',"
	    " sales_open_at = now() + interval '40 d',"
	    " sales_close_at = now() + interval '41 d'");
	house_tell();
	ck_assert_int_eq(place("ann", "9"), HOLD_E_PASS);
	ck_assert_int_eq(sell_seats("1,2,3", CASH), 201);
	ck_assert_int_eq(sell_seats("4,5", CASH), 201);
	house_change(
	    "sales_open_at = now() - interval '3 d',"
	    " sales_close_at = now() - interval '2 d'");
	house_tell();
	ck_assert_int_eq(sell_seats("6", CASH), 201);
	ASSERT_PROBLEM(409, "seat-taken", hold_seats("6"));
	house_change("status = 'cancelled'");
	house_terms();
	ASSERT_PROBLEM(409, "sale-closed", hold_seats("7"));
}
END_TEST

START_TEST(holds_of_a_till_are_changed_listed_and_given_back)
{
	const char *at;

	ck_assert_int_eq(hold_seats("1,2"), 201);
	at = arena_printf(&house.ctx.arena,
	    API "/admin/tills/%" PRId64 "/holds/%s", till, held);
	ck_assert_int_eq(ask("GET", at, sam, NULL), 200);
	ck_assert_int_eq(ask("PATCH", at, sam, "{\"seat_ids\":[2,3]}"), 200);
	ck_assert_str_eq(house_map(), "AHHAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(ask("GET",
			     arena_printf(&house.ctx.arena,
				 API "/admin/tills/%" PRId64
				     "/performances/%" PRId64 "/holds",
				 till, house.performance),
			     sam, NULL),
	    200);
	ck_assert_uint_eq(json_get(body, "items")->n, 1);
	ck_assert_int_eq(ask("DELETE", at, sam, NULL), 204);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
	ASSERT_PROBLEM(410, "hold-expired", sell(sam, "k", CASH));
}
END_TEST

START_TEST(places_of_a_counter_section_are_sold_too)
{
	house_lawn(12);
	house_terms();
	ck_assert_int_eq(
	    hold_with(sam, till, "{\"section_id\":2,\"quantity\":10}"), 201);
	snprintf(held, sizeof(held), "%s", text("hold_token"));
	ck_assert_int_eq(sell(sam, "lawn", CASH), 201);
	ASSERT_PROBLEM(409, "section-full",
	    hold_with(sam, till, "{\"section_id\":2,\"quantity\":3}"));
}
END_TEST

/* ---- once ---- */

START_TEST(a_sale_that_is_asked_for_again_is_the_same)
{
	struct span first;

	ck_assert_int_eq(sell_seats("1,2", CASH), 201);
	first = call.res.body;
	ck_assert_int_eq(sell(sam, held, CASH), 201);
	ck_assert_str_eq(header("Idempotency-Replayed"), "true");
	ck_assert(span_eq(call.res.body, first));
	ASSERT_PROBLEM(422, "idempotency-mismatch", sell(sam, held, TERMINAL));
	ASSERT_PROBLEM(409, "hold-paid", sell(sam, "other", CASH));
	ck_assert_int_eq(close_till(sam, FLOAT), 200);
	ck_assert_int_eq(sell(sam, held, CASH), 201);
	ck_assert_int_eq(booked("sales"), 2 * SEAT);
}
END_TEST

/* ---- what is refused ---- */

START_TEST(a_closed_till_sells_nothing)
{
	ck_assert_int_eq(hold_seats("1"), 201);
	ck_assert_int_eq(close_till(sam, FLOAT), 200);
	ASSERT_PROBLEM(409, "not-payable", sell(sam, "late", CASH));
	ck_assert_str_eq(house_map(), "HAAAAAAAAAAAAAAAAAAAAAAA");
	ASSERT_PROBLEM(409, "no-such-move", hold_seats("2"));
}
END_TEST

START_TEST(who_sells_has_a_till_of_his_own)
{
	int64_t eve_id;
	char *eve = given_staff("eve", &eve_id);
	char *ann = wire_token(house_user("ann"), ROLE_USER);

	ASSERT_PROBLEM(409, "in-use", open_till(eve, "front"));
	ASSERT_PROBLEM(409, "in-use", open_till(sam, "back"));
	ASSERT_PROBLEM(403, "forbidden", open_till(ann, "ann"));
	ck_assert_int_eq(hold_seats("1"), 201);
	ASSERT_PROBLEM(404, "not-found", sell(eve, "eve", CASH));
	ASSERT_PROBLEM(404, "not-found", close_till(eve, 1));
	ASSERT_PROBLEM(404, "not-found",
	    hold_with(eve, till, "{\"seat_ids\":[2]}"));
	ASSERT_PROBLEM(403, "forbidden", sell(ann, "ann", CASH));
	/* Nor is a till's hold a buyer's. */
	ASSERT_PROBLEM(404, "not-found",
	    ask("GET", arena_printf(&house.ctx.arena, API "/holds/%s", held),
		ann, NULL));
	ck_assert_int_eq(
	    ask("GET", API "/admin/tills?open=true&mine=true", eve, NULL), 200);
	ck_assert_uint_eq(json_get(body, "items")->n, 0);
	ck_assert_int_eq(
	    ask("GET", API "/admin/tills?open=true&mine=true", sam, NULL), 200);
	ck_assert_uint_eq(json_get(body, "items")->n, 1);
}
END_TEST

START_TEST(a_method_wants_what_belongs_to_it)
{
	ck_assert_int_eq(hold_seats("1"), 201);
	ASSERT_FIELD("method", sell(sam, "a", "\"method\":\"wallet\""));
	ASSERT_FIELD("slip", sell(sam, "b", "\"method\":\"terminal\""));
	ASSERT_FIELD("slip", sell(sam, "c", CASH ",\"slip\":\"1\""));
	ASSERT_FIELD("reason", sell(sam, "d", "\"method\":\"complimentary\""));
	ASSERT_FIELD("reason", sell(sam, "e", CASH ",\"reason\":\"x\""));
	ASSERT_FIELD("till",
	    ask("POST", API "/admin/tills", sam,
		"{\"till\":\"a b\",\"float\":0}"));
}
END_TEST

/* To a buyer they do not exist. */
START_TEST(no_buyer_pays_in_cash)
{
	char *ann = wire_token(house_user("ann"), ROLE_USER);

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ASSERT_FIELD("method",
	    ask_key("POST", API "/payments", ann, "k",
		arena_printf(&house.ctx.arena,
		    "{\"hold_token\":\"%.*s\",\"method\":\"cash\"}",
		    (int)hold.token.len, hold.token.p)));
	ck_assert_int_eq(ask("GET", API "/payment-methods", NULL, NULL), 200);
	ck_assert_uint_eq(json_get(body, "items")->n, 1);
}
END_TEST

START_TEST(an_operator_gives_away_so_many_in_a_day)
{
	house.ctx.set.complimentary_seats = 3;
	ck_assert_int_eq(sell_seats("1,2", GIFT), 201);
	ck_assert_int_eq(hold_seats("3,4"), 201);
	ASSERT_PROBLEM(409, "not-payable", sell(sam, "too-many", GIFT));
	ck_assert_str_eq(house_map(), "RRHHAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(sell(sam, "paid", CASH), 201);
	ck_assert_int_eq(sell_seats("5", GIFT), 201);
	ck_assert_int_eq(
	    house_count("SELECT sum(amount) FROM payments AS p"
			" JOIN counter_sales AS c ON c.payment_id = p.id"
			" WHERE c.till_id = $1",
		till),
	    2 * SEAT);
}
END_TEST

START_TEST(a_till_takes_its_own_currency)
{
	house_reprice(77, "EUR");
	house_tell();
	ck_assert_int_eq(hold_seats("1"), 201);
	ASSERT_PROBLEM(409, "not-payable", sell(sam, "k", CASH));
	ck_assert_str_eq(text("detail"), "Not payable in EUR by cash.");
	ck_assert_int_eq(sell(sam, "k2", GIFT), 201);
}
END_TEST

/* ---- giving back ---- */

static char sold[64];

/* A sale whose number is kept. */
static void
given_sale(const char *seats, const char *with)
{
	ck_assert_int_eq(sell_seats(seats, with), 201);
	snprintf(sold, sizeof(sold), "%.*s",
	    (int)json_get(json_get(body, "reservation"), "number")->str.len,
	    json_get(json_get(body, "reservation"), "number")->str.p);
}

static const char *
sale_at(const char *what)
{
	return arena_printf(&house.ctx.arena, API "/admin/counter/sales/%s/%s",
	    sold, what);
}

static int
reverse(const char *key, const char *with)
{
	house_round();
	return ask_key("POST", sale_at("reverse"), sam, key,
	    arena_printf(&house.ctx.arena,
		"{\"till_id\":%" PRId64 ",\"reason\":\"ill\"%s}", till, with));
}

START_TEST(a_sale_is_reversed_the_same_day_out_of_the_till)
{
	struct span first;

	given_sale("1,2,3", CASH);
	ck_assert_int_eq(reverse("r1", ",\"seat_ids\":[2]"), 200);
	first = call.res.body;
	ck_assert_str_eq(house_map(), "RARAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(reverse("r1", ",\"seat_ids\":[2]"), 200);
	ck_assert(span_eq(call.res.body, first));
	ck_assert_int_eq(booked("till"), -(FLOAT + 2 * SEAT));
	ck_assert_int_eq(reverse("r2", ""), 200);
	ASSERT_PROBLEM(409, "already-cancelled", reverse("r3", ""));
	ck_assert_int_eq(look_at_till(), 200);
	ck_assert_int_eq(of_method("cash", "sold"), 3 * SEAT);
	ck_assert_int_eq(of_method("cash", "n_paid_back"), 2);
	ck_assert_int_eq(of_method("cash", "net"), 0);
	ck_assert_int_eq(number("expected"), FLOAT);
	ck_assert_int_eq(close_till(sam, FLOAT), 200);
	ck_assert_int_eq(number("difference"), 0);
	/* What was told is told again. */
	ck_assert_int_eq(reverse("r2", ""), 200);
}
END_TEST

START_TEST(what_a_terminal_took_goes_back_by_it)
{
	given_sale("1", TERMINAL);
	ASSERT_FIELD("slip", reverse("a", ""));
	ck_assert_int_eq(reverse("b", ",\"slip\":\"0043\""), 200);
	ck_assert_int_eq(booked("terminal"), 0);
	ck_assert_int_eq(booked("till"), -FLOAT);
	given_sale("2", CASH);
	ASSERT_FIELD("slip", reverse("c", ",\"slip\":\"1\""));
	given_sale("3", GIFT);
	ck_assert_int_eq(reverse("d", ""), 200);
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(a_sale_of_another_day_is_the_administrators)
{
	given_sale("1", CASH);
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE counter_sales SET at = at - interval '25 h'"
	    " WHERE number = '%s'",
	    sold));
	ASSERT_PROBLEM(409, "no-such-move", reverse("a", ""));
	given_sale("2", CASH);
	ck_assert_int_eq(close_till(sam, FLOAT), 200);
	ASSERT_PROBLEM(409, "no-such-move", reverse("b", ""));
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

static int
pay_out(void)
{
	house_round();
	return ask("POST", sale_at("pay-out"), sam,
	    arena_printf(&house.ctx.arena, "{\"till_id\":%" PRId64 "}", till));
}

/* As when a performance is called off. */
static void
refund_it(void)
{
	int64_t payment = house_count(
	    arena_printf(&house.ctx.arena,
		"SELECT payment_id FROM counter_sales WHERE number = '%s'"
		" AND till_id = $1",
		sold),
	    till);

	house_round();
	ck_assert_int_eq(
	    ask_key("POST",
		arena_printf(&house.ctx.arena,
		    API "/admin/payments/%" PRId64 "/refund", payment),
		wire_token(house_user("boss"), ROLE_ADMIN), "k",
		"{\"reason\":\"fire\"}"),
	    200);
}

START_TEST(what_is_given_back_elsewhere_is_owed_until_a_till_pays_it)
{
	given_sale("1,2", CASH);
	ASSERT_PROBLEM(409, "no-such-move", pay_out());
	refund_it();
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(house_count("SELECT sum(amount) FROM ledger"
				     " WHERE account = 'owed'"
				     " AND payment_id IN (SELECT payment_id"
				     "  FROM counter_sales WHERE till_id = $1)",
			     till),
	    2 * SEAT);
	ck_assert_int_eq(look_at_till(), 200);
	ck_assert_int_eq(number("expected"), FLOAT + 2 * SEAT);
	ck_assert_int_eq(pay_out(), 200);
	ck_assert_int_eq(number("amount"), 2 * SEAT);
	ASSERT_PROBLEM(409, "no-such-move", pay_out());
	ck_assert_int_eq(look_at_till(), 200);
	ck_assert_int_eq(number("expected"), FLOAT);
	snprintf(sold, sizeof(sold), "0000-0000-0000-0000");
	ASSERT_PROBLEM(404, "not-found", pay_out());
}
END_TEST

START_TEST(what_was_given_away_and_came_back_may_be_given_away_again)
{
	house.ctx.set.complimentary_seats = 2;
	given_sale("1,2", GIFT);
	ck_assert_int_eq(hold_seats("3"), 201);
	ASSERT_PROBLEM(409, "not-payable", sell(sam, "k", GIFT));
	ck_assert_int_eq(reverse("r", ""), 200);
	ck_assert_int_eq(sell(sam, "k2", GIFT), 201);
}
END_TEST

START_TEST(what_was_given_away_becomes_other_seats_for_nothing)
{
	given_sale("1,2", GIFT);
	house_round();
	ck_assert_int_eq(
	    ask_key("POST",
		arena_printf(&house.ctx.arena,
		    API "/admin/reservations/%s/move", sold),
		sam, "m",
		"{\"seats\":[{\"from\":1,\"to\":9},{\"from\":2,\"to\":17}],"
		"\"reason\":\"a pillar\"}"),
	    200);
	ck_assert_int_eq(number("amount"), 0);
	ck_assert_str_eq(house_map(), "AAAAAAAARAAAAAAARAAAAAAA");
}
END_TEST

static int
move_it(const char *key, int from, int to, const char *with)
{
	house_round();
	return ask_key("POST",
	    arena_printf(&house.ctx.arena, API "/admin/reservations/%s/move",
		sold),
	    sam, key,
	    arena_printf(&house.ctx.arena,
		"{\"seats\":[{\"from\":%d,\"to\":%d}],\"reason\":\"a pillar\""
		"%s}",
		from, to, with));
}

static int
move_at_till(const char *key, int from, int to)
{
	return move_it(key, from, to,
	    arena_printf(&house.ctx.arena, ",\"till_id\":%" PRId64, till));
}

/* What seats cost more goes into the till of who moves them; what they cost
 * less is owed, and paid out there. */
START_TEST(seats_of_another_price_are_paid_for_at_the_till)
{
	int64_t eve_id, front = till;
	char *eve = given_staff("eve", &eve_id);

	given_sale("1,2", CASH);
	ASSERT_PROBLEM(409, "no-such-move", move_it("a", 1, 17, ""));
	ck_assert_int_eq(open_till(eve, "back"), 201);
	till = number("id");
	ASSERT_PROBLEM(409, "no-such-move", move_at_till("b", 1, 17));
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	till = front;
	ck_assert_int_eq(move_at_till("c", 1, 17), 200);
	ck_assert_int_eq(number("amount"), 3500);
	ck_assert_int_eq(move_at_till("c", 1, 17), 200);
	ck_assert_int_eq(look_at_till(), 200);
	ck_assert_int_eq(number("expected"), FLOAT + 3500);
	ck_assert_int_eq(of_method("cash", "sold"), 3500);
	ck_assert_int_eq(of_method("cash", "n_sales"), 1);
	ck_assert_int_eq(move_it("d", 17, 9, ""), 200);
	ck_assert_int_eq(look_at_till(), 200);
	ck_assert_int_eq(number("expected"), FLOAT + 3500);
	ck_assert_int_eq(pay_out(), 200);
	ck_assert_int_eq(number("amount"), 1500);
	ck_assert_int_eq(reverse("r", ""), 200);
	ck_assert_int_eq(close_till(sam, FLOAT), 200);
	ck_assert_int_eq(number("difference"), 0);
}
END_TEST

/* ---- tickets ---- */

static int
print_it(const char *with)
{
	house_round();
	return ask("POST", sale_at("print"), sam,
	    arena_printf(&house.ctx.arena, "{\"paper\":%s}", with));
}

static bool
shows(const char *text)
{
	return memmem(call.res.body.p, call.res.body.len, text, strlen(text))
	    != NULL;
}

START_TEST(tickets_are_printed_and_again_only_for_a_reason)
{
	given_sale("1,2", CASH);
	ASSERT_FIELD("paper", print_it("\"a5\""));
	ck_assert_int_eq(print_it("\"80mm\""), 200);
	ck_assert(shows("size:80mm"));
	ck_assert(shows(sold));
	ASSERT_FIELD("reason", print_it("\"a4\""));
	ck_assert_int_eq(print_it("\"a4\",\"reason\":\"paper jam\""), 200);
	ck_assert(shows("size:A4"));
	ck_assert_int_eq(house_count("SELECT count(*) FROM counter_prints"
				     " WHERE operator_id = $1",
			     sam_id),
	    2);
	snprintf(sold, sizeof(sold), "0000-0000-0000-0000");
	ASSERT_PROBLEM(404, "not-found", print_it("\"a4\""));
}
END_TEST

/* What was printed, in a query. returns: so many, newest first */
static size_t
prints_of(const char *query)
{
	ck_assert_int_eq(ask("GET",
			     arena_printf(&house.ctx.arena,
				 API "/admin/counter/prints%s", query),
			     sam, NULL),
	    200);
	return json_get(body, "items")->n;
}

static struct span
print_said(size_t i, const char *name)
{
	return json_get(&json_get(body, "items")->items[i], name)->str;
}

START_TEST(what_was_printed_is_listed_with_who_and_why)
{
	const char *of;

	given_sale("1,2", CASH ",\"name\":\"Kim\"");
	of = arena_printf(&house.ctx.arena, "?number=%s", sold);
	ck_assert_uint_eq(prints_of(of), 0);
	ck_assert_int_eq(print_it("\"80mm\""), 200);
	ck_assert_int_eq(print_it("\"a4\",\"reason\":\"paper jam\""), 200);
	of = arena_printf(&house.ctx.arena, "?number=%s", sold);
	ck_assert_uint_eq(prints_of(of), 2);
	ck_assert(span_eq_str(print_said(0, "reason"), "paper jam"));
	ck_assert(memcmp(print_said(0, "login_id").p, "sam-", 4) == 0);
	ck_assert(span_eq_str(print_said(1, "paper"), "80mm"));
	ck_assert(span_eq_str(print_said(1, "name"), "Kim"));
	ck_assert_uint_eq(
	    prints_of(arena_printf(&house.ctx.arena,
		"?performance_id=%" PRId64 "&limit=1", house.performance)),
	    1);
	ck_assert(span_is(json_get(body, "next_cursor")->str));
	ck_assert_uint_eq(prints_of("?performance_id=999999"), 0);
	ck_assert_uint_eq(prints_of("?number=0000-0000-0000-0000"), 0);
	ASSERT_PROBLEM(400, "unknown-field",
	    ask("GET", API "/admin/counter/prints?page=2", sam, NULL));
}
END_TEST

static int
print_named(void)
{
	house_round();
	return ask("POST", API "/admin/counter/prints", sam,
	    arena_printf(&house.ctx.arena,
		"{\"performance_id\":%" PRId64 ",\"paper\":\"80mm\"}",
		house.performance));
}

START_TEST(what_is_kept_for_names_is_printed_in_their_order_once)
{
	size_t kim, lee;

	ASSERT_PROBLEM(404, "not-found", print_named());
	given_sale("1", CASH ",\"name\":\"Lee\"");
	given_sale("2", CASH ",\"name\":\"Kim <3\"");
	given_sale("3", CASH);
	ck_assert_int_eq(print_named(), 200);
	ck_assert(shows("<h1>Kim &lt;3</h1>"));
	kim = (size_t)((char *)memmem(call.res.body.p, call.res.body.len, "Kim",
			   3)
	    - call.res.body.p);
	lee = (size_t)((char *)memmem(call.res.body.p, call.res.body.len, "Lee",
			   3)
	    - call.res.body.p);
	ck_assert_uint_lt(kim, lee);
	ASSERT_PROBLEM(404, "not-found", print_named());
	ck_assert_int_eq(
	    ask("GET",
		arena_printf(&house.ctx.arena,
		    API "/admin/counter/sales?performance_id=%" PRId64
			"&name=kim",
		    house.performance),
		sam, NULL),
	    200);
	ck_assert_uint_eq(json_get(body, "items")->n, 1);
	ck_assert_int_eq(
	    json_get(&json_get(body, "items")->items[0], "prints")->i64, 1);
}
END_TEST

/* ---- when Redis forgets, or is away ---- */

static void
load_anew(void)
{
	int64_t epoch;

	ck_assert_int_eq(epoch_get(&house.ctx, &epoch), 0);
	ck_assert_int_eq(epoch_raise(&house.ctx, epoch, "test"), 0);
	house_round();
}

START_TEST(a_map_is_loaded_with_what_tills_hold_and_sold)
{
	ck_assert_int_eq(sell_seats("1,2", CASH), 201);
	ck_assert_int_eq(hold_seats("3"), 201);
	load_anew();
	ck_assert_str_eq(house_map(), "RRHAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(sell(sam, "after", CASH), 201);
	ck_assert_uint_eq(reconcile(), 0);
}
END_TEST

START_TEST(without_redis_a_counter_sells_from_the_database)
{
	house_change("max_seats_per_user = 1");
	house_tell();
	ck_assert_int_eq(hold_seats("1"), 201);
	away(STOPPED, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(sell_seats("2,3", CASH), 201);
	bring_back(STOPPED);
	house_round();
	ck_assert_str_eq(house_map(), "HRRAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* ---- seats that are kept for somebody ---- */

static void
withhold(const char *verb, const char *code)
{
	static const int64_t seats[] = { 1, 2 };
	const struct withhold_ask ask = { .verb = withhold_verb_find(
					      span_str(verb)),
		.performance = house.performance,
		.seats = seats,
		.n_seats = 2,
		.by = { .reason = SPAN_LIT("opening night") } };
	struct withhold_result result;

	house_round();
	ck_assert_int_eq(house_block(&house.ctx, &ask, span_str(code), &result),
	    WITHHOLD_OK);
}

static int
hold_kept(const char *token, int64_t at, const char *code)
{
	int status = hold_with(token, at,
	    arena_printf(&house.ctx.arena,
		"{\"seat_ids\":[1,2],\"house_code\":\"%s\"}", code));

	if (status < 300)
		snprintf(held, sizeof(held), "%s", text("hold_token"));
	return status;
}

static int
give_back(void)
{
	return ask("DELETE",
	    arena_printf(&house.ctx.arena,
		API "/admin/tills/%" PRId64 "/holds/%s", till, held),
	    sam, NULL);
}

static void
given_kept(void)
{
	withhold("block", "press");
	ck_assert_int_eq(hold_kept(sam, till, "press"), 201);
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
}

START_TEST(kept_seats_are_sold_by_their_code)
{
	withhold("block", "press");
	ASSERT_PROBLEM(409, "seat-taken", hold_seats("1,2"));
	ASSERT_FIELD("house_code", hold_kept(sam, till, "technical"));
	ASSERT_FIELD("house_code",
	    hold_with(sam, till,
		"{\"seat_ids\":[1,3],\"house_code\":\"press\"}"));
	ASSERT_FIELD("house_code",
	    hold_with(sam, till,
		"{\"best_available\":{\"quantity\":2},"
		"\"house_code\":\"press\"}"));
	ASSERT_PROBLEM(400, "unknown-field",
	    ask("POST",
		arena_printf(&house.ctx.arena,
		    API "/performances/%" PRId64 "/holds", house.performance),
		wire_token(house_user("ann"), ROLE_USER),
		"{\"seat_ids\":[1,2],\"house_code\":\"press\"}"));
	ck_assert_int_eq(hold_kept(sam, till, "press"), 201);
	ck_assert_int_eq(hold_kept(sam, till, "press"), 200);
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(sell(sam, held, GIFT), 201);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ASSERT_FIELD("house_code", hold_kept(sam, till, "press"));
}
END_TEST

/* Given back or lapsed, they are never anybody's in between. */
START_TEST(unpaid_they_are_kept_again)
{
	given_kept();
	ck_assert_int_eq(give_back(), 204);
	ck_assert_str_eq(house_map(), "BBAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_uint_eq(reconcile(), 0);
	ck_assert_int_eq(hold_kept(sam, till, "press"), 201);
	clock_fake(clock_ms() + 600000);
	ASSERT_PROBLEM(410, "hold-expired", sell(sam, "late", CASH));
	ck_assert_str_eq(house_map(), "BBAAAAAAAAAAAAAAAAAAAAAA");
	clock_fake(-1);
	ck_assert_uint_eq(reconcile(), 0);
	ck_assert_int_eq(hold_kept(sam, till, "press"), 201);
	ck_assert_int_eq(sell(sam, "k", CASH), 201);
}
END_TEST

/* Other tickets they may be, other seats not. */
START_TEST(a_hold_of_kept_seats_keeps_them)
{
	const char *at;

	house_types();
	withhold("block", "press");
	ck_assert_int_eq(hold_kept(sam, till, "press"), 201);
	at = arena_printf(&house.ctx.arena,
	    API "/admin/tills/%" PRId64 "/holds/%s", till, held);
	ASSERT_FIELD("seat_ids", ask("PATCH", at, sam, "{\"seat_ids\":[1,3]}"));
	ck_assert_int_eq(ask("PATCH", at, sam, "{\"tickets\":{\"youth\":2}}"),
	    200);
	ck_assert_int_eq(number("amount"), 1400);
	ck_assert_int_eq(give_back(), 204);
	ck_assert_str_eq(house_map(), "BBAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(of_two_tills_one_has_them)
{
	int64_t eve_id, front = till;
	char *eve = given_staff("eve", &eve_id);

	given_kept();
	ck_assert_int_eq(open_till(eve, "back"), 201);
	till = number("id");
	ASSERT_PROBLEM(409, "seat-taken", hold_kept(eve, till, "press"));
	till = front;
	ck_assert_int_eq(sell(sam, "k", CASH), 201);
}
END_TEST

/* What was unblocked goes to whom holds it, or to everybody. */
START_TEST(seats_unblocked_meanwhile_stay_with_the_hold)
{
	given_kept();
	withhold("unblock", NULL);
	ck_assert_uint_eq(reconcile(), 0);
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(give_back(), 204);
	ck_assert_uint_eq(reconcile(), 2);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
	given_kept();
	withhold("unblock", NULL);
	ck_assert_int_eq(sell(sam, "k", CASH), 201);
}
END_TEST

static int
hold_kept_by(const char *key)
{
	house_round();
	return ask_key("POST",
	    arena_printf(&house.ctx.arena,
		API "/admin/tills/%" PRId64 "/performances/%" PRId64 "/holds",
		till, house.performance),
	    sam, key, "{\"seat_ids\":[1,2],\"house_code\":\"press\"}");
}

/* Also when they are not kept any more. */
START_TEST(who_asks_again_by_his_key_is_told_of_his_hold)
{
	ASSERT_FIELD("house_code", hold_kept_by("early"));
	withhold("block", "press");
	ck_assert_int_eq(hold_kept_by("h"), 201);
	snprintf(held, sizeof(held), "%s", text("hold_token"));
	withhold("unblock", NULL);
	ck_assert_int_eq(hold_kept_by("h"), 201);
	ck_assert_str_eq(held, text("hold_token"));
	ck_assert_int_eq(sell(sam, "k", CASH), 201);
	ASSERT_PROBLEM(409, "hold-paid", hold_kept_by("h"));
	ASSERT_FIELD("house_code", hold_kept_by("other"));
}
END_TEST

START_TEST(a_map_is_loaded_with_the_hold_of_kept_seats)
{
	given_kept();
	load_anew();
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_uint_eq(reconcile(), 0);
	audited();
	ck_assert_int_eq(give_back(), 204);
	ck_assert_str_eq(house_map(), "BBAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(hold_kept(sam, till, "press"), 201);
	ck_assert_int_eq(sell(sam, "after", CASH), 201);
}
END_TEST

/* One of them was unblocked meanwhile. */
START_TEST(a_map_is_loaded_with_a_hold_of_which_some_are_kept)
{
	given_kept();
	house_run(arena_printf(&house.ctx.arena,
	    "DELETE FROM seat_claim WHERE performance_id = %" PRId64
	    " AND seat_no = 2",
	    house.performance));
	load_anew();
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(give_back(), 204);
	ck_assert_uint_eq(reconcile(), 1);
	ck_assert_str_eq(house_map(), "BAAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(without_redis_kept_seats_are_paid_for_and_not_held)
{
	given_kept();
	away(STOPPED, REDIS_DOWN_DATABASE);
	ASSERT_PROBLEM(503, "seat-store-unavailable",
	    hold_kept(sam, till, "press"));
	ck_assert_int_eq(sell(sam, "k", CASH), 201);
	bring_back(STOPPED);
	house_round();
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

#ifdef FAULTS
static void
sell_two(void)
{
	_exit(sell(sam, "two", CASH) == 201 ? 0 : 1);
}

static void
hold_kept_now(void)
{
	_exit(hold_kept(sam, till, "press") < 300 ? 0 : 1);
}

START_TEST(who_dies_holds_kept_seats_when_he_asks_again)
{
	static const char *const points[] = { "hold.before_script",
		"hold.after_script", "house.before_claim",
		"house.after_claim" };

	withhold("block", "press");
	buyer_crash(arena_printf(&house.ctx.arena, "crash:%s:1", points[_i]),
	    hold_kept_now);
	(void)reconcile();
	audited_always();
	ck_assert_int_lt(hold_kept(sam, till, "press"), 300);
	ck_assert_uint_eq(reconcile(), 0);
	ck_assert_int_eq(sell(sam, "k", CASH), 201);
}
END_TEST

/* Nobody asks again: they are kept until somebody does. */
START_TEST(who_dies_for_good_leaves_them_kept)
{
	withhold("block", "press");
	buyer_crash("crash:house.before_claim:1", hold_kept_now);
	clock_fake(clock_ms() + 600000);
	ASSERT_PROBLEM(409, "seat-taken", hold_seats("1,2"));
	clock_fake(-1);
	(void)reconcile();
	ck_assert_str_eq(house_map(), "BBAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(hold_kept(sam, till, "press"), 201);
	ck_assert_int_eq(sell(sam, "k", CASH), 201);
}
END_TEST

/* Between the script and the claims somebody unblocks them. */
START_TEST(seats_unblocked_just_then_are_not_held)
{
	struct sleeper s;

	withhold("block", "press");
	buyer_sleep(&s, "house.before_claim", hold_kept_now);
	withhold("unblock", NULL);
	ck_assert_int_eq(buyer_wake(&s), 1);
	(void)reconcile();
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* A handler that dies between the script and the intent: reconcile, when no
 * handler can be at work any more. */
START_TEST(a_payment_that_dies_leaves_them_kept)
{
	given_kept();
	buyer_crash("crash:pay.after_script:1", sell_two);
	ck_assert_str_eq(house_map(), "PPAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_uint_eq(reconcile(), 0);
	clock_fake(clock_ms() + 600000);
	ck_assert_int_eq(place("ann", "9"), HOLD_OK);
	ck_assert_uint_gt(reconcile(), 0);
	ck_assert_str_eq(house_map(), "BBAAAAAAHAAAAAAAAAAAAAAA");
	clock_fake(-1);
}
END_TEST

/* ---- who dies ---- */

START_TEST(who_dies_sells_once_when_he_asks_again)
{
	static const char *const points[] = { "pay.before_script",
		"pay.after_script", "counter.before_commit",
		"counter.after_commit", "pay.before_mirror",
		"pay.after_mirror" };

	ck_assert_int_eq(hold_seats("1,2"), 201);
	buyer_crash(arena_printf(&house.ctx.arena, "crash:%s:1", points[_i]),
	    sell_two);
	ck_assert_int_eq(sell(sam, "two", CASH), 201);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(booked("sales"), 2 * SEAT);
	ck_assert_int_eq(house_count("SELECT count(*) FROM counter_sales"
				     " WHERE till_id = $1",
			     till),
	    1);
}
END_TEST

static void
close_now(void)
{
	_exit(close_till(sam, FLOAT) == 200 ? 0 : 1);
}

static void
open_now(void)
{
	_exit(open_till(sam, "front") == 201 ? 0 : 1);
}

START_TEST(who_dies_opens_and_closes_a_till_once)
{
	buyer_crash("crash:till.before_close:1", close_now);
	buyer_crash("crash:till.after_close:1", close_now);
	ASSERT_PROBLEM(409, "no-such-move", close_till(sam, FLOAT));
	buyer_crash("crash:till.before_open:1", open_now);
	buyer_crash("crash:till.after_open:1", open_now);
	ASSERT_PROBLEM(409, "in-use", open_till(sam, "front"));
}
END_TEST

static void
reverse_now(void)
{
	_exit(reverse(sold, "") == 200 ? 0 : 1);
}

static void
pay_out_now(void)
{
	_exit(pay_out() == 200 ? 0 : 1);
}

START_TEST(who_dies_gives_back_once)
{
	static const char *const points[] = { "cancel.before_commit",
		"cancel.after_commit", "cancel.before_mirror" };

	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		given_sale("1,2", CASH);
		buyer_crash(
		    arena_printf(&house.ctx.arena, "crash:%s:1", points[i]),
		    reverse_now);
		ck_assert_int_eq(reverse(sold, ""), 200);
		ck_assert_int_eq(booked("till"), -FLOAT);
		/* Who dies leaves the map to it. */
		(void)reconcile();
	}
	given_sale("1,2", CASH);
	refund_it();
	buyer_crash("crash:counter.before_pay_out:1", pay_out_now);
	buyer_crash("crash:counter.after_pay_out:1", pay_out_now);
	ASSERT_PROBLEM(409, "no-such-move", pay_out());
	ck_assert_int_eq(booked("till"), -FLOAT);
}
END_TEST

/* A sale that is on its way when the till is counted is in it, or is none. */
START_TEST(a_sale_and_a_count_are_one_after_the_other)
{
	struct sleeper s;

	ck_assert_int_eq(hold_seats("1,2"), 201);
	buyer_sleep(&s, "counter.before_commit", sell_two);
	ck_assert_int_eq(close_till(sam, FLOAT), 200);
	ck_assert_int_eq(buyer_wake(&s), 1);
	ck_assert_int_eq(booked("sales"), 0);
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST
#endif

SUITE("till")
{
	FIXTURE_ONCE(house_start, servers_stop);
	FIXTURE(setup, teardown);
	TEST(what_is_sold_is_in_the_till_by_its_method);
	TEST(a_till_is_counted_and_what_differs_is_booked);
	TEST(a_till_without_difference_books_none);
	TEST(window_line_and_limits_are_not_for_a_counter);
	TEST(holds_of_a_till_are_changed_listed_and_given_back);
	TEST(places_of_a_counter_section_are_sold_too);
	TEST(a_sale_that_is_asked_for_again_is_the_same);
	TEST(a_closed_till_sells_nothing);
	TEST(who_sells_has_a_till_of_his_own);
	TEST(a_method_wants_what_belongs_to_it);
	TEST(no_buyer_pays_in_cash);
	TEST(an_operator_gives_away_so_many_in_a_day);
	TEST(a_till_takes_its_own_currency);
	TEST(a_sale_is_reversed_the_same_day_out_of_the_till);
	TEST(what_a_terminal_took_goes_back_by_it);
	TEST(a_sale_of_another_day_is_the_administrators);
	TEST(what_is_given_back_elsewhere_is_owed_until_a_till_pays_it);
	TEST(what_was_given_away_and_came_back_may_be_given_away_again);
	TEST(what_was_given_away_becomes_other_seats_for_nothing);
	TEST(seats_of_another_price_are_paid_for_at_the_till);
	TEST(tickets_are_printed_and_again_only_for_a_reason);
	TEST(what_was_printed_is_listed_with_who_and_why);
	TEST(what_is_kept_for_names_is_printed_in_their_order_once);
	TEST(a_map_is_loaded_with_what_tills_hold_and_sold);
	TEST(without_redis_a_counter_sells_from_the_database);
	TEST(kept_seats_are_sold_by_their_code);
	TEST(unpaid_they_are_kept_again);
	TEST(a_hold_of_kept_seats_keeps_them);
	TEST(of_two_tills_one_has_them);
	TEST(seats_unblocked_meanwhile_stay_with_the_hold);
	TEST(who_asks_again_by_his_key_is_told_of_his_hold);
	TEST(a_map_is_loaded_with_the_hold_of_kept_seats);
	TEST(a_map_is_loaded_with_a_hold_of_which_some_are_kept);
	TEST(without_redis_kept_seats_are_paid_for_and_not_held);
#ifdef FAULTS
	TEST_LOOP(who_dies_holds_kept_seats_when_he_asks_again, 4);
	TEST(who_dies_for_good_leaves_them_kept);
	TEST(seats_unblocked_just_then_are_not_held);
	TEST(a_payment_that_dies_leaves_them_kept);
	TEST_LOOP(who_dies_sells_once_when_he_asks_again, 6);
	TEST(who_dies_gives_back_once);
	TEST(who_dies_opens_and_closes_a_till_once);
	TEST(a_sale_and_a_count_are_one_after_the_other);
#endif
}
