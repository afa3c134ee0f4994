/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_api_catalog - the catalog as a client sees it
 *
 * The real routes, run through dispatch without a web server.
 *
 * Layer: tests.  Uses: fcgi-app, catalog.
 */
#include "catalog/terms.h"
#include "fcgi-app/api/view_layout.h"
#include "fcgi-app/dispatch.h"
#include "fcgi-app/routes.h"
#include "fcgi-app/stats.h"
#include "http/json.h"
#include "tests/support/catalog.h"
#include "tests/support/unpacked.h"

#define API "/api/v1"

static struct dispatch dispatch;
static struct call call;
static const struct json *body;
static const char *etag_sent; /* If-None-Match of the next request */
static const char *language;  /* Accept-Language of all */
static const char *coding;    /* Accept-Encoding of all */

static void
once(void)
{
	servers_start(SERVERS_PG);
	servers_busy_for_years();
}

static void
setup(void)
{
	catalog_open();
	ck_assert_int_eq(slots_open(4, &dispatch.at.slots), 0);
	ck_assert_int_eq(
	    metrics_open(stats_rows("api"), 1, "", "test", &ctx.metrics), 0);
	dispatch.at.hashing_max = 1;
	dispatch.router = router_open(routes);
}

static void
teardown(void)
{
	router_close((struct router *)dispatch.router);
	metrics_close(ctx.metrics);
	slots_close(dispatch.at.slots);
	world_close();
}

/* Parsed, a longer one would not fit into a request's memory. */
#define PARSED_MAX ((size_t)4 << 20)

/* returns: the status; body is the answer's JSON, or NULL */
static int
get(const char *uri)
{
	struct json *parsed;

	memset(&call, 0, sizeof(call));
	call.req = (struct req){
		.method_text = SPAN_LIT("GET"),
		.method = GET,
		.uri = span_str(uri),
		.content_length = -1,
		.accept_language = span_str(language),
		.accept_encoding = span_str(coding),
		.if_none_match = span_str(etag_sent),
	};
	dispatch_head(&dispatch, &ctx, &call);
	dispatch_run(&dispatch, &ctx, &call);
	body = NULL;
	if (call.res.body.len > 0 && call.res.body.len < PARSED_MAX
	    && json_parse(&ctx.arena, call.res.body, &parsed) == JSON_OK)
		body = parsed;
	return call.res.status;
}

static const char *
header(const char *name)
{
	for (size_t i = 0; i < call.res.n_headers; i++)
		if (strcmp(call.res.headers[i].name, name) == 0)
			return arena_str(&ctx.arena, call.res.headers[i].value);
	return "";
}

static const struct json *
member(const struct json *object, const char *name)
{
	const struct json *v = object == NULL ? NULL : json_get(object, name);

	ck_assert_msg(v != NULL, "%s is missing in %.*s", name,
	    (int)MIN(call.res.body.len, 500), call.res.body.p);
	return v;
}

static const char *
text(const struct json *object, const char *name)
{
	return arena_str(&ctx.arena, member(object, name)->str);
}

static const struct json *
item(size_t i)
{
	const struct json *items = member(body, "items");

	ck_assert_uint_lt(i, items->n);
	return &items->items[i];
}

/* A path of a thing of the house of word. */
static const char *
path(const char *table, const char *key, const char *rest)
{
	return catalog_printf(API "/%s/%lld%s", table,
	    (long long)catalog_id(table, key), rest);
}

#define ASSERT_PROBLEM(code, slug, uri) \
	do { \
		ck_assert_msg(get(uri) == (code), "%s: %d", (uri), \
		    call.res.status); \
		ck_assert_ptr_nonnull(call.res.problem); \
		ck_assert_str_eq(call.res.problem, (slug)); \
	} while (0)

/* Each address of the catalog, of the house "all". */
static const char *
address(int i)
{
	switch (i) {
	case 0:
		return API "/shows";
	case 1:
		return path("shows", "all", "");
	case 2:
		return path("shows", "all", "/dates");
	case 3:
		return path("shows", "all", "/performances");
	case 4:
		return path("performances", "all", "");
	case 5:
		return path("performances", "all", "/layout");
	default:
		return path("performances", "all", "/sections");
	}
}
enum { N_ADDRESSES = 7, LAYOUT_ADDRESS = 5 };

static const char *
varies(int i)
{
	return i == LAYOUT_ADDRESS ? "Accept-Language, Accept-Encoding"
				   : "Accept-Language";
}

START_TEST(shows_and_dates_may_be_shown_for_five_minutes)
{
	static const struct {
		const char *rest, *lifetime;
	} lifetimes[] = {
		{ "", "public, max-age=10, stale-while-revalidate=290" },
		{ "/dates", "public, max-age=1, stale-while-revalidate=299" },
		{ "/performances", "public, max-age=1" },
	};

	catalog_on_sale("all");
	for (size_t i = 0; i < ARRAY_LEN(lifetimes); i++) {
		ck_assert_int_eq(get(path("shows", "all", lifetimes[i].rest)),
		    200);
		ck_assert_str_eq(header("Cache-Control"),
		    lifetimes[i].lifetime);
	}
	ck_assert_int_eq(get(API "/shows"), 200);
	ck_assert_str_eq(header("Cache-Control"), lifetimes[0].lifetime);
}
END_TEST

