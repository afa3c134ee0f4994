/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_api_admin - what operators may ask, as a client sees it
 *
 * The real routes, run through dispatch without a web server.
 *
 * Layer: tests.  Uses: fcgi-app, admin, account, house.
 */
#include "account/session.h"
#include "account/standing.h"
#include "admin/client_log.h"
#include "admin/users.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/fault.h"
#include "poster/poster.h"
#include "store/keys.h"
#include "tests/support/house.h"
#include "tests/support/servers.h"
#include "tests/support/wire.h"

#include <inttypes.h>
#include <sys/wait.h>
#include <unistd.h>

#define API "/api/v1"
#define AUDIT_LOG API "/admin/audit-log"
#define TWO "{\"seat_ids\":[2,1],\"reason\":\"for the critics\"}"

static char *boss, *ann; /* their access tokens */

static void
setup(void)
{
	house_open();
	wire_open(&house.ctx);
	boss = wire_token(house_user("boss"), ROLE_ADMIN);
	ann = wire_token(house_user("ann"), ROLE_USER);
}

static void
teardown(void)
{
	wire_close();
	house_close();
}

static const char *
seats(const char *what)
{
	return arena_printf(&house.ctx.arena,
	    API "/admin/performances/%lld/seats/%s",
	    (long long)house.performance, what);
}

static int
move(const char *what, const char *json)
{
	return ask("POST", seats(what), boss, json);
}

static const struct json *
member(const struct json *object, const char *name)
{
	const struct json *v = json_get(object, name);

	ck_assert_msg(v != NULL, "%s is missing", name);
	return v;
}

static const struct json *
items(size_t n)
{
	const struct json *list = member(body, "items");

	ck_assert_uint_eq(list->n, n);
	return list->items;
}

/* ---- who is let in ---- */

/* Every route of operators. A new one is a row here, too. */
static const struct {
	enum method method;
	const char *pattern;
	enum who who;
} guarded[] = {
	{ GET, API "/admin/today", STAFF },
	{ GET, API "/admin/audit-log", ADMIN },
	{ GET, API "/admin/client-logs", ADMIN },
	{ GET, API "/admin/alarms", STAFF },
	{ POST, API "/admin/alarms/{alarm}/acknowledge", ADMIN },
	{ GET, API "/admin/payments", STAFF },
	{ GET, API "/admin/payments/{payment}", STAFF },
	{ POST, API "/admin/payments/{payment}/{move}", ADMIN },
	{ POST, API "/admin/payments/{payment}/refund", ADMIN },
	{ GET, API "/admin/settlement", ADMIN },
	{ GET, API "/admin/reservations", STAFF },
	{ GET, API "/admin/reservations/{number}", STAFF },
	{ POST, API "/admin/reservations/{number}/move", STAFF },
	{ POST, API "/admin/reservations/{number}/transfer", STAFF },
	{ POST, API "/admin/reservations/{number}/notes", STAFF },
	{ GET, API "/admin/tills", STAFF },
	{ POST, API "/admin/tills", STAFF },
	{ GET, API "/admin/tills/{till}", STAFF },
	{ POST, API "/admin/tills/{till}/close", STAFF },
	{ POST, API "/admin/tills/{till}/performances/{performance}/holds",
	    STAFF },
	{ GET, API "/admin/tills/{till}/performances/{performance}/holds",
	    STAFF },
	{ GET, API "/admin/tills/{till}/holds/{token}", STAFF },
	{ PATCH, API "/admin/tills/{till}/holds/{token}", STAFF },
	{ DELETE, API "/admin/tills/{till}/holds/{token}", STAFF },
	{ GET, API "/admin/counter/sales", STAFF },
	{ POST, API "/admin/counter/sales", STAFF },
	{ POST, API "/admin/counter/sales/{number}/reverse", STAFF },
	{ POST, API "/admin/counter/sales/{number}/pay-out", STAFF },
	{ POST, API "/admin/counter/sales/{number}/print", STAFF },
	{ POST, API "/admin/counter/prints", STAFF },
	{ GET, API "/admin/counter/prints", STAFF },
	{ GET, API "/admin/statistics/sales", STAFF },
	{ GET, API "/admin/statistics/queues", ADMIN },
	{ GET, API "/admin/statistics/client-logs", ADMIN },
	{ GET, API "/admin/exports", ADMIN },
	{ POST, API "/admin/exports", ADMIN },
	{ GET, API "/admin/exports/{export}", ADMIN },
	{ GET, API "/admin/exports/{export}/file", ADMIN },
	{ GET, API "/admin/dead-letters", ADMIN },
	{ GET, API "/admin/dead-letters/{letter}", ADMIN },
	{ POST, API "/admin/dead-letters/{letter}/{move}", ADMIN },
	{ GET, API "/admin/webhooks", ADMIN },
	{ POST, API "/admin/webhooks", ADMIN },
	{ GET, API "/admin/webhooks/{webhook}", ADMIN },
	{ PATCH, API "/admin/webhooks/{webhook}", ADMIN },
	{ DELETE, API "/admin/webhooks/{webhook}", ADMIN },
	{ POST, API "/admin/webhooks/{webhook}/rotate", ADMIN },
	{ GET, API "/admin/webhooks/{webhook}/deliveries", ADMIN },
	{ GET, API "/admin/deliveries/{delivery}", ADMIN },
	{ POST, API "/admin/deliveries/{delivery}/replay", ADMIN },
	{ GET, API "/admin/performances", STAFF },
	{ POST, API "/admin/performances", ADMIN },
	{ GET, API "/admin/performances/{performance}", STAFF },
	{ PATCH, API "/admin/performances/{performance}", ADMIN },
	{ DELETE, API "/admin/performances/{performance}", ADMIN },
	{ GET, API "/admin/performances/{performance}/void-tickets", GATE },
	{ PATCH, API "/admin/performances/{performance}/sections/{section}",
	    ADMIN },
	{ POST, API "/admin/schedules", ADMIN },
	{ POST, API "/admin/performances/{performance}/seats/{move}", ADMIN },
	{ POST, API "/admin/performances/{performance}/cancel", ADMIN },
	{ GET, API "/admin/performances/{performance}/house-seats", STAFF },
	{ GET, API "/admin/house-codes", STAFF },
	{ PUT, API "/admin/house-codes/{code}", ADMIN },
	{ DELETE, API "/admin/house-codes/{code}", ADMIN },
	{ GET, API "/admin/performances/{performance}/queue", STAFF },
	{ PATCH, API "/admin/performances/{performance}/queue", ADMIN },
	{ GET, API "/admin/performances/{performance}/queue/report", ADMIN },
	{ POST, API "/admin/performances/{performance}/queue/{move}", ADMIN },
	{ POST, API "/admin/performances/{performance}/queue/draw", ADMIN },
	{ POST, API "/admin/catalog", ADMIN },
	{ GET, API "/admin/shows", ADMIN },
	{ POST, API "/admin/shows", ADMIN },
	{ GET, API "/admin/shows/{show}", ADMIN },
	{ PATCH, API "/admin/shows/{show}", ADMIN },
	{ DELETE, API "/admin/shows/{show}", ADMIN },
	{ GET, API "/admin/venues", ADMIN },
	{ POST, API "/admin/venues", ADMIN },
	{ GET, API "/admin/venues/{venue}", ADMIN },
	{ PATCH, API "/admin/venues/{venue}", ADMIN },
	{ DELETE, API "/admin/venues/{venue}", ADMIN },
	{ GET, API "/admin/venues/{venue}/halls", ADMIN },
	{ POST, API "/admin/venues/{venue}/halls", ADMIN },
	{ GET, API "/admin/halls/{hall}", ADMIN },
	{ PATCH, API "/admin/halls/{hall}", ADMIN },
	{ DELETE, API "/admin/halls/{hall}", ADMIN },
	{ GET, API "/admin/halls/{hall}/revisions", ADMIN },
	{ POST, API "/admin/halls/{hall}/revisions", ADMIN },
	{ GET, API "/admin/revisions/{revision}", ADMIN },
	{ DELETE, API "/admin/revisions/{revision}", ADMIN },
	{ GET, API "/admin/revisions/{revision}/plan", ADMIN },
	{ PUT, API "/admin/shows/{show}/poster", ADMIN },
	{ GET, API "/admin/users", ADMIN },
	{ GET, API "/admin/users/{user}", ADMIN },
	{ PATCH, API "/admin/users/{user}", ADMIN },
	{ POST, API "/admin/users/{user}/totp/reset", ADMIN },
};

#define ANYONE_ELSE (-1) /* somebody without a role */

/* Who is let in, by role; written apart from the gates' own table. */
static bool
is_let_in(enum who who, int role)
{
	switch (role) {
	case ROLE_ADMIN:
		return true;
	case ROLE_STAFF:
		return who == STAFF;
	case ROLE_GATE:
		return who == GATE;
	default:
		return false;
	}
}

/* The pattern with "0" for each {name}: a thing that is nowhere, so that who
 * is let in changes nothing. */
static const char *
made_from(const char *pattern)
{
	char *uri = arena_printf(&house.ctx.arena, "%s", pattern), *out = uri;

	for (const char *p = pattern; *p != '\0'; p++) {
		if (*p == '{') {
			*out++ = '0';
			p = strchr(p, '}');
			continue;
		}
		*out++ = *p;
	}
	*out = '\0';
	return uri;
}

/* Ask each guarded route with the token. slug NULL: who has the role is let
 * in, others are forbidden; else everybody is refused with it. */
static void
assert_doors(const char *token, int role, const char *slug)
{
	for (size_t i = 0; i < ARRAY_LEN(guarded); i++) {
		const char *want = slug != NULL ? slug : "forbidden";
		bool in = slug == NULL && is_let_in(guarded[i].who, role);
		int status = ask(method_name(guarded[i].method),
		    made_from(guarded[i].pattern), token, NULL);
		bool refused = status == 401 || status == 403;

		ck_assert_msg(refused != in, "%s, role %d: %d",
		    guarded[i].pattern, role, status);
		ck_assert_msg(in || strcmp(call.res.problem, want) == 0,
		    "%s, role %d: %s", guarded[i].pattern, role,
		    call.res.problem);
	}
}

static bool
is_guarded(const struct route *route)
{
	for (size_t i = 0; i < ARRAY_LEN(guarded); i++)
		if (guarded[i].method == route->method
		    && guarded[i].who == route->who
		    && strcmp(guarded[i].pattern, route->pattern) == 0)
			return true;
	return false;
}

START_TEST(every_route_of_operators_is_in_the_table)
{
	size_t n = 0;

	for (const struct route *r = routes; r->pattern != NULL; r++) {
		bool open = r->who == ANYONE || r->who == MAYBE
		    || r->who == BUYER || r->who == VISITOR || r->who == MEMBER;

		if (open && strstr(r->pattern, "/admin/") == NULL)
			continue;
		ck_assert_msg(is_guarded(r), "%s %s", method_name(r->method),
		    r->pattern);
		n++;
	}
	ck_assert_uint_eq(n, ARRAY_LEN(guarded));
}
END_TEST

START_TEST(each_route_lets_in_its_role_and_administrators)
{
	for (int role = 0; role < N_ROLES; role++)
		assert_doors(wire_token(house_user("ann"), (enum role)role),
		    role, NULL);
	assert_doors(NULL, ANYONE_ELSE, "unauthenticated");
	assert_doors("nonsense", ANYONE_ELSE, "invalid-token");
}
END_TEST

START_TEST(no_route_lets_in_a_token_that_is_over)
{
	char *late = wire_token(house_user("boss"), ROLE_ADMIN);

	house.ctx.now_ms += house.ctx.set.token_lifetime_s * 1000;
	assert_doors(late, ROLE_ADMIN, "invalid-token");
}
END_TEST

