/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_change - other seats or tickets in a running hold, and a later end of it
 *
 * What was quoted when the hold was placed is what is paid: seats that come
 * in are priced by the hold's own price list, which may not be the present
 * one any more.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "hold/hold.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "catalog/terms.h"
#include "hold/hold_database.h"
#include "hold/hold_journal.h"
#include "hold/hold_rule.h"
#include "hold/hold_script.h"
#include "seat/seat_terms.h"

#include <errno.h>

/* The list that the hold was made by. */
static int
list_of(struct ctx *ctx, const struct terms *terms, int64_t version,
    const struct price_list **out)
{
	int r = terms_list(ctx, terms, version, out);

	if (r != 0 || (*out)->n_classes == terms->hall->n_classes)
		return r;
	LOG(ERROR, "hold-price-missing",
	    LINT("performance", terms->performance), LINT("version", version));
	return -EINVAL;
}

static bool
has_seat(const struct hold_record *is, int64_t seat_no)
{
	for (size_t i = 0; i < is->n_seats; i++)
		if (is->seats[i] == seat_no)
			return true;
	return false;
}

/* The first section that is closed of those that seats come in from, or 0. */
static int
closed_section(const struct terms *terms, const struct hold *now,
    const struct hold_record *asked)
{
	int section_no = 0;

	for (size_t i = 0; section_no == 0 && i < asked->n_seats; i++)
		if (!has_seat(&now->is, asked->seats[i]))
			section_no = terms_closed_section(terms,
			    &asked->seats[i], 1);
	return section_no;
}

/* Terms that are young, since a section may have been closed; any terms where
 * nobody says younger ones. */
static int
change_terms(struct ctx *ctx, int64_t performance, const struct terms **out)
{
	int r = terms_get(ctx, performance, out);

	if (r != 0)
		r = terms_kept(ctx, performance, out);
	if (r == 0 && terms_has_rules(*out))
		r = hall_neighbours(ctx, (*out)->hall, HALL_FROM_PRIMARY);
	return r <= 0 ? r : HOLD_E_NONE;
}

/* Other tickets for the places that it has. */
static int
read_retype(const struct hold_want *want, const struct hold *now,
    const struct terms *terms, const struct price_list *list,
    struct hold_record *asked, struct hold_conflicts *conflicts)
{
	conflicts->section_no = 0;
	asked->section_no = now->is.section_no;
	asked->n_seats = now->is.n_seats;
	memcpy(asked->seats, now->is.seats, sizeof(asked->seats));
	return hold_want_tickets(want, terms, list, asked);
}

/* The seats a hold is to keep, priced. */
static int
read_change(struct ctx *ctx, const struct hold_want *want,
    const struct hold *now, const struct terms **terms,
    struct hold_record *asked, struct hold_conflicts *conflicts)
{
	const struct price_list *list;
	int r;

	r = change_terms(ctx, now->is.token.performance, terms);
	if (r == 0)
		r = list_of(ctx, *terms, now->is.price_version, &list);
	if (r != 0)
		return r;
	if (want->n_seats == 0)
		return read_retype(want, now, *terms, list, asked, conflicts);
	if (now->is.section_no > 0
	    || !hold_want_picked(*terms, now->is.seats, now->is.n_seats))
		return HOLD_E_SEAT;
	r = hold_want_seats(want, *terms, list, asked);
	if (r != 0)
		return r;
	conflicts->section_no = closed_section(*terms, now, asked);
	return conflicts->section_no != 0 ? HOLD_E_SECTION_CLOSED : HOLD_OK;
}

/* returns: 0 the script's answer is the hold; an outcome; < 0 a fault */
static int
run_change(struct ctx *ctx, const struct hold_want *want,
    const struct hold_token *token, const struct terms *terms,
    const struct hold_record *asked, struct seat_call *call)
{
	static const struct {
		const char *word;
		int outcome;
	} words[] = {
		{ "limit", HOLD_E_LIMIT },
		{ "rate", HOLD_E_RATE },
		{ "hoard", HOLD_E_HOARD },
		{ "closed", HOLD_E_CLOSED },
		{ "seat", HOLD_E_SEAT },
		{ "taken", HOLD_E_TAKEN },
		{ "rule", HOLD_E_RULE },
		{ "terms", HOLD_E_TERMS },
	};
	struct arena *a = &ctx->arena;
	int r;

	hold_call_begin(ctx, call, &script_hold_change, token);
	seat_arg(call, seat_number(ctx, want->user));
	hold_arg_journal(ctx, call);
	seat_arg(call, hold_record_seats(a, asked));
	seat_arg(call, hold_record_prices(a, asked));
	seat_arg(call, seat_number(ctx, terms->meta_version));
	hold_arg_limits(ctx, call, want->user);
	if (want->n_seats > 0)
		hold_rule_arg(ctx, call, terms, want->type, asked);
	FAULT_POINT("change.before_script");
	r = hold_call(ctx, call);
	FAULT_POINT("change.after_script");
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(words); i++)
		if (seat_said(&call->reply, words[i].word))
			return words[i].outcome;
	return r;
}

