/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_account - users, tokens and wallets as the wire has them
 *
 * Layer: fcgi-app/api.  Uses: http.
 */
#ifndef FCGI_APP_API_VIEW_ACCOUNT_H
#define FCGI_APP_API_VIEW_ACCOUNT_H

#include "fcgi-app/api/view.h"

/* Memory: the arena's. */
struct account;
struct wallet;
const struct jw *view_account(struct ctx *ctx, const struct account *account);
/* refresh: NONE where a cookie has it */
const struct jw *view_tokens(struct ctx *ctx, struct span access,
    int64_t expires_in_s, struct span refresh);
const struct jw *view_wallet(struct ctx *ctx, const struct wallet *wallet);
struct session;
/* current: the one that asks, or 0 */
const struct jw *view_sessions(struct ctx *ctx, const struct session *list,
    size_t n, bool more, int64_t current);
struct wallet_entry;
const struct jw *view_wallet_entries(struct ctx *ctx,
    const struct wallet_entry *list, size_t n, bool more);

#endif
