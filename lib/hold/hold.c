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

#include "base/crypto.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/strbuf.h"
#include "catalog/terms.h"
#include "hold/hold_ask.h"
#include "hold/hold_best.h"
#include "hold/hold_database.h"
#include "hold/hold_house.h"
#include "hold/hold_journal.h"
#include "hold/hold_rule.h"
#include "hold/hold_script.h"
#include "limit/limit.h"
#include "queue/queue.h"
#include "seat/epoch.h"
#include "seat/seat_kept.h"
#include "seat/seat_state.h"
#include "seat/seat_terms.h"

#define PLACE_TRIES 2

/* ---- place ---- */

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
	crypto_hmac_sha256(settings_naming_key(&ctx->set), strbuf_get(&b), out);
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

/*
 * Most who lose, lose to a seat that was sold long ago: the worker's own map
 * says so without Redis. Not for a key, which may name a hold that is over; not
 * where there is a line, since only whose turn it is may know; and not outside
 * the sale, which is refused first.
 */
static bool
is_sold(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms, const struct hold_record *asked,
    struct hold_conflicts *conflicts)
{
	struct span letters;

	if (span_is(want->key) || want->n_seats == 0
	    || terms->queue_mode != QUEUE_OFF
	    || !terms_on_sale(terms, ctx->now_ms)
	    || !seat_kept_sold(ctx, want->performance, terms->meta_version,
		asked->seats, asked->n_seats, &letters))
		return false;
	hold_read_conflicts(ctx, asked, letters, conflicts);
	return true;
}

/* Exactly these. */
static void
ask_seats(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms, const struct hold_record *asked,
    struct seat_call *call)
{
	hold_ask_begin(ctx, &script_hold_place, terms, asked, call);
	seat_arg(call, hold_numbers(&ctx->arena, asked->seats, asked->n_seats));
	seat_arg(call, hold_record_prices(&ctx->arena, asked));
	hold_rule_arg(ctx, call, terms, want->type, asked);
}

/* Any of a slot section. */
static void
ask_slot(struct ctx *ctx, int64_t section_no, const struct terms *terms,
    const struct hold_record *asked, struct seat_call *call)
{
	const struct hall_section *s = &terms->hall->sections[section_no - 1];

	hold_ask_begin(ctx, &script_hold_slot, terms, asked, call);
	seat_arg(call, seat_number(ctx, section_no));
	seat_arg(call, seat_number(ctx, s->first_seat_no - 1));
	seat_arg(call, seat_number(ctx, s->capacity));
	seat_arg(call, seat_number(ctx, (int64_t)asked->n_seats));
	seat_arg(call, hold_record_prices(&ctx->arena, asked));
}

/* So many of a counter section. */
static void
ask_counter(struct ctx *ctx, const struct terms *terms,
    const struct hold_record *asked, struct seat_call *call)
{
	hold_ask_begin(ctx, &script_hold_count, terms, asked, call);
	seat_arg(call, seat_number(ctx, asked->section_no));
	seat_arg(call, hold_numbers(&ctx->arena, asked->seats, asked->n_seats));
	seat_arg(call, hold_record_prices(&ctx->arena, asked));
}

static int
place_redis(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms, struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts)
{
	struct seat_call call;

	if (want->best.quantity > 0)
		return hold_best_place(ctx, want, terms, asked, out, conflicts);
	if (span_is(want->house))
		return hold_house_place(ctx, want, terms, asked, out,
		    conflicts);
	if (asked->section_no > 0)
		ask_counter(ctx, terms, asked, &call);
	else if (want->section_no > 0)
		ask_slot(ctx, want->section_no, terms, asked, &call);
	else
		ask_seats(ctx, want, terms, asked, &call);
	return hold_ask_run(ctx, &call, asked, out, conflicts);
}

/* returns: as hold_place, and HOLD_E_TERMS */
static int
place_once(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms, struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts)
{
	int r = place_redis(ctx, want, terms, asked, out, conflicts);
	struct limit_told told;

	if (r != HOLD_E_AWAY)
		return r;
	if (!hold_by_till(want->user)
	    && limit_take_hold(ctx, want->user, want->performance, &told)
		!= LIMIT_OK) {
		conflicts->wait_ms = told.wait_ms;
		return HOLD_E_RATE;
	}
	if (want->best.quantity > 0)
		return hold_best_database(ctx, want, terms, asked, out,
		    conflicts);
	r = want->section_no > 0
	    ? HOLD_OK
	    : hold_rule_judge(ctx, terms, want->type, asked, conflicts);
	if (r == HOLD_OK)
		r = hold_database_place(ctx, want->section_no, terms, asked,
		    out, conflicts);
	return r;
}

/* Where a line is there only while others wait, who meets none gets his pass
 * with his hold. What waits for him is known to Redis alone. */
