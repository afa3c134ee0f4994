/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_health - what /health/ready says of each store, and how soon
 *
 * Layer: tests.  Uses: fcgi-app.
 */
#include "base/clock.h"
#include "fcgi-app/dispatch.h"
#include "fcgi-app/routes.h"
#include "fcgi-app/stats.h"
#include "hold/hold_gate.h"
#include "http/json.h"
#include "recovery/recovery.h"
#include "tests/support/proxy.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct settings set;
static struct ctx ctx;
static struct dispatch dispatch;
static struct call call;
static const struct json *body;

static void
once(void)
{
	servers_start(SERVERS_REDIS | SERVERS_PG);
}

static void
setup(void)
{
	servers_settings(&set);
	ctx_open(&ctx, &set);
	recovery_give(&ctx);
	ck_assert_int_eq(slots_open(2, &dispatch.at.slots), 0);
	ctx_share(&ctx, slots_shared(dispatch.at.slots), 0);
	ck_assert_int_eq(
	    metrics_open(stats_rows("api"), 1, "", "test", &ctx.metrics), 0);
	dispatch.at.hashing_max = 1;
	dispatch.router = router_open(routes);
}

static void
teardown(void)
{
	ctx_close(&ctx);
	router_close((struct router *)dispatch.router);
	metrics_close(ctx.metrics);
	slots_close(dispatch.at.slots);
}

/* returns: the status */
static int
ask_for(struct span uri)
{
	struct json *parsed;

	memset(&call, 0, sizeof(call));
	call.req = (struct req){
		.method_text = SPAN_LIT("GET"),
		.method = GET,
		.uri = uri,
		.content_length = -1,
	};
	ctx_round(&ctx);
	dispatch_head(&dispatch, &ctx, &call);
	dispatch_run(&dispatch, &ctx, &call);
	ck_assert_int_eq(json_parse(&ctx.arena, call.res.body, &parsed),
	    JSON_OK);
	body = parsed;
	return call.res.status;
}

static int
ask(void)
{
	return ask_for(SPAN_LIT("/health/ready"));
}

static bool
says(const char *name, const char *word)
{
	const struct json *member = json_get(body, name);

	return member != NULL && span_eq_str(member->str, word);
}

static void
given_mode(enum redis_down mode)
{
	set.redis_down = mode;
	ctx_settings(&ctx, &set, false);
}

/* Away for long: nobody is let through any more. */
static void
given_it_is_away(struct breaker *breaker)
{
	breaker->probe_us = INT64_MAX;
}

START_TEST(with_all_stores_up_it_is_ready)
{
	ck_assert_int_eq(ask(), 200);
	ck_assert(says("status", "ready"));
	ck_assert(says("redis", "up"));
	ck_assert(says("redis_down", "refuse"));
	ck_assert(says("primary", "up"));
	ck_assert(says("replica", "up"));
	ck_assert_ptr_nonnull(json_get(body, "epoch"));
	ck_assert(says("primary_host", servers_pg_folder()));
	ck_assert_int_eq(json_get(body, "timeline")->i64, 1);
	ck_assert_int_eq(json_get(body, "writable_primaries")->i64, 1);
}
END_TEST

/* There is no standby here: the primary answers reads. */
START_TEST(a_lost_replica_is_told_by_who_answers_for_it)
{
	ck_assert_int_eq(ask(), 200);
	ck_assert(says("replica", "up"));
	ck_assert(says("replica_host", servers_pg_folder()));
	ck_assert(json_get(body, "replica_is_primary")->boolean);
}
END_TEST

static int
ctl(const char *folder, const char *verb)
{
	char command[512];

	snprintf(command, sizeof(command),
	    "%s/boxofficectl --config %s/conf %s >/dev/null",
	    getenv("BUILDDIR"), folder, verb);
	return WEXITSTATUS(system(command));
}

/* A folder of settings by which no store is to be had. */
static void
given_folder(char *folder, char path[64])
{
	FILE *conf;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, 64, "%s/conf", folder);
	conf = fopen(path, "w");
	ck_assert_ptr_nonnull(conf);
	fprintf(conf,
	    "[general]\nruntime_dir = %s\n[redis]\nsocket = %s/none\n"
	    "[postgresql]\nprimary_dsn = host=%s\n[token]\nkey = %s\n",
	    folder, folder, folder, set.token_key);
	ck_assert_int_eq(fclose(conf), 0);
}

