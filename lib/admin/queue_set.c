/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_set - what the line in front of a performance goes by
 *
 * Layer: domain.  Uses: base, store, queue.
 */
#include "admin/queue_set.h"

#include "base/strbuf.h"

#include <inttypes.h>
#include <string.h>

SQL(queue_set, "SELECT queue_set($1, $2, $3, $4, $5, $6, $7, $8, $9)");

#define N_OWN 3

/* Columns and what they are to be, as JSON. */
static struct span
changes(struct ctx *ctx, const struct queue_set_ask *ask)
{
	const struct {
		const char *column;
		int64_t value;
	} numbers[] = {
		{ "queue_active_limit", ask->active_limit },
		{ "queue_per_minute", ask->per_minute },
		{ "queue_grace_s", ask->grace_s },
		{ "queue_claim_s", ask->claim_s },
		{ "queue_pass_s", ask->pass_s },
		{ "queue_lobby_s", ask->lobby_s },
	};
	const struct {
		const char *column;
		struct span value;
	} words[] = {
		{ "queue_mode", ask->mode },
		{ "queue_status", ask->status },
		{ "queue_beacon", ask->beacon },
	};
	const char *comma = "{";
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, 256);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		if (numbers[i].value < 0)
			continue;
		strbuf_printf(&b, "%s\"%s\":%" PRId64, comma, numbers[i].column,
		    numbers[i].value);
		comma = ",";
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!span_is(words[i].value))
			continue;
		strbuf_printf(&b, "%s\"%s\":", comma, words[i].column);
		strbuf_json(&b, words[i].value);
		comma = ",";
	}
	strbuf_str(&b, comma[0] == '{' ? "{}" : "}");
	return strbuf_get(&b);
}

struct queue_set_ask
queue_set_same(int64_t performance)
{
	return (struct queue_set_ask){ .performance = performance,
		.active_limit = -1,
		.per_minute = -1,
		.grace_s = -1,
		.claim_s = -1,
		.pass_s = -1,
		.lobby_s = -1 };
}

bool
queue_set_verb(struct span verb, struct queue_set_ask *ask)
{
	static const struct {
		const char *verb, *mode, *status;
	} verbs[] = {
		{ "open", "fifo", "open" },
		{ "pause", NULL, "paused" },
		{ "resume", NULL, "open" },
		{ "close", NULL, "closed" },
	};

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (span_eq_str(verb, verbs[i].verb)) {
			ask->mode = span_str(verbs[i].mode);
			ask->status = span_str(verbs[i].status);
			return true;
		}
	return false;
}

/* returns: OK, NONE, VALUE, STALE; < 0 a fault */
static int
set(struct ctx *ctx, const struct queue_set_ask *ask, bool *changed)
{
	static const struct db_word words[] = {
		{ "none", QUEUE_SET_E_NONE },
		{ "stale", QUEUE_SET_E_STALE },
	};
	struct arena *a = &ctx->arena;
	struct db_param params[N_OWN + AUDIT_N_PARAMS] = {
		db_i64(a, ask->performance), db_i64(a, ask->version),
		db_text(a, changes(ctx, ask))
	};
	struct db_rows rows;
	int r;

	audit_log_params(a, &ask->by, SPAN_LIT("queue.set"),
	    span_str(arena_printf(a, "performance %" PRId64, ask->performance)),
	    params + N_OWN);
	r = db_run(ctx->primary, a, &sql_queue_set, ARRAY_LEN(params), params,
	    &rows);
	if (r == DB_E_CONSTRAINT)
		return strcmp(db_constraint(ctx->primary), "queue_mode_kept")
			== 0
		    ? QUEUE_SET_E_BEGUN
		    : QUEUE_SET_E_VALUE;
	if (r != 0)
		return db_sure(r);
	*changed = span_eq_str(db_cell(&rows, 0, 0), "done");
	return db_said(db_cell(&rows, 0, 0), words, ARRAY_LEN(words),
	    QUEUE_SET_OK);
}

/* What is read back was there a moment ago, and is locked. */
int
queue_set(struct ctx *ctx, const struct queue_set_ask *ask,
    struct queue_set_result *out)
{
	int r;

	*out = (struct queue_set_result){ .changed = false };
	if (!audit_reason_ok(ask->by.reason))
		return QUEUE_SET_E_REASON;
	r = db_begin(ctx->primary);
	if (r < 0)
		return r;
	r = set(ctx, ask, &out->changed);
	if (r == QUEUE_SET_OK)
		r = db_sure(
		    queue_report_line(ctx, ask->performance, &out->line));
	if (r == QUEUE_SET_OK && !ask->dry)
		return db_sure(db_commit(ctx->primary));
	db_rollback(ctx->primary);
	return r;
}
