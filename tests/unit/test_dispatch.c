/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dispatch - routes, gates, faults: all that lies around a handler
 *
 * Runs a made-up table of routes, so that each test says what its handler
 * does.
 *
 * Layer: tests.  Uses: fcgi-app.
 */
#include "base/address.h"
#include "fcgi-app/dispatch.h"

#include "account/token.h"
#include "base/crypto.h"
#include "fcgi-app/stats.h"
#include "http/problem.h"
#include "idem/idem.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <stdio.h>

static struct ctx ctx;
static struct dispatch dispatch;
static struct call call;
static int n_handled;
static int fault;

/* ---- handlers ---- */

static int
do_ok(struct ctx *c, const struct req *req, struct res *res)
{
	(void)c;
	(void)req;
	n_handled++;
	return res_body(res, 200, "text/plain", SPAN_LIT("fine"));
}

static int
do_fault(struct ctx *c, const struct req *req, struct res *res)
{
	(void)c;
	(void)req;
	res_header(res, "X-Half-Built", SPAN_LIT("yes"));
	return fault;
}

static int n_hash_beside; /* others that hash meanwhile */

static int
do_hash(struct ctx *c, const struct req *req, struct res *res)
{
	ck_assert_int_eq(permits_count(slots_hashing(dispatch.at.slots)),
	    n_hash_beside + 1);
	return do_ok(c, req, res);
}

static int
do_public(struct ctx *c, const struct req *req, struct res *res)
{
	res_header(res, "Cache-Control", SPAN_LIT("public, max-age=1"));
	return do_ok(c, req, res);
}

static const struct route routes[] = {
	{ GET, "/open", do_ok, ANYONE, 0, 0 },
	{ POST, "/open", do_ok, ANYONE, NEEDS_BODY, 0 },
	{ GET, "/things/{id}", do_ok, ANYONE, 0, 0 },
	{ GET, "/mine", do_ok, BUYER, 0, 0 },
	{ POST, "/mine", do_ok, BUYER, NEEDS_BODY, 100 },
	{ GET, "/counter", do_ok, STAFF, 0, 0 },
	{ GET, "/door", do_ok, GATE, 0, 0 },
	{ GET, "/theirs", do_ok, ADMIN, 0, 0 },
	{ POST, "/pay", do_ok, ANYONE, NEEDS_KEY, 0 },
	{ POST, "/things/{id}/pay", do_ok, ANYONE, NEEDS_KEY, 0 },
	{ POST, "/hold", do_ok, ANYONE, 0, 0 },
	{ POST, "/hash", do_hash, ANYONE, NEEDS_HASHING, 0 },
	{ GET, "/public", do_public, ANYONE, 0, 0 },
	{ GET, "/fault", do_fault, ANYONE, 0, 0 },
	{ GET, "/api/v1/shows", do_ok, ANYONE, 0, 0 },
	{ GET, "/api/v1/me", do_ok, BUYER, 0, 0 },
	{ POST, "/api/v1/me", do_ok, BUYER, 0, 0 },
	{ POST, "/api/v1/login", do_ok, ANYONE, 0, 0 },
	{ 0 },
};

/* ---- asking ---- */

static void
setup(void)
{
	struct settings set;

	conf_defaults(settings_rows, &set, sizeof(set));
	snprintf(set.token_key, sizeof(set.token_key), "k:%s",
	    "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE");
	ctx_open(&ctx, &set);
	ck_assert_int_eq(slots_open(3, &dispatch.at.slots), 0);
	ck_assert_int_eq(
	    metrics_open(stats_rows("api"), 1, "", "test", &ctx.metrics), 0);
	dispatch.at.slot = 0;
	dispatch.at.hashing_max = 1;
	dispatch.router = router_open(routes);
	call.req = (struct req){ .content_length = -1, .body = SPAN_LIT("") };
}

static void
teardown(void)
{
	metrics_close(ctx.metrics);
	slots_close(dispatch.at.slots);
	ctx_close(&ctx);
}