/* Stores that are away are a load of 1. */
START_TEST(the_load_is_told_at_the_command_line_too)
{
	char folder[] = "/tmp/bo-load-XXXXXX", path[64], command[512];
	char out[512] = "";
	FILE *p;

	given_folder(folder, path);
	snprintf(command, sizeof(command),
	    "%s/boxofficectl --config %s load-now 2>/dev/null",
	    getenv("BUILDDIR"), path);
	p = popen(command, "r");
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_gt(fread(out, 1, sizeof(out) - 1, p), 0);
	ck_assert_int_eq(pclose(p), 0);
	ck_assert_msg(strncmp(out, "1.000\napi 0.000\n", 16) == 0, "%s", out);
	ck_assert_ptr_nonnull(strstr(out, "\nredis 1.000\nprimary 1.000\n"));
	ck_assert_int_eq(ctl(folder, "load-now now"), 2);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* Whatever its stores do; twice is as once. */
START_TEST(a_machine_that_is_drained_says_so_until_it_is_not)
{
	char folder[] = "/tmp/bo-drain-XXXXXX", path[64];

	given_folder(folder, path);
	strcpy(ctx.set.runtime_dir, folder);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(ctl(folder, "drain"), 0);
		ck_assert_int_eq(ask(), 503);
		ck_assert(says("status", "draining"));
		ck_assert(says("primary", "up"));
	}
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(ctl(folder, "undrain"), 0);
		ck_assert_int_eq(ask(), 200);
		ck_assert(says("status", "ready"));
	}
	ck_assert_int_eq(ctl(folder, "drain now"), 2);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(without_redis_the_mode_decides)
{
	static const struct {
		enum redis_down mode;
		const char *word, *status;
		int answer;
	} rows[] = {
		{ REDIS_DOWN_REFUSE, "refuse", "not-ready", 503 },
		{ REDIS_DOWN_DATABASE, "database", "degraded", 200 },
		{ REDIS_DOWN_AUTO, "auto", "degraded", 200 },
	};

	servers_redis_stop();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		given_mode(rows[i].mode);
		ck_assert_int_eq(ask(), rows[i].answer);
		ck_assert(says("status", rows[i].status));
		ck_assert(says("redis", "down"));
		ck_assert(says("redis_down", rows[i].word));
		ck_assert(says("primary", "up"));
	}
	servers_redis_start();
}
END_TEST

/* By a client that knows nothing of breakers. */
static void
given_maxmemory(const char *bytes)
{
	struct kv_reply reply;
	struct kv *kv = kv_open(&set);

	ck_assert_int_eq(
	    kv_command(kv, &ctx.arena, 4,
		(struct span[]){ SPAN_LIT("CONFIG"), SPAN_LIT("SET"),
		    SPAN_LIT("maxmemory"), span_str(bytes) },
		&reply),
	    0);
	kv_close(kv);
}

START_TEST(a_redis_that_takes_no_writes_is_down)
{
	int64_t late_us = clock_mono_us() + 60 * INT64_C(1000000);

	given_maxmemory("1");
	for (int i = 0; i < 10; i++) {
		ck_assert_int_eq(ask(), 503);
		ck_assert(!says("redis", "up"));
	}
	given_mode(REDIS_DOWN_DATABASE);
	ck_assert_int_eq(ask(), 200);
	ck_assert(says("status", "degraded"));
	given_maxmemory("0");
	/* a second later */
	while (ask() != 200 || !says("redis", "up"))
		ck_assert_int_lt(clock_mono_us(), late_us);
}
END_TEST

START_TEST(without_the_primary_it_is_not_ready_in_any_mode)
{
	given_it_is_away(&ctx.shared->primary);
	for (int mode = REDIS_DOWN_REFUSE; mode <= REDIS_DOWN_AUTO; mode++) {
		given_mode((enum redis_down)mode);
		ck_assert_int_eq(ask(), 503);
		ck_assert(says("status", "not-ready"));
		ck_assert(says("primary", "down"));
		ck_assert_ptr_null(json_get(body, "epoch"));
	}
}
END_TEST

START_TEST(without_the_replica_seats_can_be_sold)
{
	given_it_is_away(&ctx.shared->replica);
	ck_assert_int_eq(ask(), 200);
	ck_assert(says("status", "ready"));
	ck_assert(says("replica", "down"));
}
END_TEST

