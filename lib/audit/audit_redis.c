/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_redis - promises and their mirror of the facts
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#include "audit/audit_own.h"

#include "base/clock.h"
#include "seat/epoch.h"
#include "seat/seat_state.h"
#include "store/keys.h"
#include "store/read.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- I11: maps are what claims and journal say ---- */

SQL(audit_i11_claims,
    "SELECT seat_no, state, mark FROM seat_claim WHERE performance_id = $1"
    "  AND (state <> 'H' OR expires_at > $2)");
SQL(audit_i11_journal,
    "SELECT token, status, user_id, seats, coalesce(section_no, 0)"
    " FROM holds"
    " WHERE performance_id = $1 AND hard_expires_at > $2"
    "  AND (status = 'paying' OR (status = 'held' AND expires_at > $2))");

/* What a seat should be, by claims and holds. */
struct should {
	char letter; /* '\0': nobody says anything */
	bool claimed;
	bool kept_for; /* held by whom it is kept for */
	int32_t mark;
};

struct compare {
	struct ctx *ctx;
	const struct audit_map *map;
	struct should *seats;
	struct audit_list *list;
	int64_t now_ms;
};

/* A blocked seat may be held by whom it is kept for. */
static void
expect(struct compare *c, int64_t seat_no, const struct should *is)
{
	struct should *so_far;

	if (seat_no < 1 || (size_t)seat_no > c->map->letters.len) {
		audit_say(c->list,
		    "seat %" PRId64 " of performance %" PRId64
		    " is not in Redis",
		    seat_no, c->map->performance);
		return;
	}
	so_far = &c->seats[seat_no - 1];
	if (!so_far->claimed
	    || (is->kept_for && so_far->letter == SEAT_BLOCKED))
		*so_far = *is;
}

static int
expect_claims(struct compare *c)
{
	struct arena *a = &c->ctx->arena;
	const struct db_param params[] = { db_i64(a, c->map->performance),
		db_time(a, c->now_ms) };
	struct db_rows rows;
	int r;

	r = db_read_primary(c->ctx, &sql_audit_i11_claims, 2, params, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++)
		expect(c, db_get_i64(&rows, i, 0),
		    &(struct should){ .letter = db_cell(&rows, i, 1).p[0],
			.claimed = true,
			.mark = (int32_t)db_get_i64(&rows, i, 2) });
	return r;
}

/* A hold whose claims were just made has said H or P before them. */
static void
expect_hold(struct compare *c, const struct hold_record *h)
{
	for (size_t i = 0; i < h->n_seats; i++)
		expect(c, h->seats[i],
		    &(struct should){ .letter = h->status == HOLD_HELD
			    ? SEAT_HOLD
			    : SEAT_PAYMENT_PENDING,
			.kept_for = h->blocked,
			.mark = hold_token_mark(&h->token) });
}

/* Whether a seat is as it should be. One that nobody speaks of is free; a P
 * is a claim; the claim H of a hold made while Redis was away stays H while
 * that is being paid for. */
static bool
is_as_said(const struct should *s, char letter, int32_t mark)
{
	if (s->letter == '\0')
		return letter == SEAT_AVAILABLE;
	if (s->mark != mark)
		return false;
	if (s->claimed && s->letter == SEAT_HOLD)
		return letter == SEAT_HOLD || letter == SEAT_PAYMENT_PENDING;
	return letter == s->letter
	    && (s->claimed || letter != SEAT_PAYMENT_PENDING);
}

static void
compare_seats(struct compare *c)
{
	for (size_t i = 0; i < c->map->letters.len; i++) {
		const struct should *s = &c->seats[i];
		char letter = c->map->letters.p[i];
		int32_t mark = seat_mark_at(c->map->marks, i);

		if (is_as_said(s, letter, mark))
			continue;
		if (s->letter == '\0' || letter == SEAT_PAYMENT_PENDING)
			audit_say(c->list,
			    "seat %zu of performance %" PRId64
			    " is %c in Redis and nothing says so",
			    i + 1, c->map->performance, letter);
		else
			audit_say(c->list,
			    "seat %zu of performance %" PRId64
			    " is %c in Redis and %c by its %s",
			    i + 1, c->map->performance, letter, s->letter,
			    s->claimed ? "claim" : "hold");
	}
}

static bool
runs(const struct compare *c, const struct hold_record *h)
{
	return h->status == HOLD_PAYING || h->ends_ms > c->now_ms;
}

static bool
same_hold(struct arena *a, const struct hold_record *h,
    const struct db_rows *rows, size_t row)
{
	size_t n;
	int64_t *seats;

	if (hold_status_letter(db_cell(rows, row, 1)) != h->status
	    || db_get_i64(rows, row, 2) != h->user
	    || db_get_i64(rows, row, 4) != h->section_no)
		return false;
	seats = db_get_i64s(a, rows, row, 3, &n);
	return n == h->n_seats
	    && memcmp(seats, h->seats, n * sizeof(*seats)) == 0;
}

/* Holds by their tokens' bytes. */
static int
by_token(const void *a, const void *b)
{
	const struct hold_record *const *x = a, *const *y = b;

	return memcmp((*x)->token.random, (*y)->token.random, HOLD_RANDOM_LEN);
}

