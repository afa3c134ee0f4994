/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_api_entry - operators read and write the catalog, as a client sees it
 *
 * The real routes, run through dispatch without a web server.
 *
 * Layer: tests.  Uses: fcgi-app, admin, catalog.
 */
#include "admin/catalog.h"
#include "tests/support/catalog.h"
#include "tests/support/wire.h"

#define API "/api/v1/admin"
#define SHOWS API "/shows"

static char *boss; /* an administrator's token */
static int64_t boss_id;

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
	wire_open(&ctx);
	boss_id = world_number(
	    "SELECT coalesce(max(id), 0) FROM users WHERE login_id = 'boss'");
	if (boss_id == 0)
		boss_id = world_user("boss");
	boss = wire_token(boss_id, ROLE_ADMIN);
}

static void
teardown(void)
{
	wire_close();
	world_close();
}

/* ---- asking ---- */

/* quoted: JSON with ' for "; NULL: no body. etag: If-Match, or NULL */
static int
send(const char *method, const char *uri, const char *etag, const char *quoted)
{
	return ask_match(method, uri, boss, etag,
	    quoted == NULL ? NULL : catalog_json(quoted).p);
}

static int
look(const char *uri)
{
	return send("GET", uri, NULL, NULL);
}

static const struct json *
member(const struct json *object, const char *name)
{
	const struct json *v = object == NULL ? NULL : json_get(object, name);

	ck_assert_msg(v != NULL, "%s is missing in %.*s", name,
	    (int)MIN(call.res.body.len, 500), call.res.body.p);
	return v;
}

static size_t
count(const char *name)
{
	return member(body, name)->n;
}

static const char *
nth(const char *name, size_t i)
{
	const struct json *list = member(body, name);

	ck_assert_uint_lt(i, list->n);
	return arena_str(&ctx.arena, list->items[i].str);
}

/* The address of a thing in a list's. */
static const char *
at(const char *list, int64_t id)
{
	return catalog_printf("%s/%lld", list, (long long)id);
}

#define A_SHOW(key) \
	"{'key': '" key \
	"', 'kind': 'play', 'title': {'ko': '연극', " \
	"'en': 'Play'}, 'running_minutes': 90}"

/* Make something; its address. */
static const char *
given(const char *list, const char *quoted)
{
	ck_assert_msg(send("POST", list, NULL, quoted) == 201, "%.*s",
	    (int)call.res.body.len, call.res.body.p);
	return at(list, number("id"));
}

/* The ETag of what is at an address. */
static char *
seen(const char *uri)
{
	ck_assert_int_eq(look(uri), 200);
	return catalog_printf("%s", header("ETag"));
}

/* Of the newest row of the audit log. */
static const char *
logged(const char *column)
{
	struct db_rows rows;

	ck_assert_int_eq(
	    db_run(ctx.primary, &ctx.arena,
		world_sql(catalog_printf("SELECT coalesce((%s)::text, '') "
					 "FROM audit_log ORDER BY id DESC "
					 "LIMIT 1",
		    column)),
		0, NULL, &rows),
	    0);
	return db_cell(&rows, 0, 0).p;
}

static int64_t
n_logged(void)
{
	return world_number("SELECT count(*) FROM audit_log");
}

/* ---- shows ---- */

START_TEST(what_was_made_is_answered_and_found_in_the_list)
{
	int64_t id;

	ck_assert_int_eq(
	    send("POST", SHOWS "?reason=a+new+season", NULL, A_SHOW("made")),
	    201);
	id = number("id");
	ck_assert_str_eq(header("Location"), at(SHOWS, id));
	ck_assert_str_eq(header("ETag"), "\"1\"");
	ck_assert_str_eq(text("key"), "made");
	ck_assert_str_eq(text("status"), "running");
	ck_assert_int_eq(number("changed_by"), boss_id);
	ck_assert_str_eq(nth("changes", 0), "show made: new");
	ck_assert_str_eq(logged("action"), "show.make");
	ck_assert_str_eq(logged("object"),
	    catalog_printf("show %lld", (long long)id));
	ck_assert_str_eq(logged("reason"), "a new season");
	ck_assert_str_eq(logged("detail->>'before'"), "");
	ck_assert_str_eq(logged("detail->'after'->>'title_en'"), "Play");
	ck_assert_int_eq(strtoll(logged("user_id"), NULL, 10), boss_id);
	ck_assert_int_eq(look(at(SHOWS, id)), 200);
	ck_assert_str_eq(header("ETag"), "\"1\"");
	ck_assert_int_eq(look(SHOWS "?q=MADE&order=-id&kind=play"), 200);
	ck_assert_uint_eq(count("items"), 1);
	ck_assert_int_eq(member(&member(body, "items")->items[0], "id")->i64,
	    id);
	ck_assert_int_eq(look(SHOWS "?q=made&status=ended"), 200);
	ck_assert_uint_eq(count("items"), 0);
}
END_TEST

START_TEST(what_a_patch_does_not_say_stays)
{
	const char *uri = given(SHOWS, A_SHOW("patched"));

	ck_assert_int_eq(send("PATCH", uri, seen(uri),
			     "{'status': 'ended', 'title': {'en': 'Drama'}, "
			     "'age_rating': '12'}"),
	    200);
	ck_assert_str_eq(text("status"), "ended");
	ck_assert_str_eq(header("ETag"), "\"2\"");
	ck_assert(
	    span_eq_str(member(member(body, "title"), "ko")->str, "연극"));
	ck_assert(
	    span_eq_str(member(member(body, "title"), "en")->str, "Drama"));
	ck_assert_ptr_nonnull(strstr(nth("changes", 0),
	    "status running -> ended, title_en Play -> Drama"));
	ck_assert_str_eq(logged("action"), "show.change");
	ck_assert_str_eq(logged("detail->'before'->>'status'"), "running");
	ck_assert_str_eq(logged("detail->'after'->>'status'"), "ended");
	/* null is what stands there where a file says nothing. */
	ck_assert_int_eq(send("PATCH", uri, "\"2\"", "{'age_rating': null}"),
	    200);
	ck_assert_str_eq(text("age_rating"), "ALL");
	ck_assert_int_eq(send("PATCH", uri, "\"3\"", "{'key': 'other'}"), 200);
	ck_assert_int_eq(catalog_id("shows", "other"), number("id"));
}
END_TEST

