/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_rate_limit - limits are kept to, exactly and by everybody
 *
 * Layer: tests.  Uses: limit, fcgi-app.
 */
#include "limit/limit.h"

#include "base/clock.h"
#include "tests/support/race.h"
#include "tests/support/wire.h"
#include "tests/support/world.h"

#define HOME SPAN_LIT("192.0.2.1")
#define T0 INT64_C(1800000000000)
#define STEP_MS 25

static void
once(void)
{
	servers_start(SERVERS_REDIS | SERVERS_PG);
}

static void
setup(void)
{
	world_open();
	wire_open(&ctx);
}

static void
teardown(void)
{
	wire_close();
	world_close();
	clock_fake(-1);
}

static void
given(enum limit_name name, const char *rate)
{
	strcpy((char *)&ctx.set + limit_rows[name].setting, rate);
}

static void
at(int64_t ms)
{
	clock_fake(ms);
	ctx.now_ms = ms;
}

static struct limit_told told;

static int
take(enum limit_name name, int64_t user)
{
	return limit_take(&ctx, name, user, HOME, 1, &told);
}

/* Each test has users of its own. */
static int64_t
stranger(void)
{
	static int64_t last;

	return ++last + 1000 * (int64_t)getpid();
}

/* Who keeps the count in this round of a test. */
static enum limit_name
kept_by(int round)
{
	if (round == 2)
		servers_redis_stop();
	return round == 1 ? LIMIT_POLL : LIMIT_WRITE;
}

static void
kept_no_more(int round)
{
	if (round == 2)
		servers_redis_start();
}

/* ---- rates ---- */

static const struct {
	const char *text;
	int64_t quota, window_s, burst;
} rates[] = {
	{ "off", 0, 1, 0 },
	{ "60/60", 60, 60, 60 },
	{ "600/60 burst 100", 600, 60, 100 },
	{ "1/86400", 1, 86400, 1 },
	{ "10/1 burst 1", 10, 1, 1 },
};

START_TEST(a_rate_is_read)
{
	struct rate rate;

	ck_assert(rate_read(span_str(rates[_i].text), &rate));
	ck_assert_int_eq(rate.quota, rates[_i].quota);
	ck_assert_int_eq(rate.window_s, rates[_i].window_s);
	ck_assert_int_eq(rate.burst, rates[_i].burst);
}
END_TEST

static const char *const no_rates[] = { "", "on", "60", "60/", "/60", "60/60 ",
	"0/60", "60/0", "-1/60", "601/60", "60/86401", "60/60 burst",
	"60/60 burst 0", "60/60 burst 61", "60/60 at 5", "60/60 burst 5 6",
	"60 / 60" };

START_TEST(what_is_no_rate_is_refused)
{
	struct settings_wrong wrong;
	struct rate rate;

	ck_assert(!rate_read(span_str(no_rates[_i]), &rate));
	given(LIMIT_PAY, no_rates[_i]);
	ck_assert(!settings_check(&ctx.set, &wrong));
	ck_assert_ptr_nonnull(strstr(wrong.text, "[limits] pay"));
}
END_TEST

START_TEST(the_presets_are_rates)
{
	struct settings set;
	struct rate rate;

	conf_defaults(settings_rows, &set, sizeof(set));
	for (int i = LIMIT_NONE + 1; i < LIMIT_N; i++) {
		limit_rate(&set, (enum limit_name)i, &rate);
		ck_assert_int_gt(rate.quota, 0);
	}
}
END_TEST

/* ---- the count ---- */

START_TEST(a_minute_has_the_rate_within_one_percent)
{
	static const struct {
		const char *rate;
		int n;
	} minutes[] = { { "600/60 burst 50", 600 }, { "420/60", 420 },
		{ "6/60 burst 1", 6 } };
	enum limit_name name = kept_by(_i / 3);
	int64_t user = stranger(), now = T0;
	int n = 0;

	at(now);
	given(name, minutes[_i % 3].rate);
	while (take(name, user) == LIMIT_OK)
		n++;
	ck_assert_int_eq(n, (int)told.rate.burst);
	n = 0;
	for (; now < T0 + 60 * MS_PER_S; now += STEP_MS) {
		at(now + STEP_MS);
		n += take(name, user) == LIMIT_OK;
		if (now % 1000 == 0)
			arena_reset(&ctx.arena);
	}
	ck_assert_int_ge(100 * n, 99 * minutes[_i % 3].n);
	ck_assert_int_le(100 * n, 101 * minutes[_i % 3].n);
	kept_no_more(_i / 3);
}
END_TEST

