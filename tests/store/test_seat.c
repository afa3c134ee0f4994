/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_seat - the map: loaded, read, lost, and loaded again
 *
 * Layer: tests.  Uses: seat, hold, house.
 */
#include "admin/withhold.h"
#include "base/board.h"
#include "base/clock.h"
#include "base/fault.h"
#include "catalog/terms.h"
#include "hold/hold.h"
#include "hold/hold_pay.h"
#include "journal/journal.h"
#include "recovery/epoch_raise.h"
#include "recovery/recovery.h"
#include "recovery/seat_load.h"
#include "seat/epoch.h"
#include "seat/seat_kept.h"
#include "seat/seat_loaded.h"
#include "seat/seat_map.h"
#include "seat/seat_published.h"
#include "seat/seat_state.h"
#include "seat/seat_tail.h"
#include "tests/support/house.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define FREE "AAAAAAAAAAAAAAAAAAAAAAAA"

static struct hold hold;

static int
place(const char *name, int64_t seat)
{
	struct hold_conflicts conflicts;
	const struct hold_want want = { .user = house_user(name),
		.performance = house.performance,
		.seats = &seat,
		.n_seats = 1 };

	return hold_place(&house.ctx, &want, &hold, &conflicts);
}

static void
claim(int seat, char state, int mark)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO seat_claim (performance_id,"
	    " seat_no, state, mark, user_id, hold_token) VALUES"
	    " (%lld, %d, '%c', %d, %lld, 'x')",
	    (long long)house.performance, seat, state, mark,
	    (long long)house_user("ann"));
	house_run(sql);
}

static struct seat_map
read_since(struct span since)
{
	struct seat_map map;

	ck_assert_int_eq(
	    seat_map_read(&house.ctx, house.performance, since, &map), 0);
	return map;
}

START_TEST(moves_are_those_of_the_table_and_no_others)
{
	int n_legal = 0;

	for (const char *from = seat_letters; *from != '\0'; from++)
		for (const char *to = seat_letters; *to != '\0'; to++)
			n_legal += seat_may_move(*from, *to);
	ck_assert_int_eq(n_legal, 12);
	ck_assert(seat_may_move('H', 'P'));
	ck_assert(!seat_may_move('P', 'C'));
	ck_assert(!seat_may_move('R', 'A'));
	ck_assert(!seat_is_state('X'));
	ck_assert_str_eq(seat_state_name('R'), "RESERVED");
}
END_TEST

START_TEST(a_map_nobody_touched_is_all_free)
{
	ck_assert_str_eq(house_map(), FREE);
}
END_TEST

START_TEST(a_performance_that_is_not_there_has_no_map)
{
	struct seat_map map;

	ck_assert_int_eq(seat_map_read(&house.ctx, 999999999, SPAN_NONE, &map),
	    SEAT_E_NONE);
}
END_TEST

START_TEST(a_map_is_loaded_from_the_claims)
{
	claim(1, 'R', 5);
	claim(2, 'C', -5);
	claim(24, 'D', 0);
	ck_assert_str_eq(house_map(), "RCAAAAAAAAAAAAAAAAAAAAAD");
}
END_TEST

START_TEST(a_restarted_redis_gets_claims_and_holds_back)
{
	int64_t before, after;

	claim(1, 'R', 5);
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	ck_assert_int_eq(epoch_get(&house.ctx, &before), 0);
	servers_redis_stop();
	servers_redis_start();
	house_reopen();
	ck_assert_str_eq(house_map(), "RAHAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(epoch_get(&house.ctx, &after), 0);
	ck_assert_int_gt(after, before);
	ck_assert_int_eq(
	    hold_pay(&house.ctx, house_user("ann"), hold.token, &hold),
	    HOLD_OK);
}
END_TEST

START_TEST(an_emptied_redis_gets_claims_and_holds_back)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	house_redis("FLUSHALL");
	ck_assert_str_eq(house_map(), "AAHAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(place("bob", 3), HOLD_E_TAKEN);
	ck_assert_int_eq(
	    hold_find(&house.ctx, house_user("ann"), hold.token, &hold),
	    HOLD_OK);
}
END_TEST

START_TEST(holds_count_for_the_limit_after_a_reload)
{
	for (int seat = 1; seat <= 7; seat++)
		ck_assert_int_eq(place("ann", seat), HOLD_OK);
	house_redis("FLUSHALL");
	ck_assert_int_eq(place("ann", 8), HOLD_OK);
	ck_assert_int_eq(place("ann", 9), HOLD_E_LIMIT);
	ck_assert_int_eq(hold_drop(&house.ctx, house_user("ann"), hold.token,
			     &(struct span){ 0 }),
	    HOLD_OK);
	ck_assert_int_eq(place("ann", 9), HOLD_OK);
}
END_TEST

START_TEST(a_claim_goes_before_a_journaled_hold)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	house_redis("FLUSHALL");
	claim(3, 'B', 9);
	ck_assert_str_eq(house_map(), "AABAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(
	    hold_find(&house.ctx, house_user("ann"), hold.token, &hold),
	    HOLD_E_LOST);
}
END_TEST

