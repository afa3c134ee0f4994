/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_database - holds while Redis is away
 *
 * What changes something is one function of sql/functions/holds_database.sql
 * and one round trip, committed synchronously: there is no other copy. What was
 * committed and not answered is found again by its token.
 *
 * Layer: domain.  Uses: base, store, catalog, seat, hold_journal.
 */
#include "hold/hold_database.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "catalog/terms.h"
#include "hold/hold_gate.h"
#include "hold/hold_journal.h"
#include "hold/hold_script.h"
#include "seat/seat_map.h"
#include "store/read.h"

/* Others took the seats between looking and claiming. */
#define TRIES 3

SQL(hold_database_place,
    "SELECT f.outcome, f.letters," JOURNAL_COLUMNS("(f.hold)")
    " FROM hold_place_bounded($1, " JOURNAL_HOLD("$2") ", $3, $4, $5, $6, $7,"
    "  $8) AS f");
SQL(hold_database_drop,
    "SELECT f.outcome, NULL," JOURNAL_COLUMNS(
	"(f.hold)") " FROM hold_drop_database($1, $2, $3) AS f");
SQL(hold_database_extend,
    "SELECT f.outcome, NULL," JOURNAL_COLUMNS(
	"(f.hold)") " FROM hold_extend_database($1, $2, $3, $4, $5) AS f");
SQL(hold_database_lose, "SELECT hold_lose_database($1, $2)");
SQL(hold_database_list,
    "SELECT" JOURNAL_COLUMNS("h") " FROM holds AS h"
    " WHERE h.performance_id = $1 AND h.user_id = $2"
    " AND h.hard_expires_at > $3 AND h.expires_at > $3"
    " AND h.status IN ('held', 'paying') ORDER BY h.made_at, h.token");
SQL(hold_database_stamp,
    "SELECT epoch, (extract(epoch FROM clock_timestamp())*1000)::bigint"
    " FROM sys_epoch");

/* Where the answer of a changing function begins with a hold. */
#define HOLD_COL 2

bool
hold_database_reads(int fault)
{
	return kv_is_away(fault) || fault == KV_F_LOADING;
}

bool
hold_database_writes(const struct ctx *ctx, int fault)
{
	return kv_is_away(fault) && ctx->set.redis_down != REDIS_DOWN_REFUSE;
}

/* Run one of the functions: its outcome is the first cell. What may have been
 * committed unnoticed is asked once more. */
static int
change(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out)
{
	struct arena *a = &ctx->arena;
	int r = DB_E_CONSTRAINT;

	for (int i = 0; i < TRIES && r == DB_E_CONSTRAINT; i++) {
		r = db_run(ctx->primary, a, sql, n_params, params, out);
		if (r == DB_F_UNKNOWN)
			r = db_run(ctx->primary, a, sql, n_params, params, out);
	}
	return r == DB_E_CONSTRAINT ? DB_F_TIMEOUT : db_sure(r);
}

static bool
said(const struct db_rows *rows, const char *outcome)
{
	return span_eq_str(db_cell(rows, 0, 0), outcome);
}

/* The hold of an answer. Its version is a moment behind its commit, which may
 * have come long after its stamp: a map that was read in between has not got
 * it. */
static void
read_hold(struct ctx *ctx, const struct db_rows *rows, struct hold *out)
{
	hold_journal_read(&ctx->arena, rows, 0, HOLD_COL, out);
	out->version = seat_version_at(ctx, out->epoch,
	    (MAX(clock_ms(), out->log_ms) + 1) * US_PER_MS);
}

/* How a hold is over, which PostgreSQL's clock may have known first. */
static int
over(struct ctx *ctx, int64_t user, const struct hold_token *token, int unknown,
    struct hold *out)
{
	int r = hold_journaled(ctx, token, user, out);

	if (r == HOLD_OK)
		return HOLD_E_EXPIRED;
	return r == HOLD_E_NONE && !span_is(out->token) ? unknown : r;
}

/* ---- place ---- */

static int
call_place(struct ctx *ctx, int64_t section_no, const struct terms *terms,
    const struct hold_record *asked, struct db_rows *rows)
{
	struct arena *a = &ctx->arena;
	int64_t life_ms = terms->hold_s * MS_PER_S;
	int64_t hard_ms = ctx->set.hold_hard_seconds * MS_PER_S;
	struct journal_row row = { .is = *asked };
	struct db_param params[] = {
		db_i64(a, ctx->set.performances_per_user),
		{ .text = NULL },
		db_i64(a, hold_token_mark(&asked->token)),
		db_i64(a, terms->meta_version),
		db_i64(a, section_no),
		db_i64(a, life_ms),
		db_i64(a, MAX(life_ms, hard_ms)),
		db_now(a),
	};

	row.is.status = HOLD_HELD;
	row.is.price_version = terms->price_version;
	params[1] = journal_row_param(a, &row);
	return change(ctx, &sql_hold_database_place, ARRAY_LEN(params), params,
	    rows);
}

static int
read_place(struct ctx *ctx, const struct hold_record *asked,
    const struct db_rows *rows, struct hold *out,
    struct hold_conflicts *conflicts)
{
	static const struct {
		const char *word;
		int outcome;
	} words[] = {
		{ "ok", HOLD_OK },
		{ "again", HOLD_OK },
		{ "taken", HOLD_E_TAKEN },
		{ "full", HOLD_E_FULL },
		{ "missed", HOLD_E_MISSED },
		{ "limit", HOLD_E_LIMIT },
		{ "pass", HOLD_E_PASS },
		{ "closed", HOLD_E_CLOSED },
		{ "many", HOLD_E_MANY },
		{ "mismatch", HOLD_E_MISMATCH },
		{ "none", HOLD_E_NONE },
		{ "terms", HOLD_E_TERMS },
	};

