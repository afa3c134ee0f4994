/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search - operators look for payments and reservations
 *
 * Layer: domain.  Uses: base, store, account, reservation.
 */
#include "admin/search.h"

#include "account/account.h"
#include "reservation/reservation.h"
#include "store/read.h"

SQL(search_payments,
    "SELECT id, item FROM search_payments($1, $2, $3, $4, $5, $6, $7, $8,"
    " $9::date, $10::date)");
SQL(search_reservations,
    "SELECT id, item FROM search_reservations($1, $2, $3, $4, $5, $6, $7, $8,"
    " $9::date, $10::date)");
SQL(search_payment, "SELECT * FROM search_payment($1)");
SQL(search_reservation, "SELECT * FROM search_reservation($1)");

#define N_PARAMS 10

static struct db_param
id_or_null(struct arena *a, int64_t id)
{
	return id > 0 ? db_i64(a, id) : db_str(NULL);
}

static int
list(struct ctx *ctx, const struct sql *sql, const struct search *s,
    struct db_rows *rows)
{
	struct arena *a = &ctx->arena;
	struct account account = { .id = 0 };
	struct db_param params[N_PARAMS];
	int r;

	*rows = (struct db_rows){ .n_rows = 0 };
	if (span_is(s->login)) {
		r = account_find(ctx, s->login, &account);
		if (r != ACCOUNT_OK)
			return MIN(r, 0);
	}
	memcpy(params,
	    (struct db_param[]){ db_i64(a, s->before_id),
		db_i64(a, (int64_t)s->max + 1),
		db_text(a,
		    span_is(s->number) ? reservation_number_typed(a, s->number)
				       : SPAN_NONE),
		id_or_null(a, account.id), id_or_null(a, s->performance),
		id_or_null(a, s->seat), db_text(a, s->status),
		db_text(a, s->method), db_text(a, s->from), db_text(a, s->to) },
	    sizeof(params));
	return db_read_primary(ctx, sql, N_PARAMS, params, rows);
}

void
search_take(struct arena *a, const struct db_rows *rows, size_t max,
    struct search_hit **out, size_t *n, bool *more)
{
	*more = rows->n_rows > max;
	*n = MIN(rows->n_rows, max);
	*out = ARENA_ARRAY(a, *n + 1, struct search_hit);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct search_hit){ db_get_i64(rows, i, 0),
			db_cell(rows, i, 1) };
}

static int
hits(struct ctx *ctx, const struct sql *sql, const struct search *s,
    struct search_hit **out, size_t *n, bool *more)
{
	struct db_rows rows;
	int r = list(ctx, sql, s, &rows);

	if (r == 0)
		search_take(&ctx->arena, &rows, s->max, out, n, more);
	return r;
}

int
search_payments(struct ctx *ctx, const struct search *search,
    struct search_hit **out, size_t *n, bool *more)
{
	return hits(ctx, &sql_search_payments, search, out, n, more);
}

int
search_reservations(struct ctx *ctx, const struct search *search,
    struct search_hit **out, size_t *n, bool *more)
{
	return hits(ctx, &sql_search_reservations, search, out, n, more);
}

static int
one(struct ctx *ctx, const struct sql *sql, struct db_param param,
    struct span *history)
{
	struct db_rows rows;
	int r = db_read_primary(ctx, sql, 1, &param, &rows);

	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return SEARCH_E_NONE;
	*history = db_cell(&rows, 0, 0);
	return SEARCH_OK;
}

int
search_payment(struct ctx *ctx, int64_t id, struct span *history)
{
	return one(ctx, &sql_search_payment, db_i64(&ctx->arena, id), history);
}

int
search_reservation(struct ctx *ctx, struct span number, struct span *history)
{
	struct arena *a = &ctx->arena;

	return one(ctx, &sql_search_reservation,
	    db_text(a, reservation_number_typed(a, number)), history);
}