START_TEST(a_patch_that_changes_nothing_is_no_version)
{
	const char *uri = given(SHOWS, A_SHOW("same"));
	int64_t n = n_logged();

	ck_assert_int_eq(send("PATCH", uri, "\"1\"", "{'kind': 'play'}"), 200);
	ck_assert_str_eq(header("ETag"), "\"1\"");
	ck_assert_uint_eq(count("changes"), 0);
	ck_assert_int_eq(n_logged(), n);
}
END_TEST

START_TEST(of_two_operators_the_second_hears_of_the_first)
{
	const char *uri = given(SHOWS, A_SHOW("two"));

	ck_assert_int_eq(send("PATCH", uri, "\"1\"", "{'running_minutes': 91}"),
	    200);
	ASSERT_PROBLEM(412, "precondition-failed",
	    send("PATCH", uri, "\"1\"", "{'running_minutes': 92}"));
	ck_assert_int_eq(number("changed_by"), boss_id);
	ck_assert_uint_eq(strlen(text("changed_at")), 24);
	ASSERT_PROBLEM(412, "precondition-failed",
	    send("PATCH", uri, "W/\"2\"", "{'running_minutes': 92}"));
	ASSERT_PROBLEM(428, "precondition-required",
	    send("PATCH", uri, NULL, "{'running_minutes': 92}"));
	ck_assert_int_eq(look(uri), 200);
	ck_assert_int_eq(number("running_minutes"), 91);
}
END_TEST

/* Between the look at the version and the write somebody else wrote. */
START_TEST(a_write_by_an_old_version_is_stale)
{
	const char *uri = given(SHOWS, A_SHOW("stale"));
	const struct catalog_ask by_boss = { .by = { .user = boss_id } };
	struct load_show show = { .at = "",
		.which = { number("id"), 1 },
		.key = SPAN_LIT("stale"),
		.title = { SPAN_LIT("a"), SPAN_LIT("b") },
		.synopsis = { SPAN_LIT(""), SPAN_LIT("") },
		.running_minutes = 5,
		.age_rating = SPAN_LIT("ALL") };
	struct catalog_result result;

	ck_assert_int_eq(send("PATCH", uri, "\"1\"", "{'running_minutes': 91}"),
	    200);
	ck_assert_int_eq(catalog_show(&ctx, &by_boss, &show, &result),
	    CATALOG_E_STALE);
	show.which.id = 999999999;
	ck_assert_int_eq(catalog_show(&ctx, &by_boss, &show, &result),
	    CATALOG_E_NONE);
	ck_assert_int_eq(look(uri), 200);
	ck_assert_int_eq(number("running_minutes"), 91);
}
END_TEST

START_TEST(a_dry_run_says_what_would_be)
{
	const char *uri = given(SHOWS, A_SHOW("dry"));
	int64_t n = n_logged();

	ck_assert_int_eq(send("PATCH", catalog_printf("%s?dry_run=true", uri),
			     "\"1\"", "{'status': 'upcoming'}"),
	    200);
	ck_assert_str_eq(text("status"), "upcoming");
	ck_assert_str_eq(nth("changes", 0),
	    "show dry: status running -> upcoming");
	ck_assert_str_eq(header("ETag"), "");
	ck_assert_int_eq(
	    send("POST", SHOWS "?dry_run=true", NULL, A_SHOW("dry-2")), 200);
	ck_assert_str_eq(nth("changes", 0), "show dry-2: new");
	ck_assert_str_eq(header("Location"), "");
	ASSERT_FIELD("key",
	    send("POST", SHOWS "?dry_run=true", NULL, A_SHOW("dry")));
	ck_assert_str_eq(seen(uri), "\"1\"");
	ck_assert_str_eq(text("status"), "running");
	ck_assert_int_eq(n_logged(), n);
	ck_assert_int_eq(
	    world_number("SELECT count(*) FROM shows WHERE key = 'dry-2'"), 0);
}
END_TEST

static const struct {
	const char *json, *field;
} wrong_shows[] = {
	{ "{'key': 'x', 'kind': 'opera'}", "kind" },
	{ "{'key': 'x y'}", "key" },
	{ "{'kind': 'play'}", "key" },
	{ "{'key': 'x', 'kind': 'play', 'title': {'ko': 'x'}}", "title.en" },
	{ "{'key': 'x', 'kind': 'play', 'title': 'x', 'running_minutes': 0}",
	    "running_minutes" },
	{ A_SHOW("here"), "key" },
};

