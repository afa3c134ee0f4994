/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_html - what fills a hole is never markup, wherever the hole stands
 *
 * Layer: tests.  Uses: fcgi-app, base.
 */
#include "base/html.h"

#include "tests/support/suite.h"

#define NASTY "<b>\"&'/?=\xec\x97\xb4"

static struct arena arena;

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

static const char *
filled(const char *form, struct html_value value)
{
	struct strbuf b;

	strbuf_init(&b, &arena, 0);
	html_fill(&b, form, &value, 1);
	return arena_str(&arena, strbuf_get(&b));
}

START_TEST(between_tags_and_in_attributes_it_is_text)
{
	ck_assert_str_eq(filled("<p>{}</p>", html_str(NASTY)),
	    "<p>&lt;b&gt;&quot;&amp;&#39;/?=\xec\x97\xb4</p>");
	ck_assert_str_eq(filled("<p title=\"{}\">", html_str(NASTY)),
	    "<p title=\"&lt;b&gt;&quot;&amp;&#39;/?=\xec\x97\xb4\">");
	ck_assert_str_eq(filled("<p>{}</p>", html_number(-12)), "<p>-12</p>");
	ck_assert_str_eq(filled("<p>{}</p>", html_span(SPAN_NONE)), "<p></p>");
	ck_assert_str_eq(filled("a {} {url b", html_str("x")), "a x {url b");
}
END_TEST

START_TEST(in_an_address_it_is_a_part_of_it)
{
	static const char *const forms[] = { "<a href=\"/m/{}\">",
		"<form method=\"post\" action=\"/m/{}\">",
		"<img src=\"/m/{}\">" };

	for (size_t i = 0; i < ARRAY_LEN(forms); i++)
		ck_assert_ptr_nonnull(strstr(filled(forms[i], html_str(NASTY)),
		    "/m/%3Cb%3E%22%26%27/%3F%3D%EC%97%B4\">"));
	/* What only ends like the name of one is none. */
	ck_assert_str_eq(filled("<p data-href=\"{}\">", html_str("a b")),
	    "<p data-href=\"a b\">");
}
END_TEST

START_TEST(a_whole_address_is_ours_or_https)
{
	static const struct {
		const char *url, *becomes;
	} rows[] = {
		{ "https://pay.example/?a=1&b=%20",
		    "https://pay.example/?a=1"
		    "&amp;b=%20" },
		{ "/m/shows?a=\"", "/m/shows?a=&quot;" },
		{ "javascript:alert(1)", "#" },
		{ "http://pay.example/", "#" },
		{ "//elsewhere.example/", "#" },
		{ "/\\elsewhere.example/", "#" },
		{ "", "#" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ck_assert_str_eq(
		    filled("<a href=\"{url}\">", html_str(rows[i].url)),
		    arena_printf(&arena, "<a href=\"%s\">", rows[i].becomes));
}
END_TEST

static const char *const mistakes[] = { "<p {}>", "<p title={}>", "<{}>",
	"<p title=\"{}\"", "<p>{} {}</p>", "<p>nothing</p>",
	"<p title=\"{url}\">", "{url}" };

START_TEST(a_hole_where_nothing_is_safe_is_a_mistake_of_ours)
{
	(void)filled(mistakes[_i], html_str("x"));
}
END_TEST

SUITE("html")
{
	tcase_add_checked_fixture(suite_case, open_arena, close_arena);
	TEST(between_tags_and_in_attributes_it_is_text);
	TEST(in_an_address_it_is_a_part_of_it);
	TEST(a_whole_address_is_ours_or_https);
	TEST_LOOP_ABORTS(a_hole_where_nothing_is_safe_is_a_mistake_of_ours,
	    (int)ARRAY_LEN(mistakes));
}
