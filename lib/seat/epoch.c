/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoch - under which number Redis is to be believed
 *
 * Order matters in epoch_raise: the number grows in PostgreSQL under a lock
 * that running intents and loads hold shared, the old maps die, what their
 * logs still hold goes to the journal, the mark is set, and only then does
 * anybody see the new number and load a map from the journal. A raise that
 * dies half way is rolled back, and its mark disagrees, so the next one does
 * it again.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "seat/epoch.h"

#include "base/fault.h"
#include "base/log.h"
#include "seat/seat_journal.h"
#include "store/keys.h"
#include "store/read.h"
#include "store/script.h"

#include <inttypes.h>
#include <string.h>

/* Maps of an old epoch stay so long for whoever still looks at them. */
#define DEAD_MAP_S "3600"
#define RAISE_TRIES 3
#define FIRST_START "the first Redis server answers"

/* Its third: whether it was raised within the last second. A clock that was
 * set back does not count. */
SQL(epoch_read,
    "SELECT epoch, run_id, run_id <> '' AND clock_timestamp() - raised_at"
    "  BETWEEN interval '0' AND interval '1 s' FROM sys_epoch");
SQL(epoch_lock, "SELECT pg_advisory_xact_lock(1, 0)");
SQL(epoch_raise,
    "UPDATE sys_epoch SET epoch = greatest(epoch, $4) + 1, run_id = $2,"
    " reason = $3, raised_at = clock_timestamp() WHERE epoch = $1"
    " RETURNING epoch");

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

/* 0 when Redis has no mark. What is no number says nothing about Redis: it may
 * not even be the answer to this. */
static int
mark_read(struct ctx *ctx, int64_t *out)
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
kill_maps(struct ctx *ctx, int64_t epoch, const int64_t *performances,
    size_t n)
{
	struct arena *a = &ctx->arena;
	struct kv_reply *replies = ARENA_ARRAY(a, n, struct kv_reply);
	int r;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		kv_queue(ctx->kv, 4, (struct span[]){ SPAN_LIT("HSET"),
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
			kv_queue(ctx->kv, 3, (struct span[]){
			    SPAN_LIT("EXPIRE"),
			    key_perf(a, performances[i], epoch, key),
			    SPAN_LIT(DEAD_MAP_S) });
	kv_queue(ctx->kv, 3, (struct span[]){ SPAN_LIT("EXPIRE"),
	    epoch_loaded_key(ctx, epoch), SPAN_LIT(DEAD_MAP_S) });
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
		r = seat_journal_drain(ctx, epoch, performances, n);
	return r == 0 ? let_go(ctx, epoch, performances, n) : r;
}

static int
mark_write(struct ctx *ctx, int64_t epoch)
{
	struct kv_reply reply;
	int r = kv_command(ctx->kv, &ctx->arena, 3, (struct span[]){
	    SPAN_LIT("SET"), mark_key(ctx), arena_i64(&ctx->arena, epoch) },
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

/*
 * What other trees have met is in Redis: the connection to the primary is
 * closed when it leads to an older one. A newer one becomes known by raising
 * the epoch: whoever goes on writing to the old one finds his maps dead, looks
 * here and writes there no more.
 *
 * out:     newer   Redis knows an older one; never so when raising
 */
static int
tell_primary(struct ctx *ctx, bool raising, bool *newer)
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
	    arena_i64(a, id->timeline), arena_i64(a, raising) }, &reply);
	if (r < 0)
		return r;
	if (reply.n != 2 || !span_to_i64(reply.items[0].str, &system) ||
	    !span_to_i64(reply.items[1].str, &timeline))
		return kv_nonsense(ctx->kv, script_primary_tell.name);
	primary_hear(&ctx->shared->newest, system, timeline);
	*newer = system == id->system && timeline < id->timeline;
	return *newer || (system == id->system && timeline == id->timeline)
	    ? 0 : disbelieve(ctx, system, timeline);
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
		r = mark_read(ctx, &mark);
	if (r != 0)
		return r;
	params[0] = db_i64(a, seen);
	params[1] = db_str(kv_run_id(ctx->kv));
	params[2] = db_str(reason);
	/* A primary that lost its last raise: Redis knows better. */
	params[3] = db_i64(a, mark);
	r = db_sure(db_run(ctx->primary, a, &sql_epoch_raise, 4, params,
	    &rows));
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return 1;
	FAULT_POINT("epoch.before_bury");
	r = bury(ctx, seen);
	if (r == 0 && mark > 0 && mark != seen)
		r = bury(ctx, mark);
	if (r == 0)
		r = mark_write(ctx, db_get_i64(&rows, 0, 0));
	if (r == 0)
		r = tell_primary(ctx, true, &newer);
	FAULT_POINT("epoch.after_mark");
	return r == 0 ? db_sure(db_tell(ctx->primary, a, "epoch")) : r;
}

/* That there was no Redis before is nothing to warn of. */
static void
log_raised(int64_t epoch, const char *reason)
{
	if (strcmp(reason, FIRST_START) == 0)
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

	r = mark_read(ctx, &mark);
	if (r == 0)
		r = db_read_primary(ctx, &sql_epoch_read, 0, NULL, &rows);
	if (r == 0)
		r = tell_primary(ctx, false, &newer);
	if (r != 0)
		return r;
	*epoch = db_get_i64(&rows, 0, 0);
	*why = NULL;
	run_id = db_cell(&rows, 0, 1);
	if (run_id.len == 0)
		*why = FIRST_START;
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
			r = epoch_raise(ctx, epoch, why);
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
	r = mark_read(ctx, out);
	if (r < 0)
		return r;
	return *out > 0 ? 0 : fault;
}

void
epoch_forget(struct ctx *ctx)
{
	((struct checked *)ctx_part(ctx, &checked))->epoch = 0;
}