START_TEST(what_is_wrong_is_named_by_its_path)
{
	const char *uri;
	int64_t n;

	if (world_number("SELECT count(*) FROM shows WHERE key = 'here'") == 0)
		given(SHOWS, A_SHOW("here"));
	n = n_logged();
	for (size_t i = 0; i < ARRAY_LEN(wrong_shows); i++)
		ASSERT_FIELD(wrong_shows[i].field,
		    send("POST", SHOWS, NULL, wrong_shows[i].json));
	uri = at(SHOWS, catalog_id("shows", "here"));
	ASSERT_FIELD("title.ko",
	    send("PATCH", uri, "*", "{'title': {'ko': ''}}"));
	ASSERT_PROBLEM(400, "unknown-field",
	    send("PATCH", uri, "*", "{'title': {'fr': 'x'}}"));
	ck_assert_str_eq(text("field"), "title.fr");
	ASSERT_PROBLEM(400, "bad-request", send("PATCH", uri, "*", "[]"));
	ASSERT_PROBLEM(400, "malformed-json", send("PATCH", uri, "*", "{"));
	ASSERT_PROBLEM(400, "unknown-field",
	    send("POST", SHOWS "?why=x", NULL, A_SHOW("x")));
	ASSERT_FIELD("dry_run",
	    send("POST", SHOWS "?dry_run=1", NULL, A_SHOW("x")));
	ASSERT_FIELD("reason",
	    send("POST", SHOWS "?reason=%0a", NULL, A_SHOW("x")));
	ASSERT_FIELD("kind", look(SHOWS "?kind=opera"));
	ASSERT_FIELD("order", look(SHOWS "?order=key"));
	ASSERT_PROBLEM(404, "not-found", look(SHOWS "/999999999"));
	ASSERT_PROBLEM(404, "not-found",
	    send("PATCH", SHOWS "/999999999", "*", "{}"));
	ck_assert_int_eq(n_logged(), n);
}
END_TEST

/* ---- venues and halls ---- */

#define VENUES API "/venues"
#define A_VENUE(key) \
	"{'key': '" key \
	"', 'name': {'ko': '극장', 'en': 'House'}, " \
	"'time_zone': 'Asia/Seoul'}"
#define A_PLAN(last) \
	"{'price_classes': [{'key': 'a', 'name': 'A'}], 'sections': [" \
	"{'key': 's', 'name': 'S', 'price_class': 'a', 'rows': [" \
	"{'from': 'A', 'numbers': [1, " last "]}]}]}"

/* A hall in a venue, both with that key: its address. */
static const char *
given_hall(const char *key)
{
	const char *venue = given(VENUES,
	    catalog_printf("{'key': '%s', 'name': 'V', 'time_zone': 'UTC'}",
		key));

	given(catalog_printf("%s/halls", venue),
	    catalog_printf("{'key': '%s', 'name': 'H'}", key));
	return at(API "/halls", number("id"));
}

START_TEST(a_venue_and_its_halls_are_written_like_a_show)
{
	const char *venue = given(VENUES, A_VENUE("house")), *hall, *list;

	ck_assert_str_eq(logged("action"), "venue.make");
	ck_assert_int_eq(
	    send("PATCH", venue, "\"1\"", "{'address': 'Main Street 1'}"), 200);
	ck_assert_str_eq(header("ETag"), "\"2\"");
	ASSERT_FIELD("time_zone",
	    send("PATCH", venue, "\"2\"", "{'time_zone': 'Mars/Base'}"));
	ASSERT_PROBLEM(400, "unknown-field",
	    send("PATCH", venue, "\"2\"", "{'halls': []}"));
	list = catalog_printf("%s/halls", venue);
	ck_assert_int_eq(
	    send("POST", list, NULL, "{'key': 'h', 'name': 'Hall 1'}"), 201);
	hall = at(API "/halls", number("id"));
	ck_assert_str_eq(header("Location"), hall);
	ck_assert_int_eq(number("venue_id"), catalog_id("venues", "house"));
	ASSERT_FIELD("key",
	    send("POST", list, NULL, "{'key': 'h', 'name': 'Hall 1'}"));
	ck_assert_int_eq(send("PATCH", hall, "\"1\"", "{'name': 'Hall One'}"),
	    200);
	ck_assert_int_eq(number("venue_id"), catalog_id("venues", "house"));
	ck_assert_str_eq(logged("detail->'after'->>'name_ko'"), "Hall One");
	ck_assert_int_eq(look(list), 200);
	ck_assert_uint_eq(count("items"), 1);
	ck_assert_int_eq(
	    look(catalog_printf("%s/halls", given(VENUES, A_VENUE("empty")))),
	    200);
	ck_assert_uint_eq(count("items"), 0);
	ASSERT_PROBLEM(404, "not-found", look(VENUES "/999999999/halls"));
	ASSERT_PROBLEM(404, "not-found",
	    send("POST", VENUES "/999999999/halls", NULL,
		"{'key': 'h', 'name': 'H'}"));
}
END_TEST

START_TEST(a_plan_becomes_a_revision_once)
{
	const char *hall = given_hall("planned");
	const char *list = catalog_printf("%s/revisions", hall);
	int64_t first;

	ck_assert_int_eq(send("POST", list, NULL, A_PLAN("5")), 201);
	first = number("id");
	ck_assert_str_eq(header("Location"), at(API "/revisions", first));
	ck_assert_int_eq(number("revision"), 1);
	ck_assert_int_eq(number("seat_count"), 5);
	ck_assert_uint_eq(strlen(text("plan_sha256")), 64);
	ck_assert_str_eq(logged("action"), "revision.make");
	ck_assert_int_eq(send("POST", list, NULL, A_PLAN("6")), 201);
	ck_assert_int_eq(number("revision"), 2);
	ck_assert_int_eq(send("POST", list, NULL, A_PLAN("5")), 200);
	ck_assert_int_eq(number("id"), first);
	ck_assert_uint_eq(count("changes"), 0);
	ck_assert_int_eq(send("POST", catalog_printf("%s?dry_run=true", list),
			     NULL, A_PLAN("7")),
	    200);
	ck_assert_int_eq(number("revision"), 3);
	ck_assert_int_eq(look(list), 200);
	ck_assert_uint_eq(count("items"), 2);
	ASSERT_FIELD("sections[0].rows[0].numbers",
	    send("POST", list, NULL, A_PLAN("6, 1, 1")));
	ASSERT_FIELD("sections[0].rows[0]",
	    send("POST", list, NULL, A_PLAN("0")));
}
END_TEST

