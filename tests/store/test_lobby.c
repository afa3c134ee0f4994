/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_lobby - before the sale everybody waits without an order, and the order
 * that is drawn then can be computed by anybody
 *
 * Those in the lobby are numbers, which are their users too.
 *
 * Layer: tests.  Uses: admin, queue, fcgi-app, buyer, away.
 */
#include "admin/draw.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "catalog/terms.h"
#include "queue/queue.h"
#include "queue/queue_admit.h"
#include "queue/queue_draw.h"
#include "queue/queue_load.h"
#include "queue/queue_snapshot.h"
#include "seat/epoch.h"
#include "seat/seat_loaded.h"
#include "tests/support/away.h"
#include "tests/support/race.h"
#include "tests/support/unpacked.h"
#include "tests/support/wire.h"

#include <inttypes.h>

#define USERS_MAX 100
/* How long those whom a loss met may come back, and everybody may learn of the
 * draw. */
#define BACK_MS 90000
#define LEARN_MS 31000
#define OPENS_MS 600000

static struct queue_stand stand; /* what the last call gave */
static char tickets[USERS_MAX][128];
static char out[1 << 16];

/* ---- what they do ---- */

static void
become(const char *what)
{
	house_change(what);
	seat_loaded_outdated();
	house_tell();
	house_terms();
}

/* A performance whose sale opens in ten minutes, and time stands still. */
static void
given_lobby(const char *more)
{
	clock_fake(clock_ms() / 1000 * 1000);
	house_round();
	become(arena_printf(&house.ctx.arena,
	    "queue_mode = 'lobby', queue_active_limit = 1%s,"
	    " sales_open_at = to_timestamp(%" PRId64 ")",
	    more, (clock_ms() + OPENS_MS) / 1000));
}

static int64_t
user_of(int who)
{
	return house.performance * 10000 + who;
}

static int
try_join(int who)
{
	int r = queue_join(&house.ctx, user_of(who), house.performance, &stand);

	if (r == QUEUE_OK)
		snprintf(tickets[who], sizeof(tickets[who]), "%s",
		    queue_ticket_text(&house.ctx, user_of(who), &stand.ticket)
			.p);
	return r;
}

static enum queue_state
join(int who)
{
	ck_assert_int_eq(try_join(who), QUEUE_OK);
	return stand.state;
}

static void
all_join(int from, int to)
{
	for (int who = from; who <= to; who++)
		ck_assert_int_eq(join(who), QUEUE_IN_LOBBY);
}

static enum queue_state
poll(int who)
{
	ck_assert_int_eq(queue_poll(&house.ctx, user_of(who), house.performance,
			     span_str(tickets[who]), &stand),
	    QUEUE_OK);
	if (stand.renewed)
		snprintf(tickets[who], sizeof(tickets[who]), "%s",
		    queue_ticket_text(&house.ctx, user_of(who), &stand.ticket)
			.p);
	return stand.state;
}

static void
all_poll(int from, int to, enum queue_state state)
{
	for (int who = from; who <= to; who++)
		ck_assert_int_eq(poll(who), state);
}

static void
leave(int who)
{
	ck_assert_int_eq(queue_leave(&house.ctx, user_of(who),
			     house.performance, span_str(tickets[who])),
	    QUEUE_OK);
}

static size_t
run(void)
{
	const struct terms *terms;
	size_t n = 0;

	house_round();
	ck_assert_int_eq(terms_renew(&house.ctx, house.performance, &terms),
	    TERMS_OK);
	ck_assert_int_eq(queue_lobby_run(&house.ctx, terms), 0);
	ck_assert_int_eq(queue_admit(&house.ctx, terms, &n), 0);
	return n;
}

static void
later(int64_t ms)
{
	clock_fake_add(ms);
	house_round();
}

/* What polls are answered from is looked at again by and by. */
static void
settled(enum lobby_state state)
{
	int64_t until_us = clock_mono_us() + 20 * INT64_C(1000000);
	struct queue_snapshot now = { 0 };

	while (queue_snapshot(&house.ctx, house.performance, &now) != 0
	    || now.lobby != state) {
		ck_assert_int_lt(clock_mono_us(), until_us);
		usleep(5000);
		(void)run();
	}
}

static int64_t
count(const char *sql)
{
	return house_count(sql, house.performance);
}

static int64_t
place_of(int who)
{
	static const struct sql sql = { "t_place",
		"SELECT coalesce(max(place), 0) FROM queue_lobby_member"
		" WHERE performance_id = $1 AND user_id = $2" };
	struct arena *a = &house.ctx.arena;
	const struct db_param params[] = { db_i64(a, house.performance),
		db_i64(a, user_of(who)) };
	struct db_rows rows;

	ck_assert_int_eq(db_run(house.ctx.primary, a, &sql, 2, params, &rows),
	    0);
	return db_get_i64(&rows, 0, 0);
}

static const char *
line_field(const char *name)
{
	return house_redis(arena_printf(&house.ctx.arena,
	    "HGET bo:{p%" PRId64 ".%" PRId64 "}:line %s", house.performance,
	    epoch_last(&house.ctx), name));
}

/* It opens, and is drawn. */
static void
given_draw(int n)
{
	given_lobby("");
	all_join(1, n);
	later(OPENS_MS);
	settled(LOBBY_DRAWN);
}

