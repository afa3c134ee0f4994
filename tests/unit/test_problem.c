/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_problem - errors and answers as they go out
 *
 * Layer: tests.  Uses: http, base.
 */
#include "http/problem.h"

#include "tests/support/suite.h"

static struct arena arena;
static struct res res;

static void
open_res(void)
{
	arena_init(&arena, KIB(1024));
	res_init(&res, &arena, SPAN_LIT("req-0001"));
}

static void
close_res(void)
{
	arena_fini(&arena);
}

static void
ck_span(struct span got, const char *want)
{
	ck_assert_msg(span_eq_str(got, want), "got \"%.*s\", want \"%s\"",
	    (int)got.len, got.p, want);
}

static struct span
header(const char *name)
{
	for (size_t i = 0; i < res.n_headers; i++)
		if (strcmp(res.headers[i].name, name) == 0)
			return res.headers[i].value;
	return SPAN_NONE;
}

START_TEST(a_problem_is_a_document_of_its_own_type)
{
	ck_assert_int_eq(problem(&res, "not-found", "No \"such\" show."), 0);
	ck_assert_int_eq(res.status, 404);
	ck_assert_str_eq(res.content_type, "application/problem+json");
	ck_assert_str_eq(res.problem, "not-found");
	ck_span(res.body,
	    "{\"type\":\"/problems/not-found\","
	    "\"title\":\"Not found\",\"status\":404,"
	    "\"detail\":\"No \\\"such\\\" show.\","
	    "\"request_id\":\"req-0001\"}");
	ck_assert_uint_eq(res.n_headers, 0);
}
END_TEST

START_TEST(what_is_not_known_is_left_out)
{
	res_init(&res, &arena, SPAN_NONE);
	ck_assert_int_eq(problem(&res, "busy", NULL), 0);
	ck_span(res.body,
	    "{\"type\":\"/problems/busy\","
	    "\"title\":\"Too busy; please try again\",\"status\":503}");
}
END_TEST

START_TEST(a_problem_can_have_members_of_its_own)
{
	struct jw extra;

	jw_init(&extra, &arena);
	jw_object(&extra, NULL);
	jw_array(&extra, "conflicts");
	jw_int(&extra, NULL, 17);
	jw_end_array(&extra);
	jw_end_object(&extra);
	ck_assert_int_eq(problem_with(&res, "seat-taken", NULL, &extra), 0);
	ck_assert_int_eq(res.status, 409);
	ck_span(res.body,
	    "{\"type\":\"/problems/seat-taken\","
	    "\"title\":\"A seat is no longer free\",\"status\":409,"
	    "\"request_id\":\"req-0001\",\"conflicts\":[17]}");
}
END_TEST

START_TEST(an_empty_object_adds_nothing)
{
	struct jw extra;
	struct json *v;

	jw_init(&extra, &arena);
	jw_object(&extra, NULL);
	jw_end_object(&extra);
	ck_assert_int_eq(problem_with(&res, "seat-taken", NULL, &extra), 0);
	ck_assert_int_eq(json_parse(&arena, res.body, &v), JSON_OK);
}
END_TEST

START_TEST(an_invalid_field_is_named)
{
	ck_assert_int_eq(problem_field(&res, "amount", "must be positive"), 0);
	ck_assert_int_eq(res.status, 422);
	ck_span(res.body,
	    "{\"type\":\"/problems/invalid-field\","
	    "\"title\":\"A field is not valid\",\"status\":422,"
	    "\"detail\":\"must be positive\",\"request_id\":\"req-0001\","
	    "\"field\":\"amount\"}");
}
END_TEST

START_TEST(who_may_ask_again_is_told_when)
{
	ck_assert_int_eq(problem_retry(&res, "busy", NULL, 17), 0);
	ck_assert_int_eq(res.status, 503);
	ck_span(header("Retry-After"), "17");
}
END_TEST

START_TEST(every_401_names_the_scheme)
{
	ck_assert_int_eq(problem(&res, "unauthenticated", NULL), 0);
	ck_span(header("WWW-Authenticate"), "Bearer");
	res_init(&res, &arena, SPAN_NONE);
	ck_assert_int_eq(problem(&res, "bad-credentials", NULL), 0);
	ck_span(header("WWW-Authenticate"), "Bearer");
	res_init(&res, &arena, SPAN_NONE);
	ck_assert_int_eq(problem(&res, "invalid-token", NULL), 0);
	ck_span(header("WWW-Authenticate"), "Bearer error=\"invalid_token\"");
	res_init(&res, &arena, SPAN_NONE);
	ck_assert_int_eq(problem(&res, "forbidden", NULL), 0);
	ck_assert(!span_is(header("WWW-Authenticate")));
}
END_TEST