/* What operators do to a user, all of it known to this process a moment
 * later. */
static void
given(const char *name, const struct users_change *change)
{
	struct users_change ask = *change;

	ask.user = house_user(name);
	ask.by = (struct audit_by){ .os_user = SPAN_LIT("tester"),
		.reason = SPAN_LIT("a test") };
	ck_assert_int_eq(users_change(&house.ctx, &ask), USERS_OK);
	house.ctx.now_ms += STANDING_FRESH_MS;
}

static void
given_role(const char *name, enum role role)
{
	given(name, &(struct users_change){ .has_role = true, .role = role });
}

static void
given_disabled(const char *name, bool disabled)
{
	given(name,
	    &(struct users_change){ .has_disabled = true,
		.disabled = disabled });
}

START_TEST(no_route_lets_in_a_user_who_is_disabled)
{
	given_role("boss", ROLE_ADMIN);
	given_role("other", ROLE_ADMIN);
	assert_doors(boss, ROLE_ADMIN, NULL);
	given_disabled("boss", true);
	assert_doors(boss, ROLE_ADMIN, "invalid-token");
	ASSERT_PROBLEM(401, "invalid-token", ask("GET", API "/me", boss, NULL));
	/* What the command line gave out belongs to no session, so that it
	 * serves again. */
	given_disabled("boss", false);
	assert_doors(boss, ROLE_ADMIN, NULL);
}
END_TEST

START_TEST(each_route_asks_for_the_role_that_a_user_has_now)
{
	given_role("other", ROLE_ADMIN);
	given_role("boss", ROLE_ADMIN);
	given_role("ann", ROLE_ADMIN);
	for (int role = 0; role < N_ROLES; role++) {
		given_role("boss", (enum role)role);
		assert_doors(boss, role, NULL);
		given_role("ann", (enum role)role);
		assert_doors(ann, role, NULL);
	}
	given_role("boss", ROLE_USER);
	assert_doors(boss, ROLE_USER, NULL);
	ck_assert_int_eq(ask("GET", API "/me", boss, NULL), 200);
}
END_TEST

START_TEST(what_is_known_of_a_user_is_at_most_a_second_old)
{
	given_role("other", ROLE_ADMIN);
	given_role("boss", ROLE_ADMIN);
	assert_doors(boss, ROLE_ADMIN, NULL);
	given_role("boss", ROLE_USER);
	house.ctx.now_ms--;
	ck_assert_int_eq(ask("GET", AUDIT_LOG, boss, NULL), 200);
	house.ctx.now_ms++;
	ck_assert_int_eq(ask("GET", AUDIT_LOG, boss, NULL), 403);
	/* Another minute has all of them read anew. */
	house.ctx.now_ms += 60000;
	ck_assert_int_eq(ask("GET", AUDIT_LOG, boss, NULL), 403);
}
END_TEST

START_TEST(without_the_primary_what_was_known_of_users_stays)
{
	given_role("other", ROLE_ADMIN);
	given_role("boss", ROLE_ADMIN);
	given_role("ann", ROLE_ADMIN);
	given_disabled("boss", true);
	given_role("ann", ROLE_USER);
	assert_doors(boss, ROLE_ADMIN, "invalid-token");
	servers_pg_stop();
	house.ctx.now_ms += STANDING_FRESH_MS;
	assert_doors(boss, ROLE_ADMIN, "invalid-token");
	assert_doors(ann, ROLE_USER, NULL);
	servers_pg_start();
	house_reopen();
	given_disabled("boss", false);
	assert_doors(boss, ROLE_ADMIN, NULL);
}
END_TEST

static void
given_that_all_was_so_long_ago(int64_t s)
{
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE users SET judged_at ="
	    " now() - make_interval(secs => %lld) WHERE disabled",
	    (long long)s));
	house.ctx.now_ms += 60000;
}

START_TEST(a_change_is_looked_at_for_as_long_as_a_token_lives)
{
	int64_t life_s = house.ctx.set.token_lifetime_s;

	house.ctx.set.token_key_rehearsal[0] = '\0';
	given_role("other", ROLE_ADMIN);
	given_disabled("boss", true);
	given_that_all_was_so_long_ago(life_s);
	assert_doors(boss, ROLE_ADMIN, "invalid-token");
	/* No token is so old, but for this one, which nobody looks up. */
	given_that_all_was_so_long_ago(life_s + 3600);
	assert_doors(boss, ROLE_ADMIN, NULL);
}
END_TEST

