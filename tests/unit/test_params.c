/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_params - FastCGI parameters become a request
 *
 * Layer: tests.  Uses: fcgi-app.
 */
#include "fcgi-app/params.h"

#include "tests/support/suite.h"

static struct arena arena;
static struct req req;

static void
setup(void)
{
	arena_init(&arena, KIB(64));
}

static void
teardown(void)
{
	arena_fini(&arena);
}

#define READ(...) \
	params_read(&arena, \
	    (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL }, &req)

START_TEST(headers_and_addresses_reach_their_fields)
{
	READ("REQUEST_METHOD=PATCH", "REQUEST_URI=/a?b=c=d",
	    "REMOTE_ADDR=10.0.0.1", "CONTENT_TYPE=application/json",
	    "CONTENT_LENGTH=12", "HTTP_AUTHORIZATION=Bearer x",
	    "HTTP_IDEMPOTENCY_KEY=k", "HTTP_ACCEPT_LANGUAGE=ko",
	    "HTTP_IF_NONE_MATCH=\"1\"", "HTTP_IF_MATCH=\"2\"",
	    "HTTP_X_REQUEST_ID=r", "HTTPS=on", "HTTP_COOKIE=a=b; c=d",
	    "HTTP_ORIGIN=https://x", "HTTP_X_SESSION=cookie",
	    "HTTP_ACCESS_CONTROL_REQUEST_METHOD=PUT", "HTTP_TRACEPARENT=00-1");
	ck_assert_int_eq(req.method, PATCH);
	ck_assert(span_eq_str(req.uri, "/a?b=c=d"));
	ck_assert(span_eq_str(req.remote_addr, "10.0.0.1"));
	ck_assert(span_eq_str(req.content_type, "application/json"));
	ck_assert_int_eq(req.content_length, 12);
	ck_assert(span_eq_str(req.authorization, "Bearer x"));
	ck_assert(span_eq_str(req.idempotency_key, "k"));
	ck_assert(span_eq_str(req.accept_language, "ko"));
	ck_assert(span_eq_str(req.if_none_match, "\"1\""));
	ck_assert(span_eq_str(req.if_match, "\"2\""));
	ck_assert(span_eq_str(req.request_id_in, "r"));
	ck_assert(span_eq_str(req.cookie, "a=b; c=d"));
	ck_assert(span_eq_str(req.origin, "https://x"));
	ck_assert(span_eq_str(req.x_session, "cookie"));
	ck_assert(span_eq_str(req.asked_method, "PUT"));
	ck_assert(span_eq_str(req.traceparent, "00-1"));
	ck_assert(req.https);
}
END_TEST

START_TEST(what_is_not_there_is_absent)
{
	READ();
	ck_assert_int_eq(req.method, METHOD_OTHER);
	ck_assert(!span_is(req.uri));
	ck_assert(!span_is(req.authorization));
	ck_assert(!req.https);
	ck_assert_int_eq(req.content_length, -1);
	ck_assert(span_is(req.body));
	ck_assert_uint_eq(req.body.len, 0);
}
END_TEST

START_TEST(an_empty_header_is_absent)
{
	READ("CONTENT_TYPE=", "CONTENT_LENGTH=", "HTTP_AUTHORIZATION");
	ck_assert(!span_is(req.content_type));
	ck_assert(!span_is(req.authorization));
	ck_assert_int_eq(req.content_length, -1);
}
END_TEST

START_TEST(of_two_parameters_the_first_counts)
{
	READ("REMOTE_ADDR=10.0.0.1", "REMOTE_ADDR=6.6.6.6");
	ck_assert(span_eq_str(req.remote_addr, "10.0.0.1"));
}
END_TEST

START_TEST(a_length_that_is_no_length_is_not_told)
{
	static const char *const bad[] = { "CONTENT_LENGTH=-1",
		"CONTENT_LENGTH=1x", "CONTENT_LENGTH=+1",
		"CONTENT_LENGTH=99999999999999999999" };

	READ(bad[_i]);
	ck_assert_int_eq(req.content_length, -1);
}
END_TEST

START_TEST(the_values_outlive_the_parameters)
{
	char text[] = "REQUEST_URI=/seats";

	READ(text);
	memset(text, 'x', sizeof(text) - 1);
	ck_assert(span_eq_str(req.uri, "/seats"));
}
END_TEST

SUITE("params")
{
	FIXTURE(setup, teardown);
	TEST(headers_and_addresses_reach_their_fields);
	TEST(what_is_not_there_is_absent);
	TEST(an_empty_header_is_absent);
	TEST(of_two_parameters_the_first_counts);
	TEST_LOOP(a_length_that_is_no_length_is_not_told, 4);
	TEST(the_values_outlive_the_parameters);
}