static int
draw(const char *beacon)
{
	const struct draw_ask ask = { .performance = house.performance,
		.beacon = span_str(beacon),
		.by = { .reason = SPAN_LIT("it was drawn"),
		    .os_user = SPAN_LIT("root") } };
	bool done;

	return draw_now(&house.ctx, &ask, &done);
}

/* ---- the lobby ---- */

START_TEST(everybody_who_comes_before_the_sale_is_in_the_lobby)
{
	uint8_t id[LOBBY_ID_LEN];

	given_lobby("");
	ck_assert_int_eq(join(1), QUEUE_IN_LOBBY);
	ck_assert(!stand.again);
	ck_assert(stand.ticket.in_lobby);
	ck_assert_int_eq(stand.ticket.seq, 0);
	ck_assert_int_eq(stand.opens_ms, clock_ms() + OPENS_MS);
	ck_assert_ptr_nonnull(stand.lobby);
	memcpy(id, stand.ticket.lobby_id, sizeof(id));
	ck_assert_int_eq(join(2), QUEUE_IN_LOBBY);
	ck_assert_mem_ne(id, stand.ticket.lobby_id, sizeof(id));
	/* From any tab it is the same place. */
	ck_assert_int_eq(join(1), QUEUE_IN_LOBBY);
	ck_assert(stand.again);
	ck_assert_mem_eq(id, stand.ticket.lobby_id, sizeof(id));
	(void)run();
	settled(LOBBY_OPEN);
	ck_assert_int_eq(poll(1), QUEUE_IN_LOBBY);
	ck_assert(!stand.renewed);
	ck_assert_int_eq(stand.total, 2);
	ck_assert_int_ge(stand.poll_after_s, QUEUE_POLL_MAX_S / 2);
	ck_assert_int_le(stand.poll_after_s, QUEUE_POLL_MAX_S);
	ck_assert_uint_eq(run(), 0);
}
END_TEST

START_TEST(a_lobby_takes_nobody_before_its_time)
{
	given_lobby(", queue_lobby_s = 300");
	ck_assert_int_eq(try_join(1), QUEUE_E_CLOSED);
	ck_assert_int_eq(count("SELECT count(*) FROM queue_lobby"
			       " WHERE performance_id = $1"),
	    0);
	later(OPENS_MS - 300000);
	ck_assert_int_eq(join(1), QUEUE_IN_LOBBY);
}
END_TEST

START_TEST(when_the_sale_opens_the_lobby_becomes_a_line_in_the_drawn_order)
{
	bool there[21] = { false };

	given_draw(20);
	for (int who = 1; who <= 20; who++) {
		int64_t place = place_of(who);

		ck_assert_int_eq(poll(who), QUEUE_WAITING);
		ck_assert_int_eq(stand.ticket.seq, place);
		ck_assert_int_eq(stand.lobby_place, place);
		ck_assert_int_eq(stand.ahead, place - 1);
		ck_assert(stand.ticket.in_lobby && !there[place]);
		there[place] = true;
	}
	/* One longest poll after the draw the first is admitted. */
	ck_assert_uint_eq(run(), 0);
	later(LEARN_MS);
	ck_assert_uint_eq(run(), 1);
	for (int who = 1; who <= 20; who++)
		ck_assert_int_eq(poll(who),
		    place_of(who) == 1 ? QUEUE_ADMITTED : QUEUE_WAITING);
}
END_TEST

START_TEST(who_comes_when_it_has_closed_stands_behind_all_of_it)
{
	given_lobby(", queue_beacon = 'lottery 1199, 20:00'");
	all_join(1, 5);
	later(OPENS_MS);
	settled(LOBBY_CLOSED);
	ck_assert_int_eq(join(6), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 5);
	ck_assert_int_eq(stand.why, QUEUE_WHY_NOTHING);
	ck_assert(!stand.ticket.in_lobby);
	ck_assert_int_eq(join(3), QUEUE_IN_LOBBY);
	ck_assert_uint_eq(run(), 0);
	all_poll(1, 5, QUEUE_IN_LOBBY);
	ck_assert_int_eq(draw("4 8 15 16 23 42"), DRAW_OK);
	settled(LOBBY_DRAWN);
	all_poll(1, 5, QUEUE_WAITING);
	ck_assert_int_eq(poll(6), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 5);
	ck_assert_int_eq(join(7), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 6);
	later(LEARN_MS);
	ck_assert_uint_eq(run(), 1);
	ck_assert_int_eq(poll(6), QUEUE_WAITING);
}
END_TEST

START_TEST(who_left_before_it_closed_is_not_drawn)
{
	given_lobby("");
	all_join(1, 4);
	leave(2);
	later(OPENS_MS);
	settled(LOBBY_DRAWN);
	ck_assert_int_eq(place_of(2), 0);
	ck_assert_int_eq(count("SELECT length(list) / 16 FROM queue_lobby"
			       " WHERE performance_id = $1"),
	    3);
	ck_assert_int_eq(poll(2), QUEUE_LEFT);
}
END_TEST

START_TEST(who_leaves_when_it_has_closed_is_drawn_and_stands_nowhere)
{
	given_lobby(", queue_beacon = 'x'");
	all_join(1, 4);
	later(OPENS_MS);
	settled(LOBBY_CLOSED);
	leave(2);
	ck_assert_int_eq(draw("7"), DRAW_OK);
	settled(LOBBY_DRAWN);
	ck_assert_int_gt(place_of(2), 0);
	ck_assert_int_eq(poll(2), QUEUE_LEFT);
	ck_assert_int_eq(poll(3), QUEUE_WAITING);
	ck_assert_int_eq(stand.total, 3);
}
END_TEST

