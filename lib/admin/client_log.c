/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_log - what buyers' programs tell of their troubles
 *
 * Layer: domain.  Uses: base, store, limit, client_log_mask.
 */
#include "admin/client_log.h"

#include "admin/client_log_mask.h"
#include "base/address.h"
#include "store/read.h"

#define DAY_MS (24 * 60 * INT64_C(60000))

SQL(client_log_add,
    "INSERT INTO client_log (user_id, agent, network, level, message, context,"
    " said_at, release) SELECT $1, nullif($2, ''), $3, level, message,"
    " nullif(context, ''), nullif(said_at, ''), nullif(release, '')"
    " FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[])"
    " AS t (level, message, context, said_at, release)");
SQL(client_log_list,
    "SELECT l.id, (extract(epoch from l.at)*1000)::bigint, l.level, l.message,"
    " l.context, l.said_at, l.release, l.agent, l.network, l.user_id,"
    " u.login_id FROM client_log AS l LEFT JOIN users AS u ON u.id = l.user_id"
    " WHERE ($1::bigint = 0 OR l.id < $1)"
    " AND ($2::bigint = 0 OR l.user_id = $2)"
    " AND l.level = ANY ($3::text[])"
    " AND ($4::text IS NULL OR l.release = $4)"
    " AND ($5::text IS NULL OR strpos(lower(l.message), lower($5)) > 0)"
    " ORDER BY l.id DESC LIMIT $6");
SQL(client_log_purge,
    "WITH old AS (SELECT id, at FROM client_log ORDER BY id LIMIT $2),"
    " gone AS (DELETE FROM client_log WHERE id IN"
    "  (SELECT id FROM old WHERE at < $1) RETURNING 1)"
    " SELECT count(*) FROM gone");

const char *const client_log_levels[] = { "error", "warn", "info", "debug",
	NULL };
#define N_LEVELS (ARRAY_LEN(client_log_levels) - 1)

SHARED_PART(counts, struct client_log_counts, NULL);

struct client_log_counts *
client_log_counts_of(struct shared *shared)
{
	return shared_part(shared, &counts);
}

/* ---- what comes in ---- */

/* The masked texts of one column. */
static struct db_param
column(struct ctx *ctx, const struct client_log_entry *entries, size_t n,
    size_t offset)
{
	struct arena *a = &ctx->arena;
	struct span *texts = ARENA_ARRAY(a, n, struct span);

	for (size_t i = 0; i < n; i++) {
		const struct span *text =
		    (const struct span *)((const char *)&entries[i] + offset);

		texts[i] = span_is(*text) ? client_log_mask(a, *text)
					  : SPAN_LIT("");
	}
	return db_texts(a, texts, n);
}

static struct db_param
levels(struct ctx *ctx, const struct client_log_entry *entries, size_t n)
{
	struct span *words = ARENA_ARRAY(&ctx->arena, n, struct span);

	for (size_t i = 0; i < n; i++)
		words[i] = span_str(client_log_levels[entries[i].level]);
	return db_texts(&ctx->arena, words, n);
}

#define COLUMN(member) \
	column(ctx, entries, n, offsetof(struct client_log_entry, member))

static int
keep(struct ctx *ctx, const struct client_log_entry *entries, size_t n,
    const struct client_log_entry *who, struct span address)
{
	struct arena *a = &ctx->arena;
	struct span agent = span_is(who->agent) ? client_log_mask(a, who->agent)
						: SPAN_LIT("");
	const struct db_param params[] = {
		who->user != 0 ? db_i64(a, who->user) : db_str(NULL),
		db_text(a, agent),
		db_text(a, address_prefix(a, address)),
		levels(ctx, entries, n),
		COLUMN(message),
		COLUMN(context),
		COLUMN(said_at),
		COLUMN(release),
	};
	struct db_rows rows;

	return db_run(ctx->primary, a, &sql_client_log_add, ARRAY_LEN(params),
		   params, &rows)
		== DB_OK
	    ? CLIENT_LOG_OK
	    : CLIENT_LOG_E_AWAY;
}

int
client_log_add(struct ctx *ctx, const struct client_log_entry *entries,
    size_t n, const struct client_log_entry *who, struct span address,
    struct limit_told *told)
{
	struct client_log_counts *c = client_log_counts_of(ctx->shared);
	int r = limit_take(ctx, LIMIT_LOGS, 0, address, (int64_t)n, told);

	r = r == LIMIT_OK ? CLIENT_LOG_OK : CLIENT_LOG_E_MANY;
	if (r == CLIENT_LOG_OK)
		r = keep(ctx, entries, n, who, address);
	atomic_fetch_add(r == CLIENT_LOG_OK ? &c->kept : &c->dropped,
	    (long long)n);
	return r;
}

/* ---- what operators read ---- */

static void
read_row(const struct db_rows *rows, size_t row, struct client_log_entry *out)
{
	*out = (struct client_log_entry){
		.id = db_get_i64(rows, row, 0),
		.at_ms = db_get_i64(rows, row, 1),
		.message = db_cell(rows, row, 3),
		.context = db_cell(rows, row, 4),
		.said_at = db_cell(rows, row, 5),
		.release = db_cell(rows, row, 6),
		.agent = db_cell(rows, row, 7),
		.network = db_cell(rows, row, 8),
		.user = db_is_null(rows, row, 9) ? 0 : db_get_i64(rows, row, 9),
		.login_id = db_cell(rows, row, 10),
	};
	for (size_t i = 0; i < N_LEVELS; i++)
		if (span_eq_str(db_cell(rows, row, 2), client_log_levels[i]))
			out->level = (enum client_log_level)i;
}

int
client_log_list(struct ctx *ctx, const struct client_log_filter *filter,
    struct client_log_entry **out, size_t *n, bool *more)
{
	struct arena *a = &ctx->arena;
	size_t n_levels = filter->level_max < 0 ? N_LEVELS
						: (size_t)filter->level_max + 1;
	struct span words[N_LEVELS];
	struct db_rows rows;
	int r;

	for (size_t i = 0; i < n_levels; i++)
		words[i] = span_str(client_log_levels[i]);
	r = db_read_primary(ctx, &sql_client_log_list, 6,
	    (const struct db_param[]){ db_i64(a, filter->before_id),
		db_i64(a, filter->user), db_texts(a, words, n_levels),
		db_text(a, filter->release), db_text(a, filter->text),
		db_i64(a, (int64_t)filter->limit + 1) },
	    &rows);
	if (r != 0)
		return r;
	*more = rows.n_rows > filter->limit;
	*n = MIN(rows.n_rows, filter->limit);
	*out = ARENA_ARRAY(a, *n + 1, struct client_log_entry);
	for (size_t i = 0; i < *n; i++)
		read_row(&rows, i, &(*out)[i]);
	return 0;
}

int
client_log_purge(struct ctx *ctx, int64_t max, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_time(a, ctx->now_ms - CLIENT_LOG_DAYS * DAY_MS),
		db_i64(a, max),
	};
	struct db_rows rows;
	int r;

	r = db_sure(
	    db_run(ctx->primary, a, &sql_client_log_purge, 2, params, &rows));
	*n = r == 0 ? (size_t)db_get_i64(&rows, 0, 0) : 0;
	return r;
}
