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

#include "base/log.h"
#include "catalog/terms.h"
#include "seat/epoch.h"
#include "seat/seat_load.h"
#include "seat/seat_state.h"
#include "store/read.h"

#include <inttypes.h>
#include <stdlib.h>

#define READ_TRIES 4
/* More log entries than this since the reader's: the whole map is less. */
#define SINCE_MAX 1000

SQL(seat_map_claims,
    "SELECT p.at, array_agg(c.seat_no), string_agg(c.state::text, '')"
    " FROM (SELECT (extract(epoch from clock_timestamp())*1000)::bigint AS at)"
    " AS p LEFT JOIN seat_claim AS c ON c.performance_id = $1"
    "  AND NOT (c.state = 'H' AND c.expires_at <= $2)"
    " GROUP BY p.at");
SQL(seat_map_holds,
    "SELECT seats FROM holds WHERE performance_id = $1"
    " AND hard_expires_at > $2 AND status IN ('held', 'paying')"
    " AND expires_at > $2");

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

static bool
read_version(struct span text, int64_t out[3])
{
	struct span rest = text;

	return span_to_i64(span_cut(&rest, '-'), &out[0])
	    && span_to_i64(span_cut(&rest, '-'), &out[1])
	    && span_to_i64(rest, &out[2]);
}

bool
seat_version_newer(struct span a, struct span b)
{
	int64_t x[3], y[3];

	return read_version(a, x) && read_version(b, y) && x[0] == y[0]
	    && (x[1] > y[1] || (x[1] == y[1] && x[2] > y[2]));
}

