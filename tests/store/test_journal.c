/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_journal - the persist job: holds reach the journal behind the answer
 *
 * Layer: tests.  Uses: journal, hold, reservation, house.
 */
#include "base/clock.h"
#include "base/strbuf.h"
#include "hold/hold_expire.h"
#include "hold/hold_purge.h"
#include "journal/journal.h"
#include "journal/journal_row.h"
#include "journal/journal_trim.h"
#include "seat/epoch.h"
#include "seat/log_follow.h"
#include "tests/support/buyer.h"
#include "tests/support/pool.h"
#include "tests/support/servers.h"

static size_t
persist(void)
{
	size_t n;

	ck_assert_int_eq(journal_round(&house.ctx, &n), 0);
	return n;
}

static void
persist_once(void)
{
	(void)persist();
}

static void
open_house(void)
{
	house_open();
	buyer_behind();
}

START_TEST(a_hold_is_journaled_behind_its_answer)
{
	ck_assert_int_eq(place("ann", "1 17"), HOLD_OK);
	ck_assert_int_eq(journaled("held"), 0);
	ck_assert_int_eq(persist(), 1);
	ck_assert_int_eq(journaled("held"), 1);
	ck_assert_int_eq(
	    house_count("SELECT amount FROM holds WHERE"
			" performance_id = $1 AND seats = '{1,17}' AND"
			" prices = '{1000,2500}' AND currency = 'KRW'",
		house.performance),
	    3500);
}
END_TEST

/* The job comes when the performance sells in another currency. */
START_TEST(the_row_is_in_the_currency_of_the_hold)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	house_reprice(77, "USD");
	house_tell();
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	ck_assert_int_eq(persist(), 2);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM holds WHERE"
		" performance_id = $1 AND (amount, currency, price_version)"
		" IN ((1000, 'KRW', 1), (77, 'USD', 2))",
		house.performance),
	    2);
}
END_TEST

/* Its token comes again when Redis has forgotten the hold. */
START_TEST(a_key_that_comes_again_is_journaled_anew)
{
	struct hold_conflicts conflicts;
	const int64_t seat = 1;
	const struct hold_want want = { .user = house_user("ann"),
		.performance = house.performance,
		.seats = &seat,
		.n_seats = 1,
		.key = SPAN_LIT("the-key") };
	size_t n;

	clock_fake(clock_ms());
	house_round();
	ck_assert_int_eq(hold_place(&house.ctx, &want, &hold, &conflicts),
	    HOLD_OK);
	persist();
	clock_fake_add((house.ctx.set.hold_hard_seconds + 1) * MS_PER_S);
	house_round();
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(hold_expire_round(&house.ctx, &n), 0);
	house_reprice(77, "USD");
	house_tell();
	ck_assert_int_eq(hold_place(&house.ctx, &want, &hold, &conflicts),
	    HOLD_OK);
	persist();
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM holds WHERE"
		" performance_id = $1 AND (amount, currency, price_version, status)"
		" = (77, 'USD', 2, 'held')",
		house.performance),
	    1);
}
END_TEST

START_TEST(the_row_is_what_a_handler_would_have_written)
{
	static const char same[] =
	    "SELECT count(DISTINCT (seats,"
	    " price_version, prices, amount, currency, status, made_at,"
	    " expires_at, hard_expires_at, fingerprint, epoch))"
	    " FROM holds WHERE performance_id = $1";

	clock_fake(clock_ms());
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	persist();
	house_run("UPDATE holds SET seats = '{2}' WHERE status = 'held'");
	buyer_alone();
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	for (int written = 0; written <= 1; written++) {
		ck_assert_int_eq(journaled("held"), 2);
		ck_assert_int_eq(house_count(same, house.performance), 1);
		/* And what the log has of it is no other. */
		ck_assert_int_eq(persist(), 1 - written);
	}
}
END_TEST

START_TEST(a_log_without_news_is_not_read_again)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(persist(), 1);
	ck_assert_int_eq(persist(), 0);
	ck_assert_str_eq(house_redis("HLEN bo:job:journal-hints"), "0");
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(persist(), 1);
	ck_assert_int_eq(journaled("released"), 1);
}
END_TEST

