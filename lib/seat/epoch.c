/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoch - under which number Redis is to be believed
 *
 * Layer: domain.  Uses: base, store.
 */
#include "seat/epoch.h"

#include "base/log.h"
#include "seat/seat_recovery.h"
#include "store/keys.h"
#include "store/read.h"
#include "store/script.h"

#include <inttypes.h>
#include <string.h>

#define RAISE_TRIES 3

/* Its third: whether it was raised within the last second. A clock that was
 * set back does not count. */
SQL(epoch_read,
    "SELECT epoch, run_id, run_id <> '' AND clock_timestamp() - raised_at"
    "  BETWEEN interval '0' AND interval '1 s' FROM sys_epoch");
struct span
epoch_loaded_key(struct ctx *ctx, int64_t epoch)
{
	return key_job(&ctx->arena,
	    arena_printf(&ctx->arena, "loaded.%" PRId64, epoch));
}

static struct span
mark_key(struct ctx *ctx)
{
	return key_job(&ctx->arena, "epoch");
}

/* What is no number says nothing about Redis: it may not even be the answer to
 * this. */
int
epoch_mark_read(struct ctx *ctx, int64_t *out)
{
	const struct span get[] = { SPAN_LIT("GET"), mark_key(ctx) };
	struct kv_reply reply;
	int r;

	r = kv_command(ctx->kv, &ctx->arena, 2, get, &reply);
	if (r < 0)
		return r;
	*out = 0;
	if (reply.type == KV_NIL)
		return 0;
	if (reply.type != KV_STR || !span_to_i64(reply.str, out) || *out < 1)
		return kv_nonsense(ctx->kv, "the mark of the epoch");
	return 0;
}

int
epoch_mark_write(struct ctx *ctx, int64_t epoch)
{
	struct kv_reply reply;
	int r = kv_command(ctx->kv, &ctx->arena, 3,
	    (struct span[]){ SPAN_LIT("SET"), mark_key(ctx),
		arena_i64(&ctx->arena, epoch) },
	    &reply);

	return r == 0 && reply.type == KV_ERROR ? KV_F_REFUSED : r;
}

/* ---- the primary that others write to ---- */

static int
disbelieve(struct ctx *ctx, int64_t system, int64_t timeline)
{
	const struct primary_id *id = db_identity(ctx->primary);

	LOG(ERROR, "postgresql-not-believed", LINT("system", id->system),
	    LINT("timeline", id->timeline), LINT("known_system", system),
	    LINT("known_timeline", timeline));
	db_disbelieve(ctx->primary);
	return DB_F_UNREACHABLE;
}

/* Whoever goes on writing to an older primary finds his maps dead, looks here
 * and writes there no more. */
int
epoch_tell_primary(struct ctx *ctx, bool raising, bool *newer)
{
	struct arena *a = &ctx->arena;
	const struct primary_id *id = db_identity(ctx->primary);
	const struct span key = key_job(a, "primary");
	int64_t system, timeline;
	struct kv_reply reply;
	int r;

	*newer = false;
	if (id->timeline == 0)
		return 0;
	r = kv_script(ctx->kv, a, &script_primary_tell, 1, &key, 3,
	    (struct span[]){ arena_i64(a, id->system),
		arena_i64(a, id->timeline), arena_i64(a, raising) },
	    &reply);
	if (r < 0)
		return r;
	if (reply.n != 2 || !span_to_i64(reply.items[0].str, &system)
	    || !span_to_i64(reply.items[1].str, &timeline))
		return kv_nonsense(ctx->kv, script_primary_tell.name);
	primary_hear(&ctx->shared->newest, system, timeline);
	*newer = system == id->system && timeline < id->timeline;
	return *newer || (system == id->system && timeline == id->timeline)
	    ? 0
	    : disbelieve(ctx, system, timeline);
}

/* What PostgreSQL says, and why Redis is not to be believed under it (NULL
 * when it is).
 *
 * returns: 0; KV_F_LOADING it is not, and was not a moment ago either: the
 *          epoch is not raised twice in a second; < 0 a fault */
static int
compare(struct ctx *ctx, int64_t *epoch, const char **why)
{
	struct span run_id;
	struct db_rows rows;
	int64_t mark;
	bool newer;
	int r;

	r = epoch_mark_read(ctx, &mark);
	if (r == 0)
		r = db_read_primary(ctx, &sql_epoch_read, 0, NULL, &rows);
	if (r == 0)
		r = epoch_tell_primary(ctx, false, &newer);
	if (r != 0)
		return r;
	*epoch = db_get_i64(&rows, 0, 0);
	*why = NULL;
	run_id = db_cell(&rows, 0, 1);
	if (run_id.len == 0)
		*why = EPOCH_FIRST;
	else if (!span_eq_str(run_id, kv_run_id(ctx->kv)))
		*why = "another Redis server answers";
	else if (mark != *epoch)
		*why = "Redis was emptied";
	else if (newer)
		*why = "another primary was promoted";
	return *why != NULL && db_get_bool(&rows, 0, 2) ? KV_F_LOADING : 0;
}

/* The epoch as last checked (0: not yet), and which connections of Redis and
 * of the primary it was checked on. */
struct checked {
	int64_t epoch;
	uint64_t connection, primary;
};

CTX_PART(checked, struct checked);

static void
note_checked(struct ctx *ctx, int64_t epoch)
{
	*(struct checked *)ctx_part(ctx, &checked) = (struct checked){ epoch,
		kv_generation(ctx->kv), db_generation(ctx->primary) };
}

int64_t
epoch_last(const struct ctx *ctx)
{
	return ((const struct checked *)ctx_part(ctx, &checked))->epoch;
}

bool
epoch_same_connection(const struct ctx *ctx)
{
	const struct checked *c = ctx_part(ctx, &checked);

	return c->connection == kv_generation(ctx->kv);
}

static bool
known(const struct ctx *ctx)
{
	const struct checked *c = ctx_part(ctx, &checked);

	return c->epoch > 0 && c->connection == kv_generation(ctx->kv)
	    && c->primary == db_generation(ctx->primary);
}

int
epoch_get(struct ctx *ctx, int64_t *out)
{
	const char *why = NULL;
	int64_t epoch = 0;
	int r = 0;

	for (int i = 0; i < RAISE_TRIES && !known(ctx); i++) {
		r = compare(ctx, &epoch, &why);
		if (r == 0 && why == NULL)
			note_checked(ctx, epoch);
		else if (r == 0)
			r = seat_recovery(ctx)->raise(ctx, epoch, why);
		if (r < 0)
			return r;
	}
	if (!known(ctx)) {
		LOG(ERROR, "epoch-unsettled", LINT("epoch", epoch));
		return KV_F_PROTOCOL;
	}
	*out = epoch_last(ctx);
	return 0;
}

int
epoch_peek(struct ctx *ctx, int64_t *out)
{
	int r, fault;

	fault = epoch_get(ctx, out);
	if (fault >= 0 || fault > DB_F_UNREACHABLE || fault < DB_F_READONLY)
		return fault;
	r = epoch_mark_read(ctx, out);
	if (r < 0)
		return r;
	return *out > 0 ? 0 : fault;
}

void
epoch_forget(struct ctx *ctx)
{
	((struct checked *)ctx_part(ctx, &checked))->epoch = 0;
}