/* The log id in a reader's version, or NONE when it is of another epoch. */
static struct span
log_id_of(struct span version, int64_t epoch)
{
	struct span rest = version, seq;
	int64_t numbers[3];

	if (!span_is(version)
	    || !span_to_i64(span_cut(&rest, '-'), &numbers[0])
	    || numbers[0] != epoch)
		return SPAN_NONE;
	seq = rest;
	if (!span_to_i64(span_cut(&seq, '-'), &numbers[1])
	    || !span_to_i64(seq, &numbers[2])
	    || numbers[1] < 0 || numbers[2] < 0)
		return SPAN_NONE;
	return rest;
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

/* returns: 0; 1 no live map here; < 0 a fault */
static int
read_whole(struct ctx *ctx, int64_t performance, int64_t epoch,
    struct seat_map *out)
{
	struct span keys[SEAT_N_KEYS];
	struct kv_reply replies[3];
	int r;

	seat_keys(ctx, performance, epoch, keys);
	kv_queue(ctx->kv, 4, (struct span[]){ SPAN_LIT("HMGET"), keys[2],
	    SPAN_LIT("s"), SPAN_LIT("terms") });
	kv_queue(ctx->kv, 6, (struct span[]){ SPAN_LIT("XREVRANGE"), keys[5],
	    SPAN_LIT("+"), SPAN_LIT("-"), SPAN_LIT("COUNT"),
	    SPAN_LIT("1") });
	kv_queue(ctx->kv, 2, (struct span[]){ SPAN_LIT("GET"), keys[0] });
	r = kv_run(ctx->kv, &ctx->arena, 3, replies);
	if (r < 0)
		return r;
	if (replies[0].n != 2 || !is_live(&replies[0].items[0])
	    || replies[2].type != KV_STR)
		return 1;
	*out = (struct seat_map){ .whole = true, .epoch = epoch,
		.terms_version = number_of(&replies[0].items[1]),
		.version = seat_version(ctx, epoch, newest_id(&replies[1])),
		.letters = replies[2].str };
	return 0;
}

/* ---- changes ---- */

struct changes {
	struct arena *arena;
	struct seat_change *at;
	size_t n, cap;
};

static void
add_change(struct changes *c, int64_t seat_no, char letter)
{
	if (c->n == c->cap) {
		struct seat_change *grown;

		c->cap = c->cap == 0 ? 64 : 2 * c->cap;
		grown = ARENA_ARRAY(c->arena, c->cap, struct seat_change);
		if (c->n > 0)
			memcpy(grown, c->at, c->n * sizeof(*grown));
		c->at = grown;
	}
	c->at[c->n++] = (struct seat_change){ seat_no, letter };
}

/* "H5,6" into changes. */
static void
read_change(struct changes *c, struct span text)
{
	struct span rest = { text.p + 1, text.len - 1 };

	while (span_is(rest)) {
		int64_t seat_no;

		if (span_to_i64(span_cut(&rest, ','), &seat_no) && seat_no > 0)
			add_change(c, seat_no, text.p[0]);
	}
}

static void
read_entry(struct changes *c, const struct kv_reply *entry)
{
	const struct kv_reply *fields;

	if (entry->n < 2)
		return;
	fields = &entry->items[1];
	for (size_t i = 0; i + 1 < fields->n; i += 2)
		if (span_eq_str(fields->items[i].str, "c")
		    && fields->items[i + 1].str.len > 1)
			read_change(c, fields->items[i + 1].str);
}

static int
by_seat(const void *a, const void *b)
{
	const struct seat_change *x = a, *y = b;

	return (x->seat_no > y->seat_no) - (x->seat_no < y->seat_no);
}

/* One change a seat, the newest: they were read newest first, so the first of
 * each seat stays. Marks instead of a search: a long log of a large hall is
 * asked for by anybody. */
static void
newest_of_each(struct changes *c)
{
	int64_t last = 0;
	uint8_t *seen;
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		last = MAX(last, c->at[i].seat_no);
	seen = ARENA_ARRAY(c->arena, (size_t)last + 1, uint8_t);
	for (size_t i = 0; i < c->n; i++)
		if (seen[c->at[i].seat_no] == 0) {
			seen[c->at[i].seat_no] = 1;
			c->at[n++] = c->at[i];
		}
	c->n = n;
	if (n > 0)
		qsort(c->at, n, sizeof(c->at[0]), by_seat);
}

/*
 * The entries from since on. It comes back itself when it is still kept, and
 * then nothing after it was trimmed; every version handed out was an entry.
 *
 * returns: 0; 1 no live map, or the whole map is asked for; < 0 a fault
 */
static int
read_since(struct ctx *ctx, int64_t performance, int64_t epoch,
    struct span since, struct seat_map *out)
{
	struct changes c = { .arena = &ctx->arena };
	struct span keys[SEAT_N_KEYS];
	struct kv_reply replies[2];
	const struct kv_reply *entries = &replies[1];
	int r;

	seat_keys(ctx, performance, epoch, keys);
	kv_queue(ctx->kv, 3, (struct span[]){ SPAN_LIT("HGET"), keys[2],
	    SPAN_LIT("s") });
	kv_queue(ctx->kv, 6, (struct span[]){ SPAN_LIT("XREVRANGE"), keys[5],
	    SPAN_LIT("+"), since, SPAN_LIT("COUNT"),
	    seat_number(ctx, SINCE_MAX) });
	r = kv_run(ctx->kv, &ctx->arena, 2, replies);
	if (r < 0)
		return r;
	if (!is_live(&replies[0]) || entries->type != KV_ARRAY
	    || entries->n == 0
	    || !span_eq(entries->items[entries->n - 1].items[0].str, since))
		return 1;
	for (size_t i = 0; i + 1 < entries->n; i++)
		read_entry(&c, &entries->items[i]);
	newest_of_each(&c);
	*out = (struct seat_map){ .changes = c.at, .n_changes = c.n,
		.version = seat_version(ctx, epoch, newest_id(entries)) };
	return 0;
}

/* ---- from PostgreSQL ---- */

static void
put_letter(char *letters, int64_t count, int64_t seat_no, char letter)
{
	if (seat_no >= 1 && seat_no <= count)
		letters[seat_no - 1] = letter;
}

static int
read_database(struct ctx *ctx, int64_t performance, struct seat_map *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, performance),
		db_time(a, ctx->now_ms) };
	const struct terms *terms;
	struct db_rows claims, holds;
	struct span states;
	int64_t count, *seats;
	char *letters;
	size_t n;
	int r;

	r = terms_peek(ctx, performance, &terms);
	if (r != 0)
		return r == TERMS_E_NONE ? SEAT_E_NONE : r;
	r = db_read(ctx, &sql_seat_map_claims, 2, params, &claims);
	if (r == 0)
		r = db_read(ctx, &sql_seat_map_holds, 2, params, &holds);
	if (r != 0)
		return r;
	count = terms->seat_count;
	letters = memset(arena_alloc(a, (size_t)count + 1), SEAT_AVAILABLE,
	    (size_t)count);
	for (size_t i = 0; i < holds.n_rows; i++) {
		seats = db_get_i64s(a, &holds, i, 0, &n);
		for (size_t k = 0; k < n; k++)
			put_letter(letters, count, seats[k], SEAT_HOLD);
	}
	states = db_cell(&claims, 0, 2);
	if (span_is(states)) {
		seats = db_get_i64s(a, &claims, 0, 1, &n);
		for (size_t k = 0; k < n && k < states.len; k++)
			put_letter(letters, count, seats[k], states.p[k]);
	}
	*out = (struct seat_map){ .whole = true,
		.letters = { letters, (size_t)count },
		.version = span_str(arena_printf(a, "0-db-%" PRId64,
		    db_get_i64(&claims, 0, 0))) };
	return SEAT_OK;
}

/* ---- either ---- */

/* returns: as seat_map_read */
static int
read_redis(struct ctx *ctx, int64_t performance, struct span since,
    struct seat_map *out)
{
	int64_t epoch;
	int r;

	for (int i = 0; i < READ_TRIES; i++) {
		struct span id;

		r = epoch_peek(ctx, &epoch);
		if (r < 0)
			return r;
		id = log_id_of(since, epoch);
		r = span_is(id)
		    ? read_since(ctx, performance, epoch, id, out) : 1;
		if (r == 1)
			r = read_whole(ctx, performance, epoch, out);
		if (r <= 0)
			return r;
		epoch_forget(ctx);
		r = seat_load(ctx, performance);
		if (r != 0)
			return r;
	}
	LOG(ERROR, "map-unsettled", LINT("performance", performance));
	return KV_F_PROTOCOL;
}

int
seat_map_read(struct ctx *ctx, int64_t performance, struct span since,
    struct seat_map *out)
{
	int r = read_redis(ctx, performance, since, out);

	return r < 0 ? read_database(ctx, performance, out) : r;
}
