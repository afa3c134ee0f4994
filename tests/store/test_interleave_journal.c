/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_interleave_journal - holds that go on while the journal lags, sleeps or
 * does not answer
 *
 * Layer: tests.  Uses: hold, reservation, journal, afterwards.
 */
#include "journal/journal_trim.h"
#include "seat/seat_loaded.h"
#include "tests/support/afterwards.h"

static void
open_house(void)
{
	house_open();
	clock_fake(clock_ms());
	house_round();
	buyer_behind();
}

static void
empty_redis(void)
{
	house_redis("FLUSHALL");
}

/* ---- within the lag ---- */

/* What becomes of ann's seat 5 while her hold is in nobody's journal. */
static void
ann_pays(const struct hold *anns)
{
	(void)anns;
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
}

static void
ann_pays_and_cancels(const struct hold *anns)
{
	ann_pays(anns);
	cancel(anns);
	cancel_mirror(anns);
}

static void
ann_drops(const struct hold *anns)
{
	ck_assert_int_eq(drop("ann", anns->token), HOLD_OK);
}

static void
ann_changes_seats(const struct hold *anns)
{
	ck_assert_int_eq(change("ann", anns->token, 6), HOLD_OK);
}

static const struct {
	void (*end)(const struct hold *);
	bool free; /* the seat is bob's then */
	int found; /* what ann is told of her hold */
	int64_t spent;
} ends[] = {
	{ ann_pays, false, HOLD_OK, 1000 },
	{ ann_pays_and_cancels, true, HOLD_OK, 1000 },
	{ ann_drops, true, HOLD_E_EXPIRED, 0 },
	{ ann_changes_seats, true, HOLD_OK, 0 },
};

#define N_ENDS ((int)ARRAY_LEN(ends))

static void
check_end(int end, const struct hold *anns)
{
	settle();
	ck_assert_int_eq(letter(5), 'R');
	ck_assert_int_eq(owner(5), house_user(ends[end].free ? "bob" : "ann"));
	ck_assert_int_eq(find("ann", anns->token), ends[end].found);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - ends[end].spent);
}

/* Redis lives, is lost before anything was written, or after all was. */
enum { LIVES, LOST_BEFORE, LOST_AFTER, N_LOSSES };

START_TEST(what_happened_within_the_lag_stays_as_it_was)
{
	int end = _i % N_ENDS, loss = _i / N_ENDS;
	/* Changed seats do not wait for the persist job. */
	bool at_once = ends[end].end == ann_changes_seats;
	struct hold anns;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	ends[end].end(&anns);
	if (ends[end].free)
		bob_gets(OWNS, "5");
	ck_assert_int_eq(journaled("held") + journaled("paying"), at_once);
	if (loss == LOST_BEFORE)
		empty_redis();
	persist();
	if (loss == LOST_AFTER)
		empty_redis();
	/* A promise that was in Redis alone is gone with it. */
	if (loss == LOST_BEFORE && ends[end].spent == 0 && !at_once)
		ck_assert_int_eq(find("ann", anns.token), HOLD_E_NONE);
	else
		check_end(end, &anns);
	settle();
	ck_assert_int_eq(letter(5), 'R');
}
END_TEST

START_TEST(a_buyer_who_asks_again_is_told_what_he_was_told)
{
	struct hold anns;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	ann_pays_and_cancels(&anns);
	bob_gets((enum how_far)_i, "5");
	ck_assert_int_eq(pay_key("ann", anns.token, "key-1"),
	    PURCHASE_E_REPLAY);
	ck_assert_int_eq(bought.answer.status, 201);
	ck_assert_int_eq(pay_key("ann", anns.token, "key-2"), PURCHASE_E_PAID);
	ck_assert_int_eq(letter(5), letter_of((enum how_far)_i));
	settle();
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
	bob_ends_as_owner((enum how_far)_i, "5");
}
END_TEST

#ifdef FAULTS
/* ---- a persist job that sleeps ---- */

static void
persist_once(void)
{
	persist();
}

static const char *const points[] = {
	"follow.after_read",
	"follow.after_settle",
	"follow.after_hint",
};

/* It read that ann holds the seat, and stands still for a minute. Another job
 * writes all that follows, and what it wrote is trimmed from the log. */
