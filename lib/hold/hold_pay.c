/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_pay - what a payment does to a hold in Redis
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#include "hold/hold_pay.h"

#include "base/fault.h"
#include "base/log.h"
#include "catalog/terms.h"
#include "hold/hold_database.h"
#include "hold/hold_rule.h"
#include "hold/hold_script.h"
#include "seat/seat_state.h"
#include "seat/seat_stock.h"

int
hold_pay(struct ctx *ctx, int64_t user, struct span text, struct hold *out)
{
	struct hold_token token;
	struct seat_call call;
	int r;

	if (!hold_token_read(text, &token))
		return HOLD_E_NONE;
	hold_call_begin(ctx, &call, &script_hold_pay, &token);
	seat_arg(&call, seat_number(ctx, user));
	hold_arg_journal(ctx, &call);
	/* Nobody is called for what the intent is about to write. */
	call.hints = NULL;
	seat_arg(&call, seat_number(ctx, settings_gone_ms(&ctx->set)));
	FAULT_POINT("pay.before_script");
	r = hold_call(ctx, &call);
	FAULT_POINT("pay.after_script");
	if (hold_database_writes(ctx, r))
		return hold_database_pay(ctx, user, &token, r, out);
	if (r != 0)
		return r;
	if (!seat_said(&call.reply, "ok") && !seat_said(&call.reply, "paying"))
		return hold_answer(ctx, &call, &token, user, out);
	/* Not journaled here: the intent does, or the hold is as it was. */
	r = hold_from_reply(ctx, &call, &token, seat_reply(&call.reply, 1),
	    seat_reply(&call.reply, 2), out);
	out->again = seat_said(&call.reply, "paying");
	return r;
}

static int
call_unpay(struct ctx *ctx, struct seat_call *call)
{
	return FAULT_FAIL("unpay.send") ? KV_F_AWAY : hold_call(ctx, call);
}

static int
run_unpay(struct ctx *ctx, const struct hold *hold, struct span why,
    const struct seat_fact *facts, size_t n)
{
	struct seat_call call;
	struct hold now;
	int r;

	hold_call_begin(ctx, &call, &script_hold_unpay, &hold->is.token);
	seat_arg(&call, seat_number(ctx, hold->is.user));
	hold_arg_journal(ctx, &call);
	seat_arg(&call, why);
	call.frees = true;
	for (size_t i = 0; i < n; i++) {
		seat_arg(&call, seat_number(ctx, facts[i].seat_no));
		seat_arg(&call,
		    arena_span(&ctx->arena,
			(struct span){ &facts[i].letter, 1 }));
		seat_arg(&call, seat_number(ctx, facts[i].mark));
	}
	FAULT_POINT("unpay.before_script");
	r = call_unpay(ctx, &call);
	/* Perhaps only the connection was lost, and nobody asks again after a
	 * refusal. A second unpay finds what the first one left. */
	if (r < 0)
		r = call_unpay(ctx, &call);
	FAULT_POINT("unpay.after_script");
	if (r == 0)
		r = hold_answer(ctx, &call, &hold->is.token, hold->is.user,
		    &now);
	return r < 0 ? r : HOLD_OK;
}

int
hold_unpay(struct ctx *ctx, const struct hold *hold)
{
	if (hold->in_database)
		return HOLD_OK;
	return run_unpay(ctx, hold, SPAN_LIT(""), NULL, 0);
}

int
hold_unpay_for(struct ctx *ctx, const struct hold *hold, int64_t left_ms)
{
	return run_unpay(ctx, hold, seat_number(ctx, left_ms), NULL, 0);
}

int
hold_lose(struct ctx *ctx, const struct hold *hold,
    const struct seat_fact *facts, size_t n)
{
	if (hold->in_database)
		return hold_database_lose(ctx, hold);
	return run_unpay(ctx, hold, SPAN_LIT("lost"), facts, n);
}

/* Of a counter section also how much of it is kept now: whatever else was
 * committed since is newer, and right. */
static int
arg_stock(struct ctx *ctx, struct seat_call *call, const struct hold_record *is)
{
	struct span facts;
	int r;

	if (is->section_no == 0)
		return 0;
	r = seat_stock_facts(ctx, call->performance, is->section_no, &facts);
	if (r == 0)
		seat_arg(call, facts);
	return r;
}