/* The same for a map of another plan, or other rules, than this worker knows:
 * they meet, and the terms that both have then say whether there are such
 * seats, what they cost by the hold's list, and which rules there are. */
static int
run_followed(struct ctx *ctx, const struct hold_want *want,
    const struct hold *now, const struct terms **terms,
    struct hold_record *asked, struct hold_conflicts *conflicts,
    struct seat_call *call)
{
	const struct hold_token *token = &now->is.token;
	int r;

	r = run_change(ctx, want, token, *terms, asked, call);
	if (r != HOLD_E_SEAT && r != HOLD_E_TERMS)
		return r;
	r = seat_follow(ctx, token->performance, terms);
	if (r != 0)
		return r < 0 ? r : HOLD_E_NONE;
	r = read_change(ctx, want, now, terms, asked, conflicts);
	if (r != 0)
		return r;
	r = run_change(ctx, want, token, *terms, asked, call);
	return r == HOLD_E_TERMS ? KV_F_PROTOCOL : r;
}

/* Why the seats could not be had. */
static void
explain(struct ctx *ctx, int r, const struct hold_want *want,
    const struct hold *now, const struct terms *terms,
    const struct hold_record *asked, const struct seat_call *call,
    struct hold_conflicts *conflicts)
{
	struct span what = seat_reply(&call->reply, 1);

	if (r == HOLD_E_TAKEN)
		hold_read_conflicts(ctx, asked, what, conflicts);
	if (r == HOLD_E_RATE || r == HOLD_E_HOARD)
		hold_read_few(what, &conflicts->wait_ms);
	if (r != HOLD_E_RULE)
		return;
	conflicts->rule = what;
	hold_rule_suggest(ctx, terms, want->type, asked, &now->is, conflicts);
}

int
hold_change(struct ctx *ctx, const struct hold_want *want, struct span text,
    struct hold *out, struct hold_conflicts *conflicts)
{
	struct hold_record asked = { .n_seats = 0 };
	const struct terms *terms;
	struct hold_token token;
	struct seat_call call;
	int r;

	r = hold_find(ctx, want->user, text, out);
	if (r == HOLD_OK && out->is.status == HOLD_PAID)
		r = HOLD_E_PAID;
	if (r == HOLD_OK)
		r = read_change(ctx, want, out, &terms, &asked, conflicts);
	if (r != HOLD_OK)
		return r;
	token = out->is.token;
	r = run_followed(ctx, want, out, &terms, &asked, conflicts, &call);
	if (r > 0)
		explain(ctx, r, want, out, terms, &asked, &call, conflicts);
	if (r == 0)
		r = hold_answer(ctx, &call, &token, want->user, out);
	/* Before the answer, whatever hold_durability says: were Redis lost
	 * now, the journal would sell the seats that were given up. That the
	 * log brings it once more is no harm. */
	return r == 0 ? hold_journal_write(ctx, out) : r;
}

int
hold_extend(struct ctx *ctx, int64_t user, struct span text, struct hold *out)
{
	struct hold_token token;
	struct seat_call call;
	int r;

	if (!hold_token_read(text, &token))
		return HOLD_E_NONE;
	hold_call_begin(ctx, &call, &script_hold_extend, &token);
	seat_arg(&call, seat_number(ctx, user));
	hold_arg_journal(ctx, &call);
	seat_arg(&call,
	    seat_number(ctx, ctx->set.hold_extend_seconds * MS_PER_S));
	FAULT_POINT("extend.before_script");
	r = hold_call(ctx, &call);
	FAULT_POINT("extend.after_script");
	if (hold_database_writes(ctx, r))
		return hold_database_extend(ctx, user, &token, r, out);
	if (r != 0)
		return r;
	if (seat_said(&call.reply, "last"))
		return HOLD_E_LAST;
	return hold_answer(ctx, &call, &token, user, out);
}