START_TEST(many_changes_of_one_hold_are_one_row)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(place("bob", "1"), HOLD_OK);
	ck_assert_int_eq(persist(), 3);
	ck_assert_int_eq(journaled("released"), 1);
	ck_assert_int_eq(journaled("held"), 1);
}
END_TEST

START_TEST(without_a_persist_job_handlers_write_themselves)
{
	buyer_alone();
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(journaled("held"), 1);
	/* It is in the log all the same: he might have died. */
	ck_assert_int_eq(persist(), 1);
	ck_assert_int_eq(journaled("held"), 1);
}
END_TEST

START_TEST(what_postgresql_could_not_take_is_journaled_when_it_is_back)
{
	const int64_t seat = 2, ann = house_user("ann");
	const struct hold_want want = { .user = house_user("bob"),
		.performance = house.performance,
		.seats = &seat,
		.n_seats = 1 };
	struct hold_conflicts conflicts;
	struct span token, number;
	struct hold out;

	buyer_alone();
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	token = hold.token;
	servers_pg_stop();
	ck_assert_int_lt(hold_place(&house.ctx, &want, &out, &conflicts), 0);
	ck_assert_int_lt(hold_drop(&house.ctx, ann, token, &number), 0);
	servers_pg_start();
	house_reopen();
	ck_assert_int_eq(journaled("held"), 1);
	/* Two that were placed, and an end. */
	ck_assert_int_eq(persist(), 3);
	ck_assert_int_eq(journaled("released"), 1);
	ck_assert_int_eq(journaled("held"), 1);
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	ck_assert(hold.again);
}
END_TEST

START_TEST(the_job_says_that_it_keeps_up)
{
	buyer_alone();
	ck_assert(!journal_keeps_up(&house.ctx));
	persist();
	journal_look_again(&house.ctx);
	ck_assert(journal_keeps_up(&house.ctx));
	ck_assert_str_ne(house_redis("PTTL bo:job:journal-keeps-up"), "-1");
}
END_TEST

START_TEST(redis_only_holds_are_never_journaled)
{
	house.ctx.set.hold_durability = HOLDS_REDIS;
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	persist();
	ck_assert_int_eq(house_count("SELECT count(*) FROM holds WHERE"
				     " performance_id = $1",
			     house.performance),
	    0);
}
END_TEST

START_TEST(a_hold_asked_for_again_is_journaled_at_once)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(journaled("held"), 1);
	ck_assert_int_eq(persist(), 1);
	ck_assert_int_eq(journaled("held"), 1);
}
END_TEST

START_TEST(a_hold_paid_before_it_was_read_is_not_written_again)
{
	ck_assert_int_eq(place("bob", "3"), HOLD_OK);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	ck_assert_int_eq(persist(), 2);
	ck_assert_int_eq(journaled("held"), 2);
	ck_assert_int_eq(journaled("paid"), 1);
}
END_TEST

START_TEST(expiry_is_journaled_too)
{
	size_t n;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	clock_fake(hold.is.ends_ms);
	house_round();
	ck_assert_int_eq(hold_expire_round(&house.ctx, &n), 0);
	ck_assert_int_ge(persist(), 2);
	ck_assert_int_eq(journaled("expired"), 1);
}
END_TEST

START_TEST(trimming_waits_for_the_journal_and_hints_again)
{
	size_t n;

	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(place("ann", "1"), HOLD_OK);
		ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	}
	house_redis("DEL bo:job:journal-hints"); /* as if a handler had died */
	clock_fake(clock_ms() + 3600000);
	ck_assert_int_eq(journal_trim(&house.ctx, 60000, &n), 0);
	ck_assert_int_eq(persist(), 10);
	ck_assert_int_eq(journaled("released"), 5);
	ck_assert_int_eq(journal_trim(&house.ctx, 60000, &n), 0);
	house_redis("DEL bo:job:journaled.1");
	ck_assert_int_eq(persist(), 0);
}
END_TEST

/* What another consumer of the logs was given, as text, and how often it was
 * told to be done with that. */
static struct strbuf given;
static int n_settled;