START_TEST(every_answer_may_be_cached_by_language_and_tag)
{
	const char *uri;

	catalog_on_sale("all");
	uri = address(_i);
	ck_assert_int_eq(get(uri), 200);
	ck_assert_str_eq(call.res.content_type, "application/json");
	ck_assert_str_eq(header("Content-Language"), "en");
	ck_assert_str_eq(header("Vary"), varies(_i));
	ck_assert_int_eq(
	    strncmp(header("Cache-Control"), "public, max-age=", 16), 0);
	etag_sent = header("ETag");
	ck_assert_str_ne(etag_sent, "");
	ck_assert_int_eq(get(uri), 304);
	ck_assert_uint_eq(call.res.body.len, 0);
	ck_assert_str_eq(header("ETag"), etag_sent);
	ck_assert_str_eq(header("Vary"), varies(_i));
	language = "ko";
	ck_assert_int_eq(get(uri), 200);
	ck_assert_str_eq(header("Content-Language"), "ko");
	ck_assert_str_ne(header("ETag"), etag_sent);
}
END_TEST

START_TEST(a_parameter_that_does_not_belong_is_400)
{
	catalog_on_sale("all");
	ASSERT_PROBLEM(400, "unknown-field",
	    catalog_printf("%s?x=1", address(_i)));
}
END_TEST

START_TEST(what_is_not_there_is_404)
{
	static const char *const uris[] = {
		API "/shows/4503599627370496",
		API "/shows/0",
		API "/shows/x",
		API "/shows/9007199254740992",
		API "/shows/-1",
		API "/shows/4503599627370496/dates",
		API "/shows/4503599627370496/performances",
		API "/shows/4503599627370496/performances?date=2026-11-21",
		API "/performances/4503599627370496",
		API "/performances/4503599627370496/layout",
		API "/performances/4503599627370496/sections",
	};

	for (size_t i = 0; i < ARRAY_LEN(uris); i++)
		ASSERT_PROBLEM(404, "not-found", uris[i]);
}
END_TEST

START_TEST(a_draft_is_404)
{
	catalog_on_sale("draft");
	catalog_sql(
	    "UPDATE performances SET status = 'draft' "
	    "WHERE key = 'draft'");
	ASSERT_PROBLEM(404, "not-found", path("performances", "draft", ""));
	ASSERT_PROBLEM(404, "not-found",
	    path("performances", "draft", "/layout"));
	ASSERT_PROBLEM(404, "not-found",
	    path("performances", "draft", "/sections"));
}
END_TEST

/* base64url of "v1:253402300800000:1" and of "v1:-1:1" */
#define CURSOR_AFTER_TIME "djE6MjUzNDAyMzAwODAwMDAwOjE"
#define CURSOR_BEFORE_TIME "djE6LTE6MQ"

