/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_rule_end - when a performance's rules end
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "seat/seat_rule_end.h"

#include "base/clock.h"
#include "base/strbuf.h"
#include "catalog/terms.h"
#include "seat/seat_kept.h"
#include "seat/seat_loaded.h"
#include "seat/seat_script.h"
#include "seat/seat_state.h"
#include "store/read.h"

/* Halls are read for those only that have rules which end. Those are few, and
 * looked for by an index of theirs: all maps that are loaded are many. */
SQL(seat_rule_end,
    "SELECT id FROM performances WHERE status = 'open'"
    " AND now() BETWEEN sales_open_at AND sales_close_at"
    " AND seat_rules <> '{}' AND lone_seat_percent + lone_seat_minutes"
    "  + accessible_percent + accessible_minutes > 0");

/* Of the seats that are picked: how many there are, and how many are free. */
static void
count(const struct hall *hall, struct span letters, size_t *all, size_t *free)
{
	*all = *free = 0;
	for (int i = 0; i < hall->n_sections; i++) {
		const struct hall_section *s = &hall->sections[i];
		size_t first = (size_t)s->first_seat_no - 1;
		size_t n = (size_t)s->capacity;

		if (s->kind != SECTION_ASSIGNED || first + n > letters.len)
			continue;
		*all += n;
		for (size_t k = first; k < first + n; k++)
			*free += letters.p[k] == SEAT_AVAILABLE;
	}
}

void
seat_rule_on(const struct terms *terms, int64_t now_ms, struct span letters,
    bool on[N_SEAT_RULES])
{
	size_t all, free;

	count(terms->hall, letters, &all, &free);
	for (size_t i = 0; i < N_SEAT_RULES; i++) {
		const struct terms_rule *rule = &terms->rules[i];

		on[i] = rule->on
		    && (rule->minutes == 0
			|| now_ms
			    < terms->starts_ms - rule->minutes * 60 * MS_PER_S)
		    && (rule->percent_left == 0
			|| 100 * free > (size_t)rule->percent_left * all);
	}
}

/* The words of those that have ended. */
static struct span
over(struct ctx *ctx, const struct terms *terms, struct span letters)
{
	bool on[N_SEAT_RULES];
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, 64);
	seat_rule_on(terms, ctx->now_ms, letters, on);
	for (size_t i = 0; i < N_SEAT_RULES; i++)
		if (terms->rules[i].on && !on[i])
			strbuf_printf(&b, "%s%s",
			    strbuf_get(&b).len > 0 ? " " : "", seat_rules[i]);
	return strbuf_get(&b);
}

/* The script refuses other terms than the map's: those that have changed are
 * told to it first, and a later round goes by them. */
static int
tell(struct ctx *ctx, int64_t performance, size_t *n_told)
{
	const struct terms *terms;
	struct seat_map map;
	struct kv_reply reply;
	struct span args[2];
	int r;

	r = terms_get(ctx, performance, &terms);
	if (r == 0)
		r = seat_kept_map(ctx, performance, NULL, 0, &map);
	if (r != 0 || map.epoch == 0)
		return r < 0 ? r : 0;
	args[0] = seat_number(ctx, terms->meta_version);
	args[1] = over(ctx, terms, map.letters);
	r = seat_script(ctx, performance, map.epoch, &script_seat_rules,
	    ARRAY_LEN(args), args, &reply);
	*n_told += r == 0 && seat_said(&reply, "ok") && args[1].len > 0;
	return r;
}

int
seat_rule_end_round(struct ctx *ctx, size_t *n_told)
{
	struct seat_loaded *maps;
	struct db_rows rows;
	size_t n;
	int r;

	*n_told = 0;
	r = seat_loaded_lately(ctx, &maps, &n);
	if (r < 0 || n == 0)
		return r;
	r = db_read_primary(ctx, &sql_seat_rule_end, 0, NULL, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++) {
		int64_t performance = db_get_i64(&rows, i, 0);

		if (seat_loaded_among(maps, n, performance) != NULL)
			r = tell(ctx, performance, n_told);
	}
	return r;
}
