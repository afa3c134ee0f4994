/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_sentinel - whom sentinels name is the master, if most of them do, and if
 * he says so himself
 *
 * The sentinels are played: each names the server that a test wants it to name.
 *
 * Layer: tests.  Uses: epoch, kv.
 */
#include "recovery/epoch_raise.h"
#include "seat/epoch.h"
#include "store/sentinel.h"
#include "tests/support/world.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/mman.h>

#define N_SENTINELS 3

/* What each names: a port here, or nobody. Shared with the processes that play
 * them. */
struct said {
	atomic_int port;
	atomic_bool silent; /* takes connections and says nothing */
	int listens;
};
static struct said *said;
static pid_t players[N_SENTINELS];

/* A second Redis. */
static pid_t other_pid;
static int other_port;

static int
listen_somewhere(int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(listen(fd, 64), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

/* One question, which is one packet on loopback, and the answer. */
static void
answer(int fd, const struct said *s)
{
	char question[512], text[128], port[8];
	int n;

	if (read(fd, question, sizeof(question)) <= 0
	    || atomic_load(&s->silent))
		return;
	n = snprintf(port, sizeof(port), "%d", atomic_load(&s->port));
	if (atomic_load(&s->port) == 0)
		snprintf(text, sizeof(text), "*-1\r\n");
	else
		snprintf(text, sizeof(text),
		    "*2\r\n$9\r\n127.0.0.1\r\n$%d\r\n%s\r\n", n, port);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
}

static void
play(int listener, const struct said *s)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		answer(fd, s);
		/* Until the client has gone. */
		while (read(fd, &(char){ 0 }, 1) > 0)
			;
		close(fd);
	}
}

static void
once(void)
{
	int fd;

	servers_start(SERVERS_REDIS | SERVERS_PG);
	said = mmap(NULL, N_SENTINELS * sizeof(*said), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < N_SENTINELS; i++) {
		fd = listen_somewhere(&said[i].listens);
		players[i] = fork();
		if (players[i] == 0)
			play(fd, &said[i]);
		close(fd);
	}
	close(listen_somewhere(&other_port));
	other_pid = fork();
	if (other_pid == 0) {
		char port[8];

		snprintf(port, sizeof(port), "%d", other_port);
		execl("/usr/bin/redis-server", "redis-server", "--port", port,
		    "--bind", "127.0.0.1", "--save", "", "--logfile",
		    "/dev/null", NULL);
		_exit(1);
	}
}

static void
never(void)
{
	for (int i = 0; i < N_SENTINELS; i++) {
		kill(players[i], SIGKILL);
		ck_assert_int_eq(waitpid(players[i], NULL, 0), players[i]);
	}
	kill(other_pid, SIGKILL);
	ck_assert_int_eq(waitpid(other_pid, NULL, 0), other_pid);
	servers_stop();
}

static void
they_say(int a, int b, int c)
{
	atomic_store(&said[0].port, a);
	atomic_store(&said[1].port, b);
	atomic_store(&said[2].port, c);
}

static void
all_say(int port)
{
	they_say(port, port, port);
}

static int
mine(void)
{
	return servers_redis_port();
}

static void
use_sentinels(struct settings *set)
{
	snprintf(set->redis_sentinels, sizeof(set->redis_sentinels),
	    "127.0.0.1:%d 127.0.0.1:%d 127.0.0.1:%d", said[0].listens,
	    said[1].listens, said[2].listens);
	strcpy(set->redis_socket, "/nowhere");
	set->redis_command_ms = 1000;
}

/* A command to the second Redis by itself; it may have just been started. */
static void
tell_other(const char *word, const char *host, const char *port)
{
	struct settings set;
	struct kv_reply reply;
	struct kv *kv;
	int r = -1;

	servers_settings(&set);
	set.redis_socket[0] = '\0';
	set.redis_port = other_port;
	for (int i = 0; i < 1000 && r != 0; i++) {
		kv = kv_open(&set);
		r = kv_command(kv, &ctx.arena, 3,
		    (struct span[]){ span_str(word), span_str(host),
			span_str(port) },
		    &reply);
		kv_close(kv);
		if (r != 0)
			poll(NULL, 0, 10);
	}
	ck_assert_int_eq(r, 0);
}

static void
setup(void)
{
	struct settings set;

	world_open();
	for (int i = 0; i < N_SENTINELS; i++)
		atomic_store(&said[i].silent, false);
	tell_other("REPLICAOF", "NO", "ONE");
	all_say(mine());
	set = ctx.set;
	use_sentinels(&set);
	ctx_settings(&ctx, &set, true);
}

/* The breaker forgets, as it does after a second. */
static int
ping(void)
{
	struct kv_reply reply;
	const struct span word = SPAN_LIT("PING");

	memset(&ctx.shared->redis, 0, sizeof(ctx.shared->redis));
	return kv_command(ctx.kv, &ctx.arena, 1, &word, &reply);
}

static int
asked_port(void)
{
	struct kv_reply reply;

	ck_assert_int_eq(kv_command(ctx.kv, &ctx.arena, 3,
			     (struct span[]){ SPAN_LIT("CONFIG"),
				 SPAN_LIT("GET"), SPAN_LIT("port") },
			     &reply),
	    0);
	return atoi(reply.items[1].str.p);
}

static int64_t
epoch_now(void)
{
	return world_number("SELECT epoch FROM sys_epoch");
}

