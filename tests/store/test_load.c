/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_load - a catalog goes in, again and otherwise, whole or not at all
 *
 * Layer: tests.  Uses: catalog/load, reader/load_file.
 */
#include "tests/support/catalog.h"

#include <stdio.h>
#include "tests/support/race.h"

static void
once(void)
{
	servers_start(SERVERS_PG);
}

static void
setup(void)
{
	catalog_open();
}

/* The house of word with one performance "word" tomorrow at 19:30, and more
 * members of that performance. */
static const char *
file_with(const char *word, const char *more)
{
	return catalog_printf("{%s, 'performances': [{%s%s}]}",
	    catalog_house(word, "Asia/Seoul"),
	    catalog_performance(word, word,
		"'starts_at': '2026-11-22T10:30:00Z'"),
	    more);
}

/* The same with a hall of one seat more. */
static const char *
other_plan(const char *word, const char *more)
{
	char *text = arena_str(&ctx.arena, span_str(file_with(word, more)));

	strstr(text, "[1, 5]")[4] = '6';
	return text;
}

static int64_t
number_of(const char *key, const char *column)
{
	return world_number(
	    catalog_printf("SELECT (%s)::bigint "
			   "FROM performances AS p JOIN hall_revisions AS r "
			   "ON r.id = p.hall_revision_id WHERE p.key = '%s'",
		column, key));
}

#define MS_OF(time) "extract(epoch FROM " time ") * 1000"

static void
promise_seat(const char *key)
{
	int64_t user = world_user(key);

	catalog_sql(catalog_printf(
	    "INSERT INTO seat_claim (performance_id, "
	    "seat_no, state, mark, user_id, hold_token) SELECT id, 1, 'R', 1, "
	    "%lld, 't' FROM performances WHERE key = '%s'",
	    (long long)user, key));
}

/* Whether a note says all of text. */
static bool
noted(const char *text)
{
	for (const struct load_note *n = report.notes; n != NULL; n = n->next)
		if (strstr(n->text, text) != NULL)
			return true;
	return false;
}

/* ---- what goes in ---- */

START_TEST(a_file_becomes_rows)
{
	catalog_must(file_with("rows",
	    ", 'max_seats_per_user': 3, "
	    "'hold_seconds': 77, 'status': 'closed', "
	    "'sales_open_at': '2026-11-01T09:00:00+09:00', "
	    "'sales_close_at': 'start-30m'"));
	ck_assert_int_eq(report.shows.n_new, 1);
	ck_assert_int_eq(report.venues.n_new, 1);
	ck_assert_int_eq(report.halls.n_new, 1);
	ck_assert_int_eq(report.performances.n_new, 1);
	ck_assert_int_eq(report.n_revisions, 1);
	ck_assert_int_eq(number_of("rows", "r.seat_count"), 10);
	ck_assert_int_eq(number_of("rows", "p.max_seats_per_user"), 3);
	ck_assert_int_eq(number_of("rows", "p.hold_seconds"), 77);
	ck_assert_int_eq(number_of("rows", "(p.status = 'closed')::int"), 1);
	ck_assert_int_eq(number_of("rows", MS_OF("p.starts_at")),
	    NOON + DAY + 7 * HOUR + 30 * MINUTE);
	ck_assert_int_eq(number_of("rows",
			     "extract(epoch FROM p.ends_at - "
			     "p.starts_at) / 60"),
	    90);
	ck_assert_int_eq(number_of("rows",
			     "extract(epoch FROM p.starts_at - "
			     "p.sales_close_at) / 60"),
	    30);
	ck_assert_int_eq(number_of("rows", MS_OF("p.sales_open_at")),
	    NOON - 20 * DAY - 3 * HOUR);
	ck_assert_int_eq(
	    number_of("rows",
		"SELECT sum(amount * class_no) "
		"FROM prices WHERE performance_id = p.id AND version = 1"),
	    2000 + 2 * 1000);
}
END_TEST

/* What a newcomer sees: each kind of section, and rules in one hall. */
START_TEST(the_demo_goes_in)
{
	const char *path = catalog_printf("%s/conf/demo/demo.json",
	    getenv("SRCDIR"));
	size_t len = 0, cap = (size_t)1 << 20;
	char *text = ARENA_ARRAY(&ctx.arena, cap, char);
	struct load_file file;
	FILE *in = fopen(path, "r");

	ck_assert_ptr_nonnull(in);
	len = fread(text, 1, cap, in);
	fclose(in);
	if (!load_file_read(&ctx.arena, (struct span){ text, len }, &file,
		&load_error))
		ck_abort_msg("%s: %s", load_error.at, load_error.text);
	ck_assert_int_eq(catalog_apply(&file, false), LOAD_OK);
	ck_assert_int_eq(
	    number_of("aurora-1",
		"SELECT sum(capacity) FROM "
		"sections WHERE hall_revision_id = r.id AND (kind, key) IN "
		"(('slot', 'floor'), ('counter', 'lawn'))"),
	    4000 + 10000);
	ck_assert_int_eq(
	    world_number(
		"SELECT count(DISTINCT "
		"hall_revision_id) FROM performances WHERE seat_rules <> '{}' "
		"AND key LIKE 'overture-%'"),
	    1);
}
END_TEST

START_TEST(seat_rules_go_in_with_what_ends_them)
{
	catalog_must(file_with("rules",
	    ", 'seat_rules': {"
	    "'accessible-last': {'until_percent_left': 10, "
	    "'until_minutes': 90}, 'no-lone-seat': {}}"));
	ck_assert_int_eq(number_of("rules",
			     "(p.seat_rules = "
			     "'{no-lone-seat,accessible-last}')::int"),
	    1);
	ck_assert_int_eq(number_of("rules", "p.accessible_percent"), 10);
	ck_assert_int_eq(number_of("rules", "p.accessible_minutes"), 90);
	ck_assert_int_eq(number_of("rules", "p.lone_seat_percent"), 0);
	catalog_must(file_with("rules",
	    ", 'seat_rules': {"
	    "'no-lone-seat': {'until_minutes': 5}}"));
	ck_assert_int_eq(report.performances.n_changed, 1);
	ck_assert(noted("lone_seat_minutes 0 -> 5"));
	ck_assert_int_eq(number_of("rules", "p.meta_version"), 2);
	catalog_must(file_with("rules", ""));
	ck_assert_int_eq(number_of("rules", "(p.seat_rules = '{}')::int"), 1);
}
END_TEST

START_TEST(closed_sections_stay_closed_until_a_file_says_otherwise)
{
	static const char *const said[] = { ", 'closed_sections': ['s']", "",
		", 'closed_sections': []" };
	static const int closed[] = { 1, 1, 0 };

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		catalog_must(file_with("shut", said[i]));
		ck_assert_int_eq(
		    number_of("shut", "cardinality(p.closed_sections)"),
		    closed[i]);
		ck_assert_int_eq(report.performances.n_same, i == 1);
	}
	ck_assert_int_eq(number_of("shut", "p.meta_version"), 2);
	ck_assert_int_eq(
	    catalog_put(file_with("shut", ", 'closed_sections': ['s', 't']")),
	    LOAD_E_REFUSED);
	ck_assert_str_eq(load_error.at, "performances[0].closed_sections");
	ck_assert_ptr_nonnull(strstr(load_error.text, "\"t\""));
}
END_TEST

START_TEST(loading_again_changes_nothing)
{
	const char *text = file_with("again", "");

	catalog_must(text);
	catalog_later(DAY / 2);
	catalog_must(file_with("again", ""));
	ck_assert_int_eq(report.shows.n_same, 1);
	ck_assert_int_eq(report.venues.n_same, 1);
	ck_assert_int_eq(report.halls.n_same, 1);
	ck_assert_int_eq(report.performances.n_same, 1);
	ck_assert_int_eq(report.shows.n_new + report.shows.n_changed
		+ report.performances.n_changed + report.performances.n_new
		+ report.n_revisions + report.n_prices + report.n_kept,
	    0);
	ck_assert_int_eq(number_of("again", "p.meta_version"), 1);
}
END_TEST