START_TEST(a_store_that_somebody_probes_is_called_so)
{
	given_it_is_away(&ctx.shared->redis);
	ctx.shared->redis.probed_us = 1;
	(void)ask();
	ck_assert(says("redis", "probing"));
}
END_TEST

/* ---- how soon ---- */

/* Turned away at once, so three attempts fit into a second. */
START_TEST(nobody_connects_while_the_breaker_is_open)
{
	char path[] = "/tmp/bo-health-XXXXXX", wire[64];
	int counted[2], n_asked = 0;

	ck_assert_ptr_nonnull(mkdtemp(path));
	snprintf(wire, sizeof(wire), "%s/s", path);
	ck_assert_int_eq(pipe(counted), 0);
	proxy_refuse(wire, counted[1]);
	strcpy(set.redis_socket, wire);
	ctx_settings(&ctx, &set, true);
	for (; breaker_state(&ctx.shared->redis) == BREAKER_CLOSED; n_asked++)
		(void)ask();
	ck_assert_int_ge(n_asked, BREAKER_FAILURES);
	proxy_expect(counted[0], n_asked);
	given_it_is_away(&ctx.shared->redis);
	for (int i = 0; i < 100; i++)
		(void)ask();
	/* a second later: the first of two is the probe */
	ctx.shared->redis.probe_us = 1;
	(void)ask();
	given_it_is_away(&ctx.shared->redis);
	(void)ask();
	proxy_expect(counted[0], 1);
	proxy_stop();
	unlink(wire);
	rmdir(path);
}
END_TEST

START_TEST(what_stands_in_shared_memory_is_shown_once)
{
	struct shared *shared = ctx.shared;

	for (int i = 0; i < BREAKER_FAILURES; i++)
		(void)breaker_failed(&shared->replica, 1000);
	hold_gate_of(shared)->n_refused = 7;
	for (int i = 0; i < 3; i++)
		stats_show_shared(ctx.metrics, shared);
	ck_assert_int_eq(metrics_sum(ctx.metrics, STAT_REPLICA_AWAY), 1);
	ck_assert_int_eq(metrics_sum(ctx.metrics, STAT_REPLICA_WENT), 1);
	ck_assert_int_eq(metrics_sum(ctx.metrics, STAT_REDIS_AWAY), 0);
	ck_assert_int_eq(metrics_sum(ctx.metrics, STAT_DATABASE_HOLDS_REFUSED),
	    7);
	(void)breaker_answered(&shared->replica);
	stats_show_shared(ctx.metrics, shared);
	ck_assert_int_eq(metrics_sum(ctx.metrics, STAT_REPLICA_AWAY), 0);
	ck_assert_int_eq(metrics_sum(ctx.metrics, STAT_REPLICA_WENT), 1);
}
END_TEST

/* Pools that show no metrics do nothing; a store that is away is all of it. */
START_TEST(the_load_is_the_largest_of_its_sources)
{
	ck_assert_int_eq(ask_for(SPAN_LIT("/health/load")), 200);
	ck_assert(memmem(call.res.body.p, call.res.body.len, "\"redis\":0.",
		      strlen("\"redis\":0."))
	    != NULL);
	servers_redis_stop();
	ck_assert_int_eq(ask_for(SPAN_LIT("/health/load")), 200);
	ck_assert(span_starts(call.res.body, SPAN_LIT("{\"load\":1.000,")));
	ck_assert(memmem(call.res.body.p, call.res.body.len, "\"redis\":1.000",
		      strlen("\"redis\":1.000"))
	    != NULL);
	servers_redis_start();
}
END_TEST

SUITE("health")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, teardown);
	TEST(with_all_stores_up_it_is_ready);
	TEST(a_lost_replica_is_told_by_who_answers_for_it);
	TEST(a_machine_that_is_drained_says_so_until_it_is_not);
	TEST(without_redis_the_mode_decides);
	TEST(a_redis_that_takes_no_writes_is_down);
	TEST(without_the_primary_it_is_not_ready_in_any_mode);
	TEST(without_the_replica_seats_can_be_sold);
	TEST(a_store_that_somebody_probes_is_called_so);
	TEST(nobody_connects_while_the_breaker_is_open);
	TEST(what_stands_in_shared_memory_is_shown_once);
	TEST(the_load_is_the_largest_of_its_sources);
	TEST(the_load_is_told_at_the_command_line_too);
}
