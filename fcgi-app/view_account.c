/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_account - users, tokens and wallets as the wire has them
 *
 * Layer: fcgi-app.  Uses: http, account, wallet.
 */
#include "fcgi-app/view.h"

#include "account/account.h"
#include "wallet/wallet.h"

static struct jw *
begin(struct ctx *ctx)
{
	struct jw *w = ARENA_NEW(&ctx->arena, struct jw);

	jw_init(w, &ctx->arena);
	jw_object(w, NULL);
	return w;
}

const struct jw *
view_account(struct ctx *ctx, const struct account *account)
{
	struct jw *w = begin(ctx);

	jw_int(w, "id", account->id);
	jw_span(w, "login_id", account->login_id);
	jw_span(w, "name", account->name);
	jw_span(w, "email", account->email);
	jw_str(w, "role", account->admin ? "ADMIN" : "USER");
	jw_time(w, "created_at", account->created_ms);
	jw_end_object(w);
	return w;
}

const struct jw *
view_tokens(struct ctx *ctx, struct span access, int64_t expires_in_s,
    struct span refresh)
{
	struct jw *w = begin(ctx);

	jw_span(w, "access_token", access);
	jw_str(w, "token_type", "Bearer");
	jw_int(w, "expires_in", expires_in_s);
	jw_span(w, "refresh_token", refresh);
	jw_end_object(w);
	return w;
}

const struct jw *
view_wallet(struct ctx *ctx, const struct wallet *wallet)
{
	struct jw *w = begin(ctx);

	jw_int(w, "balance", wallet->balance_minor);
	jw_span(w, "currency", wallet->currency);
	jw_end_object(w);
	return w;
}
