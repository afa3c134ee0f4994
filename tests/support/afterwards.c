/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * afterwards - what comes after a purchase or goes on beside it, said shortly
 *
 * Layer: tests.  Uses: buyer, hold_reconcile, journal, truth.
 */
#include "tests/support/afterwards.h"

#include "base/fault.h"

void
persist(void)
{
	size_t n;

	ck_assert_int_eq(journal_round(&house.ctx, &n), 0);
}

void
set_right(void)
{
	size_t n;

	house_round();
	ck_assert_int_eq(hold_reconcile_map(&house.ctx, house.performance, &n),
	    0);
}

void
pass(int64_t ms)
{
	size_t n;

	clock_fake(clock_ms() + ms);
	house_round();
	ck_assert_int_eq(hold_expire_round(&house.ctx, &n), 0);
}

void
settle(void)
{
	epoch_forget(&house.ctx);
	(void)house_map();
	persist();
	set_right();
	set_right();
	persist();
	truth_check();
}

void
cancel(const struct hold *h)
{
	house_run(arena_printf(&house.ctx.arena,
	    "WITH gone AS (DELETE FROM seat_claim"
	    "  WHERE hold_token = '%.*s' AND state = 'R'),"
	    " r AS (UPDATE reservations SET status = 'CANCELLED',"
	    "  cancelled = seats WHERE hold_token = '%.*s'"
	    "  RETURNING performance_id, seats)"
	    " INSERT INTO seat_log (performance_id, seats, from_state,"
	    "  to_state) SELECT performance_id, seats, 'R', 'A' FROM r",
	    (int)h->token.len, h->token.p, (int)h->token.len, h->token.p));
}

void
cancel_mirror(const struct hold *h)
{
	struct ctx *ctx = &house.ctx;
	struct seat_call call = { .performance = house.performance,
		.script = &script_seat_mirror };

	seat_arg(&call, seat_now(ctx));
	seat_arg(&call, seat_number(ctx, hold_token_mark(&h->is.token)));
	seat_arg(&call, SPAN_LIT("RC"));
	seat_arg(&call, SPAN_LIT("A"));
	seat_arg(&call, seat_number(ctx, h->is.user));
	seat_arg(&call, SPAN_LIT("-1"));
	seat_arg(&call, SPAN_LIT(""));
	seat_arg(&call, hold_numbers(&ctx->arena, h->is.seats, h->is.n_seats));
	ck_assert_int_eq(seat_call(ctx, &call), SEAT_OK);
}

int64_t
balance(const char *name)
{
	return house_count("SELECT balance FROM wallets WHERE user_id = $1",
	    house_user(name));
}

void
pay_as_ann(void)
{
	(void)pay("ann");
}

void
bob_gets(enum how_far how_far, const char *seat)
{
	if (how_far >= HOLDS)
		ck_assert_int_eq(place("bob", seat), HOLD_OK);
	if (how_far == PAYS)
		ck_assert_int_eq(begin_to_pay("bob"), HOLD_OK);
	if (how_far == OWNS)
		ck_assert_int_eq(pay("bob"), PURCHASE_OK);
}

char
letter_of(enum how_far how_far)
{
	return "AHPR"[how_far];
}

void
bob_ends_as_owner(enum how_far how_far, const char *seat)
{
	int64_t number;

	ck_assert(span_to_i64(span_str(seat), &number));
	if (how_far == NOT_AT_ALL)
		ck_assert_int_eq(place("bob", seat), HOLD_OK);
	if (how_far != OWNS)
		ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	settle();
	ck_assert_int_eq(owner((int)number), house_user("bob"));
}

#ifdef FAULTS
void
faults(const char *plan)
{
	setenv("BOXOFFICE_FAULTS", plan == NULL ? "" : plan, 1);
	fault_reset();
}

#endif
