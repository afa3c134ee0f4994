/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_reconcile_pay - what a provider lists is compared with what is here
 *
 * The provider is made up (support/teller.h); what he made, he made two minutes
 * ago, since the last minute is not read.
 *
 * Layer: tests.  Uses: payment, buyer, teller.
 */
#include "payment/reconcile.h"

#include "base/clock.h"
#include "payment/unknown_refund.h"
#include "reservation/cancel.h"
#include "tests/support/servers.h"
#include "tests/support/teller.h"

#include <inttypes.h>

#define AGO_S 120
#define DAY_S 86400

static struct reconcile *scans;

static void
empty(void)
{
	house_run(
	    "TRUNCATE payments, payment_outside, payment_log, payment_phases,"
	    " refunds, refund_outside, reservations, reservation_log, alarms,"
	    " provider_scans, unknown_refunds, seat_claim, seat_log, ledger, idempotency,"
	    " holds");
}

static void
setup(void)
{
	house_open();
	empty();
	teller_open();
	teller->ago_s = AGO_S;
	scans = reconcile_open(teller_find);
	ck_assert_int_eq(
	    reconcile_watch(&house.ctx, SPAN_LIT("teller"), SPAN_NONE), 0);
}

static void
teardown(void)
{
	reconcile_close(scans);
	teller_close();
	house_close();
}

/* ---- time ---- */

#define N_DUE \
	"SELECT count(*) FROM provider_scans WHERE due_at <=" \
	" clock_timestamp() OR owner IS NOT NULL"

/* Rounds until nothing is due; a pace of seconds is not waited for. */
static void
compare(void)
{
	int rounds = 0;
	size_t n;

	house_round();
	do {
		ck_assert_int_lt(rounds++, 100);
		reconcile_close(scans);
		scans = reconcile_open(teller_find);
		house_run(
		    "UPDATE provider_scans SET owned_until ="
		    " '-infinity'");
		ck_assert_int_eq(reconcile_round(&house.ctx, scans, &n), 0);
	} while (house_count(N_DUE, 0) > 0);
}

/* The next minute's; or another span's. */
static void
again(const char *span)
{
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE provider_scans SET due_at = '-infinity'"
	    " WHERE span = '%s'",
	    span));
	compare();
}

/* ---- purchases ---- */

static int64_t
buy(const char *name, const char *seats)
{
	ck_assert_int_eq(place(name, seats), HOLD_OK);
	ck_assert_int_eq(pay_by(&card, name, hold.token,
			     arena_str(&house.ctx.arena, hold.token)),
	    PURCHASE_E_PENDING);
	work();
	return last_payment();
}

/* Something that is only there. */
static struct teller_payment *
only_there(const char *ref, int64_t amount)
{
	struct teller_payment *p = &teller->payments[teller->n_payments++];

	*p = (struct teller_payment){ .amount = amount,
		.captured = amount,
		.currency = "KRW",
		.created_s = clock_ms() / MS_PER_S - AGO_S };
	strcpy(p->ref, ref);
	return p;
}

static int64_t
n_alarms(const char *kind)
{
	return house_count(arena_printf(&house.ctx.arena,
			       "SELECT count(*) FROM alarms WHERE kind LIKE"
			       " '%s'",
			       kind),
	    0);
}

static bool
is_status(int64_t payment, const char *status)
{
	return house_count(arena_printf(&house.ctx.arena,
			       "SELECT count(*) FROM payments WHERE id = $1"
			       " AND status = '%s'",
			       status),
		   payment)
	    == 1;
}

/* ---- what is the same ---- */

static struct span
write_answer(struct ctx *ctx, void *arg, const struct reservation *r)
{
	(void)ctx;
	(void)arg;
	(void)r;
	return SPAN_LIT("given back");
}

/* All of the last purchase. */
static void
give_back(const char *name)
{
	struct cancel_result gave;
	struct idem idem;
	struct cancel ask = { .user = house_user(name),
		.idem = &idem,
		.answer = write_answer };

	ask.number = span_str(arena_printf(&house.ctx.arena, "%.*s",
	    RESERVATION_NUMBER_LEN, bought.answer.body.p));
	idem_init(&house.ctx, &idem, ask.user, "cancel", SPAN_LIT("c"),
	    &ask.number, 1);
	ck_assert_int_eq(cancel_make(&house.ctx, &ask, &gave), CANCEL_OK);
	work();
}

