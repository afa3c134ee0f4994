/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reservation_row - a reservation as a statement selects it
 *
 * Inside the module: reservation.c and cancel.c share it.
 *
 * Layer: domain.  Uses: base, store, reservation.
 */
#ifndef RESERVATION_RESERVATION_ROW_H
#define RESERVATION_RESERVATION_ROW_H

#include "reservation/reservation.h"
#include "store/db.h"

/* What is selected of reservations AS r, and how many columns that are. */
#define RESERVATION_COLUMNS \
	"r.id, r.user_id, r.performance_id, r.payment_id, r.number, r.status," \
	" r.currency, r.seats, r.prices, r.cancelled, r.amount," \
	" (extract(epoch from r.created_at)*1000)::bigint," \
	" f.ids, f.amounts, f.times, coalesce(r.section_no, 0)," \
	" r.types, coalesce((SELECT h.price_version FROM holds AS h" \
	"  WHERE h.token = r.hold_token), 0), f.statuses, d.percent, d.fee," \
	" (extract(epoch from d.until)*1000)::bigint," \
	" refund_amounts(r.prices, d.percent, d.fee), r.moves," \
	" paid.method, paid.user_id <> r.user_id"
#define RESERVATION_N_COLUMNS 26
/* The names of two parameters: reservation_at, reservation_minutes. */
#define RESERVATION_FROM(at, minutes) \
	" FROM reservations AS r" \
	" JOIN payments AS paid ON paid.id = r.payment_id" \
	" CROSS JOIN LATERAL (SELECT array_agg(id ORDER BY refund_no, id) AS ids," \
	"  array_agg(amount ORDER BY refund_no, id) AS amounts," \
	"  array_agg((extract(epoch from created_at)*1000)::bigint" \
	"   ORDER BY refund_no, id) AS times," \
	"  string_agg(status, ' ' ORDER BY refund_no, id) AS statuses" \
	"  FROM refunds" \
	"  WHERE payment_id = ANY (reservation_payment_ids(r))) AS f" \
	" CROSS JOIN LATERAL refund_due(r.performance_id, r.created_at, " at \
	", " minutes ") AS d"

/* What is due back is so now, and by this setting where the performance has no
 * policy. */
static inline struct db_param
reservation_at(struct ctx *ctx)
{
	return db_time(&ctx->arena, ctx->now_ms);
}

static inline struct db_param
reservation_minutes(struct ctx *ctx)
{
	return db_i64(&ctx->arena, ctx->set.cancel_until_minutes);
}

/* Memory: the rows' and a's. */
void reservation_row_read(struct arena *a, const struct db_rows *rows,
    size_t row, struct reservation *out);

#endif
