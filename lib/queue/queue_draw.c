/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_draw - what is published of a lobby's draw, and the order it gives
 *
 * Layer: domain.  Uses: base, store.
 */
#include "queue/queue_draw.h"

#include "base/crypto.h"
#include "base/fault.h"
#include "base/strbuf.h"
#include "store/read.h"

#include <stdlib.h>
#include <string.h>

#define KIND "boxoffice draw 1" /* and the zero byte behind it */

SQL(queue_draw_get,
    "SELECT CASE WHEN l.list IS NULL THEN 0 WHEN l.drawn_at IS NULL THEN 1"
    "  ELSE 2 END,"
    " (extract(epoch FROM p.sales_open_at) * 1000)::bigint,"
    " encode(sha256(l.seed), 'hex'), p.queue_beacon,"
    " (extract(epoch FROM l.closed_at) * 1000)::bigint,"
    " length(l.list) / 16, encode(sha256(l.list), 'hex'),"
    " (extract(epoch FROM l.drawn_at) * 1000)::bigint, l.beacon,"
    " CASE WHEN l.drawn_at IS NOT NULL THEN encode(l.seed, 'hex') END,"
    " CASE WHEN $2 THEN encode(l.list, 'hex') END"
    " FROM queue_lobby AS l JOIN performances AS p ON p.id = l.performance_id"
    " WHERE l.performance_id = $1 AND p.status <> 'draft'");
SQL(queue_draw_by,
    "SELECT l.seed, length(l.list) / 16"
    " FROM queue_lobby AS l JOIN performances AS p ON p.id = l.performance_id"
    " WHERE l.performance_id = $1 AND l.list IS NOT NULL"
    " AND l.drawn_at IS NULL"
    " AND (p.queue_beacon IS NULL) = ($2::text IS NULL)");
SQL(queue_draw_page, "SELECT users, ids FROM queue_lobby_page($1, $2, $3)");

/* ---- what is published ---- */

static int64_t
number(const struct db_rows *rows, size_t col)
{
	return db_is_null(rows, 0, col) ? 0 : db_get_i64(rows, 0, col);
}

int
queue_draw_get(struct ctx *ctx, int64_t performance, bool with_ids,
    struct queue_draw *out)
{
	const struct db_param params[] = { db_i64(&ctx->arena, performance),
		db_bool(with_ids) };
	struct db_rows rows;
	int r = db_read(ctx, &sql_queue_draw_get, 2, params, &rows);

	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return QUEUE_DRAW_E_NONE;
	*out = (struct queue_draw){
		.state = (enum draw_state)db_get_i64(&rows, 0, 0),
		.opens_ms = db_get_i64(&rows, 0, 1),
		.seed_sha256 = db_cell(&rows, 0, 2),
		.beacon_source = db_cell(&rows, 0, 3),
		.closed_ms = number(&rows, 4),
		.count = number(&rows, 5),
		.list_sha256 = db_cell(&rows, 0, 6),
		.drawn_ms = number(&rows, 7),
		.beacon = db_cell(&rows, 0, 8),
		.seed = db_cell(&rows, 0, 9),
		.ids = db_cell(&rows, 0, 10),
	};
	return QUEUE_DRAW_OK;
}

/* ---- the order ---- */

struct keyed {
	uint8_t key[SHA256_LEN];
	uint32_t i;
};

static int
compare(const void *a, const void *b)
{
	return memcmp(((const struct keyed *)a)->key,
	    ((const struct keyed *)b)->key, SHA256_LEN);
}

void
queue_draw_order(struct arena *a, const uint8_t seed[DRAW_SEED_LEN],
    struct span beacon, struct span ids, uint32_t *order)
{
	size_t n = ids.len / DRAW_ID_LEN, head;
	struct keyed *all = ARENA_ARRAY(a, n + 1, struct keyed);
	uint8_t digest[SHA256_LEN];
	struct strbuf b;

	strbuf_init(&b, a, 160);
	strbuf_add(&b, KIND, sizeof(KIND));
	strbuf_add(&b, seed, DRAW_SEED_LEN);
	crypto_sha256(ids, digest);
	strbuf_add(&b, digest, SHA256_LEN);
	crypto_sha256(beacon, digest);
	strbuf_add(&b, digest, SHA256_LEN);
	head = b.len;
	for (size_t i = 0; i < n; i++) {
		b.len = head;
		strbuf_add(&b, ids.p + i * DRAW_ID_LEN, DRAW_ID_LEN);
		crypto_sha256(strbuf_get(&b), all[i].key);
		all[i].i = (uint32_t)i;
	}
	qsort(all, n, sizeof(*all), compare);
	for (size_t i = 0; i < n; i++)
		order[i] = all[i].i;
}

