/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_api_move - moves over HTTP and at the command line, and what is counted
 *
 * Layer: tests.  Uses: fcgi-app, ctl, buyer, pay_job.
 */
#include "base/clock.h"
#include "tests/support/afterwards.h"
#include "tests/support/buyer.h"
#include "tests/support/house_shell.h"
#include "tests/support/pay_job.h"
#include "tests/support/wire.h"

#include <inttypes.h>

#define API "/api/v1"

static char *boss, *staff, *ann; /* their access tokens */
static char *number_of_ann;

static void
given_ann_has(const char *seats)
{
	ann = wire_token(house_user("ann"), ROLE_USER);
	ck_assert_int_eq(place("ann", seats), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	bought.answer.body.len = RESERVATION_NUMBER_LEN;
	number_of_ann = arena_str(&house.ctx.arena, bought.answer.body);
}

static void
setup(void)
{
	house_open();
	house_change("moves = 'class'");
	house_tell();
	wire_open(&house.ctx);
	boss = wire_token(house_user("boss"), ROLE_ADMIN);
	staff = wire_token(house_user("sam"), ROLE_STAFF);
	given_ann_has("1 17");
}

static void
teardown(void)
{
	wire_close();
	house_close();
}

static char *
uri(const char *room)
{
	return arena_printf(&house.ctx.arena, API "%s/reservations/%s/move",
	    room, number_of_ann);
}

static int
asks(const char *key, const char *json)
{
	return ask_key("POST", uri(""), ann, key, json);
}

START_TEST(a_buyer_moves_once_for_his_key)
{
	const struct json *ids;

	ck_assert_int_eq(asks("k", "{\"seats\":[{\"from\":1,\"to\":9}]}"), 200);
	ids = json_get(body, "seat_ids");
	ck_assert_uint_eq(ids->n, 2);
	ck_assert_int_eq(ids->items[0].i64, 9);
	ck_assert_int_eq(asks("k", "{\"seats\":[{\"from\":1,\"to\":9}]}"), 200);
	ck_assert_str_eq(header("Idempotency-Replayed"), "true");
	ASSERT_PROBLEM(422, "idempotency-mismatch",
	    asks("k", "{\"seats\":[{\"from\":9,\"to\":1}]}"));
	ck_assert_int_eq(
	    ask("GET",
		arena_printf(&house.ctx.arena, API "/performances/%lld",
		    (long long)house.performance),
		NULL, NULL),
	    200);
	ck_assert_str_eq(text("moves"), "class");
}
END_TEST

START_TEST(what_cannot_be_moved_is_refused_in_words)
{
	ASSERT_PROBLEM(400, "idempotency-key-missing",
	    asks(NULL, "{\"seats\":[{\"from\":1,\"to\":9}]}"));
	ASSERT_FIELD("seats", asks("a", "{}"));
	ASSERT_FIELD("seats", asks("b", "{\"seats\":[]}"));
	ASSERT_FIELD("to", asks("c", "{\"seats\":[{\"from\":1}]}"));
	ASSERT_FIELD("seats", asks("d", "{\"seats\":[{\"from\":2,\"to\":9}]}"));
	ASSERT_FIELD("seats",
	    asks("e", "{\"seats\":[{\"from\":1,\"to\":99}]}"));
	ASSERT_FIELD("seats", asks("f", "{\"seats\":[{\"from\":1,\"to\":1}]}"));
	ASSERT_FIELD("seats",
	    asks("g", "{\"seats\":[{\"from\":1,\"to\":18}]}"));
	ASSERT_FIELD("seats",
	    asks("h",
		"{\"seats\":[{\"from\":1,\"to\":9,\"ticket_type\":\"x\"}]}"));
	ASSERT_PROBLEM(400, "unknown-field",
	    asks("i", "{\"seats\":[{\"from\":1,\"to\":9}],\"reason\":\"x\"}"));
	ck_assert_int_eq(place("bob", "9"), HOLD_OK);
	ASSERT_PROBLEM(409, "seat-taken",
	    asks("j", "{\"seats\":[{\"from\":1,\"to\":9}]}"));
	ck_assert_uint_eq(json_get(body, "conflicts")->n, 1);
	house_change("moves = 'off'");
	ASSERT_PROBLEM(409, "sale-closed",
	    asks("k", "{\"seats\":[{\"from\":1,\"to\":10}]}"));
	ck_assert_str_eq(house_map(), "RAAAAAAAHAAAAAAARAAAAAAA");
}
END_TEST

START_TEST(nothing_is_done_for_another_difference_than_he_was_told)
{
	house_change("moves = 'any'");
	ASSERT_PROBLEM(409, "other-price",
	    asks("a", "{\"seats\":[{\"from\":1,\"to\":18}],\"difference\":0}"));
	ck_assert_int_eq(number("difference"), 1500);
	ASSERT_PROBLEM(409, "other-price",
	    asks("b", "{\"seats\":[{\"from\":17,\"to\":9}],\"difference\":0}"));
	ck_assert_int_eq(number("difference"), -1500);
	ck_assert_str_eq(house_map(), "RAAAAAAAAAAAAAAARAAAAAAA");
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 3500);
	ck_assert_int_eq(
	    asks("c",
		"{\"seats\":[{\"from\":1,\"to\":18}],\"difference\":1500}"),
	    200);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 5000);
}
END_TEST

