/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kv - the Redis client; the door to hiredis
 *
 * hiredis 0.14 forgets the command time-out when it reconnects, so a broken
 * connection is never mended: it is freed and a new one is made by the one
 * function that sets everything up.
 *
 * Layer: store.  Uses: base, breaker, script.
 */
#include "store/kv.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/fault_name.h"
#include "store/script.h"

#include <assert.h>
#include <errno.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

/* A connection unused for so long is looked at before it is used. */
#define IDLE_US 100000

struct kv {
	const struct settings *set;
	redisContext *redis;		/* NULL: not connected */
	struct breaker *breaker;	/* shared, or own */
	struct breaker own;
	bool busy;			/* the last answer was BUSY */
	char run_id[64];
	uint64_t generation;
	int64_t used_us;		/* last answer, monotonic */

	size_t n_queued;
	int queue_fault;		/* nothing of the queue will be sent */

	/* The arguments of one command, and the command on its way. */
	struct span *argv;
	int argc, argv_max;
	char *wire;
	size_t wire_max;

	/* Where the reply that is being parsed goes. */
	struct arena *reply_arena;
	struct kv_reply *reply;
};

static redisReplyObjectFunctions into_arena;

struct kv *
kv_open(const struct settings *set)
{
	struct kv *kv = mem_zget(sizeof(*kv));
	struct sigaction pipe_action;

	kv->set = set;
	kv->breaker = &kv->own;
	/* hiredis sends with write(2): without this, a Redis that goes away
	 * would end the program. */
	if (sigaction(SIGPIPE, NULL, &pipe_action) == 0 &&
	    pipe_action.sa_handler == SIG_DFL)
		signal(SIGPIPE, SIG_IGN);
	return kv;
}

static void
hang_up(struct kv *kv)
{
	if (kv->redis != NULL)
		redisFree(kv->redis);
	kv->redis = NULL;
}

void
kv_close(struct kv *kv)
{
	if (kv == NULL)
		return;
	hang_up(kv);
	free(kv->argv);
	free(kv->wire);
	free(kv);
}

void
kv_share(struct kv *kv, struct breaker *breaker)
{
	kv->breaker = breaker;
}

/* What was found out about the server before says nothing about this one. */
void
kv_drop(struct kv *kv)
{
	hang_up(kv);
	(void)breaker_answered(kv->breaker);
	kv->n_queued = 0;
	kv->queue_fault = 0;
}

const char *
kv_run_id(const struct kv *kv)
{
	return kv->run_id;
}

uint64_t
kv_generation(const struct kv *kv)
{
	return kv->generation;
}

/* --- faults ------------------------------------------------------------ */

/* What broke the connection; right after the call that failed, since errno
 * tells. An expired SO_RCVTIMEO is EAGAIN. */
static int
fault_of(const redisContext *redis)
{
	int why = errno;

	switch (redis->err) {
	case REDIS_ERR_IO:
		return why == EAGAIN ? -ETIMEDOUT : why != 0 ? -why : -EIO;
	case REDIS_ERR_EOF:
		return -ECONNRESET;
	case REDIS_ERR_PROTOCOL:
		return KV_F_PROTOCOL;
	case REDIS_ERR_OOM:
		return -ENOMEM;
	default:	/* a name that does not resolve */
		return -EHOSTUNREACH;
	}
}

static void
failed(struct kv *kv)
{
	if (breaker_failed(kv->breaker, clock_mono_us()))
		LOG(WARN, "redis-away");
}

static void
answered(struct kv *kv)
{
	kv->busy = false;
	if (breaker_answered(kv->breaker))
		LOG(WARN, "redis-back");
}

/* The connection is of no use any more: an answer may still be on its way and
 * would be taken for that of the next command. */
static int
broken(struct kv *kv)
{
	int fault = fault_of(kv->redis);

	LOG(ERROR, "redis-connection-lost", LFAULT(fault),
	    LSTR("reason", kv->redis->errstr));
	hang_up(kv);
	failed(kv);
	return fault;
}

bool
kv_is_busy(const struct kv *kv)
{
	return kv->busy;
}

/* Error replies that tell of the server or the connection, not of the
 * command. Source: Redis 7.0, src/server.c, createSharedObjects. */
static const struct error_row {
	const char *prefix;
	int fault;		/* 0: the command's caller answers it */
	bool drop;		/* another connection may do better */
	bool busy;		/* a script does not end */
} error_rows[] = {
	{ "READONLY ", KV_F_AWAY, true, false },	/* no master (now) */
	{ "LOADING ", KV_F_AWAY, true, false },	/* reads its file */
	{ "MASTERDOWN ", KV_F_AWAY, true, false },
	{ "BUSY ", KV_F_AWAY, false, true },
	{ "NOAUTH ", 0, true, false },
	{ NULL, 0, false, false },
};