/* ---- of those in a lobby ---- */

/* So many a statement. */
#define PAGE 2000
/* What it takes for n of them: more than a request may. */
#define MEMORY(n) (((size_t)1 << 20) + 300 * (n))

struct member {
	uint8_t id[DRAW_ID_LEN];
	int64_t user;
};

static int
compare_ids(const void *a, const void *b)
{
	return memcmp(((const struct member *)a)->id,
	    ((const struct member *)b)->id, DRAW_ID_LEN);
}

/* Those behind a user, by user. in: max 1..; out: *n of them, 0: none is left
 */
static int
read_page(struct ctx *ctx, struct arena *a, int64_t performance, int64_t after,
    size_t max, struct member *out, size_t *n)
{
	const struct db_param params[] = { db_i64(a, performance),
		db_i64(a, after), db_i64(a, (int64_t)MIN(PAGE, max)) };
	struct db_rows rows;
	struct span ids;
	int64_t *users;
	int r = db_sure(db_run(ctx->primary, a, &sql_queue_draw_page,
	    ARRAY_LEN(params), params, &rows));

	*n = 0;
	if (r != 0 || db_is_null(&rows, 0, 0))
		return r;
	users = db_get_i64s(a, &rows, 0, 0, n);
	ids = db_get_bytes(a, &rows, 0, 1);
	for (size_t i = 0; i < *n; i++) {
		out[i].user = users[i];
		memcpy(out[i].id, ids.p + i * DRAW_ID_LEN, DRAW_ID_LEN);
	}
	return 0;
}

/* in: *n so many are listed; out: so many there are, in the list's order */
static int
read_members(struct ctx *ctx, struct arena *a, int64_t performance,
    struct member *out, size_t *n)
{
	size_t have, got = 1;
	int64_t after = 0;
	int r;

	for (have = 0; have < *n && got > 0; have += got) {
		r = read_page(ctx, a, performance, after, *n - have, out + have,
		    &got);
		FAULT_POINT("draw.after_page");
		if (r != 0)
			return r;
		if (got > 0)
			after = out[have + got - 1].user;
	}
	*n = have;
	qsort(out, have, sizeof(*out), compare_ids);
	return 0;
}

/* The seed and the digest of the list. */
static struct db_param
drawn_by(struct arena *a, struct span seed, struct span ids)
{
	uint8_t by[DRAW_SEED_LEN + SHA256_LEN];

	memcpy(by, seed.p, DRAW_SEED_LEN);
	crypto_sha256(ids, by + DRAW_SEED_LEN);
	return db_bytes(a, (struct span){ (const char *)by, sizeof(by) });
}

/* n are listed. memory: a is for this alone; what out points to is ctx's */
static int
put_in_order(struct ctx *ctx, struct arena *a, struct span seed,
    struct span beacon, int64_t performance, size_t n, struct db_param out[2])
{
	struct member *members = ARENA_ARRAY(a, n + 1, struct member);
	uint32_t *order = ARENA_ARRAY(a, n + 1, uint32_t);
	int64_t *users = ARENA_ARRAY(a, n + 1, int64_t);
	struct strbuf ids;
	int r = read_members(ctx, a, performance, members, &n);

	if (r != 0)
		return r;
	strbuf_init(&ids, a, n * DRAW_ID_LEN + 1);
	for (size_t i = 0; i < n; i++)
		strbuf_add(&ids, members[i].id, DRAW_ID_LEN);
	queue_draw_order(a, (const uint8_t *)seed.p, beacon, strbuf_get(&ids),
	    order);
	for (size_t i = 0; i < n; i++)
		users[i] = members[order[i]].user;
	out[0] = drawn_by(&ctx->arena, seed, strbuf_get(&ids));
	out[1] = db_i64s(&ctx->arena, users, n);
	return 0;
}

int
queue_draw_params(struct ctx *ctx, int64_t performance, struct span beacon,
    struct db_param out[QUEUE_DRAW_N_PARAMS])
{
	struct arena *a = &ctx->arena, own;
	struct db_rows rows;
	size_t n;
	int r;

	out[0] = db_i64(a, performance);
	out[1] = db_text(a, beacon);
	out[2] = out[3] = db_str(NULL);
	out[4] = db_now(a);
	r = db_sure(db_run(ctx->primary, a, &sql_queue_draw_by, 2, out, &rows));
	if (r != 0 || rows.n_rows == 0)
		return r;
	n = (size_t)db_get_i64(&rows, 0, 1);
	arena_init(&own, MEMORY(n));
	r = put_in_order(ctx, &own, db_get_bytes(a, &rows, 0, 0), beacon,
	    performance, n, out + 2);
	arena_fini(&own);
	FAULT_POINT("draw.before_keep");
	return r;
}
