/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settlement - what was sold and given back, by day, performance and method
 *
 * Layer: domain.  Uses: base, store.
 */
#include "admin/settlement.h"

#include "base/strbuf.h"
#include "store/read.h"

SQL(settlement_days, "SELECT $2::date - $1::date BETWEEN 0 AND $3::bigint - 1");
SQL(settlement_lines,
    "SELECT is_total, item, csv FROM settlement_lines($1::date, $2::date,"
    " $3)");

/* An amount has one currency, of which no house has more. */
#define TOTALS_MAX 200

static int
check_days(struct ctx *ctx, struct span from, struct span to)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_text(a, from), db_text(a, to),
		db_i64(a, SETTLEMENT_DAYS_MAX) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_settlement_days, ARRAY_LEN(params),
	    params, &rows);

	if (r != 0)
		return r;
	return db_get_bool(&rows, 0, 0) ? SETTLEMENT_OK : SETTLEMENT_E_DAYS;
}

/* The items of rows from..to as a member of an object. */
static void
add_items(struct strbuf *b, const char *name, const struct db_rows *rows,
    size_t from, size_t to)
{
	strbuf_printf(b, "\"%s\":[", name);
	for (size_t i = from; i < to; i++) {
		if (i > from)
			strbuf_char(b, ',');
		strbuf_span(b, db_cell(rows, i, 1));
	}
	strbuf_char(b, ']');
}

static struct span
write_json(struct arena *a, const struct db_rows *rows, size_t n_lines)
{
	struct strbuf b;

	strbuf_init(&b, a, 4096);
	strbuf_char(&b, '{');
	add_items(&b, "lines", rows, 0, n_lines);
	strbuf_char(&b, ',');
	add_items(&b, "totals", rows, n_lines, rows->n_rows);
	strbuf_char(&b, '}');
	return strbuf_get(&b);
}

static struct span
write_csv(struct arena *a, const struct db_rows *rows, size_t n_lines)
{
	struct strbuf b;

	strbuf_init(&b, a, 4096);
	strbuf_str(&b,
	    "day,performance_id,method,currency,n_sold,sold,n_refunded,"
	    "refunded,net,complimentary\n");
	for (size_t i = 0; i < n_lines; i++) {
		strbuf_span(&b, db_cell(rows, i, 2));
		strbuf_char(&b, '\n');
	}
	return strbuf_get(&b);
}

int
settlement_read(struct ctx *ctx, struct span from, struct span to, size_t max,
    struct settlement *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_text(a, from), db_text(a, to),
		db_i64(a, (int64_t)max + TOTALS_MAX) };
	struct db_rows rows;
	size_t n = 0;
	int r = check_days(ctx, from, to);

	if (r == SETTLEMENT_OK)
		r = db_read_primary(ctx, &sql_settlement_lines,
		    ARRAY_LEN(params), params, &rows);
	if (r != 0)
		return r;
	while (n < rows.n_rows && !db_get_bool(&rows, n, 0))
		n++;
	if (n > max)
		return SETTLEMENT_E_MANY;
	*out = (struct settlement){ write_json(a, &rows, n),
		write_csv(a, &rows, n) };
	return SETTLEMENT_OK;
}