static int
ask(const char *method, const char *uri)
{
	call.req.method_text = span_str(method);
	call.req.method = method_parse(call.req.method_text);
	call.req.uri = span_str(uri);
	dispatch_head(&dispatch, &ctx, &call);
	dispatch_run(&dispatch, &ctx, &call);
	return call.res.status;
}

static void
given_json(const char *body)
{
	call.req.body = span_str(body);
	call.req.content_type = SPAN_LIT("application/json");
}

static void
given_token_of(int64_t user, enum role role)
{
	struct span token;

	ck_assert_int_eq(token_make(&ctx, TOKEN_KEY_CURRENT,
			     &(struct token){ .user = user, .role = role },
			     &token),
	    TOKEN_OK);
	call.req.authorization = span_str(
	    arena_printf(&ctx.arena, "Bearer %.*s", (int)token.len, token.p));
}

static struct span
header(const char *name)
{
	for (size_t i = 0; i < call.res.n_headers; i++) {
		if (strcmp(call.res.headers[i].name, name) == 0)
			return call.res.headers[i].value;
	}
	return SPAN_NONE;
}

#define ASSERT_PROBLEM(status, slug, asked) \
	do { \
		ck_assert_int_eq((asked), (status)); \
		ck_assert_str_eq(call.res.problem, (slug)); \
		ck_assert_int_eq(n_handled, 0); \
	} while (0)

/* ---- routes ---- */

START_TEST(a_route_is_found_with_and_without_query)
{
	ck_assert_int_eq(ask("GET", "/open"), 200);
	ck_assert_int_eq(ask("GET", "/open?x=1"), 200);
	ck_assert_int_eq(ask("HEAD", "/open"), 200);
	ck_assert_int_eq(ask("GET", "/things/12"), 200);
	ck_assert(span_eq_str(call.req.params[0], "12"));
}
END_TEST

START_TEST(what_no_route_fits_is_refused)
{
	ASSERT_PROBLEM(404, "not-found", ask("GET", "/nowhere"));
	ASSERT_PROBLEM(400, "bad-request", ask("GET", "/things/%2f"));
	ASSERT_PROBLEM(405, "method-not-allowed", ask("DELETE", "/open"));
	ck_assert(span_eq_str(header("Allow"), "GET, HEAD, POST"));
}
END_TEST

START_TEST(only_paths_below_the_base_path_exist)
{
	strcpy(ctx.set.base_path, "/tickets");
	ASSERT_PROBLEM(404, "not-found", ask("GET", "/open"));
	ck_assert_int_eq(ask("GET", "/tickets/open"), 200);
}
END_TEST

START_TEST(the_route_says_how_much_of_a_body_is_kept)
{
	ask("GET", "/nowhere");
	ck_assert_int_eq(call.body_max, GATES_BODY_MAX);
	ask("POST", "/open");
	ck_assert_int_eq(call.body_max, GATES_BODY_MAX);
	ask("POST", "/mine");
	ck_assert_int_eq(call.body_max, 100);
}
END_TEST

/* ---- gates ---- */

START_TEST(a_private_route_asks_for_a_token)
{
	ASSERT_PROBLEM(401, "unauthenticated", ask("GET", "/mine"));
	ck_assert(span_is(header("WWW-Authenticate")));
	call.req.authorization = SPAN_LIT("Basic YTpi");
	ASSERT_PROBLEM(401, "unauthenticated", ask("GET", "/mine"));
	call.req.authorization = SPAN_LIT("Bearer ");
	ASSERT_PROBLEM(401, "unauthenticated", ask("GET", "/mine"));
	call.req.authorization = SPAN_LIT("Bearer not.a.token");
	ASSERT_PROBLEM(401, "invalid-token", ask("GET", "/mine"));
}
END_TEST

