/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_terms - a map goes by the terms of its performance
 *
 * Layer: domain.  Uses: base, store, catalog, seat_script.
 */
#include "seat/seat_terms.h"

#include "base/clock.h"
#include "base/fault.h"
#include "catalog/terms.h"
#include "seat/epoch.h"
#include "seat/seat_recovery.h"

/* A lobby takes people long before. */
static int64_t
ahead_ms(const struct terms *terms)
{
	return terms->queue_mode == QUEUE_LOBBY
	    ? (int64_t)terms->queue.lobby_s * MS_PER_S
	    : SEAT_AHEAD_MS;
}

bool
seat_is_wanted(const struct terms *terms, int64_t now_ms)
{
	return terms->status == PERFORMANCE_OPEN
	    && now_ms >= terms->sales_open_ms - ahead_ms(terms)
	    && now_ms < terms->sales_close_ms + SEAT_AFTER_MS;
}

/* '' where there is no line. */
static struct span
queue_text(struct ctx *ctx, const struct terms *t)
{
	const struct terms_queue *q = &t->queue;

	if (t->queue_mode == QUEUE_OFF)
		return SPAN_LIT("");
	return span_str(arena_printf(&ctx->arena, "%d %d %d %d %s %s",
	    q->active_limit, q->per_minute, q->grace_s * MS_PER_S,
	    q->claim_s * MS_PER_S, queue_statuses[q->status],
	    queue_modes[t->queue_mode]));
}

/* A performance that is not open closed at the beginning of time. */
void
seat_terms_args(struct ctx *ctx, const struct terms *t,
    struct span args[SEAT_TERMS_ARGS])
{
	bool open = t->status == PERFORMANCE_OPEN;
	const struct span all[SEAT_TERMS_ARGS] = {
		seat_number(ctx, t->meta_version), SPAN_LIT("open"),
		seat_number(ctx, t->sales_open_ms), SPAN_LIT("close"),
		seat_number(ctx, open ? t->sales_close_ms : 0), SPAN_LIT("max"),
		seat_number(ctx, t->seats_max), SPAN_LIT("prices"),
		seat_number(ctx, t->price_version), SPAN_LIT("queue"),
		queue_text(ctx, t)
	};

	memcpy(args, all, sizeof(all));
}

int
seat_retire(struct ctx *ctx, int64_t performance, int64_t revision,
    bool *retired)
{
	const struct span plan = revision == 0 ? SPAN_LIT("")
					       : seat_number(ctx, revision);
	struct kv_reply reply;
	int64_t epoch;
	int r;

	*retired = false;
	r = epoch_get(ctx, &epoch);
	if (r < 0)
		return r;
	r = seat_script(ctx, performance, epoch, &script_seat_retire, 1, &plan,
	    &reply);
	FAULT_POINT("load.after_retire");
	*retired = r == 0 && seat_said(&reply, "ok");
	return r;
}

/* The plan goes first: a map never says that it knows the terms of a plan that
 * it is not made for. */
int
seat_terms(struct ctx *ctx, const struct terms *terms)
{
	struct seat_call call = { .performance = terms->performance,
		.script = &script_seat_terms,
		.n_args = SEAT_TERMS_ARGS };
	bool retired;
	int r;

	r = seat_retire(ctx, terms->performance, terms->hall_revision_id,
	    &retired);
	if (r < 0)
		return r;
	if (retired)
		return seat_recovery(ctx)->load(ctx, terms->performance);
	seat_terms_args(ctx, terms, call.args);
	return seat_call(ctx, &call);
}

int
seat_follow(struct ctx *ctx, int64_t performance, const struct terms **out)
{
	int r;

	r = terms_renew(ctx, performance, out);
	if (r != 0)
		return r < 0 ? r : SEAT_E_NONE;
	return seat_terms(ctx, *out);
}
