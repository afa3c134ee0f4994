/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_router - paths find their routes, and only theirs
 *
 * Layer: tests.  Uses: http, base.
 */
#include "http/router.h"

#include "tests/support/suite.h"

static int
nothing(struct ctx *ctx, const struct req *req, struct res *res)
{
	(void)ctx;
	(void)req;
	return res_no_content(res);
}

static const struct route routes[] = {
	{ GET, "/shows", nothing, ANYONE, 0, 0 },
	{ POST, "/shows", nothing, ADMIN, 0, 0 },
	{ GET, "/shows/{show}", nothing, ANYONE, 0, 0 },
	{ PATCH, "/shows/{show}", nothing, ADMIN, 0, 0 },
	{ GET, "/shows/{show}/dates", nothing, ANYONE, 0, 0 },
	{ POST, "/shows/search", nothing, ANYONE, 0, 0 },
	{ GET, "/shows/search/last/page", nothing, ANYONE, 0, 0 },
	{ GET, "/{a}/{b}/{c}/{d}", nothing, ANYONE, 0, 0 },
	{ DELETE, "/holds/{token}", nothing, BUYER, 0, 0 },
	{ OPTIONS, "/all", nothing, ANYONE, 0, 0 },
	{ GET, "/all", nothing, ANYONE, 0, 0 },
	{ POST, "/all", nothing, ANYONE, 0, 0 },
	{ PUT, "/all", nothing, ANYONE, 0, 0 },
	{ PATCH, "/all", nothing, ANYONE, 0, 0 },
	{ DELETE, "/all", nothing, ANYONE, 0, 0 },
	{ 0 },
};

static struct router *router;
static struct req req;
static const struct route *found;
static char allow[64];

static void
open_router(void)
{
	router = router_open(routes);
}

static void
close_router(void)
{
	router_close(router);
}

static int
match(enum method method, const char *path)
{
	req = (struct req){ .method = method, .path = span_str(path) };
	found = NULL;
	allow[0] = '\0';
	return router_match(router, &req, &found, allow);
}

static void
ck_found(enum method method, const char *path, const char *pattern)
{
	ck_assert_int_eq(match(method, path), ROUTE_OK);
	ck_assert_str_eq(found->pattern, pattern);
	ck_assert_int_eq(found->method, method == HEAD ? GET : method);
}

static void
ck_param(int n, const char *want)
{
	ck_assert_msg(span_eq_str(req.params[n], want),
	    "parameter %d is \"%.*s\", not \"%s\"", n, (int)req.params[n].len,
	    req.params[n].p, want);
}

START_TEST(a_path_finds_the_route_of_its_method)
{
	ck_found(GET, "/shows", "/shows");
	ck_found(POST, "/shows", "/shows");
	ck_found(PATCH, "/shows/7", "/shows/{show}");
	ck_found(DELETE, "/holds/abc", "/holds/{token}");
	ck_found(OPTIONS, "/all", "/all");
}
END_TEST

START_TEST(every_route_of_the_table_is_found)
{
	for (const struct route *r = routes; r->pattern != NULL; r++) {
		ck_assert_int_eq(match(r->method, r->pattern), ROUTE_OK);
		ck_assert_ptr_eq(found, r);
	}
}
END_TEST

START_TEST(head_finds_the_route_of_get)
{
	ck_found(HEAD, "/shows/7", "/shows/{show}");
	ck_assert_int_eq(req.method, HEAD);
}
END_TEST

START_TEST(placeholders_become_parameters_in_order)
{
	ck_found(GET, "/shows/7", "/shows/{show}");
	ck_param(0, "7");
	ck_assert(!span_is(req.params[1]));
	ck_found(GET, "/1/2/3/4", "/{a}/{b}/{c}/{d}");
	ck_param(0, "1");
	ck_param(1, "2");
	ck_param(2, "3");
	ck_param(3, "4");
}
END_TEST

START_TEST(a_literal_segment_wins_over_a_placeholder)
{
	ck_found(POST, "/shows/search", "/shows/search");
	ck_assert_int_eq(match(GET, "/shows/search"), ROUTE_E_METHOD);
	ck_assert_str_eq(allow, "POST");
}
END_TEST

