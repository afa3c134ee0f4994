/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_ask - run a script that places a hold, and read what became of it
 *
 * Order: the script, the journal, the answer, as in hold.c.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "hold/hold_ask.h"

#include "base/clock.h"
#include "base/fault.h"
#include "catalog/terms.h"
#include "hold/hold_bound.h"
#include "hold/hold_database.h"
#include "hold/hold_journal.h"
#include "hold/hold_script.h"
#include "seat/seat_kept.h"

void
hold_ask_begin(struct ctx *ctx, const struct script *script,
    const struct terms *terms, const struct hold_record *asked,
    struct seat_call *call)
{
	int64_t life_ms = terms->hold_s * MS_PER_S;
	int64_t hard_ms = ctx->set.hold_hard_seconds * MS_PER_S;

	hold_call_begin(ctx, call, script, &asked->token);
	seat_arg(call, seat_number(ctx, asked->user));
	seat_arg(call, seat_number(ctx, terms->meta_version));
	seat_arg(call, seat_number(ctx, terms->price_version));
	seat_arg(call, seat_number(ctx, life_ms));
	seat_arg(call, seat_number(ctx, MAX(life_ms, hard_ms)));
	hold_arg_journal(ctx, call);
	seat_arg(call,
	    span_is(asked->fingerprint) ? asked->fingerprint : SPAN_LIT(""));
	hold_arg_limits(ctx, call, asked->user);
}

/* 'ok' or 'again': the hold, journaled. */
static int
placed(struct ctx *ctx, const struct seat_call *call, struct hold *out)
{
	struct hold_token token = { call->performance, { 0 } };
	struct span bytes = seat_reply(&call->reply, 1);
	int r;

	if (bytes.len != sizeof(token.random))
		return hold_nonsense(ctx, call);
	memcpy(token.random, bytes.p, bytes.len);
	r = hold_from_reply(ctx, call, &token, seat_reply(&call->reply, 2),
	    seat_reply(&call->reply, 3), out);
	if (r < 0)
		return r;
	out->again = seat_said(&call->reply, "again")
	    && memcmp(out->is.token.random, call->args[1].p,
		   sizeof(token.random))
		!= 0;
	/* Whose first attempt made it may have died before it was journaled. */
	if (seat_said(&call->reply, "again"))
		out->logged = false;
	FAULT_POINT("hold.after_script");
	r = hold_keep(ctx, out, 1);
	FAULT_POINT("hold.after_journal");
	return r;
}

/* A hold of this key that is over. */
static int
place_over(struct ctx *ctx, const struct seat_call *call, struct hold *out)
{
	struct span record = seat_reply(&call->reply, 1);
	struct hold_token token = { call->performance, { 0 } };
	int r, over = hold_over(record.len > 0 ? record.p[0] : '\0');

	if (over != HOLD_E_PAID)
		return over;
	memcpy(token.random, call->args[1].p, sizeof(token.random));
	r = hold_journal_find(ctx, &token, out);
	return r < 0 ? r : over;
}

static int
read_place(struct ctx *ctx, const struct seat_call *call,
    const struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts)
{
	static const struct {
		const char *word;
		int outcome;
		size_t expired; /* where the list of those begins */
	} words[] = {
		{ "ok", HOLD_OK, 4 },
		{ "again", HOLD_OK, 4 },
		{ "taken", HOLD_E_TAKEN, 2 },
		{ "full", HOLD_E_FULL, 2 },
		{ "apart", HOLD_E_APART, 2 },
		{ "missed", HOLD_E_MISSED, 1 },
		{ "rule", HOLD_E_RULE, 2 },
		{ "limit", HOLD_E_LIMIT, 1 },
		{ "rate", HOLD_E_RATE, 2 },
		{ "hoard", HOLD_E_HOARD, 2 },
		{ "pass", HOLD_E_PASS, 1 },
		{ "closed", HOLD_E_CLOSED, 1 },
		{ "mismatch", HOLD_E_MISMATCH, 1 },
		{ "many", HOLD_E_MANY, 1 },
		{ "terms", HOLD_E_TERMS, 1 },
		{ "seat", HOLD_E_SEAT, 1 },
		{ "ended", HOLD_E_EXPIRED, 2 },
	};
	const struct kv_reply *reply = &call->reply;
	int r;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!seat_said(reply, words[i].word))
			continue;
		r = hold_keep_expired(ctx, call, words[i].expired);
		if (r < 0)
			return r;
		if (words[i].outcome == HOLD_OK)
			return placed(ctx, call, out);
		if (words[i].outcome == HOLD_E_TAKEN) {
			hold_read_conflicts(ctx, asked, seat_reply(reply, 1),
			    conflicts);
			seat_kept_refused(ctx, call->performance,
			    seat_reply(reply, 1));
		}
		if (words[i].outcome == HOLD_E_RULE)
			conflicts->rule = seat_reply(reply, 1);
		if (words[i].outcome == HOLD_E_RATE
		    || words[i].outcome == HOLD_E_HOARD)
			hold_read_few(seat_reply(reply, 1),
			    &conflicts->wait_ms);
		if (words[i].outcome == HOLD_E_FULL)
			hold_read_few(seat_reply(reply, 1),
			    &conflicts->remaining);
		if (words[i].outcome == HOLD_E_APART)
			hold_read_few(seat_reply(reply, 1),
			    &conflicts->largest);
		if (words[i].outcome == HOLD_E_EXPIRED)
			return place_over(ctx, call, out);
		if (words[i].outcome == HOLD_E_SEAT && asked->section_no > 0)
			return HOLD_E_SECTION;
		return words[i].outcome;
	}
	return hold_nonsense(ctx, call);
}

int
hold_ask_undo(struct ctx *ctx, const struct hold_record *is)
{
	struct hold dropped = { .again = false };
	struct seat_call call;
	int r;

	hold_call_begin(ctx, &call, &script_hold_drop, &is->token);
	seat_arg(&call, seat_number(ctx, is->user));
	hold_arg_journal(ctx, &call);
	seat_arg(&call, SPAN_LIT("1"));
	r = hold_call(ctx, &call);
	if (r == 0)
		r = hold_answer(ctx, &call, &is->token, is->user, &dropped);
	return MIN(r, 0);
}

static int
keep_to_bound(struct ctx *ctx, const struct seat_call *call,
    const struct hold *hold)
{
	int r;

	if (!seat_said(&call->reply, "ok") || hold_by_till(hold->is.user))
		return HOLD_OK;
	r = hold_bound_check(ctx, call, hold->is.user);
	if (r <= 0)
		return r;
	r = hold_ask_undo(ctx, &hold->is);
	return r < 0 ? r : HOLD_E_MANY;
}

int
hold_ask_run(struct ctx *ctx, struct seat_call *call,
    const struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts)
{
	int r;

	hold_bound_begin(ctx, call, asked);
	FAULT_POINT("hold.before_script");
	r = hold_call(ctx, call);
	if (r != 0)
		return hold_database_writes(ctx, r) ? HOLD_E_AWAY : r;
	r = read_place(ctx, call, asked, out, conflicts);
	return r == HOLD_OK ? keep_to_bound(ctx, call, out) : r;
}