static int
note_entry(void *arg, int64_t performance, const struct log_entry *entry)
{
	struct log_entry rest = *entry;
	struct seat_change change;

	(void)arg;
	ck_assert_int_eq(performance, house.performance);
	while (log_entry_next(&rest, &change))
		strbuf_printf(&given, "%c%lld ", change.letter,
		    (long long)change.seat_no);
	return 0;
}

static int
count_settled(void *arg)
{
	(void)arg;
	n_settled++;
	return 0;
}

static const struct log_consumer other = { "other-hints", "other", note_entry,
	count_settled };

static const char *
other_is_given(void)
{
	int64_t until_ms;

	strbuf_init(&given, &house.ctx.arena, 64);
	n_settled = 0;
	ck_assert_int_eq(log_follow_round(&house.ctx, &other,
			     epoch_last(&house.ctx), NULL, &until_ms),
	    0);
	ck_assert_int_gt(until_ms, 0);
	return given.p;
}

static void
hint_other(void)
{
	struct kv_reply reply;

	log_hint_queue(&house.ctx, &other, house.performance);
	ck_assert_int_eq(kv_run(house.ctx.kv, &house.ctx.arena, 1, &reply), 0);
}

START_TEST(each_consumer_has_its_own_place_in_a_log)
{
	ck_assert_int_eq(place("ann", "3 4"), HOLD_OK);
	ck_assert_str_eq(other_is_given(), "");
	hint_other();
	ck_assert_str_eq(other_is_given(), "H3 H4 ");
	ck_assert_int_eq(n_settled, 1);
	ck_assert_str_eq(other_is_given(), "");
	ck_assert_int_eq(persist(), 1);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(persist(), 1);
	hint_other();
	ck_assert_str_eq(other_is_given(), "A3 A4 ");
}
END_TEST