START_TEST(a_persist_job_that_slept_for_a_minute_writes_nothing_old)
{
	int end = _i % N_ENDS;
	const char *point = points[_i / N_ENDS];
	struct sleeper job;
	struct hold anns;
	size_t n;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	buyer_sleep(&job, point, persist_once);
	ends[end].end(&anns);
	if (ends[end].free)
		bob_gets(OWNS, "5");
	persist();
	pass(60000);
	ck_assert_int_eq(journal_trim(&house.ctx, 30000, &n), 0);
	ck_assert_int_eq(place("eve", "9"), HOLD_OK);
	ck_assert_int_eq(buyer_wake(&job), 0);
	/* Nor does it take eve's hint away. */
	persist();
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM holds WHERE"
		" performance_id = $1 AND seats = '{9}' AND status = 'held'",
		house.performance),
	    1);
	check_end(end, &anns);
	empty_redis();
	check_end(end, &anns);
	ck_assert_int_eq(find("eve", hold.token), HOLD_OK);
}
END_TEST

/* ---- extend ---- */

START_TEST(a_hold_extended_just_before_its_end_goes_on)
{
	struct hold anns;
	bool lost = _i == 1;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	pass(anns.is.ends_ms - clock_ms() - 1);
	ck_assert_int_eq(extend("ann", anns.token), HOLD_OK);
	persist();
	pass(1);
	if (lost)
		empty_redis();
	ck_assert_int_eq(letter(5), 'H');
	ck_assert_int_eq(place("bob", "5"), HOLD_E_TAKEN);
	settle();
	ck_assert_int_eq(pay_key("ann", anns.token, "k"), PURCHASE_OK);
	settle();
	ck_assert_int_eq(owner(5), house_user("ann"));
}
END_TEST

START_TEST(a_hold_extended_at_its_end_is_over)
{
	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	clock_fake(hold.is.ends_ms);
	house_round();
	ck_assert_int_eq(extend("ann", hold.token), HOLD_E_EXPIRED);
	ck_assert_int_eq(pay("ann"), PURCHASE_E_EXPIRED);
	settle();
	bob_ends_as_owner(NOT_AT_ALL, "5");
}
END_TEST

static void
extend_as_ann(void)
{
	(void)extend("ann", hold.token);
}

static void
extend_or_die(void)
{
	if (extend("ann", hold.token) != HOLD_OK)
		_exit(1);
}

/* The handler asks just before the end, but its script comes after it. */
START_TEST(an_extension_that_comes_after_the_end_is_refused)
{
	enum how_far how_far = (enum how_far)_i;
	struct sleeper ann;
	struct hold anns;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	pass(anns.is.ends_ms - clock_ms() - 1);
	/* Time is Redis's own in life: here it is what the script is given,
	 * so that it is the sweep that has ended the hold. */
	buyer_sleep(&ann, "script.before", extend_or_die);
	pass(1);
	bob_gets(how_far, "5");
	ck_assert_int_eq(buyer_wake(&ann), 1);
	ck_assert_int_eq(letter(5), letter_of(how_far));
	ck_assert_int_eq(find("ann", anns.token), HOLD_E_EXPIRED);
	if (how_far != PAYS)
		settle();
	bob_ends_as_owner(how_far, "5");
}
END_TEST

/* The handler journals the later end only after that end. */
START_TEST(an_extension_journaled_late_brings_nothing_back)
{
	enum how_far how_far = (enum how_far)_i;
	struct sleeper ann;
	struct hold anns;

	buyer_alone();
	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	buyer_sleep(&ann, "extend.after_script", extend_as_ann);
	pass(anns.is.hard_ends_ms - clock_ms() - 1);
	ck_assert_int_eq(letter(5), 'A');
	bob_gets(how_far, "5");
	ck_assert_int_eq(buyer_wake(&ann), 0);
	ck_assert_int_eq(journaled("expired"), 1);
	empty_redis();
	ck_assert_int_eq(find("ann", anns.token), HOLD_E_EXPIRED);
	bob_ends_as_owner(how_far, "5");
}
END_TEST

/* ---- answers that are lost ---- */

/* The next script has run, and nobody is told. Whether the journal keeps up is
 * asked before, or that would be the answer which is lost. */
