/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_req - addresses, queries, languages and ETags as they may come
 *
 * Layer: tests.  Uses: http, base.
 */
#include "http/req.h"

#include "tests/support/suite.h"

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

static void
ck_span(struct span got, const char *want)
{
	ck_assert_msg(span_eq_str(got, want), "got \"%.*s\", want \"%s\"",
	    (int)got.len, got.p, want);
}

/* ---- methods and ids ---- */

START_TEST(methods_are_known_by_their_exact_names)
{
	for (int m = GET; m < METHOD_OTHER; m++)
		ck_assert_int_eq(
		    method_parse(span_str(method_name((enum method)m))), m);
	ck_assert_int_eq(method_parse(SPAN_LIT("TRACE")), METHOD_OTHER);
	ck_assert_int_eq(method_parse(SPAN_LIT("get")), METHOD_OTHER);
	ck_assert_int_eq(method_parse(SPAN_LIT("GETS")), METHOD_OTHER);
	ck_assert_int_eq(method_parse(SPAN_LIT("GE")), METHOD_OTHER);
	ck_assert_int_eq(method_parse(SPAN_NONE), METHOD_OTHER);
	ck_assert_int_eq(method_parse(SPAN_LIT("OTHER")), METHOD_OTHER);
}
END_TEST

static bool
id_of(const char *text, int64_t *id)
{
	struct req req = { .params = { SPAN_LIT("x"), span_str(text) } };

	return req_id(&req, 1, id);
}

START_TEST(ids_are_plain_numbers_that_json_can_carry)
{
	static const char *const bad[] = { "", "0", "-1", "01", "+1", "1 ",
		"1.0", "1e3", "9007199254740992", "18446744073709551617", "x",
		"\xEF\xBC\x91", "..", "{1}" };
	int64_t id = 0;

	ck_assert(id_of("1", &id));
	ck_assert_int_eq(id, 1);
	ck_assert(id_of("9007199254740991", &id));
	ck_assert_int_eq(id, 9007199254740991);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!id_of(bad[i], &id), "taken: %s", bad[i]);
}
END_TEST

/* ---- addresses ---- */

static struct req req;

static int
route_in(const char *uri, const char *base)
{
	req = (struct req){ .uri = span_str(uri) };
	return req_route_uri(&arena, &req, span_str(base));
}

START_TEST(a_plain_address_is_cut_at_its_question_mark)
{
	ck_assert_int_eq(route_in("/api/v1/shows?kind=a?b", ""), 0);
	ck_span(req.path, "/api/v1/shows");
	ck_span(req.query, "kind=a?b");
	ck_assert_int_eq(route_in("/", ""), 0);
	ck_span(req.path, "/");
	ck_assert(!span_is(req.query));
	ck_assert_int_eq(route_in("/x?", ""), 0);
	ck_assert_uint_eq(req.query.len, 0);
}
END_TEST

START_TEST(a_path_is_decoded_once)
{
	ck_assert_int_eq(route_in("/%61%50i/%EA%B0%80/%252e%252E", ""), 0);
	ck_span(req.path, "/aPi/\xEA\xB0\x80/%2e%2E");
	ck_assert_int_eq(route_in("/a+b/c%20d", ""), 0);
	ck_span(req.path, "/a+b/c d");
	ck_assert_int_eq(route_in("/a..b/.../.x/x.", ""), 0);
	ck_assert_int_eq(route_in("/shows/", ""), 0);
	ck_span(req.path, "/shows/");
}
END_TEST

static const char *const two_readings[] = {
	"",
	"shows",
	"*",
	"http://host/shows",
	"?a=b",
	"//",
	"//shows",
	"/a//b",
	"/a//",
	"/.",
	"/..",
	"/a/.",
	"/a/..",
	"/a/./b",
	"/a/../b",
	"/a/%2e/b",
	"/a/%2E%2e/b",
	"/a/.%2e",
	"/a%2Fb",
	"/a%2fb",
	"/a%5Cb",
	"/a%5cb",
	"/a\\b",
	"/a%00",
	"/a%00b",
	"/a;b",
	"/a%3Bb",
	"/a%3bb",
	"/a#b",
	"/a%",
	"/a%4",
	"/a%zz",
	"/a%4g",
	"/a%-1",
	"/%ff",
	"/%c0%af",
	"/%ed%a0%80",
	"/\xFF",
	"/a%0a",
	"/a%0D",
	"/a%1b",
	"/a%7F",
	"/a\tb",
	"/%C2%85",
	"/%E2%80%AE",
	"/a%3Z",
};

