/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_best - the best seats that are free, for a buyer who does not choose
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "hold/hold_best.h"

#include "base/strbuf.h"
#include "catalog/terms.h"
#include "hold/hold_ask.h"
#include "hold/hold_database.h"
#include "hold/hold_rule.h"
#include "hold/hold_script.h"
#include "seat/seat_best.h"
#include "seat/seat_kept.h"

/* From the kept map, and from one read now. */
#define ROUNDS 2

/* Groups of a map, best first; n 0: it has none. */
struct ranking {
	struct span version; /* the map's */
	size_t n;
	struct seat_group groups[SEAT_BEST_GROUPS];
};

/* ---- ranking ---- */

/* What the request may have, but for the map. Whether a rule has ended the
 * script knows: until it is asked, rules are on. */
static void
begin(struct ctx *ctx, const struct hold_want *want, const struct terms *terms,
    const struct hold_record *asked, struct seat_best_ask *ask)
{
	const struct hall *hall = terms->hall;
	const struct hold_best *best = &want->best;
	bool *open = ARENA_ARRAY(&ctx->arena, (size_t)hall->n_types, bool);
	bool *wanted = ARENA_ARRAY(&ctx->arena, (size_t)hall->n_types, bool);
	bool *sold = ARENA_ARRAY(&ctx->arena, (size_t)hall->n_sections, bool);

	for (int i = 0; i < hall->n_sections; i++)
		sold[i] = terms_section_open(terms, i + 1);
	hold_rule_open(terms, best->type, open);
	for (int i = 0; i < hall->n_types; i++)
		wanted[i] = !span_is(best->type)
		    || span_eq(hall->types[i], best->type);
	*ask = (struct seat_best_ask){ .hall = hall,
		.n = (int)best->quantity,
		.section_no = (int)best->section_no,
		.class_no = (int)best->class_no,
		.sold = sold,
		.open = open,
		.wanted = wanted,
		.no_lone = terms->rules[SEAT_RULE_NO_LONE_SEAT].on };
	/* No two requests have one token. */
	memcpy(&ask->seed, asked->token.random, sizeof(ask->seed));
}

/* The groups of the kept map, or of one that is read now. returns: 0, also
 * where there are none; NONE; < 0 on a fault */
static int
rank(struct ctx *ctx, int64_t performance, bool now, struct seat_best_ask *ask,
    struct ranking *out)
{
	struct seat_map map;
	int r = now ? seat_kept_renew(ctx, performance, &map)
		    : seat_kept_about(ctx, performance, &map);

	out->n = 0;
	if (r != SEAT_OK)
		return r < 0 ? r : HOLD_E_NONE;
	ask->letters = map.letters;
	out->version = map.version;
	out->n = seat_best(&ctx->arena, ask, out->groups);
	return 0;
}

/* A group as what is asked for, whose types are known. */
static void
take_group(const struct terms *terms, const struct seat_group *group,
    struct hold_record *asked)
{
	asked->n_seats = 0;
	for (int i = 0; i < group->n_parts; i++)
		for (int k = 0; k < group->parts[i].n; k++) {
			int seat = group->parts[i].first + k;

			asked->seats[asked->n_seats] = seat;
			asked->prices[asked->n_seats] = hold_want_price(
			    &terms->list, asked->types[asked->n_seats],
			    terms->hall->class_of[seat - 1]);
			asked->n_seats++;
		}
}

/* ---- Redis ---- */

static bool
was_told(const struct hall_segment **told, size_t n,
    const struct hall_segment *s)
{
	for (size_t i = 0; i < n; i++)
		if (told[i] == s)
			return true;
	return false;
}

/* What rule.inc.lua is told of all groups: each segment once. Empty: there are
 * no rules. */
static struct span
rules_text(struct ctx *ctx, const struct terms *terms,
    const struct seat_best_ask *ask, const struct ranking *ranking)
{
	const struct seat_group *groups = ranking->groups;
	const struct hall_segment *told[SEAT_BEST_GROUPS * SEAT_BEST_PARTS];
	struct strbuf b;
	size_t n = 0;

	strbuf_init(&b, &ctx->arena, 256);
	hold_rule_tell(&b, terms);
	if (strbuf_get(&b).len == 0)
		return SPAN_LIT("");
	for (size_t i = 0; i < ranking->n; i++)
		for (int k = 0; k < groups[i].n_parts; k++) {
			const struct hall_segment *s = hall_segment_of(
			    terms->hall, groups[i].parts[k].first);

			if (was_told(told, n, s))
				continue;
			told[n++] = s;
			hold_rule_tell_segment(&b, ask->hall, s, ask->open);
		}
	return strbuf_get(&b);
}