START_TEST(a_bad_value_is_422_and_named)
{
	static const struct {
		const char *query, *field;
	} cases[] = {
		{ "/shows?kind=opera", "kind" },
		{ "/shows?kind=", "kind" },
		{ "/shows?status=RUNNING", "status" },
		{ "/shows?limit=0", "limit" },
		{ "/shows?limit=101", "limit" },
		{ "/shows?limit=x", "limit" },
		{ "/shows?cursor=x", "cursor" },
		{ "/shows?q=%01", "q" },
		{ "/shows/1/performances?date=2026-02-29", "date" },
		{ "/shows/1/performances?date=2026-2-9", "date" },
		{ "/shows/1/performances?date=0000-01-01", "date" },
		{ "/shows/1/performances?date=tomorrow", "date" },
		{ "/shows/1/performances?date=", "date" },
		{ "/shows/1/performances?cursor=" CURSOR_AFTER_TIME, "cursor" },
		{ "/shows/1/performances?cursor=" CURSOR_BEFORE_TIME,
		    "cursor" },
		{ "/shows/1/dates?limit=-1", "limit" },
		{ "/performances/1/sections?limit=1.5", "limit" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ASSERT_PROBLEM(422, "invalid-field",
		    catalog_printf(API "%s", cases[i].query));
		ck_assert_str_eq(text(body, "field"), cases[i].field);
	}
}
END_TEST

START_TEST(a_search_of_100_characters_is_the_longest)
{
	struct strbuf q;

	strbuf_init(&q, &ctx.arena, 0);
	strbuf_str(&q, API "/shows?q=");
	for (int i = 0; i < 100; i++)
		strbuf_str(&q, "%EA%B0%80");
	ck_assert_int_eq(get(q.p), 200);
	strbuf_str(&q, "a");
	ASSERT_PROBLEM(422, "invalid-field", q.p);
}
END_TEST

START_TEST(a_query_given_twice_or_malformed_is_400)
{
	ASSERT_PROBLEM(400, "bad-request", API "/shows?kind=movie&kind=movie");
	ASSERT_PROBLEM(400, "bad-request", API "/shows?q=%FF");
	ASSERT_PROBLEM(400, "bad-request", API "/shows?q=%00");
}
END_TEST

START_TEST(texts_are_in_the_language_asked_for)
{
	catalog_on_sale("tongue");
	language = "ko-KR,ko;q=0.9,en;q=0.5";
	ck_assert_int_eq(get(path("shows", "tongue", "")), 200);
	ck_assert_str_eq(text(body, "title"), "연극 tongue");
	ck_assert_int_eq(get(path("performances", "tongue", "")), 200);
	ck_assert_str_eq(text(member(body, "venue"), "name"), "극장");
	ck_assert_str_eq(text(member(body, "show"), "title"), "연극 tongue");
	ck_assert_int_eq(get(path("performances", "tongue", "/layout")), 200);
	ck_assert_str_eq(text(&member(body, "price_classes")->items[0], "name"),
	    "앞");
	language = "fr";
	ck_assert_int_eq(get(path("shows", "tongue", "")), 200);
	ck_assert_str_eq(text(body, "title"), "Play tongue");
}
END_TEST

START_TEST(a_performance_tells_its_local_time)
{
	catalog_on_sale("local");
	ck_assert_int_eq(get(path("performances", "local", "")), 200);
	ck_assert_str_eq(text(body, "starts_at"), "2026-11-22T10:30:00.000Z");
	/* cancel_until_minutes, 30 where nobody has said otherwise */
	ck_assert_str_eq(text(body, "cancel_until"),
	    "2026-11-22T10:00:00.000Z");
	ck_assert_str_eq(text(body, "ends_at"), "2026-11-22T12:00:00.000Z");
	ck_assert_str_eq(text(body, "local_date"), "2026-11-22");
	ck_assert_str_eq(text(body, "utc_offset"), "+09:00");
	ck_assert_str_eq(text(body, "sales_open_at"),
	    "2026-11-20T03:00:00.000Z");
	ck_assert_str_eq(text(body, "status"), "open");
	ck_assert_str_eq(text(body, "queue_mode"), "off");
	ck_assert_int_eq(member(body, "seat_rules")->type, JSON_ARRAY);
	ck_assert_uint_eq(member(body, "seat_rules")->n, 0);
	ck_assert_int_eq(member(body, "remaining")->i64, 10);
	ck_assert_int_eq(member(body, "seat_count")->i64, 10);
	ck_assert_int_eq(member(body, "hold_seconds")->i64,
	    ctx.set.hold_seconds);
	ck_assert_uint_eq(body->n, 24);
}
END_TEST

START_TEST(a_performance_tells_what_comes_back_and_until_when)
{
	const struct json *step, *grace;

	catalog_on_sale("back");
	ck_assert_int_eq(get(path("performances", "back", "")), 200);
	step = &member(member(body, "refund_policy"), "steps")->items[0];
	ck_assert_str_eq(text(step, "until"), "2026-11-22T10:00:00.000Z");
	ck_assert_int_eq(member(step, "percent")->i64, 100);
	ck_assert_int_eq(member(step, "fee")->i64, 0);
	ck_assert_int_eq(member(member(body, "refund_policy"), "grace")->type,
	    JSON_NULL);
	catalog_sql(
	    catalog_printf("UPDATE performances SET refund_policy = '%s'"
			   " WHERE key = 'back'",
		refund_policy_text(&ctx.arena, refund_preset(0))));
	ck_assert_int_eq(get(path("performances", "back", "")), 200);
	/* It is on the 22nd in Seoul. */
	step = &member(member(body, "refund_policy"), "steps")->items[2];
	ck_assert_str_eq(text(step, "until"), "2026-11-19T15:00:00.000Z");
	ck_assert_int_eq(member(step, "percent")->i64, 80);
	grace = member(member(body, "refund_policy"), "grace");
	ck_assert_int_eq(member(grace, "hours")->i64, 24);
	ck_assert_str_eq(text(grace, "until"), "2026-11-19T15:00:00.000Z");
	ck_assert_str_eq(text(body, "cancel_until"),
	    "2026-11-22T10:30:00.000Z");
}
END_TEST

START_TEST(a_performance_tells_where_its_seats_are_followed)
{
	static const struct {
		const char *set, *base, *begin;
	} rows[] = {
		{ "/", "", "/api/v1/performances/" },
		{ "/", "/tickets", "/tickets/api/v1/performances/" },
		{ "https://feed.example.org", "/tickets",
		    "https://feed.example.org/api/v1/performances/" },
	};

	catalog_on_sale("followed");
	ck_assert_int_eq(get(path("performances", "followed", "")), 200);
	ck_assert_int_eq(member(body, "feed_url")->type, JSON_NULL);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char expect[128];

		strcpy(ctx.set.feed_url, rows[i].set);
		strcpy(ctx.set.base_path, rows[i].base);
		ck_assert_int_eq(get(catalog_printf("%s%s", rows[i].base,
				     path("performances", "followed", ""))),
		    200);
		snprintf(expect, sizeof(expect), "%s%lld/feed", rows[i].begin,
		    (long long)member(body, "id")->i64);
		ck_assert_str_eq(text(body, "feed_url"), expect);
	}
}
END_TEST

