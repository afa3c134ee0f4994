/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_catalog - what the public reads: shows, dates, performances, sections
 *
 * Layer: tests.  Uses: catalog/show, catalog/performance, catalog/layout.
 */
#include "catalog/layout.h"
#include "catalog/performance.h"
#include "catalog/show.h"
#include "reservation/reservation.h"
#include "store/read.h"
#include "tests/support/catalog.h"

static struct show_list shows;
static struct performance_list list;
static struct performance_dates dates;
static struct performance performance;

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

/* ---- shows ---- */

static void
given_shows(const char *word)
{
	catalog_must(catalog_printf(
	    "{'shows': ["
	    "{'key': '%1$s-1', 'kind': 'movie', 'title': {'ko': '%1$s 하나', "
	    "'en': '%1$s One_100%%'}, 'running_minutes': 1}, "
	    "{'key': '%1$s-2', 'kind': 'concert', 'title': {'ko': '%1$s 둘', "
	    "'en': '%1$s Two'}, 'running_minutes': 2, 'status': 'ended'}, "
	    "{'key': '%1$s-3', 'kind': 'movie', 'title': {'ko': '%1$s 셋', "
	    "'en': '%1$s Three'}, 'running_minutes': 3, 'status': "
	    "'upcoming', 'poster_url': '/three.svg'}]}",
	    word));
	catalog_replicated();
}

/* The running minutes of the shows found, in order: "1 3". */
static const char *
found(struct show_filter filter)
{
	struct strbuf b;

	if (filter.limit == 0)
		filter.limit = 50;
	ck_assert_int_eq(show_list(&ctx, &filter, &shows), SHOW_OK);
	strbuf_init(&b, &ctx.arena, 0);
	for (size_t i = 0; i < shows.n; i++)
		strbuf_printf(&b, "%s%d", i == 0 ? "" : " ",
		    (int)shows.items[i].running_minutes);
	return shows.n == 0 ? "" : b.p;
}

#define FILTER(...) \
	((struct show_filter){ .kind = -1, .status = -1, __VA_ARGS__ })

START_TEST(shows_are_found_by_kind_status_and_part_of_a_title)
{
	struct span q = SPAN_LIT("find");

	given_shows("find");
	ck_assert_str_eq(found(FILTER(.q = q)), "1 2 3");
	ck_assert_str_eq(found((struct show_filter){ .kind = SHOW_MOVIE,
			     .status = -1,
			     .q = q }),
	    "1 3");
	ck_assert_str_eq(found((struct show_filter){ .kind = -1,
			     .status = SHOW_ENDED,
			     .q = q }),
	    "2");
	ck_assert_str_eq(found((struct show_filter){ .kind = SHOW_MOVIE,
			     .status = SHOW_ENDED,
			     .q = q }),
	    "");
	ck_assert_str_eq(found(FILTER(.q = SPAN_LIT("FIND t"))), "2 3");
	ck_assert_str_eq(found(FILTER(.q = SPAN_LIT("find 둘"))), "2");
}
END_TEST

START_TEST(a_search_is_taken_literally)
{
	given_shows("wild");
	ck_assert_str_eq(found(FILTER(.q = SPAN_LIT("wild One_100%"))), "1");
	ck_assert_str_eq(found(FILTER(.q = SPAN_LIT("wild%"))), "");
	ck_assert_str_eq(found(FILTER(.q = SPAN_LIT("wild_One"))), "");
	ck_assert_str_eq(found(FILTER(.q = SPAN_LIT("wild\\"))), "");
	ck_assert_str_eq(found(FILTER(.q = SPAN_LIT("wild'--"))), "");
}
END_TEST

START_TEST(a_search_finds_every_spelling_of_a_title)
{
	/* Composed and decomposed, wide and narrow, capital and small. */
	static const char *const queries[] = { "폴드 하늘",
		"폴드 하늘", "ＦＯＬＤＥＤ ÉTÉ", "folded été", "folded été",
		"FOLDED STRASSE", "folded straße", "ΟΔΟΣ", "οδος", "οδοσ",
		"ＯＮＥ％", "мир", "МИР" };

	catalog_must(
	    "{'shows': [{'key': 'folded', 'kind': 'play', 'title': {"
	    "'ko': '폴드 하늘 ｏｎｅ% Мир', 'en': 'Folded Été, "
	    "folded Straße Οδος'}, 'running_minutes': 7}]}");
	catalog_replicated();
	for (size_t i = 0; i < ARRAY_LEN(queries); i++)
		ck_assert_msg(
		    strcmp(found(FILTER(.q = span_str(queries[i]))), "7") == 0,
		    "%s", queries[i]);
}
END_TEST