START_TEST(a_lobby_that_nobody_came_to_becomes_a_line)
{
	given_lobby("");
	ck_assert_int_eq(join(1), QUEUE_IN_LOBBY);
	leave(1);
	later(OPENS_MS);
	settled(LOBBY_DRAWN);
	ck_assert_int_eq(join(2), QUEUE_WAITING);
	later(LEARN_MS);
	(void)poll(2);
	(void)run();
	ck_assert_int_eq(poll(2), QUEUE_ADMITTED);
}
END_TEST

/* ---- what it is drawn by ---- */

START_TEST(nothing_is_drawn_without_the_beacon_that_was_promised)
{
	given_lobby(", queue_beacon = 'lottery 1199, 20:00'");
	ck_assert_int_eq(draw("1"), DRAW_E_NONE);
	all_join(1, 3);
	ck_assert_str_eq(stand.lobby->beacon_source, "lottery 1199, 20:00");
	ck_assert_int_eq(draw("1"), DRAW_E_OPEN);
	later(OPENS_MS);
	settled(LOBBY_CLOSED);
	for (int i = 0; i < 3; i++)
		(void)run();
	ck_assert_int_eq(draw(NULL), DRAW_E_PROMISED);
	ck_assert_int_eq(count("SELECT count(*) FROM queue_lobby_member"
			       " WHERE performance_id = $1"
			       " AND place IS NOT NULL"),
	    0);
	ck_assert_int_eq(draw("1"), DRAW_OK);
	ck_assert_int_eq(draw("1"), DRAW_OK);
	ck_assert_int_eq(draw("2"), DRAW_E_OTHER);
	ck_assert_int_eq(count("SELECT count(*) FROM audit_log WHERE"
			       " action = 'queue.draw' AND"
			       " object = 'performance ' || $1::text"
			       " AND detail->>'beacon' = '1'"),
	    1);
}
END_TEST

START_TEST(a_beacon_that_nobody_promised_is_refused)
{
	given_lobby("");
	all_join(1, 2);
	later(OPENS_MS);
	settled(LOBBY_DRAWN);
	ck_assert_int_eq(draw("1"), DRAW_E_OTHER);
	house_renew();
	given_lobby(", queue_beacon = 'x'");
	all_join(1, 2);
	later(OPENS_MS);
	settled(LOBBY_CLOSED);
	ck_assert_int_eq(draw(NULL), DRAW_E_PROMISED);
}
END_TEST

START_TEST(an_operator_draws_over_http)
{
	const char *at = arena_printf(&house.ctx.arena,
	    "/api/v1/admin/performances/%" PRId64 "/queue/draw",
	    house.performance);
	const char *admin = wire_token(house_user("op"), ROLE_ADMIN);

	given_lobby(", queue_beacon = 'x'");
	all_join(1, 2);
	ASSERT_PROBLEM(409, "no-such-move",
	    ask("POST", at, admin, "{\"beacon\":\"7\",\"reason\":\"x\"}"));
	later(OPENS_MS);
	settled(LOBBY_CLOSED);
	(void)run();
	ASSERT_FIELD("beacon", ask("POST", at, admin, "{\"reason\":\"x\"}"));
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(ask("POST", at, admin,
				     "{\"beacon\":\"7\",\"reason\":\"x\"}"),
		    200);
		ck_assert_int_eq(json_get(body, "changed")->boolean, i == 0);
	}
	ASSERT_PROBLEM(409, "no-such-move",
	    ask("POST", at, admin, "{\"beacon\":\"8\",\"reason\":\"x\"}"));
	settled(LOBBY_DRAWN);
	ck_assert_int_eq(place_of(1) + place_of(2), 3);
}
END_TEST

#define FIRST_BECOMES(from, to) \
	"WITH moved AS (UPDATE queue_lobby_member SET performance_id = " to \
	" WHERE performance_id = " from \
	" AND user_id % 10000 = 1" \
	" RETURNING 1) SELECT count(*) FROM moved"

START_TEST(nothing_is_drawn_but_those_who_are_listed)
{
	given_lobby(", queue_beacon = 'x'");
	all_join(1, 3);
	later(OPENS_MS);
	settled(LOBBY_CLOSED);
	ck_assert_int_eq(count(FIRST_BECOMES("$1", "-$1::bigint")), 1);
	ck_assert_int_lt(draw("1"), 0);
	ck_assert_int_eq(count(FIRST_BECOMES("-$1::bigint", "$1")), 1);
	ck_assert_int_eq(draw("1"), DRAW_OK);
	settled(LOBBY_DRAWN);
	all_poll(1, 3, QUEUE_WAITING);
}
END_TEST

#ifdef FAULTS
static void
draw_with_two(void)
{
	_exit(draw("2"));
}

START_TEST(of_two_who_draw_at_once_one_is_told_that_it_was_drawn)
{
	struct sleeper late;

	given_lobby(", queue_beacon = 'x'");
	all_join(1, 20);
	later(OPENS_MS);
	settled(LOBBY_CLOSED);
	buyer_sleep(&late, "draw.before_keep", draw_with_two);
	ck_assert_int_eq(draw("1"), DRAW_OK);
	settled(LOBBY_DRAWN);
	ck_assert_int_eq(buyer_wake(&late), DRAW_E_OTHER);
	ck_assert_int_eq(count("SELECT count(*) FROM queue_lobby"
			       " WHERE performance_id = $1 AND beacon = '1'"
			       " AND cardinality(drawn) = 20"),
	    1);
	ck_assert_int_eq(count("SELECT count(*) FROM audit_log WHERE"
			       " action = 'queue.draw' AND"
			       " object = 'performance ' || $1::text"),
	    1);
}
END_TEST
#endif