/* ---- a plan comes out and goes in again ---- */

static unsigned seed;

static int
any(int n)
{
	seed = seed * 1103515245U + 12345U;
	return (int)(seed >> 16) % n;
}

static const char *
one_of(const char *const *texts, int n)
{
	return texts[any(n)];
}

#define ONE_OF(...) \
	one_of((const char *const[]){ __VA_ARGS__ }, \
	    ARRAY_LEN(((const char *const[]){ __VA_ARGS__ })))

/* A block of rows; b keeps numbers of blocks apart, not their rows. */
static void
make_block(struct strbuf *out, int b)
{
	int from = any(3), first = b * 100 + 1, step = 1 + any(2);

	strbuf_printf(out,
	    "%s{'from': '%c', 'to': '%c', 'numbers': [%d, %d, %d], "
	    "'x': %d.%d, 'y': %d, 'dx': %s, 'dy': %s%s",
	    b == 0 ? "" : ", ", 'A' + from, 'A' + from + any(3), first,
	    first + step * (2 + any(6)), step, any(30), any(100), any(9),
	    ONE_OF("1", "0.333", "2", "1.005", "0"), ONE_OF("1", "0.9", "2.5"),
	    ONE_OF("", ", 'price_class': 'b'"));
	if (any(3) == 0)
		strbuf_printf(out, ", 'aisles_after': [%d], 'aisle': %s", first,
		    ONE_OF("0", "0.2", "3"));
	if (any(4) == 0)
		strbuf_printf(out, ", 'without': ['%c-%d']", 'A' + from,
		    first + step);
	if (any(4) == 0)
		strbuf_printf(out, ", 'types': {'wheelchair': ['%c-%d']}",
		    'A' + from, first);
	if (any(4) == 0)
		strbuf_printf(out,
		    ", 'arc': {'x': 3.3, 'radius': %d, 'from': -%d, 'to': 50}",
		    5 + any(20), any(60));
	strbuf_char(out, '}');
}

static void
make_assigned(struct strbuf *out)
{
	int n_blocks = any(4), n_seats = n_blocks == 0 ? 2 + any(6) : any(4);

	strbuf_str(out, ", 'price_class': 'a', 'rows': [");
	for (int b = 0; b < n_blocks; b++)
		make_block(out, b);
	strbuf_str(out, "], 'seats': [");
	for (int i = 0; i < n_seats; i++)
		strbuf_printf(out,
		    "%s{'row': '%s', 'number': %d, 'x': %d.%02d, 'y': -%d}",
		    i == 0 ? "" : ", ", n_seats == 3 ? "B" : "BOX 1", 900 - i,
		    any(40), any(100), any(3));
	strbuf_str(out, "]");
	if (n_seats > 2 && any(2) == 0)
		strbuf_printf(out, ", '%s': ['%s-900']",
		    ONE_OF("breaks", "joins"), n_seats == 3 ? "B" : "BOX 1");
	if (any(3) == 0)
		strbuf_printf(out, ", 'focus': {'x': %d.5, 'y': 1}", any(20));
}

static void
make_section(struct strbuf *out, int i)
{
	int kind = any(4);

	strbuf_printf(out,
	    "%s{'key': 's%d', 'name': {'ko': '구역', "
	    "'en': 'S %d'}, 'kind': '%s'",
	    i == 0 ? "" : ", ", i, i,
	    kind == 0       ? "slot"
		: kind == 1 ? "counter"
			    : "assigned");
	if (kind > 1)
		make_assigned(out);
	else
		strbuf_printf(out,
		    ", 'capacity': %d, 'price_class': 'b', 'area': {'x': %d.125, "
		    "'y': 3, 'width': %d.777, 'height': 0.01%d}%s",
		    1 + any(50), any(9), any(30), 1 + any(9),
		    ONE_OF("", ", 'focus': {'x': 1.115, 'y': -0.001}"));
	strbuf_char(out, '}');
}

static const char *
made_plan(unsigned with)
{
	struct strbuf out;
	int n;

	seed = with;
	n = 1 + any(4);
	strbuf_init(&out, &ctx.arena, 0);
	strbuf_str(&out,
	    "{'price_classes': [{'key': 'a', 'name': 'A'}, {'key': 'b', "
	    "'name': {'ko': '나', 'en': 'B'}}], 'sections': [");
	for (int i = 0; i < n; i++)
		make_section(&out, i);
	strbuf_printf(&out,
	    "], 'decorations': [{'kind': 'exit', 'x': -0.001, 'y': %d.125}, "
	    "{'kind': 'text', 'label': {'ko': '가', 'en': '\\u0022'}}]}",
	    any(9));
	return out.p;
}

/* The plan of the revision that was answered last. */
static const char *
plan_of(int64_t revision)
{
	ck_assert_int_eq(look(catalog_printf(API "/revisions/%lld/plan",
			     (long long)revision)),
	    200);
	return arena_str(&ctx.arena, call.res.body);
}