START_TEST(pages_of_shows_join_without_gap_or_double)
{
	struct span q = SPAN_LIT("page");

	given_shows("page");
	ck_assert_str_eq(found(FILTER(.q = q, .limit = 2)), "1 2");
	ck_assert(shows.more);
	ck_assert_str_eq(
	    found(FILTER(.q = q, .limit = 2, .after_id = shows.items[1].id)),
	    "3");
	ck_assert(!shows.more);
	ck_assert_str_eq(found(FILTER(.q = q, .limit = 3)), "1 2 3");
	ck_assert(!shows.more);
}
END_TEST

START_TEST(a_show_has_all_it_was_given)
{
	struct show show;

	given_shows("whole");
	ck_assert_int_eq(show_get(&ctx, catalog_id("shows", "whole-3"), &show),
	    SHOW_OK);
	ck_assert_int_eq(show.kind, SHOW_MOVIE);
	ck_assert_int_eq(show.status, SHOW_UPCOMING);
	ck_assert(span_eq_str(show.title[LANG_KO], "whole 셋"));
	ck_assert(span_eq_str(show.title[LANG_EN], "whole Three"));
	ck_assert(span_eq_str(show.age_rating, "ALL"));
	ck_assert(span_eq_str(show.poster_url, "/three.svg"));
	ck_assert(show.next_starts_ms == SHOW_NEVER);
	ck_assert_int_eq(show_get(&ctx, INT64_C(1) << 52, &show), SHOW_E_NONE);
}
END_TEST

static void
given_times(const char *word, const char *zone, const char *times)
{
	struct span rest = span_str(times);
	int n = 0;

	catalog_must(catalog_printf("{%s}", catalog_house(word, zone)));
	while (span_is(rest)) {
		const char *at = arena_str(&ctx.arena, span_cut(&rest, ' '));

		catalog_must(catalog_printf("{'performances': [{%s}]}",
		    catalog_performance(catalog_printf("%s-%d", word, ++n),
			word, catalog_printf("'starts_at': '%s'", at))));
	}
	catalog_replicated();
}

START_TEST(the_next_performance_is_the_first_open_one_to_come)
{
	struct show show;

	given_times("next", "Asia/Seoul",
	    "2026-11-21T02:59:00Z "
	    "2026-11-21T04:00:00Z 2026-11-21T05:00:00Z");
	catalog_sql(
	    "UPDATE performances SET status = 'cancelled' "
	    "WHERE key = 'next-2'");
	catalog_replicated();
	ck_assert_int_eq(show_get(&ctx, catalog_id("shows", "next"), &show),
	    SHOW_OK);
	ck_assert_int_eq(show.next_starts_ms, NOON + 2 * HOUR);
}
END_TEST

/* ---- performances ---- */

/* The performances of a show as "local-date utc-offset-in-minutes" each. */
static const char *
days_of(const char *word, const char *date)
{
	struct performance_filter filter = { .show_id = catalog_id("shows",
						 word),
		.date = span_str(date),
		.limit = 50 };
	struct strbuf b;

	ck_assert_int_eq(performance_list(&ctx, &filter, &list),
	    PERFORMANCE_OK);
	strbuf_init(&b, &ctx.arena, 64);
	strbuf_str(&b, "");
	for (size_t i = 0; i < list.n; i++)
		strbuf_printf(&b, "%s%s %d", i == 0 ? "" : ", ",
		    list.items[i].local_date.p,
		    (int)list.items[i].utc_offset_s / 60);
	return list.n == 0 ? "" : b.p;
}

START_TEST(a_performance_has_all_it_was_given)
{
	int64_t id = catalog_on_sale("full");

	catalog_replicated();
	ck_assert_int_eq(performance_get(&ctx, id, &performance),
	    PERFORMANCE_OK);
	ck_assert_int_eq(performance.id, id);
	ck_assert_int_eq(performance.show_id, catalog_id("shows", "full"));
	ck_assert_int_eq(performance.venue_id, catalog_id("venues", "full"));
	ck_assert(span_eq_str(performance.show_title[LANG_KO], "연극 full"));
	ck_assert(span_eq_str(performance.venue_name[LANG_KO], "극장"));
	ck_assert(span_eq_str(performance.venue_name[LANG_EN], "House"));
	ck_assert(span_eq_str(performance.hall_name[LANG_EN], "Hall"));
	ck_assert_int_eq(performance.hall_revision, 1);
	ck_assert_int_eq(performance.starts_ms,
	    NOON + DAY + 7 * HOUR + 30 * MINUTE);
	ck_assert_int_eq(performance.ends_ms,
	    performance.starts_ms + 90 * MINUTE);
	ck_assert(span_eq_str(performance.local_date, "2026-11-22"));
	ck_assert_int_eq(performance.utc_offset_s, 9 * 3600);
	ck_assert_int_eq(performance.status, PERFORMANCE_OPEN);
	ck_assert_int_eq(performance.sales_open_ms, NOON - DAY);
	ck_assert_int_eq(performance.sales_close_ms, performance.starts_ms);
	ck_assert_int_eq(performance.queue_mode, QUEUE_OFF);
	ck_assert(span_eq_str(performance.seat_rules_json, "[]"));
	catalog_sql(
	    catalog_printf("UPDATE performances SET seat_rules = "
			   "'{no-lone-seat}' WHERE id = %lld",
		(long long)id));
	catalog_replicated();
	ck_assert_int_eq(performance_get(&ctx, id, &performance),
	    PERFORMANCE_OK);
	ck_assert(
	    span_eq_str(performance.seat_rules_json, "[\"no-lone-seat\"]"));
	ck_assert_int_eq(performance.seats_max, ctx.set.seats_per_user);
	ck_assert_int_eq(performance.hold_s, ctx.set.hold_seconds);
	ck_assert(span_eq_str(performance.currency, "KRW"));
	ck_assert_int_eq(performance.seat_count, 10);
	ck_assert_int_eq(performance.remaining, 10);
}
END_TEST