static void
lose_an_answer(void)
{
	(void)journal_keeps_up(&house.ctx);
	faults("fail:kv.answer:1");
}

static int
place_keyed(const char *seats, const char *key)
{
	struct hold_conflicts conflicts;
	int64_t seat;
	const struct hold_want want = { .user = house_user("ann"),
		.performance = house.performance,
		.seats = &seat,
		.n_seats = 1,
		.key = span_str(key) };

	ck_assert(span_to_i64(span_str(seats), &seat));
	return hold_place(&house.ctx, &want, &hold, &conflicts);
}

START_TEST(a_hold_asked_for_again_after_a_lost_answer_is_one_hold)
{
	const char *key = _i % 2 == 1 ? "k" : NULL;

	if (_i >= 2)
		buyer_alone();
	(void)house_map();
	ck_assert_int_eq(place_keyed("1", NULL), HOLD_OK);
	lose_an_answer();
	ck_assert_int_lt(place_keyed("5", key), 0);
	faults(NULL);
	ck_assert_int_eq(letter(5), 'H');
	ck_assert_int_eq(place("bob", "5"), HOLD_E_TAKEN);
	ck_assert_int_eq(place_keyed("5", key), HOLD_OK);
	/* Told by a key, it is the first answer once more. */
	ck_assert_int_eq(hold.again, key == NULL);
	hold.token = buyer_token(hold.token);
	settle();
	ck_assert_int_eq(journaled("held"), 2);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	settle();
	ck_assert_int_eq(owner(5), house_user("ann"));
}
END_TEST

/* Nobody asks again: it is a hold like any other, and ends like one. */
START_TEST(a_hold_nobody_was_told_of_lapses)
{
	if (_i == 1)
		buyer_alone();
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	lose_an_answer();
	ck_assert_int_lt(place("ann", "5"), 0);
	faults(NULL);
	settle();
	ck_assert_int_eq(journaled("held"), 2);
	pass(house.ctx.set.hold_hard_seconds * 1000);
	settle();
	bob_ends_as_owner(NOT_AT_ALL, "5");
}
END_TEST

START_TEST(whatever_is_asked_again_after_a_lost_answer_is_done_once)
{
	struct hold anns;
	int64_t spent = 0;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	lose_an_answer();
	switch (_i) {
	case 0:
		ck_assert_int_lt(pay("ann"), 0);
		faults(NULL);
		ck_assert_int_eq(pay("ann"), PURCHASE_OK);
		spent = 1000;
		break;
	case 1:
		ck_assert_int_lt(drop("ann", anns.token), 0);
		faults(NULL);
		ck_assert_int_eq(drop("ann", anns.token), HOLD_OK);
		break;
	case 2:
		/* The first answer is that of looking for the hold. */
		faults("fail:kv.answer:2");
		ck_assert_int_lt(change("ann", anns.token, 6), 0);
		faults(NULL);
		ck_assert_int_eq(change("ann", anns.token, 6), HOLD_OK);
		ck_assert_int_eq(letter(6), 'H');
		break;
	}
	settle();
	ck_assert_int_eq(letter(5), _i == 0 ? 'R' : 'A');
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - spent);
}
END_TEST
#endif

SUITE("interleave_journal")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(open_house, house_close);
	TEST_LOOP(what_happened_within_the_lag_stays_as_it_was,
	    N_ENDS * N_LOSSES);
	TEST_LOOP(a_buyer_who_asks_again_is_told_what_he_was_told, N_HOW_FAR);
#ifdef FAULTS
	TEST_LOOP(a_persist_job_that_slept_for_a_minute_writes_nothing_old,
	    N_ENDS * (int)ARRAY_LEN(points));
	TEST_LOOP(a_hold_extended_just_before_its_end_goes_on, 2);
	TEST(a_hold_extended_at_its_end_is_over);
	TEST_LOOP(an_extension_that_comes_after_the_end_is_refused, N_HOW_FAR);
	TEST_LOOP(an_extension_journaled_late_brings_nothing_back, N_HOW_FAR);
	TEST_LOOP(a_hold_asked_for_again_after_a_lost_answer_is_one_hold, 4);
	TEST_LOOP(a_hold_nobody_was_told_of_lapses, 2);
	TEST_LOOP(whatever_is_asked_again_after_a_lost_answer_is_done_once, 3);
#endif
}
