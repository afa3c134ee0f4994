/* SPDX-License-Identifier: BSD-2-Clause */
/* Scripts as kv knows them, and every script of the program. */
#include "store/script.h"

#include "base/strbuf.h"
#include "store/kv.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

static struct settings set;
static struct arena a;
static struct kv *kv;
static struct kv_reply reply;

/* One of our own, made like those of the table, but for its digest, which
 * Redis itself is asked for. */
static struct script twice = {
	.name = "twice",
	.text = SPAN_LIT("return {KEYS[1], ARGV[1] * 2, ARGV[2]}"),
};

static void
once(void)
{
	servers_start(SERVERS_REDIS);
}

static int
command(const char *one, const char *two, struct span three)
{
	struct span argv[] = { span_str(one), span_str(two), three };

	return kv_command(kv, &a, span_is(three) ? 3 : 2, argv, &reply);
}

static void
given_a_script(void)
{
	arena_init(&a, 64 << 20);
	servers_settings(&set);
	kv = kv_open(&set);
	ck_assert_int_eq(command("SCRIPT", "LOAD", twice.text), 0);
	memcpy(twice.sha1, reply.str.p, 40);
}

static void
close_it(void)
{
	kv_close(kv);
	arena_fini(&a);
}

static int
run_twice(void)
{
	return kv_script(kv, &a, &twice, 1, (struct span[]){ SPAN_LIT("k") }, 2,
	    (struct span[]){ SPAN_LIT("21"), SPAN_LIT("b\0c") }, &reply);
}

START_TEST(a_script_gets_its_keys_and_arguments)
{
	ck_assert_int_eq(run_twice(), 0);
	ck_assert_uint_eq(reply.n, 3);
	ck_assert(span_eq_str(reply.items[0].str, "k"));
	ck_assert_int_eq(reply.items[1].i64, 42);
	ck_assert(span_eq(reply.items[2].str, SPAN_LIT("b\0c")));
}
END_TEST

START_TEST(a_script_the_server_forgot_is_given_again)
{
	for (int round = 0; round < 2; round++) {
		ck_assert_int_eq(command("SCRIPT", "FLUSH", SPAN_NONE), 0);
		ck_assert_int_eq(run_twice(), 0);
		ck_assert_int_eq(reply.items[1].i64, 42);
		/* by EVAL, which made it known: */
		ck_assert_int_eq(
		    command("SCRIPT", "EXISTS", span_str(twice.sha1)), 0);
		ck_assert_int_eq(reply.items[0].i64, 1);
	}
}
END_TEST

START_TEST(a_script_that_fails_is_a_fault_with_its_reason_logged)
{
	struct script bad = { .name = "bad",
		.text = SPAN_LIT("return redis.call('NOSUCH')"),
		.sha1 = "0000000000000000000000000000000000000000" };

	ck_assert_int_eq(kv_script(kv, &a, &bad, 0, NULL, 0, NULL, &reply),
	    KV_F_REFUSED);
	ck_assert_int_eq(run_twice(), 0);
}
END_TEST

START_TEST(the_digest_made_at_build_time_is_the_servers)
{
	for (size_t i = 0; scripts_all[i]->name != NULL; i++) {
		ck_assert_int_eq(
		    command("SCRIPT", "LOAD", scripts_all[i]->text), 0);
		ck_assert_msg(span_eq_str(reply.str, scripts_all[i]->sha1),
		    "%s", scripts_all[i]->name);
	}
}
END_TEST

START_TEST(a_queue_that_meets_a_forgotten_script_has_all_of_them_loaded)
{
	struct kv_reply out[2];

	ck_assert_int_eq(command("SCRIPT", "FLUSH", SPAN_NONE), 0);
	kv_queue_script(kv, &twice, 0, NULL, 0, NULL);
	kv_queue(kv, 1, (struct span[]){ SPAN_LIT("PING") });
	ck_assert_int_eq(kv_run(kv, &a, 2, out), 0);
	ck_assert_int_eq(out[0].type, KV_ERROR);
	ck_assert(span_starts(out[0].str, SPAN_LIT("NOSCRIPT")));
	ck_assert(span_eq_str(out[1].str, "PONG"));
	for (size_t i = 0; scripts_all[i]->name != NULL; i++) {
		ck_assert_int_eq(
		    command("SCRIPT", "EXISTS", span_str(scripts_all[i]->sha1)),
		    0);
		ck_assert_int_eq(reply.items[0].i64, 1);
	}
}
END_TEST

START_TEST(a_queued_script_runs)
{
	struct kv_reply out[2];

	for (int i = 0; i < 2; i++)
		kv_queue_script(kv, &twice, 1, (struct span[]){ SPAN_LIT("k") },
		    1,
		    (struct span[]){ i == 0 ? SPAN_LIT("1") : SPAN_LIT("2") });
	ck_assert_int_eq(kv_run(kv, &a, 2, out), 0);
	ck_assert_int_eq(out[0].items[1].i64, 2);
	ck_assert_int_eq(out[1].items[1].i64, 4);
}
END_TEST

START_TEST(every_script_says_its_keys_and_arguments)
{
	for (size_t i = 0; scripts_all[i]->name != NULL; i++) {
		ck_assert_ptr_nonnull(strstr(scripts_all[i]->text.p, "KEYS"));
		ck_assert_ptr_null(
		    strstr(scripts_all[i]->text.p, "--#include"));
	}
}
END_TEST

SUITE("script")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(given_a_script, close_it);
	TEST(a_script_gets_its_keys_and_arguments);
	TEST(a_script_the_server_forgot_is_given_again);
	TEST(a_script_that_fails_is_a_fault_with_its_reason_logged);
	TEST(the_digest_made_at_build_time_is_the_servers);
	TEST(a_queue_that_meets_a_forgotten_script_has_all_of_them_loaded);
	TEST(a_queued_script_runs);
	TEST(every_script_says_its_keys_and_arguments);
}