static const struct error_row *
error_find(struct span error)
{
	const struct error_row *row = error_rows;

	while (row->prefix != NULL &&
	    !span_starts(error, span_str(row->prefix)))
		row++;
	return row;
}

/* n answers have come: what they say about the server. 0 or KV_F_AWAY. */
static int
judge(struct kv *kv, const struct kv_reply *replies, size_t n)
{
	bool drop = false, busy = false;
	int r = 0;

	kv->used_us = clock_mono_us();
	for (size_t i = 0; i < n; i++) {
		const struct error_row *row;

		if (replies[i].type != KV_ERROR)
			continue;
		row = error_find(replies[i].str);
		if (row->fault != 0 && r == 0)
			LOG(ERROR, "redis-cannot-serve",
			    LSPAN("reason", replies[i].str));
		r = row->fault != 0 ? row->fault : r;
		drop = drop || row->drop;
		busy = busy || row->busy;
	}
	if (drop)
		hang_up(kv);
	if (r == 0)
		answered(kv);
	else
		failed(kv);
	kv->busy = busy;
	return r;
}

/* --- connecting -------------------------------------------------------- */

static struct timeval
timeval_ms(int64_t ms)
{
	return (struct timeval){ ms / 1000, ms % 1000 * 1000 };
}

static int
dial(struct kv *kv)
{
	const struct settings *set = kv->set;
	struct timeval wait = timeval_ms(set->redis_connect_ms);

	errno = 0;
	kv->redis = set->redis_socket[0] != '\0'
	    ? redisConnectUnixWithTimeout(set->redis_socket, wait)
	    : redisConnectWithTimeout(set->redis_host, (int)set->redis_port,
	    wait);
	if (kv->redis == NULL)
		mem_out(sizeof(*kv->redis));
	if (kv->redis->err == 0)
		redisSetTimeout(kv->redis,
		    timeval_ms(set->redis_command_ms));
	if (kv->redis->err == 0 && set->redis_socket[0] == '\0')
		redisEnableKeepAlive(kv->redis);
	return kv->redis->err == 0 ? 0 : fault_of(kv->redis);
}

/* One reply of the greeting; the text of an error goes to why. */
static int
greeting_reply(struct kv *kv, char *why, size_t why_len, redisReply **out)
{
	const struct error_row *row;
	void *reply;

	if (redisGetReply(kv->redis, &reply) != REDIS_OK)
		return fault_of(kv->redis);
	*out = reply;
	if ((*out)->type != REDIS_REPLY_ERROR)
		return 0;
	snprintf(why, why_len, "%s", (*out)->str);
	freeReplyObject(reply);
	row = error_find(span_str(why));
	kv->busy = row->busy;
	return row->fault != 0 ? row->fault : KV_F_REFUSED;
}

static int
take_run_id(struct kv *kv, const redisReply *info)
{
	const char *at = info->type == REDIS_REPLY_STRING
	    ? strstr(info->str, "\nrun_id:") : NULL;
	size_t len;

	if (at == NULL)
		return KV_F_PROTOCOL;
	at += strlen("\nrun_id:");
	len = MIN(strcspn(at, "\r\n"), sizeof(kv->run_id) - 1);
	memcpy(kv->run_id, at, len);
	kv->run_id[len] = '\0';
	return 0;
}

/* Queue what says who we are. returns: how many replies that has */
static int
log_in(struct kv *kv)
{
	const struct settings *set = kv->set;

	if (set->redis_password[0] == '\0')
		return 0;
	if (set->redis_user[0] != '\0')
		redisAppendCommand(kv->redis, "AUTH %s %s", set->redis_user,
		    set->redis_password);
	else
		redisAppendCommand(kv->redis, "AUTH %s", set->redis_password);
	return 1;
}

/* n replies that are not read, then one that is. */
static int
last_reply(struct kv *kv, int n, char *why, size_t why_len, redisReply **out)
{
	int r = greeting_reply(kv, why, why_len, out);

	for (; n > 0 && r == 0; n--) {
		freeReplyObject(*out);
		r = greeting_reply(kv, why, why_len, out);
	}
	return r;
}

/* Who we are, which database, which server this is: in one round trip. */
static int
greet(struct kv *kv, char *why, size_t why_len)
{
	redisReply *reply;
	int n = log_in(kv), r;

	if (kv->set->redis_db != 0) {
		redisAppendCommand(kv->redis, "SELECT %d",
		    (int)kv->set->redis_db);
		n++;
	}
	redisAppendCommand(kv->redis, "INFO server");
	r = last_reply(kv, n, why, why_len, &reply);
	if (r == 0) {
		r = take_run_id(kv, reply);
		freeReplyObject(reply);
	}
	return r;
}

