/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/kv.h"

#include "base/clock.h"
#include "base/fault.h"
#include "store/db.h"
#include "store/fault_name.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>

/* Much longer than a command takes, much shorter than the sleeps below. */
#define COMMAND_MS 300
#define SLEEP_S "3"
/* Three of these in a second. */
#define SHORT_MS 50

static struct settings set;
static struct arena a;
static struct kv *kv;
static struct kv_reply reply;

static void
once(void)
{
	servers_start(SERVERS_REDIS);
}

static void
given_a_client(void)
{
	arena_init(&a, 64 << 20);
	servers_settings(&set);
	kv = kv_open(&set);
}

static void
close_it(void)
{
	kv_close(kv);
	arena_fini(&a);
}

/* Words up to a NULL, as one command. */
static int
words_to(struct kv *to, const char *word, ...)
{
	struct span argv[16];
	int argc = 0;
	va_list ap;

	va_start(ap, word);
	for (; word != NULL; word = va_arg(ap, const char *))
		argv[argc++] = span_str(word);
	va_end(ap);
	return kv_try(to, &a, argc, argv, &reply);
}
#define words(...) words_to(kv, __VA_ARGS__, NULL)

static bool
reply_is(const char *text)
{
	return (reply.type == KV_STR || reply.type == KV_ERROR) &&
	    span_eq_str(reply.str, text);
}

static bool
is_error(const char *prefix)
{
	return reply.type == KV_ERROR &&
	    span_starts(reply.str, span_str(prefix));
}

START_TEST(every_kind_of_reply_is_copied_into_the_arena)
{
	ck_assert_int_eq(words("SET", "k", "v"), 0);
	ck_assert(reply_is("OK"));
	ck_assert_int_eq(words("GET", "k"), 0);
	ck_assert(reply_is("v"));
	ck_assert_int_eq(words("GET", "nothing"), 0);
	ck_assert_int_eq(reply.type, KV_NIL);
	ck_assert_int_eq(words("INCRBY", "n", "-9223372036854775808"), 0);
	ck_assert_int_eq(reply.type, KV_INT);
	ck_assert_int_eq(reply.i64, INT64_MIN);
	ck_assert_int_eq(words("EVAL", "return {1, 'two', {}, {false, {3}}}",
	    "0"), 0);
	ck_assert_int_eq(reply.type, KV_ARRAY);
	ck_assert_uint_eq(reply.n, 4);
	ck_assert_int_eq(reply.items[0].i64, 1);
	ck_assert(span_eq_str(reply.items[1].str, "two"));
	ck_assert_uint_eq(reply.items[2].n, 0);
	ck_assert_int_eq(reply.items[3].items[0].type, KV_NIL);
	ck_assert_int_eq(reply.items[3].items[1].items[0].i64, 3);
}
END_TEST

START_TEST(bytes_of_any_value_come_back_as_they_went)
{
	struct span bytes = SPAN_LIT("\0\r\n\xff$5\r\n");
	struct span argv[] = { SPAN_LIT("ECHO"), bytes };

	ck_assert_int_eq(kv_command(kv, &a, 2, argv, &reply), 0);
	ck_assert(span_eq(reply.str, bytes));
	argv[1] = SPAN_LIT("");
	ck_assert_int_eq(kv_command(kv, &a, 2, argv, &reply), 0);
	ck_assert_uint_eq(reply.str.len, 0);
	ck_assert(span_is(reply.str));
}
END_TEST

START_TEST(an_error_reply_is_a_fault_for_command_and_a_reply_for_try)
{
	const struct span argv[] = { SPAN_LIT("NOSUCH") };

	ck_assert_int_eq(kv_command(kv, &a, 1, argv, &reply), KV_F_REFUSED);
	ck_assert_int_eq(kv_try(kv, &a, 1, argv, &reply), 0);
	ck_assert(is_error("ERR unknown command"));
	/* and the connection is as good as before */
	ck_assert_int_eq(words("PING"), 0);
	ck_assert(reply_is("PONG"));
	ck_assert_uint_eq(kv_generation(kv), 1);
}
END_TEST

START_TEST(a_pipeline_answers_in_its_order)
{
	struct kv_reply out[3];

	kv_queue(kv, 2, (struct span[]){ SPAN_LIT("ECHO"), SPAN_LIT("a") });
	kv_queue(kv, 1, (struct span[]){ SPAN_LIT("NOSUCH") });
	kv_queue(kv, 2, (struct span[]){ SPAN_LIT("ECHO"), SPAN_LIT("c") });
	ck_assert_int_eq(kv_run(kv, &a, 3, out), 0);
	ck_assert(span_eq_str(out[0].str, "a"));
	ck_assert_int_eq(out[1].type, KV_ERROR);
	ck_assert(span_eq_str(out[2].str, "c"));
	ck_assert_int_eq(words("PING"), 0);
	ck_assert(reply_is("PONG"));
}
END_TEST

