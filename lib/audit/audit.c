/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit - count what must never be
 *
 * The table, and how it is walked. A new invariant is a row here and a list
 * of parts in the file of its subject.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "audit/audit_own.h"

#include "base/clock.h"
#include "store/read.h"

#include <assert.h>
#include <stdio.h>

/* clang-format off */
const struct audit_row audit_rows[] = {
	{ "I1",  AUDIT_ALWAYS,
	    "no seat belongs to two, and the key that forbids it is there",
	    audit_i1 },
	{ "I2",  AUDIT_ALWAYS,
	    "a reservation's seats are claimed for it, and no others",
	    audit_i2 },
	{ "I3",  AUDIT_SETTLED,
	    "what a provider took is a reservation, or all of it went back",
	    audit_i3 },
	{ "I4",  AUDIT_ALWAYS,
	    "each reservation is paid as its hold said, each payment bought one",
	    audit_i4 },
	{ "I5",  AUDIT_ALWAYS,
	    "no more is refunded than was paid, and all of it is in the ledger",
	    audit_i5 },
	{ "I6",  AUDIT_ALWAYS,
	    "a balance is the sum of its lines, and every transfer sums to 0",
	    audit_i6 },
	{ "I7",  AUDIT_ALWAYS,
	    "what is written once is guarded by its triggers",
	    audit_i7 },
	{ "I8",  AUDIT_ALWAYS,
	    "payments move along their states, and their log says how",
	    audit_i8 },
	{ "I9",  AUDIT_SETTLED,
	    "no payment waits for its end past its deadline",
	    audit_i9 },
	{ "I10", AUDIT_ALWAYS,
	    "a seat being paid for is freed by the end of its payment alone",
	    audit_i10 },
	{ "I11", AUDIT_SETTLED,
	    "maps and holds in Redis are what claims and journal say",
	    audit_i11 },
	{ "I12", AUDIT_ALWAYS,
	    "no map of an older epoch lives, no hold is of a later one",
	    audit_i12 },
	{ "I13", AUDIT_ALWAYS,
	    "no user has more seats of a performance than allowed",
	    audit_i13 },
	{ "I14", AUDIT_ALWAYS,
	    "who may buy has a row of his pass, and no more than may at a time",
	    audit_i14 },
	{ "I15", AUDIT_ALWAYS,
	    "what was admitted was reserved, or drawn so, and is not past the head",
	    audit_i15 },
	{ "I16", AUDIT_ALWAYS,
	    "a user has one pass for a performance",
	    audit_i16 },
	{ "I17", AUDIT_SETTLED,
	    "what happened has reached each consumer, once",
	    audit_i17 },
	{ "I18", AUDIT_ALWAYS,
	    "what happened to one thing is told in its order",
	    audit_i18 },
	{ "I19", AUDIT_ALWAYS,
	    "one purchase for a key, one key for a purchase",
	    audit_i19 },
	{ "I20", AUDIT_ALWAYS,
	    "the keys that make events and payments outside one are there",
	    audit_i20 },
	{ "I22", AUDIT_ALWAYS,
	    "claims and maps are for seats of the plan, no more than its places",
	    audit_i22 },
	{ "I23", AUDIT_SETTLED,
	    "a seat given back waits for its refund, and a refund for its end",
	    audit_i23 },
	{ "I27", AUDIT_ALWAYS,
	    "one PostgreSQL server of the primary's DSN accepts writes",
	    audit_i27 },
	{ "I28", AUDIT_SETTLED,
	    "figures of sales are what the tables say",
	    audit_i28 },
	{ "I24", AUDIT_HISTORY,
	    "what clients were told they bought is theirs",
	    NULL },
	{ 0 },
};
/* clang-format on */

const int audit_n_rows = ARRAY_LEN(audit_rows) - 1;

/* Ids in the first range of a part. */
#define WIDTH_FIRST 16
#define WIDTH_MAX (INT64_C(1) << 40)

/* As AUDIT_SQL statements see them; in the order of enum audit_key. */
SQL(audit_last,
    "SELECT (SELECT coalesce(max(id), 0) FROM performances),"
    " (SELECT coalesce(max(id), 0) FROM payments),"
    " (SELECT coalesce(max(id), 0) FROM reservations),"
    " (SELECT coalesce(max(id), 0) FROM users),"
    " (SELECT coalesce(max(transfer_id), 0) FROM ledger),"
    " (SELECT coalesce(max(id), 0) FROM till_sessions)");
/* Until the transaction ends: the limit, where there is one, and plans for the
 * range as it is. It is a small part of its tables and each row leads to a few
 * others by a key; a plan made for any range reads whole tables. Statements
 * join in that order: to find one took 7 ms of planning, ten times as much. */
SQL(audit_settings,
    "SELECT set_config('statement_timeout', CASE WHEN $1 = '0'"
    "  THEN current_setting('statement_timeout') ELSE $1 END, true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true),"
    " set_config('enable_seqscan', 'off', true),"
    " set_config('join_collapse_limit', '1', true),"
    " set_config('enable_hashjoin', 'off', true),"
    " set_config('enable_mergejoin', 'off', true)");