START_TEST(what_is_told_is_what_happens)
{
	enum limit_name name = kept_by(_i);
	int64_t user = stranger();

	at(T0);
	given(name, "10/60 burst 3");
	for (int left = 2; left >= 0; left--) {
		ck_assert_int_eq(take(name, user), LIMIT_OK);
		ck_assert_int_eq(told.left, left);
		ck_assert_int_eq(told.wait_ms, 6000);
	}
	at(T0 + 1000);
	ck_assert_int_eq(take(name, user), LIMIT_E_MANY);
	ck_assert_int_eq(told.left, 0);
	ck_assert_int_eq(told.wait_ms, 5000);
	at(T0 + 5999);
	ck_assert_int_eq(take(name, user), LIMIT_E_MANY);
	ck_assert_int_eq(told.wait_ms, 1);
	at(T0 + 6000);
	ck_assert_int_eq(take(name, user), LIMIT_OK);
	ck_assert_int_eq(take(name, stranger()), LIMIT_OK);
	kept_no_more(_i);
}
END_TEST

START_TEST(a_clock_that_ran_ahead_makes_nobody_wait_longer)
{
	enum limit_name name = kept_by(_i);
	int64_t user = stranger();

	given(name, "10/60 burst 3");
	at(T0 + 3600 * MS_PER_S);
	ck_assert_int_eq(take(name, user), LIMIT_OK);
	at(T0);
	ck_assert_int_eq(take(name, user), LIMIT_E_MANY);
	ck_assert_int_eq(told.wait_ms, 6000);
	at(T0 + 6000);
	ck_assert_int_eq(take(name, user), LIMIT_OK);
	kept_no_more(_i);
}
END_TEST

START_TEST(more_than_a_burst_is_a_burst)
{
	int64_t user = stranger();

	at(T0);
	given(LIMIT_WRITE, "10/60 burst 3");
	ck_assert_int_eq(limit_take(&ctx, LIMIT_WRITE, user, HOME, 50, &told),
	    LIMIT_OK);
	ck_assert_int_eq(told.left, 0);
	ck_assert_int_eq(limit_take(&ctx, LIMIT_WRITE, user, HOME, 2, &told),
	    LIMIT_E_MANY);
	ck_assert_int_eq(told.wait_ms, 12000);
}
END_TEST

/* Redis takes no writes, or does again. */
static void
fill_redis(bool full)
{
	struct kv_reply reply;

	ck_assert_int_eq(kv_command(ctx.kv, &ctx.arena, 4,
			     (struct span[]){ SPAN_LIT("CONFIG"),
				 SPAN_LIT("SET"), SPAN_LIT("maxmemory"),
				 full ? SPAN_LIT("1") : SPAN_LIT("0") },
			     &reply),
	    0);
}

START_TEST(a_full_redis_is_an_absent_one)
{
	struct metrics *metrics = ctx.metrics;
	int64_t user = stranger();

	at(T0);
	given(LIMIT_WRITE, "2/60");
	fill_redis(true);
	ck_assert_int_eq(take(LIMIT_WRITE, user), LIMIT_OK);
	ck_assert_int_eq(take(LIMIT_WRITE, user), LIMIT_OK);
	ck_assert_int_eq(take(LIMIT_WRITE, user), LIMIT_E_MANY);
	/* On another connection: this one's is known to take none. */
	world_close();
	world_open();
	ctx.metrics = metrics;
	fill_redis(false);
	given(LIMIT_WRITE, "2/60");
	ck_assert_int_eq(take(LIMIT_WRITE, user), LIMIT_OK);
}
END_TEST

START_TEST(an_address_is_a_subscribers)
{
	static const struct span same[] = { SPAN_LIT("2001:db8:0:1::1"),
		SPAN_LIT("2001:db8:0:1:ffff::2"), SPAN_LIT("2001:db8:0:2::1") };

	given(LIMIT_LOGIN, "1/86400");
	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		ck_assert_int_eq(
		    limit_take(&ctx, LIMIT_LOGIN, 0, same[i], 1, &told),
		    i == 1 ? LIMIT_E_MANY : LIMIT_OK);
}
END_TEST

/* ---- many at once ---- */

#define N_RACERS 50

static struct shared *tree;
static enum limit_name raced;
static int64_t racer;

static void
race_open(int i)
{
	world_open();
	ctx_share(&ctx, tree, i);
	given(raced, "7/86400");
}

static int
race_run(int i)
{
	struct limit_told mine;

	(void)i;
	return limit_take(&ctx, raced, racer, HOME, 1, &mine);
}

START_TEST(of_fifty_at_once_just_so_many_are_let_through)
{
	static const struct runner runner = { race_open, race_run };
	int results[N_RACERS];

	tree = shared_map(true);
	ck_assert_ptr_nonnull(tree);
	raced = kept_by(_i);
	racer = stranger();
	race(N_RACERS, &runner, results);
	ck_assert_int_eq(race_count(N_RACERS, results, LIMIT_OK), 7);
	ck_assert_int_eq(race_count(N_RACERS, results, LIMIT_E_MANY),
	    N_RACERS - 7);
	kept_no_more(_i);
}
END_TEST

/* ---- what a client sees ---- */