START_TEST(texts_are_changed_by_key)
{
	char *text = arena_str(&ctx.arena, span_str(file_with("texts", "")));
	int64_t id;

	catalog_must(file_with("texts", ""));
	id = catalog_id("shows", "texts");
	memcpy(strstr(text, "Play"), "Joke", 4);
	memcpy(strstr(text, "'en': 'House'"), "'en': 'Mouse'", 13);
	catalog_must(text);
	ck_assert_int_eq(report.shows.n_changed, 1);
	ck_assert_int_eq(report.venues.n_changed, 1);
	ck_assert_int_eq(report.performances.n_same, 1);
	ck_assert_int_eq(catalog_id("shows", "texts"), id);
	ck_assert_int_eq(world_number("SELECT count(*) FROM shows "
				      "WHERE title_en = 'Joke texts'"),
	    1);
}
END_TEST

START_TEST(what_a_file_does_not_name_is_left_alone)
{
	catalog_must(file_with("left", ""));
	catalog_must(
	    "{'shows': [{'key': 'left2', 'kind': 'sport', "
	    "'title': 'Game', 'running_minutes': 100}]}");
	ck_assert_int_eq(number_of("left", "p.meta_version"), 1);
	ck_assert_int_eq(world_number("SELECT count(*) FROM shows "
				      "WHERE key LIKE 'left%'"),
	    2);
}
END_TEST

START_TEST(an_arena_goes_in)
{
	catalog_must(
	    "{'venues': [{'key': 'arena', 'name': 'Arena', "
	    "'time_zone': 'Asia/Seoul', 'halls': [{'key': 'bowl', "
	    "'name': 'Bowl', 'plan': {'price_classes': [{'key': 'all', "
	    "'name': 'All'}], 'sections': [{'key': 'floor', 'name': 'Floor', "
	    "'kind': 'slot', 'capacity': 5000, 'price_class': 'all', 'area': "
	    "{'x': 0, 'y': 0, 'width': 50, 'height': 50}}, {'key': 'stand', "
	    "'name': 'St\\\\and', 'price_class': 'all', 'rows': [{'from': "
	    "'1', 'to': '150', 'numbers': [1, 199, 2]}]}, {'key': 'lawn', "
	    "'name': 'Lawn', 'kind': 'counter', 'capacity': 300, "
	    "'price_class': 'all'}]}}]}]}");
	ck_assert_int_eq(
	    world_number(
		"SELECT seat_count FROM hall_revisions "
		"AS r JOIN halls AS h ON h.id = r.hall_id WHERE h.key = 'bowl'"),
	    20000);
	ck_assert_int_eq(
	    world_number(
		"SELECT count(*) FROM seats AS s JOIN "
		"hall_revisions AS r ON r.id = s.hall_revision_id JOIN halls AS h "
		"ON h.id = r.hall_id WHERE h.key = 'bowl'"),
	    20000);
	ck_assert_int_eq(world_number("SELECT count(*) FROM sections "
				      "WHERE name_en = 'St\\and'"),
	    1);
	ck_assert_int_eq(world_number("SELECT first_seat_no FROM sections "
				      "WHERE key = 'stand'"),
	    5001);
}
END_TEST

START_TEST(places_keep_their_hundredths_however_far_out)
{
	char *text = catalog_printf("%s", file_with("far", ""));

	memcpy(strstr(text, "'y': 1}"), "'y':2e5", 7);
	text = catalog_printf("%.*s, 'x': 900000.07}%s",
	    (int)(strstr(text, "'y':2e5") + 7 - text), text,
	    strstr(text, "'y':2e5") + 7);
	catalog_must(text);
	ck_assert_int_eq(number_of("far",
			     "SELECT round(max(x)::numeric * 100) "
			     "FROM seats WHERE hall_revision_id = r.id"),
	    90000407);
}
END_TEST

/* ---- what is told ---- */

START_TEST(what_was_made_or_changed_is_told_with_its_values)
{
	char *text = arena_str(&ctx.arena, span_str(file_with("told", "")));

	catalog_must(file_with("told", ""));
	ck_assert(noted("show told: new"));
	ck_assert(noted("performance told: new, starts 2026-11-22T10:30:00"));
	memcpy(strstr(text, "Play"), "Joke", 4);
	memcpy(strstr(text, "T10:30"), "T11:45", 6);
	catalog_must(text);
	ck_assert(noted("show told: title_en Play told -> Joke told"));
	ck_assert(noted("11:45:00"));
	ck_assert(!noted("meta_version"));
	catalog_must(text);
	ck_assert_ptr_null(report.notes);
}
END_TEST

START_TEST(a_dry_run_tells_the_same_and_changes_nothing)
{
	struct load_file file;

	ck_assert(load_file_read(&ctx.arena, catalog_json(file_with("dry", "")),
	    &file, &load_error));
	ck_assert_int_eq(catalog_apply(&file, true), LOAD_OK);
	ck_assert(noted("performance dry: new"));
	ck_assert_int_eq(report.performances.n_new, 1);
	ck_assert_int_eq(world_number("SELECT count(*) FROM shows "
				      "WHERE key = 'dry'"),
	    0);
	catalog_must(file_with("dry", ""));
}
END_TEST

static const char *
starting(const char *word, const char *when)
{
	return catalog_printf("{%s, 'performances': [{%s}]}",
	    catalog_house(word, "Asia/Seoul"),
	    catalog_performance(word, word, when));
}

/* The day that today was when it was made; 25:10 is the night after. */
START_TEST(another_time_of_the_day_moves_a_performance_within_its_day)
{
	static const struct {
		const char *at;
		int64_t hours;
	} edits[] = {
		{ "19:30", 0 },
		{ "20:30", 1 },
		{ "26:30", 7 },
		{ "19:30", 0 },
	};

	catalog_must(starting("edit", "'starts_on': 'today', 'at': '19:30'"));
	for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
		catalog_later(DAY);
		catalog_must(starting("edit",
		    catalog_printf("'starts_on': "
				   "'today', 'at': '%s'",
			edits[i].at)));
		ck_assert_int_eq(number_of("edit", MS_OF("p.starts_at")),
		    NOON + 7 * HOUR + 30 * MINUTE + edits[i].hours * HOUR);
	}
}
END_TEST

START_TEST(the_start_of_what_was_promised_stays)
{
	catalog_must(starting("stay", "'starts_on': 'today', 'at': '19:30'"));
	promise_seat("stay");
	ck_assert_int_eq(catalog_put(starting("stay",
			     "'starts_on': 'today', "
			     "'at': '20:30'")),
	    LOAD_E_REFUSED);
	ck_assert_str_eq(load_error.at, "performances[0].at");
	ck_assert_ptr_nonnull(strstr(load_error.text, "promised"));
	ck_assert_int_eq(catalog_put(starting("stay",
			     "'starts_at': '2026-11-25T10:30:00Z'")),
	    LOAD_E_REFUSED);
	ck_assert_str_eq(load_error.at, "performances[0].starts_at");
	catalog_must(starting("stay", "'starts_on': 'today', 'at': '19:30'"));
	ck_assert_int_eq(report.performances.n_same, 1);
}
END_TEST

