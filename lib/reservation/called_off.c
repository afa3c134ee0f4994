/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * called_off - all that was sold of a performance that was called off goes back
 *
 * What is left is found by the claims, which go with what they are of; so
 * nothing has to be remembered but where the round before ended, lest some that
 * cannot be given back stand before all others.
 *
 * Layer: domain.  Uses: base, store, hold, payment, idem.
 */
#include "reservation/called_off.h"

#include "base/log.h"
#include "reservation/cancel.h"
#include "store/part.h"
#include "store/read.h"

#define ROUND_MAX 50 /* of each kind, of one performance */

/* The next that is not done, behind the last one, then the first again. */
SQL(called_off_next,
    "SELECT performance_id FROM called_off WHERE done_at IS NULL"
    " ORDER BY performance_id <= $1, performance_id LIMIT 1");
SQL(called_off_payments,
    "SELECT p.id FROM payments AS p WHERE p.status = 'SENT'"
    " AND p.hold_token IN (SELECT c.hold_token FROM seat_claim AS c"
    "   WHERE c.performance_id = $1 AND c.state = 'P'"
    "  UNION SELECT c.hold_token FROM section_claim AS c"
    "   WHERE c.performance_id = $1 AND c.state = 'P') LIMIT $2");
SQL(called_off_stop, "SELECT payment_stop($1, 'called-off', $2::timestamptz)");
SQL(called_off_live,
    "SELECT r.id, r.number, r.user_id FROM reservations AS r"
    " WHERE r.id > $2 AND r.id IN (SELECT c.reservation_id"
    "   FROM seat_claim AS c WHERE c.performance_id = $1 AND c.state = 'R'"
    "  UNION SELECT c.reservation_id FROM section_claim AS c"
    "   WHERE c.performance_id = $1 AND c.state = 'R')"
    " ORDER BY r.id LIMIT $3");
SQL(called_off_done,
    "UPDATE called_off SET done_at = clock_timestamp()"
    " WHERE performance_id = $1 AND done_at IS NULL"
    "  AND called_off_left($1) = 0");

struct walk {
	int64_t performance; /* the last */
	int64_t after;       /* reservations behind this one come next */
};
CTX_PART(walk, struct walk);

static int
stop_payments(struct ctx *ctx, int64_t performance, size_t *n)
{
	struct arena *a = &ctx->arena;
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_called_off_payments, 2,
	    (struct db_param[]){ db_i64(a, performance), db_i64(a, ROUND_MAX) },
	    &rows);

	for (size_t i = 0; r == 0 && i < rows.n_rows; i++) {
		r = db_sure(db_run(ctx->primary, a, &sql_called_off_stop, 2,
		    (struct db_param[]){ db_i64(a, db_get_i64(&rows, i, 0)),
			db_time(a, ctx->now_ms) },
		    NULL));
		*n += r == 0;
	}
	return r;
}

/* cancel_answer_fn; nobody reads it. */
static struct span
say_nothing(struct ctx *ctx, void *arg, const struct reservation *r)
{
	(void)ctx;
	(void)arg;
	(void)r;
	return SPAN_LIT("{}");
}

/* returns: 0, also where it could not be done yet; < 0 a fault */
static int
give_back(struct ctx *ctx, struct span number, int64_t user, size_t *n)
{
	struct cancel_result result;
	struct idem idem;
	const struct cancel ask = { .user = user,
		.number = number,
		.idem = &idem,
		.answer = say_nothing };
	int r;

	idem_init(ctx, &idem, user, "called off", number, &number, 1);
	r = cancel_make(ctx, &ask, &result);
	switch (r) {
	case CANCEL_OK:
		(*n)++;
		return 0;
	case CANCEL_E_REPLAY:
	case CANCEL_E_ALREADY:
	case CANCEL_E_RUNNING:
		return 0;
	}
	if (r > 0)
		LOG(ERROR, "called-off-kept", LSPAN("reservation", number),
		    LINT("outcome", r));
	return MIN(r, 0);
}

static int
give_all_back(struct ctx *ctx, struct walk *at, size_t *n)
{
	struct arena *a = &ctx->arena;
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_called_off_live, 3,
	    (struct db_param[]){ db_i64(a, at->performance),
		db_i64(a, at->after), db_i64(a, ROUND_MAX) },
	    &rows);

	for (size_t i = 0; r == 0 && i < rows.n_rows; i++) {
		at->after = db_get_i64(&rows, i, 0);
		r = give_back(ctx, db_cell(&rows, i, 1),
		    db_get_i64(&rows, i, 2), n);
	}
	if (r == 0 && rows.n_rows < ROUND_MAX)
		at->after = 0;
	return r;
}

/* The performance whose turn it is: the one before until all of it was seen. */
static int
turn(struct ctx *ctx, struct walk *at, bool *any)
{
	const struct db_param param = db_i64(&ctx->arena,
	    at->after > 0 ? at->performance - 1 : at->performance);
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_called_off_next, 1, &param, &rows);

	*any = r == 0 && rows.n_rows > 0;
	if (!*any)
		return r;
	if (db_get_i64(&rows, 0, 0) != at->performance)
		*at = (struct walk){ db_get_i64(&rows, 0, 0), 0 };
	return 0;
}

int
called_off_round(struct ctx *ctx, size_t *n)
{
	struct walk *at = ctx_part(ctx, &walk);
	struct db_param param;
	bool any;
	int r;

	*n = 0;
	r = turn(ctx, at, &any);
	if (r < 0 || !any)
		return r;
	r = stop_payments(ctx, at->performance, n);
	if (r == 0)
		r = give_all_back(ctx, at, n);
	if (r < 0 || at->after > 0)
		return r;
	param = db_i64(&ctx->arena, at->performance);
	return db_sure(db_run(ctx->primary, &ctx->arena, &sql_called_off_done,
	    1, &param, NULL));
}