START_TEST(an_offset_west_of_utc_is_negative_and_may_be_half_an_hour)
{
	catalog_must(catalog_printf("{%s, 'performances': [{%s}]}",
	    catalog_house("west", "America/St_Johns"),
	    catalog_performance("west", "west",
		"'starts_on': 'today+1', 'at': '19:30'")));
	ck_assert_int_eq(get(path("performances", "west", "")), 200);
	ck_assert_str_eq(text(body, "utc_offset"), "-03:30");
	ck_assert_str_eq(text(body, "starts_at"), "2026-11-21T23:00:00.000Z");
}
END_TEST

START_TEST(an_item_of_a_list_has_all_members_of_its_single_answer)
{
	struct span of_list;

	catalog_on_sale("item");
	ck_assert_int_eq(get(API "/shows?q=item"), 200);
	ck_assert_uint_eq(member(body, "items")->n, 1);
	of_list = call.res.body;
	ck_assert_int_eq(get(path("shows", "item", "")), 200);
	ck_assert_ptr_nonnull(
	    memmem(of_list.p, of_list.len, call.res.body.p, call.res.body.len));
	ck_assert_int_eq(get(path("shows", "item", "/performances")), 200);
	of_list = call.res.body;
	ck_assert_int_eq(get(path("performances", "item", "")), 200);
	ck_assert_ptr_nonnull(
	    memmem(of_list.p, of_list.len, call.res.body.p, call.res.body.len));
}
END_TEST

/* All items of a list, page by page of limit; returns how many pages. */
static int
walk(const char *uri, int limit, const char *key, struct strbuf *seen)
{
	const char *cursor = "";
	int n_pages = 0;

	strbuf_init(seen, &ctx.arena, 0);
	strbuf_str(seen, "");
	for (;;) {
		const struct json *items, *next;

		ck_assert_int_eq(
		    get(catalog_printf("%slimit=%d%s", uri, limit, cursor)),
		    200);
		n_pages++;
		items = member(body, "items");
		for (size_t i = 0; i < items->n; i++) {
			const struct json *v = member(&items->items[i], key);

			strbuf_char(seen, ' ');
			if (v->type == JSON_INT)
				strbuf_i64(seen, v->i64);
			else
				strbuf_span(seen, v->str);
		}
		next = member(body, "next_cursor");
		if (next->type == JSON_NULL)
			return n_pages;
		cursor = catalog_printf("&cursor=%s",
		    arena_str(&ctx.arena, next->str));
	}
}

START_TEST(every_list_can_be_walked_page_by_page)
{
	struct strbuf seen, whole;
	const char *uri;

	catalog_must(
	    catalog_printf("{%s, 'schedules': [{%s, 'days': 3, "
			   "'times': ['20:00', '22:00']}]}",
		catalog_house("walk", "Asia/Seoul"),
		catalog_performance("walk", "walk", "'starts_on': 'today'")));
	catalog_must(
	    "{'shows': [{'key': 'walk2', 'kind': 'play', 'title': "
	    "'walk again', 'running_minutes': 1}]}");
	ck_assert_int_eq(walk(API "/shows?q=walk&", 1, "id", &seen), 2);
	ck_assert_int_eq(walk(API "/shows?q=walk&", 2, "id", &whole), 1);
	ck_assert_str_eq(seen.p, whole.p);
	uri = path("shows", "walk", "/performances?");
	ck_assert_int_eq(walk(uri, 4, "id", &seen), 2);
	ck_assert_int_eq(walk(uri, 6, "id", &whole), 1);
	ck_assert_str_eq(seen.p, whole.p);
	uri = path("shows", "walk", "/performances?date=2026-11-22&");
	ck_assert_int_eq(walk(uri, 1, "id", &seen), 2);
	uri = path("shows", "walk", "/dates?");
	ck_assert_int_eq(walk(uri, 2, "date", &seen), 2);
	ck_assert_str_eq(seen.p, " 2026-11-21 2026-11-22 2026-11-23");
	ck_assert_int_eq(get(path("shows", "walk", "/dates")), 200);
	ck_assert_uint_eq(member(body, "items")->n, 3);
}
END_TEST