START_TEST(two_performances_do_not_start_at_once_in_one_hall)
{
	const char *both = "{%s, 'performances': [{%s}, {%s%s}]}";
	const char *house = catalog_house("twin", "Asia/Seoul");
	const char *one = catalog_performance("twin", "twin",
	    "'starts_at': '2026-11-22T10:30:00Z'");

	ck_assert_int_eq(catalog_put(catalog_printf(both, house, one,
			     catalog_performance("twin-2", "twin",
				 "'starts_at': '2026-11-22T10:30:00Z'"),
			     "")),
	    LOAD_E_REFUSED);
	ck_assert_str_eq(load_error.at, "performances[1].starts_at");
	catalog_must(catalog_printf(both, house, one,
	    catalog_performance("twin-2", "twin",
		"'starts_at': '2026-11-22T10:30:00Z'"),
	    ", 'status': 'cancelled'"));
	ck_assert(!noted("same time"));
	catalog_must(catalog_printf(both, house, one,
	    catalog_performance("twin-3", "twin",
		"'starts_at': '2026-11-22T11:59:00Z'"),
	    ""));
	ck_assert(noted("same time"));
}
END_TEST

/* Berlin: 02:00 to 03:00 is left out on 2027-03-28, twice on 2026-10-25. */
static const struct {
	const char *at, *text;
} clocks[] = {
	{ "performances[0].at", "leaves out" },
	{ "schedules[0].times", "shows twice" },
};

START_TEST(a_time_that_the_clock_leaves_out_or_has_twice_is_refused)
{
	const char *gap = catalog_performance("gap", "gap",
	    "'starts_on': '2027-03-28', 'at': '02:30'");
	const char *twice = catalog_performance("gap", "gap",
	    "'starts_on': "
	    "'2026-10-23', 'days': 3, 'times': ['20:00', '26:30']");

	ck_assert_int_eq(
	    catalog_put(catalog_printf("{%s, '%s': [{%s}]}",
		catalog_house("gap", "Europe/Berlin"),
		_i == 0 ? "performances" : "schedules", _i == 0 ? gap : twice)),
	    LOAD_E_REFUSED);
	ck_assert_str_eq(load_error.at, clocks[_i].at);
	ck_assert_ptr_nonnull(strstr(load_error.text, clocks[_i].text));
}
END_TEST

/* ---- plans and revisions ---- */

START_TEST(another_plan_is_a_new_revision_for_new_performances)
{
	const char *second;

	catalog_must(file_with("plan", ""));
	second = catalog_printf("%.*s, {%s}]}",
	    (int)strlen(other_plan("plan", "")) - 2, other_plan("plan", ""),
	    catalog_performance("plan-2", "plan",
		"'starts_at': '2026-11-23T10:30:00Z'"));
	catalog_must(second);
	ck_assert_int_eq(report.n_revisions, 1);
	ck_assert_int_eq(report.n_kept, 1);
	ck_assert_int_eq(number_of("plan", "r.revision"), 1);
	ck_assert_int_eq(number_of("plan", "p.meta_version"), 1);
	ck_assert_int_eq(number_of("plan-2", "r.revision"), 2);
	ck_assert_int_eq(number_of("plan-2", "r.seat_count"), 11);
}
END_TEST

START_TEST(the_first_plan_again_is_the_first_revision_again)
{
	catalog_must(file_with("back", ""));
	catalog_must(other_plan("back", ""));
	catalog_must(catalog_printf("{%s, 'performances': [{%s}]}",
	    catalog_house("back", "Asia/Seoul"),
	    catalog_performance("back-2", "back",
		"'starts_at': '2026-11-23T10:30:00Z'")));
	ck_assert_int_eq(report.n_revisions, 0);
	ck_assert_int_eq(number_of("back-2", "r.revision"), 1);
}
END_TEST

START_TEST(a_performance_without_promises_moves_when_asked)
{
	catalog_must(file_with("move", ", 'status': 'closed'"));
	catalog_must(other_plan("move",
	    ", 'status': 'closed', "
	    "'revision': 'newest'"));
	ck_assert_int_eq(number_of("move", "r.revision"), 2);
	ck_assert_int_eq(number_of("move", "p.meta_version"), 2);
	catalog_must(other_plan("move",
	    ", 'status': 'closed', "
	    "'revision': 1"));
	ck_assert_int_eq(number_of("move", "r.revision"), 1);
	ck_assert_int_eq(catalog_put(other_plan("move", ", 'revision': 3")),
	    LOAD_E_REFUSED);
	ck_assert_ptr_nonnull(strstr(load_error.text, "no such revision"));
}
END_TEST

START_TEST(a_performance_with_promises_keeps_its_revision)
{
	catalog_must(file_with("kept", ", 'status': 'closed'"));
	promise_seat("kept");
	ck_assert_int_eq(catalog_put(other_plan("kept",
			     ", 'status': "
			     "'closed', 'revision': 'newest'")),
	    LOAD_E_REFUSED);
	ck_assert_str_eq(load_error.at, "performances[0].revision");
	ck_assert_ptr_nonnull(strstr(load_error.text, "promised"));
	ck_assert_int_eq(
	    world_number(
		"SELECT count(*) FROM hall_revisions "
		"AS r JOIN halls AS h ON h.id = r.hall_id JOIN venues AS v "
		"ON v.id = h.venue_id WHERE v.key = 'kept'"),
	    1);
	catalog_must(other_plan("kept", ", 'status': 'closed'"));
	ck_assert_int_eq(number_of("kept", "r.revision"), 1);
}
END_TEST

START_TEST(a_performance_on_sale_keeps_its_revision)
{
	catalog_must(file_with("sale", ", 'sales_open_at': 'now-1d'"));
	ck_assert_int_eq(catalog_put(other_plan("sale",
			     ", 'sales_open_at': "
			     "'now-1d', 'revision': 'newest'")),
	    LOAD_E_REFUSED);
	ck_assert_ptr_nonnull(strstr(load_error.text, "on sale"));
}
END_TEST

START_TEST(prices_are_those_of_the_revision_that_is_kept)
{
	char *text;

	catalog_must(file_with("class", ""));
	text = arena_str(&ctx.arena, span_str(file_with("class", "")));
	/* The plan's second class gets another key; the prices do not. */
	memcpy(strstr(text, "'back', 'name'"), "'rear', 'name'", 14);
	memcpy(strstr(text, "'price_class': 'back'"), "'price_class': 'rear'",
	    21);
	catalog_must(text);
	ck_assert_int_eq(report.n_kept, 1);
	ck_assert_int_eq(report.n_prices, 0);
}
END_TEST

/* ---- terms and prices ---- */

START_TEST(other_prices_are_a_new_version_beside_the_old_one)
{
	char *text = arena_str(&ctx.arena, span_str(file_with("price", "")));

	catalog_must(file_with("price", ""));
	memcpy(strstr(text, "'front': 2000"), "'front': 2500", 13);
	catalog_must(text);
	ck_assert_int_eq(report.n_prices, 1);
	ck_assert_int_eq(report.performances.n_changed, 1);
	ck_assert_int_eq(number_of("price", "p.price_version"), 2);
	ck_assert_int_eq(number_of("price", "p.meta_version"), 2);
	ck_assert_int_eq(
	    number_of("price",
		"SELECT amount FROM prices WHERE "
		"performance_id = p.id AND version = 1 AND class_no = 1"),
	    2000);
	ck_assert_int_eq(
	    number_of("price",
		"SELECT amount FROM prices WHERE "
		"performance_id = p.id AND version = 2 AND class_no = 1"),
	    2500);
	catalog_must(file_with("price", ""));
	ck_assert_int_eq(number_of("price", "p.price_version"), 3);
}
END_TEST

START_TEST(another_currency_is_another_price_list)
{
	char *text = arena_str(&ctx.arena, span_str(file_with("euro", "")));

	catalog_must(file_with("euro", ""));
	memcpy(strstr(text, "KRW"), "EUR", 3);
	catalog_must(text);
	ck_assert_int_eq(number_of("euro", "p.price_version"), 2);
	ck_assert_int_eq(number_of("euro", "(p.currency = 'EUR')::int"), 1);
}
END_TEST

#define ADULT "{'code': 'adult', 'name': {'ko': '성인', 'en': 'Adult'}}"
#define YOUTH "{'code': 'youth', 'name': 'Youth', 'needs_proof': true}"
#define SENIOR "{'code': 'senior', 'name': 'Senior', 'min': 2, 'max': 4}"

