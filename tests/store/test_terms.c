/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_terms - what selling knows of a performance, and how old it may be
 *
 * Layer: tests.  Uses: catalog/terms, catalog/hall.
 */
#include "catalog/terms.h"

#include "tests/support/catalog.h"

#include <sys/wait.h>
#include <unistd.h>

static const struct terms *terms;

static void
once(void)
{
	servers_start(SERVERS_PG | SERVERS_REPLICA);
}

static void
setup(void)
{
	struct settings set;

	clock_fake(NOON);
	servers_settings(&set);
	/* The replica alone, not whoever answers. */
	snprintf(set.replica_dsn, sizeof(set.replica_dsn),
	    "host=%s user=postgres dbname=postgres", servers_replica_folder());
	ctx_open(&ctx, &set);
}

static int64_t
price_at(const struct terms *at, int seat_no)
{
	return at->price[at->hall->class_of[seat_no - 1] - 1];
}

static int64_t
price_of(int64_t performance, int seat_no)
{
	ck_assert_int_eq(terms_get(&ctx, performance, &terms), TERMS_OK);
	return price_at(terms, seat_no);
}

static void
renew(int64_t performance)
{
	ck_assert_int_eq(terms_renew(&ctx, performance, &terms), TERMS_OK);
}

static void
set_front_price(const char *word, int amount)
{
	char *text = arena_str(&ctx.arena,
	    span_str(catalog_printf("{'performances': [{%s}]}",
		catalog_performance(word, word,
		    "'starts_on': 'today+1', 'at': '19:30'"))));
	char price[16];

	snprintf(price, sizeof(price), "%d", amount);
	memcpy(strstr(text, "2000"), price, 4);
	catalog_must(text);
}

START_TEST(terms_are_those_of_the_performance)
{
	int64_t id = catalog_on_sale("terms");

	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	ck_assert_int_eq(terms->performance, id);
	ck_assert_int_eq(terms->status, PERFORMANCE_OPEN);
	ck_assert_int_eq(terms->starts_ms, NOON + DAY + 7 * HOUR + 30 * MINUTE);
	ck_assert_int_eq(terms->sales_open_ms, NOON - DAY);
	ck_assert_int_eq(terms->sales_close_ms, terms->starts_ms);
	ck_assert_int_eq(terms->seats_max, ctx.set.seats_per_user);
	ck_assert_int_eq(terms->hold_s, ctx.set.hold_seconds);
	ck_assert_str_eq(terms->currency, "KRW");
	ck_assert_int_eq(terms->price_version, 1);
	ck_assert_int_eq(terms->meta_version, 1);
	ck_assert_int_eq(terms->queue_mode, QUEUE_OFF);
	ck_assert_int_eq(terms->seat_count, 10);
	ck_assert_int_eq(terms->hall_revision_id, terms->hall->id);
	ck_assert_int_eq(terms->hall->revision, 1);
	ck_assert_int_eq(terms->n_classes, 2);
	ck_assert_int_eq(price_at(terms, 5), 2000);
	ck_assert_int_eq(price_at(terms, 6), 1000);
	ck_assert_int_eq(terms->hall->class_of[4], 1);
	ck_assert_int_eq(terms->hall->class_of[5], 2);
}
END_TEST

START_TEST(a_performance_is_on_sale_inside_its_window_only)
{
	struct terms t = { .status = PERFORMANCE_OPEN,
		.sales_open_ms = 10,
		.sales_close_ms = 20 };

	ck_assert(!terms_on_sale(&t, 9));
	ck_assert(terms_on_sale(&t, 10));
	ck_assert(terms_on_sale(&t, 19));
	ck_assert(!terms_on_sale(&t, 20));
	t.status = PERFORMANCE_CLOSED;
	ck_assert(!terms_on_sale(&t, 15));
	t.status = PERFORMANCE_CANCELLED;
	ck_assert(!terms_on_sale(&t, 15));
}
END_TEST

