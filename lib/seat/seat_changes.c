/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_changes - the last entries of a log, as changes of seats
 *
 * Layer: domain.  Uses: base, store, seat_script.
 */
#include "seat/seat_changes.h"

#include "seat/seat_script.h"

#include <inttypes.h>
#include <stdlib.h>

struct list {
	struct arena *arena;
	struct logged_change *at;
	size_t n, cap;
};

static void
add(struct list *l, const struct logged_change *change)
{
	if (l->n == l->cap) {
		struct logged_change *grown;

		l->cap = l->cap == 0 ? 64 : 2 * l->cap;
		grown = ARENA_ARRAY(l->arena, l->cap, struct logged_change);
		if (l->n > 0)
			memcpy(grown, l->at, l->n * sizeof(*grown));
		l->at = grown;
	}
	l->at[l->n++] = *change;
}

static void
take_entry(struct list *l, const struct kv_reply *reply)
{
	struct logged_change change;
	struct log_entry entry;

	if (!log_entry_read(reply, &entry))
		return;
	change = (struct logged_change){ .id = entry.id,
		.section = { entry.section_no, entry.left } };
	if (entry.section_no > 0)
		add(l, &change);
	while (log_entry_next(&entry, &change.is))
		add(l, &change);
}

/* Every version of a live map is an entry. That of from comes back itself when
 * it is still kept, and then nothing after it was trimmed. */
static void
take(struct ctx *ctx, const struct kv_reply *entries, struct seat_changes *out)
{
	struct list l = { .arena = &ctx->arena };
	size_t n = entries->n;

	if (n == 0 || !log_id_read(entries->items[0].items[0].str, &out->newest)
	    || !log_id_read(entries->items[n - 1].items[0].str, &out->base))
		return;
	for (size_t i = 0; i + 1 < n; i++)
		take_entry(&l, &entries->items[i]);
	out->at = l.at;
	out->n = l.n;
}

int
seat_changes_read(struct ctx *ctx, int64_t performance, int64_t epoch,
    struct log_id from, struct seat_changes *out)
{
	struct kv_reply replies[2];
	int r;

	*out = (struct seat_changes){ .live = false };
	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("HGET"),
		seat_key(ctx, performance, epoch, KEY_META), SPAN_LIT("s") });
	kv_queue(ctx->kv, 6,
	    (struct span[]){ SPAN_LIT("XREVRANGE"),
		seat_key(ctx, performance, epoch, KEY_LOG), SPAN_LIT("+"),
		span_str(arena_printf(&ctx->arena, "%" PRId64 "-%" PRId64,
		    from.ms, from.seq)),
		SPAN_LIT("COUNT"), seat_number(ctx, SEAT_CHANGES_MAX + 1) });
	r = kv_run(ctx->kv, &ctx->arena, 2, replies);
	if (r < 0)
		return r;
	if (replies[1].type != KV_ARRAY)
		return KV_F_PROTOCOL;
	out->live = replies[0].type == KV_STR
	    && span_eq_str(replies[0].str, "live");
	if (out->live)
		take(ctx, &replies[1], out);
	return 0;
}

/* By section, then by seat. */
static int
by_what(const struct logged_change *x, const struct logged_change *y)
{
	if (x->is.seat_no != y->is.seat_no)
		return x->is.seat_no > y->is.seat_no ? 1 : -1;
	return (x->section.section_no > y->section.section_no)
	    - (x->section.section_no < y->section.section_no);
}

/* Of one seat, or section, the newest first. */
static int
by_what_and_age(const void *a, const void *b)
{
	const struct logged_change *x = a, *y = b;
	int r = by_what(x, y);

	return r != 0 ? r : log_id_compare(y->id, x->id);
}

void
seat_changes_since(struct ctx *ctx, const struct logged_change *at, size_t n,
    struct log_id since, struct seat_since *out)
{
	struct arena *a = &ctx->arena;
	struct logged_change *sorted = ARENA_ARRAY(a, n + 1,
	    struct logged_change);
	size_t n_newer = 0;

	while (n_newer < n && log_id_compare(at[n_newer].id, since) > 0)
		n_newer++;
	if (n_newer > 0) {
		memcpy(sorted, at, n_newer * sizeof(*sorted));
		qsort(sorted, n_newer, sizeof(*sorted), by_what_and_age);
	}
	*out = (struct seat_since){
		.seats = ARENA_ARRAY(a, n_newer + 1, struct seat_change),
		.sections = ARENA_ARRAY(a, n_newer + 1, struct section_change)
	};
	for (size_t i = 0; i < n_newer; i++) {
		if (i > 0 && by_what(&sorted[i], &sorted[i - 1]) == 0)
			continue;
		if (sorted[i].is.seat_no > 0)
			out->seats[out->n_seats++] = sorted[i].is;
		else
			out->sections[out->n_sections++] = sorted[i].section;
	}
}