/* Seats 9 and on are a row; 9 is alone when 10 is taken. */
START_TEST(a_rule_about_seats_refuses_a_move)
{
	house_renew();
	house_rows(3, 8);
	house_change("moves = 'class', seat_rules = '{no-lone-seat}'");
	house_tell();
	house_terms();
	given_ann_has("1 2");
	ASSERT_PROBLEM(422, "seat-rule",
	    asks("a", "{\"seats\":[{\"from\":1,\"to\":10}]}"));
	ck_assert_str_eq(text("rule"), "no-lone-seat");
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(asks("b", "{\"seats\":[{\"from\":1,\"to\":9}]}"), 200);
}
END_TEST

/* ---- what it costs more is paid by asking somebody outside ---- */

static const char *number_of_bob;
static char *bob;

/* Who paid for seat 2 so. */
static void
given_bob_asked_outside(void)
{
	const char *order;

	house.ctx.set.pay_mock = 1;
	house_change("moves = 'any'");
	bob = wire_token(house_user("bob"), ROLE_USER);
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	order = arena_printf(&house.ctx.arena,
	    "{\"hold_token\":\"%.*s\",\"method\":\"mock\",\"source\":\"ok\"}",
	    (int)hold.token.len, hold.token.p);
	ck_assert_int_eq(ask_key("POST", API "/payments", bob, "p", order),
	    202);
	pay_job_round();
	ck_assert_int_eq(ask_key("POST", API "/payments", bob, "p", order),
	    201);
	number_of_bob = arena_str(&house.ctx.arena,
	    json_get(json_get(body, "reservation"), "number")->str);
}

/* To seat 18, which costs 1500 more. */
static int
bob_asks(const char *key, const char *source)
{
	return ask_key("POST",
	    arena_printf(&house.ctx.arena, API "/reservations/%s/move",
		number_of_bob),
	    bob, key,
	    arena_printf(&house.ctx.arena,
		"{\"seats\":[{\"from\":2,\"to\":18}],\"difference\":1500,"
		"\"method\":\"mock\",\"source\":\"%s\"}",
		source));
}

static char *
location(void)
{
	return arena_str(&house.ctx.arena, span_str(header("Location")));
}

START_TEST(a_move_that_is_paid_outside_is_answered_where_its_end_will_be)
{
	char *at;

	given_bob_asked_outside();
	ck_assert_int_eq(bob_asks("k", "ok"), 202);
	at = location();
	ck_assert_str_eq(at,
	    arena_printf(&house.ctx.arena, API "/payments/%" PRId64,
		number("id")));
	ck_assert_str_eq(text("status"), "SENT");
	ck_assert_int_eq(number("amount"), 1500);
	ck_assert_str_eq(text("moves"), number_of_bob);
	ck_assert_int_eq(json_get(body, "reservation_number")->type, JSON_NULL);
	ck_assert_int_eq(bob_asks("k", "ok"), 202);
	ck_assert_str_eq(header("Location"), at);
	ASSERT_PROBLEM(409, "hold-paying", bob_asks("other", "ok"));
	ck_assert_str_eq(at,
	    arena_printf(&house.ctx.arena, API "/payments/%" PRId64,
		number("payment_id")));
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAARPAAAAAA");
	pay_job_round();
	ck_assert_int_eq(bob_asks("k", "ok"), 200);
	ck_assert_str_eq(header("Idempotency-Replayed"), "true");
	ck_assert_int_eq(json_get(body, "seat_ids")->items[0].i64, 18);
	ck_assert_str_eq(house_map(), "RAAAAAAAAAAAAAAARRAAAAAA");
	ck_assert_int_eq(ask("GET", at, bob, NULL), 200);
	ck_assert_str_eq(text("status"), "CAPTURED");
	ck_assert_str_eq(text("reservation_number"), number_of_bob);
}
END_TEST