/* The performance of a word, which is there, with types and prices. */
static const char *
typed(const char *word, const char *types, const char *prices)
{
	return catalog_printf(
	    "{'performances': [{'key': '%s', 'show': '%s', "
	    "'venue': '%s', 'hall': 'h', 'starts_on': "
	    "'today+1', 'at': '19:30', 'currency': 'KRW', "
	    "'ticket_types': [%s], 'prices': {%s}}]}",
	    word, word, word, types, prices);
}

/* "code number of the first class" of each type of the present list. */
static const char *
types_of(const char *word)
{
	struct db_rows rows;
	const struct sql *sql = world_sql(catalog_printf(
	    "SELECT string_agg(concat_ws(' ', t.type_no, t.code, c.amount), "
	    "', ' ORDER BY t.type_no) FROM performances AS p "
	    "JOIN ticket_types AS t ON t.performance_id = p.id "
	    "AND t.version = p.price_version JOIN prices AS c "
	    "ON c.performance_id = p.id AND c.version = t.version "
	    "AND c.type_no = t.type_no AND c.class_no = 1 "
	    "WHERE p.key = '%s'",
	    word));

	ck_assert_int_eq(db_run(ctx.primary, &ctx.arena, sql, 0, NULL, &rows),
	    0);
	return arena_str(&ctx.arena, db_cell(&rows, 0, 0));
}

START_TEST(a_price_list_has_a_price_for_each_ticket_type)
{
	catalog_must(file_with("types", ""));
	ck_assert_str_eq(types_of("types"), "");
	catalog_must(typed("types", ADULT "," YOUTH "," SENIOR,
	    "'front': {'senior': 4, 'youth': 3, 'adult': 5}, 'back': 1"));
	ck_assert_int_eq(report.n_prices, 1);
	ck_assert_str_eq(types_of("types"), "0 adult 5, 1 youth 3, 2 senior 4");
	ck_assert_int_eq(number_of("types",
			     "SELECT sum(amount) FROM prices WHERE "
			     "performance_id = p.id AND class_no = 2 "
			     "AND version = p.price_version"),
	    3);
	ck_assert_int_eq(number_of("types",
			     "SELECT sum(min_count * 10 + max_count) FROM "
			     "ticket_types WHERE performance_id = p.id"),
	    24);
	/* The same again, in another order, is the same list. */
	catalog_must(typed("types", ADULT "," SENIOR "," YOUTH,
	    "'front': {'adult': 5, 'youth': 3, 'senior': 4}, 'back': 1"));
	ck_assert_int_eq(report.n_prices, 0);
	ck_assert_int_eq(report.performances.n_same, 1);
}
END_TEST

START_TEST(a_ticket_type_keeps_its_number_in_later_lists)
{
	catalog_must(file_with("number", ""));
	catalog_must(typed("number", ADULT "," YOUTH "," SENIOR,
	    "'front': 5, 'back': 1"));
	catalog_must(typed("number",
	    SENIOR
	    ", {'code': 'adult', 'name': 'A', "
	    "'default': true}, {'code': 'baby', 'name': 'B'}",
	    "'front': 6, 'back': 1"));
	ck_assert_str_eq(types_of("number"), "0 adult 6, 2 senior 6, 3 baby 6");
	catalog_must(typed("number", ADULT "," YOUTH, "'front': 7, 'back': 1"));
	ck_assert_str_eq(types_of("number"), "0 adult 7, 1 youth 7");
}
END_TEST

START_TEST(the_default_ticket_type_of_what_was_promised_stays)
{
	const char *promise =
	    "INSERT INTO seat_log (performance_id, seats, "
	    "from_state, to_state) SELECT id, '{1}', 'A', "
	    "'H' FROM performances WHERE key = 'default'";

	catalog_must(file_with("default", ""));
	catalog_must(typed("default", YOUTH, "'front': 5, 'back': 1"));
	ck_assert_str_eq(types_of("default"), "0 youth 5");
	catalog_sql(promise);
	ck_assert_int_eq(catalog_put(file_with("default", "")), LOAD_E_REFUSED);
	ck_assert_str_eq(load_error.at, "performances[0].ticket_types");
	catalog_must(typed("default",
	    ADULT
	    ", {'code': 'youth', 'name': 'Y', "
	    "'default': true}",
	    "'front': 5, 'back': 1"));
	ck_assert_str_eq(types_of("default"), "0 youth 5, 1 adult 5");
}
END_TEST

/* The policies of a file, each with what is kept of it. */
START_TEST(a_refund_policy_is_one_of_the_known_or_written_out)
{
	static const char *const policies[][2] = {
		{ "'film'",
		    "{'steps':[{'minutes_before':20,'percent':100,'fee':0},"
		    "{'minutes_before':0,'percent':50,'fee':0}]}" },
		{ "{'steps': [{'days_before': 2, 'percent': 90, 'fee': 500},"
		  " {'minutes_before': 30, 'percent': 90, 'fee': 900}],"
		  " 'grace': {'hours': 1}}",
		    "{'steps':[{'days_before':2,'percent':90,'fee':500},"
		    "{'minutes_before':30,'percent':90,'fee':900}],"
		    "'grace':{'hours':1,'days_before':0}}" },
	};

	for (size_t i = 0; i < ARRAY_LEN(policies); i++) {
		catalog_must(file_with("refund",
		    catalog_printf(", 'refund_policy': %s", policies[i][0])));
		ck_assert_int_eq(report.performances.n_changed, (int64_t)i);
		ck_assert_int_eq(
		    number_of("refund",
			catalog_printf("(refund_policy = replace($j$%s$j$, "
				       "chr(39), chr(34))::jsonb)::int",
			    policies[i][1])),
		    1);
	}
	ck_assert(noted("refund_policy"));
	catalog_must(file_with("refund", ""));
	ck_assert_int_eq(number_of("refund", "(refund_policy IS NULL)::int"),
	    1);
	ck_assert_int_eq(number_of("refund",
			     "(SELECT count(*) FROM refund_policies AS k"
			     " WHERE k.performance_id = p.id)"),
	    2);
}
END_TEST

START_TEST(a_refund_policy_that_makes_no_sense_is_refused)
{
	static const char *const policies[] = {
		"'theatre'",
		"7",
		"{'steps': []}",
		"{'steps': [{'percent': 100}]}",
		"{'steps': [{'days_before': 1, 'minutes_before': 1, "
		"'percent': 100}]}",
		"{'steps': [{'days_before': 1, 'percent': 0}]}",
		"{'steps': [{'days_before': 1, 'percent': 101}]}",
		"{'steps': [{'days_before': 1, 'percent': 50},"
		" {'days_before': 2, 'percent': 40}]}",
		"{'steps': [{'days_before': 2, 'percent': 50},"
		" {'days_before': 1, 'percent': 60}]}",
		"{'steps': [{'minutes_before': 2, 'percent': 50},"
		" {'days_before': 1, 'percent': 40}]}",
		"{'steps': [{'days_before': 2, 'percent': 50, 'fee': 2},"
		" {'days_before': 1, 'percent': 50, 'fee': 1}]}",
		"{'steps': [{'days_before': 2, 'percent': 50}],"
		" 'grace': {'days_before': 1}}",
	};

	for (size_t i = 0; i < ARRAY_LEN(policies); i++) {
		ck_assert_int_ne(
		    catalog_put(file_with("senseless",
			catalog_printf(", 'refund_policy': %s", policies[i]))),
		    LOAD_OK);
		ck_assert_msg(strstr(load_error.at, "refund_policy") != NULL,
		    "%s: %s", policies[i], load_error.at);
	}
}
END_TEST

