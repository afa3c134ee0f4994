/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show - movies, concerts and whatever else is sold
 *
 * The next performance is looked up for each row that is shown, by the index
 * on (show_id, starts_at): there is no column that could go stale.
 *
 * Layer: domain.  Uses: base, store, words.
 */
#include "catalog/show.h"

#include "store/read.h"

/* $1 is now. */
#define SHOW_SELECT \
	"SELECT s.id, s.kind, s.status, s.title_ko, s.title_en, " \
	"s.synopsis_ko, s.synopsis_en, s.running_minutes, s.age_rating, " \
	"s.poster_url, (SELECT (extract(epoch FROM p.starts_at) * 1000)" \
	"::bigint FROM performances AS p WHERE p.show_id = s.id " \
	"AND p.status = 'open' AND p.starts_at > $1::timestamptz " \
	"ORDER BY p.starts_at LIMIT 1), (SELECT encode(sha256, 'hex') " \
	"FROM posters WHERE show_id = s.id) FROM shows AS s "

SQL(show_list,
    SHOW_SELECT
    "WHERE s.id > $2 AND ($3::text IS NULL OR s.kind = $3) "
    "AND ($4::text IS NULL OR s.status = $4) "
    "AND ($5::text IS NULL "
    "OR strpos(search_fold(s.title_ko), search_fold($5)) > 0 "
    "OR strpos(search_fold(s.title_en), search_fold($5)) > 0) "
    "ORDER BY s.id LIMIT $6");
SQL(show_get, SHOW_SELECT "WHERE s.id = $2");

/* returns: SHOW_OK; < 0 for a row that makes no sense */
static int
take(const struct db_rows *rows, size_t i, struct show *out)
{
	int kind, status;
	int r = words_read(show_kinds, db_cell(rows, i, 1), &kind);

	if (r == 0)
		r = words_read(show_statuses, db_cell(rows, i, 2), &status);
	if (r != 0)
		return r;
	*out = (struct show){
		.id = db_get_i64(rows, i, 0),
		.kind = (enum show_kind)kind,
		.status = (enum show_status)status,
		.title = { db_cell(rows, i, 3), db_cell(rows, i, 4) },
		.synopsis = { db_cell(rows, i, 5), db_cell(rows, i, 6) },
		.running_minutes = db_get_i64(rows, i, 7),
		.age_rating = db_cell(rows, i, 8),
		.poster_url = db_cell(rows, i, 9),
		.poster = db_cell(rows, i, 11),
		.next_starts_ms = db_is_null(rows, i, 10)
		    ? SHOW_NEVER
		    : db_get_i64(rows, i, 10),
	};
	return SHOW_OK;
}

static struct db_param
word_of(const char *const *words, int i)
{
	return db_str(i < 0 ? NULL : words[i]);
}

int
show_list(struct ctx *ctx, const struct show_filter *filter,
    struct show_list *out)
{
	struct arena *a = &ctx->arena;
	struct db_param params[] = {
		db_time(a, ctx->now_ms),
		db_i64(a, filter->after_id),
		word_of(show_kinds, filter->kind),
		word_of(show_statuses, filter->status),
		filter->q.len == 0 ? db_str(NULL) : db_text(a, filter->q),
		db_i64(a, filter->limit + 1),
	};
	struct db_rows rows;
	int r = db_read(ctx, &sql_show_list, ARRAY_LEN(params), params, &rows);

	if (r != DB_OK)
		return r;
	out->more = rows.n_rows > (size_t)filter->limit;
	out->n = out->more ? (size_t)filter->limit : rows.n_rows;
	out->items = ARENA_ARRAY(a, out->n, struct show);
	for (size_t i = 0; r == DB_OK && i < out->n; i++)
		r = take(&rows, i, &out->items[i]);
	return r;
}

int
show_get(struct ctx *ctx, int64_t id, struct show *out)
{
	struct db_param params[] = {
		db_time(&ctx->arena, ctx->now_ms),
		db_i64(&ctx->arena, id),
	};
	struct db_rows rows;
	int r = db_read(ctx, &sql_show_get, ARRAY_LEN(params), params, &rows);

	if (r != DB_OK)
		return r;
	if (rows.n_rows == 0)
		return SHOW_E_NONE;
	return take(&rows, 0, out);
}
