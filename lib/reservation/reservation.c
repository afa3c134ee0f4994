/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reservation - what a buyer owns after paying
 *
 * Layer: domain.  Uses: base, store, hold, payment.
 */
#include "reservation/reservation_row.h"

#include "base/rand.h"
#include "store/read.h"

SQL(reservation_find,
    "SELECT " RESERVATION_COLUMNS RESERVATION_FROM("$3",
	"$4") " WHERE r.number = $1 AND r.user_id = $2");
SQL(reservation_list,
    "SELECT " RESERVATION_COLUMNS RESERVATION_FROM("$4", "$5")
    " WHERE r.user_id = $1 AND ($2::bigint = 0 OR r.id < $2)"
    " ORDER BY r.id DESC LIMIT $3");

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
read_refunds(struct arena *a, const struct db_rows *rows, size_t row,
    struct reservation *out)
{
	const int64_t *ids, *amounts, *times;
	struct span statuses = db_cell(rows, row, 18);
	struct refund *refunds;
	size_t n;

	if (db_is_null(rows, row, 12))
		return;
	ids = db_get_i64s(a, rows, row, 12, &out->n_refunds);
	amounts = db_get_i64s(a, rows, row, 13, &n);
	times = db_get_i64s(a, rows, row, 14, &n);
	refunds = ARENA_ARRAY(a, n, struct refund);
	for (size_t i = 0; i < n; i++)
		refunds[i] = (struct refund){ ids[i], amounts[i], times[i],
			span_cut(&statuses, ' ') };
	out->refunds = refunds;
}

static void
read_due(struct arena *a, const struct db_rows *rows, size_t row,
    struct refund_due *out)
{
	size_t n;

	*out = (struct refund_due){ .known = true,
		.late = db_is_null(rows, row, 19) };
	if (!db_is_null(rows, row, 21))
		out->until_ms = db_get_i64(rows, row, 21);
	if (out->late)
		return;
	out->percent = db_get_i64(rows, row, 19);
	out->fee_minor = db_get_i64(rows, row, 20);
	out->amounts = db_get_i64s(a, rows, row, 22, &n);
}

void
reservation_row_read(struct arena *a, const struct db_rows *rows, size_t row,
    struct reservation *out)
{
	size_t n;

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
		.section_no = db_get_i64(rows, row, 15),
		.price_version = db_get_i64(rows, row, 17),
		.n_moves = db_get_i64(rows, row, 23),
		.method = db_cell(rows, row, 24),
		.paid_by_other = db_get_bool(rows, row, 25),
	};
	out->seats = db_get_i64s(a, rows, row, 7, &out->n_seats);
	out->prices = db_get_i64s(a, rows, row, 8, &n);
	if (!db_is_null(rows, row, 16))
		out->types = db_get_i64s(a, rows, row, 16, &n);
	out->cancelled = db_get_i64s(a, rows, row, 9, &out->n_cancelled);
	read_refunds(a, rows, row, out);
	read_due(a, rows, row, &out->due);
}

bool
reservation_gave_back(const struct reservation *r, int64_t seat)
{
	for (size_t i = 0; i < r->n_cancelled; i++)
		if (r->cancelled[i] == seat)
			return true;
	return false;
}

int64_t
reservation_type(const struct reservation *r, size_t i)
{
	return r->types == NULL ? 0 : r->types[i];
}

/* Crockford reads I and L as 1 and O as 0. */
struct span
reservation_number_typed(struct arena *a, struct span typed)
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
	const struct db_param params[] = {
		db_text(a, reservation_number_typed(a, number)),
		db_i64(a, user), reservation_at(ctx), reservation_minutes(ctx)
	};
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_reservation_find, 4, params, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return RESERVATION_E_NONE;
	reservation_row_read(a, &rows, 0, out);
	return RESERVATION_OK;
}

int
reservation_list(struct ctx *ctx, int64_t user, int64_t before_id, size_t max,
    struct reservation **out, size_t *n, bool *more)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user),
		db_i64(a, before_id), db_i64(a, (int64_t)max + 1),
		reservation_at(ctx), reservation_minutes(ctx) };
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_reservation_list, 5, params, &rows);
	if (r != 0)
		return r;
	*more = rows.n_rows > max;
	*n = MIN(rows.n_rows, max);
	*out = ARENA_ARRAY(a, *n + 1, struct reservation);
	for (size_t i = 0; i < *n; i++)
		reservation_row_read(a, &rows, i, &(*out)[i]);
	return RESERVATION_OK;
}
