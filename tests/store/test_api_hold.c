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

static char *token;			/* ann's */

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
	return ask_key("POST", arena_printf(&house.ctx.arena,
	    "/api/v1/performances/%lld/holds", (long long)house.performance),
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
	{ "best_available", "{'seat_ids':[1],'best_available':{'quantity':1}}" },
	{ "best_available", "{'section_id':2,'quantity':1,"
	    "'best_available':{'quantity':1}}" },
	{ "best_available", "{'best_available':2}" },
	{ "quantity", "{'best_available':{}}" },
	{ "quantity", "{'best_available':{'quantity':21}}" },
	{ "section_id", "{'best_available':{'quantity':1,'section_id':0}}" },
	{ "price_class", "{'best_available':{'quantity':1,"
	    "'price_class':201}}" },
};

START_TEST(one_way_of_asking_or_the_field_that_is_wrong)
{
	ASSERT_FIELD(refused[_i].field, ask_for(NULL, refused[_i].body));
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(a_field_that_is_none_is_named_wherever_it_is)
{
	ASSERT_PROBLEM(400, "unknown-field", ask_for(NULL,
	    "{'best_available':{'quantity':1,'row':'A'}}"));
	ck_assert_str_eq(text("field"), "row");
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

SUITE("api_hold")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(setup, teardown);
	TEST_LOOP(one_way_of_asking_or_the_field_that_is_wrong,
	    ARRAY_LEN(refused));
	TEST(a_field_that_is_none_is_named_wherever_it_is);
	TEST(a_key_knows_the_request_however_it_is_written);
}