START_TEST(a_file_that_says_nothing_of_the_line_keeps_it)
{
	catalog_must(file_with("line",
	    ", 'queue_mode': 'fifo', 'queue_active_limit': 7"));
	ck_assert_int_eq(number_of("line", "p.queue_grace_s"), 300);
	catalog_must(file_with("line", ", 'max_seats_per_user': 2"));
	ck_assert_int_eq(number_of("line", "(p.queue_mode = 'fifo')::int"), 1);
	ck_assert_int_eq(number_of("line", "p.queue_active_limit"), 7);
	catalog_must(file_with("line", ", 'queue_mode': 'off'"));
	ck_assert_int_eq(number_of("line", "(p.queue_mode = 'off')::int"), 1);
	ck_assert_int_eq(number_of("line", "p.queue_active_limit"), 7);
}
END_TEST

START_TEST(every_change_of_terms_raises_the_meta_version)
{
	static const char *const changes[] = {
		", 'sales_open_at': '2026-11-20T00:00:00Z'",
		", 'sales_close_at': 'start-1h'",
		", 'status': 'closed'",
		", 'max_seats_per_user': 2",
		", 'hold_seconds': 60",
		", 'queue_mode': 'fifo'",
		", 'queue_active_limit': 50",
		", 'queue_lobby_s': 60",
		", 'queue_beacon': 'lottery 1199'",
		", 'refund_policy': 'film'",
		", 'running_minutes': 91",
	};

	catalog_must(file_with("meta", ""));
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		catalog_must(file_with("meta", changes[i]));
		ck_assert_msg(number_of("meta", "p.meta_version")
			== (int64_t)i + 2,
		    "%s", changes[i]);
		ck_assert_int_eq(report.performances.n_changed, 1);
	}
}
END_TEST

/* What psql hears on the channel while a file is loaded. */
static void
hear(const char *text, char *heard, size_t len)
{
	char out[] = "/tmp/bo-heard-XXXXXX";
	int fd = mkstemp(out);
	FILE *psql = popen(catalog_printf("psql -qX '%s' >%s 2>&1",
			       servers_dsn("postgres"), out),
	    "w");

	ck_assert_int_ge(fd, 0);
	fputs("LISTEN boxoffice;\n", psql);
	fflush(psql);
	while (world_number("SELECT count(*) FROM pg_stat_activity WHERE "
			    "query = 'LISTEN boxoffice;' AND state = 'idle'")
	    == 0)
		usleep(10000);
	catalog_must(text);
	fputs("SELECT 'end';\n", psql);
	ck_assert_int_eq(pclose(psql), 0);
	memset(heard, 0, len);
	ck_assert_int_gt(read(fd, heard, len - 1), 0);
	close(fd);
	unlink(out);
}

START_TEST(a_change_of_terms_is_announced_and_no_change_is_not)
{
	char heard[1024];

	catalog_must(file_with("hear", ""));
	hear(file_with("hear", ""), heard, sizeof(heard));
	ck_assert_ptr_null(strstr(heard, "payload"));
	hear(file_with("hear", ", 'status': 'closed'"), heard, sizeof(heard));
	ck_assert_msg(strstr(heard, "\"boxoffice\" with payload \"terms\"")
		!= NULL,
	    "%s", heard);
}
END_TEST

START_TEST(times_relative_to_now_stay_as_they_were_first)
{
	const char *text = catalog_printf(
	    "{%s, 'performances': [{%s, "
	    "'sales_open_at': 'now-1d', 'sales_close_at': 'now+2h'}]}",
	    catalog_house("first", "Asia/Seoul"),
	    catalog_performance("first", "first",
		"'starts_on': 'today+2', 'at': '19:30'"));
	char *copy = strdup(text);

	catalog_must(text);
	catalog_later(3 * DAY);
	catalog_must(copy);
	free(copy);
	ck_assert_int_eq(report.performances.n_same, 1);
	ck_assert_int_eq(number_of("first", MS_OF("p.sales_open_at")),
	    NOON - DAY);
	ck_assert_int_eq(number_of("first", MS_OF("p.sales_close_at")),
	    NOON + 2 * HOUR);
	ck_assert_int_eq(number_of("first", MS_OF("p.starts_at")),
	    NOON + 2 * DAY + 7 * HOUR + 30 * MINUTE);
}
END_TEST

START_TEST(what_says_nothing_is_sold_a_day_before_at_the_latest)
{
	catalog_must(file_with("preset", ""));
	ck_assert_int_eq(number_of("preset", MS_OF("p.sales_open_at")), NOON);
	ck_assert_int_eq(number_of("preset",
			     "extract(epoch FROM p.starts_at "
			     "- p.sales_close_at)"),
	    0);
	catalog_must(catalog_printf("{'performances': [{%s}]}",
	    catalog_performance("preset-2", "preset",
		"'starts_at': '2026-11-21T01:00:00Z'")));
	ck_assert_int_eq(number_of("preset-2", MS_OF("p.sales_open_at")),
	    NOON - DAY - 2 * HOUR);
}
END_TEST

/* ---- schedules ---- */

START_TEST(a_schedule_is_a_performance_a_day_and_time)
{
	catalog_must(
	    catalog_printf("{%s, 'schedules': [{%s, 'days': 3, "
			   "'times': ['10:00', '25:10']}]}",
		catalog_house("week", "Asia/Seoul"),
		catalog_performance("week", "week", "'starts_on': 'today'")));
	ck_assert_int_eq(report.performances.n_new, 6);
	ck_assert_int_eq(
	    number_of("week@2026-11-21T10:00", MS_OF("p.starts_at")),
	    NOON - 2 * HOUR);
	/* 25:10 is ten past one in the night after. */
	ck_assert_int_eq(
	    number_of("week@2026-11-23T25:10", MS_OF("p.starts_at")),
	    NOON + 2 * DAY + 13 * HOUR + 10 * MINUTE);
}
END_TEST

START_TEST(a_schedule_loaded_later_adds_the_days_that_came)
{
	char *text = strdup(
	    catalog_printf("{%s, 'schedules': [{%s, "
			   "'days': 3, 'times': ['20:00']}]}",
		catalog_house("later", "Asia/Seoul"),
		catalog_performance("later", "later", "'starts_on': 'today'")));

	catalog_must(text);
	catalog_later(DAY);
	catalog_must(text);
	free(text);
	ck_assert_int_eq(report.performances.n_new, 1);
	ck_assert_int_eq(report.performances.n_same, 2);
}
END_TEST

START_TEST(a_schedule_keeps_to_its_weekdays)
{
	catalog_must(
	    catalog_printf("{%s, 'schedules': [{%s, 'days': 14, "
			   "'weekdays': ['sat', 'sun'], 'times': ['20:00']}]}",
		catalog_house("weekend", "Asia/Seoul"),
		catalog_performance("weekend", "weekend",
		    "'starts_on': '2026-11-23'")));
	ck_assert_int_eq(report.performances.n_new, 4);
	ck_assert_int_eq(
	    world_number("SELECT count(*) FROM performances "
			 "WHERE key IN ('weekend@2026-11-28T20:00', "
			 "'weekend@2026-12-06T20:00')"),
	    2);
}
END_TEST

/* The clock of Berlin goes back at 3:00 on 2026-10-25. */
START_TEST(times_of_the_day_are_the_venues_over_a_change_of_its_clock)
{
	catalog_must(catalog_printf(
	    "{%s, 'schedules': [{%s, 'days': 3, "
	    "'times': ['20:00']}]}",
	    catalog_house("dst", "Europe/Berlin"),
	    catalog_performance("dst", "dst", "'starts_on': '2026-10-24'")));
	ck_assert_int_eq(
	    number_of("dst@2026-10-24T20:00",
		"extract(epoch "
		"FROM p.starts_at - '2026-10-24T18:00:00Z'::timestamptz)"),
	    0);
	ck_assert_int_eq(
	    number_of("dst@2026-10-25T20:00",
		"extract(epoch "
		"FROM p.starts_at - '2026-10-25T19:00:00Z'::timestamptz)"),
	    0);
}
END_TEST

