/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_map - what everybody sees of a performance's seats
 *
 * The version is read before the map, so a map is never older than it says:
 * a reader who asks for changes since may be told one twice, never none.
 *
 * Layer: domain.  Uses: base, store, catalog, epoch, seat_script.
 */
#include "seat/seat_map.h"

#include "base/clock.h"
#include "base/log.h"
#include "catalog/terms.h"
#include "seat/epoch.h"
#include "seat/seat_recovery.h"
#include "seat/seat_state.h"
#include "seat/seat_terms.h"
#include "store/read.h"

#include <inttypes.h>

#define READ_TRIES 4
/* What a map in Redis may be instead of read. */
#define READ_LOST 101    /* it is not live here */
#define READ_WRONG 102   /* what is there is not what was loaded */
#define READ_AT_REST 103 /* it is not there, and not wanted */

/* In one statement, so of one moment: a hold that is paid between two would be
 * in neither. The moment is one before the snapshot; on a replica, that of the
 * newest commit it has, so that it never says more than it shows. */
SQL(seat_map_database,
    "SELECT e.epoch, (extract(epoch FROM CASE WHEN pg_is_in_recovery()"
    "  THEN least(statement_timestamp(),"
    "   coalesce(pg_last_xact_replay_timestamp(), to_timestamp(0)))"
    "  ELSE statement_timestamp() END)*1000000)::bigint,"
    " c.seats, c.states, h.seats FROM sys_epoch AS e"
    " CROSS JOIN (SELECT array_agg(seat_no) AS seats,"
    "  string_agg(state::text, '') AS states FROM seat_claim"
    "  WHERE performance_id = $1"
    "   AND NOT (state = 'H' AND expires_at <= $2)) AS c"
    " CROSS JOIN (SELECT array_agg(seat) AS seats"
    "  FROM holds, unnest(seats) AS seat"
    "  WHERE performance_id = $1 AND hard_expires_at > $2"
    "   AND section_no IS NULL AND status IN ('held', 'paying') AND expires_at > $2) AS h");

/* ---- versions ---- */

struct span
seat_version(struct ctx *ctx, int64_t epoch, struct span log_id)
{
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, 48);
	strbuf_i64(&b, epoch);
	strbuf_char(&b, '-');
	strbuf_span(&b, log_id);
	return strbuf_get(&b);
}

struct span
seat_version_of(struct ctx *ctx, int64_t epoch, struct log_id id)
{
	return span_str(arena_printf(&ctx->arena,
	    "%" PRId64 "-%" PRId64 "-%" PRId64, epoch, id.ms, id.seq));
}

struct span
seat_version_at(struct ctx *ctx, int64_t epoch, int64_t at_us)
{
	return seat_version_of(ctx, epoch,
	    (struct log_id){ at_us / US_PER_MS, at_us % US_PER_MS });
}

static bool
read_version(struct span text, int64_t out[3])
{
	struct span rest = text;

	return span_to_i64(span_cut(&rest, '-'), &out[0])
	    && span_to_i64(span_cut(&rest, '-'), &out[1])
	    && span_to_i64(rest, &out[2]) && out[0] >= 0 && out[1] >= 0
	    && out[2] >= 0;
}

bool
seat_version_newer(struct span a, struct span b)
{
	int64_t x[3], y[3];

	if (!read_version(a, x) || !read_version(b, y))
		return false;
	for (int i = 0; i < 3; i++)
		if (x[i] != y[i])
			return x[i] > y[i];
	return false;
}

bool
seat_version_reached(struct span version, const struct span *seen, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seat_version_newer(seen[i], version))
			return false;
	return true;
}

bool
seat_version_in(struct span version, int64_t epoch, struct log_id *out)
{
	int64_t numbers[3];

	if (!span_is(version) || !read_version(version, numbers)
	    || numbers[0] != epoch)
		return false;
	*out = (struct log_id){ numbers[1], numbers[2] };
	return true;
}

/* ---- the whole map ---- */

/* The newest entry's id in an XREVRANGE reply. */
static struct span
newest_id(const struct kv_reply *entries)
{
	if (entries->type != KV_ARRAY || entries->n == 0
	    || entries->items[0].n < 1)
		return SPAN_LIT("0-0");
	return entries->items[0].items[0].str;
}

static bool
is_live(const struct kv_reply *state)
{
	return state->type == KV_STR && span_eq_str(state->str, "live");
}

static int64_t
number_of(const struct kv_reply *reply)
{
	int64_t n;

	return reply->type == KV_STR && span_to_i64(reply->str, &n) ? n : 0;
}