START_TEST(only_operators_are_let_in)
{
	ASSERT_PROBLEM(401, "unauthenticated",
	    ask("POST", seats("block"), NULL, TWO));
	ASSERT_PROBLEM(401, "invalid-token",
	    ask("POST", seats("block"), "nonsense", TWO));
	ASSERT_PROBLEM(403, "forbidden", ask("POST", seats("block"), ann, TWO));
	ASSERT_PROBLEM(401, "unauthenticated",
	    ask("GET", AUDIT_LOG, NULL, NULL));
	ASSERT_PROBLEM(403, "forbidden", ask("GET", AUDIT_LOG, ann, NULL));
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(a_move_is_answered_with_the_seats_and_their_state)
{
	ck_assert_int_eq(move("block", TWO), 200);
	ck_assert_int_eq(number("performance_id"), house.performance);
	ck_assert_uint_eq(member(body, "seat_ids")->n, 2);
	ck_assert_int_eq(member(body, "seat_ids")->items[0].i64, 1);
	ck_assert_str_eq(text("status"), "B");
	ck_assert_int_eq(number("moved"), 2);
	ck_assert_int_gt(strlen(text("version")), 0);
	ck_assert_int_eq(move("block", TWO), 200);
	ck_assert_int_eq(number("moved"), 0);
	ck_assert_int_eq(move("unblock", TWO), 200);
	ck_assert_str_eq(text("status"), "A");
	ck_assert_int_eq(move("disable", TWO), 200);
	ck_assert_str_eq(text("status"), "D");
	ck_assert_int_eq(move("enable", TWO), 200);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(seats_in_the_way_are_named)
{
	const struct json *conflicts;

	ck_assert_int_eq(
	    move("disable", "{\"seat_ids\":[2],\"reason\":\"broken\"}"), 200);
	ASSERT_PROBLEM(409, "seat-taken", move("block", TWO));
	conflicts = member(body, "conflicts");
	ck_assert_uint_eq(conflicts->n, 1);
	ck_assert_int_eq(member(&conflicts->items[0], "seat_id")->i64, 2);
	ck_assert(
	    span_eq_str(member(&conflicts->items[0], "status")->str, "D"));
}
END_TEST

START_TEST(what_is_not_there_is_404)
{
	ASSERT_PROBLEM(404, "not-found", move("sell", TWO));
	ASSERT_PROBLEM(404, "not-found",
	    ask("POST", API "/admin/performances/999999999/seats/block", boss,
		TWO));
	ASSERT_PROBLEM(404, "not-found",
	    ask("POST", API "/admin/performances/x/seats/block", boss, TWO));
	ASSERT_PROBLEM(405, "method-not-allowed",
	    ask("GET", seats("block"), boss, NULL));
}
END_TEST

static int
call_off_by_wire(const char *performance, const char *said)
{
	return ask("POST",
	    arena_printf(&house.ctx.arena, API "/admin/performances/%s/cancel",
		performance),
	    boss, said);
}

START_TEST(house_seats_have_a_code_of_the_list)
{
	const struct json *one;

	ck_assert_int_eq(
	    ask("PUT", API "/admin/house-codes/label", boss,
		"{\"letter\":\"L\",\"colour\":\"#00ff7f\",\"owner\":"
		"\"The label\",\"reason\":\"contract\"}"),
	    200);
	ck_assert_int_eq(member(body, "release_minutes")->type, JSON_NULL);
	ASSERT_FIELD("code",
	    ask("PUT", API "/admin/house-codes/label", boss,
		"{\"letter\":\"l\",\"colour\":\"#00ff7f\",\"owner\":"
		"\"The label\",\"reason\":\"contract\"}"));
	ck_assert_int_eq(ask("GET", API "/admin/house-codes", boss, NULL), 200);
	ck_assert_uint_eq(member(body, "items")->n, 5);
	ck_assert_int_eq(move("block",
			     "{\"seat_ids\":[2,1],\"reason\":\"x\",\"code\":"
			     "\"label\"}"),
	    200);
	ASSERT_FIELD("code",
	    move("block",
		"{\"seat_ids\":[3],\"reason\":\"x\",\"code\":\"nobody\"}"));
	ASSERT_FIELD("code",
	    move("disable",
		"{\"seat_ids\":[3],\"reason\":\"x\",\"code\":\"label\"}"));
	ck_assert_int_eq(ask("GET",
			     arena_printf(&house.ctx.arena,
				 API "/admin/performances/%lld/house-seats",
				 (long long)house.performance),
			     boss, NULL),
	    200);
	one = &member(body, "items")->items[0];
	ck_assert(span_eq_str(member(one, "code")->str, "label"));
	ck_assert_uint_eq(member(one, "seat_ids")->n, 2);
	ASSERT_FIELD("reason",
	    ask("DELETE", API "/admin/house-codes/label", boss, NULL));
	ASSERT_PROBLEM(409, "in-use",
	    ask("DELETE", API "/admin/house-codes/label?reason=over", boss,
		NULL));
	ck_assert_int_eq(move("unblock", TWO), 200);
	ck_assert_int_eq(ask("DELETE",
			     API "/admin/house-codes/label?reason=over", boss,
			     NULL),
	    204);
	ASSERT_PROBLEM(404, "not-found",
	    ask("DELETE", API "/admin/house-codes/label?reason=over", boss,
		NULL));
}
END_TEST

START_TEST(a_performance_is_called_off_and_tells_what_is_left)
{
	const char *id = arena_printf(&house.ctx.arena, "%lld",
	    (long long)house.performance);

	ASSERT_FIELD("reason", call_off_by_wire(id, "{}"));
	ASSERT_FIELD("reason", call_off_by_wire(id, "{\"reason\":\" \"}"));
	ASSERT_PROBLEM(404, "not-found",
	    call_off_by_wire("999999999", "{\"reason\":\"fire\"}"));
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO seat_claim (performance_id, seat_no, state, mark,"
	    " user_id, hold_token) VALUES (%s, 1, 'R', 0, 1, 'x')",
	    id));
	ck_assert_int_eq(call_off_by_wire(id, "{\"reason\":\"fire\"}"), 202);
	ck_assert(member(body, "changed")->boolean);
	ck_assert_int_eq(member(body, "left")->i64, 1);
	house_run(arena_printf(&house.ctx.arena,
	    "DELETE FROM seat_claim WHERE performance_id = %s", id));
	ck_assert_int_eq(call_off_by_wire(id, "{\"reason\":\"fire\"}"), 200);
	ck_assert(!member(body, "changed")->boolean);
	ck_assert_int_eq(member(body, "left")->i64, 0);
}
END_TEST

START_TEST(what_is_asked_wrongly_is_refused_by_field)
{
	ASSERT_FIELD("seat_ids", move("block", "{\"reason\":\"x\"}"));
	ASSERT_FIELD("reason", move("block", "{\"seat_ids\":[1]}"));
	ASSERT_FIELD("reason",
	    move("block", "{\"seat_ids\":[1],\"reason\":\"\"}"));
	ASSERT_FIELD("reason",
	    move("block", "{\"seat_ids\":[1],\"reason\":\" \"}"));
	ASSERT_FIELD("seat_ids",
	    move("block", "{\"seat_ids\":[],\"reason\":\"x\"}"));
	ASSERT_FIELD("seat_ids",
	    move("block", "{\"seat_ids\":[1,1],\"reason\":\"x\"}"));
	ASSERT_FIELD("seat_ids",
	    move("block", "{\"seat_ids\":[1,25],\"reason\":\"x\"}"));
	ASSERT_PROBLEM(400, "unknown-field",
	    move("block", "{\"seat_ids\":[1],\"reason\":\"x\",\"until\":1}"));
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(the_log_is_read_in_pages)
{
	const struct json *item;
	const char *next;

	ck_assert_int_eq(move("block", TWO), 200);
	ck_assert_int_eq(move("unblock", TWO), 200);
	ck_assert_int_eq(ask("GET", AUDIT_LOG "?limit=1", boss, NULL), 200);
	item = items(1);
	ck_assert(span_eq_str(member(item, "action")->str, "seats.unblock"));
	ck_assert_int_eq(member(item, "user_id")->i64, house_user("boss"));
	ck_assert(span_eq_str(member(item, "reason")->str, "for the critics"));
	ck_assert_uint_eq(member(member(item, "detail"), "seats")->n, 2);
	ck_assert_int_eq(member(item, "request_id")->type, JSON_STRING);
	ck_assert_int_eq(member(item, "at")->type, JSON_STRING);
	next = text("next_cursor");
	ck_assert_int_eq(ask("GET",
			     arena_printf(&house.ctx.arena,
				 AUDIT_LOG "?limit=1&cursor=%s", next),
			     boss, NULL),
	    200);
	ck_assert(span_eq_str(member(items(1), "action")->str, "seats.block"));
	ASSERT_FIELD("limit", ask("GET", AUDIT_LOG "?limit=0", boss, NULL));
	ASSERT_FIELD("user_id", ask("GET", AUDIT_LOG "?user_id=x", boss, NULL));
	ASSERT_FIELD("cursor", ask("GET", AUDIT_LOG "?cursor=x", boss, NULL));
	ASSERT_PROBLEM(400, "unknown-field",
	    ask("GET", AUDIT_LOG "?user=1", boss, NULL));
}
END_TEST

/* How many of them there are with such a query. */
static size_t
logged(const char *query)
{
	ck_assert_int_eq(
	    ask("GET", arena_printf(&house.ctx.arena, AUDIT_LOG "%s", query),
		boss, NULL),
	    200);
	return json_get(body, "items")->n;
}

START_TEST(what_somebody_did_and_what_was_done_to_a_thing_are_found)
{
	struct arena *a = &house.ctx.arena;

	ck_assert_int_eq(move("block", TWO), 200);
	ck_assert_int_eq(move("unblock", TWO), 200);
	ck_assert_uint_eq(
	    logged(arena_printf(a, "?object=performance%%20%" PRId64,
		house.performance)),
	    2);
	ck_assert_uint_eq(
	    logged(arena_printf(a,
		"?user_id=%" PRId64 "&object=performance%%20%" PRId64,
		house_user("ann"), house.performance)),
	    0);
	ck_assert_uint_ge(
	    logged(arena_printf(a, "?user_id=%" PRId64, house_user("boss"))),
	    2);
	ck_assert_uint_eq(logged("?object=nothing"), 0);
}
END_TEST

/* ---- users ---- */

static const char *
user_uri(const char *name, const char *query)
{
	return arena_printf(&house.ctx.arena, API "/admin/users/%lld%s",
	    (long long)house_user(name), query);
}

/* etag: If-Match; NULL: none */
static int
change_user(const char *uri, const char *etag, const char *json)
{
	return ask_match("PATCH", uri, boss, etag, json);
}

static char *
etag_of(const char *name)
{
	ck_assert_int_eq(ask("GET", user_uri(name, ""), boss, NULL), 200);
	return arena_printf(&house.ctx.arena, "%s", header("ETag"));
}

START_TEST(a_user_is_looked_at_and_changed)
{
	char *seen;

	given_role("boss", ROLE_ADMIN);
	given_role("other", ROLE_ADMIN);
	seen = etag_of("ann");
	ck_assert_str_eq(seen, "\"1\"");
	ck_assert_str_eq(text("role"), "USER");
	ck_assert(!member(body, "disabled")->boolean);
	ck_assert_int_eq(member(body, "changed_by")->type, JSON_NULL);
	ck_assert_int_eq(change_user(user_uri("ann", ""), seen,
			     "{\"role\":\"GATE\",\"reason\":\"hired\"}"),
	    200);
	ck_assert_str_eq(text("role"), "GATE");
	ck_assert_str_eq(header("ETag"), "\"2\"");
	ck_assert_int_eq(number("changed_by"), house_user("boss"));
	ck_assert_str_eq(etag_of("ann"), "\"2\"");
	ck_assert_int_eq(
	    change_user(user_uri("ann", ""), "\"2\"",
		"{\"disabled\":true,\"role\":\"USER\",\"reason\":\"left\"}"),
	    200);
	ck_assert(member(body, "disabled")->boolean);
	house.ctx.now_ms += STANDING_FRESH_MS;
	ASSERT_PROBLEM(401, "invalid-token", ask("GET", API "/me", ann, NULL));
	ck_assert_int_eq(ask("GET", AUDIT_LOG "?limit=1", boss, NULL), 200);
	ck_assert(span_eq_str(member(items(1), "action")->str, "user.change"));
	ck_assert(span_eq_str(member(items(1), "reason")->str, "left"));
}
END_TEST

START_TEST(of_two_operators_the_second_is_told_who_was_first)
{
	char *seen;

	given_role("boss", ROLE_ADMIN);
	seen = etag_of("ann");
	ck_assert_int_eq(change_user(user_uri("ann", ""), seen,
			     "{\"role\":\"GATE\",\"reason\":\"hired\"}"),
	    200);
	ASSERT_PROBLEM(412, "precondition-failed",
	    change_user(user_uri("ann", ""), seen,
		"{\"role\":\"STAFF\",\"reason\":\"hired\"}"));
	ck_assert_int_eq(number("changed_by"), house_user("boss"));
	ck_assert_uint_eq(strlen(text("changed_at")), 24);
	ASSERT_PROBLEM(412, "precondition-failed",
	    change_user(user_uri("ann", ""), "W/\"2\"",
		"{\"role\":\"STAFF\",\"reason\":\"hired\"}"));
	ASSERT_PROBLEM(428, "precondition-required",
	    change_user(user_uri("ann", ""), NULL,
		"{\"role\":\"STAFF\",\"reason\":\"hired\"}"));
	etag_of("ann");
	ck_assert_str_eq(text("role"), "GATE");
	ck_assert_int_eq(change_user(user_uri("ann", ""), "\"1\", \"2\"",
			     "{\"role\":\"STAFF\",\"reason\":\"hired\"}"),
	    200);
}
END_TEST

START_TEST(a_dry_run_says_what_would_be_and_changes_nothing)
{
	given_role("boss", ROLE_ADMIN);
	ck_assert_int_eq(change_user(user_uri("ann", "?dry_run=true"), "*",
			     "{\"disabled\":true,\"reason\":\"x\"}"),
	    200);
	ck_assert(member(body, "disabled")->boolean);
	ck_assert_str_eq(header("ETag"), "");
	ck_assert_str_eq(etag_of("ann"), "\"1\"");
	ck_assert(!member(body, "disabled")->boolean);
}
END_TEST

START_TEST(the_last_administrator_is_still_needed)
{
	house_run("UPDATE users SET role = 'USER'");
	given_role("boss", ROLE_ADMIN);
	ASSERT_PROBLEM(409, "in-use",
	    change_user(user_uri("boss", ""), "*",
		"{\"role\":\"USER\",\"reason\":\"x\"}"));
	ASSERT_PROBLEM(409, "in-use",
	    change_user(user_uri("boss", "?dry_run=true"), "*",
		"{\"disabled\":true,\"reason\":\"x\"}"));
	ck_assert_int_eq(ask("GET", AUDIT_LOG, boss, NULL), 200);
}
END_TEST

START_TEST(a_change_asked_for_wrongly_is_refused_by_field)
{
	static const struct {
		const char *json, *field;
	} cases[] = {
		{ "{\"reason\":\"x\"}", "role" },
		{ "{\"role\":\"ROOT\",\"reason\":\"x\"}", "role" },
		{ "{\"role\":\"admin\",\"reason\":\"x\"}", "role" },
		{ "{\"role\":null,\"reason\":\"x\"}", "role" },
		{ "{\"disabled\":1,\"reason\":\"x\"}", "disabled" },
		{ "{\"disabled\":true}", "reason" },
		{ "{\"disabled\":true,\"reason\":\" \"}", "reason" },
	};

	given_role("boss", ROLE_ADMIN);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ASSERT_FIELD(cases[i].field,
		    change_user(user_uri("ann", ""), "*", cases[i].json));
	ASSERT_PROBLEM(400, "unknown-field",
	    change_user(user_uri("ann", ""), "*",
		"{\"version\":2,\"reason\":\"x\"}"));
	ASSERT_FIELD("dry_run",
	    change_user(user_uri("ann", "?dry_run=1"), "*",
		"{\"disabled\":true,\"reason\":\"x\"}"));
	ASSERT_PROBLEM(404, "not-found",
	    change_user(API "/admin/users/999999999", "*",
		"{\"disabled\":true,\"reason\":\"x\"}"));
	ASSERT_PROBLEM(404, "not-found",
	    ask("GET", API "/admin/users/x", boss, NULL));
	ck_assert_str_eq(etag_of("ann"), "\"1\"");
}
END_TEST

/* Ids of a list, one after the other. */
static size_t
list_users(const char *query, int64_t *ids, size_t max)
{
	const char *cursor = "";
	size_t n = 0;

	do {
		const struct json *list, *next;

		ck_assert_int_eq(
		    ask("GET",
			arena_printf(&house.ctx.arena,
			    API "/admin/users?limit=2&%s%s%s", query,
			    *cursor != '\0' ? "&cursor=" : "", cursor),
			boss, NULL),
		    200);
		list = member(body, "items");
		for (size_t i = 0; i < list->n && n < max; i++)
			ids[n++] = member(&list->items[i], "id")->i64;
		next = member(body, "next_cursor");
		cursor = next->type == JSON_NULL
		    ? ""
		    : arena_str(&house.ctx.arena, next->str);
	} while (*cursor != '\0' && n < max);
	return n;
}

START_TEST(users_are_found_by_what_is_asked_for)
{
	int64_t ids[8];

	house_run("UPDATE users SET role = 'USER', disabled = false");
	given_role("gate1", ROLE_GATE);
	given_role("gate2", ROLE_GATE);
	given_role("gate3", ROLE_GATE);
	given_disabled("gate2", true);
	ck_assert_uint_eq(list_users("role=GATE", ids, 8), 3);
	ck_assert_int_eq(ids[0], house_user("gate1"));
	ck_assert_int_eq(ids[2], house_user("gate3"));
	ck_assert_uint_eq(list_users("role=GATE&order=-id", ids, 8), 3);
	ck_assert_int_eq(ids[0], house_user("gate3"));
	ck_assert_int_eq(ids[2], house_user("gate1"));
	ck_assert_uint_eq(list_users("disabled=true", ids, 8), 1);
	ck_assert_int_eq(ids[0], house_user("gate2"));
	ck_assert_uint_eq(list_users("role=GATE&disabled=false", ids, 8), 2);
	ck_assert_uint_ge(list_users("q=GATE2-", ids, 8), 1);
	ck_assert_uint_eq(list_users("q=%25", ids, 8), 0);
	ASSERT_FIELD("role",
	    ask("GET", API "/admin/users?role=ROOT", boss, NULL));
	ASSERT_FIELD("order",
	    ask("GET", API "/admin/users?order=name", boss, NULL));
	ASSERT_PROBLEM(400, "unknown-field",
	    ask("GET", API "/admin/users?name=x", boss, NULL));
}
END_TEST

/* ---- performances ---- */

#define PERFORMANCES API "/admin/performances"

static const char *
performance_uri(const char *query)
{
	return arena_printf(&house.ctx.arena, PERFORMANCES "/%lld%s",
	    (long long)house.performance, query);
}

/* quoted: JSON with ' for ". Memory: the arena's. */
static const char *
json_of(const char *quoted)
{
	char *text = arena_printf(&house.ctx.arena, "%s", quoted);

	for (char *p = text; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return text;
}

static int
change(const char *etag, const char *quoted)
{
	return ask_match("PATCH", performance_uri(""), boss, etag,
	    json_of(quoted));
}

/* The performance of the house as it is; its ETag. */
static char *
look(void)
{
	ck_assert_int_eq(ask("GET", performance_uri(""), boss, NULL), 200);
	return arena_printf(&house.ctx.arena, "%s", header("ETag"));
}

/* Of a performance that is in the hall of the house as well. members: others
 * than these, each with a comma before it */
static const char *
another(const char *key, const char *members)
{
	const char *venue, *show;

	look();
	venue = text("venue");
	show = text("show");
	return json_of(arena_printf(&house.ctx.arena,
	    "{'key': '%s-%s', 'show': '%s', 'venue': '%s', 'hall': 'h',"
	    " 'currency': 'KRW', 'prices': {'c1': 500, 'c2': 900}%s}",
	    venue, key, show, venue, members));
}

static int
hold(const char *who, const char *seats)
{
	return ask("POST",
	    arena_printf(&house.ctx.arena, API "/performances/%lld/holds",
		(long long)house.performance),
	    wire_token(house_user(who), ROLE_USER),
	    arena_printf(&house.ctx.arena, "{\"seat_ids\":[%s]}", seats));
}

START_TEST(a_change_keeps_the_ticket_types_and_the_line)
{
	const struct json *prices;
	int64_t version;

	ck_assert_int_eq(
	    change(look(),
		"{'queue_active_limit': 7, 'ticket_types': [{'code': 'adult',"
		" 'name': 'A'}, {'code': 'youth', 'name': 'Y', 'max': 2}],"
		" 'prices': {'c1': {'adult': 500, 'youth': 300},"
		" 'c2': {'adult': 900, 'youth': 600}}}"),
	    200);
	version = number("price_version");
	ck_assert_int_eq(change(look(), "{'max_seats_per_user': 3}"), 200);
	ck_assert_int_eq(number("price_version"), version);
	ck_assert_int_eq(number("queue_active_limit"), 7);
	ck_assert_uint_eq(member(body, "ticket_types")->n, 2);
	prices = member(body, "prices");
	ck_assert_int_eq(member(member(prices, "c1"), "youth")->i64, 300);
	ck_assert_int_eq(change(look(), "{'prices': {'c2': {'youth': 650}}}"),
	    200);
	ck_assert_int_eq(number("price_version"), version + 1);
	prices = member(body, "prices");
	ck_assert_int_eq(member(member(prices, "c1"), "youth")->i64, 300);
	ck_assert_int_eq(member(member(prices, "c2"), "youth")->i64, 650);
}
END_TEST

START_TEST(a_performance_is_shown_with_all_that_a_file_says_of_it)
{
	const struct json *section;

	ck_assert_str_eq(look(), "\"1\"");
	ck_assert_int_eq(number("id"), house.performance);
	ck_assert_str_eq(text("status"), "open");
	ck_assert_int_eq(number("max_seats_per_user"), 8);
	ck_assert_int_eq(member(body, "hold_seconds")->type, JSON_NULL);
	ck_assert_int_eq(member(member(body, "prices"), "c2")->i64, 2500);
	ck_assert_int_eq(number("price_version"), 1);
	ck_assert_int_eq(number("running_minutes"), 1440);
	ck_assert_int_eq(member(body, "changed_by")->type, JSON_NULL);
	section = &member(body, "sections")->items[0];
	ck_assert_uint_eq(member(body, "sections")->n, 1);
	ck_assert_int_eq(member(section, "section_id")->i64, 1);
	ck_assert_int_eq(member(section, "capacity")->i64, 24);
	ck_assert_int_eq(member(section, "taken")->i64, 0);
	ck_assert(span_eq_str(member(section, "status")->str, "open"));
	wire_request("GET", performance_uri(""), boss, NULL);
	call.req.if_none_match = SPAN_LIT("\"1\"");
	ck_assert_int_eq(wire_ask(), 304);
	ASSERT_PROBLEM(404, "not-found",
	    ask("GET", PERFORMANCES "/999999999", boss, NULL));
}
END_TEST

/* Each is a change of its own; the database says whether it came. */
static const struct {
	const char *json, *is_so;
} changes[] = {
	{ "{'sales_open_at': '2026-01-01T00:00:00Z'}",
	    "sales_open_at = '2026-01-01T00:00:00Z'" },
	{ "{'sales_close_at': 'start-1h'}",
	    "sales_close_at = starts_at - interval '1 h'" },
	{ "{'sales_open_at': 'now-2d'}",
	    "sales_open_at BETWEEN now() - interval '50 h'"
	    " AND now() - interval '46 h'" },
	{ "{'max_seats_per_user': 4}", "max_seats_per_user = 4" },
	{ "{'hold_seconds': 60}", "hold_seconds = 60" },
	{ "{'hold_seconds': null}", "hold_seconds IS NULL" },
	{ "{'seat_rules': {'no-lone-seat': {'until_percent_left': 5}}}",
	    "seat_rules = '{no-lone-seat}' AND lone_seat_percent = 5" },
	{ "{'seat_rules': {'accessible-last': {'until_minutes': 9}}}",
	    "cardinality(seat_rules) = 2 AND accessible_minutes = 9" },
	{ "{'seat_rules': {'no-lone-seat': null}}",
	    "seat_rules = '{accessible-last}'" },
	{ "{'seat_rules': null}", "seat_rules = '{}'" },
	{ "{'closed_sections': ['s']}", "closed_sections = '{1}'" },
	{ "{'closed_sections': []}", "closed_sections = '{}'" },
	{ "{'prices': {'c1': 1100}}", "price_version = 2" },
	{ "{'currency': 'USD'}", "price_version = 3 AND currency = 'USD'" },
	{ "{'status': 'closed'}", "status = 'closed'" },
};

START_TEST(each_of_its_terms_can_be_changed)
{
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		char *seen = look();

		ck_assert_msg(change(seen, changes[i].json) == 200, "%s: %.*s",
		    changes[i].json, (int)call.res.body.len, call.res.body.p);
		ck_assert_int_eq(number("changed_by"), house_user("boss"));
		ck_assert_uint_eq(member(body, "changes")->n, 1);
		ck_assert_str_eq(header("ETag"),
		    arena_printf(&house.ctx.arena, "\"%zu\"", i + 2));
		ck_assert_msg(
		    house_count(arena_printf(&house.ctx.arena,
				    "SELECT count(*) FROM performances"
				    " WHERE id = $1 AND (%s)",
				    changes[i].is_so),
			house.performance)
			== 1,
		    "%s", changes[i].json);
		/* The same once more is no change. */
		seen = look();
		ck_assert_int_eq(change(seen, "{}"), 200);
		ck_assert_str_eq(header("ETag"), seen);
		ck_assert_uint_eq(member(body, "changes")->n, 0);
	}
	ck_assert_int_eq(ask("GET", AUDIT_LOG "?limit=1", boss, NULL), 200);
	ck_assert(
	    span_eq_str(member(items(1), "action")->str, "performance.change"));
	ck_assert(span_eq_str(
	    member(member(member(items(1), "detail"), "before"), "status")->str,
	    "open"));
	ck_assert(span_eq_str(
	    member(member(member(items(1), "detail"), "after"), "status")->str,
	    "closed"));
}
END_TEST

START_TEST(the_second_of_two_operators_of_a_performance_loses_nothing)
{
	ck_assert_str_eq(look(), "\"1\"");
	ck_assert_int_eq(change("\"1\"", "{'max_seats_per_user': 4}"), 200);
	ASSERT_PROBLEM(412, "precondition-failed",
	    change("\"1\"", "{'max_seats_per_user': 2, 'hold_seconds': 60}"));
	ck_assert_int_eq(number("changed_by"), house_user("boss"));
	ck_assert_uint_eq(strlen(text("changed_at")), 24);
	ASSERT_PROBLEM(428, "precondition-required",
	    change(NULL, "{'max_seats_per_user': 2}"));
	ck_assert_str_eq(look(), "\"2\"");
	ck_assert_int_eq(number("max_seats_per_user"), 4);
	ck_assert_int_eq(change("\"2\"", "{'hold_seconds': 60}"), 200);
	ck_assert_int_eq(number("max_seats_per_user"), 4);
}
END_TEST

static int64_t
n_logged(void)
{
	return house_count("SELECT count(*) FROM audit_log", 0);
}

START_TEST(a_dry_run_changes_no_performance)
{
	int64_t n = n_logged(), n_lists;

	n_lists = house_count("SELECT count(*) FROM price_lists", 0);
	ck_assert_int_eq(ask_match("PATCH", performance_uri("?dry_run=true"),
			     boss, "*",
			     json_of("{'status': 'cancelled',"
				     " 'prices': {'c1': 7}}")),
	    200);
	ck_assert_str_eq(text("status"), "cancelled");
	ck_assert_int_eq(member(member(body, "prices"), "c1")->i64, 7);
	ck_assert_str_eq(header("ETag"), "");
	ck_assert_int_eq(
	    ask("POST", PERFORMANCES "?dry_run=true", boss,
		another("d", ", 'starts_at': '2027-01-01T00:00:00Z'")),
	    200);
	ck_assert_int_eq(ask("POST", API "/admin/schedules?dry_run=true", boss,
			     another("e",
				 ", 'starts_on': '2027-01-01', 'days': 2,"
				 " 'times': ['19:30']")),
	    200);
	ck_assert_int_eq(number("performances"), 2);
	ck_assert_uint_eq(member(body, "performance_ids")->n, 0);
	ck_assert_uint_eq(member(body, "changes")->n, 2);
	ck_assert_str_eq(look(), "\"1\"");
	ck_assert_int_eq(n_logged(), n);
	ck_assert_int_eq(house_count("SELECT count(*) FROM price_lists", 0),
	    n_lists);
}
END_TEST

START_TEST(statuses_move_by_their_table)
{
	static const char moves[] =
	    "draft-open draft-cancelled open-closed "
	    "open-cancelled closed-open "
	    "closed-cancelled ";
	static const char *const statuses[] = { "draft", "open", "closed",
		"cancelled" };

	for (size_t from = 0; from < 4; from++)
		for (size_t to = 0; to < 4; to++) {
			const char *move = arena_printf(&house.ctx.arena,
			    "%s-%s ", statuses[from], statuses[to]);
			bool may = from == to || strstr(moves, move) != NULL;
			int status;

			house_change(arena_printf(&house.ctx.arena,
			    "status = '%s'", statuses[from]));
			status = change("*",
			    arena_printf(&house.ctx.arena, "{'status': '%s'}",
				statuses[to]));
			ck_assert_msg(status == (may ? 200 : 409), "%s: %d",
			    move, status);
			ck_assert(may
			    || strcmp(call.res.problem, "no-such-move") == 0);
		}
}
END_TEST

START_TEST(what_somebody_holds_or_owns_is_not_cancelled)
{
	const char *token;

	/* Redis alone knows of it. */
	ck_assert_int_eq(hold("ann", "1,2"), 201);
	token = text("hold_token");
	house_run("DELETE FROM holds");
	ASSERT_PROBLEM(409, "in-use", change("*", "{'status': 'cancelled'}"));
	ck_assert_int_eq(
	    ask("DELETE",
		arena_printf(&house.ctx.arena, API "/holds/%s", token), ann,
		NULL),
	    204);
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO seat_claim (performance_id, seat_no, state, mark,"
	    " user_id, hold_token) VALUES (%lld, 5, 'R', 0, 1, 'x')",
	    (long long)house.performance));
	ASSERT_PROBLEM(409, "in-use", change("*", "{'status': 'cancelled'}"));
	ck_assert_str_eq(look(), "\"1\"");
	house_run("DELETE FROM seat_claim WHERE hold_token = 'x'");
	/* What the operator keeps is nobody's. */
	ck_assert_int_eq(move("block", TWO), 200);
	ck_assert_int_eq(change("*", "{'status': 'cancelled'}"), 200);
	house_tell();
	ck_assert_int_eq(hold("ann", "7"), 409);
}
END_TEST

START_TEST(another_price_is_for_whoever_comes_after_it)
{
	ck_assert_int_eq(hold("ann", "1,2"), 201);
	ck_assert_int_eq(number("amount"), 2000);
	ck_assert_int_eq(change("*", "{'prices': {'c1': 1500}}"), 200);
	ck_assert_int_eq(number("price_version"), 2);
	ck_assert_int_eq(member(member(body, "prices"), "c2")->i64, 2500);
	house_tell();
	ck_assert_int_eq(hold("bob", "3,4"), 201);
	ck_assert_int_eq(number("amount"), 3000);
	ck_assert_int_eq(hold("ann", "1,2"), 200);
	ck_assert_int_eq(number("amount"), 2000);
}
END_TEST

START_TEST(a_performance_is_made)
{
	const char *json = another("m",
	    ", 'starts_on': '2027-01-01', 'at': '19:30', 'status': 'draft',"
	    " 'running_minutes': 60");
	int64_t id;

	ck_assert_int_eq(ask("POST", PERFORMANCES "?reason=encore", boss, json),
	    201);
	id = number("id");
	ck_assert_str_eq(header("Location"),
	    arena_printf(&house.ctx.arena, PERFORMANCES "/%lld",
		(long long)id));
	ck_assert_str_eq(header("ETag"), "\"1\"");
	/* The venue is in Seoul. */
	ck_assert_str_eq(text("starts_at"), "2027-01-01T10:30:00.000Z");
	ck_assert_str_eq(text("ends_at"), "2027-01-01T11:30:00.000Z");
	ck_assert_str_eq(text("local_date"), "2027-01-01");
	ck_assert_int_eq(ask("GET", header("Location"), boss, NULL), 200);
	ck_assert_int_eq(number("id"), id);
	ck_assert_int_eq(ask("GET", AUDIT_LOG "?limit=1", boss, NULL), 200);
	ck_assert(
	    span_eq_str(member(items(1), "action")->str, "performance.make"));
	ck_assert(span_eq_str(member(items(1), "reason")->str, "encore"));
	ck_assert_int_eq(
	    member(
		member(member(member(items(1), "detail"), "after"), "prices"),
		"c1")
		->i64,
	    500);
	ASSERT_FIELD("key", ask("POST", PERFORMANCES, boss, json));
}
END_TEST

START_TEST(a_schedule_is_made_whole_or_not_at_all)
{
	const char *json = another("s",
	    ", 'starts_on': '2027-02-01', 'days': 7, 'weekdays': ['sat',"
	    " 'sun'], 'times': ['14:00', '25:10']");
	int64_t n;

	ck_assert_int_eq(ask("POST", API "/admin/schedules", boss, json), 201);
	ck_assert_int_eq(number("performances"), 4);
	ck_assert_uint_eq(member(body, "performance_ids")->n, 4);
	ck_assert_uint_eq(member(body, "changes")->n, 4);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM performances WHERE id = $1"
			" AND starts_at = '2027-02-06T05:00:00Z'",
		member(body, "performance_ids")->items[0].i64),
	    1);
	n = house_count("SELECT count(*) FROM performances", 0);
	/* One of its days is there already. */
	ASSERT_FIELD("key",
	    ask("POST", API "/admin/schedules", boss,
		another("s",
		    ", 'starts_on': '2027-02-04', 'days': 3,"
		    " 'times': ['15:00', '25:10']")));
	/* In the hall another one starts with it. */
	ck_assert_int_eq(ask("POST", API "/admin/schedules", boss,
			     another("t",
				 ", 'starts_on': '2027-02-05', 'days': 2,"
				 " 'times': ['14:00']")),
	    422);
	ck_assert_int_eq(house_count("SELECT count(*) FROM performances", 0),
	    n);
}
END_TEST