/* "seats prices;" of each group but the first, whose prices, left out, are
 * mostly theirs too. in: asked has the first. */
static struct span
others_text(struct ctx *ctx, const struct terms *terms,
    const struct ranking *ranking, struct hold_record *asked)
{
	const size_t len = asked->n_seats * sizeof(asked->prices[0]);
	int64_t first[HOLD_SEATS_MAX];
	struct strbuf b;

	memcpy(first, asked->prices, len);
	strbuf_init(&b, &ctx->arena, 16 * ranking->n * asked->n_seats);
	for (size_t i = 1; i < ranking->n; i++) {
		take_group(terms, &ranking->groups[i], asked);
		hold_numbers_add(&b, asked->seats, asked->n_seats);
		strbuf_char(&b, ' ');
		if (memcmp(first, asked->prices, len) != 0)
			strbuf_span(&b, hold_record_prices(&ctx->arena, asked));
		strbuf_char(&b, ';');
	}
	return strbuf_get(&b);
}

static void
arg_groups(struct ctx *ctx, const struct terms *terms,
    const struct ranking *ranking, struct hold_record *asked,
    struct seat_call *call)
{
	asked->n_seats = 0;
	if (ranking->n > 0)
		take_group(terms, &ranking->groups[0], asked);
	seat_arg(call, hold_numbers(&ctx->arena, asked->seats, asked->n_seats));
	seat_arg(call, hold_record_prices(&ctx->arena, asked));
	seat_arg(call, others_text(ctx, terms, ranking, asked));
}

/* The first of the groups that stands. returns: as hold_ask_run, MISSED */
static int
ask_groups(struct ctx *ctx, const struct terms *terms,
    const struct seat_best_ask *ask, const struct ranking *ranking,
    struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts)
{
	struct seat_call call;

	hold_ask_begin(ctx, &script_hold_best, terms, asked, &call);
	arg_groups(ctx, terms, ranking, asked, &call);
	seat_arg(&call, rules_text(ctx, terms, ask, ranking));
	return hold_ask_run(ctx, &call, asked, out, conflicts);
}

/* ---- a search in Redis ---- */

/* Seats of the scope that are not open to the request, with commas. */
static struct span
closed_text(struct ctx *ctx, const struct seat_best_ask *ask, int first,
    int last)
{
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, 64);
	for (int seat = first; seat <= last; seat++)
		if (!ask->open[ask->hall->type_of[seat - 1]]) {
			strbuf_i64(&b, seat);
			strbuf_char(&b, ',');
		}
	return strbuf_get(&b);
}

static bool
is_wanted(const struct seat_best_ask *ask, int seat)
{
	return ask->wanted[ask->hall->type_of[seat - 1]]
	    && (ask->class_no == 0
		|| ask->hall->class_of[seat - 1] == ask->class_no);
}

/* "first:n:from:to:section:row " for each stretch of wanted seats from..to of a
 * segment. */
static void
add_stretches(const struct seat_best_ask *ask, const struct hall_segment *s,
    struct strbuf *b)
{
	int end = s->first_seat_no + s->n, to;

	for (int from = s->first_seat_no; from < end; from = to + 1) {
		for (to = from; to < end && is_wanted(ask, to);)
			to++;
		if (to - from >= MIN(ask->n, 2))
			strbuf_printf(b, "%d:%d:%d:%d:%d:%d ", s->first_seat_no,
			    s->n, from, to - 1, s->section_no, s->row_no);
	}
}

/* The segments of the scope, nearest first, and where it begins and ends. */
static struct span
scope_text(struct ctx *ctx, const struct seat_best_ask *ask, int *first,
    int *last)
{
	const struct hall *hall = ask->hall;
	size_t n;
	const struct hall_segment **near = seat_best_scope(&ctx->arena, ask,
	    &n);
	struct strbuf b;

	*first = hall->seat_count;
	*last = 0;
	strbuf_init(&b, &ctx->arena, 1024);
	for (size_t i = 0; i < n; i++) {
		const struct hall_segment *s = near[i];

		*first = MIN(*first, s->first_seat_no);
		*last = MAX(*last, s->first_seat_no + s->n - 1);
		add_stretches(ask, s, &b);
	}
	return strbuf_get(&b);
}

/* What a search is told of ticket types, unless all are the default: how many
 * classes, and "number:nth " of each seat. */