/* ---- what is refused ---- */

START_TEST(a_refused_file_changes_nothing)
{
	int64_t shows = world_number("SELECT count(*) FROM shows");

	ck_assert_int_eq(catalog_put(catalog_printf("{%s, 'performances': "
						    "[{%s}, {%s}]}",
			     catalog_house("half", "Asia/Seoul"),
			     catalog_performance("half", "half",
				 "'starts_at': '2026-11-22T10:30:00Z'"),
			     catalog_performance("half-2", "nowhere",
				 "'starts_at': '2026-11-22T10:30:00Z'"))),
	    LOAD_E_REFUSED);
	ck_assert_str_eq(load_error.at, "performances[1].hall");
	ck_assert_int_eq(world_number("SELECT count(*) FROM shows"), shows);
	/* The connection is good for the next one. */
	catalog_must(file_with("half", ""));
}
END_TEST

#define SHOW \
	"'key': 's', 'kind': 'play', 'title': 'T', " \
	"'running_minutes': 90"
#define PLAN(sections) \
	"{'venues': [{'key': 'v', 'name': 'V', 'time_zone': " \
	"'UTC', 'halls': [{'key': 'h', 'name': 'H', 'plan': {" \
	"'price_classes': [{'key': 'a', 'name': 'A'}], 'sections': [" sections \
	"]}}]}]}"
#define PLAN_AT "venues[0].halls[0].plan"
#define AT PLAN_AT ".sections[0]"
#define ROW_A \
	"{'key': 's', 'name': 'S', 'price_class': 'a', 'rows': [" \
	"{'from': 'A', 'numbers': [1, 2]}]}"
#define PERF \
	"'key': 'p', 'show': 's', 'venue': 'v', 'hall': 'h', " \
	"'currency': 'KRW', 'prices': {}"

#define TYPES(types, price) \
	"{'performances': [{'key': 'p', 'show': 's', 'venue': 'v', " \
	"'hall': 'h', 'currency': 'KRW', 'ticket_types': [" types \
	"], 'prices': {'a': " price "}}]}"
#define T_ONE "{'code': 't', 'name': 'N'}"

static const struct {
	const char *json, *at, *text;
} wrong[] = {
	{ "", "line 1, column 1", "not JSON" },
	{ "{'shows': [}", "line 1, column 12", "not JSON" },
	{ "{'shows':\n [], 'venues':\n\t['한글', 01]}", "line 3, column 10",
	    "not JSON" },
	{ "{'shows':\n[", "line 2, column 2", "not JSON" },
	{ "{'shows': \"\xff\"}", "line 1, column 12", "not JSON" },
	/* One row, composed and decomposed. */
	{ PLAN("{'key': 's', 'name': 'S', 'price_class': 'a', 'seats': "
	       "[{'row': '\u00e9', 'number': 1}, "
	       "{'row': 'e\u0301', 'number': 1}]}"),
	    AT ".seats[1]", "twice" },
	{ "[]", "", "must be an object" },
	{ "{'show': []}", "show", "no such member" },
	{ "{'shows': {}}", "shows", "must be an array" },
	{ "{'shows': [7]}", "shows[0]", "must be an object" },
	{ "{'shows': [{" SHOW ", 'x': 1}]}", "shows[0].x", "no such member" },
	{ "{'shows': [{" SHOW "}, {" SHOW "}]}", "shows[1]", "same key" },
	{ "{'shows': [{'key': 'a b'}]}", "shows[0].key", "a key is made of" },
	{ "{'shows': [{'kind': 'play'}]}", "shows[0].key", "missing" },
	{ "{'shows': [{'key': 's', 'kind': 'opera'}]}", "shows[0].kind",
	    "movie, concert, play, sport" },
	{ "{'shows': [{'key': 's', 'kind': 'play', 'title': {'ko': 'x'}}]}",
	    "shows[0].title.en", "missing" },
	{ "{'shows': [{'key': 's', 'kind': 'play', 'title': 'a\\tb'}]}",
	    "shows[0].title", "control" },
	{ "{'shows': [{'key': 's', 'kind': 'play', 'title': 'T', "
	  "'running_minutes': 0}]}",
	    "shows[0].running_minutes", "1 to 1440" },
	{ "{'shows': [{'key': 's', 'kind': 'play', 'title': 'T', "
	  "'running_minutes': 9.5}]}",
	    "shows[0].running_minutes", "whole number" },
	{ "{'venues': [{'key': 'v', 'name': 'V', 'time_zone': 'Mars/Base'}]}",
	    "venues[0].time_zone", "IANA" },
	{ PLAN(""), "venues[0].halls[0].plan.sections", "1 to 1000 items" },
	{ PLAN("{'key': 's', 'name': 'S', 'price_class': 'a', 'rows': ["
	       "{'from': 'A', 'numbers': [1, 2]}], 'breaks': ['A-3']}"),
	    AT ".breaks", "not in this section" },
	{ PLAN("{'key': 's', 'name': 'S', 'price_class': 'a', 'rows': ["
	       "{'from': 'A', 'numbers': [1, 2]}], 'focus': {'x': 'far'}}"),
	    AT ".focus.x", "must be a number" },
	{ PLAN(ROW_A "], 'decorations': [{'kind': 'bar'}"),
	    PLAN_AT ".decorations[0].kind", "stage, exit, text" },
	{ PLAN(ROW_A "], 'decorations': [{'kind': 'text', 'width': 0}"),
	    PLAN_AT ".decorations[0].width", "0.01 to" },
	{ PLAN("{'key': 's', 'name': 'S', 'rows': [{'from': 'A'}]}"),
	    AT ".rows[0].numbers", "2 to 3 items" },
	{ PLAN("{'key': 's', 'name': 'S', 'rows': [{'from': 'A', "
	       "'numbers': [1, 2, 0], 'price_class': 'a'}]}"),
	    AT ".rows[0].numbers[2]", "[from, to, step]" },
	{ PLAN("{'key': 's', 'name': 'S', 'rows': [{'from': 'A', "
	       "'numbers': [1, 2]}]}"),
	    AT ".rows[0].price_class", "missing" },
	{ PLAN("{'key': 's', 'name': 'S', 'price_class': 'b', 'rows': "
	       "[{'from': 'A', 'numbers': [1, 2]}]}"),
	    AT ".rows[0]", "no price class \"b\"" },
	{ PLAN("{'key': 's', 'name': 'S', 'price_class': 'a', 'rows': "
	       "[{'from': 'A', 'numbers': [1, 2], 'x': 'left'}]}"),
	    AT ".rows[0].x", "must be a number" },
	{ PLAN("{'key': 's', 'name': 'S', 'price_class': 'a', 'rows': "
	       "[{'from': 'A', 'numbers': [1, 2], 'types': {'w': ['A-9']}}]}"),
	    AT ".rows[0]", "not in these rows" },
	/* What would be a seat of its own in a row of COPY. */
	{ PLAN("{'key': 's', 'name': 'S', 'price_class': 'a', 'rows': "
	       "[{'from': 'A', 'numbers': [1, 2], 'types': {'w\\n1\\t3': "
	       "['A-1']}}]}"),
	    AT ".rows[0].types", "a key is made of" },
	{ PLAN("{'key': 's', 'name': 'S', 'price_class': 'a', 'type': "
	       "'w\\\\N', 'rows': [{'from': 'A', 'numbers': [1, 2]}]}"),
	    AT ".type", "a key is made of" },
	{ PLAN("{'key': 's', 'name': 'S', 'price_class': 'a\\t', 'rows': "
	       "[{'from': 'A', 'numbers': [1, 2]}]}"),
	    AT ".price_class", "control" },
	{ "{'performances': [{'key': 'p', 'show': 's', 'venue': 'v', "
	  "'hall': 'h', 'currency': 'KRW', 'prices': {'a\\n': 1}}]}",
	    "performances[0].prices", "a key is made of" },
	{ PLAN("{'key': 's', 'name': 'S', 'kind': 'slot', 'price_class': 'a'}"),
	    AT ".capacity", "1 to 100000" },
	{ PLAN("{'key': 's', 'name': 'S', 'kind': 'slot', 'capacity': 5, "
	       "'price_class': 'a', 'rows': []}"),
	    AT ".rows", "no such member" },
	{ "{'performances': [{" PERF "}]}", "performances[0].starts_on",
	    "missing" },
	{ "{'performances': [{" PERF ", 'seat_rules': {'alone': {}}}]}",
	    "performances[0].seat_rules.alone", "no such member" },
	{ "{'performances': [{" PERF ", 'seat_rules': {'no-lone-seat': "
	  "{'until_percent_left': 101}}}]}",
	    "performances[0].seat_rules."
	    "no-lone-seat.until_percent_left",
	    "0 to 100" },
	{ "{'performances': [{" PERF ", 'starts_on': '2026-02-30', "
	  "'at': '10:00'}]}",
	    "performances[0].starts_on", "a day" },
	{ "{'performances': [{" PERF ", 'starts_on': 'today+', "
	  "'at': '10:00'}]}",
	    "performances[0].starts_on", "a day" },
	{ "{'performances': [{" PERF ", 'starts_on': 'today', "
	  "'at': '30:00'}]}",
	    "performances[0].at", "time of the day" },
	{ "{'performances': [{" PERF ", 'starts_on': 'today', "
	  "'at': '1:000'}]}",
	    "performances[0].at", "time of the day" },
	{ "{'performances': [{" PERF ", 'starts_at': 'now+1d'}]}",
	    "performances[0].starts_at", "2026-12-01T19:30:00+09:00" },
	{ "{'performances': [{" PERF ", 'sales_open_at': 'now-1w'}]}",
	    "performances[0].sales_open_at", "now-1d" },
	{ "{'performances': [{" PERF ", 'sales_open_at': 'now--1d'}]}",
	    "performances[0].sales_open_at", "now-1d" },
	{ "{'performances': [{'key': 'p', 'show': 's', 'venue': 'v', "
	  "'hall': 'h', 'currency': 'ZZZ'}]}",
	    "performances[0].currency",
	    "this must be an ISO 4217 currency as KRW" },
	{ "{'performances': [{'key': 'k', 'show': 's', 'venue': 'v', "
	  "'hall': 'h', 'currency': 'won'}]}",
	    "performances[0].currency", "ISO 4217" },
	{ "{'performances': [{'key': 'p', 'show': 's', 'venue': 'v', "
	  "'hall': 'h', 'currency': 'KRW', 'prices': {'a': -1}}]}",
	    "performances[0].prices.a", "whole number" },
	{ TYPES("", "1"), "performances[0].ticket_types", "1 to 16 items" },
	{ TYPES("{'code': 'a b', 'name': 'N'}", "1"),
	    "performances[0].ticket_types[0].code", "a key is made of" },
	{ TYPES("{'code': 't'}", "1"), "performances[0].ticket_types[0].name",
	    "an object" },
	{ TYPES(T_ONE ", " T_ONE, "1"), "performances[0].ticket_types[1]",
	    "item 0 has the same code" },
	{ TYPES("{'code': 't', 'name': 'N', 'min': 3, 'max': 2}", "1"),
	    "performances[0].ticket_types[0]", "max is less than min" },
	{ TYPES("{'code': 't', 'name': 'N', 'needs_proof': 1}", "1"),
	    "performances[0].ticket_types[0].needs_proof", "true or false" },
	{ TYPES("{'code': 't', 'name': 'N', 'default': true}, "
		"{'code': 'u', 'name': 'N', 'default': true}",
	      "1"),
	    "performances[0].ticket_types[1]", "only one" },
	{ TYPES(T_ONE ", {'code': 'u', 'name': 'N'}", "{'t': 1}"),
	    "performances[0].prices.a.u", "whole number" },
	{ TYPES(T_ONE, "{'t': 1, 'u': 1}"), "performances[0].prices.a.u",
	    "no such member" },
	{ "{'performances': [{'key': 'p', 'show': 's', 'venue': 'v', "
	  "'hall': 'h', 'currency': 'KRW', 'prices': {'a': {'adult': 1}}}]}",
	    "performances[0].prices.a", "whole number" },
	{ "{'performances': [{" PERF ", 'starts_on': 'today', "
	  "'at': '10:00'}]}",
	    "performances[0].hall", "no hall" },
	{ "{'schedules': [{" PERF ", 'starts_on': 'today', 'times': []}]}",
	    "schedules[0].times", "1 to 48 items" },
	{ "{'schedules': [{" PERF ", 'starts_on': 'today', 'times': "
	  "['10:00'], 'weekdays': ['monday']}]}",
	    "schedules[0].weekdays", "sun, mon" },
	{ "{'schedules': [{" PERF ", 'starts_on': 'today', 'days': 367, "
	  "'times': ['10:00']}]}",
	    "schedules[0].days", "1 to 366" },
};