static int
resize(const char *query, const char *etag, int capacity)
{
	return ask_match("PATCH",
	    performance_uri(
		arena_printf(&house.ctx.arena, "/sections/2%s", query)),
	    boss, etag,
	    arena_printf(&house.ctx.arena, "{\"capacity\":%d}", capacity));
}

START_TEST(a_counter_section_gets_another_capacity)
{
	char *seen;

	house_lawn(10);
	seen = look();
	ck_assert_int_eq(resize("?reason=x&dry_run=true", seen, 7), 200);
	ck_assert_str_eq(header("ETag"), "");
	ck_assert_str_eq(look(), seen);
	ck_assert_int_eq(resize("?reason=a+stage", seen, 7), 200);
	ck_assert_int_eq(number("was"), 10);
	ck_assert_str_ne(header("ETag"), seen);
	ASSERT_PROBLEM(412, "precondition-failed",
	    resize("?reason=x", seen, 8));
	ck_assert_int_eq(number("changed_by"), house_user("boss"));
	seen = look();
	ck_assert_int_eq(
	    member(&member(body, "sections")->items[1], "capacity")->i64, 7);
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE section_stock SET taken = 5, kept = 5"
	    " WHERE performance_id = %lld",
	    (long long)house.performance));
	ASSERT_PROBLEM(409, "in-use", resize("?reason=x", seen, 4));
	ck_assert_int_eq(number("least"), 5);
	ASSERT_FIELD("reason", resize("", seen, 6));
	ASSERT_FIELD("capacity", resize("?reason=x", seen, -1));
	ASSERT_PROBLEM(404, "not-found",
	    ask_match("PATCH", performance_uri("/sections/1?reason=x"), boss,
		seen, "{\"capacity\":1}"));
	ck_assert_str_eq(look(), seen);
}
END_TEST

