/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_row - a user as statements give it (private to account)
 *
 * Layer: domain.  Uses: store, account.
 */
#ifndef ACCOUNT_ACCOUNT_ROW_H
#define ACCOUNT_ACCOUNT_ROW_H

#include "account/account.h"
#include "store/ctx.h"

/* Of users AS u. */
#define ACCOUNT_COLUMNS \
	"u.id, u.login_id, u.name, u.email, u.role, " \
	"(extract(epoch FROM u.created_at) * 1000)::bigint, u.disabled, " \
	"u.version, (extract(epoch FROM u.changed_at) * 1000)::bigint, " \
	"coalesce(u.changed_by, 0), " \
	"EXISTS (SELECT FROM totp AS t WHERE t.user_id = u.id" \
	" AND t.confirmed_at IS NOT NULL)"
#define ACCOUNT_N_COLUMNS 11

/* Memory: of rows. */
void account_read_row(const struct db_rows *rows, size_t row,
    struct account *out);

#endif