static const char *const frozen[] = {
	"UPDATE queue_lobby SET seed = sha256('x')",
	"DELETE FROM queue_lobby",
	"UPDATE queue_lobby SET base = base + 1",
	"UPDATE queue_lobby SET list = list || list",
	"UPDATE queue_lobby SET beacon = '2'",
	"UPDATE queue_lobby SET drawn = drawn || drawn",
	"UPDATE performances SET queue_beacon = 'y'",
	"UPDATE performances SET queue_mode = 'fifo'",
};

static bool
is_refused(const char *statement, const char *column)
{
	static struct sql sql = { "t_frozen", NULL };
	struct ctx *ctx = &house.ctx;

	sql.text = arena_printf(&ctx->arena, "%s WHERE %s = %" PRId64,
	    statement, column, house.performance);
	return db_run(ctx->primary, &ctx->arena, &sql, 0, NULL, NULL)
	    == DB_E_CONSTRAINT
	    && strstr("queue_lobby_kept queue_mode_kept",
		   db_constraint(ctx->primary))
	    != NULL;
}

START_TEST(what_is_published_is_never_changed)
{
	given_lobby(", queue_beacon = 'x'");
	become("queue_beacon = 'a better one'");
	become("queue_mode = 'fifo'");
	become("queue_mode = 'lobby', queue_beacon = 'x'");
	all_join(1, 2);
	later(OPENS_MS);
	settled(LOBBY_CLOSED);
	ck_assert_int_eq(draw("1"), DRAW_OK);
	ck_assert(is_refused(frozen[_i],
	    strstr(frozen[_i], "performances") != NULL ? "id"
						       : "performance_id"));
	become("queue_mode = 'off'");
	become("queue_mode = 'lobby'");
}
END_TEST

START_TEST(a_line_that_people_stand_in_is_not_made_a_lobby)
{
	become("queue_mode = 'fifo', queue_active_limit = 1");
	ck_assert_int_eq(join(1), QUEUE_ADMITTED);
	ck_assert(
	    is_refused("UPDATE performances SET queue_mode = 'lobby'", "id"));
}
END_TEST

/* ---- as anybody computes it ---- */

/* returns: the exit status; out is what the command wrote */
static int PRINTF_LIKE(1, 2) shell(const char *fmt, ...)
{
	char command[1024];
	size_t n;
	va_list ap;
	FILE *f;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	f = popen(command, "r");
	ck_assert_ptr_nonnull(f);
	n = fread(out, 1, sizeof(out) - 1, f);
	out[n] = '\0';
	return WEXITSTATUS(pclose(f));
}

static const char *
uri(void)
{
	return arena_printf(&house.ctx.arena,
	    "/api/v1/performances/%" PRId64 "/queue/draw", house.performance);
}

static const char *
write_draw(struct span text)
{
	static char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/tmp/bo-draw-%d", (int)getpid());
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text.p, 1, text.len, f), text.len);
	ck_assert_int_eq(fclose(f), 0);
	return path;
}

/* "place id" of all, as the house has them. */
static const char *
places(void)
{
	static const struct sql sql = { "t_places",
		"SELECT string_agg(place || ' ' || encode(lobby_id, 'hex'),"
		" E'\\n' ORDER BY place) || E'\\n' FROM queue_lobby_member"
		" WHERE performance_id = $1" };
	const struct db_param id = db_i64(&house.ctx.arena, house.performance);
	struct db_rows rows;

	ck_assert_int_eq(
	    db_run(house.ctx.primary, &house.ctx.arena, &sql, 1, &id, &rows),
	    0);
	return db_cell(&rows, 0, 0).p;
}

#define SCRIPT "python3 \"$SRCDIR\"/doc/draw.py"
#define VERIFY "\"$BUILDDIR\"/boxofficectl queue verify"

/* The text with the first digit of a member another. */
static struct span
spoil(struct span text, const char *name)
{
	char *copy = arena_dup(&house.ctx.arena, text.p, text.len);
	char *at = strstr(copy,
	    arena_printf(&house.ctx.arena, "\"%s\":\"", name));

	ck_assert_ptr_nonnull(at);
	at += strlen(name) + 4;
	*at = *at == '1' ? '2' : '1';
	return (struct span){ copy, text.len };
}

