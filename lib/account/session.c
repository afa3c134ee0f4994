/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session - where a user is logged in, and ending that
 *
 * Layer: domain.  Uses: base, store.
 */
#include "account/session.h"

#include "store/read.h"

SQL(session_list,
    "SELECT f.id, (extract(epoch FROM f.created_at) * 1000)::bigint,"
    " (extract(epoch FROM t.used) * 1000)::bigint,"
    " (extract(epoch FROM t.ends) * 1000)::bigint"
    " FROM refresh_family AS f CROSS JOIN LATERAL"
    "  (SELECT max(issued_at) AS used, max(expires_at) AS ends"
    "  FROM refresh_token WHERE family_id = f.id) AS t"
    " WHERE f.user_id = $1 AND f.revoked_at IS NULL AND t.ends > $2"
    "  AND ($3::bigint = 0 OR f.id < $3) ORDER BY f.id DESC LIMIT $4");
SQL(session_live,
    "SELECT 1 FROM refresh_family AS f JOIN users AS u ON u.id = f.user_id"
    " WHERE f.id = $2 AND f.user_id = $1 AND f.revoked_at IS NULL"
    "  AND NOT u.disabled AND f.id > u.sessions_until"
    "  AND EXISTS (SELECT FROM refresh_token"
    "   WHERE family_id = f.id AND expires_at > $3)");
SQL(session_end,
    "UPDATE refresh_family SET revoked_at = coalesce(revoked_at, now())"
    " WHERE user_id = $1 AND id = $2 RETURNING id");
SQL(session_prove,
    "UPDATE refresh_family SET proved_at = $3"
    " WHERE user_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING id");
SQL(session_proved,
    "SELECT 1 FROM refresh_family WHERE user_id = $1 AND id = $2"
    " AND revoked_at IS NULL AND proved_at > $3");

int
session_list(struct ctx *ctx, int64_t user, int64_t before_id, size_t max,
    struct session **out, size_t *n, bool *more)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user),
		db_time(a, ctx->now_ms), db_i64(a, before_id),
		db_i64(a, (int64_t)max + 1) };
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_session_list, 4, params, &rows);
	if (r != 0)
		return r;
	*more = rows.n_rows > max;
	*n = MIN(rows.n_rows, max);
	*out = ARENA_ARRAY(a, *n + 1, struct session);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct session){
			.id = db_get_i64(&rows, i, 0),
			.begun_ms = db_get_i64(&rows, i, 1),
			.used_ms = db_get_i64(&rows, i, 2),
			.expires_ms = db_get_i64(&rows, i, 3),
		};
	return 0;
}

int
session_end(struct ctx *ctx, int64_t user, int64_t id)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user), db_i64(a, id) };
	struct db_rows rows;
	int r;

	r = db_sure(
	    db_run(ctx->primary, a, &sql_session_end, 2, params, &rows));
	if (r != 0)
		return r;
	return rows.n_rows > 0 ? SESSION_OK : SESSION_E_NONE;
}

int
session_look(struct ctx *ctx, int64_t user, int64_t id)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user), db_i64(a, id),
		db_time(a, ctx->now_ms) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_session_live, 3, params, &rows);

	if (r != 0)
		return r;
	return rows.n_rows > 0 ? SESSION_OK : SESSION_E_NONE;
}

int
session_prove(struct ctx *ctx, int64_t user, int64_t id)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user), db_i64(a, id),
		db_time(a, ctx->now_ms) };
	struct db_rows rows;
	int r;

	r = db_sure(
	    db_run(ctx->primary, a, &sql_session_prove, 3, params, &rows));
	if (r != 0)
		return r;
	return rows.n_rows > 0 ? SESSION_OK : SESSION_E_NONE;
}

int
session_is_proved(struct ctx *ctx, int64_t user, int64_t id)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user), db_i64(a, id),
		db_time(a, ctx->now_ms - SESSION_PROOF_MS) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_session_proved, 3, params, &rows);

	if (r != 0)
		return r;
	return rows.n_rows > 0 ? SESSION_OK : SESSION_E_NONE;
}
