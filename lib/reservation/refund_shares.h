/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refund_shares - what of an amount comes back by which payment
 *
 * A reservation was mostly paid once; each move that cost more may have had a
 * payment of its own (move.h). The newest gives back first, and none more than
 * it has left.
 *
 * Inside the module: cancel.c and move.c share it.
 *
 * Layer: domain.  Uses: base, store, reservation.
 */
#ifndef RESERVATION_REFUND_SHARES_H
#define RESERVATION_REFUND_SHARES_H

#include "reservation/reservation.h"
#include "store/db.h"

#define REFUND_SHARES_MAX 20 /* a purchase, and its moves */

struct refund_shares {
	size_t n;
	/* Of each, the newest first: an id that its refund may have, and
	 * minor units. */
	int64_t payments[REFUND_SHARES_MAX], ids[REFUND_SHARES_MAX],
	    amounts[REFUND_SHARES_MAX];
};

/* What is selected of reservations AS r, and how many columns that are. */
#define REFUND_SHARES_COLUMNS "y.payments, y.ids, y.amounts"
#define REFUND_SHARES_N_COLUMNS 3
#define REFUND_SHARES_FROM \
	" CROSS JOIN LATERAL (SELECT array_agg(s.id ORDER BY s.id DESC)" \
	"   AS payments, array_agg(s.refund_id ORDER BY s.id DESC) AS ids," \
	"  array_agg(s.has ORDER BY s.id DESC) AS amounts" \
	"  FROM (SELECT o.id, o.has, nextval('refunds_id_seq') AS refund_id" \
	"   FROM (SELECT p.id, coalesce(p.captured, p.amount) - p.refunded" \
	"     AS has FROM payments AS p" \
	"    WHERE p.id = ANY (reservation_payment_ids(r))" \
	"    ORDER BY p.id DESC) AS o) AS s) AS y"

/* What each could give back. The columns begin with column. */
void refund_shares_read(struct arena *a, const struct db_rows *rows, size_t row,
    size_t column, struct refund_shares *out);
/* Only so much of it: those that give something, or, of nothing, the first
 * payment alone. in: amount_minor  0..what all could give */
void refund_shares_cut(struct refund_shares *shares, int64_t amount_minor);
/* As refunds of the reservation, behind those it has; out has room for them. */
void refund_shares_add(const struct refund_shares *shares, int64_t at_ms,
    struct span status, struct refund *out, size_t *n);

#endif
