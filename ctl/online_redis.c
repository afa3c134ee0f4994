/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * online_redis - is Redis there, and may the user run what the programs run?
 *
 * Redis checks a user's rights when a command is queued behind MULTI, and
 * DISCARD forgets it: so each can be asked and none is run.
 *
 * Layer: ctl (private to online).  Uses: store.
 */
#include "ctl/online.h"

#include "base/strbuf.h"
#include "store/keys.h"

/* What the programs and their scripts run, in a form that Redis would take;
 * K stands for a key of ours. A lint compares this with the sources. */
static const char *const commands[] = {
	"APPEND K x",
	"BITFIELD K GET u8 0",
	"DEL K",
	"EVAL return 0",
	"EVALSHA x 0",
	"EXISTS K",
	"EXPIRE K 1",
	"GET K",
	"GETRANGE K 0 0",
	"HDEL K x",
	"HGET K x",
	"HGETALL K",
	"HEXISTS K x",
	"HINCRBY K x 1",
	"HKEYS K",
	"HLEN K",
	"HMGET K x",
	"HSCAN K 0",
	"HSET K x 1",
	"INFO server",
	"LINDEX K 0",
	"LRANGE K 0 0",
	"LTRIM K 0 0",
	"PEXPIRE K 1",
	"PERSIST K",
	"PFADD K x",
	"PFCOUNT K",
	"PING",
	"RPUSH K x",
	"SADD K x",
	"SCRIPT KILL",
	"SCRIPT LOAD return",
	"SET K x",
	"SETRANGE K 0 x",
	"SISMEMBER K x",
	"SMEMBERS K",
	"SREM K x",
	"STRLEN K",
	"TIME",
	"UNLINK K",
	"XADD K * x 1",
	"XGROUP CREATE K g 0 MKSTREAM",
	"XRANGE K - +",
	"XREADGROUP GROUP g c STREAMS K >",
	"XREVRANGE K + -",
	"XTRIM K MAXLEN 0",
	"ZADD K 0 x",
	"ZCARD K",
	"ZMSCORE K x",
	"ZRANGE K 0 0",
	"ZRANGEBYSCORE K 0 0",
	"ZRANK K x",
	"ZREM K x",
	"ZSCORE K x",
};
#define WORDS_MAX 8

static void
queue(struct ctl *ctl, const char *command)
{
	struct span rest = span_str(command), argv[WORDS_MAX];
	int n = 0;

	while (span_is(rest) && n < WORDS_MAX) {
		argv[n] = span_cut(&rest, ' ');
		if (span_eq_str(argv[n], "K"))
			argv[n] = key_job(&ctl->ctx.arena, "check-config");
		n++;
	}
	kv_queue(ctl->ctx.kv, n, argv);
}

/* Nothing runs unless Redis keeps what is queued. */
static bool
can_queue(struct ctl *ctl)
{
	struct kv_reply replies[2];

	queue(ctl, "MULTI");
	queue(ctl, "DISCARD");
	return kv_run(ctl->ctx.kv, &ctl->ctx.arena, 2, replies) == 0
	    && replies[0].type != KV_ERROR && replies[1].type != KV_ERROR;
}

/* out: the names of those refused, each with a blank before */
static int
ask_commands(struct ctl *ctl, struct strbuf *refused)
{
	struct kv_reply replies[ARRAY_LEN(commands) + 2];
	int r;

	queue(ctl, "MULTI");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		queue(ctl, commands[i]);
	queue(ctl, "DISCARD");
	r = kv_run(ctl->ctx.kv, &ctl->ctx.arena, ARRAY_LEN(replies), replies);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(commands); i++) {
		struct span rest = span_str(commands[i]);
		struct span name = span_cut(&rest, ' ');

		if (replies[1 + i].type != KV_ERROR)
			continue;
		strbuf_printf(refused, " %.*s", (int)name.len, name.p);
		if (span_eq_str(name, "SCRIPT"))
			strbuf_printf(refused, " %.*s",
			    (int)strcspn(rest.p, " "), rest.p);
	}
	return r;
}

bool
online_redis(struct ctl *ctl)
{
	static const char name[] = "redis";
	struct kv *kv = ctl->ctx.kv;
	struct span ping = SPAN_LIT("PING");
	struct kv_reply reply;
	struct strbuf refused;
	int r;

	r = kv_try(kv, &ctl->ctx.arena, 1, &ping, &reply);
	if (r == KV_F_REFUSED)
		return online_not_ok(name,
		    "it does not let us in, see the "
		    "lines on standard error; look at [redis] user, password "
		    "and db, and at the user's +info");
	if (r != 0)
		return online_not_ok(name,
		    "it cannot be reached, see the "
		    "lines on standard error; look at [redis] socket, host "
		    "and port");
	if (!can_queue(ctl))
		return online_not_ok(name,
		    "the user may not run MULTI and "
		    "DISCARD; give it the rights of examples/redis/"
		    "boxoffice.acl");
	strbuf_init(&refused, &ctl->ctx.arena, 0);
	if (ask_commands(ctl, &refused) != 0)
		return online_not_ok(name,
		    "it went away, see the lines on "
		    "standard error");
	if (refused.len > 0)
		return online_not_ok(name,
		    "the user may not run%s; give it "
		    "the rights of examples/redis/boxoffice.acl",
		    strbuf_get(&refused).p);
	return online_ok(name, "run id %s, the user may run what is needed",
	    kv_run_id(kv));
}