/* Found by its owner after Redis forgot it: was it journaled? */
START_TEST(a_hold_journaled_behind_survives_redis)
{
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	persist();
	house_redis("FLUSHALL");
	ck_assert_int_eq(letter(3), 'H');
	ck_assert_int_eq(find("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
}
END_TEST

#ifdef FAULTS
/* Ends that may come within the journal's lag, and bob's after them. */
static void
ann_drops(void)
{
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
}

static void
ann_lapses(void)
{
	size_t n;

	clock_fake(hold.is.ends_ms);
	house_round();
	ck_assert_int_eq(hold_expire_round(&house.ctx, &n), 0);
}

static const struct {
	void (*end)(void);
	const char *status;
} ends[] = {
	{ ann_drops, "released" },
	{ ann_lapses, "expired" },
};

/* A persist job read that ann holds seat 5 and stands still. Meanwhile her
 * hold ends, bob holds the seat and pays, and another job writes all that.
 * What the first one writes then is old. */
START_TEST(a_persist_job_that_wakes_up_late_changes_nothing)
{
	struct sleeper job;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	buyer_sleep(&job, "follow.after_read", persist_once);
	ends[_i].end();
	ck_assert_int_eq(place("bob", "5"), HOLD_OK);
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	persist();
	ck_assert_int_eq(journaled(ends[_i].status), 1);
	ck_assert_int_eq(buyer_wake(&job), 0);
	ck_assert_int_eq(journaled(ends[_i].status), 1);
	ck_assert_int_eq(journaled("paid"), 1);
	ck_assert_int_eq(journaled("held") + journaled("paying"), 0);
	house_redis("FLUSHALL");
	ck_assert_int_eq(letter(5), 'R');
}
END_TEST

/* All of it within the lag of one job: nobody has written a row yet. */
START_TEST(what_ended_within_the_lag_stays_ended)
{
	struct span anns;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold.token;
	ends[_i].end();
	ck_assert_int_eq(place("bob", "5"), HOLD_OK);
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	persist();
	house_redis("FLUSHALL");
	ck_assert_int_eq(letter(5), 'R');
	ck_assert_int_eq(find("ann", anns), HOLD_E_EXPIRED);
	ck_assert_int_eq(find("bob", hold.token), HOLD_OK);
}
END_TEST

/* Redis is lost while ann's end is in nobody's journal. Her row says held;
 * bob's purchase is a fact, and facts go first. */
START_TEST(an_end_that_was_lost_takes_no_seat_from_its_owner)
{
	struct span anns;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold.token;
	persist();
	ck_assert_int_eq(drop("ann", anns), HOLD_OK);
	ck_assert_int_eq(place("bob", "5"), HOLD_OK);
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	house_redis("FLUSHALL");
	ck_assert_int_eq(letter(5), 'R');
	ck_assert_int_ne(pay_key("ann", anns, "k"), PURCHASE_OK);
	ck_assert_int_eq(house_count("SELECT count(*) FROM reservations"
				     " WHERE performance_id = $1",
			     house.performance),
	    1);
}
END_TEST

static const char *const crashes[] = {
	"crash:follow.after_read:1",
	"crash:follow.after_settle:1",
	"crash:follow.after_hint:1",
};

START_TEST(a_persist_job_that_dies_is_done_by_the_next)
{
	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	buyer_crash(crashes[_i], persist_once);
	persist();
	ck_assert_int_eq(journaled("held"), 1);
	ck_assert_int_eq(place("ann", "6"), HOLD_OK);
	persist();
	ck_assert_int_eq(journaled("held"), 2);
}
END_TEST

/* The hint was taken after the end of the log was read, but before ann's
 * entry came: it leaves a new one. */
START_TEST(an_entry_made_while_the_hint_is_taken_is_not_forgotten)
{
	struct sleeper job;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	buyer_sleep(&job, "follow.after_settle", persist_once);
	ck_assert_int_eq(place("bob", "6"), HOLD_OK);
	ck_assert_int_eq(buyer_wake(&job), 0);
	persist();
	ck_assert_int_eq(journaled("held"), 2);
}
END_TEST

/* Every row that may stand there, and every one that may come: "one-" and
 * "many-" the same. */
#define TRIED \
	"CREATE TABLE tried AS SELECT t.*, w.writer || row_number() OVER" \
	" (PARTITION BY w.writer ORDER BY t) AS token FROM (SELECT was, comes," \
	" step, unmirrored FROM unnest('{none,held,paying,expired,paid}'" \
	"::text[]) AS was, unnest('{held,paying,expired,paid}'::text[])" \
	" AS comes, generate_series(-1, 1) AS step, (VALUES (true), (false))" \
	" AS u (unmirrored)) AS t, (VALUES ('one-'), ('many-')) AS w (writer);"
#define TRIED_ROW(n, status, ms) \
	"jsonb_populate_record(NULL::holds, jsonb_build_object('token', token," \
	" 'performance_id', " n ", 'user_id', " n ", 'seats', '[" n \
	"]'::jsonb," \
	" 'price_version', " n ", 'prices', '[" n "]'::jsonb, 'amount', " n \
	"," \
	" 'currency', 'KR' || " n ", 'status', " status \
	", 'made_at', to_timestamp(" n "), 'expires_at', to_timestamp(" n \
	"), 'hard_expires_at', to_timestamp(" n \
	"), 'epoch', 1, 'log_ms', 10 + " ms ", 'log_seq', 0))"
#define TRIED_WAS \
	"INSERT INTO holds SELECT r.* FROM tried, LATERAL (SELECT (" TRIED_ROW( \
	    "1", "was", "0") ").*) AS r WHERE was <> 'none';"
#define TRIED_OUTBOX(writer) \
	"SELECT regexp_replace(hold, '^.*-', ''), status, seat_ids, version" \
	" FROM outbox_by_hold WHERE hold LIKE '" writer "-%'"

START_TEST(one_hold_is_written_and_told_as_many_are)
{
	house_run(TRIED TRIED_WAS
	    "INSERT INTO holds_unmirrored SELECT token FROM tried WHERE unmirrored;"
	    "SELECT hold_write(" TRIED_ROW("2", "comes", "step") ")"
	    " FROM tried WHERE token LIKE 'one-%';"
	    "SELECT holds_write(array_agg(" TRIED_ROW("2", "comes", "step")
	    ")) FROM tried WHERE token LIKE 'many-%'");
	ck_assert_int_eq(house_count("SELECT count(*) FROM holds WHERE token"
				     " LIKE 'one-%'",
			     0),
	    5 * 4 * 3 * 2);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM holds AS o"
		" JOIN holds AS m ON m.token = replace(o.token, 'one-', 'many-')"
		" WHERE o.token LIKE 'one-%' AND to_jsonb(o) - 'token' ="
		" to_jsonb(m) - 'token'",
		0),
	    5 * 4 * 3 * 2);
	ck_assert_int_gt(house_count("SELECT count(*) FROM outbox_by_hold"
				     " WHERE hold LIKE 'one-%'",
			     0),
	    0);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM ("
		"(" TRIED_OUTBOX("one") " EXCEPT ALL " TRIED_OUTBOX(
		    "many") ") UNION ALL"
			    "(" TRIED_OUTBOX("many") " EXCEPT ALL " TRIED_OUTBOX(
				"one") ")) AS d",
		0),
	    0);
	house_run(
	    "DROP TABLE tried;"
	    " DELETE FROM holds WHERE token ~ '^(one|many)-'");
}
END_TEST