START_TEST(the_token_says_who_asks)
{
	given_token_of(42, ROLE_USER);
	ck_assert_int_eq(ask("GET", "/mine"), 200);
	ck_assert_int_eq(call.req.buyer.id, 42);
}
END_TEST

START_TEST(a_route_is_for_whom_it_says_and_for_admins)
{
	static const struct {
		const char *uri;
		bool open[N_ROLES]; /* by enum role */
	} cases[] = {
		{ "/mine", { true, true, true, true } },
		{ "/counter", { false, true, false, true } },
		{ "/door", { false, false, true, true } },
		{ "/theirs", { false, false, false, true } },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (int role = 0; role < N_ROLES; role++) {
			given_token_of(42, (enum role)role);
			ck_assert_msg((ask("GET", cases[i].uri) == 200)
				== cases[i].open[role],
			    "%s, role %d", cases[i].uri, role);
			ck_assert(call.res.status == 200
			    || strcmp(call.res.problem, "forbidden") == 0);
		}
}
END_TEST

START_TEST(a_stranger_is_told_nothing_but_to_log_in)
{
	call.req.body_too_large = true;
	ASSERT_PROBLEM(401, "unauthenticated", ask("POST", "/mine"));
}
END_TEST

START_TEST(a_body_too_large_or_of_another_length_is_refused)
{
	given_json("{}");
	call.req.content_length = 3;
	ASSERT_PROBLEM(400, "bad-request", ask("POST", "/open"));
	call.req.content_length = -1;
	call.req.body_too_large = true;
	ASSERT_PROBLEM(413, "too-large", ask("POST", "/open"));
}
END_TEST

START_TEST(a_body_is_json_and_not_compressed)
{
	given_json("{}");
	ck_assert_int_eq(ask("POST", "/open"), 200);
	n_handled = 0;
	call.req.content_encoding = SPAN_LIT("gzip");
	ASSERT_PROBLEM(415, "unsupported-media-type", ask("POST", "/open"));
	call.req.content_encoding = SPAN_LIT("identity");
	call.req.content_type = SPAN_LIT("text/xml");
	ASSERT_PROBLEM(415, "unsupported-media-type", ask("POST", "/open"));
	call.req.content_type = SPAN_NONE;
	ASSERT_PROBLEM(415, "unsupported-media-type", ask("POST", "/open"));
	call.req.content_type = SPAN_LIT("Application/JSON ; charset=utf-8");
	ck_assert_int_eq(ask("POST", "/open"), 200);
}
END_TEST

START_TEST(a_key_is_asked_for_where_it_is_needed)
{
	ASSERT_PROBLEM(400, "idempotency-key-missing", ask("POST", "/pay"));
	ck_assert_int_eq(ask("POST", "/hold"), 200);
}
END_TEST

START_TEST(a_malformed_key_is_refused_wherever_a_write_brings_it)
{
	static const char *const bad[] = { "with space", "\"\"", "\"", "a\"b",
		"back\\slash", "tab\t", "\xc3\xa9", "\"open" };

	call.req.idempotency_key = span_str(bad[_i]);
	ASSERT_PROBLEM(400, "idempotency-key-malformed", ask("POST", "/pay"));
	call.req.idempotency_key = span_str(bad[_i]);
	ASSERT_PROBLEM(400, "idempotency-key-malformed", ask("POST", "/hold"));
}
END_TEST

START_TEST(a_key_has_at_most_255_characters)
{
	char key[257];

	memset(key, 'k', sizeof(key));
	call.req.idempotency_key = (struct span){ key, 256 };
	ASSERT_PROBLEM(400, "idempotency-key-malformed", ask("POST", "/pay"));
	call.req.idempotency_key = (struct span){ key, 255 };
	ck_assert_int_eq(ask("POST", "/pay"), 200);
}
END_TEST

START_TEST(a_quoted_and_a_bare_key_are_the_same)
{
	call.req.idempotency_key = SPAN_LIT("\"abc-1\"");
	ck_assert_int_eq(ask("POST", "/pay"), 200);
	ck_assert(span_eq_str(call.req.idempotency_key, "abc-1"));
}
END_TEST

/* The fingerprint of what is asked with a key. */
static const uint8_t *
fingerprint_of(const char *uri, const char *body)
{
	given_json(body);
	call.req.json = NULL;
	call.req.idempotency_key = SPAN_LIT("k");
	ck_assert_int_eq(ask("POST", uri), 200);
	ck_assert_ptr_nonnull(call.req.idem);
	return call.req.idem->fingerprint;
}

START_TEST(a_keyed_request_is_what_its_body_means)
{
	const uint8_t *one = fingerprint_of("/pay",
	    "{\"a\": 1, \"b\": \"\\u0041\"}");

	ck_assert_mem_eq(one, fingerprint_of("/pay", "{\"b\":\"A\",\"a\":1}"),
	    SHA256_LEN);
	ck_assert_mem_ne(one, fingerprint_of("/pay", "{\"b\":\"A\",\"a\":2}"),
	    SHA256_LEN);
	ck_assert_mem_ne(one, fingerprint_of("/pay", ""), SHA256_LEN);
}
END_TEST

START_TEST(a_keyed_request_is_what_its_path_names)
{
	const uint8_t *one = fingerprint_of("/things/1/pay", "");

	ck_assert_mem_eq(one, fingerprint_of("/things/1/pay", ""), SHA256_LEN);
	ck_assert_mem_ne(one, fingerprint_of("/things/2/pay", ""), SHA256_LEN);
	ck_assert_str_eq(call.req.idem->route, "POST /things/{id}/pay");
}
END_TEST

START_TEST(a_keyed_body_that_is_no_json_is_refused_before_the_handler)
{
	call.req.idempotency_key = SPAN_LIT("k");
	given_json("{\"a\":");
	ASSERT_PROBLEM(400, "malformed-json", ask("POST", "/pay"));
	given_json("\"\\ud800\"");
	ASSERT_PROBLEM(400, "bad-utf8", ask("POST", "/pay"));
	ck_assert_int_eq(n_handled, 0);
}
END_TEST

/* How a login of this address fares while a network hashes all it may. */
static int
hash_beside(const char *network, const char *address)
{
	struct permits *hashing = slots_hashing(dispatch.at.slots);
	struct span taken = span_str(network);
	int n = 0, status;

	dispatch.at.hashing_max = 8;
	while (permits_take_fairly(hashing, n + 1, 8,
	    address_network(&ctx.arena, taken)))
		n++;
	ck_assert_int_eq(n, 4);
	n_hash_beside = n;
	call.req.remote_addr = span_str(address);
	status = ask("POST", "/hash");
	for (int i = 0; i < n; i++)
		permits_drop(hashing, i + 1);
	dispatch.at.hashing_max = 1;
	n_hash_beside = 0;
	return status;
}

START_TEST(one_network_keeps_nobody_else_from_logging_in)
{
	ck_assert_int_eq(hash_beside("2001:db8::1", "2001:db8::2"), 503);
	ck_assert_int_eq(hash_beside("2001:db8::1", "2001:db8:0:1::1"), 200);
	ck_assert_int_eq(hash_beside("2001:db8::1", "192.0.2.1"), 200);
	ck_assert_int_eq(hash_beside("192.0.2.1", "192.0.2.200"), 503);
	ck_assert_int_eq(hash_beside("192.0.2.1", "::ffff:192.0.2.2"), 503);
	ck_assert_int_eq(hash_beside("192.0.2.1", "192.0.3.1"), 200);
}
END_TEST

START_TEST(too_many_that_hash_are_told_to_come_again)
{
	ck_assert(permits_take(slots_hashing(dispatch.at.slots), 1,
	    dispatch.at.hashing_max));
	ASSERT_PROBLEM(503, "busy", ask("POST", "/hash"));
	ck_assert(span_eq_str(header("Retry-After"), "1"));
	permits_drop(slots_hashing(dispatch.at.slots), 1);
	ck_assert_int_eq(ask("POST", "/hash"), 200);
	ck_assert_int_eq(permits_count(slots_hashing(dispatch.at.slots)), 0);
}
END_TEST

/* ---- faults and answers ---- */

static const struct {
	int fault, status;
	const char *slug;
} faults[] = {
	{ DB_F_UNREACHABLE, 503, "busy" },
	{ DB_F_TIMEOUT, 503, "busy" },
	{ DB_F_UNKNOWN, 503, "busy" },
	{ DB_F_READONLY, 503, "busy" },
	{ -EBUSY, 503, "busy" },
	{ DB_F_STATEMENT, 500, "internal" },
	{ KV_F_PROTOCOL, 503, "seat-store-unavailable" },
	{ KV_F_REFUSED, 503, "seat-store-unavailable" },
	{ -ETIMEDOUT, 503, "seat-store-unavailable" },
	{ -ECONNREFUSED, 503, "seat-store-unavailable" },
	{ -EINVAL, 500, "internal" },
	{ -9999, 500, "internal" },
};

START_TEST(a_fault_becomes_a_problem)
{
	fault = faults[_i].fault;
	ASSERT_PROBLEM(faults[_i].status, faults[_i].slug,
	    ask("GET", "/fault"));
	ck_assert_int_eq(span_is(header("Retry-After")),
	    faults[_i].status == 503);
	ck_assert(!span_is(header("X-Half-Built")));
	ck_assert_int_eq(metrics_sum(ctx.metrics, STAT_FAULTS), 1);
}
END_TEST

START_TEST(an_answer_is_not_to_be_stored_unless_its_handler_says_so)
{
	ask("GET", "/open");
	ck_assert(span_eq_str(header("Cache-Control"), "no-store"));
	ask("GET", "/nowhere");
	ck_assert(span_eq_str(header("Cache-Control"), "no-store"));
	ask("GET", "/public");
	ck_assert(span_eq_str(header("Cache-Control"), "public, max-age=1"));
}
END_TEST

/* ---- what browsers are told ---- */

#define OURS "https://a.example"

START_TEST(every_answer_says_the_same_to_browsers)
{
	static const char *const uris[] = { "/open", "/nowhere", "/mine",
		"/fault", "/api/v1/shows" };
	static const char *const names[] = { "X-Content-Type-Options",
		"Referrer-Policy", "Content-Security-Policy" };

	fault = -EBUSY;
	for (size_t i = 0; i < ARRAY_LEN(uris); i++) {
		ask("GET", uris[i]);
		for (size_t k = 0; k < ARRAY_LEN(names); k++)
			ck_assert_msg(span_is(header(names[k])), "%s %s",
			    uris[i], names[k]);
	}
}
END_TEST

static const struct {
	const char *method, *uri, *origin;
	const char *allowed; /* Access-Control-Allow-Origin, or NULL */
	bool varies;
} reads[] = {
	{ "GET", "/api/v1/shows", NULL, "*", false },
	{ "HEAD", "/api/v1/shows", OURS, "*", false },
	{ "GET", "/api/v1/shows", "https://evil.example", "*", false },
	{ "GET", "/api/v1/me", OURS, OURS, true },
	{ "POST", "/api/v1/login", "https://b.example:8443",
	    "https://b.example:8443", true },
	{ "GET", "/api/v1/me", NULL, NULL, true },
	{ "GET", "/api/v1/me", "https://evil.example", NULL, true },
	{ "GET", "/api/v1/me", OURS ".evil.example", NULL, true },
	{ "GET", "/api/v1/me", "https://b.example", NULL, true },
	{ "GET", "/api/v1/me", "null", NULL, true },
	{ "GET", "/open", OURS, OURS, true },
	{ "GET", "/nowhere", OURS, OURS, true },
};

START_TEST(who_may_read_an_answer)
{
	struct span allowed;

	strcpy(ctx.set.allowed_origins, OURS " https://b.example:8443");
	call.req.origin = span_str(reads[_i].origin);
	ask(reads[_i].method, reads[_i].uri);
	allowed = header("Access-Control-Allow-Origin");
	ck_assert_int_eq(span_is(allowed), reads[_i].allowed != NULL);
	if (span_is(allowed)) {
		ck_assert(span_eq_str(allowed, reads[_i].allowed));
		ck_assert(span_is(header("Access-Control-Expose-Headers")));
	}
	ck_assert_int_eq(span_eq_str(header("Vary"), "Origin"),
	    reads[_i].varies);
	ck_assert(!span_is(header("Access-Control-Allow-Credentials")));
}
END_TEST

START_TEST(nobody_elsewhere_is_named_where_nobody_is_allowed)
{
	call.req.origin = SPAN_LIT(OURS);
	ask("GET", "/api/v1/me");
	ck_assert(!span_is(header("Access-Control-Allow-Origin")));
	ck_assert(!span_is(header("Vary")));
	ask("GET", "/api/v1/shows");
	ck_assert(span_eq_str(header("Access-Control-Allow-Origin"), "*"));
}
END_TEST

static const struct {
	const char *uri, *asked, *origin;
	int status;
	const char *allowed;
} preflights[] = {
	{ "/api/v1/shows", "GET", "https://evil.example", 204, "*" },
	{ "/api/v1/me", "GET", OURS, 204, OURS },
	{ "/api/v1/me", "POST", OURS, 204, OURS },
	{ "/api/v1/me", "POST", "https://evil.example", 403, NULL },
	{ "/api/v1/me", "DELETE", OURS, 405, OURS },
	{ "/api/v1/shows", "POST", OURS, 405, OURS },
	{ "/nowhere", "GET", OURS, 404, OURS },
	{ "/api/v1/me", NULL, OURS, 405, OURS },
	{ "/api/v1/me", "GET", NULL, 405, NULL },
};

START_TEST(a_preflight_is_answered_by_the_table_of_routes)
{
	struct span allowed;

	strcpy(ctx.set.allowed_origins, OURS);
	call.req.origin = span_str(preflights[_i].origin);
	call.req.asked_method = span_str(preflights[_i].asked);
	ck_assert_int_eq(ask("OPTIONS", preflights[_i].uri),
	    preflights[_i].status);
	allowed = header("Access-Control-Allow-Origin");
	ck_assert(preflights[_i].allowed == NULL
		? !span_is(allowed)
		: span_eq_str(allowed, preflights[_i].allowed));
	ck_assert_int_eq(span_is(header("Access-Control-Allow-Methods")),
	    preflights[_i].status == 204);
	ck_assert_int_eq(n_handled, 0);
}
END_TEST

START_TEST(a_request_without_an_id_gets_one)
{
	char first[64];

	ask("GET", "/open");
	ck_assert_uint_eq(header("X-Request-Id").len, 32);
	snprintf(first, sizeof(first), "%.32s", header("X-Request-Id").p);
	ask("GET", "/open");
	ck_assert(!span_eq_str(header("X-Request-Id"), first));
	call.req.request_id_in = SPAN_LIT("their-own.id_1");
	ask("GET", "/open");
	ck_assert(span_eq_str(header("X-Request-Id"), "their-own.id_1"));
}
END_TEST

START_TEST(every_answer_is_counted_once)
{
	ask("GET", "/open");
	dispatch_done(&ctx, &call);
	call.req.request_id_in = SPAN_NONE;
	ask("GET", "/nowhere");
	dispatch_done(&ctx, &call);
	fault = DB_F_UNREACHABLE;
	ask("GET", "/fault");
	dispatch_done(&ctx, &call);
	ck_assert_int_eq(metrics_sum(ctx.metrics, STAT_REQUESTS_2XX), 1);
	ck_assert_int_eq(metrics_sum(ctx.metrics, STAT_REQUESTS_4XX), 1);
	ck_assert_int_eq(metrics_sum(ctx.metrics, STAT_REQUESTS_5XX), 1);
	ck_assert_int_eq(metrics_sum(ctx.metrics, STAT_REQUEST_SECONDS), 3);
}
END_TEST

/* ---- what is counted ---- */

static bool
ends_with(const char *name, const char *suffix)
{
	size_t len = strlen(name), n = strlen(suffix);

	return len > n && strcmp(name + len - n, suffix) == 0;
}

/* What promtool check metrics asks for, and that every series has a pool. */
START_TEST(metrics_follow_the_habits_of_prometheus)
{
	const struct metric_row *rows = stats_rows("api");

	for (const struct metric_row *m = rows; m->name != NULL; m++) {
		const char *name = m->name;

		ck_assert_uint_eq(strspn(name, "abcdefghijklmnopqrstuvwxyz_"),
		    strlen(name));
		ck_assert_msg(strncmp(name, "boxoffice_", 10) == 0, "%s", name);
		ck_assert_msg(ends_with(name, "_total")
			== (m->kind == METRIC_COUNTER),
		    "%s", name);
		ck_assert_msg(ends_with(name, "_seconds")
			== (m->kind == METRIC_HISTOGRAM),
		    "%s", name);
		ck_assert_msg(m->help != NULL && m->help[0] != '\0', "%s",
		    name);
		ck_assert_msg(strncmp(m->labels, "pool=\"api\"", 10) == 0, "%s",
		    name);
		for (const struct metric_row *other = rows; other != m; other++)
			ck_assert_msg(strcmp(other->name, name) != 0
				|| (other->kind == m->kind
				    && strcmp(other->help, m->help) == 0
				    && strcmp(other->labels, m->labels) != 0),
			    "%s", name);
	}
}
END_TEST

SUITE("dispatch")
{
	FIXTURE(setup, teardown);
	TEST(a_route_is_found_with_and_without_query);
	TEST(what_no_route_fits_is_refused);
	TEST(only_paths_below_the_base_path_exist);
	TEST(the_route_says_how_much_of_a_body_is_kept);
	TEST(a_private_route_asks_for_a_token);
	TEST(the_token_says_who_asks);
	TEST(a_route_is_for_whom_it_says_and_for_admins);
	TEST(a_stranger_is_told_nothing_but_to_log_in);
	TEST(a_body_too_large_or_of_another_length_is_refused);
	TEST(a_body_is_json_and_not_compressed);
	TEST(a_key_is_asked_for_where_it_is_needed);
	TEST_LOOP(a_malformed_key_is_refused_wherever_a_write_brings_it, 8);
	TEST(a_key_has_at_most_255_characters);
	TEST(a_quoted_and_a_bare_key_are_the_same);
	TEST(a_keyed_request_is_what_its_body_means);
	TEST(a_keyed_request_is_what_its_path_names);
	TEST(a_keyed_body_that_is_no_json_is_refused_before_the_handler);
	TEST(one_network_keeps_nobody_else_from_logging_in);
	TEST(too_many_that_hash_are_told_to_come_again);
	TEST_LOOP(a_fault_becomes_a_problem, ARRAY_LEN(faults));
	TEST(an_answer_is_not_to_be_stored_unless_its_handler_says_so);
	TEST(every_answer_says_the_same_to_browsers);
	TEST_LOOP(who_may_read_an_answer, (int)ARRAY_LEN(reads));
	TEST(nobody_elsewhere_is_named_where_nobody_is_allowed);
	TEST_LOOP(a_preflight_is_answered_by_the_table_of_routes,
	    (int)ARRAY_LEN(preflights));
	TEST(a_request_without_an_id_gets_one);
	TEST(every_answer_is_counted_once);
	TEST(metrics_follow_the_habits_of_prometheus);
}