START_TEST(what_is_wrong_is_named_by_its_path)
{
	ck_assert_int_eq(catalog_put(wrong[_i].json), LOAD_E_REFUSED);
	ck_assert_msg(strcmp(load_error.at, wrong[_i].at) == 0,
	    "%s: at \"%s\": %s", wrong[_i].json, load_error.at,
	    load_error.text);
	ck_assert_msg(strstr(load_error.text, wrong[_i].text) != NULL, "%s: %s",
	    wrong[_i].json, load_error.text);
}
END_TEST

START_TEST(a_price_list_names_each_class_and_no_other)
{
	char *text = arena_str(&ctx.arena, span_str(file_with("list", "")));

	memcpy(strstr(text, "'back': 1000"), "'bach': 1000", 12);
	ck_assert_int_eq(catalog_put(text), LOAD_E_REFUSED);
	ck_assert_ptr_nonnull(strstr(load_error.text, "lacks \"back\""));
	text = arena_str(&ctx.arena, span_str(file_with("list", "")));
	memcpy(strstr(text, "'back': 1000}"), "'back':1,'x':2}", 15);
	text = catalog_printf("%.*s}]}",
	    (int)(strstr(text, "'x':2}") + 6 - text), text);
	ck_assert_int_eq(catalog_put(text), LOAD_E_REFUSED);
	ck_assert_str_eq(load_error.at, "performances[0].prices.x");
}
END_TEST

START_TEST(sales_that_end_before_they_begin_are_refused)
{
	ck_assert_int_eq(
	    catalog_put(file_with("window",
		", 'sales_open_at': 'start-1h', 'sales_close_at': 'start-2h'")),
	    LOAD_E_REFUSED);
	ck_assert_ptr_nonnull(strstr(load_error.text, "before they begin"));
}
END_TEST

/* ---- the database's own refusals ---- */

static const char *
refusal(const char *text)
{
	int r = db_run(ctx.primary, &ctx.arena, world_sql(text), 0, NULL, NULL);

	ck_assert_msg(r == DB_E_CONSTRAINT, "%s: %d", text, r);
	return db_constraint(ctx.primary);
}