static const struct hold_record *
find_hold(const struct hold_record **sorted, size_t n, struct span token)
{
	struct hold_record key;
	const struct hold_record *want = &key, **at = NULL;

	if (hold_token_read(token, &key.token) && n > 0)
		at = bsearch(&want, sorted, n, sizeof(*sorted), by_token);
	return at != NULL ? *at : NULL;
}

/* Redis's running holds against the journal's, both ways: those found are
 * counted, and what is left over was not journaled. */
static int
compare_journal(struct compare *c)
{
	struct arena *a = &c->ctx->arena;
	const struct db_param params[] = { db_i64(a, c->map->performance),
		db_time(a, c->now_ms) };
	const struct hold_record **sorted = ARENA_ARRAY(a, c->map->n_holds + 1,
	    const struct hold_record *);
	bool *seen = ARENA_ARRAY(a, c->map->n_holds + 1, bool);
	struct db_rows rows;
	size_t n = 0;
	int r;

	for (size_t i = 0; i < c->map->n_holds; i++)
		if (runs(c, &c->map->holds[i]))
			sorted[n++] = &c->map->holds[i];
	qsort(sorted, n, sizeof(*sorted), by_token);
	r = db_read_primary(c->ctx, &sql_audit_i11_journal, 2, params, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++) {
		struct span token = db_cell(&rows, i, 0);
		const struct hold_record *h = find_hold(sorted, n, token);

		if (h == NULL || !same_hold(a, h, &rows, i))
			audit_say(c->list, "hold %s is not so in Redis",
			    arena_str(a, token));
		if (h != NULL)
			seen[h - c->map->holds] = true;
	}
	for (size_t i = 0; r == 0 && i < n; i++)
		if (!seen[sorted[i] - c->map->holds])
			audit_say(c->list, "hold %s is not in the journal",
			    arena_str(a,
				hold_token_text(a, &sorted[i]->token)));
	return r;
}

static int
look_settled(struct ctx *ctx, const struct audit_map *map,
    struct audit_list *list)
{
	struct compare c = { .ctx = ctx,
		.map = map,
		.list = list,
		.now_ms = clock_ms() };
	int r;

	c.seats = ARENA_ARRAY(&ctx->arena, map->letters.len + 1, struct should);
	r = expect_claims(&c);
	if (r != 0)
		return r;
	for (size_t i = 0; i < map->n_holds; i++)
		if (map->holds[i].section_no == 0)
			expect_hold(&c, &map->holds[i]);
	compare_seats(&c);
	r = audit_stock(ctx, map, list);
	if (r != 0)
		return r;
	if (ctx->set.hold_durability == HOLDS_REDIS)
		return 0;
	return compare_journal(&c);
}

static int
check_settled(struct ctx *ctx, struct audit_range *range,
    struct audit_found *found)
{
	return audit_maps(ctx, range, look_settled, found);
}

const struct audit_part audit_i11[] = {
	{ AUDIT_PERFORMANCES, NULL, check_settled },
	{ 0 },
};

/* ---- I12: epochs ---- */

/* So many epochs back; the keys of older ones are gone after an hour. */
#define EPOCHS_BACK 100

/* One that is read here was committed, and its maps were marked dead before
 * that. */
static int
check_old_epoch(struct ctx *ctx, int64_t epoch, struct audit_found *found)
{
	struct arena *a = &ctx->arena;
	struct kv_reply ids, s;
	int64_t performance;
	int r;

	r = kv_command(ctx->kv, a, 2,
	    (struct span[]){ SPAN_LIT("SMEMBERS"),
		epoch_loaded_key(ctx, epoch) },
	    &ids);
	for (size_t i = 0; r == 0 && i < ids.n; i++) {
		if (!span_to_i64(ids.items[i].str, &performance)
		    || performance < 1)
			continue;
		r = kv_command(ctx->kv, a, 3,
		    (struct span[]){ SPAN_LIT("HGET"),
			key_perf(a, performance, epoch, KEY_META),
			SPAN_LIT("s") },
		    &s);
		if (r == 0 && s.type == KV_STR && span_eq_str(s.str, "live"))
			audit_add(found, 1,
			    span_str(arena_printf(a,
				"the map of performance %" PRId64
				" of epoch %" PRId64 " lives",
				performance, epoch)));
	}
	return r;
}

static int
check_old_epochs(struct ctx *ctx, struct audit_range *range,
    struct audit_found *found)
{
	int64_t epoch = 0;
	int r;

	(void)range;
	r = audit_epoch(ctx, &epoch);
	for (int64_t e = MAX(epoch - EPOCHS_BACK, 1); e < epoch && r == 0; e++)
		r = check_old_epoch(ctx, e, found);
	return r;
}

/* Of the last day: a row is written once and moves forward for an hour or
 * two. */
AUDIT_SQL(i12_journal,
    "SELECT concat('hold ', h.token, ' of epoch ', h.epoch)"
    " FROM holds AS h CROSS JOIN sys_epoch AS e"
    " WHERE h.performance_id >= $1 AND h.performance_id < $2"
    "  AND h.hard_expires_at > clock_timestamp() - interval '1 d'"
    "  AND h.epoch > e.epoch");
