/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_queue - whose turn it is, in rows and in Redis
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#include "audit/audit_own.h"

#include "seat/seat_script.h"
#include "store/read.h"

#include <inttypes.h>

/* ---- I14: nobody buys without a row, and no more than may ---- */

SQL(audit_i14_rows,
    "SELECT a.usr, a.seq FROM unnest($2::bigint[], $3::bigint[])"
    " AS a (usr, seq) WHERE NOT EXISTS (SELECT FROM queue_pass AS p"
    "  WHERE p.performance_id = $1 AND p.seq = a.seq AND p.user_id = a.usr)");

/* What the scripts themselves have counted, and the passes. */
static int
read_line(struct ctx *ctx, int64_t epoch, int64_t performance,
    struct kv_reply replies[2])
{
	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("HGET"),
		seat_key(ctx, performance, epoch, KEY_LINE),
		SPAN_LIT("over") });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("HGETALL"),
		seat_key(ctx, performance, epoch, KEY_PASS) });
	return kv_run(ctx->kv, &ctx->arena, 2, replies);
}

/* A row is there before Redis has the pass, and stays. */
static int
look_for_rows(struct ctx *ctx, int64_t performance, const struct kv_reply *pass,
    struct audit_found *found)
{
	struct arena *a = &ctx->arena;
	int64_t *users = ARENA_ARRAY(a, pass->n / 2 + 1, int64_t);
	int64_t *seqs = ARENA_ARRAY(a, pass->n / 2 + 1, int64_t);
	struct db_param params[3];
	struct db_rows rows;
	size_t n = 0;
	int r;

	for (size_t i = 0; i + 1 < pass->n; i += 2) {
		struct span rest = pass->items[i + 1].str;

		if (span_to_i64(pass->items[i].str, &users[n])
		    && span_to_i64(span_cut(&rest, ' '), &seqs[n]))
			n++;
	}
	if (n == 0)
		return 0;
	params[0] = db_i64(a, performance);
	params[1] = db_i64s(a, users, n);
	params[2] = db_i64s(a, seqs, n);
	r = db_read_primary(ctx, &sql_audit_i14_rows, 3, params, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++)
		audit_add(found, 1,
		    span_str(arena_printf(a,
			"user %s of performance %" PRId64
			" has the pass %s in Redis alone",
			db_cell(&rows, i, 0).p, performance,
			db_cell(&rows, i, 1).p)));
	return r;
}

static int
check_passes(struct ctx *ctx, struct audit_range *range,
    struct audit_found *found)
{
	int64_t *performances, epoch = 0;
	size_t n;
	int r = audit_list_maps(ctx, range, &performances, &n);

	if (r == 0 && n > 0)
		r = audit_epoch(ctx, &epoch);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct kv_reply replies[2];

		if (!audit_may_go_on(ctx, range) && i > 0) {
			range->to = performances[i];
			break;
		}
		r = read_line(ctx, epoch, performances[i], replies);
		if (r != 0)
			break;
		if (replies[0].type == KV_STR)
			audit_add(found, 1,
			    span_str(arena_printf(&ctx->arena,
				"performance %" PRId64
				" admitted more than may buy at a time",
				performances[i])));
		r = look_for_rows(ctx, performances[i], &replies[1], found);
	}
	return r;
}

const struct audit_part audit_i14[] = {
	{ AUDIT_PERFORMANCES, NULL, check_passes },
	{ 0 },
};

/* ---- I15: numbers ---- */

AUDIT_SQL(i15_numbers,
    "SELECT concat('performance ', p.performance_id, ' admitted ', max(p.seq),"
    "  ', has come to ', coalesce(s.head, 0), ' and reserved ',"
    "  coalesce(s.reserved, 0))"
    " FROM queue_pass AS p"
    " LEFT JOIN queue_state AS s ON s.performance_id = p.performance_id"
    " WHERE p.performance_id >= $1 AND p.performance_id < $2"
    " GROUP BY p.performance_id, s.head, s.reserved"
    " HAVING max(p.seq) IS DISTINCT FROM s.head"
    "  OR s.head IS NULL OR s.head > s.reserved");

/* Whoever was drawn has the number that he drew, in the line that the draw made
 * (queue/queue_lobby.h), or a later one. */
AUDIT_SQL(i15_draw,
    "SELECT concat('user ', m.user_id, ' of performance ', m.performance_id,"
    "  ' drew ', m.place, ' and was admitted as ', p.seq - l.base)"
    " FROM queue_lobby AS l JOIN queue_pass AS p"
    "  ON p.performance_id = l.performance_id AND p.seq > l.base"
    "  AND p.seq <= l.base + cardinality(l.drawn)"
    " LEFT JOIN queue_lobby_member AS m"
    "  ON m.performance_id = p.performance_id AND m.user_id = p.user_id"
    " WHERE l.performance_id >= $1 AND l.performance_id < $2"
    "  AND m.place IS DISTINCT FROM p.seq - l.base");

const struct audit_part audit_i15[] = {
	{ AUDIT_PERFORMANCES, &sql_audit_i15_numbers, NULL },
	{ AUDIT_PERFORMANCES, &sql_audit_i15_draw, NULL },
	{ 0 },
};

/* ---- I16: one pass a user ---- */

AUDIT_SQL(i16_keys,
    "SELECT concat('the key ', k, ' is missing')"
    " FROM unnest('{queue_pass_pkey,queue_pass_one}'::text[]) AS k"
    " WHERE NOT EXISTS (SELECT FROM pg_index"
    "  WHERE indexrelid = to_regclass(k) AND indisunique AND indisvalid)");
AUDIT_SQL(i16_passes,
    "SELECT concat('user ', user_id, ' of performance ', performance_id,"
    "  ' has ', count(*), ' passes')"
    " FROM queue_pass WHERE performance_id >= $1 AND performance_id < $2"
    "  AND ended_at IS NULL"
    " GROUP BY performance_id, user_id HAVING count(*) > 1");

const struct audit_part audit_i16[] = {
	{ AUDIT_ONCE, &sql_audit_i16_keys, NULL },
	{ AUDIT_PERFORMANCES, &sql_audit_i16_passes, NULL },
	{ 0 },
};