START_TEST(a_plan_comes_out_as_the_revision_it_went_in_as)
{
	const char *list = catalog_printf("%s/revisions",
	    given_hall(catalog_printf("out-%d", _i)));

	for (unsigned i = 0; i < 20; i++) {
		const char *plan = made_plan((unsigned)_i * 20 + i), *written;
		int64_t revision, n_seats;
		int status = send("POST", list, NULL, plan);

		ck_assert_msg(status == 201 || status == 200, "%s: %.*s", plan,
		    (int)call.res.body.len, call.res.body.p);
		revision = number("id");
		n_seats = number("seat_count");
		written = plan_of(revision);
		ck_assert_msg(send("POST", list, NULL, written) == 200
			&& number("id") == revision
			&& number("seat_count") == n_seats,
		    "%s\n%s\n%.*s", plan, written, (int)call.res.body.len,
		    call.res.body.p);
	}
}
END_TEST

START_TEST(a_plan_is_tagged_by_its_digest)
{
	const char *hall = given_hall("tagged"), *uri;

	given(catalog_printf("%s/revisions", hall), A_PLAN("5"));
	uri = catalog_printf(API "/revisions/%lld/plan",
	    (long long)number("id"));
	ck_assert_int_eq(look(uri), 200);
	ck_assert_uint_eq(strlen(header("ETag")), 66);
	ck_assert_uint_eq(
	    member(&member(body, "sections")->items[0], "rows")->n, 1);
	ASSERT_PROBLEM(404, "not-found", look(API "/revisions/999999999/plan"));
}
END_TEST

/* ---- whole files ---- */

#define CATALOG API "/catalog"

START_TEST(a_whole_file_goes_in_as_the_command_loads_it)
{
	const char *file = catalog_printf("{%s, 'performances': [{%s}]}",
	    catalog_house("whole", "Asia/Seoul"),
	    catalog_performance("whole", "whole",
		"'starts_at': '2026-11-22T10:30:00Z'"));
	int64_t n = n_logged();

	ck_assert_int_eq(send("POST", CATALOG "?dry_run=true", NULL, file),
	    200);
	ck_assert_int_eq(member(member(body, "shows"), "new")->i64, 1);
	ck_assert_uint_eq(count("changes"), 5);
	ck_assert_int_eq(
	    world_number("SELECT count(*) FROM shows WHERE key = 'whole'"), 0);
	ck_assert_int_eq(n_logged(), n);
	ck_assert_int_eq(send("POST", CATALOG "?reason=autumn", NULL, file),
	    200);
	ck_assert_int_eq(member(member(body, "performances"), "new")->i64, 1);
	ck_assert_int_eq(number("new_revisions"), 1);
	ck_assert_int_eq(n_logged(), n + 5);
	ck_assert_str_eq(logged("action"), "performance.make");
	ck_assert_str_eq(logged("reason"), "autumn");
	ck_assert_int_eq(send("POST", CATALOG, NULL, file), 200);
	ck_assert_int_eq(member(member(body, "venues"), "same")->i64, 1);
	ck_assert_uint_eq(count("changes"), 0);
	ck_assert_int_eq(n_logged(), n + 5);
}
END_TEST

START_TEST(a_file_that_is_wrong_changes_nothing)
{
	int64_t n = n_logged();

	ASSERT_FIELD("shows[1].kind",
	    send("POST", CATALOG, NULL,
		"{'shows': [" A_SHOW("half") ", {'key': 'x', 'kind': 'y'}]}"));
	ASSERT_FIELD("venues[0].time_zone",
	    send("POST", CATALOG, NULL,
		"{'shows': [" A_SHOW(
		    "half") "], 'venues': [{'key': 'x', "
			    "'name': 'x', 'time_zone': 'Mars/Base'}]}"));
	ASSERT_PROBLEM(400, "unknown-field",
	    send("POST", CATALOG, NULL, "{'show': []}"));
	ck_assert_str_eq(text("field"), "show");
	ASSERT_PROBLEM(400, "malformed-json",
	    send("POST", CATALOG, NULL, "{'shows': [}"));
	ck_assert_ptr_nonnull(strstr(text("detail"), "line 1, column 12"));
	ck_assert_int_eq(n_logged(), n);
	ck_assert_int_eq(
	    world_number("SELECT count(*) FROM shows WHERE key = 'half'"), 0);
}
END_TEST

#define A_STATUS(status) \
	catalog_printf("{'performances': [{%s, 'status': '" status "'}]}", \
	    catalog_performance("moved", "moved", \
		"'starts_at': '2026-11-22T10:30:00Z'"))

START_TEST(a_file_makes_no_move_that_is_refused_alone)
{
	int64_t n;

	ck_assert_int_eq(
	    send("POST", CATALOG, NULL,
		catalog_printf("{%s}", catalog_house("moved", "Asia/Seoul"))),
	    200);
	ck_assert_int_eq(send("POST", CATALOG, NULL, A_STATUS("open")), 200);
	n = n_logged();
	ASSERT_PROBLEM(409, "no-such-move",
	    send("POST", CATALOG, NULL, A_STATUS("draft")));
	catalog_sql(catalog_printf(
	    "INSERT INTO seat_claim (performance_id, seat_no, state, mark,"
	    " user_id, hold_token) VALUES (%lld, 1, 'R', 0, 1, 'x')",
	    (long long)catalog_id("performances", "moved")));
	ASSERT_PROBLEM(409, "in-use",
	    send("POST", CATALOG, NULL, A_STATUS("cancelled")));
	ck_assert_int_eq(n_logged(), n);
}
END_TEST

START_TEST(what_takes_too_long_for_a_request_changes_nothing)
{
	struct strbuf many;

	strbuf_init(&many, &ctx.arena, 0);
	for (int i = 0; i < 400; i++)
		strbuf_printf(&many,
		    "%s{'key': 'slow-%d', 'kind': 'play', 'title': 'T', "
		    "'running_minutes': 9}",
		    i == 0 ? "{'shows': [" : ", ", i);
	strbuf_str(&many, "]}");
	ctx.set.worker_deadline_ms = 2;
	ASSERT_PROBLEM(413, "too-large", send("POST", CATALOG, NULL, many.p));
	ck_assert_int_eq(
	    world_number("SELECT count(*) FROM shows WHERE key LIKE 'slow-%'"),
	    0);
}
END_TEST