START_TEST(sections_can_be_walked_page_by_page)
{
	struct strbuf seen;

	catalog_must(
	    "{'shows': [{'key': 'two', 'kind': 'concert', 'title': "
	    "'2', 'running_minutes': 60}], 'venues': [{'key': 'two', 'name': "
	    "'2', 'time_zone': 'UTC', 'halls': [{'key': 'h', 'name': '2', "
	    "'plan': {'price_classes': [{'key': 'a', 'name': 'A'}], "
	    "'sections': [{'key': 'f', 'name': 'Floor', 'kind': 'slot', "
	    "'capacity': 3, 'price_class': 'a'}, {'key': 's', 'name': "
	    "'Stalls', 'price_class': 'a', 'rows': [{'from': 'A', 'numbers': "
	    "[1, 4]}]}]}}]}], 'performances': [{'key': 'two', 'show': 'two', "
	    "'venue': 'two', 'hall': 'h', 'starts_on': 'today', 'at': "
	    "'20:00', 'currency': 'KRW', 'prices': {'a': 7}}]}");
	ck_assert_int_eq(walk(path("performances", "two", "/sections?"), 1,
			     "section_id", &seen),
	    2);
	ck_assert_str_eq(seen.p, " 1 2");
	ck_assert_int_eq(get(path("performances", "two", "/sections")), 200);
	ck_assert_str_eq(text(item(0), "kind"), "slot");
	ck_assert_int_eq(member(item(0), "capacity")->i64, 3);
	ck_assert_int_eq(member(item(1), "remaining")->i64, 4);
	ck_assert_int_eq(member(item(1), "price")->i64, 7);
}
END_TEST

START_TEST(sections_say_whether_they_are_sold_and_what_their_seats_are_in)
{
	int64_t id = catalog_on_sale("state");

	world_user("state");
	catalog_sql(catalog_printf(
	    "INSERT INTO seat_claim (performance_id, "
	    "seat_no, state, mark, user_id, hold_token) SELECT %lld, 2, 'R', "
	    "1, max(id), 't' FROM users",
	    (long long)id));
	catalog_sql(
	    catalog_printf("INSERT INTO seat_claim (performance_id, "
			   "seat_no, state, mark) VALUES (%lld, 3, 'B', 1)",
		(long long)id));
	ck_assert_int_eq(get(path("performances", "state", "/sections")), 200);
	ck_assert_str_eq(text(item(0), "status"), "open");
	ck_assert_uint_eq(member(item(0), "counts")->n, 3);
	ck_assert_int_eq(member(member(item(0), "counts"), "A")->i64, 8);
	ck_assert_int_eq(member(member(item(0), "counts"), "R")->i64, 1);
	ck_assert_int_eq(member(member(item(0), "counts"), "B")->i64, 1);
	catalog_sql(
	    catalog_printf("UPDATE performances SET closed_sections = "
			   "'{1}' WHERE id = %lld",
		(long long)id));
	ck_assert_int_eq(get(path("performances", "state", "/sections")), 200);
	ck_assert_str_eq(text(item(0), "status"), "closed");
}
END_TEST

/* ---- layouts ---- */

START_TEST(a_layout_shows_sections_prices_and_seats)
{
	const struct json *seat, *section;

	catalog_on_sale("plan");
	for (int twice = 0; twice < 2; twice++) {
		ck_assert_int_eq(get(path("performances", "plan", "/layout")),
		    200);
		ck_assert_uint_eq(body->n, 6);
		ck_assert_int_eq(member(body, "revision")->i64, 1);
		section = &member(body, "sections")->items[0];
		ck_assert_int_eq(member(section, "section_id")->i64, 1);
		ck_assert_str_eq(text(section, "name"), "Stalls");
		ck_assert_str_eq(text(section, "kind"), "assigned");
		ck_assert_int_eq(member(section, "capacity")->i64, 10);
		ck_assert_int_eq(member(section, "price")->i64, 1000);
		ck_assert_uint_eq(member(body, "price_classes")->n, 2);
		ck_assert_uint_eq(member(body, "seats")->n, 10);
		seat = &member(body, "seats")->items[9];
		ck_assert_int_eq(member(seat, "seat_id")->i64, 10);
		ck_assert_int_eq(member(seat, "section_id")->i64, 1);
		ck_assert_str_eq(text(seat, "row"), "B");
		ck_assert_int_eq(member(seat, "number")->i64, 5);
		ck_assert_str_eq(text(seat, "type"), "standard");
		ck_assert_int_eq(member(seat, "price_class")->i64, 2);
		ck_assert_int_eq(member(seat, "x")->i64, 4);
		ck_assert_int_eq(member(seat, "y")->i64, 1);
	}
}
END_TEST

START_TEST(a_layout_shows_neighbours_focus_and_decorations)
{
	const struct json *segments, *stage, *focus;

	catalog_on_sale("look");
	for (int twice = 0; twice < 2; twice++) {
		ck_assert_int_eq(get(path("performances", "look", "/layout")),
		    200);
		segments = member(body, "segments");
		ck_assert_uint_eq(segments->n, 2);
		ck_assert_uint_eq(segments->items[0].n, 5);
		ck_assert_uint_eq(segments->items[1].n, 5);
		for (int i = 0; i < 5; i++)
			ck_assert_int_eq(segments->items[1].items[i].i64,
			    6 + i);
		focus = member(&member(body, "sections")->items[0], "focus");
		ck_assert_double_eq(member(focus, "x")->real, 2.0);
		ck_assert_double_eq(member(focus, "y")->real, 0.0);
		ck_assert_uint_eq(member(body, "decorations")->n, 1);
		stage = &member(body, "decorations")->items[0];
		ck_assert_str_eq(text(stage, "kind"), "stage");
		ck_assert_str_eq(text(stage, "label"), "Stage");
		ck_assert_int_eq(member(stage, "x")->i64, 0);
		ck_assert_int_eq(member(stage, "width")->i64, 1);
	}
}
END_TEST

