/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_page - limits and cursors, there and back
 *
 * Layer: tests.  Uses: http, base.
 */
#include "http/page.h"

#include "base/crypto.h"
#include "tests/support/suite.h"

static struct arena arena;
static struct page page;
static const char *field;

static void
open_arena(void)
{
	arena_init(&arena, KIB(1024));
}

static void
close_arena(void)
{
	arena_fini(&arena);
}

static int
read_page(const char *query)
{
	struct req req = { .query = span_str(query) };

	return page_read(&arena, &req, &page, &field);
}

static void
ck_refused(const char *query, const char *name)
{
	ck_assert_msg(read_page(query) == 1, "taken: %s", query);
	ck_assert_str_eq(field, name);
}

static int
read_cursor_of(const char *plain)
{
	return read_page(arena_printf(&arena, "cursor=%s",
	    crypto_base64url(&arena, plain, strlen(plain))));
}

/* The cursor that page_write_next gives behind (key, id). */
static const char *
cursor_behind(int64_t key, int64_t id)
{
	struct jw w;
	struct json *v;

	jw_init(&w, &arena);
	jw_object(&w, NULL);
	page_write_next(&w, true, key, id);
	jw_end_object(&w);
	ck_assert_int_eq(json_parse(&arena, jw_text(&w), &v), JSON_OK);
	return arena_str(&arena, json_get(v, "next_cursor")->str);
}

START_TEST(twenty_items_are_given_when_nobody_asks)
{
	ck_assert_int_eq(read_page(NULL), 0);
	ck_assert_int_eq(page.limit, 20);
	ck_assert(!page.has_cursor);
}
END_TEST

START_TEST(one_to_a_hundred_items_may_be_asked_for)
{
	ck_assert_int_eq(read_page("limit=1"), 0);
	ck_assert_int_eq(page.limit, 1);
	ck_assert_int_eq(read_page("kind=MOVIE&limit=100"), 0);
	ck_assert_int_eq(page.limit, 100);
}
END_TEST

START_TEST(other_limits_are_refused)
{
	ck_refused("limit=0", "limit");
	ck_refused("limit=101", "limit");
	ck_refused("limit=-1", "limit");
	ck_refused("limit=1000000000", "limit");
	ck_refused("limit=99999999999999999999", "limit");
	ck_refused("limit=", "limit");
	ck_refused("limit", "limit");
	ck_refused("limit=ten", "limit");
	ck_refused("limit=1e1", "limit");
	ck_refused("limit=5&limit=5", "limit");
}
END_TEST

START_TEST(a_cursor_leads_back_to_where_it_was_written)
{
	static const int64_t key[] = { 0, 1764617400123, -5, INT64_MAX,
		INT64_MIN };

	for (size_t i = 0; i < ARRAY_LEN(key); i++) {
		ck_assert_int_eq(
		    read_page(arena_printf(&arena, "limit=7&cursor=%s",
			cursor_behind(key[i], 42))),
		    0);
		ck_assert(page.has_cursor);
		ck_assert(page.after_key == key[i]);
		ck_assert_int_eq(page.after_id, 42);
		ck_assert_int_eq(page.limit, 7);
	}
}
END_TEST

START_TEST(other_cursors_are_refused)
{
	ck_assert_int_eq(read_cursor_of("v1:1:2"), 0);
	ck_assert_int_eq(read_cursor_of("v2:1:2"), 1);
	ck_assert_int_eq(read_cursor_of("v1:1"), 1);
	ck_assert_int_eq(read_cursor_of("v1:1:2:3"), 1);
	ck_assert_int_eq(read_cursor_of("v1::2"), 1);
	ck_assert_int_eq(read_cursor_of("v1:1:"), 1);
	ck_assert_int_eq(read_cursor_of("v1:1:x"), 1);
	ck_assert_int_eq(read_cursor_of("v1:99999999999999999999:1"), 1);
	ck_assert_int_eq(read_cursor_of("v1"), 1);
	ck_assert_int_eq(read_cursor_of(""), 1);
	ck_refused("cursor=", "cursor");
	ck_refused("cursor=!!", "cursor");
	ck_refused("cursor=djE6MToy=", "cursor");
	ck_refused("cursor=a&cursor=a", "cursor");
}
END_TEST

START_TEST(a_very_long_cursor_is_refused)
{
	char cursor[KIB(8)];

	memset(cursor, 'A', sizeof(cursor));
	memcpy(cursor, "cursor=", 7);
	cursor[sizeof(cursor) - 1] = '\0';
	ck_refused(cursor, "cursor");
}
END_TEST

START_TEST(the_last_page_has_no_next)
{
	struct jw w;

	jw_init(&w, &arena);
	jw_object(&w, NULL);
	page_write_next(&w, false, 1, 2);
	jw_end_object(&w);
	ck_assert(span_eq_str(jw_text(&w), "{\"next_cursor\":null}"));
}
END_TEST

SUITE("page")
{
	FIXTURE(open_arena, close_arena);
	TEST(twenty_items_are_given_when_nobody_asks);
	TEST(one_to_a_hundred_items_may_be_asked_for);
	TEST(other_limits_are_refused);
	TEST(a_cursor_leads_back_to_where_it_was_written);
	TEST(other_cursors_are_refused);
	TEST(a_very_long_cursor_is_refused);
	TEST(the_last_page_has_no_next);
}