const struct audit_part audit_i12[] = {
	{ AUDIT_ONCE, NULL, check_old_epochs },
	{ AUDIT_PERFORMANCES, &sql_audit_i12_journal, NULL },
	{ 0 },
};

/* ---- I13: limits ---- */

/* The largest limit that ever was in force: who bought by it is in the right
 * after an operator lowered it. A till session has none. Seats that a move is
 * being paid for, whose token has a slash, come in for others that he has. */
AUDIT_SQL(i13_claims,
    "SELECT concat('user ', c.user_id, ' has ', c.n, ' of performance ',"
    "  c.performance_id, ', ', p.max_seats_ever, ' allowed')"
    " FROM (SELECT performance_id, user_id, sum(n) AS n FROM (SELECT"
    "    performance_id, user_id, state, expires_at, 1 AS n FROM seat_claim"
    "    WHERE state <> 'P' OR NOT token_moves(hold_token)"
    "    UNION ALL SELECT performance_id, user_id, state, expires_at,"
    "     quantity FROM section_claim) AS c"
    "   WHERE performance_id >= $1 AND performance_id < $2"
    "    AND user_id > 0 AND (state IN ('P', 'R') OR (state = 'H'"
    "     AND expires_at > clock_timestamp()))"
    "   GROUP BY performance_id, user_id) AS c"
    " JOIN performances AS p ON p.id = c.performance_id"
    " WHERE c.n > p.max_seats_ever");
SQL(audit_i13_ever, "SELECT max_seats_ever FROM performances WHERE id = $1");

struct sum {
	int64_t held;
	size_t n_tokens;
};

static bool
has_token(struct span tokens, const uint8_t *random)
{
	for (size_t at = 0; at + HOLD_RANDOM_LEN <= tokens.len;
	     at += HOLD_RANDOM_LEN)
		if (memcmp(tokens.p + at, random, HOLD_RANDOM_LEN) == 0)
			return true;
	return false;
}

/* Binary search: users are by id. */
static const struct audit_user *
find_user(const struct audit_map *map, int64_t id)
{
	size_t low = 0, high = map->n_users;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (map->users[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < map->n_users && map->users[low].id == id ? &map->users[low]
							      : NULL;
}

/* What is counted for a user is what his running holds have: one HGETALL, so
 * nothing comes between. */
static void
compare_counts(struct ctx *ctx, const struct audit_map *map,
    struct audit_list *list)
{
	struct sum *sums = ARENA_ARRAY(&ctx->arena, map->n_users + 1,
	    struct sum);

	for (size_t i = 0; i < map->n_holds; i++) {
		const struct hold_record *h = &map->holds[i];
		const struct audit_user *u = find_user(map, h->user);

		if (u == NULL || !has_token(u->tokens, h->token.random)) {
			audit_say(list,
			    "a hold of user %" PRId64
			    " of "
			    "performance %" PRId64 " is not counted",
			    h->user, map->performance);
			continue;
		}
		sums[u - map->users].held += (int64_t)h->n_seats;
		sums[u - map->users].n_tokens++;
	}
	for (size_t i = 0; i < map->n_users; i++) {
		const struct audit_user *u = &map->users[i];

		if (u->held != sums[i].held
		    || u->tokens.len != sums[i].n_tokens * HOLD_RANDOM_LEN)
			audit_say(list,
			    "user %" PRId64 " of performance %" PRId64
			    " holds %" PRId64 ", %" PRId64 " counted",
			    u->id, map->performance, sums[i].held, u->held);
	}
}

static int
look_at_counts(struct ctx *ctx, const struct audit_map *map,
    struct audit_list *list)
{
	struct arena *a = &ctx->arena;
	const struct db_param param = db_i64(a, map->performance);
	struct db_rows rows = { .n_rows = 0 };
	int64_t max = map->seats_max;
	int r = 0;

	compare_counts(ctx, map, list);
	for (size_t i = 0; i < map->n_users && r == 0; i++) {
		int64_t n = map->users[i].held + map->users[i].bought;

		if (n <= max || hold_by_till(map->users[i].id))
			continue;
		if (rows.n_rows == 0)
			r = db_read_primary(ctx, &sql_audit_i13_ever, 1, &param,
			    &rows);
		if (r == 0 && rows.n_rows > 0)
			max = MAX(max, db_get_i64(&rows, 0, 0));
		if (n > max)
			audit_say(list,
			    "user %" PRId64 " has %" PRId64
			    " of performance %" PRId64 " in Redis, %" PRId64
			    " allowed",
			    map->users[i].id, n, map->performance, max);
	}
	return r;
}

static int
check_counts(struct ctx *ctx, struct audit_range *range,
    struct audit_found *found)
{
	return audit_maps(ctx, range, look_at_counts, found);
}

const struct audit_part audit_i13[] = {
	{ AUDIT_PERFORMANCES, &sql_audit_i13_claims, NULL },
	{ AUDIT_PERFORMANCES, NULL, check_counts },
	{ 0 },
};
