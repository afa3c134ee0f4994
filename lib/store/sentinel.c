/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sentinel - see sentinel.h
 *
 * Layer: store.
 */
#include "store/sentinel.h"

#include "base/log.h"
#include "store/fault_name.h"
#include "store/kv_wire.h"
#include "store/redis_door.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- the list ---- */

/* "host:port" or "[address]:port". */
static bool
read_one(struct span word, struct redis_at *out)
{
	const char *colon = word.len == 0 ? NULL
					  : memrchr(word.p, ':', word.len);
	struct span host, port;

	if (colon == NULL)
		return false;
	host = (struct span){ word.p, (size_t)(colon - word.p) };
	port = (struct span){ colon + 1, word.len - host.len - 1 };
	if (host.len > 2 && host.p[0] == '[' && host.p[host.len - 1] == ']')
		host = (struct span){ host.p + 1, host.len - 2 };
	else if (host.len == 0 || host.p[0] == '['
	    || memchr(host.p, ':', host.len) != NULL)
		return false;
	*out = (struct redis_at){ .socket = "" };
	if (host.len >= sizeof(out->host) || !span_to_i64(port, &out->port)
	    || out->port < 1 || out->port > 65535)
		return false;
	memcpy(out->host, host.p, host.len);
	return true;
}

/* returns: how many; -1 where one is wrong, or there are too many */
static int
read_list(const char *list, struct redis_at out[SENTINELS_MAX])
{
	struct span rest = span_str(list);
	int n = 0;

	while (rest.len > 0) {
		struct span word = span_cut(&rest, ' ');

		if (word.len == 0)
			continue;
		if (n == SENTINELS_MAX || !read_one(word, &out[n++]))
			return -1;
	}
	return n;
}

bool
sentinel_list_ok(const char *list)
{
	struct redis_at all[SENTINELS_MAX];

	return read_list(list, all) > 0;
}

bool
redis_at_same(const struct redis_at *a, const struct redis_at *b)
{
	return a->port == b->port && strcasecmp(a->host, b->host) == 0;
}

/* ---- asking ---- */

static void
say(struct redis *redis, struct kv_wire *wire, int n, const struct span *words)
{
	struct span command;

	kv_wire_clear(wire);
	kv_wire_add(wire, n, words);
	command = kv_wire_write(wire);
	redis_send(redis, command.p, command.len);
}

/* The answer to each word that was said; out is the last. */
static int
hear(struct redis *redis, struct arena *a, struct kv_reply *out)
{
	int r = 0;

	while (r == 0 && redis_owes(redis) > 0) {
		r = redis_receive(redis, a, out);
		if (r == 0 && out->type == KV_ERROR)
			r = KV_F_REFUSED;
	}
	return r;
}

static int
take_address(const struct kv_reply *reply, struct redis_at *out)
{
	const struct kv_reply *host = reply->items;

	*out = (struct redis_at){ .socket = "" };
	if (reply->type != KV_ARRAY || reply->n != 2 || host->type != KV_STR
	    || host->str.len == 0 || host->str.len >= sizeof(out->host)
	    || reply->items[1].type != KV_STR
	    || !span_to_i64(reply->items[1].str, &out->port))
		return KV_F_PROTOCOL;
	memcpy(out->host, host->str.p, host->str.len);
	return 0;
}

static int
ask(const struct settings *set, struct arena *a, struct redis *redis,
    struct redis_at *out)
{
	const struct span password = span_str(set->redis_sentinel_password);
	struct kv_wire wire = { 0 };
	struct kv_reply reply = { 0 };
	int r;

	if (password.len > 0)
		say(redis, &wire, 2,
		    (struct span[]){ SPAN_LIT("AUTH"), password });
	say(redis, &wire, 3,
	    (struct span[]){ SPAN_LIT("SENTINEL"),
		SPAN_LIT("get-master-addr-by-name"),
		span_str(set->redis_sentinel_name) });
	r = hear(redis, a, &reply);
	kv_wire_fini(&wire);
	return r == 0 ? take_address(&reply, out) : r;
}

static int
ask_one(const struct settings *set, struct arena *a,
    const struct redis_at *sentinel, struct redis_at *out)
{
	struct redis *redis;
	int r;

	r = redis_open(set, sentinel, &redis);
	if (r == 0)
		r = ask(set, a, redis, out);
	redis_close(redis);
	if (r != 0)
		LOG(WARN, "sentinel-unreachable", LFAULT(r),
		    LSTR("host", sentinel->host), LINT("port", sentinel->port));
	return r;
}

int
sentinel_find(const struct settings *set, struct arena *a, struct redis_at *out,
    char *why, size_t why_len)
{
	struct redis_at all[SENTINELS_MAX], named[SENTINELS_MAX];
	int n = read_list(set->redis_sentinels, all), n_named = 0;

	for (int i = 0; i < n; i++) {
		int same = 1;

		if (ask_one(set, a, &all[i], &named[n_named]) != 0)
			continue;
		for (int k = 0; k < n_named; k++)
			same += redis_at_same(&named[k], &named[n_named]);
		if (same > n / 2) {
			*out = named[n_named];
			return 0;
		}
		n_named++;
	}
	snprintf(why, why_len,
	    "of %d sentinels %d name a master, and most of all name none", n,
	    n_named);
	return KV_F_AWAY;
}
