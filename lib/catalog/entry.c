/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry - what is in the catalog, as operators see it
 *
 * The views of sql/functions/entries.sql all have the same columns.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "catalog/entry.h"

#include "store/read.h"

#define SELECT_FROM(view) \
	"SELECT id, version, coalesce(changed_by, 0), " \
	"(extract(epoch FROM changed_at) * 1000)::bigint, members, more " \
	"FROM " view
#define FILTERED(view) \
	SELECT_FROM(view) \
	" WHERE ($1::bigint = 0 OR parent_id = $1) AND ($2::text IS NULL " \
	"OR strpos(search_fold(said), search_fold($2)) > 0) " \
	"AND ($3::text IS NULL OR kind = $3) " \
	"AND ($4::text IS NULL OR status = $4) "

#define GET(view) SELECT_FROM(view) " WHERE id = $1"
#define LIST(view) FILTERED(view) "AND id > $5 ORDER BY id LIMIT $6"
#define LIST_NEWEST(view) \
	FILTERED(view) \
	"AND ($5::bigint = 0 OR id < $5) ORDER BY id DESC LIMIT $6"

#define PERFORMANCES \
	"SELECT id, version, coalesce(changed_by, 0), " \
	"(extract(epoch FROM changed_at) * 1000)::bigint, members, more, " \
	"(extract(epoch FROM starts_at) * 1000)::bigint " \
	"FROM entry_performances "
#define PERFORMANCES_OF(order) \
	PERFORMANCES \
	"WHERE ($1::bigint IS NULL OR show_id = $1) " \
	"AND ($2::bigint IS NULL OR hall_id = $2) " \
	"AND ($3::text IS NULL OR status = $3) " \
	"AND ($4::timestamptz IS NULL OR starts_at >= $4) " \
	"AND ($5::timestamptz IS NULL OR starts_at < $5) " order " LIMIT $6"
SQL(entry_performance, PERFORMANCES "WHERE id = $1");
/* To the millisecond, as cursors have it. */
SQL(entry_performances,
    PERFORMANCES_OF("AND ($7::timestamptz IS NULL "
		    "OR (date_trunc('milliseconds', starts_at), id) "
		    "> ($7, $8::bigint)) ORDER BY "
		    "date_trunc('milliseconds', starts_at), id"));
SQL(entry_performances_last,
    PERFORMANCES_OF("AND ($7::timestamptz IS NULL "
		    "OR (date_trunc('milliseconds', starts_at), id) "
		    "< ($7, $8::bigint)) ORDER BY "
		    "date_trunc('milliseconds', starts_at) DESC, id DESC"));
SQL(entry_show, GET("entry_shows"));
SQL(entry_shows, LIST("entry_shows"));
SQL(entry_shows_newest, LIST_NEWEST("entry_shows"));
SQL(entry_venue, GET("entry_venues"));
SQL(entry_venues, LIST("entry_venues"));
SQL(entry_venues_newest, LIST_NEWEST("entry_venues"));
SQL(entry_hall, GET("entry_halls"));
SQL(entry_halls, LIST("entry_halls"));
SQL(entry_halls_newest, LIST_NEWEST("entry_halls"));
SQL(entry_revision, GET("entry_revisions"));
SQL(entry_revisions, LIST("entry_revisions"));
SQL(entry_revisions_newest, LIST_NEWEST("entry_revisions"));

static const struct {
	const struct sql *get, *list, *list_newest;
} statements[] = {
	[ENTRY_SHOW] = { &sql_entry_show, &sql_entry_shows,
	    &sql_entry_shows_newest },
	[ENTRY_VENUE] = { &sql_entry_venue, &sql_entry_venues,
	    &sql_entry_venues_newest },
	[ENTRY_HALL] = { &sql_entry_hall, &sql_entry_halls,
	    &sql_entry_halls_newest },
	[ENTRY_REVISION] = { &sql_entry_revision, &sql_entry_revisions,
	    &sql_entry_revisions_newest },
	[ENTRY_PERFORMANCE] = { &sql_entry_performance, NULL, NULL },
};

static void
take(const struct db_rows *rows, size_t i, struct entry *out)
{
	*out = (struct entry){ .id = db_get_i64(rows, i, 0),
		.version = db_get_i64(rows, i, 1),
		.changed_by = db_get_i64(rows, i, 2),
		.changed_ms = db_get_i64(rows, i, 3),
		.members = db_cell(rows, i, 4),
		.more = db_cell(rows, i, 5) };
}

int
entry_get(struct ctx *ctx, enum entry_kind kind, int64_t id, struct entry *out)
{
	struct db_param param = db_i64(&ctx->arena, id);
	struct db_rows rows;
	int r = db_read_primary(ctx, statements[kind].get, 1, &param, &rows);

	if (r != DB_OK)
		return r;
	if (rows.n_rows == 0)
		return ENTRY_E_NONE;
	take(&rows, 0, out);
	return ENTRY_OK;
}

static void
take_list(struct ctx *ctx, const struct db_rows *rows, int64_t limit,
    struct entry_list *out)
{
	out->more = rows->n_rows > (size_t)limit;
	out->n = MIN(rows->n_rows, (size_t)limit);
	out->items = ARENA_ARRAY(&ctx->arena, out->n, struct entry);
	for (size_t i = 0; i < out->n; i++)
		take(rows, i, &out->items[i]);
}

int
entry_list(struct ctx *ctx, enum entry_kind kind,
    const struct entry_filter *filter, struct entry_list *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_i64(a, filter->parent),
		filter->q.len == 0 ? db_str(NULL) : db_text(a, filter->q),
		db_str(filter->kind),
		db_str(filter->status),
		db_i64(a, filter->after_id),
		db_i64(a, filter->limit + 1),
	};
	struct db_rows rows;
	int r = db_read_primary(ctx,
	    filter->newest_first ? statements[kind].list_newest
				 : statements[kind].list,
	    ARRAY_LEN(params), params, &rows);

	if (r != DB_OK)
		return r;
	take_list(ctx, &rows, filter->limit, out);
	return ENTRY_OK;
}

static struct db_param
id_or_any(struct arena *a, int64_t id)
{
	return id < 0 ? db_str(NULL) : db_i64(a, id);
}

int
entry_performances(struct ctx *ctx, const struct entry_days *filter,
    struct entry_list *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		id_or_any(a, filter->show),
		id_or_any(a, filter->hall),
		db_str(filter->status),
		db_time_or_any(a, filter->from_ms),
		db_time_or_any(a, filter->to_ms),
		db_i64(a, filter->limit + 1),
		filter->has_after ? db_time(a, filter->after_ms) : db_str(NULL),
		db_i64(a, filter->after_id),
	};
	struct db_rows rows;
	int r = db_read_primary(ctx,
	    filter->last_first ? &sql_entry_performances_last
			       : &sql_entry_performances,
	    ARRAY_LEN(params), params, &rows);

	if (r != DB_OK)
		return r;
	take_list(ctx, &rows, filter->limit, out);
	out->last_ms = out->n > 0 ? db_get_i64(&rows, out->n - 1, 6) : 0;
	return ENTRY_OK;
}
