/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoch_raise - Redis may have forgotten something: nothing old counts
 *
 * Order matters: the number grows in PostgreSQL under a lock that running
 * intents and loads hold shared, the old maps die, what their logs still hold
 * goes to the journal, the mark is set, and only then does anybody see the new
 * number and load a map from the journal. A raise that dies half way is rolled
 * back, and its mark disagrees, so the next one does it again.
 *
 * Layer: domain.  Uses: base, store, seat, journal.
 */
#include "recovery/epoch_raise.h"

#include "base/fault.h"
#include "base/log.h"
#include "journal/journal.h"
#include "seat/epoch.h"
#include "store/keys.h"

#include <string.h>

/* Maps of an old epoch stay so long for whoever still looks at them. */
#define DEAD_MAP_S "3600"

SQL(epoch_lock, "SELECT pg_advisory_xact_lock(1, 0)");
SQL(epoch_raise,
    "UPDATE sys_epoch SET epoch = greatest(epoch, $4) + 1, run_id = $2,"
    " reason = $3, raised_at = clock_timestamp() WHERE epoch = $1"
    " RETURNING epoch");

/* The performances loaded under an epoch. */
static int
read_loaded(struct ctx *ctx, int64_t epoch, int64_t **out, size_t *n)
{
	const struct span members[] = { SPAN_LIT("SMEMBERS"),
		epoch_loaded_key(ctx, epoch) };
	struct kv_reply loaded;
	int r;

	r = kv_command(ctx->kv, &ctx->arena, 2, members, &loaded);
	if (r < 0)
		return r;
	if (loaded.type != KV_ARRAY)
		return kv_nonsense(ctx->kv, "the maps that are loaded");
	*out = ARENA_ARRAY(&ctx->arena, loaded.n + 1, int64_t);
	*n = 0;
	for (size_t i = 0; i < loaded.n; i++)
		if (span_to_i64(loaded.items[i].str, &(*out)[*n]))
			(*n)++;
	return 0;
}

/* The old maps say that they are over; scripts look at that first. */
static int
kill_maps(struct ctx *ctx, int64_t epoch, const int64_t *performances, size_t n)
{
	struct arena *a = &ctx->arena;
	struct kv_reply *replies = ARENA_ARRAY(a, n, struct kv_reply);
	int r;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		kv_queue(ctx->kv, 4,
		    (struct span[]){ SPAN_LIT("HSET"),
			key_perf(a, performances[i], epoch, KEY_META),
			SPAN_LIT("s"), SPAN_LIT("dead") });
	r = kv_run(ctx->kv, a, n, replies);
	for (size_t i = 0; i < n && r == 0; i++)
		if (replies[i].type != KV_INT)
			r = kv_nonsense(ctx->kv, "the end of a map");
	return r;
}

/* They stay a while for whoever still looks at them. */
static int
let_go(struct ctx *ctx, int64_t epoch, const int64_t *performances, size_t n)
{
	struct arena *a = &ctx->arena;
	struct kv_reply *ignored;
	size_t queued = 0;

	for (size_t i = 0; i < n; i++)
		for (int key = 0; key < KEY_N_PERF; key++, queued++)
			kv_queue(ctx->kv, 3,
			    (struct span[]){ SPAN_LIT("EXPIRE"),
				key_perf(a, performances[i], epoch, key),
				SPAN_LIT(DEAD_MAP_S) });
	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("EXPIRE"), epoch_loaded_key(ctx, epoch),
		SPAN_LIT(DEAD_MAP_S) });
	queued++;
	ignored = ARENA_ARRAY(a, queued, struct kv_reply);
	return kv_run(ctx->kv, a, queued, ignored);
}

/* Inside the transaction of the raise: its rows are there when the new epoch
 * is, or neither. */
static int
bury(struct ctx *ctx, int64_t epoch)
{
	int64_t *performances;
	size_t n;
	int r;

	r = read_loaded(ctx, epoch, &performances, &n);
	if (r == 0)
		r = kill_maps(ctx, epoch, performances, n);
	FAULT_POINT("epoch.after_kill");
	if (r == 0)
		r = journal_drain(ctx, epoch, performances, n);
	return r == 0 ? let_go(ctx, epoch, performances, n) : r;
}

/* Inside the transaction: 0 raised, 1 somebody else did, < 0 a fault. */
static int
raise_locked(struct ctx *ctx, int64_t seen, const char *reason)
{
	struct arena *a = &ctx->arena;
	struct db_param params[4];
	struct db_rows rows;
	int64_t mark;
	bool newer;
	int r;

	r = db_sure(db_run(ctx->primary, a, &sql_epoch_lock, 0, NULL, NULL));
	if (r == 0)
		r = epoch_mark_read(ctx, &mark);
	/* Never for a master that was replaced: those on the old one and those
	 * on the new one would raise it in turn, for ever. */
	if (r == 0)
		r = kv_confirm(ctx->kv);
	if (r != 0)
		return r;
	params[0] = db_i64(a, seen);
	params[1] = db_str(kv_run_id(ctx->kv));
	params[2] = db_str(reason);
	/* A primary that lost its last raise: Redis knows better. */
	params[3] = db_i64(a, mark);
	r = db_sure(
	    db_run(ctx->primary, a, &sql_epoch_raise, 4, params, &rows));
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return 1;
	FAULT_POINT("epoch.before_bury");
	r = bury(ctx, seen);
	if (r == 0 && mark > 0 && mark != seen)
		r = bury(ctx, mark);
	if (r == 0)
		r = epoch_mark_write(ctx, db_get_i64(&rows, 0, 0));
	if (r == 0)
		r = epoch_tell_primary(ctx, true, &newer);
	FAULT_POINT("epoch.after_mark");
	return r == 0 ? db_sure(db_tell(ctx->primary, a, "epoch")) : r;
}

/* That there was no Redis before is nothing to warn of. */
static void
log_raised(int64_t epoch, const char *reason)
{
	if (strcmp(reason, EPOCH_FIRST) == 0)
		LOG(INFO, "epoch-raised", LINT("epoch", epoch),
		    LSTR("reason", reason));
	else
		LOG(WARN, "epoch-raised", LINT("epoch", epoch),
		    LSTR("reason", reason));
}

int
epoch_raise(struct ctx *ctx, int64_t seen, const char *reason)
{
	int r;

	epoch_forget(ctx);
	r = db_begin(ctx->primary);
	if (r < 0)
		return r;
	r = raise_locked(ctx, seen, reason);
	if (r != 0) {
		db_rollback(ctx->primary);
		return r < 0 ? r : 0;
	}
	r = db_commit(ctx->primary);
	if (r == 0)
		log_raised(seen + 1, reason);
	return r;
}