START_TEST(a_pipeline_with_nobody_there_is_one_fault)
{
	struct kv_reply out[2];

	snprintf(set.redis_socket, sizeof(set.redis_socket), "/nowhere");
	for (int round = 0; round < 2; round++) {
		kv_queue(kv, 1, (struct span[]){ SPAN_LIT("PING") });
		kv_queue(kv, 1, (struct span[]){ SPAN_LIT("PING") });
		ck_assert_int_eq(kv_run(kv, &a, 2, out), -ENOENT);
	}
}
END_TEST

/* Until the server has done the sleep it was sent into. */
static void
wait_for_the_server(void)
{
	struct settings patient = set;
	struct kv *other;

	patient.redis_command_ms = patient.redis_connect_ms = 60000;
	other = kv_open(&patient);
	ck_assert_int_eq(words_to(other, "PING", NULL), 0);
	kv_close(other);
}

static int64_t
sleep_ms(void)
{
	int64_t begin_us = clock_mono_us();

	ck_assert_int_eq(words("DEBUG", "SLEEP", SLEEP_S), -ETIMEDOUT);
	return (clock_mono_us() - begin_us) / 1000;
}

START_TEST(the_time_out_holds_again_after_a_reconnect)
{
	set.redis_command_ms = COMMAND_MS;
	for (int round = 1; round <= 3; round++) {
		ck_assert_int_lt(sleep_ms(), 3000);
		wait_for_the_server();
		ck_assert_int_eq(words("PING"), 0);
		ck_assert(reply_is("PONG"));
		ck_assert_uint_eq(kv_generation(kv), (uint64_t)round + 1);
	}
}
END_TEST

START_TEST(a_late_answer_is_never_taken_for_the_next_one)
{
	set.redis_command_ms = COMMAND_MS;
	ck_assert_int_eq(words("BLPOP", "nothing", "1"), -ETIMEDOUT);
	ck_assert_int_eq(words("ECHO", "mine"), 0);
	ck_assert(reply_is("mine"));
}
END_TEST

/* The breaker is shared, so what one found out spares another. */
START_TEST(after_three_time_outs_nobody_waits_any_more)
{
	struct breaker shared = { 0 };
	struct kv *other = kv_open(&set);
	int r, n_waited = 0;

	set.redis_command_ms = set.redis_connect_ms = SHORT_MS;
	kv_share(kv, &shared);
	kv_share(other, &shared);
	ck_assert_int_eq(words("PING"), 0);
	servers_redis_pause();
	/* Three, or more where the machine is so slow that three of them
	 * do not fit into a second. */
	while ((r = words("PING")) == -ETIMEDOUT)
		n_waited++;
	ck_assert_int_eq(r, KV_F_AWAY);
	ck_assert_int_ge(n_waited, BREAKER_FAILURES);
	shared.probe_us = INT64_MAX;	/* nobody is the probe */
	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(words("PING"), KV_F_AWAY);
		ck_assert_int_eq(words_to(other, "PING", NULL), KV_F_AWAY);
	}
	servers_redis_resume();
	wait_for_the_server();
	ck_assert_int_eq(breaker_n_opened(&shared), 1);
	set.redis_command_ms = set.redis_connect_ms = 60000;
	/* a second later */
	shared.probe_us = 1;
	ck_assert_int_eq(words_to(other, "PING", NULL), 0);
	ck_assert_int_eq(words("PING"), 0);
	kv_close(other);
}
END_TEST

#ifdef FAULTS
START_TEST(a_test_elsewhere_can_lose_an_answer)
{
	ck_assert_int_eq(setenv("BOXOFFICE_FAULTS", "fail:kv.answer:2", 1),
	    0);
	fault_reset();
	ck_assert_int_eq(words("DEL", "n"), 0);
	ck_assert_int_eq(words("INCR", "n"), -ETIMEDOUT);
	ck_assert_int_eq(words("INCR", "n"), 0);
	ck_assert_int_eq(reply.i64, 2);
}
END_TEST
#endif

/* Until a call gets through the breaker. */
static int
ping_until_it_works(void)
{
	int64_t late_us = clock_mono_us() + 60 * INT64_C(1000000);
	int r;

	do {
		r = words("PING");
		if (r != 0)
			poll(NULL, 0, 5);
	} while (r != 0 && clock_mono_us() < late_us);
	return r;
}

START_TEST(a_restart_shows_as_another_run_id)
{
	char before[64];

	ck_assert_str_eq(kv_run_id(kv), "");
	ck_assert_int_eq(words("PING"), 0);
	ck_assert_uint_eq(strlen(kv_run_id(kv)), 40);
	strcpy(before, kv_run_id(kv));
	servers_redis_stop();
	ck_assert_int_lt(words("PING"), 0);
	ck_assert_int_lt(words("PING"), 0);
	servers_redis_start();
	ck_assert_int_eq(ping_until_it_works(), 0);
	ck_assert_uint_eq(strlen(kv_run_id(kv)), 40);
	ck_assert_str_ne(before, kv_run_id(kv));
	ck_assert_uint_eq(kv_generation(kv), 2);
}
END_TEST