void
audit_add(struct audit_found *found, int64_t n, struct span examples)
{
	size_t len = strlen(found->examples);

	found->n += n;
	if (examples.len > 0 && len + 1 < sizeof(found->examples))
		snprintf(found->examples + len, sizeof(found->examples) - len,
		    "%s%.*s", len > 0 ? ", " : "", (int)examples.len,
		    examples.p);
}

int
audit_count(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, struct audit_found *found)
{
	struct db_rows rows;
	int r;

	r = db_sure(
	    db_run(ctx->primary, &ctx->arena, sql, n_params, params, &rows));
	if (r != 0)
		return r;
	/* The later ranges only count. */
	audit_add(found, db_get_i64(&rows, 0, 0),
	    found->n == 0 ? db_cell(&rows, 0, 1) : SPAN_NONE);
	return 0;
}

/* For one more map, the largest thing that is read. */
static bool
memory_left(const struct ctx *ctx)
{
	return ctx->arena.used < ctx->arena.limit / 4;
}

bool
audit_may_go_on(const struct ctx *ctx, const struct audit_range *range)
{
	return clock_mono_us() < range->ends_us && memory_left(ctx);
}

/* ---- one range ---- */

static int
run_part(struct ctx *ctx, const struct audit_part *part,
    struct audit_range *range, struct audit_found *found)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, range->from),
		db_i64(a, range->to) };

	if (part->run != NULL)
		return part->run(ctx, range, found);
	return audit_count(ctx, part->sql, part->key == AUDIT_ONCE ? 0 : 2,
	    params, found);
}

/* In a transaction of its own only to have the settings end with it. */
static int
run_alone(struct ctx *ctx, const struct audit_part *part,
    struct audit_range *range, struct audit_found *found)
{
	struct arena *a = &ctx->arena;
	const struct db_param limit = db_i64(a, range->pace->statement_ms);
	int r;

	r = db_begin(ctx->primary);
	if (r == 0)
		r = db_sure(db_run(ctx->primary, a, &sql_audit_settings, 1,
		    &limit, NULL));
	if (r == 0)
		r = run_part(ctx, part, range, found);
	db_rollback(ctx->primary);
	return r;
}

/* ---- the walk ---- */

void
audit_begin(struct audit_walk *walk, const struct audit_row *row,
    const struct audit_pace *pace)
{
	assert(row->parts != NULL);
	*walk = (struct audit_walk){ .row = row, .pace = pace };
}

static int
begin_part(struct ctx *ctx, struct audit_walk *walk)
{
	enum audit_key key = walk->row->parts[walk->part].key;
	struct db_rows rows;
	int r;

	assert(walk->part < AUDIT_PARTS_MAX);
	walk->from = 1;
	walk->width = walk->widths == NULL
	    ? WIDTH_FIRST
	    : MAX(walk->widths[walk->part] / 2, WIDTH_FIRST);
	walk->last = 1;
	walk->least_us = INT64_MAX;
	if (key == AUDIT_ONCE)
		return 0;
	r = db_read_primary(ctx, &sql_audit_last, 0, NULL, &rows);
	if (r == 0)
		walk->last = db_get_i64(&rows, 0,
		    (size_t)(key - AUDIT_PERFORMANCES));
	return r;
}

/* What the fastest took is mostly its plan, which no range is too narrow for:
 * on a busy server that alone may be more than is aimed at, and ranges would
 * become narrower and more until nothing else was done. */
static void
set_width(struct audit_walk *walk, int64_t took_us)
{
	int64_t aim_us = walk->pace->budget_us / 2;

	walk->least_us = MIN(walk->least_us, took_us);
	took_us -= walk->least_us;
	if (took_us > 2 * aim_us)
		walk->width = MAX(walk->width / 2, 1);
	else if (took_us < aim_us)
		walk->width = MIN(walk->width * 2, WIDTH_MAX);
}

static int
one_range(struct ctx *ctx, struct audit_walk *walk)
{
	const struct audit_part *part = &walk->row->parts[walk->part];
	struct audit_range range = { .pace = walk->pace };
	int64_t began_us = clock_mono_us();
	bool ends;
	int r = 0;

	if (walk->from == 0)
		r = begin_part(ctx, walk);
	if (r != 0)
		return r;
	ends = part->key == AUDIT_ONCE || walk->last - walk->from < walk->width;
	range.from = walk->from;
	range.ends_us = began_us + walk->pace->budget_us;
	range.to = ends ? INT64_MAX : walk->from + walk->width;
	r = run_alone(ctx, part, &range, &walk->found);
	/* On a busy server a range that was short may be too long. */
	if (r == DB_F_TIMEOUT && walk->width > 1) {
		walk->width = MAX(walk->width / 4, 1);
		return 0;
	}
	if (r != 0)
		return r;
	set_width(walk, clock_mono_us() - began_us);
	if (walk->widths != NULL)
		walk->widths[walk->part] = walk->width;
	ends = ends && range.to == INT64_MAX;
	walk->from = ends ? 0 : range.to;
	walk->part += ends;
	walk->done = walk->row->parts[walk->part].key == AUDIT_END;
	return 0;
}

int
audit_step(struct ctx *ctx, struct audit_walk *walk)
{
	int64_t ends_us = clock_mono_us() + walk->pace->budget_us;
	int r;

	do {
		r = one_range(ctx, walk);
	} while (r == 0 && !walk->done && clock_mono_us() < ends_us
	    && memory_left(ctx));
	return r;
}
