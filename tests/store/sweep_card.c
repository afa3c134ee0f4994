/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sweep_card - a life of seats that are bought by card and become others
 *
 * Two seats are bought; a dearer one is declined, another one is paid by a
 * payment of its own; one seat goes back, and the dear one becomes a cheap one
 * again. Whoever dies on the way, the provider took each amount once, gave back
 * what was said, and has no third payment that took anything.
 *
 * Layer: tests.  Uses: sweep, teller.
 */
#include "tests/store/sweep.h"

#include "tests/support/teller.h"

#ifdef FAULTS

#define MOVE(from, to, more) \
	"{\"seats\":[{\"from\":" #from ",\"to\":" #to "}]" more "}"
#define BY_CARD ",\"method\":\"card\""
/* What he has when all is over: one seat of the cheap class. */
#define KEPT 1000

/* Whatever a process that died had of it is due at once. */
SQL(sweep_card_due,
    "WITH p AS (UPDATE payment_outside SET look_at = '-infinity',"
    "  owned_until = '-infinity' WHERE phase IS NOT NULL)"
    " UPDATE refund_outside SET look_at = '-infinity',"
    "  owned_until = '-infinity' WHERE NOT over");
SQL(sweep_card_waits,
    "SELECT EXISTS (SELECT FROM payments AS p JOIN payment_outside AS o"
    "  ON o.payment_id = p.id LEFT JOIN refunds AS f ON f.payment_id = p.id"
    "  WHERE p.performance_id = $1"
    "  AND (o.phase IS NOT NULL OR f.status = 'SENT'))");

/* Rounds of the job, until all has its end. returns: 0; < 0 they failed, or are
 * not enough: to be called again */
static int
ask_provider(void)
{
	struct ctx *ctx = &house.ctx;
	const struct db_param p = db_i64(&ctx->arena, house.performance);
	struct db_rows rows;
	int r = db_run(ctx->primary, &ctx->arena, &sql_sweep_card_due, 0, NULL,
	    NULL);

	if (r == 0)
		r = teller_rounds();
	if (r == 0)
		r = db_run(ctx->primary, &ctx->arena, &sql_sweep_card_waits, 1,
		    &p, &rows);
	if (r != 0)
		return -1;
	return db_get_bool(&rows, 0, 0) ? -1 : 0;
}

static int
be_declined(void)
{
	int r;

	teller->says = TELLER_DECLINES;
	r = ask_provider();
	teller->says = TELLER_TAKES;
	return r;
}

static const struct step steps[] = {
	{ "POST", "/performances/%P/holds", POOR, CARD, "h1", "[9,10]", 201,
	    NULL, NULL },
	{ "POST", "/payments", POOR, CARD, "p1", NULL, 202, NULL, NULL },
	{ "POST", "/payments", POOR, CARD, "p1", NULL, 201, ask_provider,
	    NULL },
	{ "POST", "/reservations/%R/move", POOR, CARD, "m1", NULL, 202, NULL,
	    MOVE(9, 18, BY_CARD) },
	{ "POST", "/reservations/%R/move", POOR, CARD, "m1", NULL, 402,
	    be_declined, MOVE(9, 18, BY_CARD) },
	{ "POST", "/reservations/%R/move", POOR, CARD, "m2", NULL, 202, NULL,
	    MOVE(9, 17, BY_CARD) },
	{ "POST", "/reservations/%R/move", POOR, CARD, "m2", NULL, 200,
	    ask_provider, MOVE(9, 17, BY_CARD) },
	{ "POST", "/reservations/%R/cancel", POOR, CARD, "c1", "[10]", 200,
	    NULL, NULL },
	{ NULL, NULL, POOR, CARD, NULL, NULL, 0, ask_provider, NULL },
	{ "POST", "/reservations/%R/move", POOR, CARD, "m3", NULL, 200, NULL,
	    MOVE(17, 11, "") },
	{ NULL, NULL, POOR, CARD, NULL, NULL, 0, ask_provider, NULL },
	{ NULL, NULL, 0, 0, NULL, NULL, 0, sweep_persist, NULL },
	{ NULL, NULL, 0, 0, NULL, NULL, 0, sweep_expire, NULL },
	{ NULL, NULL, 0, 0, NULL, NULL, 0, sweep_set_right, NULL },
	{ NULL, NULL, 0, 0, NULL, NULL, 0, sweep_set_right, NULL },
};