#define SIGNUP(login) \
	"{\"login_id\":\"" login \
	"\",\"password\":\"correct horse\"," \
	"\"name\":\"Ann\",\"email\":\"ann@example.org\"}"

START_TEST(past_the_limit_a_client_is_told_when_and_nothing_is_done)
{
	const char *uri = "/api/v1/auth/signup";

	at(T0);
	given(LIMIT_SIGNUP, "2/60");
	ck_assert_int_eq(post(uri, SIGNUP("rate.ann")), 201);
	ck_assert_str_eq(header("RateLimit-Policy"), "\"signup\";q=2;w=60");
	ck_assert_str_eq(header("RateLimit"), "\"signup\";r=1;t=30");
	ck_assert_int_eq(post(uri, "{}"), 422);
	ck_assert_str_eq(header("RateLimit"), "\"signup\";r=0;t=30");
	ASSERT_PROBLEM(429, "rate-limited", post(uri, SIGNUP("rate.bob")));
	ck_assert_str_eq(header("RateLimit"), "\"signup\";r=0;t=30");
	ck_assert_str_eq(header("Retry-After"), "30");
	ck_assert_str_eq(text("detail"), "At most 2 new users in 60 seconds.");
	ck_assert_int_eq(world_number("SELECT count(*) FROM users"
				      " WHERE login_id = 'rate.bob'"),
	    0);
	stats_show_shared(ctx.metrics, ctx.shared);
	ck_assert_int_eq(metrics_sum(ctx.metrics, stats_of_limit(LIMIT_SIGNUP)),
	    1);
	at(T0 + 30000);
	ck_assert_int_eq(post(uri, SIGNUP("rate.bob")), 201);
	given(LIMIT_SIGNUP, "off");
	ck_assert_int_eq(post(uri, SIGNUP("rate.cat")), 201);
	ck_assert_str_eq(header("RateLimit"), "");
}
END_TEST

/* Each route that counts, asked until it refuses. */
static const struct {
	const char *method, *uri, *json;
	enum limit_name name;
} limited[] = {
	{ "POST", "/api/v1/auth/login", "{}", LIMIT_LOGIN },
	{ "POST", "/api/v1/auth/signup", "{}", LIMIT_SIGNUP },
	{ "POST", "/api/v1/auth/refresh", "{}", LIMIT_SESSION },
	{ "POST", "/api/v1/auth/logout", "{}", LIMIT_SESSION },
	{ "POST", "/api/v1/payments", "{}", LIMIT_PAY },
	{ "DELETE", "/api/v1/payments/x", NULL, LIMIT_PAY },
	{ "POST", "/api/v1/performances/x/queue", NULL, LIMIT_QUEUE },
	{ "DELETE", "/api/v1/performances/x/queue", NULL, LIMIT_QUEUE },
	{ "GET", "/api/v1/performances/x/queue", NULL, LIMIT_POLL },
	{ "POST", "/api/v1/reservations/x/cancel", "{}", LIMIT_WRITE },
	{ "POST", "/api/v1/reservations/x/ticket/reissue", "{}", LIMIT_WRITE },
	{ "POST", "/api/v1/me/password", "{}", LIMIT_WRITE },
	{ "DELETE", "/api/v1/me/sessions/x", NULL, LIMIT_WRITE },
};

START_TEST(every_such_route_counts)
{
	int64_t user = world_user(arena_printf(&ctx.arena, "rate.dan%d", _i));
	const char *token = wire_token(user, ROLE_USER);

	for (int i = 0; i < 3; i++) {
		given(limited[_i].name, "2/86400");
		wire_request(limited[_i].method, limited[_i].uri, token,
		    limited[_i].json);
		call.req.idempotency_key = SPAN_LIT("k");
		call.req.remote_addr = span_str(
		    arena_printf(&ctx.arena, "192.0.2.%d", 10 + _i));
		if (i < 2)
			ck_assert_int_ne(wire_ask(), 429);
		else
			ASSERT_PROBLEM(429, "rate-limited", wire_ask());
	}
}
END_TEST

SUITE("rate_limit")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, teardown);
	TEST_LOOP(a_rate_is_read, ARRAY_LEN(rates));
	TEST_LOOP(what_is_no_rate_is_refused, ARRAY_LEN(no_rates));
	TEST(the_presets_are_rates);
	TEST_LOOP(a_minute_has_the_rate_within_one_percent, 6);
	TEST_LOOP(what_is_told_is_what_happens, 3);
	TEST_LOOP(a_clock_that_ran_ahead_makes_nobody_wait_longer, 3);
	TEST(more_than_a_burst_is_a_burst);
	TEST(a_full_redis_is_an_absent_one);
	TEST(an_address_is_a_subscribers);
	TEST_LOOP(of_fifty_at_once_just_so_many_are_let_through, 3);
	TEST_LOOP(every_such_route_counts, ARRAY_LEN(limited));
	TEST(past_the_limit_a_client_is_told_when_and_nothing_is_done);
}