static int64_t
buy_and_give_back(const char *name, const char *seats)
{
	int64_t id = buy(name, seats);

	/* The key's last word has the number. */
	ck_assert_int_eq(pay_by(&card, name, hold.token,
			     arena_str(&house.ctx.arena, hold.token)),
	    PURCHASE_E_REPLAY);
	give_back(name);
	return id;
}

START_TEST(what_is_the_same_there_and_here_is_no_alarm)
{
	(void)buy("ann", "1 2");
	(void)buy_and_give_back("bob", "3");
	teller->says = TELLER_DECLINES;
	(void)buy("cat", "4");
	compare();
	ck_assert_int_eq(n_alarms("%"), 0);
	ck_assert_int_eq(house_count("SELECT count(*) FROM provider_scans"
				     " WHERE due_at > clock_timestamp()"
				     " AND from_s IS NULL AND owner IS NULL",
			     0),
	    6);
}
END_TEST

/* ---- what is further there ---- */

START_TEST(money_that_is_there_and_not_here_makes_the_job_look)
{
	int64_t id;

	teller->says = TELLER_LOSES;
	id = buy("ann", "1");
	ck_assert(is_status(id, "SENT"));
	work();
	ck_assert(is_status(id, "SENT"));
	teller->says = TELLER_TAKES;
	compare();
	work();
	ck_assert(is_status(id, "CAPTURED"));
	ck_assert_int_eq(n_alarms("%"), 0);
}
END_TEST

START_TEST(money_for_what_had_its_end_goes_back)
{
	int64_t id;

	teller->says = TELLER_DECLINES;
	id = buy("ann", "1");
	teller->payments[0].captured = 1000;
	compare();
	work();
	ck_assert(is_status(id, "LATE"));
	ck_assert_int_eq(teller_has(), 0);
	ck_assert_int_eq(n_alarms("late"), 1);
}
END_TEST

SQL(reconcile_pay_test_ref, "SELECT outside_ref FROM refund_outside");

/* He has accepted the only refund, and his answer was lost. */
static void
accept_the_refund(void)
{
	struct teller_payment *p = &teller->payments[0];
	struct db_rows rows;

	ck_assert_int_eq(db_run(house.ctx.primary, &house.ctx.arena,
			     &sql_reconcile_pay_test_ref, 0, NULL, &rows),
	    0);
	strcpy(p->refund_refs[0],
	    arena_str(&house.ctx.arena, db_cell(&rows, 0, 0)));
	p->refund_amounts[0] = p->refunded = 1000;
}

#define N_DONE "SELECT count(*) FROM refunds WHERE status = 'DONE'"

START_TEST(a_refund_that_is_there_and_not_here_makes_the_job_look)
{
	teller->refunds_nothing = true;
	(void)buy_and_give_back("ann", "1");
	teller->refunds_nothing = false;
	house_run("UPDATE refund_outside SET look_at = look_at + '1 h'");
	accept_the_refund();
	work();
	ck_assert_int_eq(house_count(N_DONE, 0), 0);
	compare();
	work();
	ck_assert_int_eq(house_count(N_DONE, 0), 1);
	ck_assert_int_eq(teller_has(), 0);
	ck_assert_int_eq(n_alarms("%"), 0);
}
END_TEST

/* ---- what is only there, or only here ---- */

START_TEST(an_unknown_capture_is_one_alarm_with_candidates)
{
	int64_t id;

	teller->says = TELLER_DECLINES;
	id = buy("ann", "1");
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE payment_outside SET look_at = 'infinity' WHERE"
	    " payment_id = %" PRId64,
	    id));
	(void)only_there("in-the-dashboard", 1000);
	(void)only_there("of-another-amount", 77);
	compare();
	ck_assert_int_eq(n_alarms("unknown-capture"), 2);
	ck_assert_int_eq(house_count("SELECT count(*) FROM alarms WHERE"
				     " subject = 'teller in-the-dashboard'"
				     " AND amount = 1000 AND currency = 'KRW'"
				     " AND candidates = ARRAY[$1::bigint]",
			     id),
	    1);
	ck_assert_int_eq(house_count("SELECT count(*) FROM alarms WHERE"
				     " outside_id = 'of-another-amount'"
				     " AND candidates = '{}'",
			     0),
	    1);
	again("minute");
	again("hour");
	again("day");
	ck_assert_int_eq(n_alarms("%"), 2);
	ck_assert(is_status(id, "CANCELED"));
}
END_TEST

