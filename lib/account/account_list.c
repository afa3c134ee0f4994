/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_list - users in pages
 *
 * By id, which is the order in which they signed up. A text is looked for in
 * each row: for operators, who ask now and then.
 *
 * Layer: domain.  Uses: base, store, account.
 */
#include "account/account.h"

#include "account/account_row.h"
#include "store/read.h"

#define WHERE \
	"SELECT " ACCOUNT_COLUMNS \
	" FROM users u" \
	" WHERE ($1::text IS NULL OR u.role = $1)" \
	" AND ($2::boolean IS NULL OR u.disabled = $2)" \
	" AND ($3::text IS NULL" \
	"  OR strpos(search_fold(u.login_id), search_fold($3)) > 0" \
	"  OR strpos(search_fold(u.name), search_fold($3)) > 0" \
	"  OR strpos(search_fold(u.email), search_fold($3)) > 0)"

SQL(account_list, WHERE " AND u.id > $4 ORDER BY u.id LIMIT $5");
SQL(account_list_newest,
    WHERE " AND ($4::bigint = 0 OR u.id < $4) ORDER BY u.id DESC LIMIT $5");

int
account_list(struct ctx *ctx, const struct account_filter *filter,
    struct account **out, size_t *n, bool *more)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_str(filter->role < 0 ? NULL
					: role_name((enum role)filter->role)),
		filter->disabled < 0 ? db_str(NULL)
				     : db_bool(filter->disabled != 0),
		filter->q.len == 0 ? db_str(NULL) : db_text(a, filter->q),
		db_i64(a, filter->after_id),
		db_i64(a, filter->limit + 1),
	};
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx,
	    filter->newest_first ? &sql_account_list_newest : &sql_account_list,
	    ARRAY_LEN(params), params, &rows);
	if (r != 0)
		return r;
	*more = rows.n_rows > (size_t)filter->limit;
	*n = MIN(rows.n_rows, (size_t)filter->limit);
	*out = ARENA_ARRAY(a, *n + 1, struct account);
	for (size_t i = 0; i < *n; i++)
		account_read_row(&rows, i, &(*out)[i]);
	return 0;
}