/* The seats of a layout by row, each as a layout has it. */
START_TEST(a_layout_by_row_has_the_same_seats)
{
	const struct json *seats, *rows, *segments;
	size_t n = 0;

	catalog_on_sale("rows");
	ck_assert_int_eq(get(path("performances", "rows", "/layout")), 200);
	seats = member(body, "seats");
	segments = member(body, "segments");
	ck_assert_int_eq(get(path("performances", "rows", "/layout/rows")),
	    200);
	ck_assert_uint_eq(body->n, 6);
	rows = member(body, "rows");
	ck_assert_uint_eq(rows->n, 2);
	for (size_t i = 0; i < rows->n; i++) {
		const struct json *row = &rows->items[i];
		int64_t number = 0, x = 0, y = 0;

		for (size_t k = 0; k < member(row, "x")->n; k++) {
			const struct json *seat = &seats->items[n++];

			number += member(row, "numbers")->items[k].i64;
			x += member(row, "x")->items[k].i64;
			y += member(row, "y")->items[k].i64;
			ck_assert_int_eq(member(seat, "number")->i64, number);
			ck_assert_int_eq(member(seat, "x")->i64 * 100, x);
			ck_assert_int_eq(member(seat, "y")->i64 * 100, y);
			ck_assert_str_eq(text(seat, "row"), text(row, "row"));
			ck_assert_str_eq(text(seat, "type"), text(row, "type"));
			ck_assert_int_eq(member(seat, "section_id")->i64,
			    member(row, "section_id")->i64);
			ck_assert_int_eq(member(seat, "price_class")->i64,
			    member(row, "price_class")->i64);
		}
	}
	ck_assert_uint_eq(n, seats->n);
	ck_assert_uint_eq(member(body, "segments")->n, segments->n);
	for (size_t i = 0; i < segments->n; i++) {
		const struct json *bounds = &member(body, "segments")->items[i];

		ck_assert_int_eq(bounds->items[0].i64,
		    segments->items[i].items[0].i64);
		ck_assert_int_eq(bounds->items[1].i64,
		    (int64_t)segments->items[i].n);
	}
}
END_TEST

START_TEST(new_prices_make_a_new_layout_and_not_before)
{
	char *other;

	catalog_on_sale("cost");
	ck_assert_int_eq(get(path("performances", "cost", "/layout")), 200);
	etag_sent = header("ETag");
	ck_assert_int_eq(strncmp(etag_sent, "W/\"", 3), 0);
	other = arena_str(&ctx.arena,
	    span_str(catalog_printf("{'performances': [{%s}]}",
		catalog_performance("cost", "cost",
		    "'starts_on': 'today+1', 'at': '19:30', "
		    "'max_seats_per_user': 2"))));
	catalog_must(other);
	ck_assert_int_eq(get(path("performances", "cost", "/layout")), 304);
	other = arena_str(&ctx.arena,
	    span_str(catalog_printf("{'performances': [{%s}]}",
		catalog_performance("cost", "cost",
		    "'starts_on': 'today+1', 'at': '19:30'"))));
	memcpy(strstr(other, "2000"), "2222", 4);
	catalog_must(other);
	ck_assert_int_eq(get(path("performances", "cost", "/layout")), 200);
	ck_assert_int_eq(
	    member(&member(body, "price_classes")->items[0], "price")->i64,
	    2222);
}
END_TEST

START_TEST(two_performances_of_one_hall_have_their_own_prices)
{
	catalog_on_sale("pair");
	catalog_must(catalog_printf(
	    "{'performances': [{'key': 'pair-2', "
	    "'show': 'pair', 'venue': 'pair', 'hall': 'h', 'starts_on': "
	    "'today+1', 'at': '21:30', 'currency': 'KRW', 'prices': "
	    "{'front': 9, 'back': 8}}]}"));
	ck_assert_int_eq(get(path("performances", "pair", "/layout")), 200);
	ck_assert_int_eq(
	    member(&member(body, "price_classes")->items[0], "price")->i64,
	    2000);
	ck_assert_int_eq(get(path("performances", "pair-2", "/layout")), 200);
	ck_assert_int_eq(
	    member(&member(body, "price_classes")->items[0], "price")->i64, 9);
}
END_TEST

