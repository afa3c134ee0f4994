/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_changes - the last entries of a log, as changes of seats
 *
 * Layer: domain.  Uses: base, store, seat_script.
 */
#include "seat/seat_changes.h"

#include "seat/seat_script.h"
#include "seat/seat_state.h"

#include <inttypes.h>
#include <stdlib.h>

int
log_id_compare(struct log_id a, struct log_id b)
{
	if (a.ms != b.ms)
		return a.ms > b.ms ? 1 : -1;
	return (a.seq > b.seq) - (a.seq < b.seq);
}

static bool
read_id(struct span text, struct log_id *out)
{
	struct span rest = text;

	return span_to_i64(span_cut(&rest, '-'), &out->ms)
	    && span_to_i64(rest, &out->seq);
}

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

/* "H5,6" */
static void
read_change(struct list *l, struct log_id id, struct span text)
{
	struct logged_change change = { .id = id, .is.letter = text.p[0] };
	struct span rest = { text.p + 1, text.len - 1 };

	if (!seat_is_state(text.p[0]))
		return;
	while (span_is(rest))
		if (span_to_i64(span_cut(&rest, ','), &change.is.seat_no)
		    && change.is.seat_no > 0)
			add(l, &change);
}

static void
read_entry(struct list *l, const struct kv_reply *entry)
{
	const struct kv_reply *fields;
	struct log_id id;

	if (entry->n < 2 || !read_id(entry->items[0].str, &id))
		return;
	fields = &entry->items[1];
	for (size_t i = 0; i + 1 < fields->n; i += 2)
		if (span_eq_str(fields->items[i].str, "c")
		    && fields->items[i + 1].str.len > 1)
			read_change(l, id, fields->items[i + 1].str);
}

/* Every version of a live map is an entry. That of from comes back itself when
 * it is still kept, and then nothing after it was trimmed. */
static void
take(struct ctx *ctx, const struct kv_reply *entries, struct seat_changes *out)
{
	struct list l = { .arena = &ctx->arena };
	size_t n = entries->n;

	if (n == 0 || !read_id(entries->items[0].items[0].str, &out->newest)
	    || !read_id(entries->items[n - 1].items[0].str, &out->base))
		return;
	for (size_t i = 0; i + 1 < n; i++)
		read_entry(&l, &entries->items[i]);
	out->at = l.at;
	out->n = l.n;
}

int
seat_changes_read(struct ctx *ctx, int64_t performance, int64_t epoch,
    struct log_id from, struct seat_changes *out)
{
	struct span keys[SEAT_N_KEYS];
	struct kv_reply replies[2];
	int r;

	*out = (struct seat_changes){ .live = false };
	seat_keys(ctx, performance, epoch, keys);
	kv_queue(ctx->kv, 3, (struct span[]){ SPAN_LIT("HGET"), keys[2],
	    SPAN_LIT("s") });
	kv_queue(ctx->kv, 6, (struct span[]){ SPAN_LIT("XREVRANGE"), keys[5],
	    SPAN_LIT("+"), span_str(arena_printf(&ctx->arena,
	    "%" PRId64 "-%" PRId64, from.ms, from.seq)), SPAN_LIT("COUNT"),
	    seat_number(ctx, SEAT_CHANGES_MAX + 1) });
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

/* By seat, of one seat the newest first. */
static int
by_seat(const void *a, const void *b)
{
	const struct logged_change *x = a, *y = b;

	if (x->is.seat_no != y->is.seat_no)
		return x->is.seat_no > y->is.seat_no ? 1 : -1;
	return log_id_compare(y->id, x->id);
}

void
seat_changes_since(struct ctx *ctx, const struct logged_change *at, size_t n,
    struct log_id since, struct seat_change **out, size_t *n_out)
{
	struct arena *a = &ctx->arena;
	struct logged_change *sorted = ARENA_ARRAY(a, n + 1,
	    struct logged_change);
	size_t n_newer = 0;

	while (n_newer < n && log_id_compare(at[n_newer].id, since) > 0)
		n_newer++;
	if (n_newer > 0) {
		memcpy(sorted, at, n_newer * sizeof(*sorted));
		qsort(sorted, n_newer, sizeof(*sorted), by_seat);
	}
	*out = ARENA_ARRAY(a, n_newer + 1, struct seat_change);
	*n_out = 0;
	for (size_t i = 0; i < n_newer; i++)
		if (i == 0 || sorted[i].is.seat_no != sorted[i - 1].is.seat_no)
			(*out)[(*n_out)++] = sorted[i].is;
}