START_TEST(the_draw_is_what_anybody_computes_from_what_is_published)
{
	static const char *const bound[] = { "ids", "seed", "list_sha256",
		"seed_sha256" };
	struct span text;
	const char *path;

	given_lobby(", queue_beacon = 'lottery 1199, 20:00'");
	all_join(1, 60);
	later(OPENS_MS);
	settled(LOBBY_CLOSED);
	ck_assert_int_eq(draw("3 \xea\xb0\x80"), DRAW_OK);
	settled(LOBBY_DRAWN);
	ck_assert_int_eq(ask("GET", uri(), NULL, NULL), 200);
	text = arena_span(&house.ctx.arena, call.res.body);
	path = write_draw(text);
	ck_assert_int_eq(shell(SCRIPT " %s", path), 0);
	ck_assert_str_eq(out, places());
	ck_assert_int_eq(shell(VERIFY " %s", path), 0);
	ck_assert_str_eq(out, places());
	(void)poll(7);
	ck_assert_int_eq(shell(VERIFY " %s %s", path,
			     crypto_hex(&house.ctx.arena, stand.ticket.lobby_id,
				 LOBBY_ID_LEN)),
	    0);
	ck_assert_int_eq(strtoll(out, NULL, 10), place_of(7));
	ck_assert_int_eq(shell(VERIFY " %s 00 2>&1", path), 1);
	/* What is bound is not to be changed, */
	for (size_t i = 0; i < ARRAY_LEN(bound); i++) {
		(void)write_draw(spoil(text, bound[i]));
		ck_assert_int_eq(shell(SCRIPT " %s 2>&1", path), 1);
		ck_assert_int_eq(shell(VERIFY " %s 2>&1", path), 1);
	}
	/* and with another beacon the order is another. */
	(void)write_draw(spoil(text, "beacon"));
	ck_assert_int_eq(shell(SCRIPT " %s", path), 0);
	ck_assert_str_ne(out, places());
	ck_assert_int_eq(shell(VERIFY " %s", path), 0);
	ck_assert_str_ne(out, places());
	unlink(path);
}
END_TEST

static bool
is_null(const char *name)
{
	return json_get(body, name)->type == JSON_NULL;
}

START_TEST(no_more_is_published_than_may_be_known)
{
	const char *etag;

	given_lobby(", queue_beacon = 'x'");
	ASSERT_PROBLEM(404, "not-found", ask("GET", uri(), NULL, NULL));
	all_join(1, 3);
	ck_assert_int_eq(ask("GET", uri(), NULL, NULL), 200);
	ck_assert_str_eq(text("state"), "open");
	ck_assert_str_eq(text("seed_sha256"), stand.lobby->seed_sha256);
	ck_assert_str_eq(text("beacon_source"), "x");
	ck_assert(is_null("ids") && is_null("list_sha256") && is_null("seed")
	    && is_null("beacon") && is_null("count"));
	later(OPENS_MS);
	settled(LOBBY_CLOSED);
	(void)run();
	ck_assert_int_eq(ask("GET", uri(), NULL, NULL), 200);
	ck_assert_str_eq(text("state"), "closed");
	ck_assert_int_eq(number("count"), 3);
	ck_assert_uint_eq(strlen(text("ids")), 3 * 2 * LOBBY_ID_LEN);
	ck_assert(is_null("seed") && is_null("beacon"));
	etag = arena_printf(&house.ctx.arena, "%s", header("ETag"));
	ck_assert_int_eq(draw("7"), DRAW_OK);
	ck_assert_int_eq(ask("GET", uri(), NULL, NULL), 200);
	ck_assert_str_eq(text("state"), "drawn");
	ck_assert_str_eq(text("beacon"), "7");
	ck_assert_str_ne(etag, header("ETag"));
	become("status = 'draft'");
	ASSERT_PROBLEM(404, "not-found", ask("GET", uri(), NULL, NULL));
}
END_TEST

/* Twice: packed, and as it was kept. */
START_TEST(a_draw_is_packed_and_asked_for_again_by_its_etag)
{
	struct span plain, etag;

	given_draw(3);
	ck_assert_int_eq(ask("GET", uri(), NULL, NULL), 200);
	plain = arena_span(&house.ctx.arena, call.res.body);
	etag = span_str(arena_printf(&house.ctx.arena, "%s", header("ETag")));
	ck_assert_str_eq(header("Vary"), "Accept-Encoding");
	for (int i = 0; i < 2; i++) {
		wire_request("GET", uri(), NULL, NULL);
		call.req.accept_encoding = SPAN_LIT("gzip");
		ck_assert_int_eq(wire_ask(), 200);
		ck_assert_str_eq(header("Content-Encoding"), "gzip");
		ck_assert(
		    span_eq(unpacked(&house.ctx.arena, call.res.body), plain));
	}
	wire_request("GET", uri(), NULL, NULL);
	call.req.if_none_match = etag;
	ck_assert_int_eq(wire_ask(), 304);
}
END_TEST

START_TEST(buyers_are_told_of_the_lobby_and_of_their_place)
{
	const char *at = arena_printf(&house.ctx.arena,
	    "/api/v1/performances/%" PRId64 "/queue", house.performance);
	const char *token = wire_token(house_user("ann"), false);
	char *id, *ticket;

	given_lobby("");
	ck_assert_int_eq(ask("POST", at, token, NULL), 201);
	ck_assert_str_eq(text("state"), "lobby");
	ck_assert_uint_eq(strlen(text("lobby_id")), 2 * LOBBY_ID_LEN);
	ck_assert(is_null("lobby_place") && is_null("beacon_source"));
	ck_assert_uint_eq(strlen(text("seed_sha256")), 64);
	ck_assert_str_ne(text("opens_at"), "");
	id = text("lobby_id");
	ticket = text("queue_token");
	ck_assert_int_eq(ask("POST", at, token, NULL), 200);
	ck_assert_str_eq(text("lobby_id"), id);
	later(OPENS_MS);
	settled(LOBBY_DRAWN);
	wire_request("GET", at, token, NULL);
	call.req.queue_token = span_str(ticket);
	ck_assert_int_eq(wire_ask(), 200);
	ck_assert_str_eq(text("state"), "waiting");
	ck_assert_str_eq(text("lobby_id"), id);
	ck_assert_int_eq(number("lobby_place"), 1);
	ck_assert_ptr_null(json_get(body, "opens_at"));
}
END_TEST