START_TEST(what_does_not_exist_or_is_a_draft_has_no_terms)
{
	int64_t id = catalog_on_sale("draft");

	ck_assert_int_eq(terms_get(&ctx, INT64_C(1) << 52, &terms),
	    TERMS_E_NONE);
	ck_assert_int_eq(terms_peek(&ctx, INT64_C(1) << 52, &terms),
	    TERMS_E_NONE);
	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	catalog_sql(
	    "UPDATE performances SET status = 'draft' "
	    "WHERE key = 'draft'");
	catalog_replicated();
	ck_assert_int_eq(terms_renew(&ctx, id, &terms), TERMS_E_NONE);
	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_E_NONE);
	ck_assert_int_eq(terms_peek(&ctx, id, &terms), TERMS_E_NONE);
}
END_TEST

/* Somebody may have bought a seat of it before. */
START_TEST(a_draft_has_labels_and_is_public_again_at_once)
{
	int64_t id = catalog_on_sale("again");

	catalog_sql(
	    "UPDATE performances SET status = 'draft' "
	    "WHERE key = 'again'");
	ck_assert_int_eq(terms_kept(&ctx, id, &terms), TERMS_OK);
	ck_assert_str_eq(terms_label(&ctx.arena, terms, 1, LANG_EN), "A-1");
	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_E_NONE);
	catalog_sql(
	    "UPDATE performances SET status = 'open' "
	    "WHERE key = 'again'");
	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	ck_assert_int_eq(terms_peek(&ctx, id, &terms), TERMS_OK);
}
END_TEST

START_TEST(a_price_list_keeps_its_currency)
{
	int64_t id = catalog_on_sale("list");
	char currency[4];

	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	catalog_sql(
	    "INSERT INTO prices SELECT performance_id, 2, class_no, 9 "
	    "FROM prices AS l JOIN performances AS p ON p.id = performance_id "
	    "WHERE p.key = 'list'");
	catalog_sql(
	    "UPDATE performances SET currency = 'USD', "
	    "price_version = 2 WHERE key = 'list'");
	for (int i = 0; i < 2; i++) {
		/* Whatever is kept. */
		ck_assert_int_eq(terms_currency(&ctx, id, 1, currency), 0);
		ck_assert_str_eq(currency, "KRW");
		ck_assert_int_eq(terms_currency(&ctx, id, 2, currency), 0);
		ck_assert_str_eq(currency, "USD");
		renew(id);
	}
	ck_assert_int_lt(terms_currency(&ctx, id, 3, currency), 0);
	ck_assert_int_eq(
	    db_run(ctx.primary, &ctx.arena,
		world_sql(
		    "UPDATE "
		    "performances SET currency = 'KRW' WHERE key = 'list'"),
		0, NULL, NULL),
	    DB_E_CONSTRAINT);
	ck_assert_str_eq(db_constraint(ctx.primary), "price_list_currency");
	ck_assert_int_eq(db_run(ctx.primary, &ctx.arena,
			     world_sql("UPDATE "
				       "price_lists SET currency = 'KRW'"),
			     0, NULL, NULL),
	    DB_E_CONSTRAINT);
}
END_TEST

START_TEST(bare_terms_are_those_of_now_and_need_no_hall)
{
	int64_t id = catalog_on_sale("bare");
	struct terms bare;

	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	set_front_price("bare", 2700);
	ck_assert_int_eq(terms_bare(&ctx, id, &bare), TERMS_OK);
	ck_assert_int_eq(bare.performance, id);
	ck_assert_int_eq(bare.status, PERFORMANCE_OPEN);
	ck_assert_int_eq(bare.sales_open_ms, terms->sales_open_ms);
	ck_assert_int_eq(bare.sales_close_ms, terms->sales_close_ms);
	ck_assert_int_eq(bare.seats_max, terms->seats_max);
	ck_assert_int_eq(bare.hold_s, terms->hold_s);
	ck_assert_int_eq(bare.seat_count, 10);
	ck_assert_int_eq(bare.price_version, 2);
	ck_assert_int_eq(bare.meta_version, 2);
	ck_assert_ptr_null(bare.hall);
	ck_assert_ptr_null(bare.price);
	catalog_sql(
	    "UPDATE performances SET status = 'draft' "
	    "WHERE key = 'bare'");
	ck_assert_int_eq(terms_bare(&ctx, id, &bare), TERMS_OK);
	ck_assert_int_eq(bare.status, PERFORMANCE_DRAFT);
	ck_assert_int_eq(terms_bare(&ctx, INT64_C(1) << 52, &bare),
	    TERMS_E_NONE);
}
END_TEST