	if (said(rows, "taken"))
		hold_read_conflicts(ctx, asked, db_cell(rows, 0, 1), conflicts);
	if (said(rows, "full"))
		hold_read_few(db_cell(rows, 0, 1), &conflicts->remaining);
	if (said(rows, "ok") || said(rows, "again")) {
		read_hold(ctx, rows, out);
		out->again = memcmp(&out->is.token, &asked->token,
				 sizeof(asked->token))
		    != 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (said(rows, words[i].word))
			return words[i].outcome;
	return over(ctx, asked->user, &asked->token, HOLD_E_NONE, out);
}

int
hold_database_place(struct ctx *ctx, int64_t section_no,
    const struct terms *terms, const struct hold_record *asked,
    struct hold *out, struct hold_conflicts *conflicts)
{
	struct db_rows rows;
	int r;

	if (hold_gate_enter(ctx) == HOLD_GATE_E_FULL)
		return HOLD_F_BUSY;
	r = call_place(ctx, section_no, terms, asked, &rows);
	hold_gate_leave(ctx, r == 0);
	FAULT_POINT("hold.after_database");
	return r == 0 ? read_place(ctx, asked, &rows, out, conflicts) : r;
}

/* ---- one hold ---- */

int
hold_database_find(struct ctx *ctx, int64_t user,
    const struct hold_token *token, int fault, struct hold *out)
{
	int r = hold_journaled(ctx, token, user, out);

	if (r == HOLD_E_PAID)
		return HOLD_OK;
	return r == HOLD_E_NONE && !span_is(out->token) ? fault : r;
}

/* What became of a hold: none, paying, last, over or ok. */
static int
read_change(struct ctx *ctx, int64_t user, const struct hold_token *token,
    const struct db_rows *rows, int fault, struct hold *out)
{
	if (said(rows, "ok")) {
		read_hold(ctx, rows, out);
		return HOLD_OK;
	}
	if (said(rows, "paying"))
		return HOLD_E_PAYING;
	if (said(rows, "last"))
		return HOLD_E_LAST;
	return over(ctx, user, token, fault, out);
}

int
hold_database_drop(struct ctx *ctx, int64_t user,
    const struct hold_token *token, int fault, struct hold *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user),
		db_text(a, hold_token_text(a, token)), db_now(a) };
	struct db_rows rows;
	int r;

	r = change(ctx, &sql_hold_database_drop, 3, params, &rows);
	FAULT_POINT("drop.after_database");
	return r == 0 ? read_change(ctx, user, token, &rows, fault, out) : r;
}

int
hold_database_extend(struct ctx *ctx, int64_t user,
    const struct hold_token *token, int fault, struct hold *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user),
		db_text(a, hold_token_text(a, token)),
		db_i64(a, hold_token_mark(token)),
		db_i64(a, ctx->set.hold_extend_seconds * MS_PER_S), db_now(a) };
	struct db_rows rows;
	int r;

	r = change(ctx, &sql_hold_database_extend, 5, params, &rows);
	FAULT_POINT("extend.after_database");
	return r == 0 ? read_change(ctx, user, token, &rows, fault, out) : r;
}

/* The intent is told where the payment stands: after all that is known of the
 * hold, in the present epoch. */
int
hold_database_pay(struct ctx *ctx, int64_t user, const struct hold_token *token,
    int fault, struct hold *out)
{
	struct db_rows rows;
	int r;

	r = hold_journaled(ctx, token, user, out);
	if (r != HOLD_OK)
		return r == HOLD_E_NONE && !span_is(out->token) ? fault : r;
	r = db_read_primary(ctx, &sql_hold_database_stamp, 0, NULL, &rows);
	if (r != 0)
		return r;
	out->in_database = true;
	out->again = out->is.status == HOLD_PAYING;
	out->epoch = db_get_i64(&rows, 0, 0);
	out->log_ms = MAX(db_get_i64(&rows, 0, 1), out->log_ms + 1);
	out->log_seq = 0;
	return HOLD_OK;
}

int
hold_database_lose(struct ctx *ctx, const struct hold *hold)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, hold->is.user),
		db_text(a, hold->token) };

	return change(ctx, &sql_hold_database_lose, 2, params, NULL);
}

/* ---- list ---- */

int
hold_database_list(struct ctx *ctx, int64_t user, int64_t performance,
    struct hold **out, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, performance),
		db_i64(a, user), db_time(a, ctx->now_ms) };
	const struct terms *terms;
	struct db_rows rows;
	int r;

	r = terms_kept(ctx, performance, &terms);
	if (r != 0)
		return r < 0 ? r : HOLD_E_NONE;
	r = db_read_primary(ctx, &sql_hold_database_list, 3, params, &rows);
	if (r != 0)
		return r;
	*out = ARENA_ARRAY(a, rows.n_rows + 1, struct hold);
	*n = rows.n_rows;
	for (size_t i = 0; i < *n; i++)
		hold_journal_read(a, &rows, i, 0, &(*out)[i]);
	return HOLD_OK;
}
