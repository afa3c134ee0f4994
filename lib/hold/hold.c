/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold - keep seats for one buyer for a short while
 *
 * Redis decides; a token it does not know is looked up in the journal, where
 * a paid hold is for good. Order in placing: the script, the journal, the
 * answer. A handler that dies between leaves a hold that lapses by itself.
 * While Redis is away PostgreSQL answers, as far as redis_down lets it.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "hold/hold.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/strbuf.h"
#include "catalog/terms.h"
#include "hold/hold_bound.h"
#include "hold/hold_database.h"
#include "hold/hold_journal.h"
#include "hold/hold_script.h"
#include "seat/epoch.h"
#include "seat/seat_kept.h"
#include "seat/seat_state.h"
#include "seat/seat_terms.h"

#define PLACE_TRIES 2

/* ---- place ---- */

/* Of its own, so that a change of the token key is none of the holds' names. */
static struct span
naming_key(const struct settings *set)
{
	return span_str(set->hold_key[0] != '\0' ? set->hold_key
	    : set->token_key);
}

/* "user performance key" or what is asked for, under a key of ours: 128 bits of
 * it name the hold, or tell two requests apart. */
static void
keyed_digest(struct ctx *ctx, const struct hold_want *want, const char *what,
    struct span last, uint8_t out[SHA256_LEN])
{
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, 128);
	strbuf_printf(&b, "%s %lld %lld ", what, (long long)want->user,
	    (long long)want->performance);
	strbuf_span(&b, last);
	crypto_hmac_sha256(naming_key(&ctx->set), strbuf_get(&b), out);
}

/* Whose it is, its token, and the fingerprint that goes with a key. */
static void
name_hold(struct ctx *ctx, const struct hold_want *want,
    struct hold_record *asked)
{
	struct arena *a = &ctx->arena;
	struct hold_token *token = &asked->token;
	uint8_t digest[SHA256_LEN];

	asked->user = want->user;
	token->performance = want->performance;
	if (!span_is(want->key)) {
		rand_bytes(token->random, sizeof(token->random));
		return;
	}
	keyed_digest(ctx, want, "hold", want->key, digest);
	memcpy(token->random, digest, sizeof(token->random));
	keyed_digest(ctx, want, "want", hold_want_text(a, want), digest);
	asked->fingerprint = span_str(crypto_hex(a, digest, 8));
}

static int
run_place(struct ctx *ctx, const struct terms *terms,
    const struct hold_record *asked, struct seat_call *call)
{
	int64_t life_ms = terms->hold_s * MS_PER_S;
	int64_t hard_ms = ctx->set.hold_hard_seconds * MS_PER_S;

	hold_call_begin(ctx, call, &script_hold_place, &asked->token);
	seat_arg(call, seat_number(ctx, asked->user));
	seat_arg(call, seat_number(ctx, terms->meta_version));
	seat_arg(call, seat_number(ctx, terms->price_version));
	seat_arg(call, seat_number(ctx, life_ms));
	seat_arg(call, seat_number(ctx, MAX(life_ms, hard_ms)));
	hold_arg_journal(ctx, call);
	seat_arg(call, span_is(asked->fingerprint) ? asked->fingerprint
	    : SPAN_LIT(""));
	seat_arg(call, hold_numbers(&ctx->arena, asked->seats,
	    asked->n_seats));
	seat_arg(call, hold_numbers(&ctx->arena, asked->prices,
	    asked->n_seats));
	hold_bound_begin(ctx, call, asked);
	FAULT_POINT("hold.before_script");
	return hold_call(ctx, call);
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
	    sizeof(token.random)) != 0;
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
		size_t expired;		/* where the list of those begins */
	} words[] = {
		{ "ok", HOLD_OK, 4 },
		{ "again", HOLD_OK, 4 },
		{ "taken", HOLD_E_TAKEN, 2 },
		{ "limit", HOLD_E_LIMIT, 1 },
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
		if (words[i].outcome == HOLD_E_EXPIRED)
			return place_over(ctx, call, out);
		return words[i].outcome;
	}
	return hold_nonsense(ctx, call);
}

/*
 * Most who lose, lose to a seat that was sold long ago: the worker's own map
 * says so without Redis. Not for a key, which may name a hold that is over;
 * and not outside the sale, which is refused first.
 */
static bool
is_sold(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms, const struct hold_record *asked,
    struct hold_conflicts *conflicts)
{
	struct span letters;

	if (span_is(want->key) || !terms_on_sale(terms, ctx->now_ms)
	    || !seat_kept_sold(ctx, want->performance, terms->meta_version,
	    asked->seats, asked->n_seats, &letters))
		return false;
	hold_read_conflicts(ctx, asked, letters, conflicts);
	return true;
}