START_TEST(an_unknown_refund_is_an_alarm)
{
	int64_t id = buy("ann", "1");
	struct teller_payment *p = &teller->payments[0];

	strcpy(p->refund_refs[0], "by-hand");
	p->refund_amounts[0] = 1000;
	compare();
	ck_assert_int_eq(house_count("SELECT count(*) FROM alarms WHERE kind ="
				     " 'unknown-refund' AND amount = 1000"
				     " AND candidates = ARRAY[$1::bigint]",
			     id),
	    1);
	ck_assert_int_eq(n_alarms("%"), 1);
}
END_TEST

START_TEST(a_refund_that_failed_later_is_an_alarm_of_what_is_owed)
{
	int64_t id = buy_and_give_back("ann", "1");

	compare();
	ck_assert_int_eq(n_alarms("%"), 0);
	teller->payments[0].refund_failed[0] = true;
	again("minute");
	ck_assert_int_eq(house_count("SELECT count(*) FROM alarms WHERE kind ="
				     " 'refund-failed' AND amount = 1000 AND"
				     " payment_id = $1",
			     id),
	    1);
}
END_TEST

START_TEST(what_was_captured_here_and_not_there_is_an_alarm)
{
	int64_t lost = buy("ann", "1"), other = buy("bob", "2");

	teller->payments[0].captured = 0;
	teller->payments[1].captured = 999;
	compare();
	ck_assert_int_eq(house_count("SELECT count(*) FROM alarms WHERE kind ="
				     " 'lost-capture' AND payment_id = $1"
				     " AND amount = 1000",
			     lost),
	    1);
	ck_assert_int_eq(house_count("SELECT count(*) FROM alarms WHERE kind ="
				     " 'other-amount' AND payment_id = $1"
				     " AND amount = 999",
			     other),
	    1);
	ck_assert(is_status(lost, "CAPTURED"));
}
END_TEST

/* ---- what is unknown goes back ---- */

static struct unknown_refund *refunds;

/* As compare(), and what goes back is asked for. */
static void
compare_and_refund(void)
{
	size_t n = 1;

	house.ctx.set.pay_unknown = 1;
	compare();
	house_run(
	    "UPDATE unknown_refunds SET look_at = '-infinity',"
	    " owned_until = '-infinity'");
	refunds = unknown_refund_open(teller_find);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(unknown_refund_round(&house.ctx, refunds, &n),
		    0);
	unknown_refund_close(refunds);
}

#define N_BACK "SELECT count(*) FROM unknown_refunds WHERE over"

START_TEST(what_is_unknown_goes_back_once_where_it_has_our_name)
{
	struct teller_payment *p = only_there("of-ours", 1000);

	compare_and_refund();
	ck_assert_int_eq(p->refunded, 1000);
	ck_assert_int_eq(house_count(N_BACK, 0), 1);
	ck_assert_int_eq(n_alarms("unknown-capture"), 1);
	again("minute");
	again("day");
	compare_and_refund();
	ck_assert_int_eq(p->refunded, 1000);
	ck_assert_int_eq(n_alarms("%"), 1);
}
END_TEST

START_TEST(what_others_made_is_left_where_it_is)
{
	struct teller_payment *p = only_there("of-others", 1000);

	p->is_others = true;
	compare_and_refund();
	ck_assert_int_eq(p->refunded, 0);
	ck_assert_int_eq(n_alarms("unknown-capture"), 1);
	ck_assert_int_eq(house_count("SELECT count(*) FROM unknown_refunds", 0),
	    0);
}
END_TEST

START_TEST(what_is_not_given_back_is_asked_for_again_and_an_alarm)
{
	struct teller_payment *p = only_there("of-ours", 1000);

	teller->refunds_nothing = true;
	compare_and_refund();
	ck_assert_int_eq(n_alarms("%"), 1);
	teller->refunds_nothing = false;
	teller->refuses_refunds = true;
	compare_and_refund();
	compare_and_refund();
	ck_assert_int_eq(n_alarms("refund-refused"), 1);
	teller->refuses_refunds = false;
	compare_and_refund();
	ck_assert_int_eq(p->refunded, 1000);
	ck_assert_int_eq(house_count(N_BACK, 0), 1);
}
END_TEST

