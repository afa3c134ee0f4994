/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_script - what the hold scripts answer, as holds
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#include "hold/hold_script.h"

#include "catalog/terms.h"
#include "hold/hold_journal.h"
#include "journal/journal.h"
#include "limit/limit.h"
#include "seat/seat_state.h"

void
hold_call_begin(struct ctx *ctx, struct seat_call *call,
    const struct script *script, const struct hold_token *token)
{
	call->performance = token->performance;
	call->script = script;
	call->n_args = 0;
	call->hints = NULL;
	call->holder = call->held_len = 0;
	call->frees = false;
	seat_arg(call, seat_now(ctx));
	call->hold = hold_token_bytes(token);
	seat_arg(call, call->hold);
}

static bool
is_behind(struct ctx *ctx)
{
	return ctx->set.hold_durability == HOLDS_BEHIND
	    && journal_keeps_up(ctx);
}

void
hold_arg_journal(struct ctx *ctx, struct seat_call *call)
{
	bool journal = ctx->set.hold_durability != HOLDS_REDIS;

	call->hints = journal ? &journal_consumer : NULL;
	seat_arg(call, journal ? SPAN_LIT("1") : SPAN_LIT(""));
}

void
hold_arg_limits(struct ctx *ctx, struct seat_call *call, int64_t user)
{
	seat_arg(call,
	    hold_by_till(user) ? SPAN_LIT("")
			       : limit_hold_arg(&ctx->arena, &ctx->set));
}

int
hold_call(struct ctx *ctx, struct seat_call *call)
{
	int r = seat_call(ctx, call);

	return r == SEAT_E_NONE ? HOLD_E_NONE : r;
}

int
hold_nonsense(struct ctx *ctx, const struct seat_call *call)
{
	return kv_nonsense(ctx->kv, call->script->name);
}

int
hold_from_reply(struct ctx *ctx, const struct seat_call *call,
    const struct hold_token *token, struct span record, struct span id,
    struct hold *out)
{
	struct span seq = id;
	bool good;

	*out = (struct hold){ .epoch = call->epoch,
		.logged = call->hints != NULL && is_behind(ctx),
		.token = hold_token_text(&ctx->arena, token) };
	good = hold_record_read(token, record, &out->is);
	if (good && span_is(id)) {
		good = span_to_i64(span_cut(&seq, '-'), &out->log_ms)
		    && span_to_i64(seq, &out->log_seq);
		out->version = seat_version(ctx, call->epoch, id);
	}
	if (!good)
		return hold_nonsense(ctx, call);
	return terms_currency(ctx, token->performance, out->is.price_version,
	    out->currency);
}

int
hold_keep(struct ctx *ctx, struct hold *holds, size_t n)
{
	int r = 0;

	if (ctx->set.hold_durability == HOLDS_REDIS)
		return 0;
	for (size_t i = 0; i < n && r == 0; i++)
		if (!holds[i].logged)
			r = hold_journal_write(ctx, &holds[i]);
	return r;
}

int
hold_keep_expired(struct ctx *ctx, const struct seat_call *call, size_t first)
{
	const struct kv_reply *reply = &call->reply;
	struct hold *holds;
	size_t n = 0;

	if (reply->n <= first)
		return 0;
	holds = ARENA_ARRAY(&ctx->arena, (reply->n - first) / 3, struct hold);
	for (size_t i = first; i + 2 < reply->n; i += 3) {
		struct hold_token token = { call->performance, { 0 } };
		struct span bytes = seat_reply(reply, i + 1);
		int r;

		if (bytes.len != sizeof(token.random))
			continue;
		memcpy(token.random, bytes.p, bytes.len);
		r = hold_from_reply(ctx, call, &token, seat_reply(reply, i + 2),
		    seat_reply(reply, i), &holds[n]);
		if (r < 0)
			return r;
		n++;
	}
	return hold_keep(ctx, holds, n);
}

int
hold_journaled(struct ctx *ctx, const struct hold_token *token, int64_t user,
    struct hold *out)
{
	int r;

	*out = (struct hold){ .again = false };
	r = hold_journal_find(ctx, token, out);
	if (r < 0)
		return r;
	if (r > 0 || out->is.user != user)
		return HOLD_E_NONE;
	if ((out->is.status == HOLD_HELD || out->is.status == HOLD_PAYING)
	    && out->is.ends_ms > ctx->now_ms)
		return HOLD_OK;
	return hold_over(out->is.status);
}

/* Redis has forgotten it: it lapsed long ago, or Redis lost it. */
int
hold_forgotten(struct ctx *ctx, const struct hold_token *token, int64_t user,
    struct hold *out)
{
	int r = hold_journaled(ctx, token, user, out);

	return r == HOLD_OK ? HOLD_E_LOST : r;
}

int
hold_answer(struct ctx *ctx, const struct seat_call *call,
    const struct hold_token *token, int64_t user, struct hold *out)
{
	const struct kv_reply *reply = &call->reply;
	struct span record = seat_reply(reply, 1);
	bool ended = seat_said(reply, "ended");
	int r = 0;

	if (seat_said(reply, "none"))
		return hold_forgotten(ctx, token, user, out);
	if (span_is(record))
		r = hold_from_reply(ctx, call, token, record,
		    seat_reply(reply, 2), out);
	if (r == 0 && ended && out->is.status == HOLD_PAID)
		return hold_forgotten(ctx, token, user, out);
	if (r < 0 || seat_said(reply, "paying"))
		return r < 0 ? r : HOLD_E_PAYING;
	if (!ended && !seat_said(reply, "ok"))
		return hold_nonsense(ctx, call);
	if (span_is(out->version))
		r = hold_keep(ctx, out, 1);
	if (r < 0)
		return r;
	return ended ? hold_over(out->is.status) : HOLD_OK;
}

int
hold_over(char status)
{
	if (status == HOLD_LOST)
		return HOLD_E_LOST;
	return status == HOLD_PAID ? HOLD_E_PAID : HOLD_E_EXPIRED;
}

void
hold_read_few(struct span text, int64_t *out)
{
	if (!span_to_i64(text, out))
		*out = 0;
}

void
hold_read_conflicts(struct ctx *ctx, const struct hold_record *asked,
    struct span letters, struct hold_conflicts *out)
{
	out->seats = ARENA_ARRAY(&ctx->arena, asked->n_seats,
	    struct seat_change);
	out->n = 0;
	for (size_t i = 0; i < asked->n_seats && i < letters.len; i++)
		if (letters.p[i] != SEAT_AVAILABLE)
			out->seats[out->n++] = (struct seat_change){
				asked->seats[i], letters.p[i]
			};
}
