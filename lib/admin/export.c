/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * export - reservations or their seats as one table, for other programs
 *
 * Layer: domain.  Uses: base, store.
 */
#include "admin/export.h"

#include "store/read.h"

#include <assert.h>
#include <inttypes.h>

/* Reservations a piece: some ten milliseconds, and a megabyte. */
#define PIECE 1000

SQL(export_ask,
    "SELECT outcome, coalesce(id, 0) FROM export_ask($1, $2, $3, $4, $5, $6,"
    " $7, $8, $9, $10, $11)");
SQL(export_find, "SELECT export_item(e) FROM exports AS e WHERE e.id = $1");
SQL(export_list,
    "SELECT e.id, export_item(e) FROM exports AS e"
    " WHERE $1::bigint = 0 OR e.id < $1 ORDER BY e.id DESC LIMIT $2");
SQL(export_file,
    "SELECT e.status, e.file, e.n_bytes, e.what FROM exports AS e"
    " WHERE e.id = $1");
SQL(export_tell, "SELECT audit_write($1, $2, $3, $4, $5, $6, $7::jsonb)");
SQL(export_last, "SELECT coalesce(max(id), 0) FROM reservations");
SQL(export_reservations,
    "SELECT * FROM exported_reservations($1, $2, $3, $4, $5)");
SQL(export_seats, "SELECT * FROM exported_seats($1, $2, $3, $4, $5)");

const char *const export_words[] = { "reservations", "seats", NULL };

/* The columns that the functions of sql/functions/reservation_exports.sql give,
 * in their order. */
struct column {
	const char *name;
	bool number;
};

#define TEXT(name) \
	{ \
		name, false \
	}
#define NUMBER(name) \
	{ \
		name, true \
	}
static const struct column reservation_columns[] = {
	TEXT("number"),
	TEXT("status"),
	TEXT("created_at"),
	NUMBER("performance_id"),
	TEXT("show"),
	TEXT("starts_at"),
	TEXT("venue"),
	TEXT("hall"),
	NUMBER("section_id"),
	NUMBER("seats"),
	NUMBER("given_back"),
	TEXT("currency"),
	NUMBER("amount"),
	NUMBER("refunded"),
	TEXT("method"),
	NUMBER("payment_id"),
	TEXT("payment_status"),
	NUMBER("user_id"),
	TEXT("login_id"),
	TEXT("name"),
	TEXT("email"),
	TEXT("channel"),
	NUMBER("till_id"),
	TEXT("slip"),
	TEXT("note"),
};
static const struct column seat_columns[] = {
	TEXT("number"),
	TEXT("status"),
	TEXT("created_at"),
	NUMBER("performance_id"),
	TEXT("show"),
	TEXT("starts_at"),
	TEXT("venue"),
	TEXT("hall"),
	TEXT("section"),
	TEXT("row"),
	NUMBER("seat"),
	NUMBER("seat_id"),
	TEXT("ticket_type"),
	NUMBER("price"),
	TEXT("currency"),
	NUMBER("given_back"),
	NUMBER("user_id"),
	TEXT("login_id"),
	TEXT("name"),
	TEXT("email"),
	TEXT("price_class"),
	TEXT("seat_type"),
	TEXT("channel"),
	NUMBER("till_id"),
};

static const struct table {
	const struct column *columns;
	size_t n;
	const struct sql *sql;
} tables[] = {
	[EXPORT_RESERVATIONS] = { reservation_columns,
	    ARRAY_LEN(reservation_columns), &sql_export_reservations },
	[EXPORT_SEATS] = { seat_columns, ARRAY_LEN(seat_columns),
	    &sql_export_seats },
};

/* ---- what is asked for ---- */

static struct db_param
performance_or_any(struct arena *a, const struct export_ask *ask)
{
	return ask->performance == 0 ? db_str(NULL)
				     : db_i64(a, ask->performance);
}

int
export_begin(struct ctx *ctx, const struct export_ask *ask,
    const struct audit_by *by, int64_t *id)
{
	struct arena *a = &ctx->arena;
	struct db_param params[5 + AUDIT_N_PARAMS] = {
		db_str(export_words[ask->what]), performance_or_any(a, ask),
		db_time_or_any(a, ask->from_ms), db_time_or_any(a, ask->to_ms),
		db_i64(a, EXPORTS_OPEN_MAX)
	};
	struct db_rows rows;
	struct span said;
	int r;

	if (!audit_reason_ok(by->reason))
		return EXPORT_E_REASON;
	audit_log_params(a, by, SPAN_LIT("export.ask"),
	    span_str(export_words[ask->what]), params + 5);
	r = db_sure(db_run(ctx->primary, a, &sql_export_ask, ARRAY_LEN(params),
	    params, &rows));
	if (r != 0)
		return r;
	*id = db_get_i64(&rows, 0, 1);
	said = db_cell(&rows, 0, 0);
	if (span_eq_str(said, "none"))
		return EXPORT_E_NONE;
	return span_eq_str(said, "many") ? EXPORT_E_MANY : EXPORT_OK;
}

