/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal - what the logs say of holds is written to PostgreSQL
 *
 * Layer: domain.  Uses: base, store, seat (log_follow), journal_row.
 */
#include "journal/journal.h"

#include "base/clock.h"
#include "base/log.h"
#include "journal/journal_row.h"
#include "seat/epoch.h"
#include "store/keys.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Rows in one statement. */
#define WRITE_MAX 1000
#define LOOK_US 100000
#define SAY_US 200000

/* ---- whether it keeps up ---- */

static struct span
keeps_up_key(struct ctx *ctx)
{
	return key_job(&ctx->arena, "journal-keeps-up");
}

/* When (monotonic, us) what was found out is old, for all of a tree: else each
 * of two dozen processes would ask ten times a second. Below zero: it does not
 * keep up. */
SHARED_PART(look, atomic_llong, NULL);

void
journal_look_again(struct ctx *ctx)
{
	atomic_llong *old_us = shared_part(ctx->shared, &look);

	atomic_store_explicit(old_us, 0, memory_order_relaxed);
}

bool
journal_keeps_up(struct ctx *ctx)
{
	const struct span exists[] = { SPAN_LIT("EXISTS"), keeps_up_key(ctx) };
	atomic_llong *look_us = shared_part(ctx->shared, &look);
	int64_t now_us = clock_mono_us();
	long long old_us = atomic_load_explicit(look_us, memory_order_relaxed);
	struct kv_reply reply;
	bool keeps_up;

	if (now_us < llabs(old_us))
		return old_us > 0;
	keeps_up = kv_command(ctx->kv, &ctx->arena, 2, exists, &reply) == 0
	    && reply.type == KV_INT && reply.i64 == 1;
	old_us = now_us + LOOK_US;
	atomic_store_explicit(look_us, keeps_up ? old_us : -old_us,
	    memory_order_relaxed);
	return keeps_up;
}

/* All entries made before redis_ms are written. */
static int
say_keeping_up(struct ctx *ctx, int64_t redis_ms)
{
	static int64_t said_us;
	const struct span set[] = { SPAN_LIT("SET"), keeps_up_key(ctx),
		SPAN_LIT("1"), SPAN_LIT("PXAT"),
		arena_i64(&ctx->arena, redis_ms + JOURNAL_LATE_MS) };
	struct kv_reply reply;

	if (clock_mono_us() < said_us + SAY_US)
		return 0;
	said_us = clock_mono_us();
	return kv_command(ctx->kv, &ctx->arena, ARRAY_LEN(set), set, &reply);
}

/* ---- entries to rows ---- */

struct writer {
	struct ctx *ctx;
	int64_t epoch;
	struct journal_row *rows; /* WRITE_MAX; those not yet written */
	size_t n, n_written;
};

static int
write_rows(void *arg)
{
	struct writer *w = arg;
	size_t n = w->n;

	if (n == 0)
		return 0;
	w->n_written += n;
	w->n = 0;
	return journal_rows_write(w->ctx, w->rows, n);
}

static bool
read_row(int64_t performance, const struct log_entry *entry,
    struct journal_row *out)
{
	struct hold_token token = { .performance = performance };
	struct span text = entry->hold;

	if (text.len <= sizeof(token.random))
		return false;
	memcpy(token.random, text.p, sizeof(token.random));
	text.p += sizeof(token.random);
	text.len -= sizeof(token.random);
	out->currency[0] = '\0';
	out->log_ms = entry->id.ms;
	out->log_seq = entry->id.seq;
	return hold_record_read(&token, text, &out->is)
	    && out->is.price_version <= INT32_MAX;
}

/* A paid hold is in the journal, and final: what was read of it before is not
 * wanted there any more. Entries of one log stand together. */
static void
forget_paid(struct writer *w, const struct hold_token *token)
{
	for (size_t i = w->n; i > 0; i--) {
		const struct hold_token *t = &w->rows[i - 1].is.token;

		if (t->performance != token->performance)
			return;
		if (memcmp(t->random, token->random, sizeof(t->random)) == 0)
			w->rows[i - 1] = w->rows[--w->n];
	}
}

/* An entry without a hold is only for those who look at the map. */
static int
take(void *arg, int64_t performance, const struct log_entry *entry)
{
	struct writer *w = arg;
	struct journal_row *row;

	if (!span_is(entry->hold))
		return 0;
	if (w->rows == NULL)
		w->rows = ARENA_ARRAY(&w->ctx->arena, WRITE_MAX,
		    struct journal_row);
	row = &w->rows[w->n];
	row->epoch = w->epoch;
	if (!read_row(performance, entry, row))
		LOG(ERROR, "journal-entry", LINT("performance", performance),
		    LSPAN("id", entry->id_text));
	else if (row->is.status == HOLD_PAID)
		forget_paid(w, &row->is.token);
	else
		w->n++;
	return w->n == WRITE_MAX ? write_rows(w) : 0;
}

const struct log_consumer journal_consumer = {
	.hints = "journal-hints",
	.reached = "journaled",
	.take = take,
	.settle = write_rows,
};

int
journal_round(struct ctx *ctx, size_t *n_written)
{
	struct writer w = { .ctx = ctx };
	int64_t until_ms;
	int r;

	*n_written = 0;
	r = epoch_get(ctx, &w.epoch);
	if (r < 0)
		return r;
	r = log_follow_round(ctx, &journal_consumer, w.epoch, &w, &until_ms);
	*n_written = w.n_written;
	return r == 0 && until_ms != 0 ? say_keeping_up(ctx, until_ms) : r;
}

int
journal_drain(struct ctx *ctx, int64_t epoch, const int64_t *performances,
    size_t n)
{
	struct writer w = { .ctx = ctx, .epoch = epoch };
	int r = log_follow_drain(ctx, &journal_consumer, epoch, performances, n,
	    &w);

	if (r == 0 && w.n_written > 0)
		LOG(INFO, "logs-drained", LINT("epoch", epoch),
		    LINT("entries", w.n_written));
	return r;
}
