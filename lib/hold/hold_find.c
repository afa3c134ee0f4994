/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_find - a hold, or all of a user's, as they are now
 *
 * Layer: domain.  Uses: base, store, seat, hold_script, hold_database.
 */
#include "hold/hold_find.h"

#include "hold/hold_database.h"
#include "hold/hold_script.h"

/* returns: 0; 1 no live map, or no such hold there; < 0 a fault */
static int
find_in_redis(struct ctx *ctx, const struct hold_token *token, struct hold *out)
{
	struct seat_call call = { .performance = token->performance,
		.script = &script_hold_find };
	int r;

	hold_call_begin(ctx, &call, &script_hold_find, token);
	r = hold_call(ctx, &call);
	if (r != 0)
		return r;
	if (!seat_said(&call.reply, "ok"))
		return 1;
	return hold_from_reply(ctx, &call, token, seat_reply(&call.reply, 1),
	    SPAN_NONE, out);
}

int
hold_find(struct ctx *ctx, int64_t user, struct span text, struct hold *out)
{
	struct hold_token token;
	int r;

	if (!hold_token_read(text, &token))
		return HOLD_E_NONE;
	r = find_in_redis(ctx, &token, out);
	if (hold_database_reads(r))
		return hold_database_find(ctx, user, &token, r, out);
	if (r < 0)
		return r;
	if (r > 0 || out->is.status == HOLD_PAID) {
		r = hold_forgotten(ctx, &token, user, out);
		return r == HOLD_E_PAID ? HOLD_OK : r;
	}
	if (out->is.user != user)
		return HOLD_E_NONE;
	if (out->is.status == HOLD_HELD || out->is.status == HOLD_PAYING)
		return HOLD_OK;
	return hold_over(out->is.status);
}

int
hold_list(struct ctx *ctx, int64_t user, int64_t performance, struct hold **out,
    size_t *n)
{
	struct seat_call call = { .performance = performance,
		.script = &script_hold_list };
	int r;

	seat_arg(&call, seat_now(ctx));
	seat_arg(&call, seat_number(ctx, user));
	r = hold_call(ctx, &call);
	if (hold_database_reads(r))
		return hold_database_list(ctx, user, performance, out, n);
	if (r != 0)
		return r;
	*out = ARENA_ARRAY(&ctx->arena, call.reply.n / 2 + 1, struct hold);
	*n = 0;
	for (size_t i = 1; i + 1 < call.reply.n; i += 2) {
		struct hold_token token = { performance, { 0 } };
		struct span bytes = seat_reply(&call.reply, i);

		if (bytes.len != sizeof(token.random))
			continue;
		memcpy(token.random, bytes.p, bytes.len);
		r = hold_from_reply(ctx, &call, &token,
		    seat_reply(&call.reply, i + 1), SPAN_NONE, &(*out)[*n]);
		if (r < 0)
			return r;
		(*n)++;
	}
	return HOLD_OK;
}