START_TEST(every_kind_can_be_written_and_read)
{
	for (const struct problem_kind *k = problem_list; k->slug != NULL;
	     k++) {
		struct json *v;

		res_init(&res, &arena, SPAN_LIT("id"));
		ck_assert_int_eq(problem(&res, k->slug, "d"), 0);
		ck_assert_int_eq(json_parse(&arena, res.body, &v), JSON_OK);
		ck_assert_int_eq(json_get(v, "status")->i64, k->status);
		ck_span(json_get(v, "title")->str, k->title);
		ck_assert(k->status >= 400 && k->status <= 599);
	}
}
END_TEST

START_TEST(no_slug_is_listed_twice)
{
	for (const struct problem_kind *k = problem_list; k->slug != NULL; k++)
		for (const struct problem_kind *o = problem_list; o < k; o++)
			ck_assert_str_ne(k->slug, o->slug);
}
END_TEST

/* ---- outcomes ---- */

static const struct problem_row rows[] = {
	{ 1, "seat-taken", "gone" },
	{ 2, "seat-limit", NULL },
	{ 0 },
};

START_TEST(an_outcome_becomes_the_problem_of_its_row)
{
	ck_assert_int_eq(problem_from(&res, rows, 2), 0);
	ck_assert_int_eq(res.status, 422);
	ck_assert_str_eq(res.problem, "seat-limit");
}
END_TEST

START_TEST(a_fault_is_passed_up_unanswered)
{
	ck_assert_int_eq(problem_from(&res, rows, -1101), -1101);
	ck_assert_int_eq(res.status, 0);
}
END_TEST

START_TEST(an_outcome_without_a_row_is_a_programming_error)
{
	(void)problem_from(&res, rows, 3);
}
END_TEST

START_TEST(a_slug_outside_the_list_is_a_programming_error)
{
	(void)problem(&res, "seat-is-taken", NULL);
}
END_TEST

/* ---- answers without a problem ---- */

START_TEST(a_json_answer_replaces_what_was_said_before)
{
	struct jw w;

	jw_init(&w, &arena);
	jw_int(&w, NULL, 7);
	ck_assert_int_eq(problem(&res, "busy", NULL), 0);
	ck_assert_int_eq(res_json(&res, 201, &w), 0);
	ck_assert_int_eq(res.status, 201);
	ck_assert_str_eq(res.content_type, "application/json");
	ck_span(res.body, "7");
	ck_assert_ptr_null(res.problem);
}
END_TEST

START_TEST(answers_without_content_have_no_type)
{
	ck_assert_int_eq(res_no_content(&res), 0);
	ck_assert_int_eq(res.status, 204);
	ck_assert_ptr_null(res.content_type);
	ck_assert_uint_eq(res.body.len, 0);
	ck_assert_int_eq(res_not_modified(&res, SPAN_LIT("W/\"1\"")), 0);
	ck_assert_int_eq(res.status, 304);
	ck_span(header("ETag"), "W/\"1\"");
	ck_assert_uint_eq(res.body.len, 0);
}
END_TEST

START_TEST(a_header_of_two_lines_is_a_programming_error)
{
	res_header(&res, "Location", SPAN_LIT("a\n"));
}
END_TEST

START_TEST(a_carriage_return_in_a_header_is_a_programming_error)
{
	res_header(&res, "Location", SPAN_LIT("\ra"));
}
END_TEST

START_TEST(a_nul_in_a_header_is_a_programming_error)
{
	res_header(&res, "Location", SPAN_LIT("a\0b"));
}
END_TEST

START_TEST(too_many_headers_are_a_programming_error)
{
	for (int i = 0; i <= RES_HEADERS_MAX; i++)
		res_header(&res, "X", SPAN_LIT("y"));
}
END_TEST

SUITE("problem")
{
	FIXTURE(open_res, close_res);
	TEST(a_problem_is_a_document_of_its_own_type);
	TEST(what_is_not_known_is_left_out);
	TEST(a_problem_can_have_members_of_its_own);
	TEST(an_empty_object_adds_nothing);
	TEST(an_invalid_field_is_named);
	TEST(who_may_ask_again_is_told_when);
	TEST(every_401_names_the_scheme);
	TEST(every_kind_can_be_written_and_read);
	TEST(no_slug_is_listed_twice);
	TEST(an_outcome_becomes_the_problem_of_its_row);
	TEST(a_fault_is_passed_up_unanswered);
	TEST_ABORTS(an_outcome_without_a_row_is_a_programming_error);
	TEST_ABORTS(a_slug_outside_the_list_is_a_programming_error);
	TEST(a_json_answer_replaces_what_was_said_before);
	TEST(answers_without_content_have_no_type);
	TEST_ABORTS(a_header_of_two_lines_is_a_programming_error);
	TEST_ABORTS(a_carriage_return_in_a_header_is_a_programming_error);
	TEST_ABORTS(a_nul_in_a_header_is_a_programming_error);
	TEST_ABORTS(too_many_headers_are_a_programming_error);
}