START_TEST(ticket_types_are_told_with_what_they_cost)
{
	const struct json *type;

	catalog_on_sale("kinds");
	ck_assert_int_eq(get(path("performances", "kinds", "")), 200);
	ck_assert_uint_eq(member(body, "ticket_types")->n, 1);
	type = &member(body, "ticket_types")->items[0];
	ck_assert(span_eq_str(member(type, "code")->str, "adult"));
	ck_assert(member(type, "default")->boolean);
	ck_assert_int_eq(get(path("performances", "kinds", "/layout")), 200);
	ck_assert_ptr_null(
	    json_get(&member(body, "price_classes")->items[0], "prices"));
	catalog_must(
	    "{'performances': [{'key': 'kinds', 'show': 'kinds', "
	    "'venue': 'kinds', 'hall': 'h', 'starts_on': 'today+1', 'at': "
	    "'19:30', 'currency': 'KRW', 'ticket_types': [{'code': 'youth', "
	    "'name': {'ko': '청소년', 'en': 'Youth'}, 'needs_proof': true, "
	    "'max': 2}, {'code': 'adult', 'name': {'ko': '성인', 'en': "
	    "'Adult'}, 'default': true}], 'prices': {'front': {'adult': 9, "
	    "'youth': 7}, 'back': 8}}]}");
	catalog_later(TERMS_PEEK_MS);
	language = "ko";
	ck_assert_int_eq(get(path("performances", "kinds", "")), 200);
	ck_assert_uint_eq(member(body, "ticket_types")->n, 2);
	type = &member(body, "ticket_types")->items[1];
	ck_assert(span_eq_str(member(type, "name")->str, "청소년"));
	ck_assert_int_eq(member(type, "max")->i64, 2);
	ck_assert_int_eq(member(type, "min")->type, JSON_NULL);
	ck_assert(member(type, "needs_proof")->boolean);
	ck_assert_int_eq(get(path("performances", "kinds", "/layout")), 200);
	type = &member(body, "price_classes")->items[0];
	ck_assert_int_eq(member(type, "price")->i64, 9);
	ck_assert_int_eq(member(member(type, "prices"), "youth")->i64, 7);
	type = &member(body, "price_classes")->items[1];
	ck_assert_int_eq(member(member(type, "prices"), "youth")->i64, 8);
}
END_TEST

/* The seats were packed once, the lines around them for each performance. */
START_TEST(a_layout_is_the_same_plain_and_packed)
{
	static const char *const words[] = { "pack", "pack-2", "pack" };

	catalog_on_sale("pack");
	catalog_must(
	    "{'performances': [{'key': 'pack-2', 'show': 'pack', "
	    "'venue': 'pack', 'hall': 'h', 'starts_on': 'today+1', 'at': "
	    "'21:30', 'currency': 'KRW', 'prices': {'front': 9, 'back': 8}}"
	    "]}");
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const char *uri = path("performances", words[i], "/layout");
		struct span plain;

		coding = NULL;
		ck_assert_int_eq(get(uri), 200);
		ck_assert_str_eq(header("Content-Encoding"), "");
		plain = call.res.body;
		coding = "br, gzip";
		ck_assert_int_eq(get(uri), 200);
		ck_assert_str_eq(header("Content-Encoding"), "gzip");
		ck_assert_str_eq(header("Vary"), varies(LAYOUT_ADDRESS));
		ck_assert(span_eq(unpacked(&ctx.arena, call.res.body), plain));
		etag_sent = header("ETag");
		ck_assert_int_eq(get(uri), 304);
		ck_assert_str_eq(header("Content-Encoding"), "");
		etag_sent = NULL;
	}
}
END_TEST

/* More halls than a worker keeps the text of, and back again. */
START_TEST(many_layouts_are_each_their_own)
{
	enum { N = 12 };

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < N; i++) {
			const char *word = catalog_printf("many%d", i);

			if (round == 0)
				catalog_on_sale(word);
			if (round == 0)
				catalog_must(catalog_printf(
				    "{'venues': "
				    "[{'key': '%s', 'name': 'V', 'time_zone': "
				    "'UTC', 'halls': [{'key': 'h', 'name': "
				    "'H', 'plan': {'price_classes': [{'key': "
				    "'front', 'name': 'F'}, {'key': 'back', "
				    "'name': 'B'}], 'sections': [{'key': 's', "
				    "'name': 'S', 'price_class': 'back', "
				    "'rows': [{'from': 'A', 'numbers': "
				    "[1, %d]}]}]}}]}], 'performances': [{%s}]}",
				    word, i + 1,
				    catalog_performance(
					catalog_printf("%s-2", word), word,
					"'starts_on': 'today', 'at': '22:00'")));
			ck_assert_int_eq(
			    get(path("performances",
				catalog_printf("%s-2", word), "/layout")),
			    200);
			ck_assert_uint_eq(member(body, "seats")->n,
			    (size_t)i + 1);
			ctx_round(&ctx);
		}
}
END_TEST