int
export_find(struct ctx *ctx, int64_t id, struct span *item)
{
	const struct db_param param = db_i64(&ctx->arena, id);
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_export_find, 1, &param, &rows);

	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return EXPORT_E_NONE;
	*item = db_cell(&rows, 0, 0);
	return EXPORT_OK;
}

int
export_list(struct ctx *ctx, int64_t before_id, size_t max, struct db_rows *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, before_id),
		db_i64(a, (int64_t)max) };

	return db_read_primary(ctx, &sql_export_list, ARRAY_LEN(params), params,
	    out);
}

static int
tell(struct ctx *ctx, const struct audit_by *by, const char *action,
    const char *object, const char *detail)
{
	struct arena *a = &ctx->arena;
	struct db_param params[AUDIT_N_PARAMS + 1];

	audit_log_params(a, by, span_str(action), span_str(object), params);
	params[AUDIT_N_PARAMS] = db_str(detail);
	return db_sure(db_run(ctx->primary, a, &sql_export_tell,
	    ARRAY_LEN(params), params, NULL));
}

int
export_file(struct ctx *ctx, int64_t id, const struct audit_by *by,
    struct export_file *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param param = db_i64(a, id);
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_export_file, 1, &param, &rows);

	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return EXPORT_E_NONE;
	if (!span_eq_str(db_cell(&rows, 0, 0), "done"))
		return EXPORT_E_STATUS;
	*out = (struct export_file){ .name = db_cell(&rows, 0, 1),
		.n_bytes = db_get_i64(&rows, 0, 2),
		.what = arena_str(a, db_cell(&rows, 0, 3)) };
	return tell(ctx, by, "export.read",
	    arena_printf(a, "export %" PRId64, id), "{}");
}

int
export_tell(struct ctx *ctx, const struct export_ask *ask,
    const struct audit_by *by)
{
	const char *detail = arena_printf(&ctx->arena,
	    "{\"performance_id\":%" PRId64 "}", ask->performance);

	if (!audit_reason_ok(by->reason))
		return EXPORT_E_REASON;
	return tell(ctx, by, "export.ask", export_words[ask->what],
	    ask->performance == 0 ? "{}" : detail);
}

/* ---- rows ---- */

int
export_last(struct ctx *ctx, int64_t *id)
{
	struct db_rows rows;
	int r = db_read(ctx, &sql_export_last, 0, NULL, &rows);

	if (r == 0)
		*id = db_get_i64(&rows, 0, 0);
	return r;
}

void
export_head(int what, struct csv *csv)
{
	const struct table *table = &tables[what];

	for (size_t c = 0; c < table->n; c++)
		csv_text(csv, span_str(table->columns[c].name));
	csv_end_row(csv);
}

static void
write_row(const struct table *table, const struct db_rows *rows, size_t i,
    struct csv *csv)
{
	for (size_t c = 0; c < table->n; c++) {
		if (table->columns[c].number)
			csv_number(csv, db_cell(rows, i, c));
		else
			csv_text(csv, db_cell(rows, i, c));
	}
	csv_end_row(csv);
}

int
export_piece(struct ctx *ctx, const struct export_ask *ask, int64_t upto,
    int64_t *after, struct csv *csv, int64_t *n_rows)
{
	const struct table *table = &tables[ask->what];
	struct arena *a = &ctx->arena;
	int64_t to = MIN(*after + PIECE, upto);
	const struct db_param params[] = { db_i64(a, *after), db_i64(a, to),
		performance_or_any(a, ask), db_time_or_any(a, ask->from_ms),
		db_time_or_any(a, ask->to_ms) };
	struct db_rows rows;
	int r = db_read(ctx, table->sql, ARRAY_LEN(params), params, &rows);

	if (r != 0)
		return r;
	assert(rows.n_cols == table->n);
	for (size_t i = 0; i < rows.n_rows; i++)
		write_row(table, &rows, i, csv);
	*after = to;
	*n_rows += (int64_t)rows.n_rows;
	return 0;
}
