/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_api_hold - what may be asked for, and how a client is told that not
 *
 * The real routes, run through dispatch without a web server.
 *
 * Layer: tests.  Uses: fcgi-app, account, buyer.
 */
#include "base/strbuf.h"
#include "queue/queue_admit.h"
#include "recovery/seat_load.h"
#include "seat/seat_loaded.h"
#include "tests/support/buyer.h"
#include "tests/support/wire.h"

static char *token; /* ann's */

static void
setup(void)
{
	house_open();
	house_standing(20);
	house_terms();
	wire_open(&house.ctx);
	token = wire_token(house_user("ann"), false);
}

static void
teardown(void)
{
	wire_close();
	house_close();
}

/* JSON with ' for ". returns: the status */
static int
ask_for(const char *key, const char *json)
{
	char *quoted = arena_str(&house.ctx.arena, span_str(json));

	for (char *p = quoted; *p != '\0'; p++)
		*p = *p == '\'' ? '"' : *p;
	return ask_key("POST",
	    arena_printf(&house.ctx.arena, "/api/v1/performances/%lld/holds",
		(long long)house.performance),
	    token, key, quoted);
}

/* ---- what may be asked for ---- */

static const struct {
	const char *field, *body;
} refused[] = {
	{ "seat_ids", "{}" },
	{ "seat_ids", "{'seat_ids':[]}" },
	{ "seat_ids", "{'seat_ids':[11]}" },
	{ "seat_ids", "{'seat_ids':[1,30]}" },
	{ "seat_ids", "{'seat_ids':[31]}" },
	{ "section_id", "{'seat_ids':[1],'section_id':2,'quantity':1}" },
	{ "quantity", "{'seat_ids':[1],'quantity':1}" },
	{ "quantity", "{'quantity':1}" },
	{ "quantity", "{'section_id':2}" },
	{ "quantity", "{'section_id':2,'quantity':0}" },
	{ "quantity", "{'section_id':2,'quantity':21}" },
	{ "section_id", "{'section_id':0,'quantity':1}" },
	{ "section_id", "{'section_id':1,'quantity':1}" },
	{ "section_id", "{'section_id':3,'quantity':1}" },
	{ "type", "{'section_id':2,'quantity':1,'type':'wheelchair'}" },
	{ "type", "{'seat_ids':[1],'type':''}" },
	{ "type", "{'type':'wheelchair'}" },
	{ "best_available",
	    "{'seat_ids':[1],"
	    "'best_available':{'quantity':1}}" },
	{ "best_available",
	    "{'section_id':2,'quantity':1,"
	    "'best_available':{'quantity':1}}" },
	{ "best_available", "{'best_available':2}" },
	{ "quantity", "{'best_available':{}}" },
	{ "quantity", "{'best_available':{'quantity':21}}" },
	{ "section_id", "{'best_available':{'quantity':1,'section_id':0}}" },
	{ "price_class",
	    "{'best_available':{'quantity':1,"
	    "'price_class':201}}" },
	{ "price_class",
	    "{'best_available':{'quantity':1,"
	    "'price_class':3}}" },
	{ "section_id", "{'best_available':{'quantity':1,'section_id':2}}" },
	{ "section_id", "{'best_available':{'quantity':1,'section_id':3}}" },
	{ "type", "{'best_available':{'quantity':1,'type':'throne'}}" },
};

