/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kv - the Redis client
 *
 * A reply is known by its place only. So a connection is kept when all that
 * was sent is answered and nothing else came, and never after an answer that
 * made no sense: settle and kv_distrust see to that.
 *
 * Layer: store.  Uses: base, breaker, script, redis_door, kv_wire.
 */
#include "store/kv.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/fault_name.h"
#include "store/keys.h"
#include "store/kv_wire.h"
#include "store/redis_door.h"
#include "store/script.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* A connection unused for so long is looked at before it is used. */
#define IDLE_US 100000
/* What a greeting or a kill may answer in all. */
#define OWN_ARENA KIB(64)
#define RUN_ID_LEN 40

struct kv {
	const struct settings *set;
	struct redis *redis;     /* NULL: not connected */
	struct redis_at at;      /* where it leads, or led */
	struct breaker *breaker; /* shared, or own */
	struct breaker own;
	bool busy;    /* the last answer was BUSY */
	bool freeing; /* see kv_freeing */
	char run_id[RUN_ID_LEN + 1];
	uint64_t generation;
	int64_t used_us; /* last answer, monotonic */

	size_t n_queued;
	int queue_fault;     /* nothing of the queue will be sent */
	struct kv_wire wire; /* the command on its way */
	struct arena arena;  /* of greetings and kills */
};

struct kv *
kv_open(const struct settings *set)
{
	struct kv *kv = mem_zget(sizeof(*kv));
	struct sigaction pipe_action;

	kv->set = set;
	kv->breaker = &kv->own;
	arena_init(&kv->arena, OWN_ARENA);
	/* hiredis sends with write(2): without this, a Redis that goes away
	 * would end the program. */
	if (sigaction(SIGPIPE, NULL, &pipe_action) == 0
	    && pipe_action.sa_handler == SIG_DFL)
		signal(SIGPIPE, SIG_IGN);
	return kv;
}

static void
hang_up(struct kv *kv)
{
	redis_close(kv->redis);
	kv->redis = NULL;
}

