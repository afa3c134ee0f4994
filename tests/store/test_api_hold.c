/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_api_hold - what may be asked for, and how a client is told that not
 *
 * The real routes, run through dispatch without a web server.
 *
 * Layer: tests.  Uses: fcgi-app, account, buyer.
 */
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

SUITE("api_hold")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(setup, teardown);
	TEST_LOOP(one_way_of_asking_or_the_field_that_is_wrong,
	    ARRAY_LEN(refused));
	TEST(a_field_that_is_none_is_named_wherever_it_is);
	TEST(seats_that_were_found_are_told);
	TEST(what_is_not_left_is_told_with_what_is);
	TEST(a_key_knows_the_request_however_it_is_written);
	TEST(places_are_held_paid_for_and_given_back_by_their_number);
	TEST(sections_are_counted_in_a_map_as_new_as_was_asked_for);
}
