/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refund_shares - what of an amount comes back by which payment
 *
 * Layer: domain.  Uses: base, store, reservation.
 */
#include "reservation/refund_shares.h"

static void
read_column(struct arena *a, const struct db_rows *rows, size_t row,
    size_t column, int64_t *out, size_t *n)
{
	const int64_t *values = db_get_i64s(a, rows, row, column, n);

	*n = MIN(*n, REFUND_SHARES_MAX);
	memcpy(out, values, *n * sizeof(*values));
}

void
refund_shares_read(struct arena *a, const struct db_rows *rows, size_t row,
    size_t column, struct refund_shares *out)
{
	read_column(a, rows, row, column, out->payments, &out->n);
	read_column(a, rows, row, column + 1, out->ids, &out->n);
	read_column(a, rows, row, column + 2, out->amounts, &out->n);
}

void
refund_shares_cut(struct refund_shares *s, int64_t amount_minor)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		int64_t gives = MIN(s->amounts[i], amount_minor);

		if (gives == 0 && (i + 1 < s->n || n > 0))
			continue;
		s->payments[n] = s->payments[i];
		s->ids[n] = s->ids[i];
		s->amounts[n++] = gives;
		amount_minor -= gives;
	}
	s->n = n;
}

void
refund_shares_add(const struct refund_shares *s, int64_t at_ms,
    struct span status, struct refund *out, size_t *n)
{
	for (size_t i = 0; i < s->n; i++)
		out[(*n)++] = (struct refund){ s->ids[i], s->amounts[i], at_ms,
			status };
}