/* ---- the demo ---- */

static const char *
json_text(const struct json *value)
{
	struct jw w;

	jw_init(&w, &ctx.arena);
	jw_value(&w, NULL, value);
	return arena_str(&ctx.arena, jw_text(&w));
}

static struct json *
demo(void)
{
	const char *path = catalog_printf("%s/conf/demo/demo.json",
	    getenv("SRCDIR"));
	size_t len, cap = (size_t)1 << 20;
	char *text = ARENA_ARRAY(&ctx.arena, cap, char);
	struct json *out;
	FILE *in = fopen(path, "r");

	ck_assert_ptr_nonnull(in);
	len = fread(text, 1, cap, in);
	fclose(in);
	ck_assert_int_eq(
	    json_parse(&ctx.arena, (struct span){ text, len }, &out), JSON_OK);
	return out;
}

/* Things of a list have another word before a key of theirs. */
static void
rename_in(struct json *root, const char *list, const char *name,
    const char *word)
{
	struct json *all = (struct json *)json_get(root, list);

	for (size_t i = 0; all != NULL && i < all->n; i++) {
		struct json *key = (struct json *)json_get(&all->items[i],
		    name);

		key->str = span_str(catalog_printf("%s%s", word,
		    arena_str(&ctx.arena, key->str)));
	}
}

static struct json *
demo_called(const char *word)
{
	static const char *const names[][2] = { { "shows", "key" },
		{ "venues", "key" }, { "performances", "key" },
		{ "performances", "show" }, { "performances", "venue" },
		{ "schedules", "key" }, { "schedules", "show" },
		{ "schedules", "venue" } };
	struct json *root = demo();

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		rename_in(root, names[i][0], names[i][1], word);
	return root;
}

/* POST a thing, without one of its members; its id. */
static int64_t
put(const char *list, const struct json *thing, const char *without)
{
	struct json *part = json_merge(&ctx.arena, NULL, thing);

	for (size_t i = 0; without != NULL && i < part->n; i++)
		if (span_eq_str(part->names[i], without))
			part->items[i].type = JSON_NULL;
	part = json_merge(&ctx.arena, NULL, part);
	ck_assert_msg(ask("POST", list, boss, json_text(part)) == 201,
	    "%s: %.*s", list, (int)call.res.body.len, call.res.body.p);
	return number("id");
}

static void
put_hall(const char *list, const struct json *hall)
{
	put(catalog_printf(API "/halls/%lld/revisions",
		(long long)put(list, hall, "plan")),
	    json_get(hall, "plan"), NULL);
}

static void
put_venue(const struct json *venue)
{
	const struct json *halls = json_get(venue, "halls");
	const char *list = catalog_printf(VENUES "/%lld/halls",
	    (long long)put(VENUES, venue, "halls"));

	for (size_t i = 0; i < halls->n; i++)
		put_hall(list, &halls->items[i]);
}

/* All that there is of things whose keys begin with a word, without it. */
static const char *
all_called(const char *word)
{
	const struct sql *sql = world_sql(
	    "SELECT replace(string_agg(line, E'\\n' ORDER BY line), $1, '') "
	    "FROM (SELECT concat('show ', members) AS line FROM entry_shows "
	    "WHERE said LIKE $1 || '%' UNION ALL "
	    "SELECT concat('venue ', members) FROM entry_venues "
	    "WHERE said LIKE $1 || '%' UNION ALL "
	    "SELECT concat_ws(' ', 'hall', v.key, h.members, r.members) "
	    "FROM venues AS v JOIN entry_halls AS h ON h.parent_id = v.id "
	    "JOIN entry_revisions AS r ON r.parent_id = h.id "
	    "WHERE v.key LIKE $1 || '%' UNION ALL "
	    "SELECT concat_ws(' ', 'performance', s.key, v.key, h.key, "
	    "r.revision, to_jsonb(p) - '{id,show_id,hall_revision_id,version,"
	    "changed_at,changed_by}'::text[], (SELECT array_agg((version, "
	    "class_no, amount) ORDER BY version, class_no) FROM prices "
	    "WHERE performance_id = p.id)) FROM performances AS p "
	    "JOIN shows AS s ON s.id = p.show_id JOIN hall_revisions AS r "
	    "ON r.id = p.hall_revision_id JOIN halls AS h ON h.id = r.hall_id "
	    "JOIN venues AS v ON v.id = h.venue_id WHERE p.key LIKE $1 || '%'"
	    ") AS lines");
	struct db_param param = db_str(word);
	struct db_rows rows;

	ck_assert_int_eq(db_run(ctx.primary, &ctx.arena, sql, 1, &param, &rows),
	    0);
	return arena_str(&ctx.arena, db_cell(&rows, 0, 0));
}

/* Each plan of those venues is, put in again, the revision that it was. */
static void
assert_plans_come_out(const char *word)
{
	struct db_param param = db_str(word);
	struct db_rows rows;

	ck_assert_int_eq(
	    db_run(ctx.primary, &ctx.arena,
		world_sql("SELECT r.id, h.id FROM hall_revisions AS r "
			  "JOIN halls AS h ON h.id = r.hall_id JOIN venues AS "
			  "v ON v.id = h.venue_id WHERE v.key LIKE $1 || '%'"),
		1, &param, &rows),
	    0);
	ck_assert_uint_gt(rows.n_rows, 2);
	for (size_t i = 0; i < rows.n_rows; i++) {
		const char *plan = plan_of(db_get_i64(&rows, i, 0));

		ck_assert_int_eq(ask("POST",
				     catalog_printf(API "/halls/%lld/revisions",
					 (long long)db_get_i64(&rows, i, 1)),
				     boss, plan),
		    200);
		ck_assert_int_eq(number("id"), db_get_i64(&rows, i, 0));
	}
}

