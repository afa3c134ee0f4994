/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_stock - how much is left of a performance's counter sections
 *
 * Layer: domain.  Uses: base, store, catalog, epoch, seat_script.
 */
#include "seat/seat_stock.h"

#include "catalog/performance.h"
#include "seat/epoch.h"
#include "seat/seat_script.h"
#include "store/read.h"

SQL(seat_stock_facts,
    "SELECT concat_ws(' ', version, kept, capacity) FROM section_stock"
    " WHERE performance_id = $1 AND section_no = $2::bigint");
/* Claims, and promises of the journal that have none. */
SQL(seat_stock_left,
    "SELECT s.section_no, greatest(0, s.capacity - s.taken - (SELECT"
    "  coalesce(sum(cardinality(h.seats)), 0) FROM holds AS h"
    "  WHERE h.performance_id = $1 AND h.section_no = s.section_no"
    "   AND h.hard_expires_at > $2 AND h.expires_at > $2"
    "   AND h.status IN ('held', 'paying') AND NOT EXISTS (SELECT"
    "    FROM section_claim AS c WHERE c.performance_id = $1"
    "    AND c.hold_token = h.token)))"
    " FROM section_stock AS s WHERE s.performance_id = $1"
    " ORDER BY s.section_no");

int
seat_stock_facts(struct ctx *ctx, int64_t performance, int64_t section_no,
    struct span *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, performance),
		db_i64(a, section_no) };
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_seat_stock_facts, 2, params, &rows);
	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : 1;
	*out = db_cell(&rows, 0, 0);
	return 0;
}

/* "version kept capacity promised" */
static bool
read_left(struct span text, int64_t *left)
{
	int64_t version, kept, capacity, promised;

	if (!span_to_i64(span_cut(&text, ' '), &version)
	    || !span_to_i64(span_cut(&text, ' '), &kept)
	    || !span_to_i64(span_cut(&text, ' '), &capacity)
	    || !span_to_i64(text, &promised))
		return false;
	*left = MAX(capacity - kept - promised, 0);
	return true;
}

/* returns: 0; 1 there is no live map; < 0 a fault */
static int
left_in_redis(struct ctx *ctx, int64_t performance, struct section_change **out,
    size_t *n)
{
	struct kv_reply replies[2];
	int64_t epoch;
	int r;

	r = epoch_peek(ctx, &epoch);
	if (r < 0)
		return r;
	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("HGET"),
		seat_key(ctx, performance, epoch, KEY_META), SPAN_LIT("s") });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("HGETALL"),
		seat_key(ctx, performance, epoch, KEY_STOCK) });
	r = kv_run(ctx->kv, &ctx->arena, 2, replies);
	if (r < 0)
		return r;
	if (replies[0].type != KV_STR || !span_eq_str(replies[0].str, "live"))
		return 1;
	*out = ARENA_ARRAY(&ctx->arena, replies[1].n / 2 + 1,
	    struct section_change);
	*n = 0;
	for (size_t i = 0; i + 1 < replies[1].n; i += 2) {
		struct section_change *one = &(*out)[*n];

		*n += span_to_i64(replies[1].items[i].str, &one->section_no)
		    && read_left(replies[1].items[i + 1].str, &one->left);
	}
	return 0;
}

static int
left_in_database(struct ctx *ctx, int64_t performance,
    struct section_change **out, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, performance),
		db_time(a, ctx->now_ms) };
	struct db_rows rows;
	int r;

	r = db_read(ctx, &sql_seat_stock_left, 2, params, &rows);
	if (r != 0)
		return r;
	*out = ARENA_ARRAY(a, rows.n_rows + 1, struct section_change);
	*n = rows.n_rows;
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct section_change){ db_get_i64(&rows, i, 0),
			db_get_i64(&rows, i, 1) };
	return 0;
}

int
seat_stock_left(struct ctx *ctx, int64_t performance,
    struct section_change **out, size_t *n)
{
	int r = left_in_redis(ctx, performance, out, n);

	return r == 0 ? r : left_in_database(ctx, performance, out, n);
}

void
seat_stock_sections(struct ctx *ctx, int64_t performance,
    struct performance_section *sections, size_t n)
{
	struct section_change *left;
	size_t n_left = 0, n_counters = 0;

	for (size_t i = 0; i < n; i++)
		n_counters += sections[i].section->kind == SECTION_COUNTER;
	if (n_counters == 0
	    || seat_stock_left(ctx, performance, &left, &n_left) != 0)
		return;
	for (size_t i = 0; i < n_left; i++)
		if ((size_t)left[i].section_no <= n)
			sections[left[i].section_no - 1].remaining =
			    left[i].left;
}