START_TEST(a_change_is_seen_within_a_second)
{
	int64_t id = catalog_on_sale("second");

	ck_assert_int_eq(price_of(id, 1), 2000);
	set_front_price("second", 2700);
	catalog_later(TERMS_FRESH_MS - 1);
	ck_assert_int_eq(price_of(id, 1), 2000);
	catalog_later(1);
	ck_assert_int_eq(price_of(id, 1), 2700);
	ck_assert_int_eq(terms->price_version, 2);
	ck_assert_int_eq(terms->meta_version, 2);
}
END_TEST

START_TEST(who_was_told_of_others_has_them_at_once)
{
	int64_t id = catalog_on_sale("forget");

	ck_assert_int_eq(price_of(id, 1), 2000);
	set_front_price("forget", 2800);
	ck_assert_int_eq(price_of(id, 1), 2000);
	renew(id);
	ck_assert_int_eq(price_of(id, 1), 2800);
}
END_TEST

/* The prices say which read they are of. */
START_TEST(what_one_process_has_read_none_of_its_tree_reads_again)
{
	int64_t id = catalog_on_sale("tree");
	struct shared *tree = shared_map(true);
	pid_t pid;
	int status;

	ctx_share(&ctx, tree, 1);
	pid = fork();
	if (pid == 0) {
		db_drop(ctx.primary);
		ctx_share(&ctx, tree, 2);
		_exit(price_of(id, 1) != 2000);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	set_front_price("tree", 2800);
	ck_assert_int_eq(price_of(id, 1), 2000);
	catalog_later(TERMS_FRESH_MS);
	ck_assert_int_eq(price_of(id, 1), 2800);
	ctx_share(&ctx, ctx.own_shared, 0);
	shared_unmap(tree);
}
END_TEST

START_TEST(a_clock_that_is_set_back_makes_terms_old)
{
	int64_t id = catalog_on_sale("clock");

	ck_assert_int_eq(price_of(id, 1), 2000);
	set_front_price("clock", 2900);
	catalog_later(-HOUR);
	ck_assert_int_eq(price_of(id, 1), 2900);
}
END_TEST

START_TEST(the_hold_time_of_the_settings_is_the_one_of_now)
{
	int64_t id = catalog_on_sale("hold");

	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	ctx.set.hold_seconds = 123;
	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	ck_assert_int_eq(terms->hold_s, 123);
	catalog_sql(
	    "UPDATE performances SET hold_seconds = 55 "
	    "WHERE key = 'hold'");
	renew(id);
	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	ck_assert_int_eq(terms->hold_s, 55);
}
END_TEST

START_TEST(terms_stay_what_they_were_for_the_request)
{
	int64_t id = catalog_on_sale("stay");
	const struct terms *before;

	ck_assert_int_eq(terms_get(&ctx, id, &before), TERMS_OK);
	set_front_price("stay", 2100);
	renew(id);
	ck_assert_int_eq(price_of(id, 1), 2100);
	ck_assert_int_eq(price_at(before, 1), 2000);
}
END_TEST

/* ids 1,024 apart share a place in the table */
START_TEST(performances_that_share_a_place_keep_their_own_terms)
{
	int64_t id = catalog_on_sale("share");
	int64_t other = id + 1024;

	catalog_sql(catalog_printf(
	    "INSERT INTO performances (id, key, "
	    "show_id, hall_revision_id, starts_at, ends_at, sales_open_at, "
	    "sales_close_at, currency, max_seats_per_user) OVERRIDING SYSTEM "
	    "VALUE SELECT %lld, 'shared', show_id, hall_revision_id, "
	    "starts_at, ends_at, sales_open_at, sales_close_at, currency, 3 "
	    "FROM performances WHERE key = 'share'",
	    (long long)other));
	catalog_sql(
	    catalog_printf("INSERT INTO prices VALUES "
			   "(%1$lld, 1, 1, 70), (%1$lld, 1, 2, 80)",
		(long long)other));
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(price_of(id, 1), 2000);
		ck_assert_int_eq(price_of(other, 1), 70);
		ck_assert_int_eq(price_of(other, 10), 80);
	}
}
END_TEST