START_TEST(one_way_of_asking_or_the_field_that_is_wrong)
{
	ASSERT_FIELD(refused[_i].field, ask_for(NULL, refused[_i].body));
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(a_field_that_is_none_is_named_wherever_it_is)
{
	ASSERT_PROBLEM(400, "unknown-field",
	    ask_for(NULL, "{'best_available':{'quantity':1,'row':'A'}}"));
	ck_assert_str_eq(text("field"), "row");
}
END_TEST

/* ---- what is answered ---- */

START_TEST(seats_that_were_found_are_told)
{
	ck_assert_int_eq(ask_for(NULL, "{'section_id':2,'quantity':2}"), 201);
	ck_assert_int_eq(number("amount"), 5000);
	ck_assert_uint_eq(json_get(body, "seat_ids")->n, 2);
	ck_assert_int_eq(ask_for(NULL,
			     "{'best_available':{'quantity':3,"
			     "'section_id':1,'price_class':1}}"),
	    201);
	ck_assert_int_eq(number("amount"), 3000);
	ck_assert_uint_eq(json_get(body, "seats")->n, 3);
}
END_TEST

START_TEST(what_is_not_left_is_told_with_what_is)
{
	char *ann = token;

	for (int i = 0; i < 2; i++) {
		token = wire_token(house_user(i == 0 ? "bob" : "eve"), false);
		ck_assert_int_eq(ask_for(NULL,
				     "{'section_id':2,"
				     "'quantity':8}"),
		    201);
	}
	token = ann;
	ASSERT_PROBLEM(409, "section-full",
	    ask_for(NULL, "{'section_id':2,'quantity':5}"));
	ck_assert_int_eq(number("remaining"), 4);
	ASSERT_PROBLEM(409, "no-seats-together",
	    ask_for(NULL, "{'best_available':{'quantity':11}}"));
	ck_assert_int_eq(number("largest"), 10);
}
END_TEST

START_TEST(who_holds_too_often_is_told_when_to_come_again)
{
	strcpy(house.ctx.set.limit_hold, "2/600");
	ck_assert_int_eq(ask_for(NULL, "{'section_id':2,'quantity':1}"), 201);
	ck_assert_str_eq(header("RateLimit"), "");
	ck_assert_int_eq(ask_for(NULL, "{'section_id':2,'quantity':1}"), 201);
	ASSERT_PROBLEM(429, "rate-limited",
	    ask_for("a-key", "{'section_id':2,'quantity':1}"));
	ck_assert_str_eq(header("RateLimit-Policy"), "\"hold\";q=2;w=600");
	ck_assert(span_starts(span_str(header("RateLimit")),
	    SPAN_LIT("\"hold\";r=0;t=")));
	ck_assert_int_gt(atoi(header("Retry-After")), 200);
	ck_assert_str_eq(text("detail"),
	    "At most 2 holds of a performance in 600 "
	    "seconds.");
	strcpy(house.ctx.set.limit_hold, "off");
	ck_assert_int_eq(ask_for("a-key", "{'section_id':2,'quantity':1}"),
	    201);
}
END_TEST

/* ---- the key ---- */

START_TEST(a_key_knows_the_request_however_it_is_written)
{
	ck_assert_int_eq(ask_for("k", "{'seat_ids':[1,2]}"), 201);
	ck_assert_int_eq(ask_for("k", "{ 'seat_ids' : [2,1] }"), 201);
	ASSERT_PROBLEM(422, "idempotency-mismatch",
	    ask_for("k", "{'seat_ids':[1,2],'type':'standard'}"));
	ASSERT_PROBLEM(422, "idempotency-mismatch",
	    ask_for("k", "{'seat_ids':[1]}"));
}
END_TEST

/* ---- places of a counter section ---- */

static const char *
path(const char *rest)
{
	return arena_printf(&house.ctx.arena, "/api/v1/performances/%lld%s",
	    (long long)house.performance, rest);
}

static bool
says(const char *name)
{
	return json_get(body, name) != NULL;
}

/* Of section 2, as everybody sees it. */
static int64_t
remaining(void)
{
	ck_assert_int_eq(ask("GET", path("/sections"), NULL, NULL), 200);
	return json_get(&json_get(body, "items")->items[1], "remaining")->i64;
}

static int
post_keyed(const char *to, const char *key, const char *json)
{
	char *quoted = arena_str(&house.ctx.arena, span_str(json));

	for (char *p = quoted; *p != '\0'; p++)
		*p = *p == '\'' ? '"' : *p;
	return ask_key("POST", to, token, key, quoted);
}

START_TEST(places_are_held_paid_for_and_given_back_by_their_number)
{
	struct arena *a = &house.ctx.arena;
	const char *held, *cancel;

	house_lawn(10);
	house_terms();
	ck_assert_int_eq(ask_for(NULL, "{'section_id':2,'quantity':4}"), 201);
	ck_assert_int_eq(number("section_id"), 2);
	ck_assert_int_eq(number("quantity"), 4);
	ck_assert_int_eq(number("price"), 1000);
	ck_assert_int_eq(number("amount"), 4000);
	ck_assert(!says("seat_ids") && !says("seats"));
	held = text("hold_token");
	ck_assert_int_eq(remaining(), 6);
	ASSERT_PROBLEM(409, "section-full",
	    ask_for(NULL, "{'section_id':2,'quantity':7}"));
	ck_assert_int_eq(number("remaining"), 6);
	ck_assert_int_eq(
	    post_keyed("/api/v1/payments", "pay",
		arena_printf(a, "{'hold_token':'%s','method':'wallet'}", held)),
	    201);
	body = json_get(body, "reservation");
	ck_assert_int_eq(number("quantity"), 4);
	ck_assert_int_eq(number("cancelled_quantity"), 0);
	ck_assert(!says("cancelled_seat_ids"));
	cancel = arena_printf(a, "/api/v1/reservations/%s/cancel",
	    text("number"));
	ASSERT_FIELD("seat_ids", post_keyed(cancel, "c1", "{'seat_ids':[1]}"));
	ASSERT_FIELD("quantity", post_keyed(cancel, "c2", "{'quantity':5}"));
	ck_assert_int_eq(post_keyed(cancel, "c3", "{'quantity':3}"), 200);
	ck_assert_int_eq(number("cancelled_quantity"), 3);
	ck_assert_str_eq(text("status"), "PARTLY_CANCELLED");
	ck_assert_int_eq(post_keyed(cancel, "c3", "{'quantity':3}"), 200);
	ck_assert_int_eq(remaining(), 9);
	ck_assert_int_eq(post_keyed(cancel, "c4", "{}"), 200);
	ck_assert_int_eq(remaining(), 10);
}
END_TEST

/* Of section 1, in a map that is not older than version. */
static int64_t
n_held(const char *version)
{
	const char *at = arena_printf(&house.ctx.arena,
	    "/sections?min_version=%s", version);
	const struct json *counts, *held;

	ck_assert_int_eq(ask("GET", path(at), NULL, NULL), 200);
	counts = json_get(&json_get(body, "items")->items[0], "counts");
	held = json_get(counts, "H");
	return held == NULL ? 0 : held->i64;
}

/* A worker keeps maps for a moment; what was seen before is in the counts. */
START_TEST(sections_are_counted_in_a_map_as_new_as_was_asked_for)
{
	ck_assert_int_eq(n_held("1-1-1"), 0);
	for (int i = 1; i <= 5; i++) {
		ck_assert_int_eq(
		    ask_for(NULL,
			arena_printf(&house.ctx.arena, "{'seat_ids':[%d]}", i)),
		    201);
		ck_assert_int_eq(n_held(text("version")), i);
	}
}
END_TEST

/* ---- ticket types ---- */

/* The house with types; a lawn of ten where so many are wanted. */
static void
given_types(bool lawn)
{
	if (lawn)
		house_lawn(10);
	house_types();
	house_terms();
}

/* PATCH of the hold that body tells of. */
static int
change_it(const char *held, const char *json)
{
	char *quoted = arena_str(&house.ctx.arena, span_str(json));

	for (char *p = quoted; *p != '\0'; p++)
		*p = *p == '\'' ? '"' : *p;
	return ask("PATCH",
	    arena_printf(&house.ctx.arena, "/api/v1/holds/%s", held), token,
	    quoted);
}

/* "seat type price" of each line of an answer. */
static const char *
lines(void)
{
	const struct json *seats = json_get(body, "seats");
	struct strbuf b;

	strbuf_init(&b, &house.ctx.arena, 128);
	for (size_t i = 0; i < seats->n; i++) {
		const struct json *line = &seats->items[i];

		strbuf_printf(&b, "%s%lld ", i > 0 ? ", " : "",
		    (long long)json_get(line, "seat_id")->i64);
		strbuf_span(&b, json_get(line, "ticket_type")->str);
		strbuf_printf(&b, " %lld",
		    (long long)json_get(line, "price")->i64);
	}
	return arena_str(&house.ctx.arena, strbuf_get(&b));
}

/* "quantity type price" of the tickets of a counter section. */
static const char *
tickets(void)
{
	const struct json *list = json_get(body, "tickets");
	struct strbuf b;

	strbuf_init(&b, &house.ctx.arena, 128);
	for (size_t i = 0; i < list->n; i++) {
		const struct json *one = &list->items[i];
		const struct json *back = json_get(one, "cancelled_quantity");

		strbuf_printf(&b, "%s%lld ", i > 0 ? ", " : "",
		    (long long)(json_get(one, "quantity")->i64
			- (back == NULL ? 0 : back->i64)));
		strbuf_span(&b, json_get(one, "ticket_type")->str);
		strbuf_printf(&b, " %lld",
		    (long long)json_get(one, "price")->i64);
	}
	return arena_str(&house.ctx.arena, strbuf_get(&b));
}

/* Buy what body tells of; body is then the reservation. */
static void
buy_it(void)
{
	ck_assert_int_eq(post_keyed("/api/v1/payments", "pay",
			     arena_printf(&house.ctx.arena,
				 "{'hold_token':'%s','method':'wallet'}",
				 text("hold_token"))),
	    201);
	body = json_get(body, "reservation");
}

START_TEST(without_types_every_line_is_of_the_one_that_there_is)
{
	ck_assert_int_eq(ask_for(NULL, "{'seat_ids':[1,2]}"), 201);
	ck_assert_str_eq(lines(), "1 adult 1000, 2 adult 1000");
	ck_assert_ptr_null(
	    json_get(&json_get(body, "seats")->items[0], "ticket_name"));
	ck_assert_int_eq(ask_for(NULL,
			     "{'seats':[{'seat_id':2},"
			     "{'seat_id':1,'ticket_type':'adult'}]}"),
	    200);
	ASSERT_FIELD("seats",
	    ask_for(NULL, "{'seats':[{'seat_id':3,'ticket_type':'youth'}]}"));
	ASSERT_FIELD("tickets",
	    ask_for(NULL,
		"{'section_id':2,'quantity':1,"
		"'tickets':{'youth':1}}"));
}
END_TEST

START_TEST(seats_are_held_bought_and_given_back_at_the_price_of_their_type)
{
	const char *cancel, *number_of_it;
	const struct json *line;

	given_types(false);
	ck_assert_int_eq(
	    ask_for(NULL,
		"{'seats':[{'seat_id':3,'ticket_type':'youth'},"
		"{'seat_id':1},{'seat_id':2,'ticket_type':'adult'}]}"),
	    201);
	ck_assert_str_eq(lines(), "1 adult 1000, 2 adult 1000, 3 youth 700");
	ck_assert_int_eq(number("amount"), 2700);
	line = &json_get(body, "seats")->items[2];
	ck_assert(span_eq_str(json_get(line, "ticket_name")->str, "Youth"));
	ck_assert(json_get(line, "needs_proof")->boolean);
	buy_it();
	ck_assert_str_eq(lines(), "1 adult 1000, 2 adult 1000, 3 youth 700");
	number_of_it = text("number");
	cancel = arena_printf(&house.ctx.arena,
	    "/api/v1/reservations/%s/cancel", number_of_it);
	ASSERT_FIELD("quantity",
	    post_keyed(cancel, "c1", "{'tickets':{'youth':1}}"));
	ck_assert_int_eq(ask("GET",
			     arena_printf(&house.ctx.arena,
				 "/api/v1/reservations/%s", number_of_it),
			     token, NULL),
	    200);
	ck_assert_int_eq(json_get(json_get(body, "refund"), "percent")->i64,
	    100);
	line = &json_get(body, "seats")->items[2];
	ck_assert_int_eq(json_get(line, "refund")->i64, 700);
	ck_assert_int_eq(post_keyed(cancel, "c2", "{'seat_ids':[1,3]}"), 200);
	line = &json_get(body, "seats")->items[2];
	ck_assert_int_eq(json_get(line, "refund")->i64, 0);
	ck_assert_int_eq(
	    json_get(&json_get(body, "refunds")->items[0], "amount")->i64,
	    1700);
	ck_assert_int_eq(ask("GET",
			     arena_printf(&house.ctx.arena,
				 "/api/v1/reservations/%s", text("number")),
			     token, NULL),
	    200);
	ck_assert_str_eq(lines(), "1 adult 1000, 2 adult 1000, 3 youth 700");
}
END_TEST

START_TEST(the_same_seats_with_other_types_are_taken)
{
	given_types(false);
	ck_assert_int_eq(ask_for(NULL,
			     "{'seats':[{'seat_id':1,'ticket_type':'youth'},"
			     "{'seat_id':2}]}"),
	    201);
	ck_assert_int_eq(ask_for(NULL,
			     "{'seats':[{'seat_id':2,'ticket_type':'adult'},"
			     "{'seat_id':1,'ticket_type':'youth'}]}"),
	    200);
	ASSERT_PROBLEM(409, "seat-taken", ask_for(NULL, "{'seat_ids':[1,2]}"));
	ASSERT_PROBLEM(409, "seat-taken",
	    ask_for(NULL,
		"{'seats':[{'seat_id':1},"
		"{'seat_id':2,'ticket_type':'youth'}]}"));
}
END_TEST

START_TEST(a_key_knows_the_types_that_were_asked_for)
{
	given_types(false);
	ck_assert_int_eq(ask_for("k",
			     "{'seats':[{'seat_id':1,'ticket_type':'youth'},"
			     "{'seat_id':2}]}"),
	    201);
	ck_assert_int_eq(ask_for("k",
			     "{'seats':[{'seat_id':2},"
			     "{'ticket_type':'youth','seat_id':1}]}"),
	    201);
	ASSERT_PROBLEM(422, "idempotency-mismatch",
	    ask_for("k",
		"{'seats':[{'seat_id':1},"
		"{'seat_id':2,'ticket_type':'youth'}]}"));
	ck_assert_int_eq(ask_for("s",
			     "{'section_id':2,'quantity':3,"
			     "'tickets':{'adult':2,'youth':1}}"),
	    201);
	ck_assert_int_eq(ask_for("s",
			     "{'section_id':2,'quantity':3,"
			     "'tickets':{'youth':1,'adult':2}}"),
	    201);
	ASSERT_PROBLEM(422, "idempotency-mismatch",
	    ask_for("s", "{'section_id':2,'quantity':3}"));
}
END_TEST

START_TEST(who_does_not_choose_says_how_many_of_each_type)
{
	given_types(false);
	ck_assert_int_eq(ask_for(NULL,
			     "{'section_id':2,'quantity':3,"
			     "'tickets':{'youth':1,'adult':2}}"),
	    201);
	ck_assert_int_eq(number("amount"), 2500 + 2500 + 1800);
	ck_assert_str_eq(lines(),
	    "11 adult 2500, 12 adult 2500, 13 youth 1800");
	ck_assert_int_eq(ask_for(NULL,
			     "{'best_available':{'quantity':4,'section_id':1},"
			     "'tickets':{'senior':3,'youth':1}}"),
	    201);
	ck_assert_int_eq(number("amount"), 700 + 3 * 500);
	ck_assert_ptr_nonnull(strstr(lines(), "youth 700, "));
	ck_assert_ptr_nonnull(strstr(lines(), "senior 500"));
}
END_TEST

static const struct {
	const char *field, *body;
} odd_tickets[] = {
	{ "seats", "{'seats':[],'quantity':1}" },
	{ "seats", "{'seats':[{'seat_id':1}],'seat_ids':[1]}" },
	{ "seat_id", "{'seats':[{'ticket_type':'adult'}]}" },
	{ "seats", "{'seats':[{'seat_id':1},{'seat_id':1}]}" },
	{ "seats", "{'seats':[{'seat_id':1,'ticket_type':'baby'}]}" },
	{ "seats", "{'seats':[{'seat_id':1,'ticket_type':'senior'}]}" },
	{ "seats",
	    "{'seats':[{'seat_id':1,'ticket_type':'youth'},"
	    "{'seat_id':2,'ticket_type':'youth'},"
	    "{'seat_id':3,'ticket_type':'youth'}]}" },
	{ "tickets", "{'seat_ids':[1],'tickets':{'adult':1}}" },
	{ "tickets", "{'section_id':2,'quantity':2,'tickets':{}}" },
	{ "tickets", "{'section_id':2,'quantity':2,'tickets':{'adult':1}}" },
	{ "tickets", "{'section_id':2,'quantity':2,'tickets':{'adult':3}}" },
	{ "tickets", "{'section_id':2,'quantity':2,'tickets':{'adult':'2'}}" },
	{ "tickets", "{'section_id':2,'quantity':2,'tickets':{'baby':2}}" },
	{ "tickets",
	    "{'section_id':2,'quantity':2,"
	    "'tickets':{'adult':1,'senior':1}}" },
	{ "tickets",
	    "{'best_available':{'quantity':3},'tickets':{'youth':3}}" },
	{ "tickets",
	    "{'best_available':{'quantity':3},'tickets':{'adult':2}}" },
};

START_TEST(tickets_that_cannot_be_are_named_by_their_field)
{
	given_types(false);
	ASSERT_FIELD(odd_tickets[_i].field,
	    ask_for(NULL, odd_tickets[_i].body));
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(a_change_is_by_the_types_of_the_holds_own_list)
{
	const char *held;

	given_types(false);
	ck_assert_int_eq(ask_for(NULL,
			     "{'seats':[{'seat_id':1,'ticket_type':'youth'},"
			     "{'seat_id':2}]}"),
	    201);
	held = text("hold_token");
	house_reprice(9000, "KRW");
	house_terms();
	house_tell();
	ck_assert_int_eq(change_it(held,
			     "{'seats':[{'seat_id':2,'ticket_type':'youth'},"
			     "{'seat_id':4}]}"),
	    200);
	ck_assert_str_eq(lines(), "2 youth 700, 4 adult 1000");
	ck_assert_int_eq(change_it(held, "{'tickets':{'senior':2}}"), 200);
	ck_assert_str_eq(lines(), "2 senior 500, 4 senior 500");
	ck_assert_int_eq(change_it(held, "{'seat_ids':[2,5]}"), 200);
	ck_assert_str_eq(lines(), "2 adult 1000, 5 adult 1000");
	ASSERT_FIELD("tickets", change_it(held, "{'tickets':{'adult':1}}"));
	ASSERT_FIELD("tickets",
	    change_it(held, "{'tickets':{'senior':1,'adult':1}}"));
	ASSERT_FIELD("seats",
	    change_it(held, "{'seat_ids':[1],'seats':[{'seat_id':1}]}"));
	ASSERT_FIELD("seat_ids", change_it(held, "{}"));
	/* What is sold by now has no such types. */
	ASSERT_FIELD("seats",
	    ask_for(NULL, "{'seats':[{'seat_id':7,'ticket_type':'youth'}]}"));
	ck_assert_int_eq(
	    ask("GET", arena_printf(&house.ctx.arena, "/api/v1/holds/%s", held),
		token, NULL),
	    200);
	ck_assert_str_eq(lines(), "2 adult 1000, 5 adult 1000");
}
END_TEST

START_TEST(places_that_nobody_chooses_change_their_types_only)
{
	const char *held;

	given_types(false);
	ck_assert_int_eq(ask_for(NULL, "{'section_id':2,'quantity':2}"), 201);
	held = text("hold_token");
	ck_assert_int_eq(change_it(held, "{'tickets':{'senior':2}}"), 200);
	ck_assert_str_eq(lines(), "11 senior 1200, 12 senior 1200");
	ASSERT_FIELD("seats",
	    change_it(held, "{'seats':[{'seat_id':11},{'seat_id':13}]}"));
}
END_TEST

START_TEST(places_of_a_counter_section_change_their_types_only)
{
	const char *held;

	given_types(true);
	ck_assert_int_eq(ask_for(NULL, "{'section_id':2,'quantity':3}"), 201);
	held = text("hold_token");
	ck_assert_int_eq(remaining(), 7);
	ck_assert_int_eq(change_it(held, "{'tickets':{'senior':2,'youth':1}}"),
	    200);
	ck_assert_str_eq(tickets(), "1 youth 700, 2 senior 500");
	ck_assert_int_eq(number("amount"), 1700);
	ck_assert_int_eq(remaining(), 7);
	ASSERT_FIELD("tickets", change_it(held, "{'tickets':{'adult':2}}"));
}
END_TEST

START_TEST(places_are_given_back_by_their_tickets)
{
	const char *cancel;

	given_types(true);
	ck_assert_int_eq(ask_for(NULL,
			     "{'section_id':2,'quantity':6,"
			     "'tickets':{'adult':3,'youth':1,'senior':2}}"),
	    201);
	ck_assert_str_eq(tickets(), "3 adult 1000, 1 youth 700, 2 senior 500");
	ck_assert_int_eq(json_get(body, "price")->type, JSON_NULL);
	ck_assert_int_eq(number("amount"), 4700);
	buy_it();
	cancel = arena_printf(&house.ctx.arena,
	    "/api/v1/reservations/%s/cancel", text("number"));
	ASSERT_FIELD("quantity", post_keyed(cancel, "c1", "{'quantity':1}"));
	ASSERT_FIELD("tickets",
	    post_keyed(cancel, "c2", "{'tickets':{'youth':2}}"));
	ASSERT_FIELD("tickets",
	    post_keyed(cancel, "c3", "{'tickets':{'baby':1}}"));
	ASSERT_FIELD("tickets",
	    post_keyed(cancel, "c4", "{'tickets':{'youth':1},'quantity':1}"));
	ck_assert_int_eq(
	    post_keyed(cancel, "c5", "{'tickets':{'youth':1,'adult':1}}"), 200);
	ck_assert_str_eq(tickets(), "2 adult 1000, 0 youth 700, 2 senior 500");
	ck_assert_int_eq(
	    json_get(&json_get(body, "refunds")->items[0], "amount")->i64,
	    1700);
	ck_assert_int_eq(remaining(), 6);
	ck_assert_int_eq(post_keyed(cancel, "c6", "{'tickets':{'senior':2}}"),
	    200);
	/* What is left costs the same. */
	ck_assert_int_eq(post_keyed(cancel, "c7", "{'quantity':1}"), 200);
	ck_assert_str_eq(tickets(), "1 adult 1000, 0 youth 700, 0 senior 500");
	ck_assert_int_eq(post_keyed(cancel, "c8", "{}"), 200);
	ck_assert_str_eq(text("status"), "CANCELLED");
	ck_assert_int_eq(house_count("SELECT balance FROM wallets AS w JOIN"
				     " reservations AS r USING (user_id)"
				     " WHERE performance_id = $1",
			     house.performance),
	    HOUSE_WALLET);
}
END_TEST

/* From Redis to the journal and back again. */
START_TEST(a_map_that_is_loaded_knows_the_types_of_its_holds)
{
	const char *held;

	given_types(false);
	ck_assert_int_eq(ask_for(NULL,
			     "{'seats':[{'seat_id':1,'ticket_type':'youth'},"
			     "{'seat_id':2}]}"),
	    201);
	held = text("hold_token");
	ck_assert_int_eq(change_it(held, "{'tickets':{'senior':2}}"), 200);
	ck_assert_int_eq(seat_reload(&house.ctx, house.performance), 0);
	ck_assert_int_eq(
	    ask("GET", arena_printf(&house.ctx.arena, "/api/v1/holds/%s", held),
		token, NULL),
	    200);
	ck_assert_str_eq(lines(), "1 senior 500, 2 senior 500");
	buy_it();
	ck_assert_str_eq(lines(), "1 senior 500, 2 senior 500");
	ck_assert_int_eq(house_count("SELECT types[1] + types[2] FROM holds"
				     " WHERE performance_id = $1"
				     " AND status = 'paid'",
			     house.performance),
	    4);
}
END_TEST

/* ---- the line in front ---- */

/* X-Queue-Token of the next requests; NULL: none. */
static int
ask_line(const char *method, const char *what, const char *ticket)
{
	wire_request(method,
	    arena_printf(&house.ctx.arena, "/api/v1/performances/%lld/%s",
		(long long)house.performance, what),
	    token, strcmp(what, "holds") == 0 ? "{\"seat_ids\":[1]}" : NULL);
	call.req.queue_token = span_str(ticket);
	return wire_ask();
}

static void
given_line(const char *what)
{
	house_change(what);
	house_terms();
}

static void
shows(const char *series, int value)
{
	const char *line = arena_printf(&house.ctx.arena,
	    "boxoffice_queue_line_%s{performance=\"%lld\"} %d\n", series,
	    (long long)house.performance, value);

	ck_assert_msg(strstr(arena_str(&house.ctx.arena, call.res.body), line)
		!= NULL,
	    "%s", line);
}

START_TEST(a_place_in_the_line_lets_its_owner_hold_seats_when_it_is_his_turn)
{
	const char *ticket;

	given_line("queue_mode = 'fifo', queue_active_limit = 1");
	ASSERT_PROBLEM(403, "queue-pass-required",
	    ask_line("POST", "holds", NULL));
	ck_assert_int_eq(ask_line("POST", "queue", NULL), 201);
	ck_assert_str_eq(text("state"), "admitted");
	ticket = text("queue_token");
	ck_assert_int_eq(ask_line("POST", "queue", NULL), 200);
	ck_assert_int_eq(ask_line("GET", "queue", ticket), 200);
	ck_assert_ptr_null(json_get(body, "queue_token"));
	ck_assert_int_eq(ask_line("POST", "holds", ticket), 201);
	ck_assert_int_eq(ask_line("DELETE", "queue", ticket), 204);
	ck_assert_int_eq(ask_line("GET", "queue", ticket), 200);
	ck_assert_str_eq(text("state"), "expired");
	ASSERT_PROBLEM(403, "queue-pass-required",
	    ask_line("POST", "holds", ticket));
	ASSERT_PROBLEM(403, "queue-pass-required",
	    ask_line("GET", "queue", NULL));
	ASSERT_PROBLEM(403, "queue-pass-required",
	    ask_line("DELETE", "queue", "x"));
}
END_TEST

START_TEST(who_waits_is_told_where_he_stands)
{
	given_line("queue_mode = 'fifo', queue_status = 'paused'");
	ck_assert_int_eq(ask_line("POST", "queue", NULL), 201);
	ck_assert_str_eq(text("state"), "waiting");
	ck_assert_int_eq(number("position"), 1);
	ck_assert_int_eq(number("ahead"), 0);
	ck_assert_int_ge(number("poll_after"), 2);
	ck_assert_int_eq(json_get(body, "eta_seconds")->type, JSON_NULL);
	ASSERT_PROBLEM(403, "queue-pass-required",
	    ask_line("POST", "holds", text("queue_token")));
}
END_TEST

START_TEST(without_a_line_a_place_is_a_pass)
{
	ck_assert_int_eq(ask_line("POST", "queue", NULL), 200);
	ck_assert_str_eq(text("state"), "admitted");
	ck_assert_int_eq(ask_line("GET", "queue", text("queue_token")), 200);
	ck_assert_str_eq(text("state"), "admitted");
	house.performance = 999999999;
	ASSERT_PROBLEM(404, "not-found", ask_line("POST", "queue", NULL));
}
END_TEST

START_TEST(each_line_is_shown_to_those_who_run_the_system)
{
	size_t n;

	given_line(
	    "queue_mode = 'fifo', queue_status = 'paused',"
	    " queue_active_limit = 7");
	ck_assert_int_eq(ask_line("POST", "queue", NULL), 201);
	seat_loaded_outdated();
	ck_assert_int_eq(queue_admit_round(&house.ctx, &n), 0);
	ck_assert_int_eq(ask("GET", "/metrics", NULL, NULL), 200);
	shows("waiting", 1);
	shows("buying", 0);
	shows("limit", 7);
	shows("open", 0);
}
END_TEST

SUITE("api_hold")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(setup, teardown);
	TEST_LOOP(one_way_of_asking_or_the_field_that_is_wrong,
	    ARRAY_LEN(refused));
	TEST(a_field_that_is_none_is_named_wherever_it_is);
	TEST(seats_that_were_found_are_told);
	TEST(what_is_not_left_is_told_with_what_is);
	TEST(who_holds_too_often_is_told_when_to_come_again);
	TEST(a_key_knows_the_request_however_it_is_written);
	TEST(places_are_held_paid_for_and_given_back_by_their_number);
	TEST(sections_are_counted_in_a_map_as_new_as_was_asked_for);
	TEST(without_types_every_line_is_of_the_one_that_there_is);
	TEST(seats_are_held_bought_and_given_back_at_the_price_of_their_type);
	TEST(the_same_seats_with_other_types_are_taken);
	TEST(a_key_knows_the_types_that_were_asked_for);
	TEST(who_does_not_choose_says_how_many_of_each_type);
	TEST_LOOP(tickets_that_cannot_be_are_named_by_their_field,
	    ARRAY_LEN(odd_tickets));
	TEST(a_change_is_by_the_types_of_the_holds_own_list);
	TEST(places_that_nobody_chooses_change_their_types_only);
	TEST(places_of_a_counter_section_change_their_types_only);
	TEST(places_are_given_back_by_their_tickets);
	TEST(a_map_that_is_loaded_knows_the_types_of_its_holds);
	TEST(a_place_in_the_line_lets_its_owner_hold_seats_when_it_is_his_turn);
	TEST(who_waits_is_told_where_he_stands);
	TEST(without_a_line_a_place_is_a_pass);
	TEST(each_line_is_shown_to_those_who_run_the_system);
}