/* ---- lines ---- */

static int
set_line(const char *query, const char *etag, const char *quoted)
{
	return ask_match("PATCH",
	    performance_uri(arena_printf(&house.ctx.arena, "/queue%s", query)),
	    boss, etag, json_of(quoted));
}

static int
move_line(const char *what)
{
	return ask("POST",
	    performance_uri(arena_printf(&house.ctx.arena, "/queue/%s", what)),
	    boss, NULL);
}

/* The line as it is. */
static void
look_at_line(void)
{
	ck_assert_int_eq(ask("GET", performance_uri("/queue"), boss, NULL),
	    200);
}

START_TEST(a_line_is_opened_paused_and_closed)
{
	int64_t n = n_logged();

	look_at_line();
	ck_assert_str_eq(text("mode"), "off");
	ck_assert_int_eq(member(body, "now")->type, JSON_NULL);
	ck_assert_int_eq(move_line("open?reason=rush&dry_run=true"), 200);
	ck_assert_str_eq(text("mode"), "fifo");
	ck_assert_str_eq(header("ETag"), "");
	look_at_line();
	ck_assert_str_eq(text("mode"), "off");
	ck_assert_int_eq(n_logged(), n);
	ck_assert_int_eq(move_line("open?reason=rush"), 200);
	ck_assert_str_eq(text("mode"), "fifo");
	ck_assert_int_eq(move_line("pause?reason=x"), 200);
	ck_assert_str_eq(text("status"), "paused");
	/* So it is already: nothing is logged. */
	ck_assert_int_eq(move_line("pause?reason=x"), 200);
	ck_assert_int_eq(move_line("resume?reason=x"), 200);
	ck_assert_str_eq(text("status"), "open");
	ck_assert_int_eq(move_line("close?reason=x"), 200);
	ck_assert_str_eq(text("status"), "closed");
	ck_assert_str_eq(header("ETag"), look());
	ck_assert_int_eq(n_logged(), n + 4);
	ck_assert_int_eq(house_count("SELECT count(*) FROM audit_log WHERE"
				     " action = 'queue.set' AND user_id = $1",
			     house_user("boss")),
	    4);
	ASSERT_FIELD("reason", move_line("pause"));
	ASSERT_PROBLEM(404, "not-found", move_line("hurry?reason=x"));
}
END_TEST

START_TEST(what_a_line_goes_by_is_changed_by_the_version_that_was_seen)
{
	char *seen = look();
	int64_t n = n_logged();

	ASSERT_PROBLEM(428, "precondition-required",
	    set_line("?reason=x", NULL, "{'active_limit': 7}"));
	ck_assert_int_eq(set_line("?reason=x&dry_run=true", seen,
			     "{'active_limit': 7, 'mode': 'auto'}"),
	    200);
	ck_assert_int_eq(number("active_limit"), 7);
	ck_assert_str_eq(text("mode"), "auto");
	ck_assert_str_eq(look(), seen);
	ck_assert_int_eq(n_logged(), n);
	ck_assert_int_eq(
	    set_line("?reason=x", seen,
		"{'active_limit': 7, 'per_minute': 60, 'mode': 'fifo'}"),
	    200);
	ck_assert_int_eq(number("per_minute"), 60);
	ck_assert_int_eq(number("grace_s"), 300);
	ck_assert_str_ne(header("ETag"), seen);
	ASSERT_PROBLEM(412, "precondition-failed",
	    set_line("?reason=x", seen, "{'active_limit': 8}"));
	ck_assert_int_eq(number("changed_by"), house_user("boss"));
	/* Of a move as well, where he says what he has seen. */
	ASSERT_PROBLEM(412, "precondition-failed",
	    ask_match("POST", performance_uri("/queue/pause?reason=x"), boss,
		seen, NULL));
	look();
	ck_assert_str_eq(text("queue_mode"), "fifo");
	ck_assert_int_eq(number("queue_active_limit"), 7);
}
END_TEST

START_TEST(what_is_no_line_is_refused_by_field)
{
	char *seen = look();

	ASSERT_FIELD("active_limit",
	    set_line("?reason=x", seen, "{'active_limit': 0}"));
	ASSERT_FIELD("claim_s", set_line("?reason=x", seen, "{'claim_s': 29}"));
	ASSERT_FIELD("mode", set_line("?reason=x", seen, "{'mode': 'on'}"));
	ASSERT_FIELD("status",
	    set_line("?reason=x", seen, "{'status': 'off'}"));
	ASSERT_FIELD("reason", set_line("", seen, "{'active_limit': 8}"));
	ASSERT_PROBLEM(400, "unknown-field",
	    set_line("?reason=x", seen, "{'limit': 8}"));
	ck_assert_str_eq(look(), seen);
	ASSERT_PROBLEM(404, "not-found",
	    ask("GET", PERFORMANCES "/999999/queue", boss, NULL));
	ASSERT_PROBLEM(404, "not-found",
	    ask("GET", PERFORMANCES "/999999/queue/report", boss, NULL));
	ASSERT_PROBLEM(404, "not-found",
	    ask("POST", PERFORMANCES "/999999/queue/pause?reason=x", boss,
		NULL));
}
END_TEST

/* Three were admitted half a minute and a minute after they came; one bought
 * after twenty seconds, one let his pass lapse, one has his. */