/* The epoch to work under; it is raised once a second at most. */
static int
settled(struct ctx *c, int64_t *out)
{
	int r = KV_F_LOADING;

	for (int i = 0; i < 500 && r == KV_F_LOADING; i++) {
		poll(NULL, 0, 10);
		r = epoch_get(c, out);
	}
	return r;
}

START_TEST(the_server_that_most_of_them_name_is_asked)
{
	they_say(mine(), other_port, other_port);
	ck_assert_int_eq(ping(), 0);
	ck_assert_int_eq(asked_port(), other_port);
	they_say(mine(), 0, mine());
	kv_drop(ctx.kv);
	ck_assert_int_eq(ping(), 0);
	ck_assert_int_eq(asked_port(), mine());
}
END_TEST

START_TEST(one_that_says_nothing_or_is_away_does_not_count)
{
	ctx.set.redis_command_ms = 100;
	atomic_store(&said[0].silent, true);
	kv_drop(ctx.kv);
	ck_assert_int_eq(ping(), 0);
	snprintf(ctx.set.redis_sentinels, sizeof(ctx.set.redis_sentinels),
	    "127.0.0.1:1 127.0.0.1:%d 127.0.0.1:%d", said[1].listens,
	    said[2].listens);
	kv_drop(ctx.kv);
	ck_assert_int_eq(ping(), 0);
}
END_TEST

START_TEST(without_most_of_them_nobody_is_believed)
{
	they_say(mine(), other_port, 0);
	ck_assert_int_eq(ping(), KV_F_AWAY);
	they_say(mine(), 0, 0);
	ck_assert_int_eq(ping(), KV_F_AWAY);
	snprintf(ctx.set.redis_sentinels, sizeof(ctx.set.redis_sentinels),
	    "127.0.0.1:1 127.0.0.1:1 127.0.0.1:%d", said[2].listens);
	all_say(mine());
	ck_assert_int_eq(ping(), KV_F_AWAY);
}
END_TEST

START_TEST(one_that_calls_itself_a_replica_is_not_believed)
{
	char port[8];

	snprintf(port, sizeof(port), "%d", mine());
	tell_other("REPLICAOF", "127.0.0.1", port);
	all_say(other_port);
	ck_assert_int_eq(ping(), KV_F_AWAY);
	tell_other("REPLICAOF", "NO", "ONE");
	ck_assert_int_eq(ping(), 0);
}
END_TEST

/* Cut off from the others it goes on as a master, and its clients with it. */
START_TEST(nobody_raises_the_epoch_for_a_master_that_was_replaced)
{
	int64_t epoch, before;

	ck_assert_int_eq(settled(&ctx, &epoch), 0);
	before = epoch_now();
	all_say(other_port);
	ck_assert_int_eq(epoch_raise(&ctx, before, "a test"), KV_F_AWAY);
	ck_assert_int_eq(epoch_now(), before);
	/* The connection is gone: the next one leads to the new master, for
	 * which it is raised, once. */
	ck_assert_int_eq(ping(), 0);
	ck_assert_int_eq(asked_port(), other_port);
	ck_assert_int_eq(settled(&ctx, &epoch), 0);
	ck_assert_int_gt(epoch, before);
	ck_assert_int_eq(epoch_now(), epoch);
}
END_TEST

/* Two that see different parts of the network: one of them sees the old master,
 * and the sentinel beside it. */
START_TEST(who_sees_the_old_master_alone_does_not_raise_it_back)
{
	struct ctx old;
	struct settings set = ctx.set;
	int64_t epoch, of_old;

	ctx_open(&old, &set);
	recovery_give(&old);
	ck_assert_int_eq(settled(&old, &of_old), 0);
	they_say(mine(), other_port, other_port);
	ck_assert_int_eq(settled(&ctx, &epoch), 0);
	ck_assert_int_gt(epoch, of_old);
	snprintf(old.set.redis_sentinels, sizeof(old.set.redis_sentinels),
	    "127.0.0.1:%d 127.0.0.1:1 127.0.0.1:1", said[0].listens);
	epoch_forget(&old);
	ck_assert_int_lt(settled(&old, &of_old), 0);
	ck_assert_int_eq(epoch_now(), epoch);
	ck_assert_int_eq(epoch_get(&ctx, &of_old), 0);
	ck_assert_int_eq(of_old, epoch);
	ctx_close(&old);
}
END_TEST

START_TEST(lists_are_read_and_nonsense_is_refused)
{
	static const char *const good[] = { "a:1", "192.0.2.1:26379  b:65535",
		"[::1]:26379", "1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1" };
	static const char *const bad[] = { "", " ", "a", "a:", ":1", "a:0",
		"a:65536", "::1:26379", "[]:1", "a:1 b", "a:1,b:1",
		"1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1 10:1" };

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(sentinel_list_ok(good[i]), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!sentinel_list_ok(bad[i]), "%s", bad[i]);
}
END_TEST

SUITE("sentinel")
{
	FIXTURE_ONCE(once, never);
	FIXTURE(setup, world_close);
	TEST(the_server_that_most_of_them_name_is_asked);
	TEST(one_that_says_nothing_or_is_away_does_not_count);
	TEST(without_most_of_them_nobody_is_believed);
	TEST(one_that_calls_itself_a_replica_is_not_believed);
	TEST(nobody_raises_the_epoch_for_a_master_that_was_replaced);
	TEST(who_sees_the_old_master_alone_does_not_raise_it_back);
	TEST(lists_are_read_and_nonsense_is_refused);
}