/* Keys of providers last a day. */
START_TEST(what_was_asked_for_long_ago_is_looked_for_first)
{
	struct teller_payment *p = only_there("of-ours", 1000);

	teller->refunds_nothing = true;
	compare_and_refund();
	house_run(
	    "UPDATE unknown_refunds SET asked_at = asked_at - interval '13 h'");
	teller->refunds_nothing = false;
	compare_and_refund();
	ck_assert_int_eq(p->refunded, 1000);
	ck_assert_int_eq(house_count(N_BACK, 0), 1);
}
END_TEST

#ifdef FAULTS
static void
refund_alone(void)
{
	size_t n;

	refunds = unknown_refund_open(teller_find);
	(void)!unknown_refund_round(&house.ctx, refunds, &n);
}

START_TEST(who_dies_over_it_is_followed_by_one_who_asks_by_the_same_name)
{
	static const char *const points[] = { "crash:unknown.before_call:1",
		"crash:unknown.before_end:1", "crash:unknown.after_end:1" };
	struct teller_payment *p = only_there("of-ours", 1000);

	house.ctx.set.pay_unknown = 1;
	compare();
	buyer_crash(points[_i], refund_alone);
	compare_and_refund();
	ck_assert_int_eq(p->refunded, 1000);
	ck_assert_int_eq(house_count(N_BACK, 0), 1);
}
END_TEST
#endif

/* ---- pages and ranges ---- */

START_TEST(every_page_is_read_in_ranges_that_overlap)
{
	char ref[16];

	teller->page_max = 2;
	for (int i = 0; i < 9; i++) {
		snprintf(ref, sizeof(ref), "there-%d", i);
		(void)only_there(ref, 100 + i);
	}
	compare();
	ck_assert_int_eq(n_alarms("unknown-capture"), 9);
	/* Nine minutes older than the newest, and told so late. */
	only_there("late-to-be-told", 5)->created_s -= 540;
	again("minute");
	ck_assert_int_eq(n_alarms("unknown-capture"), 10);
	/* An hour older: the hour's finds it; a month: the day's. */
	only_there("an-hour", 6)->created_s -= 3600;
	only_there("a-month", 7)->created_s -= 30 * DAY_S;
	again("minute");
	ck_assert_int_eq(n_alarms("unknown-capture"), 10);
	again("hour");
	ck_assert_int_eq(n_alarms("unknown-capture"), 11);
	again("day");
	ck_assert_int_eq(n_alarms("unknown-capture"), 12);
}
END_TEST

START_TEST(the_last_minute_is_left_to_the_next_one)
{
	struct teller_payment *p = only_there("just-now", 5);

	p->created_s = clock_ms() / MS_PER_S - 5;
	compare();
	ck_assert_int_eq(n_alarms("%"), 0);
	p->created_s -= 100;
	again("minute");
	ck_assert_int_eq(n_alarms("%"), 1);
}
END_TEST

/* His clock is an hour ahead: what he made two minutes ago he says he makes in
 * 58, which is in the range from the second time on. */
START_TEST(ranges_are_by_the_clock_of_the_provider)
{
	teller->ahead_s = 3600;
	only_there("ahead", 5)->created_s += teller->ahead_s;
	compare();
	ck_assert_int_eq(n_alarms("%"), 0);
	ck_assert_int_eq(house_count("SELECT count(*) FROM provider_scans WHERE"
				     " skew_s BETWEEN 3590 AND 3610",
			     0),
	    6);
	again("minute");
	ck_assert_int_eq(n_alarms("%"), 1);
}
END_TEST

START_TEST(a_list_that_cannot_be_read_is_read_later_from_where_it_stopped)
{
	teller->lists_fail = true;
	(void)only_there("there", 5);
	compare();
	ck_assert_int_eq(n_alarms("%"), 0);
	ck_assert_int_eq(house_count("SELECT count(*) FROM provider_scans WHERE"
				     " tries = 1 AND from_s IS NOT NULL AND"
				     " due_at > clock_timestamp()",
			     0),
	    6);
	teller->lists_fail = false;
	again("minute");
	ck_assert_int_eq(n_alarms("%"), 1);
}
END_TEST

START_TEST(no_more_pages_are_asked_for_than_the_pace_lets)
{
	size_t n;

	teller->page_max = 1;
	for (int i = 0; i < 9; i++)
		(void)only_there(arena_printf(&house.ctx.arena, "there-%d", i),
		    5);
	house_round();
	ck_assert_int_eq(reconcile_round(&house.ctx, scans, &n), 0);
	ck_assert_uint_eq(n, RECONCILE_PAGES_PER_S);
	ck_assert_int_eq(teller->n_pages, RECONCILE_PAGES_PER_S);
}
END_TEST