static void
given_passes(void)
{
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO queue_pass (performance_id, seq, user_id, made_at,"
	    " bought_before, joined_at, claimed_at, until, ended_at, ended_by)"
	    " SELECT %lld, v.n, v.n, t.at, 0, t.at - v.wait * interval '1 s',"
	    " t.at, t.at + interval '1 h', t.at + v.took * interval '1 s',"
	    " v.why FROM (VALUES (1, 30, 20, 'bought'),"
	    " (2, 30, 150, 'lapsed'), (3, 60, NULL, NULL))"
	    " AS v (n, wait, took, why), (SELECT now() AS at) AS t",
	    (long long)house.performance));
}

START_TEST(a_report_tells_what_became_of_those_who_waited)
{
	const char *uri = performance_uri("/queue/report");

	given_passes();
	ck_assert_int_eq(ask("GET", uri, boss, NULL), 200);
	ck_assert_int_eq(number("admitted"), 3);
	ck_assert_int_eq(number("bought"), 1);
	ck_assert_int_eq(number("lapsed"), 1);
	ck_assert_int_eq(number("left"), 0);
	ck_assert_int_eq(number("buying"), 1);
	ck_assert_int_eq(number("wait_p50_s"), 30);
	ck_assert_int_eq(number("wait_p90_s"), 60);
	ck_assert_int_eq(number("pass_p90_s"), 20);
	ck_assert_int_eq(number("per_minute"), 0);
	ck_assert_int_eq(
	    ask("GET", performance_uri("/queue/report?format=csv"), boss, NULL),
	    200);
	ck_assert_str_eq(call.res.content_type, "text/csv; charset=utf-8");
	ck_assert(span_eq_str(call.res.body,
	    "admitted,bought,lapsed,left,buying,wait_p50_s,wait_p90_s,"
	    "pass_p50_s,pass_p90_s,admitted_a_minute,per_minute\r\n"
	    "3,1,1,0,1,30,60,20,20,3,0\r\n"));
	ASSERT_FIELD("format",
	    ask("GET", performance_uri("/queue/report?format=xls"), boss,
		NULL));
	house_run("DELETE FROM queue_pass");
	ck_assert_int_eq(ask("GET", uri, boss, NULL), 200);
	ck_assert_int_eq(member(body, "wait_p50_s")->type, JSON_NULL);
}
END_TEST

static int
drop(const char *query, const char *etag)
{
	return ask_match("DELETE", performance_uri(query), boss, etag, NULL);
}

START_TEST(what_was_never_promised_can_be_deleted)
{
	char *seen = look();

	ASSERT_PROBLEM(409, "in-use", drop("", seen));
	ck_assert_int_eq(change(seen, "{'status': 'closed'}"), 200);
	ASSERT_PROBLEM(412, "precondition-failed", drop("", seen));
	seen = look();
	ck_assert_int_eq(drop("?dry_run=true", seen), 200);
	ck_assert_str_eq(look(), seen);
	ck_assert_int_eq(drop("?reason=a+mistake", seen), 204);
	ck_assert_int_eq(ask("GET", performance_uri(""), boss, NULL), 404);
	ck_assert_int_eq(
	    house_count("SELECT (SELECT count(*) FROM prices WHERE"
			" performance_id = $1) + (SELECT count(*) FROM"
			" price_lists WHERE performance_id = $1)",
		house.performance),
	    0);
	ck_assert_int_eq(ask("GET", AUDIT_LOG "?limit=1", boss, NULL), 200);
	ck_assert(
	    span_eq_str(member(items(1), "action")->str, "performance.delete"));
	ck_assert(span_eq_str(
	    member(member(member(items(1), "detail"), "before"), "status")->str,
	    "closed"));
}
END_TEST

START_TEST(what_was_promised_once_is_never_deleted)
{
	ck_assert_int_eq(hold("ann", "1"), 201);
	ck_assert_int_eq(change("*", "{'status': 'closed'}"), 200);
	/* Redis alone knows of it. */
	house_run("DELETE FROM holds");
	ASSERT_PROBLEM(409, "in-use", drop("", "*"));
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO seat_log (performance_id, seats, from_state, to_state)"
	    " VALUES (%lld, '{1}', 'A', 'R')",
	    (long long)house.performance));
	house_redis("FLUSHALL");
	ASSERT_PROBLEM(409, "in-use", drop("", "*"));
	ck_assert_int_eq(ask("GET", performance_uri(""), boss, NULL), 200);
}
END_TEST

static const struct {
	const char *json, *field;
} wrong_changes[] = {
	{ "{'max_seats_per_user': 21}", "max_seats_per_user" },
	{ "{'status': 'sold'}", "status" },
	{ "{'prices': {'c3': 1}}", "prices.c3" },
	{ "{'prices': {'c1': -1}}", "prices.c1" },
	{ "{'currency': 'ZZZ'}", "currency" },
	{ "{'seat_rules': {'no-lone-seat': {'until_minutes': -1}}}",
	    "seat_rules.no-lone-seat.until_minutes" },
	{ "{'closed_sections': ['t']}", "closed_sections" },
	{ "{'sales_open_at': 'soon'}", "sales_open_at" },
	{ "{'starts_on': '2027-01-01'}", "starts_at" },
	{ "{'revision': 7}", "revision" },
	{ "{'key': 'a b'}", "key" },
	{ "{'show': 'nonsense'}", "show" },
	{ "{'hall': 'nonsense'}", "hall" },
	{ "{'sales_close_at': '2020-01-01T00:00:00Z'}", "sales_close_at" },
};

START_TEST(what_is_wrong_in_a_performance_is_named_by_its_path)
{
	int64_t n = n_logged();

	for (size_t i = 0; i < ARRAY_LEN(wrong_changes); i++)
		ASSERT_FIELD(wrong_changes[i].field,
		    change("*", wrong_changes[i].json));
	ASSERT_PROBLEM(400, "unknown-field", change("*", "{'price': 1}"));
	ck_assert_str_eq(text("field"), "price");
	ASSERT_FIELD("prices",
	    ask("POST", PERFORMANCES, boss,
		json_of("{'key': 'x', 'show': 'x', 'venue': 'x', 'hall': 'h',"
			" 'currency': 'KRW'}")));
	ASSERT_FIELD("reason",
	    ask_match("PATCH", performance_uri("?reason=%0a"), boss, "*",
		"{}"));
	ck_assert_str_eq(look(), "\"1\"");
	ck_assert_int_eq(n_logged(), n);
}
END_TEST

/* Ids of a list of performances, page by page. */
static size_t
list_performances(const char *query, int64_t *ids, size_t max)
{
	const char *cursor = "";
	size_t n = 0;

	do {
		const struct json *list, *next;

		ck_assert_int_eq(
		    ask("GET",
			arena_printf(&house.ctx.arena,
			    PERFORMANCES "?limit=2&%s%s%s", query,
			    *cursor != '\0' ? "&cursor=" : "", cursor),
			boss, NULL),
		    200);
		list = member(body, "items");
		for (size_t i = 0; i < list->n && n < max; i++)
			ids[n++] = member(&list->items[i], "id")->i64;
		next = member(body, "next_cursor");
		cursor = next->type == JSON_NULL
		    ? ""
		    : arena_str(&house.ctx.arena, next->str);
	} while (*cursor != '\0' && n < max);
	return n;
}

START_TEST(performances_are_found_by_what_is_asked_for)
{
	struct arena *a = &house.ctx.arena;
	const char *show, *hall;
	int64_t ids[8];

	ck_assert_int_eq(ask("POST", API "/admin/schedules", boss,
			     another("l",
				 ", 'starts_on': '2027-03-01', 'days': 4,"
				 " 'times': ['19:00'], 'status': 'draft'")),
	    201);
	look();
	show = arena_printf(a, "show=%lld", (long long)number("show_id"));
	hall = arena_printf(a, "hall=%lld&status=draft",
	    (long long)number("hall_id"));
	ck_assert_uint_eq(list_performances(show, ids, 8), 5);
	ck_assert_int_eq(ids[0], house.performance);
	ck_assert_int_lt(ids[1], ids[4]);
	ck_assert_uint_eq(list_performances(hall, ids, 8), 4);
	ck_assert_uint_eq(
	    list_performances(arena_printf(a, "%s&order=-starts_at", show), ids,
		8),
	    5);
	ck_assert_int_eq(ids[4], house.performance);
	ck_assert_uint_eq(list_performances(arena_printf(a,
						"%s&from=2027-03-02T10:00:00Z"
						"&to=2027-03-04T10:00:00Z",
						show),
			      ids, 8),
	    2);
	ASSERT_FIELD("show", ask("GET", PERFORMANCES "?show=x", boss, NULL));
	ASSERT_FIELD("from", ask("GET", PERFORMANCES "?from=now", boss, NULL));
	ASSERT_FIELD("status",
	    ask("GET", PERFORMANCES "?status=sold", boss, NULL));
	ASSERT_FIELD("order", ask("GET", PERFORMANCES "?order=id", boss, NULL));
}
END_TEST

/* ---- posters ---- */

#define PNG_OF(width) \
	"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0" width \
	"\0\0\x03\xC0\x08\x02\0\0\0\0\0\0\0"
#define PNG SPAN_LIT(PNG_OF("\x02\x80"))
/* Of the one test that asks whether they are gone. */
#define ITS_PNG SPAN_LIT(PNG_OF("\x02\x81"))
#define OTHER_PNG SPAN_LIT(PNG_OF("\x02\x82"))

static int64_t
show_id(void)
{
	return house_count("SELECT show_id FROM performances WHERE id = $1",
	    house.performance);
}

static int
put_poster(const char *query, struct span bytes)
{
	wire_request("PUT",
	    arena_printf(&house.ctx.arena, API "/admin/shows/%lld/poster%s",
		(long long)show_id(), query),
	    boss, NULL);
	call.req.body = bytes;
	/* Nobody looks at what the request calls it. */
	call.req.content_type = SPAN_LIT("text/html");
	return wire_ask();
}

static char *
poster_url(void)
{
	ck_assert_int_eq(ask("GET",
			     arena_printf(&house.ctx.arena, API "/shows/%lld",
				 (long long)show_id()),
			     NULL, NULL),
	    200);
	return text("poster_url");
}

START_TEST(a_poster_is_served_by_its_digest_for_ever)
{
	char *url;

	ck_assert_int_eq(put_poster("?reason=premiere", PNG), 200);
	ck_assert_int_eq(number("width"), 640);
	ck_assert_int_eq(number("height"), 960);
	ck_assert_str_eq(text("type"), "image/png");
	url = poster_url();
	ck_assert_int_eq(ask("GET", url, NULL, NULL), 200);
	ck_assert(span_eq(call.res.body, PNG));
	ck_assert_str_eq(call.res.content_type, "image/png");
	ck_assert_str_eq(header("Cache-Control"),
	    "public, max-age=31536000, immutable");
	ck_assert_str_eq(header("X-Content-Type-Options"), "nosniff");
	wire_request("GET", url, NULL, NULL);
	call.req.if_none_match = span_str(
	    arena_printf(&house.ctx.arena, "\"%s\"", strrchr(url, '/') + 1));
	ck_assert_int_eq(wire_ask(), 304);
	ck_assert_int_eq(ask("GET", AUDIT_LOG "?limit=1", boss, NULL), 200);
	ck_assert(span_eq_str(member(items(1), "action")->str, "show.poster"));
	ck_assert(span_eq_str(member(items(1), "reason")->str, "premiere"));
}
END_TEST