static const char *const wrongs[] = {
	"SELECT abs(count(*) - 1) FROM reservations WHERE performance_id = $1",
	"SELECT abs(count(*) - 2) FROM reservation_moves"
	" WHERE performance_id = $1",
	"SELECT abs(count(*) - 1) FROM payments WHERE performance_id = $1"
	" AND status = 'CAPTURED' AND amount = 2000 AND refunded = 1000",
	"SELECT abs(count(*) - 1) FROM payments WHERE performance_id = $1"
	" AND status = 'CAPTURED' AND amount = 1500 AND refunded = 1500",
	"SELECT abs(count(*) - 1) FROM payments WHERE performance_id = $1"
	" AND status = 'CANCELED'",
	"SELECT abs(count(*) - 3) FROM payments WHERE performance_id = $1",
	"SELECT count(*) FROM refunds AS f JOIN payments AS p"
	" ON p.id = f.payment_id WHERE p.performance_id = $1"
	" AND f.status <> 'DONE'",
	"SELECT abs(count(*) - 1) FROM seat_claim WHERE performance_id = $1"
	" AND seat_no = 11 AND state = 'R'",
	"SELECT count(*) - 1 FROM seat_claim WHERE performance_id = $1",
	"SELECT count(*) FROM holds WHERE performance_id = $1"
	" AND status IN ('held', 'paying')",
	NULL,
};

static void
forget(void)
{
	teller->n_payments = 0;
	teller->says = TELLER_TAKES;
}

static void
check_provider(void)
{
	ck_assert_int_eq(teller_has(), KEPT);
	ck_assert_int_eq(teller->n_payments, 3);
}

const struct story sweep_card = { .steps = steps,
	.n_steps = ARRAY_LEN(steps),
	.terms = "moves = 'any'",
	.map =
	    "AAAAAAAAAARAAAAAAAAAAAAA"
	    "AAA",
	.left_of_lawn = 10,
	.wrongs = wrongs,
	.begin = forget,
	.check = check_provider };

const struct point sweep_card_points[] = {
	{ "ask.after_asking", SWEEP_HITS_MAX },
	{ "ask.after_call", 2 * SWEEP_HITS_MAX },
	{ "ask.after_cancel", SWEEP_HITS_MAX },
	{ "ask.after_confirm", SWEEP_HITS_MAX },
	{ "ask.after_decline", SWEEP_HITS_MAX },
	{ "ask.after_take", SWEEP_HITS_MAX },
	{ "ask.after_told", SWEEP_HITS_MAX },
	{ "ask.before_asking", SWEEP_HITS_MAX },
	{ "ask.before_call", 2 * SWEEP_HITS_MAX },
	{ "ask.before_cancel", SWEEP_HITS_MAX },
	{ "ask.before_confirm", SWEEP_HITS_MAX },
	{ "ask.before_decline", SWEEP_HITS_MAX },
	{ "cancel.after_commit", SWEEP_HITS_MAX },
	{ "cancel.after_mirror", SWEEP_HITS_MAX },
	{ "cancel.before_commit", SWEEP_HITS_MAX },
	{ "cancel.before_mirror", SWEEP_HITS_MAX },
	{ "move.after_commit", SWEEP_HITS_MAX },
	{ "move.after_mirror", SWEEP_HITS_MAX },
	{ "move.after_script", SWEEP_HITS_MAX },
	{ "move.before_commit", SWEEP_HITS_MAX },
	{ "move.before_script", SWEEP_HITS_MAX },
	{ "pay.after_intent", SWEEP_HITS_MAX },
	{ "pay.after_script", SWEEP_HITS_MAX },
	{ "pay.before_intent", SWEEP_HITS_MAX },
	{ "pay.before_script", SWEEP_HITS_MAX },
	{ "refund.after_done", SWEEP_HITS_MAX },
	{ "refund.before_done", SWEEP_HITS_MAX },
};
const int sweep_card_n_points = (int)ARRAY_LEN(sweep_card_points);

const struct failure sweep_card_failures[] = {
	{ "db.answer", BEHIND_FIRST, 2, false },
	{ "db.commit_answer", BEHIND_FIRST, 1, false },
	{ "kv.answer", BEHIND_FIRST, 2, false },
};
const int sweep_card_n_failures = (int)ARRAY_LEN(sweep_card_failures);

#endif