/* Seoul's Sunday begins while it is Saturday afternoon in UTC. */
START_TEST(a_date_is_the_venues_and_not_utcs)
{
	given_times("seoul", "Asia/Seoul",
	    "2026-11-21T14:59:00Z "
	    "2026-11-21T15:00:00Z 2026-11-22T14:59:00Z 2026-11-22T15:00:00Z");
	ck_assert_str_eq(days_of("seoul", "2026-11-22"),
	    "2026-11-22 540, 2026-11-22 540");
	ck_assert_int_eq(list.items[0].starts_ms, NOON + 12 * HOUR);
	ck_assert_str_eq(days_of("seoul", "2026-11-20"), "");
}
END_TEST

START_TEST(the_furthest_zones_have_their_own_dates)
{
	given_times("east", "Pacific/Kiritimati",
	    "2026-11-21T09:59:00Z "
	    "2026-11-21T10:00:00Z");
	ck_assert_str_eq(days_of("east", "2026-11-21"), "2026-11-21 840");
	ck_assert_str_eq(days_of("east", "2026-11-22"), "2026-11-22 840");
	given_times("west", "Pacific/Pago_Pago",
	    "2026-11-22T10:59:00Z "
	    "2026-11-22T11:00:00Z");
	ck_assert_str_eq(days_of("west", "2026-11-21"), "2026-11-21 -660");
	ck_assert_str_eq(days_of("west", "2026-11-22"), "2026-11-22 -660");
	given_times("half", "Asia/Kathmandu", "2026-11-22T10:59:00Z");
	ck_assert_str_eq(days_of("half", "2026-11-22"), "2026-11-22 345");
}
END_TEST

/* Berlin: 2027-03-28 has 23 hours, 2026-10-25 had 25. */
START_TEST(a_change_of_the_clock_moves_the_offset_and_no_date)
{
	given_times("spring", "Europe/Berlin",
	    "2027-03-27T22:59:00Z "
	    "2027-03-27T23:00:00Z 2027-03-28T00:59:00Z 2027-03-28T01:00:00Z "
	    "2027-03-28T21:59:00Z 2027-03-28T22:00:00Z");
	ck_assert_str_eq(days_of("spring", "2027-03-27"), "2027-03-27 60");
	ck_assert_str_eq(days_of("spring", "2027-03-28"),
	    "2027-03-28 60, "
	    "2027-03-28 60, 2027-03-28 120, 2027-03-28 120");
	ck_assert_str_eq(days_of("spring", "2027-03-29"), "2027-03-29 120");
	given_times("autumn", "Europe/Berlin",
	    "2026-10-24T21:59:00Z "
	    "2026-10-24T22:00:00Z 2026-10-25T00:59:00Z 2026-10-25T01:00:00Z "
	    "2026-10-25T22:59:00Z 2026-10-25T23:00:00Z");
	ck_assert_str_eq(days_of("autumn", "2026-10-24"), "2026-10-24 120");
	ck_assert_str_eq(days_of("autumn", "2026-10-25"),
	    "2026-10-25 120, "
	    "2026-10-25 120, 2026-10-25 60, 2026-10-25 60");
	ck_assert_str_eq(days_of("autumn", "2026-10-26"), "2026-10-26 60");
}
END_TEST

START_TEST(without_a_date_the_performances_to_come_are_listed)
{
	given_times("come", "Asia/Seoul",
	    "2026-11-21T02:00:00Z "
	    "2026-11-21T03:00:00Z 2026-11-25T03:00:00Z 2026-11-21T04:00:00Z");
	ck_assert_str_eq(days_of("come", NULL),
	    "2026-11-21 540, 2026-11-25 540");
	/* A date lists what is over too. */
	ck_assert_str_eq(days_of("come", "2026-11-21"),
	    "2026-11-21 540, 2026-11-21 540, 2026-11-21 540");
}
END_TEST