START_TEST(an_address_with_two_readings_is_malformed)
{
	ck_assert_msg(route_in(two_readings[_i], "") == 1, "taken: %s",
	    two_readings[_i]);
}
END_TEST

START_TEST(a_nul_byte_in_an_address_is_malformed)
{
	req = (struct req){ .uri = { "/a\0b", 4 } };
	ck_assert_int_eq(req_route_uri(&arena, &req, SPAN_LIT("")), 1);
}
END_TEST

START_TEST(the_base_path_is_taken_off)
{
	ck_assert_int_eq(route_in("/tickets/api/v1/me?x=1", "/tickets"), 0);
	ck_span(req.path, "/api/v1/me");
	ck_span(req.query, "x=1");
	ck_assert_int_eq(route_in("/tickets", "/tickets"), 0);
	ck_span(req.path, "/");
	ck_assert_int_eq(route_in("/tickets/", "/tickets"), 0);
	ck_span(req.path, "/");
	ck_assert_int_eq(route_in("/t%69ckets/x", "/tickets"), 0);
	ck_span(req.path, "/x");
}
END_TEST

START_TEST(what_lies_outside_the_base_path_is_told_apart)
{
	ck_assert_int_eq(route_in("/", "/tickets"), 2);
	ck_assert_int_eq(route_in("/ticket", "/tickets"), 2);
	ck_assert_int_eq(route_in("/ticketsx/y", "/tickets"), 2);
	ck_assert_int_eq(route_in("/api", "/tickets"), 2);
	ck_assert_int_eq(route_in("/tickets//x", "/tickets"), 1);
}
END_TEST

/* ---- queries ---- */

static struct span value;

static int
query(const char *text, const char *name)
{
	req = (struct req){ .query = span_str(text) };
	return req_query(&arena, &req, name, &value);
}

START_TEST(a_parameter_is_found_and_decoded)
{
	ck_assert_int_eq(query("a=1&q=x+y%2Bz%26&b=2", "q"), 0);
	ck_span(value, "x y+z&");
	ck_assert_int_eq(query("q=%EA%B0%80", "q"), 0);
	ck_span(value, "\xEA\xB0\x80");
	ck_assert_int_eq(query("&&q=a=b&", "q"), 0);
	ck_span(value, "a=b");
	ck_assert_int_eq(query("%71=7", "q"), 0);
	ck_span(value, "7");
	ck_assert_int_eq(query("q", "q"), 0);
	ck_assert(span_is(value));
	ck_assert_uint_eq(value.len, 0);
	ck_assert_int_eq(query("q=", "q"), 0);
	ck_assert(span_is(value));
}
END_TEST

START_TEST(an_absent_parameter_is_none)
{
	ck_assert_int_eq(query(NULL, "q"), 0);
	ck_assert(!span_is(value));
	ck_assert_int_eq(query("", "q"), 0);
	ck_assert(!span_is(value));
	ck_assert_int_eq(query("qq=1&Q=2&=3", "q"), 0);
	ck_assert(!span_is(value));
}
END_TEST