/* The performances are told as a file: that is a part of the API, too. */
START_TEST(the_demo_built_by_the_api_is_the_one_that_is_loaded)
{
	const struct json *shows, *venues;
	struct json *built = demo_called("built-"), *rest;
	const char *loaded;

	ck_assert_int_eq(
	    ask("POST", CATALOG, boss, json_text(demo_called("loaded-"))), 200);
	loaded = all_called("loaded-");
	ck_assert_ptr_nonnull(strstr(loaded, "\nshow "));
	ck_assert_ptr_nonnull(strstr(loaded, "\nperformance "));
	shows = json_get(built, "shows");
	venues = json_get(built, "venues");
	for (size_t i = 0; i < shows->n; i++)
		put(SHOWS, &shows->items[i], NULL);
	for (size_t i = 0; i < venues->n; i++)
		put_venue(&venues->items[i]);
	rest = json_merge(&ctx.arena, NULL, built);
	for (size_t i = 0; i < rest->n; i++)
		if (span_eq_str(rest->names[i], "shows")
		    || span_eq_str(rest->names[i], "venues"))
			rest->items[i].type = JSON_NULL;
	rest = json_merge(&ctx.arena, NULL, rest);
	ck_assert_int_eq(ask("POST", CATALOG, boss, json_text(rest)), 200);
	ck_assert_str_eq(all_called("built-"), loaded);
	assert_plans_come_out("built-");
}
END_TEST

/* A worker forgets all between two requests. */
static void
forget(char *keep_token)
{
	arena_reset(&ctx.arena);
	boss = keep_token;
}

/* 20,000 seats of which each stands by itself. */
START_TEST(a_large_plan_comes_out_and_goes_in_again)
{
	static char token[KIB(4)], list[100], plan[2 << 20];
	int64_t revision;

	snprintf(token, sizeof(token), "%s", boss);
	snprintf(list, sizeof(list), "%s/revisions", given_hall("large"));
	ck_assert_int_eq(send("POST", list, NULL,
			     "{'price_classes': [{'key': 'a', 'name': 'A'}], "
			     "'sections': [{'key': 's', 'name': 'S', "
			     "'price_class': 'a', 'rows': [{'from': '1', 'to': "
			     "'40', 'numbers': [1, 500], 'arc': {'radius': "
			     "100, 'from': -80, 'to': 80}}]}]}"),
	    201);
	revision = number("id");
	forget(token);
	snprintf(plan, sizeof(plan), "%s", plan_of(revision));
	ck_assert_uint_gt(strlen(plan), 500000);
	ck_assert_uint_lt(strlen(plan), sizeof(plan) - 1);
	forget(token);
	ck_assert_int_eq(ask("POST", list, boss, plan), 200);
	ck_assert_int_eq(number("id"), revision);
}
END_TEST

/* ---- performances ---- */

#define PERFORMANCES API "/performances"

START_TEST(one_performance_of_a_schedule_is_changed_like_any)
{
	const char *uri, *longest = catalog_printf("%064d", 7);

	catalog_must(catalog_printf("{%s}", catalog_house("week", "UTC")));
	ck_assert_int_eq(send("POST", API "/schedules", NULL,
			     catalog_printf("{%s, 'times': ['21:10', '25:10']}",
				 catalog_performance(longest, "week",
				     "'starts_on': '2026-11-30'"))),
	    201);
	uri = at(PERFORMANCES,
	    catalog_id("performances",
		catalog_printf("%s@2026-11-30T25:10", longest)));
	ck_assert_int_eq(send("PATCH", uri, seen(uri), "{'hold_seconds': 77}"),
	    200);
	ck_assert_int_eq(number("hold_seconds"), 77);
	ck_assert_str_eq(text("key"),
	    catalog_printf("%s@2026-11-30T25:10", longest));
	ck_assert_int_eq(send("PATCH", uri, seen(uri), "{'key': 'gala'}"), 200);
	ck_assert_str_eq(text("key"), "gala");
}
END_TEST

START_TEST(a_key_has_no_more_than_a_moment_behind_it)
{
	static const char *const wrong[] = { "@2026-11-30T21:10", "a@", "a@b",
		"a@2026-11-30T21:1", "a@2026-11-30T21:100",
		"a@2026-11-30 21:10", "a@2026-11-30T21:10@2026-11-30T21:10",
		"a b@2026-11-30T21:10",
		"x2345678901234567890123456789012345678901234567890123456789012345",
		("x2345678901234567890123456789012345678901234567890123456789012345"
		 "@2026-11-30T21:10") };

	catalog_must(catalog_printf("{%s}", catalog_house("moment", "UTC")));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ASSERT_FIELD("key",
		    send("POST", PERFORMANCES, NULL,
			catalog_printf("{%s}",
			    catalog_performance(wrong[i], "moment",
				"'starts_at': '2026-11-30T21:10:00Z'"))));
	ASSERT_FIELD("key",
	    send("POST", API "/schedules", NULL,
		catalog_printf("{%s, 'times': ['21:10']}",
		    catalog_performance("a@2026-11-30T21:10", "moment",
			"'starts_on': '2026-11-30'"))));
	ck_assert_int_eq(
	    send("POST", PERFORMANCES, NULL,
		catalog_printf("{%s}",
		    catalog_performance("a@2026-11-30T21:10", "moment",
			"'starts_at': '2026-11-30T21:10:00Z'"))),
	    201);
}
END_TEST