START_TEST(pages_of_performances_join_where_many_start_together)
{
	struct performance_filter filter = { .limit = 2 };
	int64_t seen[5];
	size_t n = 0;

	given_times("same", "Asia/Seoul",
	    "2026-11-22T03:00:00Z "
	    "2026-11-22T05:00:00Z 2026-11-22T07:00:00Z 2026-11-22T01:00:00Z "
	    "2026-11-22T09:00:00Z");
	/* As in three halls at once. */
	catalog_sql(
	    "UPDATE performances SET starts_at = "
	    "'2026-11-22T03:00:00Z' WHERE key IN ('same-2', 'same-3')");
	filter.show_id = catalog_id("shows", "same");
	do {
		ck_assert_int_eq(performance_list(&ctx, &filter, &list),
		    PERFORMANCE_OK);
		for (size_t i = 0; i < list.n; i++)
			seen[n++] = list.items[i].id;
		filter.has_after = true;
		filter.after_starts_ms = list.items[list.n - 1].starts_ms;
		filter.after_id = list.items[list.n - 1].id;
	} while (list.more);
	ck_assert_uint_eq(n, 5);
	ck_assert_int_eq(seen[0], catalog_id("performances", "same-4"));
	ck_assert_int_eq(seen[1], catalog_id("performances", "same-1"));
	ck_assert_int_eq(seen[2], catalog_id("performances", "same-2"));
	ck_assert_int_eq(seen[3], catalog_id("performances", "same-3"));
	ck_assert_int_eq(seen[4], catalog_id("performances", "same-5"));
}
END_TEST

START_TEST(dates_count_performances_and_what_remains_to_be_sold)
{
	given_times("days", "Asia/Seoul",
	    "2026-11-20T12:00:00Z "
	    "2026-11-21T01:00:00Z 2026-11-21T12:00:00Z 2026-11-21T15:30:00Z "
	    "2026-11-22T12:00:00Z");
	catalog_sql(
	    "UPDATE performances SET status = 'cancelled' "
	    "WHERE key = 'days-5'");
	catalog_sql(
	    "INSERT INTO seat_claim (performance_id, seat_no, state, "
	    "mark) SELECT id, 3, 'B', 0 FROM performances "
	    "WHERE key = 'days-4'");
	catalog_replicated();
	ck_assert_int_eq(performance_dates(&ctx, catalog_id("shows", "days"),
			     INT64_MIN, 50, &dates),
	    PERFORMANCE_OK);
	ck_assert_uint_eq(dates.n, 2);
	ck_assert(span_eq_str(dates.items[0].date, "2026-11-21"));
	ck_assert_int_eq(dates.items[0].performances, 2);
	ck_assert_int_eq(dates.items[0].remaining, 10);
	ck_assert(span_eq_str(dates.items[1].date, "2026-11-22"));
	ck_assert_int_eq(dates.items[1].performances, 2);
	ck_assert_int_eq(dates.items[1].remaining, 9);
	ck_assert(!dates.more);
	ck_assert_int_eq(performance_dates(&ctx, catalog_id("shows", "days"),
			     INT64_MIN, 1, &dates),
	    PERFORMANCE_OK);
	ck_assert(dates.more && dates.n == 1);
	ck_assert_int_eq(performance_dates(&ctx, catalog_id("shows", "days"),
			     dates.items[0].day, 1, &dates),
	    PERFORMANCE_OK);
	ck_assert(!dates.more && dates.n == 1);
	ck_assert(span_eq_str(dates.items[0].date, "2026-11-22"));
}
END_TEST

START_TEST(drafts_are_nowhere)
{
	struct performance_offer offer;
	struct performance_section *sections;
	size_t n;
	int64_t id;

	given_times("hidden", "Asia/Seoul", "2026-11-22T03:00:00Z");
	catalog_sql(
	    "UPDATE performances SET status = 'draft' "
	    "WHERE key = 'hidden-1'");
	catalog_replicated();
	id = catalog_id("performances", "hidden-1");
	ck_assert_int_eq(performance_get(&ctx, id, &performance),
	    PERFORMANCE_E_NONE);
	ck_assert_int_eq(performance_offer(&ctx, id, &offer),
	    PERFORMANCE_E_NONE);
	ck_assert_int_eq(performance_sections(&ctx, id, &sections, &n),
	    PERFORMANCE_E_NONE);
	ck_assert_str_eq(days_of("hidden", NULL), "");
	ck_assert_str_eq(days_of("hidden", "2026-11-22"), "");
	ck_assert_int_eq(performance_dates(&ctx, catalog_id("shows", "hidden"),
			     INT64_MIN, 9, &dates),
	    PERFORMANCE_OK);
	ck_assert_uint_eq(dates.n, 0);
}
END_TEST

START_TEST(a_show_that_does_not_exist_has_no_empty_list)
{
	struct performance_filter filter = { .show_id = INT64_C(1) << 52,
		.limit = 5 };

	ck_assert_int_eq(performance_list(&ctx, &filter, &list),
	    PERFORMANCE_E_NONE);
	ck_assert_int_eq(
	    performance_dates(&ctx, filter.show_id, INT64_MIN, 5, &dates),
	    PERFORMANCE_E_NONE);
}
END_TEST