START_TEST(a_price_list_with_a_gap_is_a_fault_and_no_price)
{
	int64_t id = catalog_on_sale("gap");

	catalog_sql(
	    "INSERT INTO prices SELECT id, 2, 1, 5 FROM performances "
	    "WHERE key = 'gap'");
	catalog_sql(
	    "UPDATE performances SET price_version = 2 "
	    "WHERE key = 'gap'");
	ck_assert_int_lt(terms_get(&ctx, id, &terms), 0);
	ck_assert_int_lt(terms_peek(&ctx, id, &terms), 0);
}
END_TEST

/* ---- labels ---- */

/* Of a newer schema, or by somebody's hand. */
static const char *const strange[] = { "status = 'sleeping'",
	"queue_mode = 'maybe'", "currency = '€€€'" };

START_TEST(a_row_that_makes_no_sense_is_a_fault_and_no_end)
{
	char name[16];
	int64_t id;

	snprintf(name, sizeof(name), "strange%d", _i);
	id = catalog_on_sale(name);
	catalog_sql("BEGIN");
	catalog_sql(
	    "ALTER TABLE performances DROP CONSTRAINT"
	    " performances_status_check, DROP CONSTRAINT"
	    " performances_queue_mode_check, DISABLE TRIGGER USER");
	catalog_sql(catalog_printf("UPDATE performances SET %s WHERE id = %lld",
	    strange[_i], (long long)id));
	ck_assert_int_lt(terms_get(&ctx, id, &terms), 0);
	catalog_sql("ROLLBACK");
	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
}
END_TEST

START_TEST(terms_say_which_rules_are_on_and_which_sections_are_sold)
{
	static const int64_t seats[] = { 3, 8 };
	int64_t id = catalog_on_sale("rule"), version;

	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	ck_assert(!terms->rules[SEAT_RULE_NO_LONE_SEAT].on);
	ck_assert(terms_section_open(terms, 1));
	ck_assert_int_eq(terms_closed_section(terms, seats, 2), 0);
	version = terms->meta_version;
	catalog_sql(catalog_printf(
	    "UPDATE performances SET closed_sections = "
	    "'{1,1000}', seat_rules = '{accessible-last}', "
	    "accessible_percent = 7, accessible_minutes = 70 WHERE id = %lld",
	    (long long)id));
	ck_assert_int_eq(terms_renew(&ctx, id, &terms), TERMS_OK);
	ck_assert_int_eq(terms->meta_version, version + 1);
	ck_assert(!terms->rules[SEAT_RULE_NO_LONE_SEAT].on);
	ck_assert(terms->rules[SEAT_RULE_ACCESSIBLE_LAST].on);
	ck_assert_int_eq(terms->rules[SEAT_RULE_ACCESSIBLE_LAST].percent_left,
	    7);
	ck_assert_int_eq(terms->rules[SEAT_RULE_ACCESSIBLE_LAST].minutes, 70);
	ck_assert(!terms_section_open(terms, 1));
	ck_assert(terms_section_open(terms, 2));
	ck_assert(terms_section_open(terms, 999));
	ck_assert(!terms_section_open(terms, 1000));
	ck_assert_int_eq(terms_closed_section(terms, seats, 2), 1);
}
END_TEST

