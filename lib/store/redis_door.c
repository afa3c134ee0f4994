/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * redis_door - one connection to Redis; the door to hiredis
 *
 * hiredis 0.14 forgets the command time-out when it reconnects, so a broken
 * connection is never mended: it is closed and a new one is made.
 *
 * Layer: store.  Uses: base, settings.
 */
#include "store/redis_door.h"

#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <sys/socket.h>

/* How hiredis counts the elements of an array. */
#if HIREDIS_MAJOR >= 1
typedef size_t n_elements;
#else
typedef int n_elements;
#endif

/* What the arena may add to what it is asked for. */
#define ROUNDING 64

struct redis {
	redisContext *link;
	size_t n_owed;

	/* Where the reply that is being parsed goes. */
	struct arena *arena;
	struct kv_reply *reply;
};

/* ---- replies ---- */

/* hiredis parses straight into the arena: a reply of its own would be an
 * allocation for each element, and a copy. Its tasks lead from an element to
 * the array it is in. */
static struct kv_reply *
place_of(const redisReadTask *task)
{
	struct redis *redis = task->privdata;
	struct kv_reply *parent;

	if (task->parent == NULL)
		return redis->reply;
	parent = task->parent->obj;
	return &parent->items[task->idx];
}

/* A reply that says it is larger than a round may be makes no sense. NULL is
 * hiredis's "no memory". */
static bool
fits(const struct redis *redis, size_t n, size_t size)
{
	const struct arena *a = redis->arena;
	size_t taken = MIN(a->used + ROUNDING, a->limit);

	return n <= (a->limit - taken) / size;
}

static void *
take_string(const redisReadTask *task, char *p, size_t len)
{
	struct redis *redis = task->privdata;
	struct kv_reply *to = place_of(task);

	if (!fits(redis, len, 1))
		return NULL;
	*to = (struct kv_reply){
		.type = task->type == REDIS_REPLY_ERROR ? KV_ERROR : KV_STR
	};
	to->str = (struct span){ arena_dup(redis->arena, p, len), len };
	return to;
}

static void *
take_array(const redisReadTask *task, n_elements n)
{
	struct redis *redis = task->privdata;
	struct kv_reply *to = place_of(task);

	if (!fits(redis, (size_t)n, sizeof(*to)))
		return NULL;
	*to = (struct kv_reply){ .type = KV_ARRAY, .n = (size_t)n };
	to->items = ARENA_ARRAY(redis->arena, MAX(to->n, 1), struct kv_reply);
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

/* ---- the connection ---- */

/* What broke it; right after the call that failed, since errno tells. An
 * expired SO_RCVTIMEO is EAGAIN. */
static int
fault_of(const redisContext *link)
{
	int why = errno;

	switch (link->err) {
	case REDIS_ERR_IO:
		return why == EAGAIN ? -ETIMEDOUT : why != 0 ? -why : -EIO;
	case REDIS_ERR_EOF:
		return -ECONNRESET;
	case REDIS_ERR_PROTOCOL:
	case REDIS_ERR_OOM: /* of a reply: see fits */
		return KV_F_PROTOCOL;
	default: /* a name that does not resolve */
		return -EHOSTUNREACH;
	}
}

static struct timeval
timeval_ms(int64_t ms)
{
	return (struct timeval){ ms / 1000, ms % 1000 * 1000 };
}

int
redis_open(const struct settings *set, const struct redis_at *at,
    struct redis **out)
{
	struct timeval wait = timeval_ms(set->redis_connect_ms);
	struct redis *redis = mem_zget(sizeof(*redis));
	redisContext *link;

	errno = 0;
	link = at->socket[0] != '\0'
	    ? redisConnectUnixWithTimeout(at->socket, wait)
	    : redisConnectWithTimeout(at->host, (int)at->port, wait);
	if (link == NULL)
		mem_out(sizeof(*link));
	redis->link = link;
	*out = redis;
	if (link->err == 0)
		redisSetTimeout(link, timeval_ms(set->redis_command_ms));
	if (link->err == 0 && at->socket[0] == '\0')
		redisEnableKeepAlive(link);
	if (link->err != 0)
		return fault_of(link);
	link->reader->fn = &into_arena;
	link->reader->privdata = redis;
	return 0;
}

void
redis_close(struct redis *redis)
{
	if (redis == NULL)
		return;
	redisFree(redis->link);
	free(redis);
}

void
redis_send(struct redis *redis, const char *bytes, size_t len)
{
	/* Only memory can be missing. */
	if (redisAppendFormattedCommand(redis->link, bytes, len) != REDIS_OK)
		mem_out(len);
	redis->n_owed++;
}

int
redis_receive(struct redis *redis, struct arena *a, struct kv_reply *out)
{
	void *reply;

	assert(redis->n_owed > 0);
	redis->arena = a;
	redis->reply = out;
	errno = 0;
	if (redisGetReply(redis->link, &reply) != REDIS_OK)
		return fault_of(redis->link);
	redis->n_owed--;
	return 0;
}

size_t
redis_owes(const struct redis *redis)
{
	return redis->n_owed;
}

bool
redis_has_too_much(const struct redis *redis)
{
	const redisReader *reader = redis->link->reader;

	return redis->n_owed == 0 && reader->pos < reader->len;
}

bool
redis_is_quiet(const struct redis *redis)
{
	char byte;

	return recv(redis->link->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0
	    && errno == EAGAIN;
}

void
redis_cut(struct redis *redis)
{
	(void)shutdown(redis->link->fd, SHUT_RDWR);
}

const char *
redis_why(const struct redis *redis)
{
	return redis->link->errstr;
}