/* ---- what remains ---- */

static void
claim(int64_t id, int seat, char state, const char *expires)
{
	catalog_sql(catalog_printf(
	    "INSERT INTO seat_claim (performance_id, "
	    "seat_no, state, mark, user_id, hold_token, expires_at) SELECT "
	    "%lld, %d, '%c', 1, max(id), 't', %s FROM users",
	    (long long)id, seat, state, expires));
}

START_TEST(claims_are_not_for_sale_and_lapsed_holds_are)
{
	int64_t id = catalog_on_sale("claims");

	world_user("claims");
	claim(id, 1, 'P', "NULL");
	claim(id, 2, 'R', "NULL");
	claim(id, 3, 'C', "NULL");
	claim(id, 4, 'B', "NULL");
	claim(id, 5, 'D', "NULL");
	claim(id, 6, 'H', "'2026-11-21T03:00:00.001Z'");
	claim(id, 7, 'H', "'2026-11-21T03:00:00Z'");
	catalog_replicated();
	ck_assert_int_eq(performance_get(&ctx, id, &performance),
	    PERFORMANCE_OK);
	ck_assert_int_eq(performance.remaining, 4);
	catalog_later(1);
	ck_assert_int_eq(performance_get(&ctx, id, &performance),
	    PERFORMANCE_OK);
	ck_assert_int_eq(performance.remaining, 5);
}
END_TEST

START_TEST(sections_say_what_remains_in_each_and_from_which_price)
{
	struct performance_section *s;
	size_t n;
	int64_t id;

	catalog_must(
	    "{'shows': [{'key': 'sec', 'kind': 'concert', 'title': "
	    "'S', 'running_minutes': 60}], 'venues': [{'key': 'sec', 'name': "
	    "'S', 'time_zone': 'UTC', 'halls': [{'key': 'h', 'name': 'S', "
	    "'plan': {'price_classes': [{'key': 'a', 'name': 'A'}, {'key': "
	    "'b', 'name': 'B'}], 'sections': [{'key': 'floor', 'name': 'F', "
	    "'kind': 'slot', 'capacity': 30, 'price_class': 'b'}, {'key': "
	    "'stalls', 'name': {'ko': '1층', 'en': 'Stalls'}, 'rows': ["
	    "{'from': 'A', 'numbers': [1, 5], 'price_class': 'a'}, {'from': "
	    "'B', 'numbers': [1, 5], 'price_class': 'b'}]}, {'key': 'lawn', "
	    "'name': 'L', 'kind': 'counter', 'capacity': 7, 'price_class': "
	    "'a'}]}}]}], 'performances': [{'key': 'sec', 'show': 'sec', "
	    "'venue': 'sec', 'hall': 'h', 'starts_on': 'today', 'at': "
	    "'20:00', 'currency': 'KRW', 'prices': {'a': 300, 'b': 200}}]}");
	id = catalog_id("performances", "sec");
	world_user("sec");
	claim(id, 30, 'R', "NULL");
	claim(id, 31, 'R', "NULL");
	claim(id, 40, 'R', "NULL");
	catalog_replicated();
	ck_assert_int_eq(performance_sections(&ctx, id, &s, &n),
	    PERFORMANCE_OK);
	ck_assert_uint_eq(n, 3);
	ck_assert_int_eq(s[0].remaining, 29);
	ck_assert_int_eq(s[0].price, 200);
	ck_assert_int_eq(s[0].section->kind, SECTION_SLOT);
	ck_assert_int_eq(s[1].remaining, 8);
	ck_assert_int_eq(s[1].price, 200);
	ck_assert(span_eq_str(s[1].section->name[LANG_KO], "1층"));
	ck_assert_int_eq(s[2].remaining, 7);
	ck_assert_int_eq(s[2].price, 300);
	ck_assert_int_eq(performance_get(&ctx, id, &performance),
	    PERFORMANCE_OK);
	ck_assert_int_eq(performance.seat_count, 40);
	ck_assert_int_eq(performance.remaining, 29 + 8 + 7);
	catalog_sql(
	    "UPDATE section_stock SET taken = 2, capacity = 6 WHERE"
	    " section_no = 3");
	catalog_replicated();
	ck_assert_int_eq(performance_sections(&ctx, id, &s, &n),
	    PERFORMANCE_OK);
	ck_assert_int_eq(s[2].remaining, 4);
	ck_assert_int_eq(s[2].capacity, 6);
	ck_assert_int_eq(s[1].capacity, 10);
	ck_assert_int_eq(performance_get(&ctx, id, &performance),
	    PERFORMANCE_OK);
	ck_assert_int_eq(performance.remaining, 29 + 8 + 4);
}
END_TEST

/* A hall with two sections that have segments: an arc behind an aisle, and
 * left and right blocks that share their rows; a floor lies between. */