/* Of each column, but of those that are a hold's from its beginning. */
START_TEST(a_fact_takes_the_place_of_whatever_was_there)
{
	house_run(TRIED TRIED_WAS "INSERT INTO holds_fact SELECT " TRIED_ROW(
	    "2", "comes", "step") " FROM tried");
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM tried AS t JOIN holds AS h"
		" USING (token) WHERE h.status = t.comes"
		" AND h.log_ms = 10 + t.step AND to_jsonb(h) - 'token'"
		" - 'performance_id' - 'user_id' = to_jsonb((" TRIED_ROW("2",
		    "comes", "step") ")) - 'token'"
				     " - 'performance_id' -"
				     " 'user_id'",
		0),
	    2 * 5 * 4 * 3 * 2);
	house_run(
	    "DROP TABLE tried;"
	    " DELETE FROM holds WHERE token ~ '^(one|many)-'");
}
END_TEST

START_TEST(every_column_of_a_hold_is_told_and_read)
{
#define NAME(h, name, kind, member) " " #name
	static const struct sql all = { "test_holds_columns",
		"SELECT string_agg(' ' || attname, '' ORDER BY attnum)"
		" FROM pg_attribute WHERE attrelid = 'holds'::regclass"
		" AND attnum > 0 AND NOT attisdropped" };
	struct db_rows rows;

	ck_assert_int_eq(
	    db_run(house.ctx.primary, &house.ctx.arena, &all, 0, NULL, &rows),
	    0);
	ck_assert_str_eq(arena_str(&house.ctx.arena, db_cell(&rows, 0, 0)),
	    JOURNAL_ROW(NAME, ));
#undef NAME
}
END_TEST

static void
place_and_die(void)
{
	(void)place("ann", "5");
}

static void
pay_for_ann(void)
{
	(void)pay("ann");
}

/* Nobody told the log that it was paid. */
START_TEST(a_paid_row_is_final_whatever_the_log_says_later)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	buyer_crash("crash:pay.after_commit:1", pay_for_ann);
	ck_assert_int_eq(journaled("paid"), 1);
	ck_assert_int_eq(persist(), 1);
	ck_assert_int_eq(journaled("paid"), 1);
	ck_assert_int_eq(journaled("held") + journaled("paying"), 0);
}
END_TEST

/* All performances once, whichever is next. */
static void
purge_holds_at(int64_t ms, int64_t max)
{
	int64_t calls = house_count("SELECT $1 + count(*) FROM performances",
	    60);
	size_t n;

	clock_fake(ms);
	house_round();
	for (int64_t i = 0; i < calls; i++)
		ck_assert_int_eq(hold_purge(&house.ctx, max, &n), 0);
}

START_TEST(unpaid_holds_are_deleted_when_they_were_kept_long_enough)
{
	int64_t day_ms = INT64_C(24) * 3600 * 1000, ends_ms;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(place("bob", "2"), HOLD_OK);
		ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	}
	/* One whose end nobody wrote, and one that somebody tried to pay. */
	ck_assert_int_eq(place("carol", "3"), HOLD_OK);
	persist();
	house_run(
	    "INSERT INTO payments (user_id, performance_id, hold_token,"
	    " method, status, amount, currency) SELECT user_id,"
	    " performance_id, token, 'card', 'SENT', amount, currency"
	    " FROM holds WHERE status = 'released' AND performance_id ="
	    " (SELECT max(id) FROM performances) LIMIT 1");
	house_run(
	    "UPDATE payments SET status = 'FAILED'"
	    " WHERE status = 'SENT'");
	ends_ms = hold.is.hard_ends_ms + house.ctx.set.holds_days * day_ms;
	purge_holds_at(ends_ms - day_ms / 2, 2);
	ck_assert_int_eq(journaled("released"), 5);
	purge_holds_at(ends_ms + 1, 2);
	ck_assert_int_eq(journaled("released"), 1);
	ck_assert_int_eq(journaled("held"), 0);
	ck_assert_int_eq(journaled("paid"), 1);
}
END_TEST