START_TEST(another_poster_is_another_address)
{
	char *first, *second;

	ck_assert_int_eq(put_poster("", ITS_PNG), 200);
	first = poster_url();
	ck_assert_int_eq(put_poster("", OTHER_PNG), 200);
	second = poster_url();
	ck_assert_str_ne(first, second);
	ASSERT_PROBLEM(404, "not-found", ask("GET", first, NULL, NULL));
	/* Put again, nothing changes, and that is no line in the log. */
	ck_assert_int_eq(put_poster("", OTHER_PNG), 200);
	ck_assert_int_eq(ask("GET", AUDIT_LOG "?limit=2", boss, NULL), 200);
	ck_assert_int_eq(member(items(2), "reason")->type, JSON_NULL);
	ck_assert(span_eq_str(member(member(items(2), "detail"), "before")->str,
	    strrchr(first, '/') + 1));
	ck_assert(span_eq_str(member(member(items(2), "detail"), "after")->str,
	    strrchr(second, '/') + 1));
	ck_assert_int_eq(member(member(items(2) + 1, "detail"), "before")->type,
	    JSON_NULL);
}
END_TEST

START_TEST(a_poster_of_two_mebibytes_fits_and_a_larger_one_does_not)
{
	struct span large = { arena_zalloc(&house.ctx.arena, 1,
				  POSTER_BYTES_MAX + 1),
		POSTER_BYTES_MAX };

	memcpy((char *)large.p, PNG.p, PNG.len);
	ck_assert_int_eq(put_poster("", large), 200);
	ck_assert_int_eq(ask("GET", poster_url(), NULL, NULL), 200);
	ck_assert(span_eq(call.res.body, large));
	large.len++;
	ASSERT_FIELD("image", put_poster("", large));
	ck_assert_int_eq(call.route->body_max, POSTER_BYTES_MAX);
}
END_TEST

START_TEST(what_is_no_poster_is_refused)
{
	static const struct span others[] = {
		{ "", 0 },
		{ "{\"url\":\"http://x\"}", 18 },
		{ "<svg onload=\"alert(1)\"/>", 25 },
		{ "GIF89a", 6 },
	};

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		ASSERT_PROBLEM(415, "unsupported-media-type",
		    put_poster("", others[i]));
	ASSERT_FIELD("image", put_poster("", SPAN_LIT(PNG_OF("\0\0"))));
	ASSERT_FIELD("image", put_poster("", SPAN_LIT(PNG_OF("\0\x3F"))));
	ASSERT_FIELD("image", put_poster("", SPAN_LIT(PNG_OF("\x20\x01"))));
	ASSERT_FIELD("reason", put_poster("?reason=%20", PNG));
	ASSERT_PROBLEM(400, "unknown-field", put_poster("?type=x", PNG));
	ck_assert_int_eq(house_count("SELECT count(*) FROM posters WHERE"
				     " show_id = $1",
			     show_id()),
	    0);
}
END_TEST

START_TEST(no_other_address_is_a_poster)
{
	static const char *const names[] = {
		"0",
		"x'%20OR%201=1--",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		ASSERT_PROBLEM(404, "not-found",
		    ask("GET",
			arena_printf(&house.ctx.arena, API "/posters/%s",
			    names[i]),
			NULL, NULL));
		ck_assert_str_eq(header("Cache-Control"), "no-store");
	}
}
END_TEST

#ifdef FAULTS
START_TEST(a_poster_whose_putting_was_not_answered_may_be_put_again)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		setenv("BOXOFFICE_FAULTS", "crash:poster.after_put:1", 1);
		fault_reset();
		house_fork();
		put_poster("", PNG);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 137);
	ck_assert_int_eq(put_poster("", PNG), 200);
	ck_assert_int_eq(ask("GET", poster_url(), NULL, NULL), 200);
}
END_TEST
#endif

/* Every list of the API. */
static const char *
list_address(size_t i)
{
	static const char *const fixed[] = { API "/shows", API "/reservations",
		API "/wallet/entries", AUDIT_LOG, API "/admin/users",
		API "/admin/users?order=-id", PERFORMANCES,
		PERFORMANCES "?order=-starts_at" };
	static const char *const of_performance[] = { "sections", "holds" };
	static const char *const of_show[] = { "performances", "dates" };
	int64_t show = house_count(
	    "SELECT show_id FROM performances WHERE id = $1",
	    house.performance);

	if (i < ARRAY_LEN(fixed))
		return fixed[i];
	i -= ARRAY_LEN(fixed);
	if (i < 2)
		return arena_printf(&house.ctx.arena,
		    API "/performances/%lld/%s", (long long)house.performance,
		    of_performance[i]);
	if (i < 4)
		return arena_printf(&house.ctx.arena, API "/shows/%lld/%s",
		    (long long)show, of_show[i - 2]);
	return NULL;
}

/* Ids are made up by whoever makes up a cursor. */
static const char *
cursor_behind(const char *key, const char *id)
{
	struct span plain = span_str(
	    arena_printf(&house.ctx.arena, "v1:%s:%s", key, id));

	return crypto_base64url(&house.ctx.arena, plain.p, plain.len);
}

START_TEST(no_cursor_is_too_far_for_any_list)
{
	static const char *const ids[] = { "0", "-1", "2147483648",
		"3000000000", "9223372036854775807", "-9223372036854775808" };
	struct arena *a = &house.ctx.arena;
	const char *list;

	for (size_t i = 0; (list = list_address(i)) != NULL; i++)
		for (size_t k = 0; k < ARRAY_LEN(ids) * ARRAY_LEN(ids); k++) {
			const char *uri = arena_printf(a, "%s%ccursor=%s", list,
			    strchr(list, '?') == NULL ? '?' : '&',
			    cursor_behind(ids[k / ARRAY_LEN(ids)],
				ids[k % ARRAY_LEN(ids)]));
			int status = ask("GET", uri, boss, NULL);

			ck_assert_msg(status == 200 || status == 422
				|| (status == 400
				    && strstr(list, "holds") != NULL),
			    "%s: %d", uri, status);
		}
}
END_TEST

START_TEST(without_redis_the_answer_is_503)
{
	ck_assert_int_eq(move("block", TWO), 200);
	servers_redis_stop();
	house_reopen();
	ck_assert_int_eq(move("block", "{\"seat_ids\":[3],\"reason\":\"x\"}"),
	    503);
	ck_assert_int_eq(move("unblock", TWO), 503);
	ck_assert_int_eq(ask("GET", AUDIT_LOG "?limit=1", boss, NULL), 200);
	ck_assert(span_eq_str(member(items(1), "action")->str, "seats.block"));
	servers_redis_start();
	house_reopen();
	ck_assert_int_eq(move("unblock", TWO), 200);
	ck_assert_int_eq(number("moved"), 2);
}
END_TEST

static void
once(void)
{
	house_start();
	servers_busy_for_years();
}

/* ---- what buyers' programs tell ---- */

#define LOGS API "/logs"
#define CLIENT_LOGS API "/admin/client-logs"
#define ENTRY "{\"level\":\"error\",\"message\":\"it broke\\n\\tat a.js:1\"}"

/* Of one test only: another has told before it. */
static void
given_no_logs(void)
{
	struct kv_reply reply;

	house_run("DELETE FROM client_log");
	ck_assert_int_eq(
	    kv_command(house.ctx.kv, &house.ctx.arena, 2,
		(struct span[]){ SPAN_LIT("DEL"),
		    key_rate(&house.ctx.arena, "logs", SPAN_LIT("192.0.2.7")) },
		&reply),
	    0);
}

static int
tell(const char *token, const char *json)
{
	wire_request("POST", LOGS, token, json);
	call.req.remote_addr = SPAN_LIT("192.0.2.7");
	call.req.user_agent = SPAN_LIT("a browser");
	return wire_ask();
}

static const struct json *
told(const char *query, size_t n)
{
	ck_assert_int_eq(
	    ask("GET", arena_printf(&house.ctx.arena, CLIENT_LOGS "%s", query),
		boss, NULL),
	    200);
	return items(n);
}

static void
assert_member(const struct json *object, const char *name, const char *want)
{
	const struct json *v = member(object, name);

	if (want == NULL)
		ck_assert_int_eq(v->type, JSON_NULL);
	else
		ck_assert_msg(span_eq_str(v->str, want), "%s is %s", name,
		    arena_str(&house.ctx.arena, v->str));
}

START_TEST(what_a_client_tells_is_kept_for_operators)
{
	const struct json *entry;

	given_no_logs();
	ck_assert_int_eq(
	    tell(NULL,
		"[" ENTRY ",{\"level\":\"info\",\"message\":\"m\","
		"\"context\":{\"page\":\"map\"},\"release\":\"1.2\","
		"\"at\":\"2026-11-29T10:00:00Z\"}]"),
	    202);
	ck_assert_int_eq(number("kept"), 2);
	entry = told("", 2);
	assert_member(&entry[0], "level", "info");
	assert_member(&entry[0], "context", "{\"page\":\"map\"}");
	assert_member(&entry[0], "said_at", "2026-11-29T10:00:00Z");
	assert_member(&entry[1], "message", "it broke\n\tat a.js:1");
	assert_member(&entry[1], "agent", "a browser");
	assert_member(&entry[1], "network", "192.0.2.0/24");
	assert_member(&entry[1], "login_id", NULL);
	told("?level=warn", 1);
	told("?q=BROKE", 1);
	told("?release=1.2", 1);
	told("?release=1", 0);
	told("?limit=1", 1);
}
END_TEST

START_TEST(who_is_logged_in_is_told_and_a_bad_token_is_nobody)
{
	given_no_logs();
	ck_assert_int_eq(tell(ann, "[" ENTRY "]"), 202);
	ck_assert_int_eq(tell("nonsense", "[" ENTRY "]"), 202);
	ck_assert(span_starts(member(&told("", 2)[1], "login_id")->str,
	    SPAN_LIT("ann-")));
	assert_member(&told("", 2)[0], "login_id", NULL);
	told(arena_printf(&house.ctx.arena, "?user_id=%lld",
		 (long long)house_user("ann")),
	    1);
	ASSERT_FIELD("user_id",
	    ask("GET", CLIENT_LOGS "?user_id=ann", boss, NULL));
}
END_TEST

START_TEST(secrets_in_a_clients_log_are_masked)
{
	const struct json *entry;

	given_no_logs();
	ck_assert_int_eq(tell(NULL,
			     "[{\"level\":\"warn\",\"message\":"
			     "\"paid with 4111 1111 1111 1111\",\"context\":"
			     "{\"token\":\"eyJhbGciOiJ.eyJzdWIi.c2ln\","
			     "\"card\":4111111111111111},"
			     "\"release\":\"5500005555555559\"}]"),
	    202);
	entry = told("", 1);
	assert_member(entry, "message", "paid with [masked]");
	assert_member(entry, "context",
	    "{\"token\":\"[masked]\",\"card\":[masked]}");
	assert_member(entry, "release", "[masked]");
}
END_TEST

static const struct {
	const char *json;
	int status;
	const char *slug;
} bad_logs[] = {
	{ "{}", 400, "bad-request" },
	{ "[]", 400, "bad-request" },
	{ "[7]", 400, "bad-request" },
	{ "[{}]", 422, "invalid-field" },
	{ "[{\"level\":\"fatal\",\"message\":\"m\"}]", 422, "invalid-field" },
	{ "[{\"level\":\"info\",\"message\":\"\"}]", 422, "invalid-field" },
	{ "[{\"level\":\"info\",\"message\":\"\\u0007\"}]", 422,
	    "invalid-field" },
	{ "[" ENTRY ",{\"level\":\"info\",\"message\":\"m\",\"x\":1}]", 400,
	    "unknown-field" },
};

START_TEST(a_bad_log_keeps_nothing_of_it)
{
	given_no_logs();
	ASSERT_PROBLEM(bad_logs[_i].status, bad_logs[_i].slug,
	    tell(NULL, bad_logs[_i].json));
	told("", 0);
}
END_TEST