static const struct hall *
hall_of_segments(const char *word)
{
	const struct hall *hall;

	catalog_must(catalog_printf(
	    "{'venues': [{'key': '%s', 'name': 'S', "
	    "'time_zone': 'UTC', 'halls': [{'key': 'h', 'name': 'S', 'plan': {"
	    "'price_classes': [{'key': 'a', 'name': 'A'}], 'sections': ["
	    "{'key': 'arc', 'name': 'A', 'price_class': 'a', 'rows': ["
	    "{'from': 'A', 'to': 'B', 'numbers': [1, 11], 'aisles_after': [9],"
	    " 'arc': {'radius': 10, 'from': -50, 'to': 50},"
	    " 'types': {'wheelchair': ['B-10', 'B-11']}}]}, "
	    "{'key': 'floor', 'name': 'F', 'kind': 'slot', 'capacity': 4, "
	    "'price_class': 'a'}, {'key': 'sides', 'name': 'S', "
	    "'price_class': 'a', 'focus': {'x': 4.5, 'y': -2}, 'rows': ["
	    "{'from': 'A', 'to': 'B', 'numbers': [1, 2]}, "
	    "{'from': 'A', 'to': 'C', 'numbers': [9, 10], 'x': 8}]}]}}]}]}",
	    word));
	ck_assert_int_eq(
	    hall_get(&ctx,
		world_number(catalog_printf(
		    "SELECT "
		    "r.id FROM hall_revisions AS r JOIN halls AS h ON h.id = r.hall_id"
		    " JOIN venues AS v ON v.id = h.venue_id WHERE v.key = '%s'",
		    word)),
		HALL_FROM_PRIMARY, &hall),
	    HALL_OK);
	ck_assert_int_eq(hall_neighbours(&ctx, hall, HALL_FROM_PRIMARY),
	    HALL_OK);
	return hall;
}

START_TEST(a_hall_knows_which_seats_are_neighbours)
{
	static const struct {
		int first, n, section, row;
	} want[] = {
		{ 1, 9, 1, 1 },
		{ 10, 2, 1, 1 },
		{ 12, 9, 1, 2 },
		{ 21, 2, 1, 2 },
		{ 27, 2, 3, 1 },
		{ 29, 2, 3, 2 },
		{ 31, 2, 3, 1 },
		{ 33, 2, 3, 2 },
		{ 35, 2, 3, 3 },
	};
	const struct hall *hall = hall_of_segments("neighbours");

	ck_assert_int_eq(hall->n_segments, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		const struct hall_segment *g = &hall->segments[i];

		ck_assert_int_eq(g->first_seat_no, want[i].first);
		ck_assert_int_eq(g->n, want[i].n);
		ck_assert_int_eq(g->section_no, want[i].section);
		ck_assert_int_eq(g->row_no, want[i].row);
		ck_assert_ptr_eq(hall_segment_of(hall, want[i].first), g);
		ck_assert_ptr_eq(
		    hall_segment_of(hall, want[i].first + want[i].n - 1), g);
	}
	for (int seat_no = 23; seat_no <= 26; seat_no++)
		ck_assert_ptr_null(hall_segment_of(hall, seat_no));
}
END_TEST

START_TEST(a_hall_knows_the_types_of_its_seats)
{
	const struct hall *hall = hall_of_segments("types");
	int wheelchair = hall_type(hall, SPAN_LIT("wheelchair"));

	ck_assert_int_eq(hall->n_types, 3);
	ck_assert_int_eq(hall_type(hall, SPAN_LIT("standard")),
	    hall->type_of[0]);
	ck_assert_int_eq(hall_type(hall, SPAN_LIT("companion")), -1);
	for (int seat_no = 1; seat_no <= hall->seat_count; seat_no++)
		ck_assert_int_eq(hall->type_of[seat_no - 1] == wheelchair,
		    seat_no == 21 || seat_no == 22);
	ck_assert(span_eq_str(hall->types[hall->type_of[22]], "standing"));
}
END_TEST

/* On an arc of some 80 degrees no seat is off by a quarter of a seat. */
START_TEST(places_in_a_segment_are_near_to_those_of_the_plan)
{
	const struct hall *hall = hall_of_segments("places");
	struct layout_seat *seats;
	size_t n;

	catalog_replicated();
	ck_assert_int_eq(layout_seats(&ctx, hall->id, &seats, &n), 0);
	for (size_t i = 0; i < n; i++) {
		const struct hall_segment *g = hall_segment_of(hall,
		    (int)i + 1);
		float x, y;

		if (g == NULL)
			continue;
		hall_segment_place(g, (float)((int)i + 1 - g->first_seat_no),
		    &x, &y);
		ck_assert_double_eq_tol(x,
		    atof(arena_str(&ctx.arena, seats[i].x)), 0.25);
		ck_assert_double_eq_tol(y,
		    atof(arena_str(&ctx.arena, seats[i].y)), 0.25);
	}
	ck_assert_float_eq_tol(hall->sections[0].focus_x, 0, 0.001);
	ck_assert_float_eq_tol(hall->sections[2].focus_x, 4.5, 0.001);
	ck_assert_float_eq_tol(hall->sections[2].focus_y, -2, 0.001);
}
END_TEST

