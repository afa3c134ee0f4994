/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reservation - what a buyer owns after paying
 *
 * Layer: domain.  Uses: base, store, hold, payment.
 */
#include "reservation/reservation.h"

#include "base/rand.h"
#include "store/read.h"

#define RESERVATION_COLUMNS \
	"id, user_id, performance_id, payment_id, number, status, currency," \
	" seats, prices, cancelled, amount," \
	" (extract(epoch from created_at)*1000)::bigint"

SQL(reservation_find,
    "SELECT " RESERVATION_COLUMNS " FROM reservations"
    " WHERE number = $1 AND user_id = $2");
SQL(reservation_list,
    "SELECT " RESERVATION_COLUMNS " FROM reservations"
    " WHERE user_id = $1 AND ($2 = 0 OR id < $2)"
    " ORDER BY id DESC LIMIT $3");

struct span
reservation_number(struct arena *a)
{
	uint8_t random[10];
	char *text;

	rand_bytes(random, sizeof(random));
	text = crypto_crockford(a, random, sizeof(random));
	return span_str(arena_printf(a, "%.4s-%.4s-%.4s-%.4s", text, text + 4,
	    text + 8, text + 12));
}

static void
read_row(struct arena *a, const struct db_rows *rows, size_t row,
    struct reservation *out)
{
	size_t n_prices;

	*out = (struct reservation){
		.id = db_get_i64(rows, row, 0),
		.user = db_get_i64(rows, row, 1),
		.performance = db_get_i64(rows, row, 2),
		.payment = db_get_i64(rows, row, 3),
		.number = db_cell(rows, row, 4),
		.status = db_cell(rows, row, 5),
		.currency = db_cell(rows, row, 6),
		.amount_minor = db_get_i64(rows, row, 10),
		.created_ms = db_get_i64(rows, row, 11),
	};
	out->seats = db_get_i64s(a, rows, row, 7, &out->n_seats);
	out->prices = db_get_i64s(a, rows, row, 8, &n_prices);
	out->cancelled = db_get_i64s(a, rows, row, 9, &out->n_cancelled);
}

/* The number as it is kept; "" when it cannot be one. Crockford reads I and L
 * as 1 and O as 0. */
static struct span
canonical(struct arena *a, struct span typed)
{
	char *out = arena_alloc(a, RESERVATION_NUMBER_LEN + 1);
	size_t n = 0;

	for (size_t i = 0; i < typed.len; i++) {
		char c = typed.p[i];

		if (c == '-')
			continue;
		if (n == RESERVATION_NUMBER_LEN)
			return SPAN_LIT("");
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c == 'I' || c == 'L')
			c = '1';
		if (c == 'O')
			c = '0';
		out[n++] = c;
		if (n == 4 || n == 9 || n == 14)
			out[n++] = '-';
	}
	return (struct span){ out, n };
}

int
reservation_find(struct ctx *ctx, int64_t user, struct span number,
    struct reservation *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_text(a, canonical(a, number)),
		db_i64(a, user) };
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_reservation_find, 2, params, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return RESERVATION_E_NONE;
	read_row(a, &rows, 0, out);
	return RESERVATION_OK;
}

int
reservation_list(struct ctx *ctx, int64_t user, int64_t before_id,
    size_t max, struct reservation **out, size_t *n, bool *more)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user),
		db_i64(a, before_id), db_i64(a, (int64_t)max + 1) };
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_reservation_list, 3, params, &rows);
	if (r != 0)
		return r;
	*more = rows.n_rows > max;
	*n = MIN(rows.n_rows, max);
	*out = ARENA_ARRAY(a, *n + 1, struct reservation);
	for (size_t i = 0; i < *n; i++)
		read_row(a, &rows, i, &(*out)[i]);
	return RESERVATION_OK;
}
