/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stock_reconcile - what Redis knows of counter sections follows the facts
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#include "recovery/stock_reconcile.h"

#include "base/log.h"
#include "hold/hold_pay.h"
#include "seat/seat_recovery.h"
#include "seat/seat_script.h"
#include "seat/seat_state.h"
#include "store/read.h"

SQL(stock_reconcile_claims,
    "SELECT hold_token, state FROM section_claim"
    " WHERE performance_id = $1 AND hold_token = ANY ($2::text[])"
    "  AND state <> 'H'");
SQL(stock_reconcile_facts,
    "SELECT section_no, version, concat_ws(' ', version, kept, capacity),"
    "  kept, capacity FROM section_stock WHERE performance_id = $1");
/* "version kept capacity promised" */
struct stock {
	int64_t version, kept, capacity, promised;
};

static bool
read_stock(struct span text, struct stock *out)
{
	return span_to_i64(span_cut(&text, ' '), &out->version)
	    && span_to_i64(span_cut(&text, ' '), &out->kept)
	    && span_to_i64(span_cut(&text, ' '), &out->capacity)
	    && span_to_i64(text, &out->promised);
}

/* ---- one map ---- */

/* Whose claim a row is. */
static void
take_claim(struct stock_reconcile *s, const struct db_rows *rows, size_t row)
{
	struct hold_token token;

	if (!hold_token_read(db_cell(rows, row, 0), &token))
		return;
	for (size_t i = 0; i < s->n_holds; i++)
		if (memcmp(s->holds[i].token.random, token.random,
			sizeof(token.random))
		    == 0)
			s->claims[i] = db_cell(rows, row, 1).p[0];
}

int
stock_reconcile_read(struct ctx *ctx, struct stock_reconcile *s)
{
	struct arena *a = &ctx->arena;
	struct span *tokens = ARENA_ARRAY(a, s->n_holds + 1, struct span);
	struct db_rows rows;
	size_t n = 0;
	int r;

	s->claims = ARENA_ARRAY(a, s->n_holds + 1, char);
	for (size_t i = 0; i < s->n_holds; i++)
		if (s->holds[i].section_no > 0)
			tokens[n++] = hold_token_text(a, &s->holds[i].token);
	if (n == 0)
		return 0;
	r = db_read_primary(ctx, &sql_stock_reconcile_claims, 2,
	    (struct db_param[]){ db_i64(a, s->performance),
		db_texts(a, tokens, n) },
	    &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++)
		take_claim(s, &rows, i);
	return r;
}

/* Whether the running holds of a section have what is promised of it. */
static bool
is_promised(const struct stock_reconcile *s, int64_t section_no,
    int64_t promised)
{
	int64_t n = 0;

	for (size_t i = 0; i < s->n_holds; i++)
		if (s->holds[i].section_no == section_no)
			n += (int64_t)s->holds[i].n_seats;
	return n == promised;
}

static const struct kv_reply *
find_stock(const struct stock_reconcile *s, struct span section)
{
	for (size_t i = 0; i + 1 < s->stock->n; i += 2)
		if (span_eq(s->stock->items[i].str, section))
			return &s->stock->items[i + 1];
	return NULL;
}

/* Of the same version, and not the same. */
static bool
is_other(const struct stock *is, const struct db_rows *rows, size_t row)
{
	return is->version == db_get_i64(rows, row, 1)
	    && (is->kept != db_get_i64(rows, row, 3)
		|| is->capacity != db_get_i64(rows, row, 4));
}

/* Of sections that Redis knows an older version of, or none, numbers and facts.
 * returns: 0; 1 something is wrong; < 0 a fault */
static int
find_older(struct ctx *ctx, const struct stock_reconcile *s, struct span **args,
    size_t *n)
{
	const struct db_param param = db_i64(&ctx->arena, s->performance);
	struct db_rows rows;
	int r;

	*n = 0;
	r = db_read_primary(ctx, &sql_stock_reconcile_facts, 1, &param, &rows);
	if (r != 0)
		return r;
	*args = ARENA_ARRAY(&ctx->arena, 2 * rows.n_rows + 1, struct span);
	for (size_t i = 0; i < rows.n_rows; i++) {
		const struct kv_reply *is = find_stock(s, db_cell(&rows, i, 0));
		struct stock stock;

		if (is == NULL || !read_stock(is->str, &stock)
		    || !is_promised(s, db_get_i64(&rows, i, 0), stock.promised)
		    || is_other(&stock, &rows, i))
			return 1;
		if (stock.version >= db_get_i64(&rows, i, 1))
			continue;
		(*args)[(*n)++] = db_cell(&rows, i, 0);
		(*args)[(*n)++] = db_cell(&rows, i, 2);
	}
	return 0;
}

static int
set(struct ctx *ctx, int64_t performance, int64_t epoch,
    const struct span *args, size_t n_args, size_t *n)
{
	struct kv_reply reply;
	int r;

	if (n_args == 0)
		return 0;
	r = seat_script(ctx, performance, epoch, &script_stock_set, n_args,
	    args, &reply);
	if (r == 0 && seat_said(&reply, "ok") && reply.n > 1)
		*n += (size_t)reply.items[1].i64;
	return r;
}

int
stock_reconcile_set(struct ctx *ctx, const struct stock_reconcile *s, size_t *n)
{
	struct span *args = NULL;
	size_t n_args;
	int r;

	r = find_older(ctx, s, &args, &n_args);
	if (r > 0) {
		LOG(ERROR, "stock-wrong", LINT("performance", s->performance));
		r = seat_recovery(ctx)->reload(ctx, s->performance);
		return r < 0 ? r : 1;
	}
	for (size_t i = 0; i < s->n_holds && r == 0; i++) {
		struct hold h = { .epoch = s->epoch, .is = s->holds[i] };

		if (s->claims[i] != SEAT_RESERVED)
			continue;
		hold_paid(ctx, &h);
		*n += h.is.n_seats;
	}
	return r == 0 ? set(ctx, s->performance, s->epoch, args, n_args, n) : r;
}

/* ---- one section ---- */

int
stock_reconcile_one(struct ctx *ctx, int64_t performance, int64_t epoch,
    const struct stock_facts *facts, size_t *n)
{
	const struct span args[] = { facts->section, facts->text };
	struct kv_reply reply;
	struct stock is;
	int r;

	r = kv_command(ctx->kv, &ctx->arena, 3,
	    (struct span[]){ SPAN_LIT("HGET"),
		seat_key(ctx, performance, epoch, KEY_STOCK), facts->section },
	    &reply);
	if (r < 0 || reply.type != KV_STR || !read_stock(reply.str, &is)
	    || is.version >= facts->version)
		return r;
	if (is.kept != facts->kept)
		return 1;
	return set(ctx, performance, epoch, args, ARRAY_LEN(args), n);
}