START_TEST(a_layout_has_every_seat_in_its_place)
{
	struct performance_offer offer;
	struct layout_seat *seats;
	size_t n;
	int64_t id = catalog_on_sale("place");

	catalog_replicated();
	ck_assert_int_eq(performance_offer(&ctx, id, &offer), PERFORMANCE_OK);
	ck_assert_int_eq(offer.price_version, 1);
	ck_assert_int_eq(price_list_amount(&offer.list, 0, 1), 2000);
	ck_assert_int_eq(price_list_amount(&offer.list, 0, 2), 1000);
	ck_assert_int_eq(layout_seats(&ctx, offer.hall->id, &seats, &n), 0);
	ck_assert_uint_eq(n, 10);
	ck_assert_int_eq(seats[9].section_no, 1);
	ck_assert_int_eq(seats[9].class_no, 2);
	ck_assert_int_eq(seats[9].number, 5);
	ck_assert(span_eq_str(seats[9].row, "B"));
	ck_assert(span_eq_str(seats[9].type, "standard"));
	ck_assert(span_eq_str(seats[9].x, "4"));
	ck_assert(span_eq_str(seats[9].y, "1"));
}
END_TEST

/* ---- which server ---- */

static void
pause_replay(bool pause)
{
	const struct sql *sql = world_sql(pause
		? "SELECT pg_wal_replay_pause()"
		: "SELECT pg_wal_replay_resume()");

	ck_assert_int_eq(db_run(ctx.replica, &ctx.arena, sql, 0, NULL, NULL),
	    0);
}

static const char *const spoilt[] = {
	"DELETE FROM seats WHERE seat_no = 10 AND hall_revision_id = ",
	"UPDATE sections SET first_seat_no = 2 WHERE hall_revision_id = ",
	"UPDATE sections SET capacity = 9 WHERE hall_revision_id = ",
	"UPDATE hall_revisions SET seat_count = 11 WHERE id = ",
};

START_TEST(a_revision_that_makes_no_sense_is_a_fault_and_no_end)
{
	const char *word = catalog_printf("spoilt%d", _i);
	const struct hall *hall;
	int64_t id;

	catalog_must(catalog_printf("{%s}", catalog_house(word, "UTC")));
	id = world_number(catalog_printf(
	    "SELECT r.id FROM hall_revisions "
	    "AS r JOIN halls AS h ON h.id = r.hall_id JOIN venues AS v "
	    "ON v.id = h.venue_id WHERE v.key = '%s'",
	    word));
	catalog_sql(catalog_printf("%s%lld", spoilt[_i], (long long)id));
	ck_assert_int_lt(hall_get(&ctx, id, HALL_FROM_PRIMARY, &hall), 0);
}
END_TEST

START_TEST(the_replica_answers_while_it_can)
{
	struct show show;
	int64_t id;

	catalog_replicated();
	pause_replay(true);
	catalog_must(
	    "{'shows': [{'key': 'fresh', 'kind': 'play', 'title': "
	    "'F', 'running_minutes': 60}]}");
	id = catalog_id("shows", "fresh");
	ck_assert_int_eq(show_get(&ctx, id, &show), SHOW_E_NONE);
	pause_replay(false);
	catalog_replicated();
	ck_assert_int_eq(show_get(&ctx, id, &show), SHOW_OK);
}
END_TEST

/* All reads of this file at once, of a show and its performance. */
static void
read_everything(const char *word)
{
	struct performance_section *sections;
	struct performance_filter filter = { .limit = 5 };
	struct performance_offer offer;
	struct layout_seat *seats;
	struct show show;
	size_t n;
	int64_t show_id = 0, id = 0;

	ck_assert_int_eq(
	    show_list(&ctx, &FILTER(.q = span_str(word), .limit = 5), &shows),
	    SHOW_OK);
	ck_assert_uint_eq(shows.n, 1);
	show_id = filter.show_id = shows.items[0].id;
	ck_assert_int_eq(show_get(&ctx, show_id, &show), SHOW_OK);
	ck_assert_int_eq(performance_list(&ctx, &filter, &list),
	    PERFORMANCE_OK);
	ck_assert_uint_eq(list.n, 1);
	id = list.items[0].id;
	ck_assert_int_eq(performance_get(&ctx, id, &performance),
	    PERFORMANCE_OK);
	ck_assert_int_eq(performance_dates(&ctx, show_id, INT64_MIN, 5, &dates),
	    PERFORMANCE_OK);
	ck_assert_int_eq(performance_offer(&ctx, id, &offer), PERFORMANCE_OK);
	ck_assert_int_eq(performance_sections(&ctx, id, &sections, &n),
	    PERFORMANCE_OK);
	ck_assert_int_eq(layout_seats(&ctx, offer.hall->id, &seats, &n), 0);
	ck_assert_uint_eq(n, 10);
}