/* Whether these are letters, as many as the map was loaded with. */
static bool
is_map(struct span letters, int64_t n_seats)
{
	static const bool is_letter[256] = { [SEAT_AVAILABLE] = true,
		[SEAT_HOLD] = true,
		[SEAT_PAYMENT_PENDING] = true,
		[SEAT_RESERVED] = true,
		[SEAT_RESERVATION_CANCELLED] = true,
		[SEAT_BLOCKED] = true,
		[SEAT_DISABLED] = true };

	for (size_t i = 0; i < letters.len; i++)
		if (!is_letter[(unsigned char)letters.p[i]])
			return false;
	return (int64_t)letters.len == n_seats;
}

/* returns: 0; READ_LOST, READ_WRONG; < 0 a fault */
static int
read_whole(struct ctx *ctx, int64_t performance, int64_t epoch,
    struct seat_map *out)
{
	struct kv_reply replies[3];
	int r;

	kv_queue(ctx->kv, 5,
	    (struct span[]){ SPAN_LIT("HMGET"),
		seat_key(ctx, performance, epoch, KEY_META), SPAN_LIT("s"),
		SPAN_LIT("terms"), SPAN_LIT("seats") });
	kv_queue(ctx->kv, 6,
	    (struct span[]){ SPAN_LIT("XREVRANGE"),
		seat_key(ctx, performance, epoch, KEY_LOG), SPAN_LIT("+"),
		SPAN_LIT("-"), SPAN_LIT("COUNT"), SPAN_LIT("1") });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("GET"),
		seat_key(ctx, performance, epoch, KEY_SEATS) });
	r = kv_run(ctx->kv, &ctx->arena, 3, replies);
	if (r < 0)
		return r;
	if (replies[0].n != 3 || !is_live(&replies[0].items[0]))
		return READ_LOST;
	if (replies[2].type != KV_STR
	    || !is_map(replies[2].str, number_of(&replies[0].items[2])))
		return READ_WRONG;
	*out = (struct seat_map){ .whole = true,
		.epoch = epoch,
		.terms_version = number_of(&replies[0].items[1]),
		.version = seat_version(ctx, epoch, newest_id(&replies[1])),
		.letters = replies[2].str };
	return 0;
}

void
seat_map_hold(char *letters, size_t n_letters, const int64_t *seats, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seats[i] >= 1 && (size_t)seats[i] <= n_letters
		    && letters[seats[i] - 1] == SEAT_AVAILABLE)
			letters[seats[i] - 1] = SEAT_HOLD;
}

/* ---- changes ---- */

bool
seat_map_since(struct ctx *ctx, const struct logged_change *at, size_t n,
    struct log_id since, struct seat_map *out)
{
	struct seat_since changes;

	seat_changes_since(ctx, at, n, since, &changes);
	out->changes = changes.seats;
	out->n_changes = changes.n_seats;
	out->sections = changes.sections;
	out->n_sections = changes.n_sections;
	return changes.n_seats <= SEAT_CHANGES_MAX;
}

/* returns: 0; READ_LOST: no live map, or the whole map is less; < 0 a fault */
static int
read_since(struct ctx *ctx, int64_t performance, int64_t epoch,
    struct log_id since, struct seat_map *out)
{
	struct seat_changes changes;
	int r;

	r = seat_changes_read(ctx, performance, epoch, since, &changes);
	if (r < 0)
		return r;
	if (!changes.live || log_id_compare(changes.base, since) != 0)
		return READ_LOST;
	*out = (struct seat_map){ .epoch = epoch,
		.version = seat_version_of(ctx, epoch, changes.newest) };
	return seat_map_since(ctx, changes.at, changes.n, since, out)
	    ? 0
	    : READ_LOST;
}

/* ---- from PostgreSQL ---- */

static void
put_letter(char *letters, int64_t count, int64_t seat_no, char letter)
{
	if (seat_no >= 1 && seat_no <= count)
		letters[seat_no - 1] = letter;
}

static void
put_letters(struct arena *a, const struct db_rows *rows, char *letters,
    int64_t count)
{
	struct span states = db_cell(rows, 0, 3);
	int64_t *seats;
	size_t n;

	if (!db_is_null(rows, 0, 4)) {
		seats = db_get_i64s(a, rows, 0, 4, &n);
		for (size_t i = 0; i < n; i++)
			put_letter(letters, count, seats[i], SEAT_HOLD);
	}
	if (!db_is_null(rows, 0, 2)) {
		seats = db_get_i64s(a, rows, 0, 2, &n);
		for (size_t i = 0; i < n && i < states.len; i++)
			put_letter(letters, count, seats[i], states.p[i]);
	}
}

