/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_m - the pages that need no JavaScript, as far as no server is asked
 *
 * Layer: tests.  Uses: fcgi-app, http.
 */
#include "fcgi-app/m/page.h"

#include "fcgi-app/routes.h"
#include "http/problem.h"
#include "tests/support/suite.h"

static struct ctx ctx;
static struct m m;

static void
begin(void)
{
	memset(&ctx, 0, sizeof(ctx));
	arena_init(&ctx.arena, KIB(1024));
	m = (struct m){ .ctx = &ctx, .lang = LANG_EN };
}

static void
end(void)
{
	arena_fini(&ctx.arena);
}

static bool
is_of_a_page(const struct route *route)
{
	return route->who == VISITOR || route->who == MEMBER;
}

START_TEST(pages_are_below_m_and_nothing_else_is)
{
	for (const struct route *r = routes; r->pattern != NULL; r++) {
		bool below = strcmp(r->pattern, "/m") == 0
		    || strncmp(r->pattern, "/m/", 3) == 0;

		ck_assert_msg(below
			== (is_of_a_page(r)
			    || strcmp(r->pattern, "/m/style.css") == 0),
		    "%s", r->pattern);
	}
}
END_TEST

START_TEST(what_changes_something_is_asked_for_by_a_form_of_ours)
{
	size_t n = 0;

	for (const struct route *r = routes; r->pattern != NULL; r++) {
		if (!is_of_a_page(r))
			continue;
		ck_assert_msg(r->method == GET || r->method == POST, "%s",
		    r->pattern);
		ck_assert_msg((r->method == POST)
			== ((r->needs & NEEDS_FORM) != 0),
		    "%s", r->pattern);
		n += r->method == POST;
	}
	ck_assert_uint_gt(n, 5);
}
END_TEST

START_TEST(every_problem_is_told_in_both_languages)
{
	for (int lang = 0; lang < N_LANGS; lang++)
		for (const struct problem_kind *k = problem_list;
		     k->slug != NULL; k++)
			ck_assert_int_gt(
			    strlen(m_problem((enum lang)lang, k->slug)), 0);
	ck_assert_ptr_null(m_why(LANG_EN, SPAN_LIT("nothing")));
	ck_assert_ptr_null(m_why(LANG_EN, SPAN_NONE));
	ck_assert(m_why_is_good(SPAN_LIT("bought")));
	ck_assert(!m_why_is_good(SPAN_LIT("seat-taken")));
}
END_TEST

START_TEST(money_is_written_as_its_currency_is)
{
	static const struct {
		int64_t minor;
		const char *currency, *text;
	} rows[] = {
		{ 0, "KRW", "0 KRW" },
		{ 999, "KRW", "999 KRW" },
		{ 1000, "KRW", "1,000 KRW" },
		{ 1234567, "JPY", "1,234,567 JPY" },
		{ 5, "EUR", "0.05 EUR" },
		{ 123456, "USD", "1,234.56 USD" },
		{ 1234, "BHD", "1.234 BHD" },
		{ -1200, "KRW", "-1,200 KRW" },
		{ INT64_MIN, "KRW", "-9,223,372,036,854,775,808 KRW" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ck_assert_str_eq(
		    m_money(&m, rows[i].minor, span_str(rows[i].currency)),
		    rows[i].text);
	m.lang = LANG_KO;
	ck_assert_str_eq(m_money(&m, 12000, SPAN_LIT("KRW")),
	    "12,000\xec\x9b\x90");
	ck_assert_str_eq(m_money(&m, 1200, SPAN_LIT("USD")), "12.00 USD");
}
END_TEST

START_TEST(time_is_written_as_a_clock_there_says_it)
{
	ck_assert_str_eq(m_time(&m, INT64_C(1795257000000), 9 * 3600),
	    "2026-11-21 19:30");
	ck_assert_str_eq(m_minutes(&m, 0), "0:00");
	ck_assert_str_eq(m_minutes(&m, 245), "4:05");
}
END_TEST

START_TEST(one_is_led_to_no_place_but_a_page)
{
	static const char *const good[] = { "/m", "/m/shows/1",
		"/m/reservations/ABCD-EFGH" };
	static const char *const bad[] = { "", "/", "/mm", "//m", "/m//x",
		"/m/../x", "/m/a?b=c", "/m/a%2f", "/m/a b", "/m\\x", "/m/\n",
		"https://elsewhere.example/m/x", "/performances/1" };

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(m_is_page(span_str(good[i])), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!m_is_page(span_str(bad[i])), "%s", bad[i]);
}
END_TEST

SUITE("m")
{
	tcase_add_checked_fixture(suite_case, begin, end);
	TEST(pages_are_below_m_and_nothing_else_is);
	TEST(what_changes_something_is_asked_for_by_a_form_of_ours);
	TEST(every_problem_is_told_in_both_languages);
	TEST(money_is_written_as_its_currency_is);
	TEST(time_is_written_as_a_clock_there_says_it);
	TEST(one_is_led_to_no_place_but_a_page);
}
