/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/kv.h"

#include "base/clock.h"
#include "base/fault.h"
#include "store/db.h"
#include "store/fault_name.h"
#include "store/script.h"
#include "tests/support/proxy.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

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

/* Where the proxy listens. */
static const char *
wire_path(void)
{
	static char path[32];

	snprintf(path, sizeof(path), "/tmp/bo-wire-%d", (int)getpid());
	return path;
}

static void
close_it(void)
{
	proxy_stop();
	unlink(wire_path());
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
	return (reply.type == KV_STR || reply.type == KV_ERROR)
	    && span_eq_str(reply.str, text);
}

static bool
is_error(const char *prefix)
{
	return reply.type == KV_ERROR
	    && span_starts(reply.str, span_str(prefix));
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
	ck_assert_int_eq(
	    words("EVAL", "return {1, 'two', {}, {false, {3}}}", "0"), 0);
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
	shared.probe_us = INT64_MAX; /* nobody is the probe */
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
	ck_assert_int_eq(setenv("BOXOFFICE_FAULTS", "fail:kv.answer:2", 1), 0);
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
			     arena_printf(&a, "%d", (int)reply.i64), NULL),
	    0);
	kv_close(other);
	poll(NULL, 0, 150); /* idle is what is tested */
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
	ck_assert_int_eq(
	    words("ACL", "SETUSER", "bo", "on", ">pw", "~bo:*", "+@all"), 0);
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

/* ---- answers that refuse, or make no sense ---- */

/* What a Redis, or what stands between, may answer in the place of a reply. */
static const struct span instead[] = {
	SPAN_LIT("-NOSCRIPT No matching script.\r\n"),
	SPAN_LIT("-NOPERM this user has no permissions\r\n"),
#define AWAY_FIRST 2 /* from here on: it cannot serve */
	SPAN_LIT("-OOM command not allowed when used memory > max.\r\n"),
	SPAN_LIT("-BUSY Redis is busy running a script.\r\n"),
	SPAN_LIT("-LOADING Redis is loading the dataset in memory\r\n"),
	SPAN_LIT("-READONLY You can't write against a replica.\r\n"),
	SPAN_LIT("-MISCONF Redis is configured to save snapshots\r\n"),
	SPAN_LIT("-NOREPLICAS Not enough good replicas to write.\r\n"),
#define AWAY_END 8
	SPAN_LIT("-ERR something else\r\n"),
	SPAN_LIT("HTTP/1.1 400 Bad Request\r\n\r\n"), /* no RESP */
	SPAN_LIT("*2147483647\r\n:1\r\n"), /* larger than any memory */
	SPAN_LIT("*1\r\n"),                /* eats the reply behind it */
	SPAN_NONE,                         /* hangs up */
};
#define N_ECHOS 3

/* Who greets a proxy on a busy machine waits for its process, too. */
#define PROXY_MS 1000

/* Redis behind the proxy, for a client that has not asked anything yet. */
static void
given_a_proxy(struct span text, size_t n, struct span answer)
{
	struct settings straight;

	proxy_stop();
	kv_close(kv);
	servers_settings(&straight);
	snprintf(set.redis_socket, sizeof(set.redis_socket), "%s", wire_path());
	proxy_answer(set.redis_socket, straight.redis_socket, text, n, answer);
	set.redis_command_ms = PROXY_MS;
	kv = kv_open(&set);
}

/* The same, greeted. */
static void
given_an_answer(struct span text, size_t n, struct span answer)
{
	given_a_proxy(text, n, answer);
	ck_assert_int_eq(words("PING"), 0);
}

/* Whatever came before: some time there are answers again, and each that comes
 * is one's own. */
static void
expect_own_answers(void)
{
	int64_t late_us = clock_mono_us() + 60 * INT64_C(1000000);
	char text[32];

	for (int i = 0, good = 0; good < 30; i++) {
		ck_assert_int_lt(clock_mono_us(), late_us);
		snprintf(text, sizeof(text), "own-%d", i);
		if (words("ECHO", text) != 0) {
			poll(NULL, 0, 5);
			continue;
		}
		ck_assert(reply_is(text));
		good++;
	}
}

static int
echo_together(struct kv_reply out[N_ECHOS])
{
	static const char *const texts[N_ECHOS] = { "first", "b", "c" };

	for (int i = 0; i < N_ECHOS; i++)
		kv_queue(kv, 2,
		    (struct span[]){ SPAN_LIT("ECHO"), span_str(texts[i]) });
	return kv_run(kv, &a, N_ECHOS, out);
}

START_TEST(no_answer_in_a_pipeline_is_ever_taken_for_anothers)
{
	struct kv_reply out[N_ECHOS];

	for (size_t n = 0; n < N_ECHOS; n++) {
		given_an_answer(SPAN_LIT("first"), n, instead[_i]);
		if (echo_together(out) == 0) {
			ck_assert_int_eq(out[n].type, KV_ERROR);
			ck_assert(n == 0 || span_eq_str(out[0].str, "first"));
			ck_assert(n == 2 || span_eq_str(out[2].str, "c"));
		}
		expect_own_answers();
	}
}
END_TEST