/* ---- what is lost ---- */

START_TEST(a_loss_costs_nobody_in_the_lobby_his_place)
{
	uint8_t id[LOBBY_ID_LEN];

	given_lobby("");
	all_join(1, 4);
	memcpy(id, stand.ticket.lobby_id, sizeof(id));
	later(OPENS_MS - 1000);
	house_redis("FLUSHALL");
	all_poll(1, 2, QUEUE_IN_LOBBY);
	/* The sale has opened, and some are not back. */
	later(BACK_MS - 1000);
	for (int i = 0; i < 3; i++)
		ck_assert_uint_eq(run(), 0);
	ck_assert_str_eq(line_field("lobby"), "open");
	ck_assert_int_eq(poll(4), QUEUE_IN_LOBBY);
	ck_assert(stand.renewed);
	ck_assert_mem_eq(id, stand.ticket.lobby_id, sizeof(id));
	later(1000);
	settled(LOBBY_DRAWN);
	ck_assert_int_gt(place_of(1), 0);
	ck_assert_int_gt(place_of(2), 0);
	ck_assert_int_gt(place_of(4), 0);
	/* Who did not come back in time stands behind. */
	ck_assert_int_eq(place_of(3), 0);
	ck_assert_int_eq(poll(3), QUEUE_LEFT);
	ck_assert_int_eq(join(3), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 3);
}
END_TEST

START_TEST(a_loss_after_the_closing_brings_back_those_who_were_in_it)
{
	given_lobby(", queue_beacon = 'x'");
	all_join(1, 4);
	later(OPENS_MS);
	settled(LOBBY_CLOSED);
	(void)run();
	house_redis("FLUSHALL");
	ck_assert_int_eq(join(5), QUEUE_WAITING);
	all_poll(1, 3, QUEUE_IN_LOBBY);
	ck_assert(stand.renewed);
	ck_assert_int_eq(draw("7"), DRAW_OK);
	settled(LOBBY_DRAWN);
	/* Also him who has not asked since. */
	all_poll(1, 4, QUEUE_WAITING);
	for (int who = 1; who <= 4; who++) {
		ck_assert_int_eq(poll(who), QUEUE_WAITING);
		ck_assert_int_eq(stand.ahead, place_of(who) - 1);
	}
	ck_assert_int_eq(poll(5), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 4);
}
END_TEST

START_TEST(a_loss_after_the_draw_takes_nobody_his_number)
{
	given_draw(6);
	all_poll(1, 2, QUEUE_WAITING);
	house_redis("FLUSHALL");
	/* Some have their numbers, some have tickets of the lobby. */
	all_poll(1, 6, QUEUE_WAITING);
	for (int who = 1; who <= 6; who++) {
		ck_assert_int_eq(poll(who), QUEUE_WAITING);
		ck_assert_int_eq(stand.ticket.seq, place_of(who));
		ck_assert_int_eq(stand.ahead, place_of(who) - 1);
	}
	ck_assert_int_eq(join(7), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 6);
	ck_assert_uint_eq(run(), 0);
	later(LEARN_MS);
	all_poll(1, 7, QUEUE_WAITING);
	ck_assert_uint_eq(run(), 1);
	for (int who = 1; who <= 6; who++)
		ck_assert_int_eq(poll(who),
		    place_of(who) == 1 ? QUEUE_ADMITTED : QUEUE_WAITING);
}
END_TEST

/* A pass that was drawn is spent, also for who still has his first ticket. */
START_TEST(a_ticket_of_the_lobby_is_good_for_one_pass)
{
	char first[128];
	int who = 1;

	given_draw(2);
	if (place_of(who) != 1)
		who = 2;
	memcpy(first, tickets[who], sizeof(first));
	ck_assert_int_eq(poll(who), QUEUE_WAITING);
	later(LEARN_MS);
	(void)poll(who);
	ck_assert_uint_eq(run(), 1);
	leave(who);
	memcpy(tickets[who], first, sizeof(first));
	ck_assert_int_eq(poll(who), QUEUE_EXPIRED);
	house_redis("FLUSHALL");
	memcpy(tickets[who], first, sizeof(first));
	ck_assert_int_eq(poll(who), QUEUE_EXPIRED);
}
END_TEST

START_TEST(no_ticket_of_the_lobby_is_taken_for_what_it_is_not)
{
	struct queue_ticket t;

	given_lobby("");
	all_join(1, 2);
	t = stand.ticket;
	ck_assert_int_eq(queue_poll(&house.ctx, user_of(1), house.performance,
			     span_str(tickets[2]), &stand),
	    QUEUE_E_TICKET);
	/* An id is signed: a number cannot become one, nor one another. */
	for (size_t i = 0; i < strlen(tickets[2]); i++) {
		char c = tickets[2][i];

		tickets[2][i] = c == 'A' ? 'B' : 'A';
		ck_assert_int_eq(queue_poll(&house.ctx, user_of(2),
				     house.performance, span_str(tickets[2]),
				     &stand),
		    QUEUE_E_TICKET);
		tickets[2][i] = c;
	}
	ck_assert(t.in_lobby);
}
END_TEST

static void
open_runner(int i)
{
	(void)i;
	house_fork();
}