START_TEST(a_handler_that_dies_after_its_script_left_the_hint)
{
	buyer_crash("crash:hold.after_script:1", place_and_die);
	ck_assert_int_eq(persist(), 1);
	ck_assert_int_eq(journaled("held"), 1);
}
END_TEST

/* ---- several handlers at once ---- */

/* Process i holds seat i + 1 for names[i]. */
static const char *const names[POOL_N] = { "ann", "bob", "cid", "dot" };

static void
given_a_pool(void)
{
	pool_open();
	house.ctx.set.hold_durability = HOLDS_SYNC;
	ck_assert_int_eq(letter(1), 'A');
	for (int i = 0; i < POOL_N; i++)
		ck_assert_int_ne(house_user(names[i]), 0);
}

static const char *
seat_of(int i)
{
	return arena_printf(&house.ctx.arena, "%d", i + 1);
}

static int64_t
rows_of(const char *name)
{
	return house_count(
	    arena_printf(&house.ctx.arena,
		"SELECT count(*)"
		" FROM holds WHERE performance_id = $1 AND status = 'held'"
		" AND user_id = %lld",
		(long long)house_user(name)),
	    house.performance);
}

enum { ANSWERED, UNWRITTEN, FAULTY };

static void
hold_it(void)
{
	int r;

	house.ctx.set.hold_durability = HOLDS_SYNC;
	pool_join();
	r = place(names[pool_who], seat_of(pool_who));
	if (r < 0)
		_exit(FAULTY);
	_exit(r == HOLD_OK && rows_of(names[pool_who]) == 1 ? ANSWERED
							    : UNWRITTEN);
}

/* All journal their holds, and the first is about to take what they ask. */
static void
all_ask(struct sleeper *first, pid_t others[POOL_N], const char *next)
{
	pool_ask(journal_row_others(pool), hold_it, first, next, others);
}

static void
kill_process(pid_t pid, int owner)
{
	pool_kill(journal_row_others(pool), pid, owner);
}

/* Of all that was told of this performance's holds. */
#define OUTBOX(what) \
	"SELECT " what " FROM outbox_by_hold WHERE performance_id = $1"

/* Each row is told as it is, and each version once. */
static void
check_outbox(int n)
{
	ck_assert_int_eq(house_count(OUTBOX("count(*)"), house.performance), n);
	ck_assert_int_eq(house_count(OUTBOX("count(DISTINCT (hold, version))"),
			     house.performance),
	    n);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM holds AS j WHERE"
		" performance_id = $1 AND NOT EXISTS (SELECT FROM outbox_by_hold AS t"
		" WHERE t.hold = j.token AND t.status = j.status AND t.version ="
		" concat_ws('-', j.epoch, j.log_ms, j.log_seq)"
		" AND t.seat_ids = to_jsonb(j.seats) AND t.user_id = j.user_id)",
		house.performance),
	    0);
}

START_TEST(holds_made_at_once_are_journaled_by_one_statement)
{
	struct sleeper first;
	pid_t others[POOL_N];

	given_a_pool();
	all_ask(&first, others, NULL);
	ck_assert_int_eq(journaled("held"), 0);
	ck_assert_int_eq(buyer_wake(&first), ANSWERED);
	for (int i = 1; i < POOL_N; i++)
		ck_assert_int_eq(buyer_wait(others[i]), ANSWERED);
	ck_assert_int_eq(journaled("held"), POOL_N);
	ck_assert_int_eq(house_count("SELECT count(DISTINCT xmin::text)"
				     " FROM holds WHERE performance_id = $1",
			     house.performance),
	    1);
	ck_assert_int_eq(
	    house_count(OUTBOX("count(DISTINCT outbox_id)"), house.performance),
	    1);
	check_outbox(POOL_N);
}
END_TEST

