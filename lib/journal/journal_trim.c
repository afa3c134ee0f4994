/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_trim - forget what the logs need not have any more
 *
 * Layer: domain.  Uses: base, store, seat, journal.
 */
#include "journal/journal_trim.h"

#include "base/clock.h"
#include "journal/journal.h"
#include "seat/epoch.h"
#include "seat/seat_loaded.h"
#include "seat/seat_script.h"

/* Commands in one round trip: bounds the replies held in memory. */
#define BATCH 500

/* Logs with entries after the last that was read for the journal, though
 * nobody said so: whoever made them or read them died. */
static int
hint_again(struct ctx *ctx, const int64_t *ids, size_t n,
    const struct kv_reply *trimmed)
{
	struct kv_reply *ignored = ARENA_ARRAY(&ctx->arena, n, struct kv_reply);
	size_t queued = 0;

	for (size_t i = 0; i < n; i++) {
		if (trimmed[i].n < 3 || trimmed[i].items[2].i64 != 1)
			continue;
		log_hint_queue(ctx, &journal_consumer, ids[i]);
		queued++;
	}
	if (queued == 0)
		return 0;
	return kv_run(ctx->kv, &ctx->arena, queued, ignored);
}

static int
trim_batch(struct ctx *ctx, int64_t epoch, const int64_t *ids, size_t n,
    struct span keep)
{
	struct kv_reply *replies = ARENA_ARRAY(&ctx->arena, n, struct kv_reply);
	struct kv_reply read;
	int r;

	r = log_follow_reached(ctx, &journal_consumer, epoch, ids, n, &read);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		const struct span args[] = { seat_now(ctx), keep,
			read.items[i].type == KV_STR ? read.items[i].str
						     : SPAN_LIT("") };

		seat_script_queue(ctx, ids[i], epoch, &script_seat_trim,
		    ARRAY_LEN(args), args);
	}
	r = kv_run(ctx->kv, &ctx->arena, n, replies);
	return r == 0 ? hint_again(ctx, ids, n, replies) : r;
}

int
journal_trim(struct ctx *ctx, int64_t keep_ms, size_t *n_trimmed)
{
	struct seat_loaded *maps;
	int64_t epoch = 0, *ids;
	size_t n, n_now = 0;
	int r;

	*n_trimmed = 0;
	r = seat_loaded_lately(ctx, &maps, &n);
	if (r == 0)
		r = epoch_get(ctx, &epoch);
	if (r < 0)
		return r;
	ids = ARENA_ARRAY(&ctx->arena, n + 1, int64_t);
	for (size_t i = 0; i < n; i++)
		if (seat_loaded_trims(maps[i].performance, keep_ms * US_PER_MS))
			ids[n_now++] = maps[i].performance;
	for (size_t i = 0; i < n_now && r == 0; i += BATCH)
		r = trim_batch(ctx, epoch, ids + i, MIN(BATCH, n_now - i),
		    seat_number(ctx, keep_ms));
	*n_trimmed = n_now;
	return r;
}