START_TEST(a_lapsed_hold_is_not_loaded)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	house_redis("FLUSHALL");
	clock_fake(hold.is.ends_ms + 1);
	house_round();
	ck_assert_str_eq(house_map(), FREE);
}
END_TEST

START_TEST(a_worker_with_an_old_epoch_notices)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	ck_assert_int_eq(
	    epoch_raise(&house.ctx, epoch_last(&house.ctx), "test"), 0);
	house_reopen();
	ck_assert_int_eq(place("bob", 4), HOLD_OK);
	ck_assert_str_eq(house_map(), "AAHHAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(a_dead_map_is_never_written)
{
	int64_t old = 0;
	struct ctx stale;
	struct hold_conflicts conflicts;
	int64_t seat = 5;
	struct hold_want want = { .performance = house.performance,
		.seats = &seat,
		.n_seats = 1 };

	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	want.user = house_user("bob");
	/* Two workers know the epoch; one of them raises it. */
	ctx_open(&stale, &house.ctx.set);
	recovery_give(&stale);
	ctx_round(&stale);
	ck_assert_int_eq(epoch_get(&stale, &old), 0);
	ck_assert_int_eq(epoch_raise(&house.ctx, old, "test"), 0);
	ck_assert_int_eq(hold_place(&stale, &want, &hold, &conflicts), HOLD_OK);
	ck_assert_int_gt(hold.epoch, old);
	ck_assert_str_eq(house_map(), "AAHAHAAAAAAAAAAAAAAAAAAA");
	ctx_close(&stale);
}
END_TEST

START_TEST(since_gives_the_newest_change_of_each_seat)
{
	struct seat_map before, after;

	before = read_since(SPAN_NONE);
	ck_assert(before.whole);
	/* Nothing happened yet: there is no entry to go on from. */
	ck_assert_int_eq(place("ann", 7), HOLD_OK);
	before = read_since(SPAN_NONE);
	ck_assert_int_eq(place("ann", 1), HOLD_OK);
	ck_assert_int_eq(place("bob", 2), HOLD_OK);
	ck_assert_int_eq(hold_drop(&house.ctx, house_user("bob"), hold.token,
			     &(struct span){ 0 }),
	    HOLD_OK);
	after = read_since(before.version);
	ck_assert(!after.whole);
	ck_assert_int_eq(after.n_changes, 2);
	ck_assert_int_eq(after.changes[0].seat_no, 1);
	ck_assert_int_eq(after.changes[0].letter, 'H');
	ck_assert_int_eq(after.changes[1].seat_no, 2);
	ck_assert_int_eq(after.changes[1].letter, 'A');
	ck_assert_int_eq(read_since(after.version).n_changes, 0);
}
END_TEST

START_TEST(since_another_epoch_gives_the_whole_map)
{
	struct seat_map before;

	ck_assert_int_eq(place("ann", 7), HOLD_OK);
	before = read_since(SPAN_NONE);
	house_redis("FLUSHALL");
	ck_assert(read_since(before.version).whole);
	ck_assert(read_since(SPAN_LIT("nonsense")).whole);
	ck_assert(read_since(SPAN_LIT("1-2")).whole);
	ck_assert(read_since(SPAN_LIT("")).whole);
}
END_TEST

START_TEST(a_hold_tells_the_version_it_is_in)
{
	ck_assert_int_eq(place("ann", 7), HOLD_OK);
	ck_assert(span_eq(hold.version, read_since(SPAN_NONE).version));
}
END_TEST

/* ---- the map a worker keeps ---- */

/* What one who has seen that version is shown. */
static const char *
kept(struct span seen)
{
	struct seat_map map;

	ck_assert_int_eq(
	    seat_kept_map(&house.ctx, house.performance, &seen, 1, &map), 0);
	return arena_str(&house.ctx.arena, map.letters);
}

static void
later(int64_t ms)
{
	clock_fake_add(ms);
	house_round();
}

START_TEST(a_map_is_kept_for_fifty_ms)
{
	clock_fake(clock_ms());
	house_round();
	ck_assert_str_eq(kept(SPAN_NONE), FREE);
	ck_assert_int_eq(place("ann", 1), HOLD_OK);
	later(SEAT_KEPT_MS - 1);
	ck_assert_str_eq(kept(SPAN_NONE), FREE);
	later(1);
	ck_assert_str_eq(kept(SPAN_NONE),
	    "H"
	    "AAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(who_has_seen_a_newer_map_is_not_shown_an_older_one)
{
	struct span seen;

	clock_fake(clock_ms());
	house_round();
	seen = read_since(SPAN_NONE).version;
	ck_assert_str_eq(kept(seen), FREE);
	ck_assert_int_eq(place("ann", 1), HOLD_OK);
	ck_assert_str_eq(kept(seen), FREE);
	ck_assert_str_eq(kept(SPAN_LIT("nonsense")), FREE);
	ck_assert_str_eq(kept(SPAN_LIT("1-db-9999999999999")), FREE);
	ck_assert_str_eq(kept(SPAN_LIT("0-9999999999999-0")), FREE);
	ck_assert_str_eq(kept(hold.version),
	    "H"
	    "AAAAAAAAAAAAAAAAAAAAAAA");
	/* A version that never was: read once, and what is there is shown. */
	ck_assert_int_eq(place("ann", 2), HOLD_OK);
	seen = span_str(arena_printf(&house.ctx.arena, "%lld-9999999999999-0",
	    (long long)epoch_last(&house.ctx)));
	ck_assert_str_eq(kept(seen),
	    "HH"
	    "AAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	ck_assert_str_eq(kept(SPAN_LIT("999999-1-0")),
	    "HHH"
	    "AAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* ---- the changes a worker keeps ---- */

static int
kept_since(struct span since, struct span seen, struct seat_map *out)
{
	return seat_kept_since(&house.ctx, house.performance, since, &seen, 1,
	    out);
}

static int64_t
n_log_reads(void)
{
	const char *at = strstr(house_redis("INFO commandstats"),
	    "cmdstat_xrevrange:calls=");

	return at == NULL ? 0 : atoll(strchr(at, '=') + 1);
}

/* So many entries, where all seats are free: a hold and its end are two. */
static void
move_seats(int n_entries)
{
	for (int i = 0; i < n_entries; i += 2) {
		if (place("ann", i / 2 % 24 + 1) != HOLD_OK)
			continue;
		ck_assert_int_eq(hold_drop(&house.ctx, house_user("ann"),
				     hold.token, &(struct span){ 0 }),
		    HOLD_OK);
	}
}

START_TEST(many_who_follow_a_map_cost_one_read_of_its_log)
{
	struct span since = read_since(SPAN_NONE).version;
	struct seat_map map;
	int64_t before;

	clock_fake(clock_ms());
	house_round();
	move_seats(20);
	before = n_log_reads();
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(kept_since(since, SPAN_NONE, &map), 0);
		ck_assert(!map.whole);
		ck_assert_uint_eq(map.n_changes, 10);
	}
	ck_assert_int_eq(n_log_reads() - before, 1);
	later(SEAT_TAIL_MS);
	ck_assert_int_eq(kept_since(since, SPAN_NONE, &map), 0);
	ck_assert_int_eq(n_log_reads() - before, 2);
}
END_TEST

START_TEST(who_is_far_back_gets_the_whole_map_and_the_log_is_not_asked)
{
	struct span since = read_since(SPAN_NONE).version;
	struct seat_map map;
	int64_t before;

	clock_fake(clock_ms());
	house_round();
	move_seats(SEAT_CHANGES_MAX + 2);
	before = n_log_reads();
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(kept_since(since, SPAN_NONE, &map), 0);
		ck_assert(map.whole);
		ck_assert(!seat_version_newer(since, map.version));
	}
	/* One for the changes, one for the version of the whole map. */
	ck_assert_int_le(n_log_reads() - before, 2);
}
END_TEST

/* Versions that never were, older and newer than all. */
START_TEST(a_made_up_version_gets_the_whole_map)
{
	static const char *const made_up[] = { "1-0", "1-99",
		"9999999999999-0" };
	struct seat_map map;
	struct span since;

	clock_fake(clock_ms());
	house_round();
	(void)read_since(SPAN_NONE);
	move_seats(20);
	since = span_str(arena_printf(&house.ctx.arena, "%lld-%s",
	    (long long)epoch_last(&house.ctx), made_up[_i]));
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(kept_since(since, SPAN_NONE, &map), 0);
		ck_assert(map.whole);
		ck_assert(span_eq_str(map.letters, FREE));
	}
}
END_TEST

START_TEST(who_asks_for_it_sees_his_own_hold_among_the_changes)
{
	struct span since = read_since(SPAN_NONE).version;
	struct seat_map map;

	clock_fake(clock_ms());
	house_round();
	ck_assert_int_eq(kept_since(since, SPAN_NONE, &map), 0);
	ck_assert_int_eq(place("ann", 7), HOLD_OK);
	ck_assert_int_eq(kept_since(since, SPAN_NONE, &map), 0);
	ck_assert_uint_eq(map.n_changes, 0);
	ck_assert_int_eq(kept_since(since, hold.version, &map), 0);
	ck_assert_uint_eq(map.n_changes, 1);
	ck_assert(span_eq(map.version, hold.version));
}
END_TEST

#define N_SNAPSHOTS 150

/* Whatever a worker keeps: a map that a reader has and the changes since make
 * the map of the version that he is told. */
START_TEST(a_map_and_the_changes_since_are_the_map)
{
	static struct {
		struct span version;
		char letters[HOUSE_SEATS + 1];
	} had[N_SNAPSHOTS];
	uint64_t random = 88172645463325252u;
	struct seat_map map;

	clock_fake(clock_ms());
	house_round();
	for (int n = 0; n < N_SNAPSHOTS; n++) {
		char letters[HOUSE_SEATS + 1];
		int at;

		map = read_since(SPAN_NONE);
		had[n].version = map.version;
		memcpy(had[n].letters, map.letters.p, HOUSE_SEATS);
		random ^= random << 13, random ^= random >> 7,
		    random ^= random << 17;
		if (place("bob", (int64_t)(random >> 16) % 24 + 1) != HOLD_OK)
			ck_assert_int_ge(hold_drop(&house.ctx,
					     house_user("bob"), hold.token,
					     &(struct span){ 0 }),
			    0);
		move_seats(random % 10 == 0 ? 2 * (int)(random >> 8 & 127) : 0);
		later((int64_t)(random >> 24) % (2 * SEAT_TAIL_MS));
		at = n - (int)((random >> 32) % (uint64_t)MIN(n + 1, 40));
		ck_assert_int_eq(kept_since(had[at].version, SPAN_NONE, &map),
		    0);
		memcpy(letters, had[at].letters, sizeof(letters));
		for (size_t i = 0; !map.whole && i < map.n_changes; i++)
			letters[map.changes[i].seat_no - 1] =
			    map.changes[i].letter;
		if (map.whole)
			memcpy(letters, map.letters.p, HOUSE_SEATS);
		/* Of its version, or of one between two of ours. */
		for (int k = 0; k <= n; k++)
			if (span_eq(had[k].version, map.version))
				ck_assert_mem_eq(letters, had[k].letters,
				    HOUSE_SEATS);
		if (span_eq(read_since(SPAN_NONE).version, map.version))
			ck_assert_str_eq(letters, house_map());
	}
}
END_TEST

/* A version that is older than any map. */
static struct span
old_version(int64_t epoch)
{
	return span_str(
	    arena_printf(&house.ctx.arena, "%lld-5-0", (long long)epoch));
}

/* A map that another worker read now: all seats are shown in this letter. */
static void
show(char letter, int64_t epoch, struct span version, size_t n_letters)
{
	const struct seat_map map = { .whole = true,
		.epoch = epoch,
		.version = version,
		.letters = { memset(arena_alloc(&house.ctx.arena, n_letters),
				 letter, n_letters),
		    n_letters } };

	seat_published_put(&house.ctx, house.performance, house.ctx.now_ms,
	    &map);
}

START_TEST(a_map_that_another_worker_read_is_shown_as_long)
{
	struct span seen;

	clock_fake(clock_ms());
	house_round();
	seen = read_since(SPAN_NONE).version;
	show('D', epoch_last(&house.ctx), seen, 24);
	later(SEAT_KEPT_MS - 1);
	ck_assert_str_eq(kept(SPAN_NONE), "DDDDDDDDDDDDDDDDDDDDDDDD");
	later(1);
	ck_assert_str_eq(kept(SPAN_NONE), FREE);
	later(SEAT_KEPT_MS);
	show('D', epoch_last(&house.ctx), seen, 24);
	ck_assert_int_eq(place("ann", 1), HOLD_OK);
	ck_assert_str_eq(kept(hold.version),
	    "H"
	    "AAAAAAAAAAAAAAAAAAAAAAA");
	later(SEAT_KEPT_MS);
	show('D', epoch_last(&house.ctx) + 1,
	    old_version(epoch_last(&house.ctx) + 1), 24);
	ck_assert_str_eq(kept(seen),
	    "H"
	    "AAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(a_map_that_was_read_is_shown_to_others)
{
	struct seat_map map;
	int64_t read_ms;

	clock_fake(clock_ms());
	house_round();
	ck_assert_str_eq(kept(SPAN_NONE), FREE);
	ck_assert(
	    seat_published_get(&house.ctx, house.performance, &read_ms, &map));
	ck_assert_int_eq(read_ms, house.ctx.now_ms);
	ck_assert(span_eq_str(map.letters, FREE));
	ck_assert(map.terms_version > 0);
	/* Whoever has read it before, and is late to say so, does not. */
	show('D', epoch_last(&house.ctx), old_version(epoch_last(&house.ctx)),
	    24);
	ck_assert(
	    seat_published_get(&house.ctx, house.performance, &read_ms, &map));
	ck_assert(span_eq_str(map.letters, FREE));
}
END_TEST

START_TEST(a_hall_too_large_for_the_board_is_not_shown)
{
	struct seat_map map;
	int64_t read_ms;

	ck_assert_str_eq(kept(SPAN_NONE), FREE);
	show('D', epoch_last(&house.ctx), old_version(1000), BOARD_LEN);
	ck_assert(
	    seat_published_get(&house.ctx, house.performance, &read_ms, &map));
	ck_assert(span_eq_str(map.letters, FREE));
}
END_TEST

/* Behind everybody's back. */
static void
set_letter(int seat, char letter)
{
	house_redis(arena_printf(&house.ctx.arena,
	    "SETRANGE bo:{p%lld.%lld}"
	    ":seats %d %c",
	    (long long)house.performance, (long long)epoch_last(&house.ctx),
	    seat - 1, letter));
}

START_TEST(a_sold_seat_is_refused_from_the_kept_map)
{
	claim(5, 'R', 77);
	clock_fake(clock_ms());
	house_round();
	/* The first loser asks the script, the second reads the map. */
	ck_assert_int_eq(place("bob", 5), HOLD_E_TAKEN);
	ck_assert_int_eq(place("bob", 5), HOLD_E_TAKEN);
	set_letter(5, 'A');
	ck_assert_int_eq(place("bob", 5), HOLD_E_TAKEN);
	later(SEAT_KEPT_MS);
	ck_assert_int_eq(place("bob", 5), HOLD_OK);
}
END_TEST

START_TEST(no_other_letter_refuses_from_the_kept_map)
{
	static const char letters[] = "HPCBD";

	clock_fake(clock_ms());
	house_round();
	ck_assert_int_eq(place("ann", 24), HOLD_OK);
	for (int i = 0; letters[i] != '\0'; i++)
		set_letter(i + 1, letters[i]);
	ck_assert_ptr_nonnull(strstr(kept(hold.version), "HPCBD"));
	for (int i = 0; letters[i] != '\0'; i++) {
		set_letter(i + 1, 'A');
		ck_assert_int_eq(place("ann", i + 1), HOLD_OK);
	}
}
END_TEST

START_TEST(a_kept_map_of_older_terms_refuses_nobody)
{
	size_t n_told;
	char sql[160];

	claim(5, 'R', 77);
	clock_fake(clock_ms());
	house_round();
	ck_assert_int_eq(place("bob", 5), HOLD_E_TAKEN);
	ck_assert_int_eq(place("bob", 5), HOLD_E_TAKEN);
	snprintf(sql, sizeof(sql),
	    "UPDATE performances SET status = 'closed',"
	    " meta_version = meta_version + 1 WHERE id = %lld",
	    (long long)house.performance);
	house_run(sql);
	ck_assert_int_eq(seat_loaded_terms(&house.ctx, &n_told), 0);
	later(SEAT_KEPT_MS - 1);
	/* Whoever knows the new terms goes to the script with them. */
	house_terms();
	ck_assert_int_eq(place("bob", 5), HOLD_E_CLOSED);
}
END_TEST

/* ---- the plan of the hall ---- */

static const char *
map_key(const char *key)
{
	return arena_printf(&house.ctx.arena, "bo:{p%lld.%lld}:%s",
	    (long long)house.performance, (long long)epoch_last(&house.ctx),
	    key);
}

static void
tell_terms(void)
{
	size_t n;

	ck_assert_int_eq(seat_loaded_terms(&house.ctx, &n), 0);
	ck_assert_int_eq(n, 1);
}

static int
terms_told(void)
{
	size_t n;
	int r = seat_loaded_terms(&house.ctx, &n);

	return r < 0 ? r : (int)n;
}

/* As an operator changes it; long_ago: and nobody has looked since. */
static void
change_limit(bool long_ago)
{
	char sql[400];

	snprintf(sql, sizeof(sql),
	    "UPDATE performances SET max_seats_per_user ="
	    " max_seats_per_user %% 4 + 2 WHERE id = %lld",
	    (long long)house.performance);
	house_run(sql);
	if (!long_ago)
		return;
	house_run("ALTER TABLE performances DISABLE TRIGGER USER");
	house_run(
	    "UPDATE performances SET changed_at ="
	    " now() - interval '1 h'");
	house_run("ALTER TABLE performances ENABLE TRIGGER USER");
}

START_TEST(a_change_of_terms_is_told_once_and_after_a_fault_too)
{
	ck_assert_int_eq(place("ann", 5), HOLD_OK);
	ck_assert_int_eq(terms_told(), 0);
	change_limit(false);
	ck_assert_int_eq(terms_told(), 1);
	ck_assert_int_eq(terms_told(), 0);
	/* What was changed while a round could not look is asked of all. */
	change_limit(true);
	servers_pg_stop();
	house_reopen();
	ck_assert_int_lt(terms_told(), 0);
	servers_pg_start();
	house_reopen();
	ck_assert_int_eq(terms_told(), 1);
	ck_assert_int_eq(terms_told(), 0);
}
END_TEST

/* From here on holds are in Redis alone until they are read for the journal,
 * which keeps a performance at its plan. */
static void
journal_behind(void)
{
	house_redis("SET bo:job:journal-keeps-up 1");
	journal_look_again(&house.ctx);
}

static int
block(int64_t seat)
{
	struct withhold_result moved;
	const struct withhold_ask ask = { .performance = house.performance,
		.verb = withhold_verb_find(SPAN_LIT("block")),
		.seats = &seat,
		.n_seats = 1,
		.by = { .user = house_user("ann"),
		    .reason = SPAN_LIT("test"),
		    .request_id = SPAN_LIT("r") } };

	return withhold_move(&house.ctx, &ask, &moved);
}

START_TEST(a_map_follows_the_plan_of_its_performance)
{
	struct span before = read_since(SPAN_NONE).version;
	struct seat_map after;

	house_plan(30);
	tell_terms();
	after = read_since(SPAN_NONE);
	ck_assert_uint_eq(after.letters.len, 30);
	ck_assert(seat_version_newer(after.version, before));
	ck_assert_int_eq(place("ann", 30), HOLD_OK);
	ck_assert_int_eq(block(29), WITHHOLD_OK);
	ck_assert_str_eq(house_map() + 24, "AAAABH");
}
END_TEST

/* Seats of the same number are other seats. */
START_TEST(a_plan_of_as_many_seats_is_another_map)
{
	struct span before = read_since(SPAN_NONE).version;

	house_plan(24);
	tell_terms();
	ck_assert(seat_version_newer(read_since(SPAN_NONE).version, before));
}
END_TEST

START_TEST(holds_that_a_smaller_plan_has_no_seat_for_are_lost)
{
	struct span anns;

	journal_behind();
	ck_assert_int_eq(place("ann", 24), HOLD_OK);
	anns = hold.token;
	ck_assert_int_eq(place("bob", 3), HOLD_OK);
	house_plan(20);
	tell_terms();
	ck_assert_str_eq(house_map(), "AAHAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(hold_find(&house.ctx, house_user("ann"), anns, &hold),
	    HOLD_E_LOST);
	ck_assert_int_eq(place("eve", 24), HOLD_E_SEAT);
	ck_assert_int_eq(block(24), WITHHOLD_E_SEAT);
}
END_TEST

/* Each in turn is the first to ask, before the worker looks. */
START_TEST(who_meets_a_map_of_another_plan_has_it_loaded_anew)
{
	struct hold_conflicts conflicts;
	const struct hold_want want = { .user = house_user("ann"),
		.performance = house.performance,
		.seats = &(int64_t){ 30 },
		.n_seats = 1 };

	clock_fake(clock_ms());
	house_round();
	journal_behind();
	ck_assert_int_eq(place("ann", 1), HOLD_OK);
	house_plan(30);
	later(1000);
	if (_i == 0) {
		ck_assert_int_eq(place("bob", 30), HOLD_OK);
	} else if (_i == 1) {
		ck_assert_int_eq(block(30), WITHHOLD_OK);
	} else {
		house_terms();
		ck_assert_int_eq(hold_change(&house.ctx, &want, hold.token,
				     &hold, &conflicts),
		    HOLD_OK);
	}
	ck_assert_str_eq(house_map() + 23, _i == 1 ? "AAAAAAB" : "AAAAAAH");
}
END_TEST

/* A worker that knows an older, larger plan than the map. */
START_TEST(who_knows_an_older_plan_is_told_that_there_is_no_such_seat)
{
	size_t n;

	clock_fake(clock_ms());
	house_round();
	journal_behind();
	ck_assert_int_eq(place("ann", 1), HOLD_OK);
	house_plan(20);
	if (fork() == 0) {
		house_fork();
		_exit(seat_loaded_terms(&house.ctx, &n) == 0 && n == 1 ? 0 : 1);
	}
	ck_assert_int_gt(wait(NULL), 0);
	ck_assert_int_eq(_i == 0 ? place("bob", 24) : block(24),
	    _i == 0 ? (int)HOLD_E_SEAT : (int)WITHHOLD_E_SEAT);
	ck_assert_str_eq(house_map(), "HAAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* ---- what is not what was loaded ---- */

static const char *const spoils[] = {
	"SET %s AAH",
	"SETRANGE %s 24 A",
	"SETRANGE %s 5 x",
	"SETBIT %s 40 1",
	"DEL %s",
	"SETRANGE %s 30 x",
};

static void
spoil(int how)
{
	house_redis(
	    arena_printf(&house.ctx.arena, spoils[how], map_key("seats")));
}

START_TEST(a_wrong_map_is_loaded_anew_and_never_shown)
{
	struct span before;

	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	before = read_since(SPAN_NONE).version;
	spoil(_i);
	ck_assert_str_eq(house_map(), "AAHAAAAAAAAAAAAAAAAAAAAA");
	ck_assert(seat_version_newer(read_since(SPAN_NONE).version, before));
}
END_TEST

START_TEST(a_conflict_tells_no_letter_of_a_wrong_map)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	house_redis(
	    arena_printf(&house.ctx.arena, "SET %s A", map_key("seats")));
	ck_assert_int_eq(_i == 0 ? place("bob", 6) : block(6), 0);
	ck_assert_str_eq(house_map(),
	    _i == 0 ? "AAHAAHAAAAAAAAAAAAAAAAAA" : "AAHAABAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* ---- versions ---- */

START_TEST(a_map_that_is_loaded_anew_has_a_newer_version)
{
	struct span before = read_since(SPAN_NONE).version;

	ck_assert_int_eq(seat_reload(&house.ctx, house.performance), 0);
	ck_assert(seat_version_newer(read_since(SPAN_NONE).version, before));
}
END_TEST

/* Redis's clock was ahead, and is set back before the map is loaded anew. */
START_TEST(no_clock_makes_versions_fall)
{
	struct seat_map before;

	(void)read_since(SPAN_NONE);
	house_redis(arena_printf(&house.ctx.arena,
	    "XADD %s"
	    " 9999999999999-7 c H1",
	    map_key("log")));
	before = read_since(SPAN_NONE);
	ck_assert_int_eq(seat_reload(&house.ctx, house.performance), 0);
	ck_assert(
	    seat_version_newer(read_since(SPAN_NONE).version, before.version));
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	ck_assert(seat_version_newer(hold.version, before.version));
}
END_TEST

START_TEST(a_map_from_redis_is_newer_than_one_shown_without_it)
{
	struct seat_map before;

	servers_redis_stop();
	before = read_since(SPAN_NONE);
	servers_redis_start();
	house_reopen();
	ck_assert(
	    seat_version_newer(read_since(SPAN_NONE).version, before.version));
}
END_TEST

START_TEST(without_redis_the_map_comes_from_postgresql)
{
	struct seat_map map;

	claim(1, 'R', 5);
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	servers_redis_stop();
	map = read_since(SPAN_NONE);
	ck_assert_str_eq(arena_str(&house.ctx.arena, map.letters),
	    "RAHAAAAAAAAAAAAAAAAAAAAA");
	map = read_since(map.version);
	ck_assert(map.whole);
	servers_redis_start();
}
END_TEST

START_TEST(without_the_primary_the_map_is_read)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	servers_pg_stop();
	house_reopen();
	ck_assert_str_eq(house_map(), "AAHAAAAAAAAAAAAAAAAAAAAA");
	servers_pg_start();
}
END_TEST

/* Twenty workers touch a map that is not there at the same time. */
START_TEST(a_map_touched_by_many_at_once_is_loaded_once)
{
	claim(1, 'R', 5);
	for (int i = 0; i < 20; i++)
		if (fork() == 0) {
			house_fork();
			_exit(strcmp(house_map(), "RAAAAAAAAAAAAAAAAAAAAAAA")
				    == 0
				? 0
				: 1);
		}
	for (int i = 0; i < 20; i++) {
		int status;

		ck_assert_int_gt(wait(&status), 0);
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}
END_TEST

#ifdef FAULTS
static const char *const crashes[] = {
	"crash:load.before_write:1",
	"crash:epoch.before_bury:1",
	"crash:epoch.after_mark:1",
};

START_TEST(a_load_that_dies_is_done_again)
{
	int status;
	pid_t pid;

	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	house_redis("FLUSHALL");
	pid = fork();
	if (pid == 0) {
		setenv("BOXOFFICE_FAULTS", crashes[_i], 1);
		fault_reset();
		house_fork();
		(void)house_map();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 137);
	ck_assert_str_eq(house_map(), "AAHAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST
#endif

SUITE("seat")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(house_open, house_close);
	TEST(moves_are_those_of_the_table_and_no_others);
	TEST(a_map_nobody_touched_is_all_free);
	TEST(a_performance_that_is_not_there_has_no_map);
	TEST(a_map_is_loaded_from_the_claims);
	TEST(a_restarted_redis_gets_claims_and_holds_back);
	TEST(an_emptied_redis_gets_claims_and_holds_back);
	TEST(holds_count_for_the_limit_after_a_reload);
	TEST(a_claim_goes_before_a_journaled_hold);
	TEST(a_lapsed_hold_is_not_loaded);
	TEST(a_worker_with_an_old_epoch_notices);
	TEST(a_dead_map_is_never_written);
	TEST(since_gives_the_newest_change_of_each_seat);
	TEST(since_another_epoch_gives_the_whole_map);
	TEST(a_hold_tells_the_version_it_is_in);
	TEST(a_map_is_kept_for_fifty_ms);
	TEST(who_has_seen_a_newer_map_is_not_shown_an_older_one);
	TEST(many_who_follow_a_map_cost_one_read_of_its_log);
	TEST(who_is_far_back_gets_the_whole_map_and_the_log_is_not_asked);
	TEST_LOOP(a_made_up_version_gets_the_whole_map, 3);
	TEST(who_asks_for_it_sees_his_own_hold_among_the_changes);
	TEST(a_map_and_the_changes_since_are_the_map);
	TEST(a_map_that_another_worker_read_is_shown_as_long);
	TEST(a_map_that_was_read_is_shown_to_others);
	TEST(a_hall_too_large_for_the_board_is_not_shown);
	TEST(a_sold_seat_is_refused_from_the_kept_map);
	TEST(no_other_letter_refuses_from_the_kept_map);
	TEST(a_kept_map_of_older_terms_refuses_nobody);
	TEST(a_change_of_terms_is_told_once_and_after_a_fault_too);
	TEST(a_map_follows_the_plan_of_its_performance);
	TEST(a_plan_of_as_many_seats_is_another_map);
	TEST(holds_that_a_smaller_plan_has_no_seat_for_are_lost);
	TEST_LOOP(who_meets_a_map_of_another_plan_has_it_loaded_anew, 3);
	TEST_LOOP(who_knows_an_older_plan_is_told_that_there_is_no_such_seat,
	    2);
	TEST_LOOP(a_wrong_map_is_loaded_anew_and_never_shown,
	    (int)ARRAY_LEN(spoils));
	TEST_LOOP(a_conflict_tells_no_letter_of_a_wrong_map, 2);
	TEST(a_map_that_is_loaded_anew_has_a_newer_version);
	TEST(no_clock_makes_versions_fall);
	TEST(a_map_from_redis_is_newer_than_one_shown_without_it);
	TEST(without_redis_the_map_comes_from_postgresql);
	TEST(without_the_primary_the_map_is_read);
	TEST(a_map_touched_by_many_at_once_is_loaded_once);
#ifdef FAULTS
	TEST_LOOP(a_load_that_dies_is_done_again, (int)ARRAY_LEN(crashes));
#endif
}