static int
run_often(int i)
{
	(void)i;
	for (int n = 0; n < 8; n++)
		(void)run();
	return 0;
}

START_TEST(runs_at_the_same_time_give_each_his_place)
{
	static const struct runner runner = { open_runner, run_often };
	int results[4];

	given_lobby("");
	all_join(1, 90);
	later(OPENS_MS);
	race(4, &runner, results);
	ck_assert_int_eq(race_count(4, results, 0), 4);
	settled(LOBBY_DRAWN);
	for (int who = 1; who <= 90; who++) {
		ck_assert_int_eq(poll(who), QUEUE_WAITING);
		ck_assert_int_eq(stand.ahead, place_of(who) - 1);
	}
}
END_TEST

#ifdef FAULTS
static void
run_once(void)
{
	for (int i = 0; i < 4; i++)
		(void)run();
}

static const char *const deaths[] = { "crash:lobby.before_close:1",
	"crash:lobby.after_close:1", "crash:lobby.after_close_script:1",
	"crash:lobby.after_gather:1", "crash:lobby.after_list:1",
	"crash:draw.after_page:1", "crash:draw.before_keep:1",
	"crash:lobby.after_draw:1", "crash:lobby.after_place:1",
	"crash:lobby.after_fill:1", "crash:lobby.before_done:1" };

/* Whoever dies where, and Redis with him: 1 to 5 are drawn, 6 stands behind. */
START_TEST(whoever_dies_half_way_costs_nobody_his_place_in_the_draw)
{
	bool loses = _i >= (int)ARRAY_LEN(deaths);

	given_lobby(", queue_status = 'paused'");
	all_join(1, 5);
	later(OPENS_MS);
	buyer_crash(deaths[(size_t)_i % ARRAY_LEN(deaths)], run_once);
	if (loses) {
		house_redis("FLUSHALL");
		for (int who = 1; who <= 5; who++)
			(void)poll(who);
		later(BACK_MS);
	}
	settled(LOBBY_DRAWN);
	ck_assert_int_eq(join(6), QUEUE_WAITING);
	for (int who = 1; who <= 5; who++) {
		ck_assert_int_eq(poll(who), QUEUE_WAITING);
		ck_assert_int_eq(stand.ticket.seq, place_of(who));
	}
	for (int who = 1; who <= 5; who++) {
		ck_assert_int_eq(poll(who), QUEUE_WAITING);
		ck_assert_int_eq(stand.ahead, place_of(who) - 1);
	}
	ck_assert_int_eq(poll(6), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 5);
}
END_TEST
#endif

/* ---- how large it may be ---- */

/* So many at a time: Redis answers in its time also where it is slow. */
#define CROWD_STEP 4000

/* The lobby has n people whom nobody has seen, numbers 1 and on. */
static void
crowd(int n)
{
	house.ctx.set.redis_command_ms = 60000;
	kv_drop(house.ctx.kv);
	for (int from = 0; from < n; from += CROWD_STEP)
		(void)house_redis(arena_printf(&house.ctx.arena,
		    "EVAL for\ti=%d,%d\tdo\tredis.call('HSET',KEYS[1],i,"
		    "string.sub(redis.sha1hex(i),1,16))\tend\treturn\t'ok' 1"
		    " bo:{p%" PRId64 ".%" PRId64 "}:lobby",
		    from + 1, MIN(from + CROWD_STEP, n), house.performance,
		    epoch_last(&house.ctx)));
}

START_TEST(a_lobby_takes_so_many_and_no_more)
{
	given_lobby("");
	all_join(1, 1);
	crowd(LOBBY_MAX - 1);
	ck_assert_int_lt(try_join(2), 0);
	leave(1);
	ck_assert_int_eq(join(2), QUEUE_IN_LOBBY);
}
END_TEST

/* What a worker may use in a round, or a request. */
#define ARENA_MAX ((size_t)64 << 20)

/* What a run moves in all, each with a score (queue_pick). */
#define WORDS_MAX (2 * 1000 + 8)

/* Of what Redis did since SLOWLOG RESET, how often over 5 ms; no command, a
 * script's own ones too, has more words than it may: so many people at a time.
 */
static int
slow_commands(void)
{
	struct span words, slow;

	slow = span_str(house_redis(
	    "EVAL local\tslow,most=0,0\tfor\t_,one\tin\tipairs("
	    "redis.call('SLOWLOG','GET','-1'))\tdo\tif\tone[3]>5000\tthen\t"
	    "slow=slow+1\tend\tlocal\tn=#one[4]\tlocal\tmore="
	    "string.match(one[4][n],'%((%d+)%smore')\tmost=math.max(most,more"
	    "\tand\tn-1+more\tor\tn)\tend\treturn\tslow..':'..most 0"));
	words = slow;
	slow = span_cut(&words, ':');
	ck_assert_int_gt(atoi(words.p), 200);
	ck_assert_int_le(atoi(words.p), WORDS_MAX);
	return atoi(slow.p);
}

