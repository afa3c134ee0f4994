/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_adopt - Redis is told of holds that were changed while it was away
 *
 * One transaction a hold, kept for its locks: the hold is locked, the script
 * runs, and what it leaves of the hold in PostgreSQL is committed. Who dies
 * between leaves the claims, and telling Redis once more finds that it knows.
 * The journal gets the hold as Redis has it now: whatever was logged of it
 * before is older, and so are promises of its seats that were withdrawn. That
 * commits asynchronously: what a crash of the primary takes is all of it, and
 * Redis is told once more.
 * The claims may end although the hold was extended or dropped in Redis just
 * after the script: it is Redis's then.
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#include "recovery/hold_adopt.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "hold/hold_journal.h"
#include "hold/hold_pay.h"
#include "hold/hold_script.h"
#include "seat/epoch.h"
#include "seat/seat_recovery.h"
#include "seat/seat_script.h"
#include "store/read.h"

/* The other jobs wait meanwhile. */
#define ROUND_US 100000
#define ROUND_MAX 20

/* Without a row the journal has no such hold. */
SQL(adopt_find,
    "SELECT h.user_id, u.token IS NOT NULL FROM holds AS h"
    " LEFT JOIN holds_unmirrored AS u USING (token) WHERE h.token = $1");
SQL(adopt_lock, "SELECT" JOURNAL_COLUMNS("h") " FROM hold_locked($1, $2) AS h");
/* Its own statement: what a statement sees is fixed before it waits. Whether
 * claims keep all its seats, and the limit that it was made under. */
SQL(adopt_unmirrored,
    "SELECT (SELECT count(*) FROM seat_claim AS c"
    "  WHERE c.performance_id = h.performance_id"
    "  AND c.seat_no = ANY (h.seats) AND c.state = 'H'"
    "  AND c.hold_token = h.token) + (SELECT coalesce(sum(c.quantity), 0)"
    "  FROM section_claim AS c WHERE c.performance_id = h.performance_id"
    "  AND c.state = 'H' AND c.hold_token = h.token) = cardinality(h.seats),"
    " (SELECT max(l.seats_max) FROM seat_limits AS l"
    "  WHERE l.performance_id = h.performance_id"
    "  AND l.until > h.made_at - interval '1 s')"
    " FROM holds_unmirrored AS u JOIN holds AS h USING (token)"
    " WHERE u.token = $1");
/* A payment that came to nothing leaves a hold as being paid. */
SQL(adopt_unpaid,
    "UPDATE holds AS h SET status = 'held'"
    " WHERE h.token = $1 AND h.status = 'paying' AND NOT EXISTS (SELECT"
    "  FROM seat_claim AS c WHERE c.performance_id = h.performance_id"
    "  AND c.seat_no = ANY (h.seats) AND c.state = 'P'"
    "  AND c.hold_token = h.token) AND NOT EXISTS (SELECT"
    "  FROM section_claim AS c WHERE c.performance_id = h.performance_id"
    "  AND c.hold_token = h.token AND c.state = 'P') RETURNING h.token");
SQL(adopt_mirrored, "SELECT hold_mirrored($1, $2, $3)");
SQL(adopt_list,
    "SELECT u.token FROM holds_unmirrored AS u"
    " ORDER BY u.at LIMIT 1000");
SQL(adopt_sweep, "SELECT hold_sweep_database($1)");

struct adoption {
	struct ctx *ctx;
	const struct hold_token *token;
	int64_t user, epoch;
	struct span text; /* the token's */
	struct hold hold; /* as locked; paid: mirrored after */
	bool claimed;     /* by H claims */
	int64_t seats_max;
	struct hold mirrored; /* as Redis has it; no token: not */
	bool gone;            /* the map is not live here */
};

/* ---- inside the transaction ---- */

/* What a reply has of a hold that runs. */
static int
read_mirrored(struct adoption *t, const struct kv_reply *reply)
{
	const struct seat_call call = { .epoch = t->epoch,
		.script = &script_hold_adopt };

	if (!span_is(seat_reply(reply, 1)))
		return 0;
	return hold_from_reply(t->ctx, &call, t->token, seat_reply(reply, 1),
	    seat_reply(reply, 2), &t->mirrored);
}

/* returns: ADOPT_OK, or what else the script says; < 0 a fault */
static int
run_script(struct adoption *t, bool *lost)
{
	struct ctx *ctx = t->ctx;
	const struct span args[] = { seat_now(ctx), hold_token_bytes(t->token),
		hold_record_text(&ctx->arena, &t->hold.is),
		seat_number(ctx, t->hold.log_ms),
		t->claimed ? SPAN_LIT("1") : SPAN_LIT(""),
		seat_number(ctx, t->seats_max) };
	struct kv_reply reply;
	int r;

	r = seat_script(ctx, t->token->performance, t->epoch,
	    &script_hold_adopt, ARRAY_LEN(args), args, &reply);
	if (r < 0)
		return r;
	*lost = seat_said(&reply, "limit");
	t->gone = seat_said(&reply, "gone");
	r = read_mirrored(t, &reply);
	if (r < 0)
		return r;
	return *lost || seat_said(&reply, "mirrored") ? ADOPT_OK
						      : ADOPT_E_WAITS;
}