/* Scripts that were forgotten, and are not taken again. */
START_TEST(a_script_that_cannot_be_loaded_shifts_no_answer)
{
	struct kv_reply out;
	size_t last = 0, at[3];

	while (scripts_all[last + 1]->name != NULL)
		last++;
	memcpy(at, (size_t[]){ 0, last / 2, last }, sizeof(at));
	for (size_t i = 0; i < ARRAY_LEN(at); i++) {
		given_an_answer(SPAN_LIT("LOAD"), at[i], instead[_i]);
		ck_assert_int_eq(words("SCRIPT", "FLUSH"), 0);
		kv_queue_script(kv, &script_guess_count, 0, NULL, 0, NULL);
		ck_assert_int_lt(kv_run(kv, &a, 1, &out), 0);
		expect_own_answers();
	}
}
END_TEST

START_TEST(who_cannot_serve_is_away)
{
	struct kv_reply out[N_ECHOS];

	for (size_t n = 0; n < N_ECHOS; n++) {
		given_an_answer(SPAN_LIT("first"), n, instead[_i]);
		ck_assert_int_eq(echo_together(out), KV_F_AWAY);
	}
}
END_TEST

/* It answers all the time: only a write proves that it is back. */
START_TEST(a_read_does_not_end_a_refusal_to_write)
{
	struct breaker shared = { 0 };
	struct kv *other = kv_open(&set);

	kv_share(kv, &shared);
	ck_assert_int_eq(
	    words_to(other, "CONFIG", "SET", "maxmemory", "1", NULL), 0);
	while (breaker_state(&shared) == BREAKER_CLOSED)
		ck_assert_int_eq(words("SET", "k", "v"), KV_F_AWAY);
	shared.probe_us = 1;
	ck_assert_int_eq(words("GET", "k"), KV_F_AWAY);
	ck_assert_int_lt(kv_probe(kv), 0);
	kv_freeing(kv, true);
	ck_assert_int_eq(words("DEL", "k"), 0);
	kv_freeing(kv, false);
	ck_assert_int_ne(breaker_state(&shared), BREAKER_CLOSED);
	ck_assert_int_eq(
	    words_to(other, "CONFIG", "SET", "maxmemory", "0", NULL), 0);
	shared.probe_us = 1;
	ck_assert_int_eq(words("GET", "k"), 0);
	ck_assert_int_eq(breaker_state(&shared), BREAKER_CLOSED);
	kv_close(other);
}
END_TEST

START_TEST(an_answer_too_many_ends_the_connection)
{
	struct kv_reply out[N_ECHOS];

	given_an_answer(SPAN_LIT("first"), N_ECHOS - 1,
	    SPAN_LIT("$1\r\nc\r\n$7\r\nanother\r\n"));
	ck_assert_int_eq(echo_together(out), KV_F_PROTOCOL);
	expect_own_answers();
	ck_assert_uint_eq(kv_generation(kv), 2);
}
END_TEST

START_TEST(an_answer_that_makes_no_sense_to_the_caller_ends_the_connection)
{
	ck_assert_int_eq(words("PING"), 0);
	ck_assert_int_eq(kv_nonsense(kv, "a test"), KV_F_PROTOCOL);
	ck_assert_int_eq(words("PING"), 0);
	ck_assert_uint_eq(kv_generation(kv), 2);
}
END_TEST

START_TEST(a_server_that_greets_oddly_is_no_other_redis)
{
	static const struct span greetings[] = {
		SPAN_LIT("$22\r\n# Server\r\nrun_id:abc\r\n\r\n"),
		SPAN_LIT("+OK\r\n"),
		SPAN_LIT("*1\r\n$3\r\nfoo\r\n"),
		SPAN_LIT("$1\r\n1\r\n$1\r\n2\r\n"),
	};

	given_a_proxy(SPAN_LIT("INFO"), 0, greetings[_i]);
	ck_assert_int_eq(words("PING"), KV_F_PROTOCOL);
	ck_assert_str_eq(kv_run_id(kv), "");
	expect_own_answers();
	ck_assert_uint_eq(strlen(kv_run_id(kv)), 40);
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
	TEST_LOOP(no_answer_in_a_pipeline_is_ever_taken_for_anothers,
	    ARRAY_LEN(instead));
	TEST_LOOP(a_script_that_cannot_be_loaded_shifts_no_answer,
	    ARRAY_LEN(instead));
	tcase_add_loop_test(suite_case, who_cannot_serve_is_away, AWAY_FIRST,
	    AWAY_END);
	TEST(a_read_does_not_end_a_refusal_to_write);
	TEST(an_answer_too_many_ends_the_connection);
	TEST(an_answer_that_makes_no_sense_to_the_caller_ends_the_connection);
	TEST_LOOP(a_server_that_greets_oddly_is_no_other_redis, 4);
}