START_TEST(a_move_that_the_bank_refuses_is_a_problem_and_has_a_reason)
{
	char *at;

	given_bob_asked_outside();
	ck_assert_int_eq(bob_asks("k", "declined"), 202);
	at = location();
	pay_job_round();
	ck_assert_int_eq(bob_asks("k", "declined"), 402);
	ck_assert_str_eq(text("type"), "/problems/payment-declined");
	ck_assert_int_eq(ask("GET", at, bob, NULL), 200);
	ck_assert_str_eq(text("status"), "CANCELED");
	ck_assert_str_eq(text("reason"), "card_declined");
	ck_assert_str_eq(text("moves"), number_of_bob);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAARAAAAAAA");
}
END_TEST

START_TEST(staff_moves_anybody_with_a_reason)
{
	ASSERT_PROBLEM(403, "forbidden",
	    ask_key("POST", uri("/admin"), ann, "a",
		"{\"seats\":[{\"from\":1,\"to\":9}],\"reason\":\"x\"}"));
	ASSERT_FIELD("reason",
	    ask_key("POST", uri("/admin"), staff, "b",
		"{\"seats\":[{\"from\":1,\"to\":9}],\"reason\":\" \"}"));
	ck_assert_int_eq(
	    ask_key("POST", uri("/admin"), staff, "c",
		"{\"seats\":[{\"from\":17,\"to\":9}],\"reason\":\"x\"}"),
	    200);
	ck_assert_int_eq(number("amount"), 2000);
	ck_assert_uint_eq(json_get(body, "refunds")->n, 1);
	ck_assert_int_eq(
	    ask_key("POST", uri("/admin"), boss, "d",
		"{\"seats\":[{\"from\":9,\"to\":18}],\"reason\":\"x\"}"),
	    200);
	ck_assert_int_eq(number("amount"), 3500);
	ck_assert_int_eq(ask("GET",
			     arena_printf(&house.ctx.arena,
				 API "/admin/reservations/%s", number_of_ann),
			     boss, NULL),
	    200);
	ck_assert_int_eq(house_count("SELECT count(*) FROM audit_log WHERE"
				     " action = 'reservation.move' AND user_id"
				     " = $1",
			     house_user("sam")),
	    1);
}
END_TEST

START_TEST(it_takes_an_administrator_to_debit_a_wallet)
{
	const char *dearer =
	    "{\"seats\":[{\"from\":1,\"to\":18}],"
	    "\"reason\":\"x\"}";
	const char *till =
	    "{\"seats\":[{\"from\":1,\"to\":18}],"
	    "\"reason\":\"x\",\"till_id\":1}";

	ASSERT_PROBLEM(403, "forbidden",
	    ask_key("POST", uri("/admin"), staff, "a", dearer));
	ASSERT_PROBLEM(403, "forbidden",
	    ask_key("POST", uri("/admin"), staff, "b", till));
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 3500);
	ck_assert_str_eq(house_map(), "RAAAAAAAAAAAAAAARAAAAAAA");
	/* The same price, and less, are his to give. */
	ck_assert_int_eq(
	    ask_key("POST", uri("/admin"), staff, "c",
		"{\"seats\":[{\"from\":1,\"to\":9}],\"reason\":\"x\"}"),
	    200);
	ck_assert_int_eq(
	    ask_key("POST", uri("/admin"), staff, "d",
		"{\"seats\":[{\"from\":9,\"to\":1}],\"reason\":\"x\"}"),
	    200);
	ck_assert_int_eq(ask_key("POST", uri("/admin"), boss, "e", dearer),
	    200);
	ck_assert_int_eq(number("amount"), 5000);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 5000);
}
END_TEST

START_TEST(the_command_line_moves_too)
{
	ck_assert_msg(shell_run("$CTL reservation move %s 1:9,17:10"
				" --reason x",
			  number_of_ann)
		== 0,
	    "%s", err);
	ck_assert_str_eq(out,
	    arena_printf(&house.ctx.arena, "%s is of seats 9,10\n",
		number_of_ann));
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	ck_assert_int_eq(
	    shell_run("$CTL reservation move %s 9:2 --reason x", number_of_ann),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "not free: 2"));
	ck_assert_int_eq(
	    shell_run("$CTL reservation move %s 5:6 --reason x", number_of_ann),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "a seat is not in it"));
	ck_assert_int_eq(
	    shell_run("$CTL reservation move %s 9 --reason x", number_of_ann),
	    2);
	ck_assert_int_eq(
	    shell_run("$CTL reservation move %s 9:1", number_of_ann), 2);
	ck_assert_int_eq(shell_run("$CTL reservation move X 9:1 --reason x"),
	    1);
}
END_TEST