/* The hold that was just placed is one too many. */
static int
take_back(struct ctx *ctx, const struct hold_record *is)
{
	struct hold dropped = { .again = false };
	struct seat_call call;
	int r;

	hold_call_begin(ctx, &call, &script_hold_drop, &is->token);
	seat_arg(&call, seat_number(ctx, is->user));
	hold_arg_journal_end(ctx, &call);
	seat_arg(&call, SPAN_LIT("1"));
	r = hold_call(ctx, &call);
	if (r == 0)
		r = hold_answer(ctx, &call, &is->token, is->user, &dropped);
	return r < 0 ? r : HOLD_E_MANY;
}

static int
keep_to_bound(struct ctx *ctx, const struct seat_call *call,
    const struct hold *hold)
{
	int r;

	if (!seat_said(&call->reply, "ok"))
		return HOLD_OK;
	r = hold_bound_check(ctx, call, hold->is.user);
	return r > 0 ? take_back(ctx, &hold->is) : r;
}

/* returns: as hold_place, and HOLD_E_TERMS */
static int
place_once(struct ctx *ctx, const struct terms *terms,
    const struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts)
{
	struct seat_call call;
	int r = run_place(ctx, terms, asked, &call);

	if (r == 0) {
		r = read_place(ctx, &call, asked, out, conflicts);
		return r == HOLD_OK ? keep_to_bound(ctx, &call, out) : r;
	}
	if (hold_database_writes(ctx, r))
		return hold_database_place(ctx, terms, asked, out, conflicts);
	return r;
}

/* Either side, worker or map, may have the older terms. */
static int
renew_terms(struct ctx *ctx, int64_t performance)
{
	const struct terms *terms;
	int r;

	r = terms_renew(ctx, performance, &terms);
	if (r == 0)
		r = seat_terms(ctx, terms);
	if (r > 0)
		return HOLD_E_NONE;
	return hold_database_writes(ctx, r) ? 0 : r;
}

/* The seats, by the terms that the worker keeps. Those do not decide that
 * there is no such seat, or no sale: the performance may have another plan by
 * now. Where there is no sale for long, no map is loaded to say so. */
static int
read_want(struct ctx *ctx, const struct hold_want *want,
    const struct terms **terms, struct hold_record *asked)
{
	int r = terms_kept(ctx, want->performance, terms);

	if (r == 0 && seat_is_wanted(*terms, ctx->now_ms)
	    && hold_want_read(want, *terms, asked) == 0)
		return 0;
	if (r == 0)
		r = terms_get(ctx, want->performance, terms);
	if (r != 0)
		return r < 0 ? r : HOLD_E_NONE;
	r = hold_want_read(want, *terms, asked);
	if (r == 0 && !seat_is_wanted(*terms, ctx->now_ms))
		return HOLD_E_CLOSED;
	return r;
}

int
hold_place(struct ctx *ctx, const struct hold_want *want, struct hold *out,
    struct hold_conflicts *conflicts)
{
	struct hold_record asked = { .n_seats = 0 };
	const struct terms *terms;
	int r;

	for (int i = 0; i < PLACE_TRIES; i++) {
		r = read_want(ctx, want, &terms, &asked);
		if (r != 0)
			return r;
		if (is_sold(ctx, want, terms, &asked, conflicts))
			return HOLD_E_TAKEN;
		/* One name for all tries: what may have been done by one is
		 * found by the next, and in the other store. */
		if (i == 0)
			name_hold(ctx, want, &asked);
		r = place_once(ctx, terms, &asked, out, conflicts);
		/* The script knew it by these terms; it is nobody's. */
		if (r == HOLD_E_CLOSED && terms->status == PERFORMANCE_DRAFT)
			return HOLD_E_NONE;
		if (r != HOLD_E_TERMS)
			return r;
		r = renew_terms(ctx, want->performance);
		if (r != 0)
			return r;
	}
	LOG(WARN, "terms-unsettled", LINT("performance", want->performance));
	return KV_F_PROTOCOL;
}

/* ---- drop ---- */

int
hold_drop(struct ctx *ctx, int64_t user, struct span text,
    struct span *reservation)
{
	struct hold_token token;
	struct seat_call call;
	struct hold hold = { .again = false };
	int r;

	if (!hold_token_read(text, &token))
		return HOLD_E_NONE;
	hold_call_begin(ctx, &call, &script_hold_drop, &token);
	seat_arg(&call, seat_number(ctx, user));
	hold_arg_journal_end(ctx, &call);
	call.frees = true;
	FAULT_POINT("drop.before_script");
	r = hold_call(ctx, &call);
	FAULT_POINT("drop.after_script");
	if (r == 0)
		r = hold_answer(ctx, &call, &token, user, &hold);
	else if (hold_database_writes(ctx, r))
		r = hold_database_drop(ctx, user, &token, r, &hold);
	if (r == HOLD_E_PAID)
		*reservation = hold.reservation;
	return r == HOLD_E_EXPIRED || r == HOLD_E_LOST ? HOLD_OK : r;
}
