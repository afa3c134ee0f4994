/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_tail - the last changes of maps that this worker is asked to follow
 *
 * A tail has all changes after base, up to and with the entry upto. A reader
 * who is older than a full tail is too far back, and nobody asks the log for
 * him: what a version costs must not be up to those who make versions up.
 *
 * Layer: domain.  Uses: base, store, epoch, seat_map.
 */
#include "seat/seat_tail.h"

#include "seat/epoch.h"

#define N_PLACES 64
/* Changes in a tail: it answers for at most half of them, and is moved on when
 * it is full. */
#define TAIL_MAX (2 * SEAT_CHANGES_MAX)

struct tail {
	int64_t performance; /* 0: empty */
	int64_t epoch, read_ms;
	uint64_t connection; /* of Redis, that it was read on */
	struct log_id base, upto;
	bool full; /* the log is not asked before base */
	struct logged_change at[TAIL_MAX]; /* the newest first */
	size_t n;
};

static struct tail tails[N_PLACES];

static bool
is_of(const struct tail *t, const struct ctx *ctx, int64_t performance)
{
	return t->performance == performance && t->epoch == epoch_last(ctx)
	    && t->connection == kv_generation(ctx->kv);
}

/* A clock that was set back makes everything old. */
static bool
is_young(const struct tail *t, const struct ctx *ctx)
{
	return t->read_ms <= ctx->now_ms
	    && ctx->now_ms - t->read_ms < SEAT_TAIL_MS;
}

/* These changes come before those it has; the oldest of all go. */
static void
put_first(struct tail *t, const struct logged_change *at, size_t n)
{
	size_t n_kept = MIN(t->n, TAIL_MAX - MIN(n, TAIL_MAX));
	size_t n_put = MIN(n, TAIL_MAX);

	if (n_kept < t->n || n_put < n) {
		t->base = n_put < n ? at[n_put].id : t->at[n_kept].id;
		t->full = true;
	}
	memmove(t->at + n_put, t->at, n_kept * sizeof(*at));
	if (n_put > 0)
		memcpy(t->at, at, n_put * sizeof(*at));
	t->n = n_put + n_kept;
	/* Not half of an entry. */
	while (t->n > 0 && log_id_compare(t->at[t->n - 1].id, t->base) <= 0)
		t->n--;
}

/* The log was read from an entry on. */
static void
take(struct tail *t, const struct ctx *ctx, int64_t performance,
    struct log_id from, const struct seat_changes *read)
{
	bool follows = is_of(t, ctx, performance)
	    && log_id_compare(read->base, t->upto) == 0;

	if (!follows) {
		t->n = 0;
		t->base = read->base;
		t->full = log_id_compare(read->base, from) != 0;
	}
	put_first(t, read->at, read->n);
	t->performance = performance;
	t->epoch = epoch_last(ctx);
	t->connection = kv_generation(ctx->kv);
	t->read_ms = ctx->now_ms;
	t->upto = read->newest;
}

/* Where a tail has the reader, or will have no more of the past, it only goes
 * on; else it begins anew at his version. */
static struct log_id
from_where(const struct tail *t, const struct ctx *ctx, int64_t performance,
    struct log_id since)
{
	return is_of(t, ctx, performance)
		&& (t->full || log_id_compare(since, t->base) >= 0)
	    ? t->upto
	    : since;
}

/* returns: 0; SEAT_TAIL_FAR: there is no live map; < 0 a fault */
static int
read_on(struct ctx *ctx, struct tail *t, int64_t performance,
    struct log_id since)
{
	struct log_id from = from_where(t, ctx, performance, since);
	struct seat_changes changes;
	int r;

	r = seat_changes_read(ctx, performance, epoch_last(ctx), from,
	    &changes);
	if (r < 0)
		return r;
	if (!changes.live)
		t->performance = 0;
	/* Nothing from there on: the version was made up. */
	if (changes.newest.ms == 0)
		return SEAT_TAIL_FAR;
	take(t, ctx, performance, from, &changes);
	return 0;
}

/* Whether the tail answers for this reader as it is. */
static bool
is_enough(const struct tail *t, struct ctx *ctx, int64_t performance,
    struct log_id since, const struct span *seen, size_t n)
{
	return is_of(t, ctx, performance) && is_young(t, ctx)
	    && (t->full || log_id_compare(since, t->base) >= 0)
	    && log_id_compare(since, t->upto) <= 0
	    && seat_version_reached(seat_version_of(ctx, t->epoch, t->upto),
		seen, n);
}

static int
give(struct ctx *ctx, const struct tail *t, struct log_id since,
    struct seat_map *out)
{
	if (log_id_compare(since, t->base) < 0
	    || log_id_compare(since, t->upto) > 0)
		return SEAT_TAIL_FAR;
	*out = (struct seat_map){ .epoch = t->epoch,
		.version = seat_version_of(ctx, t->epoch, t->upto) };
	return seat_map_since(ctx, t->at, t->n, since, out) ? SEAT_OK
							    : SEAT_TAIL_FAR;
}

int
seat_tail_since(struct ctx *ctx, int64_t performance, struct span since,
    const struct span *seen, size_t n, struct seat_map *out)
{
	struct tail *t = &tails[(uint64_t)performance % N_PLACES];
	struct log_id id;
	int64_t epoch;
	int r;

	r = epoch_peek(ctx, &epoch);
	if (r < 0)
		return r;
	if (epoch != epoch_last(ctx) || !seat_version_in(since, epoch, &id))
		return SEAT_TAIL_FAR;
	if (!is_enough(t, ctx, performance, id, seen, n))
		r = read_on(ctx, t, performance, id);
	return r == 0 ? give(ctx, t, id, out) : r;
}
