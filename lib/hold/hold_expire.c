/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_expire - free the seats of holds that nobody paid in time
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#include "hold/hold_expire.h"

#include "base/fault.h"
#include "hold/hold_script.h"
#include "seat/seat_loaded.h"

/* One script call: it must stay short. */
#define EXPIRE_MAX 100
/* A map never keeps the others waiting longer than so many calls. */
#define CALLS_MAX 50

/* How many expired does not tell whether there is more: much of what is due is
 * only to be forgotten.
 *
 * returns: 0 nothing more is due; 1 there is more; < 0 a fault */
static int
expire_some(struct ctx *ctx, int64_t performance, int64_t now_ms,
    size_t *n_expired)
{
	struct seat_call call = { .performance = performance,
		.script = &script_hold_expire,
		.frees = true };
	int64_t due_ms;
	size_t n;
	int r;

	seat_arg(&call, seat_now(ctx));
	hold_arg_journal(ctx, &call);
	seat_arg(&call, seat_number(ctx, EXPIRE_MAX));
	FAULT_POINT("expire.before_script");
	r = hold_call(ctx, &call);
	FAULT_POINT("expire.after_script");
	if (r != 0)
		return r < 0 ? r : 0;
	n = call.reply.n > 2 ? (call.reply.n - 2) / 3 : 0;
	*n_expired += n;
	r = hold_keep_expired(ctx, &call, 2);
	if (r < 0)
		return r;
	return span_to_i64(seat_reply(&call.reply, 1), &due_ms)
		&& due_ms <= now_ms
	    ? 1
	    : 0;
}

int
hold_expire_round(struct ctx *ctx, size_t *n_expired)
{
	struct seat_loaded *maps;
	int64_t redis_ms;
	size_t n;
	int r;

	*n_expired = 0;
	kv_freeing(ctx->kv, true);
	r = seat_loaded_list(ctx, &maps, &n, &redis_ms);
	kv_freeing(ctx->kv, false);
	for (size_t i = 0; i < n && r >= 0; i++) {
		if (maps[i].due_ms == 0 || maps[i].due_ms > redis_ms)
			continue;
		r = 1;
		for (int k = 0; k < CALLS_MAX && r == 1; k++)
			r = expire_some(ctx, maps[i].performance, redis_ms,
			    n_expired);
	}
	return r < 0 ? r : 0;
}