void
kv_close(struct kv *kv)
{
	if (kv == NULL)
		return;
	hang_up(kv);
	kv_wire_fini(&kv->wire);
	arena_fini(&kv->arena);
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

static void
failed(struct kv *kv, bool full)
{
	atomic_store(&kv->breaker->full, full);
	if (breaker_failed(kv->breaker, clock_mono_us()))
		LOG(WARN, "redis-away");
}

/* A good answer: proof that it is back, but where it answered all the time and
 * refused to write. */
static void
answered(struct kv *kv)
{
	kv->busy = false;
	if (atomic_load_explicit(&kv->breaker->full, memory_order_relaxed))
		return;
	if (breaker_answered(kv->breaker))
		LOG(WARN, "redis-back");
}

/* The connection is of no use any more: an answer may still be on its way and
 * would be taken for that of the next command. */
static int
broken(struct kv *kv, int fault, const char *why)
{
	LOG(ERROR, "redis-connection-lost", LFAULT(fault), LSTR("reason", why));
	hang_up(kv);
	failed(kv, false);
	return fault;
}

/* The end of an exchange, r: what it leaves behind is a connection that owes
 * nothing, or none. */
static int
settle(struct kv *kv, int r)
{
	if (kv->redis == NULL)
		return r;
	if (redis_has_too_much(kv->redis))
		return broken(kv, KV_F_PROTOCOL, "more answers than commands");
	if (r != 0 && redis_owes(kv->redis) > 0)
		hang_up(kv);
	assert(kv->redis == NULL || redis_owes(kv->redis) == 0);
	return r;
}

void
kv_distrust(struct kv *kv, const char *what)
{
	LOG(ERROR, "redis-nonsense", LSTR("answer", what));
	hang_up(kv);
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
	int fault; /* 0: the command's caller answers it */
	bool drop; /* another connection may do better */
	bool busy; /* a script does not end */
	bool full; /* it takes no writes, and reads all the same */
} error_rows[] = {
	{ "READONLY ", KV_F_AWAY, .drop = true }, /* no master (now) */
	{ "LOADING ", KV_F_AWAY, .drop = true },  /* reads its file */
	{ "MASTERDOWN ", KV_F_AWAY, .drop = true },
	{ "BUSY ", KV_F_AWAY, .busy = true },
	{ "OOM ", KV_F_AWAY, .full = true },
	{ "MISCONF ", KV_F_AWAY, .full = true }, /* cannot save */
	{ "NOREPLICAS ", KV_F_AWAY, .full = true },
	{ "NOAUTH ", 0, .drop = true },
	{ NULL },
};

static const struct error_row *
error_find(struct span error)
{
	const struct error_row *row = error_rows;

	while (row->prefix != NULL
	    && !span_starts(error, span_str(row->prefix)))
		row++;
	return row;
}

/* n answers have come: what they say about the server. 0 or KV_F_AWAY. Behind
 * a script that frees memory come hints and marks, which others make good. */
static int
judge(struct kv *kv, const struct kv_reply *replies, size_t n)
{
	bool drop = false, busy = false, full = false;
	int r = 0;

	kv->used_us = clock_mono_us();
	for (size_t i = 0; i < n; i++) {
		const struct error_row *row;

		if (replies[i].type != KV_ERROR)
			continue;
		row = error_find(replies[i].str);
		if (row->full && kv->freeing && i > 0)
			continue;
		if (row->fault != 0 && r == 0)
			LOG(ERROR, "redis-cannot-serve",
			    LSPAN("reason", replies[i].str));
		r = row->fault != 0 ? row->fault : r;
		drop = drop || row->drop;
		busy = busy || row->busy;
		full = full || row->full;
	}
	if (drop)
		hang_up(kv);
	if (r == 0)
		answered(kv);
	else
		failed(kv, full);
	kv->busy = busy;
	return r;
}

/* --- connecting -------------------------------------------------------- */

/* Into the connection's buffer; it leaves with the first wait for a reply. */
static void
append(struct kv *kv)
{
	struct span command = kv_wire_write(&kv->wire);

	redis_send(kv->redis, command.p, command.len);
}

/* The same for a command of a greeting or a kill. */
static void
say(struct kv *kv, int n, const struct span *words)
{
	kv_wire_clear(&kv->wire);
	kv_wire_add(&kv->wire, n, words);
	append(kv);
}

/* All that is owed to a greeting or a kill; out is the last of it. The text of
 * an error goes to why. */
static int
last_reply(struct kv *kv, char *why, size_t why_len, struct kv_reply *out)
{
	const struct error_row *row;
	int r;

	do {
		r = redis_receive(kv->redis, &kv->arena, out);
		if (r != 0) {
			snprintf(why, why_len, "%s", redis_why(kv->redis));
			return r;
		}
	} while (out->type != KV_ERROR && redis_owes(kv->redis) > 0);
	if (out->type != KV_ERROR)
		return 0;
	snprintf(why, why_len, "%.*s", (int)MIN(out->str.len, why_len),
	    out->str.p);
	row = error_find(out->str);
	kv->busy = row->busy;
	return row->fault != 0 ? row->fault : KV_F_REFUSED;
}

/* Only a whole run id is one: what is taken for another server's costs the
 * epoch. Source: Redis 7.0, src/server.h, CONFIG_RUN_ID_SIZE. */
static int
take_run_id(struct kv *kv, const struct kv_reply *info)
{
	const char *at = info->type == KV_STR ? strstr(info->str.p, "\nrun_id:")
					      : NULL;

	if (at == NULL)
		return KV_F_PROTOCOL;
	at += strlen("\nrun_id:");
	if (strspn(at, "0123456789abcdef") != RUN_ID_LEN)
		return KV_F_PROTOCOL;
	memcpy(kv->run_id, at, RUN_ID_LEN);
	return 0;
}

/* Queue what says who we are. */
static void
log_in(struct kv *kv)
{
	const struct span user = span_str(kv->set->redis_user);
	const struct span password = span_str(kv->set->redis_password);

	if (password.len == 0)
		return;
	if (user.len != 0)
		say(kv, 3, (struct span[]){ SPAN_LIT("AUTH"), user, password });
	else
		say(kv, 2, (struct span[]){ SPAN_LIT("AUTH"), password });
}

/* Who we are, which database, which server this is: in one round trip. */
static int
greet(struct kv *kv, char *why, size_t why_len)
{
	struct kv_reply reply;
	int r;

	arena_reset(&kv->arena);
	log_in(kv);
	if (kv->set->redis_db != 0)
		say(kv, 2,
		    (struct span[]){ SPAN_LIT("SELECT"),
			arena_i64(&kv->arena, kv->set->redis_db) });
	say(kv, 2, (struct span[]){ SPAN_LIT("INFO"), SPAN_LIT("server") });
	r = last_reply(kv, why, why_len, &reply);
	if (r == 0)
		r = take_run_id(kv, &reply);
	if (r == 0 && redis_has_too_much(kv->redis))
		r = KV_F_PROTOCOL;
	if (r == KV_F_PROTOCOL)
		snprintf(why, why_len, "it greets as no Redis does");
	return r;
}

/* Which server is to be asked. */
static int
find_server(struct kv *kv, struct redis_at *out, char *why, size_t why_len)
{
	if (sentinel_is_used(kv->set))
		return sentinel_find(kv->set, &kv->arena, out, why, why_len);
	*out = (struct redis_at){ .socket = kv->set->redis_socket,
		.port = kv->set->redis_port };
	memcpy(out->host, kv->set->redis_host, sizeof(out->host));
	return 0;
}

/* One that sentinels name may have become a replica meanwhile. */
static int
ask_role(struct kv *kv, char *why, size_t why_len)
{
	struct kv_reply reply;
	int r;

	if (!sentinel_is_used(kv->set))
		return 0;
	say(kv, 2,
	    (struct span[]){ SPAN_LIT("INFO"), SPAN_LIT("replication") });
	r = last_reply(kv, why, why_len, &reply);
	if (r != 0)
		return r;
	if (reply.type == KV_STR
	    && strstr(reply.str.p, "\nrole:master\r") != NULL)
		return 0;
	snprintf(why, why_len, "it is no master");
	return KV_F_AWAY;
}

static int
open_server(struct kv *kv, char *why, size_t why_len)
{
	int r;

	arena_reset(&kv->arena);
	r = find_server(kv, &kv->at, why, why_len);
	if (r != 0)
		return r;
	r = redis_open(kv->set, &kv->at, &kv->redis);
	if (r != 0)
		snprintf(why, why_len, "%s", redis_why(kv->redis));
	return r;
}

static int
connect_now(struct kv *kv)
{
	char why[128] = "";
	int r;

	r = open_server(kv, why, sizeof(why));
	if (r == 0 && FAULT_FAIL("kv.connect"))
		r = -ECONNREFUSED;
	if (r == 0)
		r = greet(kv, why, sizeof(why));
	if (r == 0)
		r = ask_role(kv, why, sizeof(why));
	if (r == 0) {
		kv->generation++;
		kv->used_us = clock_mono_us();
		return 0;
	}
	LOG(ERROR, "redis-unreachable", LFAULT(r), LSTR("reason", why));
	hang_up(kv);
	failed(kv, false);
	return r;
}

/* A restart need not cost the next request a fault. */
static bool
gone_while_idle(const struct kv *kv)
{
	return clock_mono_us() - kv->used_us >= IDLE_US
	    && !redis_is_quiet(kv->redis);
}

static int
connected(struct kv *kv)
{
	if (kv->redis != NULL && gone_while_idle(kv)) {
		LOG(INFO, "redis-connection-ended");
		hang_up(kv);
	}
	return kv->redis != NULL ? 0 : connect_now(kv);
}

/* --- commands ---------------------------------------------------------- */

static int
receive(struct kv *kv, struct arena *a, struct kv_reply *out)
{
	int r;

	if (FAULT_FAIL("kv.send"))
		redis_cut(kv->redis);
	r = redis_receive(kv->redis, a, out);
	if (r != 0)
		return broken(kv, r, redis_why(kv->redis));
	if (FAULT_FAIL("kv.answer")) {
		hang_up(kv);
		return -ETIMEDOUT;
	}
	return 0;
}

/* The command in kv->wire, for an open connection. */
static int
exchange(struct kv *kv, struct arena *a, struct kv_reply *out)
{
	int r;

	FAULT_POINT("kv.before_send");
	append(kv);
	r = receive(kv, a, out);
	FAULT_POINT("kv.after_answer");
	if (r == 0)
		r = judge(kv, out, 1);
	return settle(kv, r);
}

static int
refused(const char *what, const struct kv_reply *reply)
{
	LOG(ERROR, "redis-refused", LSTR("command", what),
	    LSPAN("reason", reply->str));
	return KV_F_REFUSED;
}

/* A write, to see whether there can be any. */
static int
prove(struct kv *kv)
{
	struct kv_reply reply;
	int r;

	arena_reset(&kv->arena);
	kv_wire_clear(&kv->wire);
	kv_wire_add(&kv->wire, 5,
	    (struct span[]){ SPAN_LIT("SET"), key_job(&kv->arena, "probe"),
		SPAN_LIT("1"), SPAN_LIT("EX"), SPAN_LIT("60") });
	r = exchange(kv, &kv->arena, &reply);
	if (r == 0 && reply.type == KV_ERROR)
		r = refused("SET", &reply);
	if (r != 0)
		return r;
	atomic_store(&kv->breaker->full, false);
	answered(kv);
	return 0;
}

/* Whether to ask now; after that there is a connection. Who is the probe of a
 * Redis that took no writes asks with one first: a read would only find that
 * it reads. */
static int
ready(struct kv *kv)
{
	bool full = breaker_state(kv->breaker) != BREAKER_CLOSED
	    && atomic_load(&kv->breaker->full);
	int r;

	if (full && kv->freeing)
		return connected(kv);
	if (!breaker_allows(kv->breaker, clock_mono_us()))
		return KV_F_AWAY;
	r = connected(kv);
	return r == 0 && full ? prove(kv) : r;
}

int
kv_probe(struct kv *kv)
{
	int r = ready(kv);

	return r == 0 ? prove(kv) : r;
}

void
kv_freeing(struct kv *kv, bool freeing)
{
	kv->freeing = freeing;
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
	kv_wire_clear(&kv->wire);
	kv_wire_add(&kv->wire, argc, argv);
	return exchange(kv, a, out);
}

int
kv_confirm(struct kv *kv)
{
	struct redis_at master;
	char why[128] = "";
	int r = ready(kv);

	if (r != 0 || !sentinel_is_used(kv->set))
		return r;
	arena_reset(&kv->arena);
	r = find_server(kv, &master, why, sizeof(why));
	if (r == 0 && !redis_at_same(&master, &kv->at)) {
		snprintf(why, sizeof(why), "%.100s is the master", master.host);
		r = KV_F_AWAY;
	}
	if (r == 0)
		r = ask_role(kv, why, sizeof(why));
	if (r == 0)
		return 0;
	LOG(ERROR, "redis-not-believed", LFAULT(r), LSTR("reason", why));
	hang_up(kv);
	failed(kv, false);
	return r;
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
	return span_starts(text, SPAN_LIT("UNKILLABLE")) ? KV_E_UNKILLABLE : r;
}

static int
kill_once(struct kv *kv, char *why, size_t why_len)
{
	struct kv_reply reply;

	say(kv, 2, (struct span[]){ SPAN_LIT("SCRIPT"), SPAN_LIT("KILL") });
	return last_reply(kv, why, why_len, &reply);
}

/* A kill only marks the script: until it looks, Redis may answer BUSY to the
 * next command. So it is asked for again, until there is nothing to kill.
 * Source: Redis 7.0, src/script.c, scriptInterrupt and scriptKill. */
static int
kill_to_the_end(struct kv *kv, char *why, size_t why_len)
{
	int64_t late_us = clock_mono_us()
	    + kv->set->redis_command_ms * US_PER_MS;
	int r;

	log_in(kv);
	r = kill_once(kv, why, why_len);
	if (r == 0)
		LOG(WARN, "redis-script-killed");
	while (r == 0 && clock_mono_us() < late_us) {
		arena_reset(&kv->arena);
		r = kill_once(kv, why, why_len);
	}
	return r == 0 ? -ETIMEDOUT : r;
}

int
kv_kill_script(struct kv *kv)
{
	char why[128] = "";
	int r;

	hang_up(kv);
	r = open_server(kv, why, sizeof(why));
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
	kv_wire_clear(&kv->wire);
	kv_wire_add(&kv->wire, argc, argv);
	append(kv);
}

/* All scripts in one round trip, after the server has forgotten one. Where one
 * is refused the others' answers are still to come, and settle hangs up. */
static int
load_scripts(struct kv *kv, struct arena *a)
{
	const struct span load[] = { SPAN_LIT("SCRIPT"), SPAN_LIT("LOAD") };
	struct kv_reply reply;
	int r = 0;

	for (size_t i = 0; scripts_all[i]->name != NULL; i++) {
		kv_wire_clear(&kv->wire);
		kv_wire_add(&kv->wire, ARRAY_LEN(load), load);
		kv_wire_add(&kv->wire, 1, &scripts_all[i]->text);
		append(kv);
	}
	while (r == 0 && kv->redis != NULL && redis_owes(kv->redis) > 0) {
		r = receive(kv, a, &reply);
		if (r == 0)
			r = judge(kv, &reply, 1);
		if (r == 0 && reply.type == KV_ERROR)
			r = refused("SCRIPT LOAD", &reply);
	}
	return r;
}

static bool
is_noscript(const struct kv_reply *reply)
{
	return reply->type == KV_ERROR
	    && span_starts(reply->str, SPAN_LIT("NOSCRIPT"));
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
	r = settle(kv, r);
	if (r == 0 && forgotten && kv->redis != NULL)
		r = settle(kv, load_scripts(kv, a));
	return r;
}

/* --- scripts ----------------------------------------------------------- */

/* EVALSHA digest or EVAL text, then the keys and arguments. n_text is the
 * caller's: it must live until the command is appended. */
static void
wire_script(struct kv *kv, const char *command, struct span script,
    char n_text[16], int n_keys)
{
	int len = snprintf(n_text, 16, "%d", n_keys);

	kv_wire_clear(&kv->wire);
	kv_wire_add(&kv->wire, 3,
	    (struct span[]){ span_str(command), script,
		{ n_text, (size_t)len } });
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
	wire_script(kv, "EVALSHA", span_str(script->sha1), n_text, n_keys);
	kv_wire_add(&kv->wire, n_keys, keys);
	kv_wire_add(&kv->wire, n_args, args);
	r = exchange(kv, a, out);
	if (r == 0 && is_noscript(out)) {
		/* It did not run; EVAL runs it and makes it known again. */
		kv->wire.argv[0] = SPAN_LIT("EVAL");
		kv->wire.argv[1] = script->text;
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
	wire_script(kv, "EVALSHA", span_str(script->sha1), n_text, n_keys);
	kv_wire_add(&kv->wire, n_keys, keys);
	kv_wire_add(&kv->wire, n_args, args);
	append(kv);
}
