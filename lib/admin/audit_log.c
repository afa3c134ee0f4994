/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_log - who did what to which thing, and why
 *
 * Layer: domain.  Uses: base, store.
 */
#include "admin/audit_log.h"

#include "base/utf8.h"
#include "store/read.h"

SQL(audit_log_list,
    "SELECT l.id, (extract(epoch from l.at)*1000)::bigint, l.user_id,"
    " u.login_id, l.action, l.object, l.reason, l.detail, l.request_id"
    " FROM audit_log AS l LEFT JOIN users AS u ON u.id = l.user_id"
    " WHERE ($1::bigint = 0 OR l.id < $1)"
    " AND ($3::bigint = 0 OR l.user_id = $3)"
    " AND ($4::text IS NULL OR l.object = $4)"
    " ORDER BY l.id DESC LIMIT $2");

bool
audit_reason_ok(struct span reason)
{
	return span_trim(reason).len > 0 && utf8_valid(reason)
	    && utf8_count(reason) <= AUDIT_REASON_MAX
	    && !utf8_has_control(reason);
}

void
audit_log_params(struct arena *a, const struct audit_by *by, struct span action,
    struct span object, struct db_param out[AUDIT_N_PARAMS])
{
	out[0] = by->user != 0 ? db_i64(a, by->user) : db_str(NULL);
	out[1] = db_text(a, action);
	out[2] = db_text(a, object);
	out[3] = db_text(a, by->reason);
	out[4] = db_text(a, by->os_user);
	out[5] = db_text(a, by->request_id);
}

static void
read_row(const struct db_rows *rows, size_t row, struct audit_entry *out)
{
	*out = (struct audit_entry){
		.id = db_get_i64(rows, row, 0),
		.at_ms = db_get_i64(rows, row, 1),
		.user = db_is_null(rows, row, 2) ? 0 : db_get_i64(rows, row, 2),
		.login_id = db_cell(rows, row, 3),
		.action = db_cell(rows, row, 4),
		.object = db_cell(rows, row, 5),
		.reason = db_cell(rows, row, 6),
		.detail = db_cell(rows, row, 7),
		.request_id = db_cell(rows, row, 8),
	};
}

int
audit_log_list(struct ctx *ctx, const struct audit_search *search,
    struct audit_entry **out, size_t *n, bool *more)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, search->before_id),
		db_i64(a, (int64_t)search->max + 1), db_i64(a, search->user),
		db_text(a, search->object) };
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_audit_log_list, ARRAY_LEN(params), params,
	    &rows);
	if (r != 0)
		return r;
	*more = rows.n_rows > search->max;
	*n = MIN(rows.n_rows, search->max);
	*out = ARENA_ARRAY(a, *n + 1, struct audit_entry);
	for (size_t i = 0; i < *n; i++)
		read_row(&rows, i, &(*out)[i]);
	return 0;
}