static void
given_the_largest_hall(void)
{
	catalog_must(
	    "{'shows': [{'key': 'huge', 'kind': "
	    "'concert', 'title': 'H', 'running_minutes': 60}"
	    "], 'venues': [{'key': 'huge', 'name': 'H', "
	    "'time_zone': 'UTC', 'halls': [{'key': 'h', "
	    "'name': 'H', 'plan': {'price_classes': [{'key': "
	    "'a', 'name': 'A'}], 'sections': [{'key': 'f', "
	    "'name': 'F', 'kind': 'slot', 'capacity': 100000, "
	    "'price_class': 'a'}]}}]}], 'performances': "
	    "[{'key': 'huge', 'show': 'huge', 'venue': "
	    "'huge', 'hall': 'h', 'starts_on': 'today', 'at': "
	    "'20:00', 'currency': 'KRW', 'prices': {'a': 1}}"
	    "]}");
	ctx_round(&ctx);
}

/* Everybody else is told to come again, and what is packed is there for all. */
START_TEST(a_large_hall_is_packed_by_one_worker_at_a_time)
{
	struct permits *packing = view_layout_packing(ctx.shared);
	const char *uri;

	given_the_largest_hall();
	uri = strdup(path("performances", "huge", "/layout"));
	coding = "gzip";
	ck_assert(permits_take(packing, 3, 1));
	ASSERT_PROBLEM(503, "busy", uri);
	ck_assert_str_eq(header("Retry-After"), "1");
	ck_assert_str_eq(header("Cache-Control"), "no-store");
	permits_drop(packing, 3);
	ck_assert_int_eq(get(uri), 200);
	ck_assert_int_eq(permits_count(packing), 0);
	ctx_round(&ctx);
	ck_assert(permits_take(packing, 3, 1));
	ck_assert_int_eq(get(uri), 200);
	permits_drop(packing, 3);
	coding = NULL;
}
END_TEST

START_TEST(the_largest_hall_can_be_shown)
{
	static const char last[] = "{\"seat_id\":100000,";

	for (int i = 0; i < 2; i++) {
		if (i == 0)
			given_the_largest_hall();
		ctx_round(&ctx);
		ck_assert_int_eq(get(path("performances", "huge", "/layout")),
		    200);
		ck_assert_ptr_nonnull(memmem(call.res.body.p, call.res.body.len,
		    last, sizeof(last) - 1));
		ctx_round(&ctx);
	}
}
END_TEST

/* No Redis here: PostgreSQL answers either way. */
START_TEST(a_seat_map_may_be_cached_longer_where_nothing_is_sold)
{
	char uri[64];

	catalog_on_sale("rest");
	snprintf(uri, sizeof(uri), "%s",
	    path("performances", "rest", "/seats"));
	ck_assert_int_eq(get(uri), 200);
	ck_assert_str_eq(header("Cache-Control"),
	    "public, max-age=1, stale-while-revalidate=1");
	catalog_sql(
	    "UPDATE performances SET status = 'closed' WHERE key ="
	    " 'rest'");
	catalog_later(60000);
	ck_assert_int_eq(get(uri), 200);
	ck_assert_str_eq(header("Cache-Control"),
	    "public, max-age=10, stale-while-revalidate=1");
	ck_assert_int_eq(get(catalog_printf("%s?min_version=9-9-9", uri)), 200);
	ck_assert_str_eq(header("Cache-Control"),
	    "public, max-age=1, stale-while-revalidate=1");
}
END_TEST

SUITE("api_catalog")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, teardown);
	TEST(shows_and_dates_may_be_shown_for_five_minutes);
	TEST_LOOP(every_answer_may_be_cached_by_language_and_tag, N_ADDRESSES);
	TEST_LOOP(a_parameter_that_does_not_belong_is_400, N_ADDRESSES);
	TEST(what_is_not_there_is_404);
	TEST(a_draft_is_404);
	TEST(a_bad_value_is_422_and_named);
	TEST(a_search_of_100_characters_is_the_longest);
	TEST(a_query_given_twice_or_malformed_is_400);
	TEST(texts_are_in_the_language_asked_for);
	TEST(a_performance_tells_its_local_time);
	TEST(a_performance_tells_what_comes_back_and_until_when);
	TEST(a_performance_tells_where_its_seats_are_followed);
	TEST(an_offset_west_of_utc_is_negative_and_may_be_half_an_hour);
	TEST(an_item_of_a_list_has_all_members_of_its_single_answer);
	TEST(every_list_can_be_walked_page_by_page);
	TEST(sections_can_be_walked_page_by_page);
	TEST(sections_say_whether_they_are_sold_and_what_their_seats_are_in);
	TEST(a_layout_shows_sections_prices_and_seats);
	TEST(a_layout_shows_neighbours_focus_and_decorations);
	TEST(new_prices_make_a_new_layout_and_not_before);
	TEST(a_layout_by_row_has_the_same_seats);
	TEST(two_performances_of_one_hall_have_their_own_prices);
	TEST(ticket_types_are_told_with_what_they_cost);
	TEST(a_layout_is_the_same_plain_and_packed);
	TEST(many_layouts_are_each_their_own);
	TEST(a_large_hall_is_packed_by_one_worker_at_a_time);
	TEST(the_largest_hall_can_be_shown);
	TEST(a_seat_map_may_be_cached_longer_where_nothing_is_sold);
}