/* A committed fact comes to the map: whether all its seats were where it
 * found them. count: what it adds to the user's seats bought. ends: the hold
 * is over with it. */
static bool
mirror(struct ctx *ctx, const struct hold *hold, const char *from, char to,
    const char *count, bool ends)
{
	const struct hold_record *is = &hold->is;
	struct seat_call call = { .performance = is->token.performance,
		.script = &script_seat_mirror,
		.frees = true };
	struct span missed;

	/* Redis is told by hold_adopt or reconcile when it is back. */
	if (hold->in_database)
		return true;
	seat_arg(&call, seat_now(ctx));
	seat_arg(&call, seat_number(ctx, hold_token_mark(&is->token)));
	seat_arg(&call, span_str(from));
	seat_arg(&call, arena_span(&ctx->arena, (struct span){ &to, 1 }));
	seat_arg(&call, seat_number(ctx, is->user));
	seat_arg(&call, span_str(count));
	seat_arg(&call, ends ? hold_token_bytes(&is->token) : SPAN_LIT(""));
	seat_arg(&call, hold_record_seats(&ctx->arena, is));
	if (arg_stock(ctx, &call, is) != 0 || hold_call(ctx, &call) != 0) {
		LOG(WARN, "mirror-late",
		    LINT("performance", is->token.performance));
		return true;
	}
	missed = seat_reply(&call.reply, 2);
	if (missed.len == 0)
		return true;
	LOG(WARN, "mirror-missed", LINT("performance", is->token.performance),
	    LSPAN("seats", missed));
	return false;
}

void
hold_paid(struct ctx *ctx, const struct hold *hold)
{
	FAULT_POINT("pay.before_mirror");
	(void)mirror(ctx, hold, "HP", 'R', "1", true);
	FAULT_POINT("pay.after_mirror");
}

struct back_move {
	const char *from;
	char to;
	const char *count;
};

static const struct back_move back_moves[] = {
	[HOLD_BACK_FREE] = { "RC", 'A', "-1" },
	[HOLD_BACK_WAITS] = { "R", 'C', "-1" },
	[HOLD_BACK_DONE] = { "RC", 'A', "0" },
};

void
hold_given_back(struct ctx *ctx, const struct hold *hold,
    const struct hold *part, enum hold_back how)
{
	const struct back_move *m = &back_moves[how];

	if (mirror(ctx, part, m->from, m->to, m->count, false)
	    || how == HOLD_BACK_DONE)
		return;
	hold_paid(ctx, hold);
	(void)mirror(ctx, part, m->from, m->to, m->count, false);
}

/* ---- seats for others ---- */

/* Whether all that stood in the way is ours; else conflicts has the rest. */
static bool
is_own(struct ctx *ctx, const struct hold *hold, const struct seat_call *call,
    struct hold_conflicts *out)
{
	struct span letters = seat_reply(&call->reply, 2);
	struct span marks = seat_reply(&call->reply, 3);
	int64_t own = hold_token_mark(&hold->is.token), mark;
	const struct hold_record *is = &hold->is;
	bool all = true;

	out->seats = ARENA_ARRAY(&ctx->arena, is->n_seats, struct seat_change);
	out->n = 0;
	for (size_t i = 0; i < is->n_seats && i < letters.len; i++) {
		bool mine = span_to_i64(span_cut(&marks, ','), &mark)
		    && mark == own && letters.p[i] == SEAT_PAYMENT_PENDING;

		all &= mine;
		if (!mine && letters.p[i] != SEAT_AVAILABLE)
			out->seats[out->n++] =
			    (struct seat_change){ is->seats[i], letters.p[i] };
	}
	return all;
}

static void
arg_rules(struct ctx *ctx, struct seat_call *call,
    const struct hold_rules *rules)
{
	if (rules == NULL || !terms_has_rules(rules->terms))
		return;
	seat_arg(call, seat_number(ctx, rules->terms->meta_version));
	hold_rule_arg_like(ctx, call, rules->terms, &rules->own,
	    &rules->chosen);
	seat_arg(call, hold_record_seats(&ctx->arena, &rules->own));
	seat_arg(call, hold_record_seats(&ctx->arena, &rules->chosen));
}