START_TEST(seats_are_called_by_section_row_and_number)
{
	int64_t id;

	catalog_must(
	    "{'shows': [{'key': 'label', 'kind': 'concert', "
	    "'title': 'L', 'running_minutes': 60}], 'venues': [{'key': "
	    "'label', 'name': 'L', 'time_zone': 'UTC', 'halls': [{'key': 'h', "
	    "'name': 'L', 'plan': {'price_classes': [{'key': 'a', 'name': "
	    "'A'}], 'sections': [{'key': 'floor', 'name': {'ko': '스탠딩', "
	    "'en': 'Standing'}, 'kind': 'slot', 'capacity': 30, "
	    "'price_class': 'a'}, {'key': 'stalls', 'name': {'ko': '1층', "
	    "'en': 'Stalls'}, 'price_class': 'a', 'rows': [{'from': 'A', "
	    "'to': 'B', 'numbers': [1, 9, 2], 'without': ['A-5']}], 'seats': "
	    "[{'row': 'C', 'number': 7}, {'row': 'C', 'number': 6}]}]}}]}], "
	    "'performances': [{'key': 'label', 'show': 'label', 'venue': "
	    "'label', 'hall': 'h', 'starts_on': 'today', 'at': '20:00', "
	    "'currency': 'KRW', 'prices': {'a': 1}}]}");
	id = catalog_id("performances", "label");
	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	ck_assert_int_eq(terms->seat_count, 30 + 9 + 2);
#define LABEL(seat, lang) terms_label(&ctx.arena, terms, (seat), (lang))
	ck_assert_str_eq(LABEL(1, LANG_EN), "Standing 1");
	ck_assert_str_eq(LABEL(30, LANG_KO), "스탠딩 30");
	ck_assert_str_eq(LABEL(31, LANG_EN), "Stalls A-1");
	ck_assert_str_eq(LABEL(32, LANG_EN), "Stalls A-3");
	ck_assert_str_eq(LABEL(33, LANG_EN), "Stalls A-7");
	ck_assert_str_eq(LABEL(35, LANG_KO), "1층 B-1");
	ck_assert_str_eq(LABEL(39, LANG_EN), "Stalls B-9");
	ck_assert_str_eq(LABEL(40, LANG_EN), "Stalls C-7");
	ck_assert_str_eq(LABEL(41, LANG_EN), "Stalls C-6");
}
END_TEST

START_TEST(a_hall_of_one_section_does_not_name_it)
{
	int64_t id = catalog_on_sale("single");

	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	for (int seat = 1; seat <= 10; seat++)
		ck_assert_str_eq(LABEL(seat, LANG_EN),
		    catalog_printf("%c-%d", seat <= 5 ? 'A' : 'B',
			(seat - 1) % 5 + 1));
}
END_TEST

START_TEST(more_halls_than_are_kept_come_and_go)
{
	enum { N = HALL_KEPT + 5 };
	const struct hall *first, *hall;
	int64_t id = catalog_on_sale("many"), revision;

	catalog_sql(
	    "INSERT INTO hall_revisions (hall_id, revision, "
	    "plan_sha256, seat_count) SELECT hall_id, n, int4send(n), 0 "
	    "FROM hall_revisions AS r JOIN performances AS p "
	    "ON p.hall_revision_id = r.id, generate_series(1000, 1200) AS n "
	    "WHERE p.key = 'many'");
	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	first = terms->hall;
	revision = world_number(
	    "SELECT id FROM hall_revisions "
	    "WHERE revision = 1000");
	for (int n = 0; n < N; n++) {
		ck_assert_int_eq(
		    hall_get(&ctx, revision + n, HALL_FROM_PRIMARY, &hall),
		    HALL_OK);
		ck_assert_int_eq(hall->revision, 1000 + n);
		if (n < HALL_KEPT - 1)
			ck_assert_int_eq(first->seat_count, 10);
	}
	/* Its hall went; within the second its terms did not. */
	ck_assert_int_eq(price_of(id, 10), 1000);
	ck_assert_str_eq(LABEL(10, LANG_EN), "B-5");
}
END_TEST

START_TEST(a_revision_that_does_not_exist_is_not_kept)
{
	const struct hall *hall;
	const int64_t id = 1000000000;

	ck_assert_int_eq(hall_get(&ctx, id, HALL_FROM_PRIMARY, &hall),
	    HALL_E_NONE);
	catalog_on_sale("none");
	catalog_sql(catalog_printf(
	    "INSERT INTO hall_revisions OVERRIDING "
	    "SYSTEM VALUE SELECT %lld, max(hall_id), 2000, '\\x07', 0 "
	    "FROM hall_revisions",
	    (long long)id));
	ck_assert_int_eq(hall_get(&ctx, id, HALL_FROM_PRIMARY, &hall), HALL_OK);
}
END_TEST