START_TEST(a_revision_in_use_is_frozen)
{
	static const char *const changes[] = {
		"UPDATE hall_revisions SET seat_count = 11 WHERE id = %1$lld",
		"DELETE FROM hall_revisions WHERE id = %1$lld",
		"UPDATE seats SET x = 9 WHERE hall_revision_id = %1$lld",
		"DELETE FROM seats WHERE hall_revision_id = %1$lld",
		"INSERT INTO seats VALUES (%1$lld, 11, 1, 'C', 1, 'x', 1, 0, "
		"0)",
		"UPDATE sections SET name_en = 'x' "
		"WHERE hall_revision_id = %1$lld",
		"DELETE FROM sections WHERE hall_revision_id = %1$lld",
		"INSERT INTO sections VALUES (%1$lld, 2, 'z', 'z', 'z', "
		"'counter', 5, NULL, 1)",
		"UPDATE price_classes SET name_en = 'x' "
		"WHERE hall_revision_id = %1$lld",
		"DELETE FROM price_classes WHERE hall_revision_id = %1$lld",
		"INSERT INTO price_classes VALUES (%1$lld, 3, 'z', 'z', 'z')",
		"UPDATE decorations SET x = 9 WHERE hall_revision_id = %1$lld",
		"DELETE FROM decorations WHERE hall_revision_id = %1$lld",
		"INSERT INTO decorations VALUES (%1$lld, 2, 'exit', 'z', 'z', "
		"0, 0, 1, 1)",
		"UPDATE price_classes SET hall_revision_id = %1$lld, "
		"class_no = 3, key = 'z' WHERE hall_revision_id = %2$lld",
	};
	long long used, spare;

	catalog_must(file_with("frozen", ""));
	used = number_of("frozen", "r.id");
	spare = world_number(catalog_printf(
	    "INSERT INTO hall_revisions "
	    "(hall_id, revision, plan_sha256, seat_count) SELECT hall_id, 2, "
	    "'x', 0 FROM hall_revisions WHERE id = %lld RETURNING id",
	    used));
	catalog_sql(
	    catalog_printf("INSERT INTO price_classes VALUES "
			   "(%lld, 1, 'a', 'a', 'a')",
		spare));
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		char text[512];

		snprintf(text, sizeof(text), changes[i], used, spare);
		ck_assert_msg(strcmp(refusal(text), "revision_frozen") == 0,
		    "%s: %s", text, db_constraint(ctx.primary));
	}
	/* One that nobody uses is free. */
	catalog_sql(
	    catalog_printf("UPDATE price_classes SET name_en = 'b' "
			   "WHERE hall_revision_id = %lld",
		spare));
}
END_TEST

START_TEST(a_promise_of_any_kind_keeps_the_revision)
{
	static const char *const promises[] = {
		"INSERT INTO seat_claim (performance_id, seat_no, state, mark)"
		" SELECT id, 1, 'B', 0 FROM performances WHERE key = '%s'",
		"INSERT INTO holds SELECT 't%s', id, (SELECT max(id) FROM "
		"users), '{1}', 1, '{1}', 1, 'KRW', 'expired', now(), "
		"now(), now(), NULL, 1, 1, 1 FROM performances "
		"WHERE key = '%1$s'",
		"INSERT INTO seat_log (performance_id, seats, from_state, "
		"to_state) SELECT id, '{1}', 'A', 'B' FROM performances "
		"WHERE key = '%s'",
	};
	const char *word = catalog_printf("promise%d", _i);
	const char *move = catalog_printf(
	    "UPDATE performances SET "
	    "hall_revision_id = (SELECT max(id) FROM hall_revisions) "
	    "WHERE key = '%s'",
	    word);
	char text[512];

	catalog_must(file_with(word, ""));
	world_user(word);
	catalog_sql(catalog_printf(
	    "INSERT INTO hall_revisions (hall_id, "
	    "revision, plan_sha256, seat_count) SELECT hall_id, 2, 'x', 0 "
	    "FROM hall_revisions WHERE id = %lld",
	    (long long)number_of(word, "r.id")));
	snprintf(text, sizeof(text), promises[_i], word);
	catalog_sql(text);
	ck_assert_str_eq(refusal(move), "performance_revision_kept");
}
END_TEST

START_TEST(price_lists_are_only_added_to)
{
	catalog_must(file_with("append", ""));
	ck_assert_str_eq(refusal("UPDATE prices SET amount = 0"),
	    "append_only");
	ck_assert_str_eq(refusal("DELETE FROM prices"), "append_only");
	catalog_must(typed("append", ADULT, "'front': 5, 'back': 1"));
	ck_assert_str_eq(refusal("UPDATE ticket_types SET code = 'x'"),
	    "append_only");
}
END_TEST

/* ---- two at once ---- */

static void
open_runner(int i)
{
	(void)i;
	catalog_open();
}

static int
run_runner(int i)
{
	(void)i;
	return catalog_put(file_with("race", "")) == LOAD_OK
	    ? (int)report.performances.n_new
	    : 100;
}

START_TEST(of_many_loads_at_once_one_makes_and_the_others_find)
{
	static const struct runner runner = { open_runner, run_runner };
	int results[4];

	race(4, &runner, results);
	ck_assert_int_eq(race_count(4, results, 1), 1);
	ck_assert_int_eq(race_count(4, results, 0), 3);
	ck_assert_int_eq(number_of("race", "p.meta_version"), 1);
}
END_TEST

SUITE("load")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, world_close);
	TEST(a_file_becomes_rows);
	TEST(loading_again_changes_nothing);
	TEST(texts_are_changed_by_key);
	TEST(what_a_file_does_not_name_is_left_alone);
	TEST(an_arena_goes_in);
	TEST(the_demo_goes_in);
	TEST(seat_rules_go_in_with_what_ends_them);
	TEST(closed_sections_stay_closed_until_a_file_says_otherwise);
	TEST(another_plan_is_a_new_revision_for_new_performances);
	TEST(the_first_plan_again_is_the_first_revision_again);
	TEST(a_performance_without_promises_moves_when_asked);
	TEST(a_performance_with_promises_keeps_its_revision);
	TEST(a_performance_on_sale_keeps_its_revision);
	TEST(prices_are_those_of_the_revision_that_is_kept);
	TEST(other_prices_are_a_new_version_beside_the_old_one);
	TEST(another_currency_is_another_price_list);
	TEST(a_price_list_has_a_price_for_each_ticket_type);
	TEST(a_ticket_type_keeps_its_number_in_later_lists);
	TEST(the_default_ticket_type_of_what_was_promised_stays);
	TEST(a_refund_policy_is_one_of_the_known_or_written_out);
	TEST(a_refund_policy_that_makes_no_sense_is_refused);
	TEST(a_file_that_says_nothing_of_the_line_keeps_it);
	TEST(every_change_of_terms_raises_the_meta_version);
	TEST(a_change_of_terms_is_announced_and_no_change_is_not);
	TEST(times_relative_to_now_stay_as_they_were_first);
	TEST(what_says_nothing_is_sold_a_day_before_at_the_latest);
	TEST(places_keep_their_hundredths_however_far_out);
	TEST(what_was_made_or_changed_is_told_with_its_values);
	TEST(a_dry_run_tells_the_same_and_changes_nothing);
	TEST(another_time_of_the_day_moves_a_performance_within_its_day);
	TEST(the_start_of_what_was_promised_stays);
	TEST(two_performances_do_not_start_at_once_in_one_hall);
	TEST_LOOP(a_time_that_the_clock_leaves_out_or_has_twice_is_refused,
	    ARRAY_LEN(clocks));
	TEST(a_schedule_is_a_performance_a_day_and_time);
	TEST(a_schedule_loaded_later_adds_the_days_that_came);
	TEST(a_schedule_keeps_to_its_weekdays);
	TEST(times_of_the_day_are_the_venues_over_a_change_of_its_clock);
	TEST(a_refused_file_changes_nothing);
	TEST_LOOP(what_is_wrong_is_named_by_its_path, ARRAY_LEN(wrong));
	TEST(a_price_list_names_each_class_and_no_other);
	TEST(sales_that_end_before_they_begin_are_refused);
	TEST(a_revision_in_use_is_frozen);
	TEST_LOOP(a_promise_of_any_kind_keeps_the_revision, 3);
	TEST(price_lists_are_only_added_to);
	TEST(of_many_loads_at_once_one_makes_and_the_others_find);
}