/* Two statements: the lock may have waited for somebody who told Redis. */
static int
lock(struct adoption *t, bool *unmirrored)
{
	struct arena *a = &t->ctx->arena;
	const struct db_param params[] = { db_i64(a, t->user),
		db_text(a, t->text) };
	struct db_rows rows;
	int r;

	r = db_read_primary(t->ctx, &sql_adopt_lock, 2, params, &rows);
	if (r != 0)
		return r;
	hold_journal_read(a, &rows, 0, 0, &t->hold);
	r = db_read_primary(t->ctx, &sql_adopt_unmirrored, 1, params + 1,
	    &rows);
	*unmirrored = r == 0 && rows.n_rows > 0;
	t->claimed = *unmirrored && db_get_bool(&rows, 0, 0);
	t->seats_max = *unmirrored ? db_get_i64(&rows, 0, 1) : 0;
	return r;
}

/* returns: 0; ADOPT_E_WAITS while the hold is being paid; < 0 a fault */
static int
take_unpaid(struct adoption *t)
{
	struct arena *a = &t->ctx->arena;
	const struct db_param param = db_text(a, t->text);
	struct db_rows rows;
	int r;

	if (t->hold.is.status != HOLD_PAYING)
		return 0;
	r = db_sure(
	    db_run(t->ctx->primary, a, &sql_adopt_unpaid, 1, &param, &rows));
	t->hold.is.status = HOLD_HELD;
	return r == 0 && rows.n_rows == 0 ? ADOPT_E_WAITS : r;
}

static int
note_mirrored(struct adoption *t, bool lost)
{
	struct arena *a = &t->ctx->arena;
	const struct db_param params[] = { db_i64(a, t->user),
		db_text(a, t->text), db_bool(lost) };

	return db_sure(
	    db_run(t->ctx->primary, a, &sql_adopt_mirrored, 3, params, NULL));
}

static int
tell_locked(struct adoption *t)
{
	bool unmirrored, lost = false;
	int r;

	r = lock(t, &unmirrored);
	if (r != 0 || !unmirrored)
		return r;
	r = take_unpaid(t);
	if (r != 0)
		return r;
	r = run_script(t, &lost);
	FAULT_POINT("adopt.after_script");
	if (r == ADOPT_OK && span_is(t->mirrored.token))
		r = hold_journal_write_within(t->ctx, &t->mirrored);
	if (r == ADOPT_OK)
		r = note_mirrored(t, lost);
	if (r == ADOPT_OK && lost)
		LOG(WARN, "hold-surplus",
		    LINT("performance", t->token->performance));
	return r;
}

/* ---- one hold ---- */

/* Where the connection was made anew meanwhile, another server may have been
 * told: nothing is noted. */
static int
tell_once(struct adoption *t)
{
	struct ctx *ctx = t->ctx;
	int r;

	r = epoch_get(ctx, &t->epoch);
	if (r == 0)
		r = db_begin(ctx->primary);
	if (r < 0)
		return r;
	r = tell_locked(t);
	if (r == ADOPT_OK && !epoch_same_connection(ctx))
		r = ADOPT_E_WAITS;
	if (r == ADOPT_OK)
		r = db_commit(ctx->primary);
	else
		db_rollback(ctx->primary);
	FAULT_POINT("adopt.after_commit");
	/* What was bought while Redis was away; reconcile would find it. */
	if (r == ADOPT_OK && t->hold.is.status == HOLD_PAID)
		hold_paid(ctx, &t->hold);
	return r;
}

/* A map that is not here is loaded, with the hold in it. */
static int
tell(struct adoption *t)
{
	int r = tell_once(t);

	if (r != ADOPT_E_WAITS || !t->gone)
		return r;
	t->gone = false;
	epoch_forget(t->ctx);
	r = seat_recovery(t->ctx)->load(t->ctx, t->token->performance);
	return r == SEAT_OK ? tell_once(t) : r < 0 ? r : ADOPT_E_WAITS;
}

int
hold_adopt(struct ctx *ctx, const struct hold_token *token)
{
	struct adoption t = { .ctx = ctx,
		.token = token,
		.text = hold_token_text(&ctx->arena, token) };
	const struct db_param param = db_text(&ctx->arena, t.text);
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_adopt_find, 1, &param, &rows);
	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : ADOPT_E_NONE;
	t.user = db_get_i64(&rows, 0, 0);
	return db_get_bool(&rows, 0, 1) ? tell(&t) : ADOPT_OK;
}

/* ---- all ---- */

/* Only who got on goes on at once: those that wait would be asked for ever. */
static int
tell_some(struct ctx *ctx, const struct db_rows *tokens, size_t *n)
{
	int64_t ends_us = clock_mono_us() + ROUND_US;
	size_t n_mirrored = 0, i;
	int r = 0;

	for (i = 0; i < tokens->n_rows && r >= 0 && n_mirrored < ROUND_MAX
	     && clock_mono_us() < ends_us
	     && ctx->arena.used <= ctx->arena.limit / 2;
	     i++) {
		struct hold_token token;

		if (!hold_token_read(db_cell(tokens, i, 0), &token))
			continue;
		r = hold_adopt(ctx, &token);
		n_mirrored += r == ADOPT_OK;
	}
	*n += n_mirrored;
	if (r < 0)
		return r;
	return i < tokens->n_rows && n_mirrored > 0 ? ADOPT_MORE : 0;
}

int
hold_adopt_round(struct ctx *ctx, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param now = db_now(a);
	struct db_rows rows;
	int r;

	*n = 0;
	r = db_sure(db_run(ctx->primary, a, &sql_adopt_sweep, 1, &now, &rows));
	if (r != 0)
		return r;
	*n = (size_t)db_get_i64(&rows, 0, 0);
	r = db_read_primary(ctx, &sql_adopt_list, 0, NULL, &rows);
	return r == 0 ? tell_some(ctx, &rows, n) : r;
}
