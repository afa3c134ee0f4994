/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * together - one statement for what several processes write at once
 *
 * Layer: store.  Uses: base (combine), ctx, db.
 */
#include "store/together.h"

#include "base/crypto.h"
#include "base/strbuf.h"

#include <assert.h>

/* A row on its way: of each parameter the length of its text and the text. */
#define TEXT_NULL UINT16_MAX

struct work {
	struct ctx *ctx;
	const struct sql *sql;
	size_t n_params;
	together_alone_fn *alone;
	void *arg;
	bool was_alone;
};

/* ---- rows as bytes ---- */

/* bytea is binary as a parameter, and text in an array. */
static struct span
text_of(struct arena *a, const struct db_param *param)
{
	if (param->text == NULL)
		return SPAN_NONE;
	if (!param->binary)
		return span_str(param->text);
	return span_str(arena_printf(a, "\\x%s",
	    crypto_hex(a, param->text, (size_t)param->len)));
}

/* returns: false when a text is too long */
static bool
pack(struct arena *a, struct strbuf *b, const struct db_param *params, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct span text = text_of(a, &params[i]);
		uint16_t len = span_is(text) ? (uint16_t)text.len : TEXT_NULL;

		if (text.len >= TEXT_NULL)
			return false;
		strbuf_add(b, &len, sizeof(len));
		strbuf_span(b, text);
	}
	return true;
}

/* The first n_bytes of what is packed, which are there: this process's own
 * program packed it. */
static struct span
cut(struct span *packed, size_t n_bytes)
{
	struct span first = { packed->p, n_bytes };

	assert(packed->len >= n_bytes);
	packed->p += n_bytes;
	packed->len -= n_bytes;
	return first;
}

static void
unpack(struct span packed, struct span *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint16_t len;

		memcpy(&len, cut(&packed, sizeof(len)).p, sizeof(len));
		row[i] = len == TEXT_NULL ? SPAN_NONE : cut(&packed, len);
	}
}

/* ---- the one who runs it ---- */

static void
make_params(const struct work *w, const struct combine_item *items, size_t n,
    struct db_param *params)
{
	struct arena *a = &w->ctx->arena;
	struct span *rows = ARENA_ARRAY(a, n * w->n_params, struct span);
	struct span *column = ARENA_ARRAY(a, n, struct span);

	for (size_t i = 0; i < n; i++)
		unpack(items[i].asked, rows + i * w->n_params, w->n_params);
	for (size_t k = 0; k < w->n_params; k++) {
		for (size_t i = 0; i < n; i++)
			column[i] = rows[i * w->n_params + k];
		params[k] = db_texts(a, column, n);
	}
}

/* A statement for many costs one more than his own. He runs that one here, at
 * work, so that those who come meanwhile gather. */
static void
run(void *arg, struct combine_item *items, size_t n)
{
	struct work *w = arg;
	struct db_param params[TOGETHER_PARAMS];
	struct db_rows rows;

	if (n == 1) {
		w->was_alone = true;
		w->alone(w->arg);
		return;
	}
	make_params(w, items, n, params);
	if (db_run(w->ctx->primary, &w->ctx->arena, w->sql, (int)w->n_params,
		params, &rows)
	    != DB_OK)
		return;
	for (size_t i = 0; i < rows.n_rows; i++) {
		int64_t place = db_get_i64(&rows, i, 0);

		assert(place >= 1 && (size_t)place <= n);
		items[place - 1].done = true;
		items[place - 1].answer = db_get_i64(&rows, i, 1);
	}
}

/* ---- the one who asks ---- */

void
together_left(void *combine, int owner)
{
	combine_drop(combine, owner);
}

bool
together(struct ctx *ctx, struct combine *c, const struct sql *sql,
    int n_params, const struct db_param *params, together_alone_fn *alone,
    void *arg, int64_t *answer)
{
	struct work work = { .ctx = ctx,
		.sql = sql,
		.n_params = (size_t)n_params,
		.alone = alone,
		.arg = arg };
	struct strbuf b;

	assert(n_params >= 1 && n_params <= TOGETHER_PARAMS);
	strbuf_init(&b, &ctx->arena, 1024);
	if (pack(&ctx->arena, &b, params, work.n_params)
	    && combine_do(c, ctx->owner, strbuf_get(&b), ctx->set.db_lock_ms,
		run, &work, answer))
		return true;
	if (!work.was_alone)
		alone(arg);
	return false;
}