START_TEST(what_operators_write_down_is_shown_with_the_reservation)
{
	char *notes = arena_printf(&house.ctx.arena,
	    API "/admin/reservations/%s/notes", number_of_ann);
	const struct json *list;

	ck_assert_int_eq(ask("POST", notes, staff, "{\"note\":\"comes late\"}"),
	    201);
	ck_assert_int_eq(
	    shell_run("$CTL reservation note %s 'two prams'", number_of_ann),
	    0);
	ck_assert_int_eq(ask("GET",
			     arena_printf(&house.ctx.arena,
				 API "/admin/reservations/%s", number_of_ann),
			     boss, NULL),
	    200);
	list = json_get(body, "notes");
	ck_assert_uint_eq(list->n, 2);
	ck_assert(
	    span_eq_str(json_get(&list->items[0], "note")->str, "comes late"));
	ck_assert_int_eq(json_get(&list->items[0], "user_id")->i64,
	    house_user("sam"));
	ck_assert(
	    span_eq_str(json_get(&list->items[1], "note")->str, "two prams"));
	ASSERT_PROBLEM(403, "forbidden",
	    ask("POST", notes, ann, "{\"note\":\"x\"}"));
	ASSERT_FIELD("note", ask("POST", notes, staff, "{\"note\":\" \"}"));
	ASSERT_PROBLEM(404, "not-found",
	    ask("POST", API "/admin/reservations/0/notes", staff,
		"{\"note\":\"x\"}"));
	ck_assert_int_eq(shell_run("$CTL reservation note 0 x"), 1);
	ck_assert_int_eq(shell_run("$CTL reservation note 0"), 2);
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO reservation_notes (reservation_id, note) SELECT id,"
	    " 'x' FROM reservations, generate_series(1, 98)"
	    " WHERE number = '%s'",
	    number_of_ann));
	ASSERT_PROBLEM(409, "no-such-move",
	    ask("POST", notes, staff, "{\"note\":\"x\"}"));
}
END_TEST

/* What the consumer "sales" makes of all that was told of the performance, in
 * whatever order it comes by. */
static void
count_sales(const char *order)
{
	house_run("TRUNCATE sales_seats, sales_holds");
	house_run(arena_printf(&house.ctx.arena,
	    "SELECT sales_count(ARRAY[m]) FROM (SELECT ROW(o.id, o.event_id,"
	    " o.aggregate, o.aggregate_id, o.kind, o.payload, o.at)::message"
	    " AS m FROM outbox AS o WHERE kind LIKE 'reservation.%%'"
	    " AND (payload->>'performance_id')::bigint = %lld"
	    " ORDER BY o.id %s) AS all_of_them",
	    (long long)house.performance, order));
}

static int64_t
sales(const char *column)
{
	return house_count(arena_printf(&house.ctx.arena,
			       "SELECT sum(%s) FROM sales_seats WHERE"
			       " performance_id = $1",
			       column),
	    house.performance);
}

START_TEST(statistics_count_what_was_sold_for_what)
{
	static const char *const orders[] = { "ASC", "DESC" };

	ck_assert_int_eq(
	    ask_key("POST", uri("/admin"), boss, "a",
		"{\"seats\":[{\"from\":17,\"to\":9}],\"reason\":\"x\"}"),
	    200);
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		count_sales(orders[i]);
		ck_assert_int_eq(sales("sold"), 3);
		ck_assert_int_eq(sales("given_back"), 1);
		ck_assert_int_eq(sales("revenue"), 4500);
		ck_assert_int_eq(sales("refunded"), 2500);
	}
}
END_TEST

SUITE("api_move")
{
	FIXTURE_ONCE(house_shell_start, house_shell_stop);
	FIXTURE(setup, teardown);
	TEST(a_buyer_moves_once_for_his_key);
	TEST(what_cannot_be_moved_is_refused_in_words);
	TEST(nothing_is_done_for_another_difference_than_he_was_told);
	TEST(a_rule_about_seats_refuses_a_move);
	TEST(a_move_that_is_paid_outside_is_answered_where_its_end_will_be);
	TEST(a_move_that_the_bank_refuses_is_a_problem_and_has_a_reason);
	TEST(staff_moves_anybody_with_a_reason);
	TEST(it_takes_an_administrator_to_debit_a_wallet);
	TEST(the_command_line_moves_too);
	TEST(what_operators_write_down_is_shown_with_the_reservation);
	TEST(statistics_count_what_was_sold_for_what);
}