START_TEST(a_provider_who_is_gone_is_waited_for)
{
	teller->is_gone = true;
	compare();
	ck_assert_int_eq(teller->n_pages, 0);
	ck_assert_int_eq(house_count("SELECT count(*) FROM provider_scans WHERE"
				     " tries = 1 AND owner IS NULL",
			     0),
	    6);
}
END_TEST

#ifdef FAULTS
static void
one_round(void)
{
	size_t n;

	scans = reconcile_open(teller_find);
	(void)!reconcile_round(&house.ctx, scans, &n);
}

/* Whoever comes next reads on where it is. */
START_TEST(who_dies_over_a_page_is_followed_by_one_who_misses_nothing)
{
	static const char *const points[] = { "crash:reconcile.before_call:1",
		"crash:reconcile.before_page:2",
		"crash:reconcile.after_page:2" };

	teller->page_max = 2;
	for (int i = 0; i < 9; i++)
		(void)only_there(arena_printf(&house.ctx.arena, "there-%d", i),
		    5);
	buyer_crash(points[_i], one_round);
	compare();
	ck_assert_int_eq(n_alarms("unknown-capture"), 9);
	ck_assert_int_eq(n_alarms("%"), 9);
}
END_TEST
#endif

/* ---- an older database ---- */

static void
two_more_buy(void)
{
	(void)buy("bob", "2");
	(void)buy("cat", "3");
}

START_TEST(a_restored_older_database_gives_no_ticket_and_raises_alarms)
{
	int64_t ann = buy("ann", "1"), dan;

	house_go_back(two_more_buy);
	ck_assert_int_eq(last_payment(), ann);
	ck_assert_str_eq(house_map(), "RAAAAAAAAAAAAAAAAAAAAAAA");
	compare();
	again("hour");
	again("day");
	ck_assert_int_eq(n_alarms("unknown-capture"), 2);
	ck_assert_int_eq(n_alarms("%"), 2);
	ck_assert_int_eq(house_count("SELECT count(*) FROM alarms WHERE amount"
				     " = 1000 AND acknowledged_at IS NULL",
			     0),
	    2);
	/* The id of bob's payment comes again, and is asked for anew. */
	dan = buy("dan", "2");
	ck_assert(is_status(dan, "CAPTURED"));
	ck_assert_int_eq(teller->n_payments, 4);
	ck_assert_int_eq(teller_has(), 4000);
	ck_assert_int_eq(house_count("SELECT count(*) FROM reservations", 0),
	    2);
	again("minute");
	ck_assert_int_eq(n_alarms("%"), 2);
	house_come_back();
}
END_TEST

SUITE("reconcile_pay")
{
	FIXTURE_ONCE(house_start, servers_stop);
	FIXTURE(setup, teardown);
	TEST(what_is_the_same_there_and_here_is_no_alarm);
	TEST(money_that_is_there_and_not_here_makes_the_job_look);
	TEST(money_for_what_had_its_end_goes_back);
	TEST(a_refund_that_is_there_and_not_here_makes_the_job_look);
	TEST(an_unknown_capture_is_one_alarm_with_candidates);
	TEST(an_unknown_refund_is_an_alarm);
	TEST(a_refund_that_failed_later_is_an_alarm_of_what_is_owed);
	TEST(what_was_captured_here_and_not_there_is_an_alarm);
	TEST(what_is_unknown_goes_back_once_where_it_has_our_name);
	TEST(what_others_made_is_left_where_it_is);
	TEST(what_is_not_given_back_is_asked_for_again_and_an_alarm);
	TEST(what_was_asked_for_long_ago_is_looked_for_first);
#ifdef FAULTS
	TEST_LOOP(who_dies_over_it_is_followed_by_one_who_asks_by_the_same_name,
	    3);
#endif
	TEST(every_page_is_read_in_ranges_that_overlap);
	TEST(the_last_minute_is_left_to_the_next_one);
	TEST(ranges_are_by_the_clock_of_the_provider);
	TEST(a_list_that_cannot_be_read_is_read_later_from_where_it_stopped);
	TEST(no_more_pages_are_asked_for_than_the_pace_lets);
	TEST(a_provider_who_is_gone_is_waited_for);
#ifdef FAULTS
	TEST_LOOP(who_dies_over_a_page_is_followed_by_one_who_misses_nothing,
	    3);
#endif
	TEST(a_restored_older_database_gives_no_ticket_and_raises_alarms);
}
