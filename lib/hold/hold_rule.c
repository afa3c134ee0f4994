/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_rule - a performance's rules for choices of seats
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "hold/hold_rule.h"

#include "base/strbuf.h"
#include "catalog/terms.h"
#include "seat/seat_kept.h"
#include "seat/seat_rule.h"
#include "seat/seat_rule_end.h"
#include "seat/seat_state.h"

/* Types of seats that accessible-last keeps. */
static const char *const kept_types[] = { "wheelchair", "companion", NULL };

bool
hold_rule_keeps(struct span type)
{
	return words_find(kept_types, type) >= 0;
}

static void
open_types(const struct hall *hall, struct span type, bool accessible_last,
    bool *open)
{
	for (int i = 0; i < hall->n_types; i++)
		open[i] = !accessible_last || !hold_rule_keeps(hall->types[i])
		    || span_eq(hall->types[i], type);
}

void
hold_rule_open(const struct terms *terms, struct span type, bool *open)
{
	open_types(terms->hall, type,
	    terms->rules[SEAT_RULE_ACCESSIBLE_LAST].on, open);
}

/* The segment of the i-th asked seat, unless the seat before has told of it. */
static const struct hall_segment *
next_segment(const struct hall *hall, const struct hold_record *asked, size_t i)
{
	const struct hall_segment *segment = hall_segment_of(hall,
	    (int)asked->seats[i]);

	if (i > 0 && segment != NULL
	    && asked->seats[i - 1] >= segment->first_seat_no)
		return NULL;
	return segment;
}

/* ---- for the script ---- */

void
hold_rule_tell(struct strbuf *b, const struct terms *terms)
{
	for (size_t i = 0; i < N_SEAT_RULES; i++)
		if (terms->rules[i].on)
			strbuf_printf(b, "%s ", seat_rules[i]);
}

void
hold_rule_tell_segment(struct strbuf *b, const struct hall *hall,
    const struct hall_segment *segment, const bool *open)
{
	strbuf_printf(b, " %d:", segment->first_seat_no);
	for (int i = 0; i < segment->n; i++)
		strbuf_char(b,
		    open[hall->type_of[segment->first_seat_no - 1 + i]] ? '.'
									: '*');
}

static void
tell(struct ctx *ctx, struct seat_call *call, const struct terms *terms,
    const bool *open, const struct hold_record *asked)
{
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, 256);
	hold_rule_tell(&b, terms);
	for (size_t i = 0; i < asked->n_seats; i++) {
		const struct hall_segment *segment = next_segment(terms->hall,
		    asked, i);

		if (segment != NULL)
			hold_rule_tell_segment(&b, terms->hall, segment, open);
	}
	seat_arg(call, strbuf_get(&b));
}

void
hold_rule_arg(struct ctx *ctx, struct seat_call *call,
    const struct terms *terms, struct span type,
    const struct hold_record *asked)
{
	bool open[UINT8_MAX + 1];

	if (!terms_has_rules(terms))
		return;
	hold_rule_open(terms, type, open);
	tell(ctx, call, terms, open, asked);
}

void
hold_rule_arg_like(struct ctx *ctx, struct seat_call *call,
    const struct terms *terms, const struct hold_record *own,
    const struct hold_record *asked)
{
	bool open[UINT8_MAX + 1];

	if (!terms_has_rules(terms))
		return;
	hold_rule_open(terms, SPAN_NONE, open);
	for (size_t i = 0; i < own->n_seats; i++)
		open[terms->hall->type_of[own->seats[i] - 1]] = true;
	tell(ctx, call, terms, open, asked);
}

/* ---- by a map ---- */

/* What is known here and now. */
struct view {
	struct span letters;
	bool on[N_SEAT_RULES];
	bool open[UINT8_MAX + 1];
};

/* returns: 0; > 0 there is no map of the hall; < 0 a fault */
static int
look(struct ctx *ctx, const struct terms *terms, struct span type,
    struct view *out)
{
	struct seat_map map;
	int r = seat_kept_map(ctx, terms->performance, NULL, 0, &map);

