/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_plan - maps in Redis are made for the plan of their performance
 *
 * PostgreSQL is read first. A map that goes by just those terms is of just
 * that plan; one that goes by others was not told yet, or knows more than was
 * read here.
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#include "audit/audit_own.h"

#include "seat/epoch.h"
#include "seat/seat_script.h"
#include "store/read.h"

#include <inttypes.h>

SQL(audit_plan,
    "SELECT p.id, p.hall_revision_id, v.seat_count, p.meta_version"
    " FROM performances AS p"
    " JOIN hall_revisions AS v ON v.id = p.hall_revision_id"
    " WHERE p.id = ANY ($1)");

/* Maps looked at in one round trip. */
#define BATCH 100
/* MULTI, three reads, EXEC. */
#define COMMANDS 5

struct plan {
	int64_t performance, revision, n_seats, terms_version;
};

static void
queue_look(struct ctx *ctx, int64_t epoch, int64_t performance)
{

	kv_queue(ctx->kv, 1, (struct span[]){ SPAN_LIT("MULTI") });
	kv_queue(ctx->kv, 6,
	    (struct span[]){ SPAN_LIT("HMGET"),
		seat_key(ctx, performance, epoch, KEY_META), SPAN_LIT("s"),
		SPAN_LIT("terms"), SPAN_LIT("plan"), SPAN_LIT("seats") });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("STRLEN"),
		seat_key(ctx, performance, epoch, KEY_SEATS) });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("STRLEN"),
		seat_key(ctx, performance, epoch, KEY_REFS) });
	kv_queue(ctx->kv, 1, (struct span[]){ SPAN_LIT("EXEC") });
}

static int64_t
number_of(const struct kv_reply *reply)
{
	int64_t n;

	return reply->type == KV_STR && span_to_i64(reply->str, &n) ? n : 0;
}

static void
judge(struct ctx *ctx, const struct plan *plan, const struct kv_reply *exec,
    struct audit_found *found)
{
	const struct kv_reply *meta, *m;
	int64_t n_letters, n_marks;

	if (exec->n != 3 || exec->items[0].n != 4)
		return;
	meta = &exec->items[0];
	m = meta->items;
	if (m[0].type != KV_STR || !span_eq_str(m[0].str, "live"))
		return;
	n_letters = exec->items[1].i64;
	n_marks = exec->items[2].i64 / 4;
	if (n_letters != number_of(&m[3]) || n_marks != number_of(&m[3]))
		audit_add(found, 1,
		    span_str(arena_printf(&ctx->arena,
			"the map of performance %" PRId64 " has %" PRId64
			" letters and %" PRId64 " marks, not %" PRId64,
			plan->performance, n_letters, n_marks,
			number_of(&m[3]))));
	else if (number_of(&m[1]) == plan->terms_version
	    && (number_of(&m[2]) != plan->revision
		|| n_letters != plan->n_seats))
		audit_add(found, 1,
		    span_str(arena_printf(&ctx->arena,
			"the map of performance %" PRId64
			" is of revision %" PRId64 " with %" PRId64
			" seats, not of %" PRId64 " with %" PRId64,
			plan->performance, number_of(&m[2]), n_letters,
			plan->revision, plan->n_seats)));
}

static int
look_at(struct ctx *ctx, int64_t epoch, const struct plan *plans, size_t n,
    struct audit_found *found)
{
	struct kv_reply *replies = ARENA_ARRAY(&ctx->arena, COMMANDS * n,
	    struct kv_reply);
	int r;

	for (size_t i = 0; i < n; i++)
		queue_look(ctx, epoch, plans[i].performance);
	r = kv_run(ctx->kv, &ctx->arena, COMMANDS * n, replies);
	for (size_t i = 0; r == 0 && i < n; i++)
		judge(ctx, &plans[i], &replies[COMMANDS * i + COMMANDS - 1],
		    found);
	return r;
}

int
audit_plans(struct ctx *ctx, struct audit_range *range,
    struct audit_found *found)
{
	struct plan plans[BATCH];
	struct db_param param;
	struct db_rows rows = { .n_rows = 0 };
	int64_t *performances, epoch = 0;
	size_t n;
	int r;

	r = audit_list_maps(ctx, range, &performances, &n);
	if (r != 0 || n == 0)
		return r;
	n = MIN(n, BATCH);
	if (n == BATCH)
		range->to = MIN(range->to, performances[n - 1] + 1);
	param = db_i64s(&ctx->arena, performances, n);
	r = db_read_primary(ctx, &sql_audit_plan, 1, &param, &rows);
	if (r == 0)
		r = audit_epoch(ctx, &epoch);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++)
		plans[i] = (struct plan){ db_get_i64(&rows, i, 0),
			db_get_i64(&rows, i, 1), db_get_i64(&rows, i, 2),
			db_get_i64(&rows, i, 3) };
	return r == 0 ? look_at(ctx, epoch, plans, rows.n_rows, found) : r;
}