START_TEST(one_subscriber_tells_only_so_much_in_a_minute)
{
	const char *fifty = "[" ENTRY;
	int n = 0;

	given_no_logs();
	strcpy(house.ctx.set.limit_logs, "300/86400");
	for (int i = 1; i < 50; i++)
		fifty = arena_printf(&house.ctx.arena, "%s," ENTRY, fifty);
	fifty = arena_printf(&house.ctx.arena, "%s]", fifty);
	while (tell(NULL, fifty) == 202)
		n++;
	ck_assert_int_eq(n, 6);
	ASSERT_PROBLEM(429, "rate-limited", tell(NULL, fifty));
	/* Two of fifty may be there again, so long as this took. */
	ck_assert_int_gt(atoi(header("Retry-After")), 50 * 288 - 600);
	ck_assert_int_le(atoi(header("Retry-After")), 50 * 288);
	wire_request("POST", LOGS, NULL, "[" ENTRY "]");
	call.req.remote_addr = SPAN_LIT("192.0.2.8");
	ck_assert_int_eq(wire_ask(), 202);
}
END_TEST

START_TEST(logs_are_dropped_where_a_store_is_away)
{
	given_no_logs();
	servers_pg_stop();
	ck_assert_int_eq(tell(NULL, "[" ENTRY "]"), 202);
	ck_assert_int_eq(number("kept"), 0);
	servers_pg_start();
	house_reopen();
	told("", 0);
}
END_TEST

START_TEST(logs_are_forgotten_after_two_weeks)
{
	size_t n;

	given_no_logs();
	ck_assert_int_eq(tell(NULL, "[" ENTRY "," ENTRY "]"), 202);
	house_run(
	    "UPDATE client_log SET at = now() - interval '15 days'"
	    " WHERE id = (SELECT min(id) FROM client_log)");
	house.ctx.now_ms = clock_ms();
	ck_assert_int_eq(client_log_purge(&house.ctx, 100, &n), 0);
	ck_assert_uint_eq(n, 1);
	told("", 1);
}
END_TEST

/* ---- the same password again ---- */

#define CHIEF "{\"login_id\":\"chief\",\"password\":\"a long password\""

/* returns: the access token of an administrator's new session */
static char *
given_a_chief(void)
{
	house_run("DELETE FROM refresh_token; DELETE FROM refresh_family");
	(void)ask("POST", API "/auth/signup", NULL,
	    CHIEF ",\"name\":\"C\",\"email\":\"c@example.org\"}");
	house_run("UPDATE users SET role = 'ADMIN' WHERE login_id = 'chief'");
	ck_assert_int_eq(ask("POST", API "/auth/login", NULL, CHIEF "}"), 200);
	return text("access_token");
}

static int
prove(const char *token, const char *password)
{
	return ask("POST", API "/me/proof", token,
	    arena_printf(&house.ctx.arena, "{\"password\":\"%s\"}", password));
}

START_TEST(what_hurts_is_done_shortly_after_a_password)
{
	static const char reason[] = "{\"reason\":\"a test\"}";
	static const char nowhere[] = API "/admin/performances/999999/cancel";
	char *token = given_a_chief();

	ASSERT_PROBLEM(404, "not-found", ask("POST", nowhere, token, reason));
	house.ctx.now_ms += SESSION_PROOF_MS + 60 * MS_PER_S;
	ASSERT_PROBLEM(403, "password-required",
	    ask("POST", nowhere, token, reason));
	ASSERT_PROBLEM(403, "password-required",
	    ask_key("POST", API "/admin/payments/1/refund", token, "k",
		reason));
	ASSERT_PROBLEM(403, "password-required",
	    ask_match("PATCH", user_uri("ann", ""), token, "*",
		"{\"role\":\"GATE\",\"reason\":\"hired\"}"));
	ASSERT_PROBLEM(403, "password-required",
	    ask("PATCH", API "/admin/webhooks/1", token,
		"{\"url\":\"https://a.example/\",\"reason\":\"x\"}"));
	ASSERT_PROBLEM(401, "bad-credentials", prove(token, "another one"));
	ASSERT_PROBLEM(403, "password-required",
	    ask("POST", nowhere, token, reason));
	ck_assert_int_eq(prove(token, "a long password"), 204);
	ASSERT_PROBLEM(404, "not-found", ask("POST", nowhere, token, reason));
	/* What only looks asks for none. */
	house.ctx.now_ms += SESSION_PROOF_MS / 4;
	ck_assert_int_eq(ask("GET", API "/admin/alarms", token, NULL), 200);
}
END_TEST

/* ---- whether all is well ---- */

enum { SEEN, OPEN, MOST, SECONDS };

static const struct metric_row shown[] = {
	[SEEN] = { "boxoffice_users_seen", "", METRIC_GAUGE, "" },
	[OPEN] = { "boxoffice_database_connections", "", METRIC_GAUGE, "" },
	[MOST] = { "boxoffice_database_connections_max", "", METRIC_GAUGE, "" },
	[SECONDS] = { "boxoffice_request_duration_seconds", "pool=\"api\"",
	    METRIC_HISTOGRAM, "" },
	{ NULL },
};

static int64_t
last_count(void)
{
	const struct json *requests = member(body, "requests");
	const struct json *counts = member(requests, "counts");

	ck_assert_uint_eq(counts->n, metric_n_buckets + 1);
	ck_assert_uint_eq(member(requests, "bounds_us")->n, metric_n_buckets);
	return counts->items[counts->n - 1].i64;
}

START_TEST(today_tells_of_the_stores_and_what_programs_count)
{
	char folder[] = "/tmp/bo-today-XXXXXX";
	struct metrics *m;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	strcpy(house.ctx.set.runtime_dir, folder);
	ck_assert_int_eq(ask("GET", API "/admin/today", boss, NULL), 200);
	ck_assert(
	    span_eq_str(member(member(body, "ready"), "redis")->str, "up"));
	ck_assert_int_eq(member(body, "users")->type, JSON_NULL);
	ck_assert_int_eq(member(body, "connections")->type, JSON_NULL);
	ck_assert_int_eq(last_count(), 0);

	ck_assert_int_eq(metrics_open(shown, 1, folder, "test", &m), 0);
	metrics_set(m, SEEN, 42);
	metrics_set(m, OPEN, 7);
	metrics_set(m, MOST, 97);
	metrics_observe_us(m, SECONDS, 100);
	metrics_observe_us(m, SECONDS, 700);
	ck_assert_int_eq(ask("GET", API "/admin/today", boss, NULL), 200);
	ck_assert_int_eq(number("users"), 42);
	ck_assert_int_eq(member(member(body, "connections"), "open")->i64, 7);
	ck_assert_int_eq(member(member(body, "connections"), "most")->i64, 97);
	ck_assert_int_eq(last_count(), 2);
	metrics_close(m);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* The mode of the performance's line, as today has it; NULL: it shows none. */
static const struct json *
mode_today(void)
{
	const struct json *lines;

	ck_assert_int_eq(ask("GET", API "/admin/today", boss, NULL), 200);
	lines = member(body, "lines");
	for (size_t i = 0; i < lines->n; i++) {
		const struct json *line = &lines->items[i];

		if (member(line, "performance_id")->i64 == house.performance)
			return member(line, "mode");
	}
	return NULL;
}

START_TEST(today_shows_the_lines_of_what_is_on_sale)
{
	ck_assert_ptr_null(mode_today());
	ck_assert_int_eq(
	    ask("POST",
		arena_printf(&house.ctx.arena,
		    API "/admin/performances/%lld/queue/open?reason=a+rush",
		    (long long)house.performance),
		boss, NULL),
	    200);
	ck_assert(span_eq_str(mode_today()->str, "fifo"));
}
END_TEST

SUITE("api_admin")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, teardown);
	TEST(every_route_of_operators_is_in_the_table);
	TEST(each_route_lets_in_its_role_and_administrators);
	TEST(no_route_lets_in_a_token_that_is_over);
	TEST(no_route_lets_in_a_user_who_is_disabled);
	TEST(each_route_asks_for_the_role_that_a_user_has_now);
	TEST(what_is_known_of_a_user_is_at_most_a_second_old);
	TEST(without_the_primary_what_was_known_of_users_stays);
	TEST(a_change_is_looked_at_for_as_long_as_a_token_lives);
	TEST(only_operators_are_let_in);
	TEST(a_move_is_answered_with_the_seats_and_their_state);
	TEST(seats_in_the_way_are_named);
	TEST(what_is_not_there_is_404);
	TEST(house_seats_have_a_code_of_the_list);
	TEST(a_performance_is_called_off_and_tells_what_is_left);
	TEST(what_is_asked_wrongly_is_refused_by_field);
	TEST(the_log_is_read_in_pages);
	TEST(what_somebody_did_and_what_was_done_to_a_thing_are_found);
	TEST(a_user_is_looked_at_and_changed);
	TEST(of_two_operators_the_second_is_told_who_was_first);
	TEST(a_dry_run_says_what_would_be_and_changes_nothing);
	TEST(the_last_administrator_is_still_needed);
	TEST(a_change_asked_for_wrongly_is_refused_by_field);
	TEST(users_are_found_by_what_is_asked_for);
	TEST(a_performance_is_shown_with_all_that_a_file_says_of_it);
	TEST(a_change_keeps_the_ticket_types_and_the_line);
	TEST(each_of_its_terms_can_be_changed);
	TEST(the_second_of_two_operators_of_a_performance_loses_nothing);
	TEST(a_dry_run_changes_no_performance);
	TEST(statuses_move_by_their_table);
	TEST(what_somebody_holds_or_owns_is_not_cancelled);
	TEST(another_price_is_for_whoever_comes_after_it);
	TEST(a_performance_is_made);
	TEST(a_schedule_is_made_whole_or_not_at_all);
	TEST(a_counter_section_gets_another_capacity);
	TEST(a_line_is_opened_paused_and_closed);
	TEST(what_a_line_goes_by_is_changed_by_the_version_that_was_seen);
	TEST(what_is_no_line_is_refused_by_field);
	TEST(a_report_tells_what_became_of_those_who_waited);
	TEST(what_was_never_promised_can_be_deleted);
	TEST(what_was_promised_once_is_never_deleted);
	TEST(what_is_wrong_in_a_performance_is_named_by_its_path);
	TEST(performances_are_found_by_what_is_asked_for);
	TEST(a_poster_is_served_by_its_digest_for_ever);
	TEST(another_poster_is_another_address);
	TEST(a_poster_of_two_mebibytes_fits_and_a_larger_one_does_not);
	TEST(what_is_no_poster_is_refused);
	TEST(no_other_address_is_a_poster);
#ifdef FAULTS
	TEST(a_poster_whose_putting_was_not_answered_may_be_put_again);
#endif
	TEST(no_cursor_is_too_far_for_any_list);
	TEST(without_redis_the_answer_is_503);
	TEST(what_a_client_tells_is_kept_for_operators);
	TEST(who_is_logged_in_is_told_and_a_bad_token_is_nobody);
	TEST(secrets_in_a_clients_log_are_masked);
	TEST_LOOP(a_bad_log_keeps_nothing_of_it, ARRAY_LEN(bad_logs));
	TEST(one_subscriber_tells_only_so_much_in_a_minute);
	TEST(logs_are_dropped_where_a_store_is_away);
	TEST(logs_are_forgotten_after_two_weeks);
	TEST(what_hurts_is_done_shortly_after_a_password);
	TEST(today_tells_of_the_stores_and_what_programs_count);
	TEST(today_shows_the_lines_of_what_is_on_sale);
}
