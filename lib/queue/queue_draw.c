/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_draw - what is published of a lobby's draw, and the order it gives
 *
 * Layer: domain.  Uses: base, store.
 */
#include "queue/queue_draw.h"

#include "base/crypto.h"
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
