/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limit - how often one user or one address may do something
 *
 * Layer: domain.  Uses: base, store, limit_near.
 */
#include "limit/limit.h"

#include "base/address.h"
#include "base/cells.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "limit/limit_near.h"
#include "store/keys.h"
#include "store/script.h"

#include <assert.h>
#include <inttypes.h>

SHARED_PART(refused, atomic_llong[LIMIT_N], NULL);

#define AT(field) offsetof(struct settings, field)

const struct limit_row limit_rows[LIMIT_N] = {
	[LIMIT_HOLD] = { "hold", LIMIT_BY_USER, LIMIT_IN_HOLDS, AT(limit_hold),
	    "holds of a performance" },
	[LIMIT_HOARD] = { "hoard", LIMIT_BY_USER, LIMIT_IN_HOLDS,
	    AT(hoard_budget),
	    "seats of a performance times seconds, held and "
	    "given back" },
	[LIMIT_LOGIN] = { "login", LIMIT_BY_ADDRESS, LIMIT_IN_REDIS,
	    AT(limit_login), "logins" },
	[LIMIT_SIGNUP] = { "signup", LIMIT_BY_ADDRESS, LIMIT_IN_REDIS,
	    AT(limit_signup), "new users" },
	[LIMIT_SESSION] = { "session", LIMIT_BY_ADDRESS, LIMIT_IN_REDIS,
	    AT(limit_session), "refreshed and ended sessions" },
	[LIMIT_PAY] = { "pay", LIMIT_BY_USER, LIMIT_IN_POOL, AT(limit_pay),
	    "payments, repeated ones too" },
	[LIMIT_QUEUE] = { "queue", LIMIT_BY_USER, LIMIT_IN_POOL,
	    AT(limit_queue), "times in and out of lines" },
	[LIMIT_POLL] = { "poll", LIMIT_BY_USER, LIMIT_IN_POOL, AT(limit_poll),
	    "questions for a place in a line" },
	[LIMIT_WRITE] = { "write", LIMIT_BY_USER, LIMIT_IN_REDIS,
	    AT(limit_write), "other writes of a buyer" },
	[LIMIT_LOGS] = { "logs", LIMIT_BY_ADDRESS, LIMIT_IN_REDIS,
	    AT(limit_logs), "log entries of clients" },
};

void
limit_rate(const struct settings *set, enum limit_name name, struct rate *out)
{
	const char *text = (const char *)set + limit_rows[name].setting;
	bool good;

	if (name == LIMIT_HOARD) {
		*out = (struct rate){ set->hoard_budget, HOARD_WINDOW_S,
			set->hoard_budget };
		return;
	}
	good = rate_read(span_str(text), out);
	/* The settings were checked. */
	assert(good);
	(void)good;
}

atomic_llong *
limit_refused(struct shared *shared)
{
	return shared_part(shared, &refused);
}

struct span
limit_hold_arg(struct arena *a, const struct settings *set)
{
	struct rate rate;

	limit_rate(set, LIMIT_HOLD, &rate);
	if (rate.quota == 0 && set->hoard_budget == 0)
		return SPAN_LIT("");
	return span_str(arena_printf(a, "%" PRId64 "/%" PRId64 "/%" PRId64,
	    rate.quota == 0 ? 0 : rate_interval_ms(&rate), rate.burst,
	    set->hoard_budget));
}

/* ---- who ---- */

static struct span
text_of(struct ctx *ctx, const struct limit_row *row, int64_t user,
    struct span address)
{
	if (row->by == LIMIT_BY_ADDRESS)
		return address_subscriber(&ctx->arena, address);
	assert(user > 0);
	return span_str(arena_printf(&ctx->arena, "u%" PRId64, user));
}

static uint64_t
number_of(struct ctx *ctx, enum limit_name name, int64_t user,
    struct span address)
{
	const struct limit_row *row = &limit_rows[name];
	uint8_t digest[SHA256_LEN];
	uint64_t number;

	if (row->by == LIMIT_BY_USER)
		return cells_spread((uint64_t)user << 8 | name);
	crypto_hmac_sha256(span_str(ctx->set.token_key),
	    key_rate(&ctx->arena, row->name, text_of(ctx, row, user, address)),
	    digest);
	memcpy(&number, digest, sizeof(number));
	return number;
}

/* ---- the count ---- */

/* returns: any limit_outcome; < 0 where Redis does not say */
static int
take_in_redis(struct ctx *ctx, struct span who, int64_t n,
    struct limit_told *told)
{
	struct arena *a = &ctx->arena;
	const struct span key = key_rate(a, limit_rows[told->name].name, who);
	const struct span args[] = { arena_i64(a, clock_faked_ms()),
		arena_i64(a, rate_interval_ms(&told->rate)),
		arena_i64(a, told->rate.burst), arena_i64(a, n) };
	struct kv_reply reply;
	int r = kv_script(ctx->kv, a, &script_limit_take, 1, &key,
	    ARRAY_LEN(args), args, &reply);

	if (r < 0)
		return r;
	if (reply.type != KV_ARRAY || reply.n != 3)
		return kv_nonsense(ctx->kv, script_limit_take.name);
	told->left = reply.items[1].i64;
	told->wait_ms = reply.items[2].i64;
	return reply.items[0].i64 == 1 ? LIMIT_OK : LIMIT_E_MANY;
}

int
limit_take(struct ctx *ctx, enum limit_name name, int64_t user,
    struct span address, int64_t n, struct limit_told *told)
{
	const struct limit_row *row = &limit_rows[name];
	int r = -1;

	*told = (struct limit_told){ .name = name };
	limit_rate(&ctx->set, name, &told->rate);
	if (told->rate.quota == 0)
		return LIMIT_OK;
	n = MIN(n, told->rate.burst);
	if (row->keeper == LIMIT_IN_REDIS)
		r = take_in_redis(ctx, text_of(ctx, row, user, address), n,
		    told);
	if (r >= 0)
		return r;
	return limit_near_take(ctx->shared, number_of(ctx, name, user, address),
	    &told->rate, n, ctx->now_ms, told);
}

int
limit_take_hold(struct ctx *ctx, int64_t user, int64_t performance,
    struct limit_told *told)
{
	uint64_t who = cells_spread(cells_spread((uint64_t)user)
	    ^ (uint64_t)performance);

	*told = (struct limit_told){ .name = LIMIT_HOLD };
	limit_rate(&ctx->set, LIMIT_HOLD, &told->rate);
	if (told->rate.quota == 0)
		return LIMIT_OK;
	return limit_near_take(ctx->shared, who, &told->rate, 1, ctx->now_ms,
	    told);
}