static int
place_entering(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms, struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts)
{
	int r = place_once(ctx, want, terms, asked, out, conflicts);

	if (r != HOLD_E_PASS || terms->queue_mode != QUEUE_AUTO)
		return r;
	r = queue_enter(ctx, want->user, terms);
	if (r == QUEUE_OK)
		return place_once(ctx, want, terms, asked, out, conflicts);
	return r > 0 || hold_database_writes(ctx, r) ? HOLD_E_PASS : r;
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

/* By the same terms that the script refuses unless they are the map's. returns:
 * as hold_want_read, SECTION_CLOSED */
static int
read_by(const struct hold_want *want, const struct terms *terms,
    struct hold_record *asked, struct hold_conflicts *conflicts)
{
	int r = hold_want_read(want, terms, asked);

	conflicts->section_no = 0;
	if (r == HOLD_E_SECTION_CLOSED)
		conflicts->section_no = (int)MAX(want->section_no,
		    want->best.section_no);
	if (r == 0 && want->n_seats > 0)
		conflicts->section_no = terms_closed_section(terms,
		    asked->seats, asked->n_seats);
	return conflicts->section_no > 0 ? HOLD_E_SECTION_CLOSED : r;
}

/* Who does not choose, and who is judged by rules, needs to know which seats
 * are neighbours. */
static int
know_hall(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms)
{
	if (want->best.quantity == 0 && !terms_has_rules(terms))
		return 0;
	return hall_neighbours(ctx, terms->hall, HALL_FROM_PRIMARY);
}

/* Whether he has a place in the line, where one is needed. Whether it is his
 * turn is for the script, or for PostgreSQL; those without a place are refused
 * before either is asked. */
static bool
has_ticket(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms)
{
	struct queue_ticket ticket;

	return terms->queue_mode == QUEUE_OFF || terms->queue_mode == QUEUE_AUTO
	    || hold_by_till(want->user)
	    || queue_ticket_read(ctx, want->user, want->performance,
		want->ticket, &ticket);
}

/* Whether who asks may be sold anything now, or soon: at a counter at any time
 * in which the performance is open. */
static bool
is_wanted(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms)
{
	return hold_by_till(want->user) ? terms->status == PERFORMANCE_OPEN
					: seat_is_wanted(terms, ctx->now_ms);
}

/* What is wanted, by the terms that the worker keeps. Those do not decide that
 * there is no such seat or section, or no sale: the performance may have
 * another plan by now. Where there is no sale for long, no map is loaded to say
 * so. */
static int
read_want(struct ctx *ctx, const struct hold_want *want,
    const struct terms **terms, struct hold_record *asked,
    struct hold_conflicts *conflicts)
{
	int r = terms_kept(ctx, want->performance, terms);

	if (r == 0 && !has_ticket(ctx, want, *terms))
		return HOLD_E_PASS;
	if (r == 0)
		r = know_hall(ctx, want, *terms);
	if (r == 0 && is_wanted(ctx, want, *terms)
	    && read_by(want, *terms, asked, conflicts) == 0)
		return 0;
	if (r == 0)
		r = terms_get(ctx, want->performance, terms);
	if (r == 0)
		r = know_hall(ctx, want, *terms);
	if (r != 0)
		return r < 0 ? r : HOLD_E_NONE;
	r = read_by(want, *terms, asked, conflicts);
	if (r == 0 && !is_wanted(ctx, want, *terms))
		return HOLD_E_CLOSED;
	return r;
}

/* Who repeats a request needs no place in the line for the hold that he has by
 * it. */
static int
find_keyed(struct ctx *ctx, const struct hold_want *want, struct hold *out)
{
	struct hold_record asked = { .n_seats = 0 };
	int r;

	name_hold(ctx, want, &asked);
	r = hold_find(ctx, want->user,
	    hold_token_text(&ctx->arena, &asked.token), out);
	if (r == HOLD_E_NONE)
		return HOLD_E_PASS;
	if (r == HOLD_OK && !span_eq(asked.fingerprint, out->is.fingerprint))
		return HOLD_E_MISMATCH;
	if (r == HOLD_OK && out->is.status == HOLD_PAID)
		return HOLD_E_PAID;
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
		r = read_want(ctx, want, &terms, &asked, conflicts);
		if (r == HOLD_E_PASS && span_is(want->key))
			return find_keyed(ctx, want, out);
		if (r != 0)
			return r;
		if (is_sold(ctx, want, terms, &asked, conflicts))
			return HOLD_E_TAKEN;
		/* One name for all tries: what may have been done by one is
		 * found by the next, and in the other store. */
		if (i == 0)
			name_hold(ctx, want, &asked);
		r = place_entering(ctx, want, terms, &asked, out, conflicts);
		if (r == HOLD_E_RULE)
			hold_rule_suggest(ctx, terms, want->type, &asked, NULL,
			    conflicts);
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
	hold_arg_journal(ctx, &call);
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