START_TEST(a_literal_that_leads_nowhere_gives_way_to_a_placeholder)
{
	ck_found(GET, "/shows/search/dates", "/shows/{show}/dates");
	ck_param(0, "search");
	ck_found(GET, "/shows/search/last/page", "/shows/search/last/page");
	ck_assert(!span_is(req.params[0]));
	ck_found(GET, "/shows/search/last/leaf", "/{a}/{b}/{c}/{d}");
	ck_param(0, "shows");
	ck_param(3, "leaf");
}
END_TEST

START_TEST(an_unknown_path_is_not_found)
{
	static const char *const unknown[] = { "/", "/show", "/showsx",
		"/shows/", "/shows/7/", "/shows/7/date", "/shows/7/dates/",
		"/Shows", "/holds", "/shows//dates", "/a/b/c/d/e", "/a/b/c/",
		"/a/b/c", "/shows/search/last", "//", "/ shows" };

	for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
		ck_assert_msg(match(GET, unknown[i]) == ROUTE_E_NONE,
		    "found: %s", unknown[i]);
}
END_TEST

START_TEST(a_wrong_method_is_told_which_are_right)
{
	ck_assert_int_eq(match(DELETE, "/shows"), ROUTE_E_METHOD);
	ck_assert_str_eq(allow, "GET, HEAD, POST");
	ck_assert_int_eq(match(HEAD, "/holds/x"), ROUTE_E_METHOD);
	ck_assert_str_eq(allow, "DELETE");
	ck_assert_int_eq(match(METHOD_OTHER, "/all"), ROUTE_E_METHOD);
	ck_assert_str_eq(allow, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
}
END_TEST

START_TEST(a_match_asks_for_no_memory)
{
	char path[KIB(32)];

	memset(path, '/', sizeof(path));
	req = (struct req){ .path = { path, sizeof(path) } };
	ck_assert_int_eq(router_match(router, &req, &found, allow),
	    ROUTE_E_NONE);
	for (size_t i = 1; i < sizeof(path); i += 2)
		path[i] = 'x';
	ck_assert_int_eq(router_match(router, &req, &found, allow),
	    ROUTE_E_NONE);
}
END_TEST

/* ---- tables that are programming errors ---- */

static void
open_pair(const char *one, const char *two)
{
	const struct route pair[] = {
		{ GET, one, nothing, ANYONE, 0, 0 },
		{ GET, two, nothing, ANYONE, 0, 0 },
		{ 0 },
	};

	router_close(router_open(pair));
}

START_TEST(the_same_pattern_twice_is_a_programming_error)
{
	open_pair("/a/{x}", "/a/{y}");
}
END_TEST

START_TEST(a_pattern_without_a_slash_is_a_programming_error)
{
	open_pair("/a", "b");
}
END_TEST

START_TEST(an_empty_segment_is_a_programming_error)
{
	open_pair("/a", "/b//c");
}
END_TEST

START_TEST(a_half_open_placeholder_is_a_programming_error)
{
	open_pair("/a", "/{b");
}
END_TEST

START_TEST(a_placeholder_inside_a_segment_is_a_programming_error)
{
	open_pair("/a", "/x{b}");
}
END_TEST

START_TEST(a_nameless_placeholder_is_a_programming_error)
{
	open_pair("/a", "/{}");
}
END_TEST

START_TEST(too_many_placeholders_are_a_programming_error)
{
	open_pair("/a", "/{a}/{b}/{c}/{d}/{e}");
}
END_TEST

SUITE("router")
{
	FIXTURE(open_router, close_router);
	TEST(a_path_finds_the_route_of_its_method);
	TEST(every_route_of_the_table_is_found);
	TEST(head_finds_the_route_of_get);
	TEST(placeholders_become_parameters_in_order);
	TEST(a_literal_segment_wins_over_a_placeholder);
	TEST(a_literal_that_leads_nowhere_gives_way_to_a_placeholder);
	TEST(an_unknown_path_is_not_found);
	TEST(a_wrong_method_is_told_which_are_right);
	TEST(a_match_asks_for_no_memory);
	TEST_ABORTS(the_same_pattern_twice_is_a_programming_error);
	TEST_ABORTS(a_pattern_without_a_slash_is_a_programming_error);
	TEST_ABORTS(an_empty_segment_is_a_programming_error);
	TEST_ABORTS(a_half_open_placeholder_is_a_programming_error);
	TEST_ABORTS(a_placeholder_inside_a_segment_is_a_programming_error);
	TEST_ABORTS(a_nameless_placeholder_is_a_programming_error);
	TEST_ABORTS(too_many_placeholders_are_a_programming_error);
}