START_TEST(the_catalog_is_there_without_the_primary)
{
	catalog_on_sale("noprimary");
	catalog_replicated();
	servers_pg_stop();
	read_everything("noprimary");
	servers_pg_start();
}
END_TEST

/* The replica may lack what he did last, and nobody knows how much. */
START_TEST(without_the_primary_nobody_is_told_less_than_he_knows)
{
	struct reservation *own;
	size_t n;
	bool more;

	ck_assert_int_eq(reservation_list(&ctx, 1, 0, 10, &own, &n, &more), 0);
	servers_pg_stop();
	ck_assert_int_lt(reservation_list(&ctx, 1, 0, 10, &own, &n, &more), 0);
	servers_pg_start();
}
END_TEST

START_TEST(the_catalog_is_there_without_the_replica)
{
	catalog_on_sale("noreplica");
	catalog_replicated();
	read_everything("noreplica");
	servers_replica_stop();
	read_everything("noreplica");
	servers_replica_start();
}
END_TEST

/* A replica that hangs costs one time-out, not one a request. */
START_TEST(after_a_fault_the_other_server_is_asked_first_for_a_while)
{
	struct show show;
	int64_t id;

	given_shows("other");
	id = catalog_id("shows", "other-1");
	servers_replica_stop();
	ck_assert_int_eq(show_get(&ctx, id, &show), SHOW_OK);
	servers_replica_start();
	ck_assert_int_gt(ctx.replica_away_until_us, 0);
	catalog_sql(
	    "UPDATE shows SET running_minutes = 77 "
	    "WHERE key = 'other-1'");
	ck_assert_int_eq(show_get(&ctx, id, &show), SHOW_OK);
	ck_assert_int_eq(show.running_minutes, 77);
	/* When that one fails the replica is first again. */
	catalog_replicated();
	servers_pg_stop();
	ck_assert_int_eq(show_get(&ctx, id, &show), SHOW_OK);
	ck_assert_int_eq(ctx.replica_away_until_us, 0);
	servers_pg_start();
}
END_TEST

START_TEST(without_both_a_read_is_a_fault)
{
	struct show show;
	int64_t id;

	given_shows("both");
	id = catalog_id("shows", "both-1");
	servers_replica_stop();
	servers_pg_stop();
	ck_assert_int_lt(show_get(&ctx, id, &show), 0);
	servers_pg_start();
	servers_replica_start();
}
END_TEST

START_TEST(a_read_on_the_primary_survives_its_restart)
{
	const struct sql *sql = world_sql("SELECT 1");
	struct db_rows rows;

	ck_assert_int_eq(db_read_primary(&ctx, sql, 0, NULL, &rows), 0);
	servers_pg_restart();
	ck_assert_int_eq(db_read_primary(&ctx, sql, 0, NULL, &rows), 0);
}
END_TEST

SUITE("catalog")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, world_close);
	TEST(shows_are_found_by_kind_status_and_part_of_a_title);
	TEST(a_search_is_taken_literally);
	TEST(a_search_finds_every_spelling_of_a_title);
	TEST(pages_of_shows_join_without_gap_or_double);
	TEST(a_show_has_all_it_was_given);
	TEST(the_next_performance_is_the_first_open_one_to_come);
	TEST(a_performance_has_all_it_was_given);
	TEST(a_date_is_the_venues_and_not_utcs);
	TEST(the_furthest_zones_have_their_own_dates);
	TEST(a_change_of_the_clock_moves_the_offset_and_no_date);
	TEST(without_a_date_the_performances_to_come_are_listed);
	TEST(pages_of_performances_join_where_many_start_together);
	TEST(dates_count_performances_and_what_remains_to_be_sold);
	TEST(drafts_are_nowhere);
	TEST(a_show_that_does_not_exist_has_no_empty_list);
	TEST(claims_are_not_for_sale_and_lapsed_holds_are);
	TEST(sections_say_what_remains_in_each_and_from_which_price);
	TEST(a_hall_knows_which_seats_are_neighbours);
	TEST(a_hall_knows_the_types_of_its_seats);
	TEST(places_in_a_segment_are_near_to_those_of_the_plan);
	TEST(a_layout_has_every_seat_in_its_place);
	TEST_LOOP(a_revision_that_makes_no_sense_is_a_fault_and_no_end,
	    ARRAY_LEN(spoilt));
	TEST(the_replica_answers_while_it_can);
	TEST(the_catalog_is_there_without_the_primary);
	TEST(without_the_primary_nobody_is_told_less_than_he_knows);
	TEST(the_catalog_is_there_without_the_replica);
	TEST(after_a_fault_the_other_server_is_asked_first_for_a_while);
	TEST(without_both_a_read_is_a_fault);
	TEST(a_read_on_the_primary_survives_its_restart);
}