/* Until it is drawn; no run needs more memory than it may. */
static void
draw_all(int n)
{
	int64_t begun_us = clock_mono_us(), longest_us = 0;
	size_t n_runs = 0, most = 0;

	house_redis("CONFIG SET slowlog-max-len 1000000");
	house_redis("CONFIG SET slowlog-log-slower-than 0");
	house_redis("SLOWLOG RESET");
	do {
		int64_t from_us = clock_mono_us();
		size_t used = house.ctx.arena.used;

		(void)run();
		longest_us = MAX(longest_us, clock_mono_us() - from_us);
		most = MAX(most, house.ctx.arena.used - used);
		n_runs++;
		ck_assert_int_lt(clock_mono_us() - begun_us,
		    100 * INT64_C(1000000));
	} while (strcmp(line_field("lobby"), "drawn") != 0);
	ck_assert_uint_lt(most, ARENA_MAX);
	/* Then those who are not there are looked for. */
	for (int i = 0; i < 3; i++)
		(void)run();
	house_redis("CONFIG SET slowlog-log-slower-than 10000");
	printf(
	    "# %d drawn in %.1f s, %zu runs, the longest %lld ms, %zu KiB\n"
	    "# commands of Redis over 5 ms: %d\n",
	    n, (double)(clock_mono_us() - begun_us) / 1e6, n_runs,
	    (long long)longest_us / 1000, most >> 10, slow_commands());
}

static void
ask_packed(void)
{
	int64_t from_us = clock_mono_us();
	size_t used;

	/* Nothing before it is needed any more, as in a worker. */
	arena_reset(&house.ctx.arena);
	used = house.ctx.arena.used;
	wire_request("GET", uri(), NULL, NULL);
	call.req.accept_encoding = SPAN_LIT("gzip");
	ck_assert_int_eq(wire_ask(), 200);
	used = house.ctx.arena.used - used;
	ck_assert_uint_lt(used, ARENA_MAX);
	printf("# asked for in %lld ms, %zu KiB packed, %zu KiB of memory\n",
	    (long long)(clock_mono_us() - from_us) / 1000,
	    call.res.body.len >> 10, used >> 10);
}

/* With LOBBY_SIZE so many, and no other test. */
START_TEST(a_large_lobby_is_drawn_in_small_steps_as_anybody_computes_it)
{
	const char *size = getenv("LOBBY_SIZE"), *path, *all;
	int n = size == NULL ? 5000 : (int)strtol(size, NULL, 10);
	uint8_t digest[SHA256_LEN];

	/* A test forgets nothing, a worker all of it with each round. */
	house.ctx.arena.limit = (size_t)4 << 30;
	given_lobby("");
	all_join(1, 1);
	leave(1);
	crowd(n);
	later(OPENS_MS);
	draw_all(n);
	ask_packed();
	ask_packed();
	house.ctx.arena.limit = (size_t)4 << 30;
	path = write_draw(unpacked(&house.ctx.arena, call.res.body));
	all = places();
	crypto_sha256(span_str(all), digest);
	all = crypto_hex(&house.ctx.arena, digest, SHA256_LEN);
	ck_assert_int_eq(shell(SCRIPT " %s | sha256sum | cut -c -64", path), 0);
	ck_assert_int_eq(strncmp(out, all, 64), 0);
	ck_assert_int_eq(shell(VERIFY " %s | sha256sum | cut -c -64", path), 0);
	ck_assert_int_eq(strncmp(out, all, 64), 0);
	unlink(path);
}
END_TEST

static void
setup(void)
{
	away_open();
	wire_open(&house.ctx);
}

static void
teardown(void)
{
	wire_close();
	house_close();
}

SUITE("lobby")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(setup, teardown);
	TEST(a_large_lobby_is_drawn_in_small_steps_as_anybody_computes_it);
	if (getenv("LOBBY_SIZE") != NULL)
		return;
	TEST(everybody_who_comes_before_the_sale_is_in_the_lobby);
	TEST(a_lobby_takes_nobody_before_its_time);
	TEST(when_the_sale_opens_the_lobby_becomes_a_line_in_the_drawn_order);
	TEST(who_comes_when_it_has_closed_stands_behind_all_of_it);
	TEST(who_left_before_it_closed_is_not_drawn);
	TEST(who_leaves_when_it_has_closed_is_drawn_and_stands_nowhere);
	TEST(a_lobby_that_nobody_came_to_becomes_a_line);
	TEST(nothing_is_drawn_without_the_beacon_that_was_promised);
	TEST(a_beacon_that_nobody_promised_is_refused);
	TEST(an_operator_draws_over_http);
	TEST(nothing_is_drawn_but_those_who_are_listed);
#ifdef FAULTS
	TEST(of_two_who_draw_at_once_one_is_told_that_it_was_drawn);
#endif
	TEST_LOOP(what_is_published_is_never_changed, ARRAY_LEN(frozen));
	TEST(a_line_that_people_stand_in_is_not_made_a_lobby);
	TEST(the_draw_is_what_anybody_computes_from_what_is_published);
	TEST(no_more_is_published_than_may_be_known);
	TEST(a_draw_is_packed_and_asked_for_again_by_its_etag);
	TEST(buyers_are_told_of_the_lobby_and_of_their_place);
	TEST(a_loss_costs_nobody_in_the_lobby_his_place);
	TEST(a_loss_after_the_closing_brings_back_those_who_were_in_it);
	TEST(a_loss_after_the_draw_takes_nobody_his_number);
	TEST(a_ticket_of_the_lobby_is_good_for_one_pass);
	TEST(no_ticket_of_the_lobby_is_taken_for_what_it_is_not);
	TEST(runs_at_the_same_time_give_each_his_place);
#ifdef FAULTS
	TEST_LOOP(whoever_dies_half_way_costs_nobody_his_place_in_the_draw,
	    2 * ARRAY_LEN(deaths));
#endif
	TEST(a_lobby_takes_so_many_and_no_more);
}