static int
connect_now(struct kv *kv)
{
	char why[128] = "";
	int r;

	r = dial(kv);
	if (r == 0 && FAULT_FAIL("kv.connect"))
		r = -ECONNREFUSED;
	if (r == 0)
		r = greet(kv, why, sizeof(why));
	if (r == 0) {
		kv->redis->reader->fn = &into_arena;
		kv->redis->reader->privdata = kv;
		kv->generation++;
		kv->used_us = clock_mono_us();
		return 0;
	}
	LOG(ERROR, "redis-unreachable", LFAULT(r),
	    LSTR("reason", why[0] != '\0' ? why : kv->redis->errstr));
	hang_up(kv);
	failed(kv);
	return r;
}

/* Redis says nothing unasked, so anything to read on an idle connection is
 * its end: a restart need not cost the next request a fault. */
static bool
gone_while_idle(const struct kv *kv)
{
	char byte;

	if (clock_mono_us() - kv->used_us < IDLE_US)
		return false;
	return recv(kv->redis->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
	    errno != EAGAIN;
}

static int
ready(struct kv *kv)
{
	if (!breaker_allows(kv->breaker, clock_mono_us()))
		return KV_F_AWAY;
	if (kv->redis != NULL && gone_while_idle(kv)) {
		LOG(INFO, "redis-connection-ended");
		hang_up(kv);
	}
	return kv->redis != NULL ? 0 : connect_now(kv);
}

/* --- replies ----------------------------------------------------------- */

/* hiredis parses straight into the arena: a reply of its own would be an
 * allocation for each element, and a copy. Its tasks lead from an element to
 * the array it is in. */
static struct kv_reply *
place_of(const redisReadTask *task)
{
	struct kv *kv = task->privdata;
	struct kv_reply *parent;

	if (task->parent == NULL)
		return kv->reply;
	parent = task->parent->obj;
	return &parent->items[task->idx];
}

static void *
take_string(const redisReadTask *task, char *p, size_t len)
{
	struct kv *kv = task->privdata;
	struct kv_reply *to = place_of(task);

	*to = (struct kv_reply){ .type = task->type == REDIS_REPLY_ERROR
		? KV_ERROR : KV_STR };
	to->str = (struct span){ arena_dup(kv->reply_arena, p, len), len };
	return to;
}

static void *
take_array(const redisReadTask *task, int n)
{
	struct kv *kv = task->privdata;
	struct kv_reply *to = place_of(task);

	*to = (struct kv_reply){ .type = KV_ARRAY, .n = (size_t)n };
	to->items = ARENA_ARRAY(kv->reply_arena, MAX(to->n, 1),
	    struct kv_reply);
	return to;
}

static void *
take_integer(const redisReadTask *task, long long i64)
{
	struct kv_reply *to = place_of(task);

	*to = (struct kv_reply){ .type = KV_INT, .i64 = i64 };
	return to;
}

static void *
take_nil(const redisReadTask *task)
{
	struct kv_reply *to = place_of(task);

	*to = (struct kv_reply){ .type = KV_NIL };
	return to;
}

/* The arena's. */
static void
free_nothing(void *reply)
{
	(void)reply;
}

static redisReplyObjectFunctions into_arena = {
	.createString = take_string,
	.createArray = take_array,
	.createInteger = take_integer,
	.createNil = take_nil,
	.freeObject = free_nothing,
};

/* --- commands ---------------------------------------------------------- */

static void
argv_clear(struct kv *kv)
{
	kv->argc = 0;
}

static void
argv_add(struct kv *kv, struct span arg)
{
	if (kv->argc == kv->argv_max) {
		kv->argv_max = MAX(32, kv->argv_max * 2);
		kv->argv = mem_more(kv->argv,
		    (size_t)kv->argv_max * sizeof(*kv->argv));
	}
	kv->argv[kv->argc++] = arg;
}

static void
argv_add_all(struct kv *kv, int n, const struct span *args)
{
	for (int i = 0; i < n; i++)
		argv_add(kv, args[i]);
}

/* "*3\r\n" and "$12\r\n": how many follow. */
static char *
put_count(char *p, char kind, size_t n)
{
	char digits[24];
	char *from = digits + sizeof(digits);

	do {
		*--from = (char)('0' + n % 10);
		n /= 10;
	} while (n != 0);
	*p++ = kind;
	p = mempcpy(p, from, (size_t)(digits + sizeof(digits) - from));
	return mempcpy(p, "\r\n", 2);
}

/* The command as Redis reads it. By hand: hiredis prints each length with
 * sprintf, and a script has twenty arguments. */
static size_t
write_wire(struct kv *kv)
{
	size_t need = 32;
	char *p;

	for (int i = 0; i < kv->argc; i++)
		need += kv->argv[i].len + 32;
	if (need > kv->wire_max) {
		kv->wire_max = MAX(KIB(4), 2 * need);
		kv->wire = mem_more(kv->wire, kv->wire_max);
	}
	p = put_count(kv->wire, '*', (size_t)kv->argc);
	for (int i = 0; i < kv->argc; i++) {
		p = put_count(p, '$', kv->argv[i].len);
		if (kv->argv[i].len > 0)
			p = mempcpy(p, kv->argv[i].p, kv->argv[i].len);
		p = mempcpy(p, "\r\n", 2);
	}
	return (size_t)(p - kv->wire);
}

/* Into the connection's buffer; it leaves with the first wait for a reply. */
static void
append(struct kv *kv)
{
	size_t len = write_wire(kv);

	/* Only memory can be missing. */
	if (redisAppendFormattedCommand(kv->redis, kv->wire, len) != REDIS_OK)
		mem_out(len);
}

static int
receive(struct kv *kv, struct arena *a, struct kv_reply *out)
{
	void *reply;

	kv->reply_arena = a;
	kv->reply = out;
	/* What is queued does not leave any more. */
	if (FAULT_FAIL("kv.send"))
		(void)shutdown(kv->redis->fd, SHUT_RDWR);
	errno = 0;
	if (redisGetReply(kv->redis, &reply) != REDIS_OK)
		return broken(kv);
	if (FAULT_FAIL("kv.answer")) {
		hang_up(kv);
		return -ETIMEDOUT;
	}
	return 0;
}

/* The command in argv, for an open connection. */
static int
exchange(struct kv *kv, struct arena *a, struct kv_reply *out)
{
	int r;

	FAULT_POINT("kv.before_send");
	append(kv);
	r = receive(kv, a, out);
	FAULT_POINT("kv.after_answer");
	if (r != 0)
		return r;
	return judge(kv, out, 1);
}

static int
refused(const char *what, const struct kv_reply *reply)
{
	LOG(ERROR, "redis-refused", LSTR("command", what),
	    LSPAN("reason", reply->str));
	return KV_F_REFUSED;
}

int
kv_try(struct kv *kv, struct arena *a, int argc, const struct span *argv,
    struct kv_reply *out)
{
	int r;

	assert(argc > 0 && kv->n_queued == 0);
	r = ready(kv);
	if (r != 0)
		return r;
	argv_clear(kv);
	argv_add_all(kv, argc, argv);
	return exchange(kv, a, out);
}

int
kv_command(struct kv *kv, struct arena *a, int argc, const struct span *argv,
    struct kv_reply *out)
{
	int r = kv_try(kv, a, argc, argv, out);

	if (r == 0 && out->type == KV_ERROR)
		r = refused(arena_str(a, argv[0]), out);
	return r;
}

/* --- a script that does not end ---------------------------------------- */

/* The last answer, as an outcome. */
static int
killed(int r, const char *why)
{
	struct span text = span_str(why);

	if (r != KV_F_REFUSED)
		return r;
	if (span_starts(text, SPAN_LIT("NOTBUSY")))
		return 0;
	LOG(ERROR, "redis-script-stays", LSTR("reason", why));
	return span_starts(text, SPAN_LIT("UNKILLABLE")) ? KV_E_UNKILLABLE
	    : r;
}

/* One SCRIPT KILL, after n replies that are not read. */
static int
kill_once(struct kv *kv, int n, char *why, size_t why_len)
{
	redisReply *reply;
	int r;

	redisAppendCommand(kv->redis, "SCRIPT KILL");
	r = last_reply(kv, n, why, why_len, &reply);
	if (r == 0)
		freeReplyObject(reply);
	return r;
}

/* A kill only marks the script: until it looks, Redis may answer BUSY to the
 * next command. So it is asked for again, until there is nothing to kill.
 * Source: Redis 7.0, src/script.c, scriptInterrupt and scriptKill. */
static int
kill_to_the_end(struct kv *kv, char *why, size_t why_len)
{
	int64_t late_us = clock_mono_us()
	    + kv->set->redis_command_ms * US_PER_MS;
	int r = kill_once(kv, log_in(kv), why, why_len);

	if (r == 0)
		LOG(WARN, "redis-script-killed");
	while (r == 0 && clock_mono_us() < late_us)
		r = kill_once(kv, 0, why, why_len);
	return r == 0 ? -ETIMEDOUT : r;
}

int
kv_kill_script(struct kv *kv)
{
	char why[128] = "";
	int r;

	hang_up(kv);
	r = dial(kv);
	if (r == 0)
		r = kill_to_the_end(kv, why, sizeof(why));
	hang_up(kv);
	r = killed(r, why);
	if (r == 0)
		answered(kv);
	return r;
}

/* --- pipelines --------------------------------------------------------- */

/* Begin one command of a queue; whether there is anybody to send it to. */
static bool
queue_one(struct kv *kv)
{
	if (kv->n_queued++ == 0)
		kv->queue_fault = ready(kv);
	return kv->queue_fault == 0;
}

void
kv_queue(struct kv *kv, int argc, const struct span *argv)
{
	assert(argc > 0);
	if (!queue_one(kv))
		return;
	argv_clear(kv);
	argv_add_all(kv, argc, argv);
	append(kv);
}

/* All scripts in one round trip, after the server has forgotten one. */
static int
load_scripts(struct kv *kv, struct arena *a)
{
	const struct span load[] = { SPAN_LIT("SCRIPT"), SPAN_LIT("LOAD") };
	struct kv_reply reply;
	size_t n;
	int r;

	for (n = 0; scripts_all[n]->name != NULL; n++) {
		argv_clear(kv);
		argv_add_all(kv, ARRAY_LEN(load), load);
		argv_add(kv, scripts_all[n]->text);
		append(kv);
	}
	for (; n > 0; n--) {
		r = receive(kv, a, &reply);
		if (r != 0)
			return r;
		if (reply.type == KV_ERROR)
			return refused("SCRIPT LOAD", &reply);
	}
	return 0;
}

static bool
is_noscript(const struct kv_reply *reply)
{
	return reply->type == KV_ERROR &&
	    span_starts(reply->str, SPAN_LIT("NOSCRIPT"));
}

int
kv_run(struct kv *kv, struct arena *a, size_t n, struct kv_reply *out)
{
	bool forgotten = false;
	int r = kv->queue_fault;

	assert(n > 0 && n == kv->n_queued);
	kv->n_queued = 0;
	kv->queue_fault = 0;
	FAULT_POINT("kv.before_queue");
	for (size_t i = 0; i < n && r == 0; i++) {
		r = receive(kv, a, &out[i]);
		forgotten = forgotten || (r == 0 && is_noscript(&out[i]));
	}
	FAULT_POINT("kv.after_queue");
	if (r == 0)
		r = judge(kv, out, n);
	return r == 0 && forgotten && kv->redis != NULL ? load_scripts(kv, a)
	    : r;
}

/* --- scripts ----------------------------------------------------------- */

/* EVALSHA digest or EVAL text, then the keys and arguments. n_text is the
 * caller's: it must live until the command is appended. */
static void
argv_script(struct kv *kv, const char *command, struct span script,
    char n_text[16], int n_keys)
{
	int len = snprintf(n_text, 16, "%d", n_keys);

	argv_clear(kv);
	argv_add(kv, span_str(command));
	argv_add(kv, script);
	argv_add(kv, (struct span){ n_text, (size_t)len });
}

int
kv_script(struct kv *kv, struct arena *a, const struct script *script,
    int n_keys, const struct span *keys, int n_args, const struct span *args,
    struct kv_reply *out)
{
	char n_text[16];
	int r;

	assert(kv->n_queued == 0);
	r = ready(kv);
	if (r != 0)
		return r;
	argv_script(kv, "EVALSHA", span_str(script->sha1), n_text, n_keys);
	argv_add_all(kv, n_keys, keys);
	argv_add_all(kv, n_args, args);
	r = exchange(kv, a, out);
	if (r == 0 && is_noscript(out)) {
		/* It did not run; EVAL runs it and makes it known again. */
		kv->argv[0] = SPAN_LIT("EVAL");
		kv->argv[1] = script->text;
		r = exchange(kv, a, out);
	}
	if (r == 0 && out->type == KV_ERROR)
		r = refused(script->name, out);
	return r;
}

void
kv_queue_script(struct kv *kv, const struct script *script, int n_keys,
    const struct span *keys, int n_args, const struct span *args)
{
	char n_text[16];

	if (!queue_one(kv))
		return;
	argv_script(kv, "EVALSHA", span_str(script->sha1), n_text, n_keys);
	argv_add_all(kv, n_keys, keys);
	argv_add_all(kv, n_args, args);
	append(kv);
}