typedef int read_fn(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out);

static int
read_rows(struct ctx *ctx, const struct terms *terms, read_fn *read,
    struct seat_map *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, terms->performance),
		db_time(a, ctx->now_ms) };
	int64_t count = terms->seat_count;
	struct db_rows rows;
	char *letters;
	int r;

	r = read(ctx, &sql_seat_map_database, 2, params, &rows);
	if (r != 0)
		return r;
	letters = memset(arena_alloc(a, (size_t)count + 1), SEAT_AVAILABLE,
	    (size_t)count);
	put_letters(a, &rows, letters, count);
	*out = (struct seat_map){ .whole = true,
		.at_rest = !seat_is_wanted(terms, ctx->now_ms),
		.letters = { letters, (size_t)count },
		.version = seat_version_at(ctx, db_get_i64(&rows, 0, 0),
		    db_get_i64(&rows, 0, 1)) };
	return 0;
}

/* What a reader asks for. */
struct ask {
	int64_t performance;
	struct span since;
	const struct span *seen; /* n versions that he has met */
	size_t n;
};

/* From whichever server answers; from the primary, where that has not seen
 * what the reader has. */
static int
read_database(struct ctx *ctx, const struct terms *terms, const struct ask *ask,
    struct seat_map *out)
{
	struct seat_map newer;
	int r = read_rows(ctx, terms, db_read, out);

	if (r == 0 && !seat_version_reached(out->version, ask->seen, ask->n)
	    && read_rows(ctx, terms, db_read_primary, &newer) == 0)
		*out = newer;
	return r;
}

/* ---- either ---- */

/* A map that is not live here is loaded, if it is wanted here.
 * returns: 0; READ_AT_REST; another seat_outcome; < 0 a fault */
static int
mend_lost(struct ctx *ctx, int64_t performance, const struct terms **terms)
{
	int r = terms_peek(ctx, performance, terms);

	if (r != 0)
		return r == TERMS_E_NONE ? SEAT_E_NONE : r;
	if (!seat_is_wanted(*terms, ctx->now_ms))
		return READ_AT_REST;
	epoch_forget(ctx);
	return seat_recovery(ctx)->load(ctx, performance);
}

static int
mend_wrong(struct ctx *ctx, int64_t performance)
{
	LOG(ERROR, "map-wrong", LINT("performance", performance));
	return seat_recovery(ctx)->reload(ctx, performance);
}

/* returns: 0; READ_LOST, READ_WRONG; < 0 a fault */
static int
read_once(struct ctx *ctx, const struct ask *ask, struct seat_map *out)
{
	struct log_id since;
	int64_t epoch;
	int r;

	r = epoch_peek(ctx, &epoch);
	if (r < 0)
		return r;
	r = seat_version_in(ask->since, epoch, &since)
	    ? read_since(ctx, ask->performance, epoch, since, out)
	    : READ_LOST;
	return r == READ_LOST ? read_whole(ctx, ask->performance, epoch, out)
			      : r;
}

/* returns: as seat_map_read */
static int
read_redis(struct ctx *ctx, const struct ask *ask, struct seat_map *out)
{
	const struct terms *terms;
	int r;

	for (int i = 0; i < READ_TRIES; i++) {
		r = read_once(ctx, ask, out);
		if (r <= 0)
			return r;
		r = r == READ_WRONG ? mend_wrong(ctx, ask->performance)
				    : mend_lost(ctx, ask->performance, &terms);
		if (r == READ_AT_REST)
			return read_database(ctx, terms, ask, out);
		if (r != 0)
			return r;
	}
	LOG(ERROR, "map-unsettled", LINT("performance", ask->performance));
	return KV_F_PROTOCOL;
}

static int
read_either(struct ctx *ctx, const struct ask *ask, struct seat_map *out)
{
	const struct terms *terms;
	int r = read_redis(ctx, ask, out);

	if (r >= 0)
		return r;
	r = terms_peek(ctx, ask->performance, &terms);
	if (r != 0)
		return r == TERMS_E_NONE ? SEAT_E_NONE : r;
	return read_database(ctx, terms, ask, out);
}

int
seat_map_read(struct ctx *ctx, int64_t performance, struct span since,
    struct seat_map *out)
{
	const struct ask ask = { performance, since, &since, 1 };

	return read_either(ctx, &ask, out);
}

int
seat_map_whole(struct ctx *ctx, int64_t performance, const struct span *seen,
    size_t n, struct seat_map *out)
{
	const struct ask ask = { performance, SPAN_NONE, seen, n };

	return read_either(ctx, &ask, out);
}