/* ---- what is no more ---- */

START_TEST(what_nothing_needs_is_deleted)
{
	const char *hall = given_hall("gone"), *show, *venue;
	const char *revision;

	given(catalog_printf("%s/revisions", hall), A_PLAN("5"));
	revision = at(API "/revisions", number("id"));
	given(catalog_printf("%s/revisions", hall), A_PLAN("6"));
	ASSERT_PROBLEM(428, "precondition-required",
	    send("DELETE", revision, NULL, NULL));
	ck_assert_int_eq(send("DELETE",
			     catalog_printf("%s?dry_run=true", revision),
			     "\"1\"", NULL),
	    200);
	ck_assert_int_eq(look(revision), 200);
	ck_assert_int_eq(send("DELETE", revision, "\"1\"", NULL), 204);
	ck_assert_str_eq(logged("action"), "revision.delete");
	ck_assert_str_eq(logged("detail->'before'->>'seat_count'"), "5");
	ASSERT_PROBLEM(404, "not-found", look(revision));
	venue = at(VENUES, catalog_id("venues", "gone"));
	ASSERT_PROBLEM(409, "in-use", send("DELETE", venue, "\"1\"", NULL));
	ck_assert_int_eq(send("DELETE", hall, "\"1\"", NULL), 204);
	ck_assert_int_eq(send("DELETE", venue, "\"1\"", NULL), 204);
	show = given(SHOWS, A_SHOW("gone"));
	ASSERT_PROBLEM(412, "precondition-failed",
	    send("DELETE", show, "\"2\"", NULL));
	ck_assert_int_eq(send("DELETE", catalog_printf("%s?reason=twice", show),
			     "\"1\"", NULL),
	    204);
	ck_assert_str_eq(logged("reason"), "twice");
	ASSERT_PROBLEM(404, "not-found", look(show));
}
END_TEST

START_TEST(what_a_performance_needs_stays)
{
	const char *hall;
	int64_t n;

	catalog_on_sale("kept");
	n = n_logged();
	hall = at(API "/halls",
	    world_number("SELECT id FROM halls WHERE venue_id = (SELECT id "
			 "FROM venues WHERE key = 'kept')"));
	ASSERT_PROBLEM(409, "in-use", send("DELETE", hall, "*", NULL));
	ck_assert_int_eq(look(catalog_printf("%s/revisions", hall)), 200);
	ASSERT_PROBLEM(409, "in-use",
	    send("DELETE",
		at(API "/revisions",
		    member(&member(body, "items")->items[0], "id")->i64),
		"*", NULL));
	ASSERT_PROBLEM(409, "in-use",
	    send("DELETE", at(SHOWS, catalog_id("shows", "kept")), "*", NULL));
	ck_assert_int_eq(n_logged(), n);
	ck_assert_int_eq(look(hall), 200);
}
END_TEST

#ifdef FAULTS
static void
make_one(void)
{
	const struct load_show show = { .at = "",
		.which = { .id = LOAD_NEW },
		.key = SPAN_LIT("dying"),
		.title = { SPAN_LIT("a"), SPAN_LIT("b") },
		.synopsis = { SPAN_LIT(""), SPAN_LIT("") },
		.running_minutes = 5,
		.age_rating = SPAN_LIT("ALL") };
	struct catalog_result result;

	ck_assert_int_eq(
	    catalog_show(&ctx, &(struct catalog_ask){ 0 }, &show, &result),
	    CATALOG_OK);
}

START_TEST(who_dies_in_a_write_leaves_all_of_it_or_nothing)
{
	int64_t n = n_logged();

	world_crash("catalog.before_end", make_one);
	ck_assert_int_eq(
	    world_number("SELECT count(*) FROM shows WHERE key = 'dying'"), 0);
	ck_assert_int_eq(n_logged(), n);
	world_crash("catalog.after_end", make_one);
	ck_assert_int_eq(
	    world_number("SELECT count(*) FROM shows WHERE key = 'dying'"), 1);
	ck_assert_int_eq(n_logged(), n + 1);
}
END_TEST
#endif

SUITE("api_entry")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, teardown);
	TEST(what_was_made_is_answered_and_found_in_the_list);
	TEST(what_a_patch_does_not_say_stays);
	TEST(a_patch_that_changes_nothing_is_no_version);
	TEST(of_two_operators_the_second_hears_of_the_first);
	TEST(a_write_by_an_old_version_is_stale);
	TEST(a_dry_run_says_what_would_be);
	TEST(what_is_wrong_is_named_by_its_path);
	TEST(a_venue_and_its_halls_are_written_like_a_show);
	TEST(a_plan_becomes_a_revision_once);
	TEST_LOOP(a_plan_comes_out_as_the_revision_it_went_in_as, 3);
	TEST(a_plan_is_tagged_by_its_digest);
	TEST(a_whole_file_goes_in_as_the_command_loads_it);
	TEST(a_file_that_is_wrong_changes_nothing);
	TEST(a_file_makes_no_move_that_is_refused_alone);
	TEST(what_takes_too_long_for_a_request_changes_nothing);
	TEST(the_demo_built_by_the_api_is_the_one_that_is_loaded);
	TEST(a_large_plan_comes_out_and_goes_in_again);
	TEST(one_performance_of_a_schedule_is_changed_like_any);
	TEST(a_key_has_no_more_than_a_moment_behind_it);
	TEST(what_nothing_needs_is_deleted);
	TEST(what_a_performance_needs_stays);
#ifdef FAULTS
	TEST(who_dies_in_a_write_leaves_all_of_it_or_nothing);
#endif
}