/* ---- servers that are away ---- */

START_TEST(without_the_primary_nothing_is_sold_but_shown)
{
	int64_t id = catalog_on_sale("away");

	catalog_replicated();
	servers_pg_stop();
	ck_assert_int_lt(terms_get(&ctx, id, &terms), 0);
	ck_assert_int_eq(terms_peek(&ctx, id, &terms), TERMS_OK);
	ck_assert_int_eq(price_at(terms, 10), 1000);
	/* What the replica said is not enough to sell by. */
	ck_assert_int_lt(terms_get(&ctx, id, &terms), 0);
	servers_pg_start();
	db_drop(ctx.primary);
	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
}
END_TEST

START_TEST(without_the_replica_all_is_as_before)
{
	int64_t id = catalog_on_sale("alone");

	servers_replica_stop();
	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	renew(id);
	ck_assert_int_eq(terms_peek(&ctx, id, &terms), TERMS_OK);
	servers_replica_start();
}
END_TEST

START_TEST(without_both_what_was_known_is_shown)
{
	int64_t id = catalog_on_sale("dark");

	ck_assert_int_eq(terms_get(&ctx, id, &terms), TERMS_OK);
	servers_replica_stop();
	servers_pg_stop();
	catalog_later(HOUR);
	ck_assert_int_eq(terms_peek(&ctx, id, &terms), TERMS_OK);
	ck_assert_int_eq(price_at(terms, 1), 2000);
	ck_assert_int_lt(terms_peek(&ctx, id + 1, &terms), 0);
	ck_assert_int_lt(terms_get(&ctx, id, &terms), 0);
	servers_pg_start();
	servers_replica_start();
}
END_TEST

START_TEST(a_peek_is_content_with_what_is_ten_seconds_old)
{
	int64_t id = catalog_on_sale("peek");

	ck_assert_int_eq(price_of(id, 1), 2000);
	set_front_price("peek", 2600);
	catalog_later(TERMS_PEEK_MS - 1);
	ck_assert_int_eq(terms_peek(&ctx, id, &terms), TERMS_OK);
	ck_assert_int_eq(price_at(terms, 1), 2000);
	catalog_replicated();
	catalog_later(1);
	ck_assert_int_eq(terms_peek(&ctx, id, &terms), TERMS_OK);
	ck_assert_int_eq(price_at(terms, 1), 2600);
}
END_TEST

SUITE("terms")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, world_close);
	TEST(terms_are_those_of_the_performance);
	TEST(a_performance_is_on_sale_inside_its_window_only);
	TEST(what_does_not_exist_or_is_a_draft_has_no_terms);
	TEST(a_draft_has_labels_and_is_public_again_at_once);
	TEST(a_price_list_keeps_its_currency);
	TEST(bare_terms_are_those_of_now_and_need_no_hall);
	TEST(a_change_is_seen_within_a_second);
	TEST(who_was_told_of_others_has_them_at_once);
	TEST(what_one_process_has_read_none_of_its_tree_reads_again);
	TEST(a_clock_that_is_set_back_makes_terms_old);
	TEST(the_hold_time_of_the_settings_is_the_one_of_now);
	TEST(terms_stay_what_they_were_for_the_request);
	TEST(performances_that_share_a_place_keep_their_own_terms);
	TEST(a_price_list_with_a_gap_is_a_fault_and_no_price);
	TEST_LOOP(a_row_that_makes_no_sense_is_a_fault_and_no_end,
	    (int)ARRAY_LEN(strange));
	TEST(terms_say_which_rules_are_on_and_which_sections_are_sold);
	TEST(seats_are_called_by_section_row_and_number);
	TEST(a_hall_of_one_section_does_not_name_it);
	TEST(more_halls_than_are_kept_come_and_go);
	TEST(a_revision_that_does_not_exist_is_not_kept);
	TEST(without_the_primary_nothing_is_sold_but_shown);
	TEST(without_the_replica_all_is_as_before);
	TEST(without_both_what_was_known_is_shown);
	TEST(a_peek_is_content_with_what_is_ten_seconds_old);
}