START_TEST(a_bad_parameter_is_malformed)
{
	static const char *const bad[] = { "q=1&q=1", "q=&q=", "q&q", "q=%",
		"q=%4", "q=%4g", "q=%ff", "q=%c0%af", "q=\xFF", "q=%00",
		"q=a%00b", "%=1&q=2", "q=1&%71=2" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(query(bad[i], "q") == 1, "taken: %s", bad[i]);
	ck_assert_int_eq(query("p=%ff&q=1", "q"), 0);
}
END_TEST

START_TEST(names_outside_a_list_are_noticed)
{
	static const char *const names[] = { "limit", "cursor", NULL };
	static const char *const none[] = { NULL };
	struct req r = { .query = SPAN_LIT("cursor=a&limit=3&") };

	ck_assert(req_query_only(&r, names));
	ck_assert(!req_query_only(&r, none));
	r.query = SPAN_LIT("limit=3&offset=9");
	ck_assert(!req_query_only(&r, names));
	r.query = SPAN_LIT("limi=3");
	ck_assert(!req_query_only(&r, names));
	r.query = SPAN_NONE;
	ck_assert(req_query_only(&r, none));
}
END_TEST

/* ---- languages ---- */

static const struct {
	const char *header;
	enum lang lang;
} languages[] = {
	{ NULL, LANG_EN },
	{ "", LANG_EN },
	{ "ko", LANG_KO },
	{ "en", LANG_EN },
	{ "KO", LANG_KO },
	{ "ko-KR", LANG_KO },
	{ "ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", LANG_KO },
	{ "en-US,en;q=0.9,ko;q=0.8", LANG_EN },
	{ "en;q=0.5, ko;q=0.6", LANG_KO },
	{ "ko;q=0.5,en", LANG_EN },
	{ "ko, en", LANG_KO },
	{ "en, ko", LANG_EN },
	{ "fr, de;q=0.9", LANG_EN },
	{ "fr, ko;q=0.1", LANG_KO },
	{ "*", LANG_EN },
	{ "ko;q=0, *", LANG_EN },
	{ "en;q=0, *", LANG_KO },
	{ "*;q=0.5, ko", LANG_KO },
	{ "*, ko;q=0.5", LANG_EN },
	{ "ko;q=0", LANG_EN },
	{ "en;q=0", LANG_EN },
	{ "ko;q=0, en;q=0", LANG_EN },
	{ "ko ; q=0.9 , en ; q=0.1", LANG_KO },
	{ "ko;Q=1.000", LANG_KO },
	{ "kok", LANG_EN },
	{ "korean", LANG_EN },
	{ "ko;q=2,en;q=0.1", LANG_EN },
	{ "ko;q=1.001,en;q=0.1", LANG_EN },
	{ "ko;q=0.1234,en;q=0.1", LANG_EN },
	{ "ko;q=,en;q=0.1", LANG_EN },
	{ "ko;q=x,en;q=0.1", LANG_EN },
	{ "ko;r=1,en;q=0.1", LANG_EN },
	{ ",,;,;q=1,-,=", LANG_EN },
	{ "ko;q=0.001", LANG_KO },
	{ "ko;q=0.,en;q=0.1", LANG_EN },
	{ "ko;q=1.,en;q=0.9", LANG_KO },
};

START_TEST(the_language_asked_for_most_is_chosen)
{
	ck_assert_msg(req_language(span_str(languages[_i].header))
		== languages[_i].lang,
	    "wrong for: %s", languages[_i].header);
}
END_TEST

START_TEST(languages_have_tags)
{
	ck_assert_str_eq(lang_tag(LANG_KO), "ko");
	ck_assert_str_eq(lang_tag(LANG_EN), "en");
}
END_TEST

/* ---- media types ---- */

static const struct {
	const char *header;
	int type; /* of json, html, png */
} media_types[] = {
	{ NULL, 0 },
	{ "", 0 },
	{ "*/*", 0 },
	{ "text/html", 1 },
	{ "TEXT/HTML", 1 },
	{ "text/*", 1 },
	{ "image/*;q=0.5, text/html;q=0.4", 2 },
	{ "image/png, */*;q=0.1", 2 },
	{ "application/json;q=0.1, */*", 1 },
	{ "text/html,application/xhtml+xml,*/*;q=0.8", 1 },
	{ "*/*, application/json;q=0, text/html;q=0", 2 },
	{ "audio/ogg", 0 },
	{ "text/html;q=0", 0 },
	{ "text/html;level=1", 0 },
	{ "text, /, */, *, image/png/x", 0 },
	{ ",;,q=1", 0 },
};

START_TEST(the_media_type_liked_best_is_chosen)
{
	static const char *const types[] = { "application/json", "text/html",
		"image/png", NULL };
	const struct req r = { .accept = span_str(media_types[_i].header) };

	ck_assert_msg(req_media_type(&r, types) == media_types[_i].type,
	    "wrong for: %s", media_types[_i].header);
}
END_TEST

/* ---- ETags ---- */

static bool
matches(const char *header, const char *etag)
{
	struct req r = { .if_none_match = span_str(header) };

	return req_etag_matches(&r, span_str(etag));
}

START_TEST(an_etag_is_found_in_a_list_whatever_its_weakness)
{
	ck_assert(matches("\"1-2\"", "\"1-2\""));
	ck_assert(matches("W/\"1-2\"", "\"1-2\""));
	ck_assert(matches("\"1-2\"", "W/\"1-2\""));
	ck_assert(matches("\"x\", W/\"y\" ,\t\"1-2\"", "W/\"1-2\""));
	ck_assert(matches(" * ", "\"1-2\""));
	ck_assert(matches("\"a,b\", \"c\"", "\"c\""));
	ck_assert(matches("\"a,b\"", "\"a,b\""));
	ck_assert(matches("\"\"", "\"\""));
	ck_assert(matches(",,\"c\",", "\"c\""));
}
END_TEST

START_TEST(if_match_takes_no_weak_tag)
{
	static const struct {
		const char *header;
		bool matches;
	} cases[] = {
		{ "\"7\"", true },
		{ "*", true },
		{ "\"6\", \"7\"", true },
		{ "W/\"7\"", false },
		{ "W/\"7\",\"7\"", true },
		{ "\"77\"", false },
		{ "7", false },
		{ "", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct req r = { .if_match = span_str(cases[i].header) };

		ck_assert_msg(req_if_match(&r, SPAN_LIT("\"7\""))
			== cases[i].matches,
		    "%s", cases[i].header);
	}
}
END_TEST

START_TEST(another_etag_does_not_match)
{
	static const char *const other[] = { NULL, "", "\"1-3\"", "1-2",
		"\"1-2", "w/\"1-2\"", "\"1-\"", "\"1-22\"", "W/", "W/\"", "\"",
		"**", "*, \"x\"", "\"a\" b \"1-2\"", "\"x 1-2\"" };

	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		ck_assert_msg(!matches(other[i], "\"1-2\""), "matched: %s",
		    other[i]);
}
END_TEST

static const struct {
	const char *accept_encoding;
	bool gzip;
} codings[] = {
	{ NULL, false },
	{ "", false },
	{ "gzip", true },
	{ "GZip", true },
	{ "x-gzip", true },
	{ "deflate, gzip;q=0.5, br", true },
	{ "br,gzip", true },
	{ "*", true },
	{ "*;q=0", false },
	{ "gzip;q=0", false },
	{ "gzip;q=0, *", false },
	{ "gzip;q=0.000", false },
	{ "gzip; q=0.001", true },
	{ "gzip;q=x", false },
	{ "identity", false },
	{ "gzip2", false },
	{ ",,;;,", false },
};

START_TEST(gzip_is_taken_where_it_is_said_to_be)
{
	req.accept_encoding = span_str(codings[_i].accept_encoding);
	ck_assert_msg(req_takes_gzip(&req) == codings[_i].gzip, "%s",
	    codings[_i].accept_encoding);
}
END_TEST

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "00f067aa0ba902b7"

static const struct {
	const char *traceparent;
	bool good;
} traces[] = {
	{ "00-" TRACE "-" PARENT "-01", true },
	{ "00-" TRACE "-" PARENT "-00", true },
	{ "cc-" TRACE "-" PARENT "-01-what-comes", true },
	{ "00-" TRACE "-" PARENT "-01-what-comes", false },
	{ "ff-" TRACE "-" PARENT "-01", false },
	{ "00-00000000000000000000000000000000-" PARENT "-01", false },
	{ "00-" TRACE "-0000000000000000-01", false },
	{ "00-4BF92F3577B34DA6A3CE929D0E0E4736-" PARENT "-01", false },
	{ "00-" TRACE "-01", false },
	{ "00-\"}4bf92f3577b34da6a3ce929d0e0e47-" PARENT "-01", false },
	{ "x", false },
	{ NULL, false },
};

START_TEST(a_trace_is_known_by_a_well_formed_traceparent)
{
	req.traceparent = span_str(traces[_i].traceparent);
	if (traces[_i].good)
		ck_assert(span_eq_str(req_trace_id(&req), TRACE));
	else
		ck_assert(!span_is(req_trace_id(&req)));
}
END_TEST

SUITE("req")
{
	FIXTURE(open_arena, close_arena);
	TEST(methods_are_known_by_their_exact_names);
	TEST(ids_are_plain_numbers_that_json_can_carry);
	TEST(a_plain_address_is_cut_at_its_question_mark);
	TEST(a_path_is_decoded_once);
	TEST_LOOP(an_address_with_two_readings_is_malformed,
	    (int)ARRAY_LEN(two_readings));
	TEST(a_nul_byte_in_an_address_is_malformed);
	TEST(the_base_path_is_taken_off);
	TEST(what_lies_outside_the_base_path_is_told_apart);
	TEST(a_parameter_is_found_and_decoded);
	TEST(an_absent_parameter_is_none);
	TEST(a_bad_parameter_is_malformed);
	TEST(names_outside_a_list_are_noticed);
	TEST_LOOP(the_media_type_liked_best_is_chosen,
	    (int)ARRAY_LEN(media_types));
	TEST_LOOP(the_language_asked_for_most_is_chosen,
	    (int)ARRAY_LEN(languages));
	TEST(languages_have_tags);
	TEST_LOOP(gzip_is_taken_where_it_is_said_to_be,
	    (int)ARRAY_LEN(codings));
	TEST_LOOP(a_trace_is_known_by_a_well_formed_traceparent,
	    (int)ARRAY_LEN(traces));
	TEST(an_etag_is_found_in_a_list_whatever_its_weakness);
	TEST(if_match_takes_no_weak_tag);
	TEST(another_etag_does_not_match);
}