	if (r != 0)
		return r;
	if (map.letters.len != (size_t)terms->seat_count)
		return SEAT_E_NONE;
	out->letters = map.letters;
	seat_rule_on(terms, ctx->now_ms, map.letters, out->on);
	open_types(terms->hall, type, out->on[SEAT_RULE_ACCESSIBLE_LAST],
	    out->open);
	return 0;
}

static int
judge_segment(struct ctx *ctx, const struct hall *hall,
    const struct hall_segment *segment, const struct view *view,
    const struct hold_record *asked)
{
	size_t n = (size_t)segment->n;
	size_t first = (size_t)segment->first_seat_no - 1;
	bool *open = ARENA_ARRAY(&ctx->arena, n, bool);
	bool *own = ARENA_ARRAY(&ctx->arena, n, bool);
	bool *chosen = ARENA_ARRAY(&ctx->arena, n, bool);
	const struct seat_rule_row row = { n, view->letters.p + first, open,
		own, chosen };

	for (size_t i = 0; i < n; i++) {
		open[i] = view->open[hall->type_of[first + i]];
		own[i] = chosen[i] = false;
	}
	for (size_t i = 0; i < asked->n_seats; i++) {
		size_t at = (size_t)asked->seats[i] - 1;

		if (at >= first && at < first + n)
			chosen[at - first] = true;
	}
	return seat_rule_judge(&ctx->arena, &row,
	    view->on[SEAT_RULE_NO_LONE_SEAT]);
}

static bool
all_free(const struct view *view, const struct hold_record *asked)
{
	for (size_t i = 0; i < asked->n_seats; i++)
		if (view->letters.p[asked->seats[i] - 1] != SEAT_AVAILABLE)
			return false;
	return true;
}

int
hold_rule_judge(struct ctx *ctx, const struct terms *terms, struct span type,
    const struct hold_record *asked, struct hold_conflicts *conflicts)
{
	struct view view;
	int r;

	if (!terms_has_rules(terms))
		return HOLD_OK;
	r = look(ctx, terms, type, &view);
	if (r != 0 || !all_free(&view, asked))
		return r < 0 ? r : HOLD_OK;
	for (size_t i = 0; i < asked->n_seats; i++) {
		const struct hall_segment *segment = next_segment(terms->hall,
		    asked, i);
		int rule = segment == NULL
		    ? SEAT_RULE_NONE
		    : judge_segment(ctx, terms->hall, segment, &view, asked);

		if (rule == SEAT_RULE_NONE)
			continue;
		conflicts->rule = span_str(seat_rules[rule]);
		return HOLD_E_RULE;
	}
	return HOLD_OK;
}

/* ---- other seats ---- */

/* Who names a type wants seats of it. */
static void
want_type(const struct hall *hall, struct span type, bool *wanted)
{
	for (int i = 0; i < hall->n_types; i++)
		wanted[i] = !span_is(type) || span_eq(hall->types[i], type);
}

void
hold_rule_suggest(struct ctx *ctx, const struct terms *terms, struct span type,
    const struct hold_record *asked, const struct hold_record *own,
    struct hold_conflicts *conflicts)
{
	bool wanted[UINT8_MAX + 1];
	struct view view;
	struct seat_suggest_ask ask = { .hall = terms->hall,
		.seats = asked->seats,
		.n = asked->n_seats,
		.open = view.open,
		.wanted = wanted };

	conflicts->n_seats = asked->n_seats;
	conflicts->n_suggested = 0;
	if (look(ctx, terms, type, &view) != 0)
		return;
	if (own != NULL) {
		ask.own = own->seats;
		ask.n_own = own->n_seats;
	}
	want_type(terms->hall, type, wanted);
	ask.letters = view.letters;
	ask.no_lone = view.on[SEAT_RULE_NO_LONE_SEAT];
	conflicts->n_suggested = seat_suggest(&ctx->arena, &ask,
	    conflicts->suggested);
}