/* But for token, user, seats and place in the log. */
START_TEST(what_is_journaled_together_is_what_one_would_have_written)
{
	struct sleeper first;
	pid_t others[POOL_N];

	clock_fake(clock_ms());
	given_a_pool();
	all_ask(&first, others, NULL);
	ck_assert_int_eq(buyer_wake(&first), ANSWERED);
	for (int i = 1; i < POOL_N; i++)
		ck_assert_int_eq(buyer_wait(others[i]), ANSWERED);
	ck_assert_int_eq(place("eve", "5"), HOLD_OK);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(DISTINCT (price_version,"
		" prices, amount, currency, status, fingerprint, epoch, made_at,"
		" expires_at, hard_expires_at)) FROM holds"
		" WHERE performance_id = $1",
		house.performance),
	    1);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM holds WHERE"
			" performance_id = $1 AND cardinality(seats) = 1",
		house.performance),
	    POOL_N + 1);
}
END_TEST

static const char *const deaths[] = { "combine.before_take",
	"combine.before_work", "combine.after_work" };

/* With everybody's row in his hands: before the statement, or after it. */
START_TEST(who_dies_journaling_takes_nobody_with_him)
{
	struct sleeper first;
	pid_t others[POOL_N];

	given_a_pool();
	all_ask(&first, others, _i == 0 ? NULL : deaths[_i]);
	if (_i > 0)
		buyer_stir(&first, deaths[_i]);
	ck_assert_int_eq(journaled("held"), _i == 2 ? POOL_N : 0);
	kill_process(first.pid, 0);
	for (int i = 1; i < POOL_N; i++)
		ck_assert_int_eq(buyer_wait(others[i]), ANSWERED);
	ck_assert_int_eq(journaled("held"), _i == 2 ? POOL_N : POOL_N - 1);
	check_outbox(_i == 2 ? POOL_N : POOL_N - 1);
	/* His buyer asks again. */
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(journaled("held"), POOL_N);
}
END_TEST

/* A row that cannot be written, in the midst of the others. */
START_TEST(a_statement_that_fails_leaves_everybody_to_himself)
{
	struct sleeper first;
	pid_t others[POOL_N];

	given_a_pool();
	house_run(arena_printf(&house.ctx.arena,
	    "ALTER TABLE holds ADD"
	    " CONSTRAINT not_cids CHECK (user_id <> %lld) NOT VALID",
	    (long long)house_user("cid")));
	all_ask(&first, others, NULL);
	ck_assert_int_eq(buyer_wake(&first), ANSWERED);
	ck_assert_int_eq(buyer_wait(others[1]), ANSWERED);
	ck_assert_int_eq(buyer_wait(others[2]), FAULTY);
	ck_assert_int_eq(buyer_wait(others[3]), ANSWERED);
	house_run("ALTER TABLE holds DROP CONSTRAINT not_cids");
	ck_assert_int_eq(journaled("held"), POOL_N - 1);
	check_outbox(POOL_N - 1);
	/* It is in the log, too. */
	persist();
	ck_assert_int_eq(journaled("held"), POOL_N);
	check_outbox(POOL_N);
}
END_TEST

/* A row that somebody has locked: only its owner waits. */
START_TEST(a_locked_row_holds_up_only_its_owner)
{
	struct sleeper first;
	pid_t others[POOL_N];

	given_a_pool();
	ck_assert_int_eq(place("cid", "3"), HOLD_OK);
	ck_assert_int_eq(db_begin(house.ctx.primary), 0);
	house_run(
	    "UPDATE holds SET log_seq = log_seq - 1, log_ms = log_ms - 1"
	    " WHERE status = 'held'");
	all_ask(&first, others, NULL);
	ck_assert_int_eq(buyer_wake(&first), ANSWERED);
	ck_assert_int_eq(buyer_wait(others[1]), ANSWERED);
	ck_assert_int_eq(buyer_wait(others[3]), ANSWERED);
	ck_assert_int_eq(waitpid(others[2], NULL, WNOHANG), 0);
	ck_assert_int_eq(db_commit(house.ctx.primary), 0);
	ck_assert_int_eq(buyer_wait(others[2]), ANSWERED);
	ck_assert_int_eq(journaled("held"), POOL_N);
}
END_TEST