static void
arg_types(struct ctx *ctx, struct seat_call *call,
    const struct price_list *list, const int64_t *types, int n)
{
	struct strbuf b;
	bool typed = false;
	int nth;

	strbuf_init(&b, &ctx->arena, 64);
	for (int i = 0; i < n; i++) {
		typed |= types[i] != 0;
		(void)price_list_type(list, types[i], &nth);
		strbuf_printf(&b, "%d:%d ", (int)types[i], nth);
	}
	if (!typed)
		return;
	seat_arg(call, seat_number(ctx, list->n_classes));
	seat_arg(call, strbuf_get(&b));
}

/* Whatever the scope has now. */
static int
ask_scope(struct ctx *ctx, const struct terms *terms,
    const struct seat_best_ask *ask, const struct hold_record *asked,
    struct hold *out, struct hold_conflicts *conflicts)
{
	struct seat_call call;
	struct strbuf rules;
	int first, last;
	struct span scope = scope_text(ctx, ask, &first, &last);

	hold_ask_begin(ctx, &script_hold_search, terms, asked, &call);
	seat_arg(&call, seat_number(ctx, ask->n));
	seat_arg(&call, seat_number(ctx, first));
	seat_arg(&call, seat_number(ctx, last));
	seat_arg(&call, scope);
	seat_arg(&call, closed_text(ctx, ask, first, last));
	seat_arg(&call,
	    (struct span){ (const char *)terms->hall->class_of,
		(size_t)terms->seat_count });
	seat_arg(&call,
	    hold_numbers(&ctx->arena, terms->list.amounts,
		(size_t)(terms->list.n_types * terms->list.n_classes)));
	strbuf_init(&rules, &ctx->arena, 64);
	hold_rule_tell(&rules, terms);
	seat_arg(&call, strbuf_get(&rules));
	arg_types(ctx, &call, &terms->list, asked->types, ask->n);
	return hold_ask_run(ctx, &call, asked, out, conflicts);
}

int
hold_best_place(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms, struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts)
{
	struct ranking ranking = { .n = 0 };
	struct seat_best_ask ask;
	int r;

	/* A key that is known has its answer, whatever is free now. */
	if (span_is(want->key)) {
		r = ask_groups(ctx, terms, NULL, &ranking, asked, out,
		    conflicts);
		if (r != HOLD_E_MISSED)
			return r;
	}
	begin(ctx, want, terms, asked, &ask);
	for (int i = 0; i < ROUNDS; i++) {
		r = rank(ctx, terms->performance, i > 0, &ask, &ranking);
		if (r != 0)
			return r;
		if (ranking.n == 0)
			continue;
		r = ask_groups(ctx, terms, &ask, &ranking, asked, out,
		    conflicts);
		if (r == HOLD_OK)
			seat_kept_held(ctx, terms->performance, ranking.version,
			    out->is.seats, out->is.n_seats);
		if (r != HOLD_E_MISSED)
			return r;
	}
	return ask_scope(ctx, terms, &ask, asked, out, conflicts);
}

/* ---- PostgreSQL ---- */

/* How many could sit together, fewer than were asked for. */
static int64_t
largest(struct ctx *ctx, struct seat_best_ask *ask)
{
	struct seat_group groups[SEAT_BEST_GROUPS];

	while (--ask->n > 0)
		if (seat_best(&ctx->arena, ask, groups) > 0
		    && groups[0].n_parts == 1)
			break;
	return ask->n;
}

/* returns: as hold_database_place; TAKEN: none of the groups was free */
static int
try_groups(struct ctx *ctx, const struct terms *terms,
    const struct ranking *ranking, struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts)
{
	int r = HOLD_E_TAKEN;

	for (size_t i = 0; i < ranking->n && r == HOLD_E_TAKEN; i++) {
		take_group(terms, &ranking->groups[i], asked);
		r = hold_database_place(ctx, 0, terms, asked, out, conflicts);
	}
	return r;
}

int
hold_best_database(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms, struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts)
{
	struct ranking ranking;
	struct seat_best_ask ask;
	int r;

	/* So has somebody whose turn it is not. */
	if (span_is(want->key) || terms->queue_mode != QUEUE_OFF) {
		asked->n_seats = 0;
		r = hold_database_place(ctx, 0, terms, asked, out, conflicts);
		if (r != HOLD_E_MISSED)
			return r;
	}
	begin(ctx, want, terms, asked, &ask);
	for (int i = 0; i < ROUNDS; i++) {
		r = rank(ctx, terms->performance, true, &ask, &ranking);
		if (r != 0)
			return r;
		if (ranking.n == 0) {
			conflicts->largest = largest(ctx, &ask);
			return HOLD_E_APART;
		}
		r = try_groups(ctx, terms, &ranking, asked, out, conflicts);
		if (r != HOLD_E_TAKEN)
			return r;
	}
	return HOLD_F_BUSY;
}
