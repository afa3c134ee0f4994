/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/strbuf.h"
#include "base/utf8.h"
#include "tests/support/suite.h"

#define LIMIT ((size_t)KIB(1024))

static struct arena a;
static struct strbuf b;

static void
given_a_small_buffer(void)
{
	arena_init(&a, LIMIT);
	strbuf_init(&b, &a, 1);
}

static void
give_it_back(void)
{
	arena_fini(&a);
}

static const char *
json(struct span s)
{
	strbuf_init(&b, &a, 0);
	strbuf_json(&b, s);
	return b.p;
}

START_TEST(a_new_buffer_is_an_empty_string)
{
	ck_assert_str_eq(b.p, "");
	ck_assert(span_is(strbuf_get(&b)));
	ck_assert_uint_eq(strbuf_get(&b).len, 0);
}
END_TEST

START_TEST(everything_is_added_at_the_end)
{
	strbuf_str(&b, "seat ");
	strbuf_char(&b, 'A');
	strbuf_i64(&b, 12);
	strbuf_add(&b, "\0,", 2);
	strbuf_span(&b, SPAN_LIT("row"));
	strbuf_span(&b, SPAN_NONE);
	strbuf_printf(&b, "=%03d", 7);
	ck_assert(span_eq(strbuf_get(&b), SPAN_LIT("seat A12\0,row=007")));
	ck_assert_int_eq(b.p[b.len], '\0');
}
END_TEST

START_TEST(it_grows_without_losing_a_byte)
{
	for (int i = 0; i < 10000; i++)
		strbuf_char(&b, (char)('a' + i % 26));
	ck_assert_uint_eq(b.len, 10000);
	for (int i = 0; i < 10000; i++)
		ck_assert_int_eq(b.p[i], 'a' + i % 26);
}
END_TEST

START_TEST(every_number_is_spelled_whole)
{
	strbuf_i64(&b, INT64_MIN);
	strbuf_char(&b, ' ');
	strbuf_i64(&b, 0);
	strbuf_char(&b, ' ');
	strbuf_i64(&b, INT64_MAX);
	ck_assert_str_eq(b.p, "-9223372036854775808 0 9223372036854775807");
}
END_TEST

START_TEST(room_can_be_written_and_then_claimed)
{
	char *room = strbuf_room(&b, 500);

	memset(room, 'x', 500);
	strbuf_grew(&b, 3);
	ck_assert_str_eq(b.p, "xxx");
}
END_TEST

START_TEST(claiming_more_than_the_room_aborts)
{
	(void)strbuf_room(&b, 10);
	strbuf_grew(&b, b.cap);
}
END_TEST

START_TEST(room_without_end_aborts)
{
	(void)strbuf_room(&b, SIZE_MAX);
}
END_TEST

START_TEST(json_escapes_what_rfc_8259_demands)
{
	ck_assert_str_eq(json(SPAN_LIT("")), "\"\"");
	ck_assert_str_eq(json(SPAN_LIT("a\"b\\c/d")), "\"a\\\"b\\\\c/d\"");
	ck_assert_str_eq(json(SPAN_LIT("\b\f\n\r\t")), "\"\\b\\f\\n\\r\\t\"");
	ck_assert_str_eq(json(SPAN_LIT("\0\x01\x1f\x7f")),
	    "\"\\u0000\\u0001\\u001f\x7f\"");
}
END_TEST

START_TEST(json_keeps_valid_utf8_as_it_is)
{
	ck_assert_str_eq(json(SPAN_LIT("좌석 🎫 é")), "\"좌석 🎫 é\"");
}
END_TEST

START_TEST(json_of_nothing_but_escapes_grows_as_it_must)
{
	struct span s = { arena_zalloc(&a, 1000, 1), 1000 };

	ck_assert_uint_eq(strlen(json(s)), 6 * 1000 + 2);
}
END_TEST

START_TEST(json_replaces_each_bad_byte)
{
	strbuf_json(&b, SPAN_LIT("a\xC3\x28\xED\xA0\x80z\xF0\x9F"));
	ck_assert_str_eq(b.p, "\"a\uFFFD(\uFFFD\uFFFD\uFFFDz\uFFFD\uFFFD\"");
	ck_assert(utf8_valid(strbuf_get(&b)));
}
END_TEST

SUITE("strbuf")
{
	FIXTURE(given_a_small_buffer, give_it_back);
	TEST(a_new_buffer_is_an_empty_string);
	TEST(everything_is_added_at_the_end);
	TEST(it_grows_without_losing_a_byte);
	TEST(every_number_is_spelled_whole);
	TEST(room_can_be_written_and_then_claimed);
	TEST_ABORTS(claiming_more_than_the_room_aborts);
	TEST_ABORTS(room_without_end_aborts);
	TEST(json_escapes_what_rfc_8259_demands);
	TEST(json_keeps_valid_utf8_as_it_is);
	TEST(json_of_nothing_but_escapes_grows_as_it_must);
	TEST(json_replaces_each_bad_byte);
}
