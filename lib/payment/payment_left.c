/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_left - who must be asked yet, and whom the settings no longer tell of
 *
 * Names are few and payments many: they are found by steps along their index,
 * and only of those who cannot be asked are payments counted.
 *
 * Layer: domain.  Uses: base, store, payment.
 */
#include "payment/payment_left.h"

#include "payment/payment.h"

SQL(payment_left_names,
    "WITH RECURSIVE names AS (SELECT min(provider) AS name"
    "  FROM payment_outside"
    " UNION ALL SELECT (SELECT min(o.provider) FROM payment_outside AS o"
    "  WHERE o.provider > n.name) FROM names AS n WHERE n.name IS NOT NULL)"
    " SELECT name FROM names WHERE name IS NOT NULL");
SQL(payment_left,
    "SELECT count(*) FILTER (WHERE w.is_open),"
    " count(*) FILTER (WHERE NOT w.is_open)"
    " FROM payment_outside AS o JOIN payments AS p ON p.id = o.payment_id"
    " JOIN performances AS f ON f.id = p.performance_id"
    " CROSS JOIN LATERAL (SELECT o.phase IS NOT NULL OR EXISTS (SELECT"
    "  FROM refunds AS r WHERE r.payment_id = p.id AND r.status = 'SENT')"
    "  AS is_open) AS w"
    " WHERE o.provider = $1 AND (w.is_open OR (p.status = 'CAPTURED'"
    "  AND p.captured > p.refunded AND f.ends_at > now()))");

/* What there is of one who cannot be asked. */
static int
count(struct ctx *ctx, struct span name, struct payment_left *out)
{
	const struct db_param param = db_text(&ctx->arena, name);
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, &ctx->arena, &sql_payment_left, 1,
	    &param, &rows));

	if (r != 0)
		return r;
	*out = (struct payment_left){ .provider = name,
		.n_open = db_get_i64(&rows, 0, 0),
		.n_refundable = db_get_i64(&rows, 0, 1) };
	return out->n_open + out->n_refundable > 0 ? PAYMENT_LEFT : 0;
}

int
payment_left(struct ctx *ctx, const struct settings *set,
    struct payment_left *out)
{
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, &ctx->arena,
	    &sql_payment_left_names, 0, NULL, &rows));

	for (size_t i = 0; r == 0 && i < rows.n_rows; i++)
		if (!payment_may_ask(set, db_cell(&rows, i, 0)))
			r = count(ctx, db_cell(&rows, i, 0), out);
	return r;
}