/* bob's handler died meanwhile, and what bob did next is in the journal. */
START_TEST(a_statement_that_comes_late_moves_no_row_back)
{
	struct sleeper first;
	pid_t others[POOL_N];

	given_a_pool();
	all_ask(&first, others, "combine.before_work");
	buyer_stir(&first, "combine.before_work");
	kill_process(others[1], 1);
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	ck_assert_int_eq(place("dot", "4"), HOLD_OK);
	ck_assert_int_eq(pay("dot"), PURCHASE_OK);
	/* Paid is final, even where the log knows something newer. */
	house_run("UPDATE holds SET log_ms = 0 WHERE status = 'paid'");
	ck_assert_int_eq(journaled("released"), 1);
	ck_assert_int_eq(journaled("paid"), 1);
	ck_assert_int_eq(buyer_wake(&first), ANSWERED);
	ck_assert_int_eq(buyer_wait(others[2]), ANSWERED);
	ck_assert_int_eq(buyer_wait(others[3]), UNWRITTEN);
	ck_assert_int_eq(journaled("held"), 2);
	ck_assert_int_eq(journaled("released"), 1);
	ck_assert_int_eq(journaled("paid"), 1);
	ck_assert_int_eq(house_count(OUTBOX("count(DISTINCT (hold, version))"
					    " - count(*)"),
			     house.performance),
	    0);
}
END_TEST
#endif

SUITE("journal")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(open_house, house_close);
	TEST(a_hold_is_journaled_behind_its_answer);
	TEST(the_row_is_in_the_currency_of_the_hold);
	TEST(a_key_that_comes_again_is_journaled_anew);
	TEST(the_row_is_what_a_handler_would_have_written);
	TEST(a_log_without_news_is_not_read_again);
	TEST(many_changes_of_one_hold_are_one_row);
	TEST(without_a_persist_job_handlers_write_themselves);
	TEST(what_postgresql_could_not_take_is_journaled_when_it_is_back);
	TEST(the_job_says_that_it_keeps_up);
	TEST(redis_only_holds_are_never_journaled);
	TEST(a_hold_asked_for_again_is_journaled_at_once);
	TEST(a_hold_paid_before_it_was_read_is_not_written_again);
	TEST(expiry_is_journaled_too);
	TEST(trimming_waits_for_the_journal_and_hints_again);
	TEST(each_consumer_has_its_own_place_in_a_log);
	TEST(a_hold_journaled_behind_survives_redis);
#ifdef FAULTS
	TEST_LOOP(a_persist_job_that_wakes_up_late_changes_nothing,
	    (int)ARRAY_LEN(ends));
	TEST_LOOP(what_ended_within_the_lag_stays_ended, (int)ARRAY_LEN(ends));
	TEST(an_end_that_was_lost_takes_no_seat_from_its_owner);
	TEST_LOOP(a_persist_job_that_dies_is_done_by_the_next,
	    (int)ARRAY_LEN(crashes));
	TEST(an_entry_made_while_the_hint_is_taken_is_not_forgotten);
	TEST(one_hold_is_written_and_told_as_many_are);
	TEST(a_fact_takes_the_place_of_whatever_was_there);
	TEST(every_column_of_a_hold_is_told_and_read);
	TEST(a_paid_row_is_final_whatever_the_log_says_later);
	TEST(unpaid_holds_are_deleted_when_they_were_kept_long_enough);
	TEST(a_handler_that_dies_after_its_script_left_the_hint);
	TEST(holds_made_at_once_are_journaled_by_one_statement);
	TEST(what_is_journaled_together_is_what_one_would_have_written);
	TEST_LOOP(who_dies_journaling_takes_nobody_with_him,
	    (int)ARRAY_LEN(deaths));
	TEST(a_statement_that_fails_leaves_everybody_to_himself);
	TEST(a_locked_row_holds_up_only_its_owner);
	TEST(a_statement_that_comes_late_moves_no_row_back);
#endif
}
