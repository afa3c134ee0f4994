/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_ticket - what is written in tickets, and around them
 *
 * Whether others can read it is tried in tests/flow/test_tickets.py.
 *
 * Layer: tests.  Uses: ticket, fcgi-app.
 */
#include "base/html.h"
#include "tests/support/suite.h"
#include "ticket/code.h"
#include "ticket/qr.h"

#include <errno.h>

#define SECRET SPAN_LIT("a:0123456789")

static struct arena a;

static void
given_an_arena(void)
{
	arena_init(&a, KIB(2048));
}

static void
give_it_back(void)
{
	arena_fini(&a);
}

static struct code
code_of(struct span secret, int64_t reservation, int64_t place, int64_t issue)
{
	struct code code = { .performance = 7, .seat = place };

	code_name(&a, secret, reservation, place, issue, &code);
	return code;
}

static const char *
text_of(struct code code)
{
	struct code_key key;

	code_key_make(&a, SECRET, code.performance, &key);
	return code_text(&a, &key, &code);
}

/* RFC 9285 4.3. */
START_TEST(base_45_agrees_with_rfc_9285)
{
	ck_assert_str_eq(code_base45(&a, SPAN_LIT("AB")), "BB8");
	ck_assert_str_eq(code_base45(&a, SPAN_LIT("Hello!!")), "%69 VD92EX0");
	ck_assert_str_eq(code_base45(&a, SPAN_LIT("base-45")), "UJCLQE7W581");
	ck_assert_str_eq(code_base45(&a, SPAN_LIT("")), "");
	ck_assert_str_eq(code_base45(&a, SPAN_LIT("\xff\xff")), "FGW");
}
END_TEST

START_TEST(a_ticket_is_the_same_each_time_it_is_written)
{
	ck_assert_str_eq(text_of(code_of(SECRET, 1, 2, 0)),
	    text_of(code_of(SECRET, 1, 2, 0)));
	ck_assert_uint_eq(strlen(text_of(code_of(SECRET, 1, 2, 0))), 143);
}
END_TEST

static bool
is_named_alike(struct code x, struct code y)
{
	return memcmp(x.id, y.id, CODE_ID_LEN) == 0
	    || memcmp(x.seed, y.seed, CODE_ID_LEN) == 0;
}

START_TEST(each_place_and_issue_has_a_name_of_its_own)
{
	struct code first = code_of(SECRET, 1, 2, 0);

	ck_assert(!is_named_alike(first, code_of(SECRET, 2, 2, 0)));
	ck_assert(!is_named_alike(first, code_of(SECRET, 1, 3, 0)));
	ck_assert(!is_named_alike(first, code_of(SECRET, 1, 2, 1)));
	ck_assert(
	    !is_named_alike(first, code_of(SPAN_LIT("b:0123456789"), 1, 2, 0)));
	/* The bytes of one number do not run into the next. */
	ck_assert(!is_named_alike(code_of(SECRET, 1, 256, 0),
	    code_of(SECRET, 1, 1, 0)));
}
END_TEST

START_TEST(each_performance_has_a_key_of_its_own)
{
	struct code_key seven, eight;

	code_key_make(&a, SECRET, 7, &seven);
	code_key_make(&a, SECRET, 8, &eight);
	ck_assert_mem_ne(seven.private, eight.private, ED25519_KEY_LEN);
}
END_TEST

START_TEST(a_code_has_dark_corners_and_nothing_else_in_its_svg)
{
	struct strbuf svg;
	struct qr qr;

	ck_assert_int_eq(qr_make(&a, text_of(code_of(SECRET, 1, 2, 0)), &qr),
	    0);
	/* Version 7 at most: alphanumeric, level M holds 178 letters. */
	ck_assert_int_le(qr.side, 45);
	ck_assert_int_eq(qr.black[0], 1);
	ck_assert_int_eq(qr.black[qr.side - 1], 1);
	strbuf_init(&svg, &a, 0);
	qr_svg(&svg, &qr);
	ck_assert_ptr_null(strstr(svg.p, "<text"));
	ck_assert_ptr_nonnull(strstr(svg.p, "</svg>"));
}
END_TEST

START_TEST(a_png_begins_as_one)
{
	struct span png;
	struct qr qr;

	ck_assert_int_eq(qr_make(&a, "HELLO", &qr), 0);
	ck_assert_int_eq(qr_png(&a, &qr, 4, &png), 0);
	ck_assert_uint_gt(png.len, 60);
	ck_assert_mem_eq(png.p, "\x89PNG\r\n\x1a\n", 8);
}
END_TEST

START_TEST(a_text_too_long_for_a_code_is_refused)
{
	char *text = arena_zalloc(&a, 302, 1);
	struct qr qr;

	memset(text, 'A', 301);
	ck_assert_int_eq(qr_make(&a, text, &qr), -ERANGE);
	ck_assert_int_eq(qr_make(&a, "", &qr), -ERANGE);
}
END_TEST

START_TEST(texts_in_html_are_no_markup)
{
	struct strbuf b;

	strbuf_init(&b, &a, 0);
	html_element(&b, "p", SPAN_LIT("<b a=\"x\" c='y'>&amp;한글"));
	html_element(&b, "p", SPAN_LIT(""));
	ck_assert_str_eq(b.p,
	    "<p>&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;amp;한글</p>");
}
END_TEST

SUITE("ticket")
{
	FIXTURE(given_an_arena, give_it_back);
	TEST(base_45_agrees_with_rfc_9285);
	TEST(a_ticket_is_the_same_each_time_it_is_written);
	TEST(each_place_and_issue_has_a_name_of_its_own);
	TEST(each_performance_has_a_key_of_its_own);
	TEST(a_code_has_dark_corners_and_nothing_else_in_its_svg);
	TEST(a_png_begins_as_one);
	TEST(a_text_too_long_for_a_code_is_refused);
	TEST(texts_in_html_are_no_markup);
}