START_TEST(a_connection_that_ended_while_idle_costs_no_fault)
{
	struct settings other_set = set;
	struct kv *other = kv_open(&other_set);

	ck_assert_int_eq(words("CLIENT", "ID"), 0);
	ck_assert_int_eq(words_to(other, "CLIENT", "KILL", "ID",
	    arena_printf(&a, "%d", (int)reply.i64), NULL), 0);
	kv_close(other);
	poll(NULL, 0, 150);	/* idle is what is tested */
	ck_assert_int_eq(words("PING"), 0);
	ck_assert_uint_eq(kv_generation(kv), 2);
}
END_TEST

START_TEST(a_password_and_a_database_are_given_again_after_each_connect)
{
	struct settings bare = set;
	struct kv *other = kv_open(&bare);

	ck_assert_int_eq(words("CONFIG", "SET", "requirepass", "s3 cret"), 0);
	set.redis_db = 3;
	kv_drop(kv);
	ck_assert_int_eq(words("SET", "in", "three"), KV_F_REFUSED);
	strcpy(set.redis_password, "s3 cret");
	for (int round = 0; round < 2; round++) {
		kv_drop(kv);
		ck_assert_int_eq(words("SET", "in", "three"), 0);
		ck_assert(reply_is("OK"));
	}
	strcpy(bare.redis_password, "s3 cret");
	ck_assert_int_eq(words_to(other, "EXISTS", "in", NULL), 0);
	ck_assert_int_eq(reply.i64, 0);
	ck_assert_int_eq(words("CONFIG", "SET", "requirepass", ""), 0);
	ck_assert(reply_is("OK"));
	kv_close(other);
}
END_TEST

START_TEST(every_fault_has_a_name)
{
	ck_assert_str_eq(fault_name(KV_F_PROTOCOL), "KV_F_PROTOCOL");
	ck_assert_str_eq(fault_name(KV_F_AWAY), "KV_F_AWAY");
	ck_assert_str_eq(fault_name(DB_F_READONLY), "DB_F_READONLY");
	ck_assert_str_eq(fault_name(-ETIMEDOUT), "ETIMEDOUT");
	ck_assert_str_eq(fault_name(-ECONNREFUSED), "ECONNREFUSED");
	ck_assert_str_eq(fault_name(-4711), "unknown");
}
END_TEST

START_TEST(a_user_of_the_access_list_logs_in_by_name)
{
	ck_assert_int_eq(words("ACL", "SETUSER", "bo", "on", ">pw", "~bo:*",
	    "+@all"), 0);
	strcpy(set.redis_user, "bo");
	strcpy(set.redis_password, "wrong");
	kv_drop(kv);
	ck_assert_int_eq(words("ACL", "WHOAMI"), KV_F_REFUSED);
	strcpy(set.redis_password, "pw");
	kv_drop(kv);
	ck_assert_int_eq(words("ACL", "WHOAMI"), 0);
	ck_assert(reply_is("bo"));
	ck_assert_int_eq(words("SET", "other", "1"), 0);
	ck_assert(is_error("NOPERM"));
}
END_TEST

START_TEST(a_host_and_a_port_do_as_well_as_a_socket)
{
	set.redis_socket[0] = '\0';
	set.redis_port = servers_redis_port();
	ck_assert_int_eq(words("PING"), 0);
	ck_assert(reply_is("PONG"));
	set.redis_port = 1;
	kv_drop(kv);
	ck_assert_int_eq(words("PING"), -ECONNREFUSED);
	strcpy(set.redis_host, "no.such.host.invalid");
	kv_drop(kv);
	ck_assert_int_eq(words("PING"), -EHOSTUNREACH);
}
END_TEST

START_TEST(a_master_that_became_a_replica_is_left)
{
	ck_assert_int_eq(words("REPLICAOF", "127.0.0.1", "1"), 0);
	ck_assert_int_eq(words("SET", "k", "v"), KV_F_AWAY);
	ck_assert_int_eq(words("REPLICAOF", "NO", "ONE"), 0);
	ck_assert_uint_eq(kv_generation(kv), 2);
	ck_assert_int_eq(words("SET", "k", "v"), 0);
	ck_assert(reply_is("OK"));
}
END_TEST

SUITE("kv")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(given_a_client, close_it);
	TEST(every_kind_of_reply_is_copied_into_the_arena);
	TEST(bytes_of_any_value_come_back_as_they_went);
	TEST(an_error_reply_is_a_fault_for_command_and_a_reply_for_try);
	TEST(a_pipeline_answers_in_its_order);
	TEST(a_pipeline_with_nobody_there_is_one_fault);
	TEST(the_time_out_holds_again_after_a_reconnect);
	TEST(a_late_answer_is_never_taken_for_the_next_one);
	TEST(after_three_time_outs_nobody_waits_any_more);
#ifdef FAULTS
	TEST(a_test_elsewhere_can_lose_an_answer);
#endif
	TEST(a_restart_shows_as_another_run_id);
	TEST(a_connection_that_ended_while_idle_costs_no_fault);
	TEST(a_password_and_a_database_are_given_again_after_each_connect);
	TEST(every_fault_has_a_name);
	TEST(a_user_of_the_access_list_logs_in_by_name);
	TEST(a_host_and_a_port_do_as_well_as_a_socket);
	TEST(a_master_that_became_a_replica_is_left);
}