int
hold_take(struct ctx *ctx, const struct hold *hold,
    const struct hold_rules *rules, int64_t *epoch,
    struct hold_conflicts *conflicts)
{
	static const struct {
		const char *word;
		int outcome;
		size_t behind; /* it, what expired is told */
	} words[] = {
		{ "ok", HOLD_OK, 2 },
		{ "taken", HOLD_E_TAKEN, 4 },
		{ "rule", HOLD_E_RULE, 2 },
		{ "terms", HOLD_E_TERMS, 1 },
		{ "seat", HOLD_E_SEAT, 1 },
	};
	const struct hold_record *is = &hold->is;
	struct seat_call call = { .performance = is->token.performance,
		.script = &script_withhold_keep };
	size_t i = 0;
	int r;

	seat_arg(&call, seat_now(ctx));
	hold_arg_journal(ctx, &call);
	seat_arg(&call, hold_numbers(&ctx->arena, is->seats, is->n_seats));
	seat_arg(&call, SPAN_LIT("P"));
	seat_arg(&call, seat_number(ctx, hold_token_mark(&is->token)));
	arg_rules(ctx, &call, rules);
	FAULT_POINT("move.before_script");
	r = hold_call(ctx, &call);
	FAULT_POINT("move.after_script");
	if (r != 0)
		return r;
	*epoch = call.epoch;
	while (i < ARRAY_LEN(words) && !seat_said(&call.reply, words[i].word))
		i++;
	if (i == ARRAY_LEN(words))
		return hold_nonsense(ctx, &call);
	r = hold_keep_expired(ctx, &call, words[i].behind);
	if (r != 0)
		return r;
	if (words[i].outcome == HOLD_E_RULE)
		conflicts->rule = seat_reply(&call.reply, 1);
	if (words[i].outcome == HOLD_E_TAKEN
	    && is_own(ctx, hold, &call, conflicts))
		return HOLD_OK;
	return words[i].outcome;
}

void
hold_untake(struct ctx *ctx, const struct hold *hold)
{
	(void)mirror(ctx, hold, "P", 'A', "0", false);
}

/* He has as many as before, so nothing is counted. */
void
hold_moved(struct ctx *ctx, const struct hold *was, const struct hold *taken,
    const struct hold *gone, enum hold_back how)
{
	const struct back_move *m = &back_moves[how];

	if (taken->is.n_seats > 0)
		(void)mirror(ctx, taken, "P", 'R', "0", false);
	if (gone->is.n_seats == 0
	    || mirror(ctx, gone, m->from, m->to, "0", false))
		return;
	hold_paid(ctx, was);
	(void)mirror(ctx, gone, m->from, m->to, "0", false);
}

/* ---- a reservation that goes to another user ---- */

static int
call_own(struct ctx *ctx, const struct hold *hold, int64_t user, int64_t n,
    struct seat_call *call)
{
	*call = (struct seat_call){ .performance = hold->is.token.performance,
		.script = &script_seat_own };
	seat_arg(call, seat_now(ctx));
	seat_arg(call, seat_number(ctx, user));
	seat_arg(call, seat_number(ctx, n));
	seat_arg(call, hold_token_bytes(&hold->is.token));
	return hold_call(ctx, call);
}

int
hold_own(struct ctx *ctx, const struct hold *hold, int64_t user, size_t n)
{
	struct seat_call call;
	int r = call_own(ctx, hold, user, (int64_t)n, &call);

	if (r != 0)
		return r;
	return seat_said(&call.reply, "limit") ? HOLD_E_LIMIT : HOLD_OK;
}

void
hold_disown(struct ctx *ctx, const struct hold *hold, int64_t user, size_t n)
{
	struct seat_call call;
	int r = call_own(ctx, hold, user, -(int64_t)n, &call);

	if (r == 0 && seat_said(&call.reply, "late")) {
		hold_paid(ctx, hold);
		r = call_own(ctx, hold, user, -(int64_t)n, &call);
	}
	if (r != 0)
		LOG(WARN, "mirror-late",
		    LINT("performance", hold->is.token.performance));
}
