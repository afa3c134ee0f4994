/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_account - users, tokens and wallets as the wire has them
 *
 * Layer: fcgi-app/api.  Uses: http, account, wallet.
 */
#include "fcgi-app/api/view_account.h"

#include "account/account.h"
#include "account/session.h"
#include "account/totp.h"
#include "http/page.h"
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
	jw_str(w, "role", role_name(account->role));
	jw_str(w, "totp",
	    account->totp                        ? "on"
		: totp_lacks(&ctx->set, account) ? "needed"
						 : "off");
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
	if (span_is(refresh))
		jw_span(w, "refresh_token", refresh);
	jw_end_object(w);
	return w;
}

static void
write_session(struct jw *w, const struct session *session, int64_t current)
{
	jw_object(w, NULL);
	jw_int(w, "id", session->id);
	jw_time(w, "created_at", session->begun_ms);
	jw_time(w, "last_used_at", session->used_ms);
	jw_time(w, "expires_at", session->expires_ms);
	jw_bool(w, "current", session->id == current);
	jw_end_object(w);
}

const struct jw *
view_sessions(struct ctx *ctx, const struct session *list, size_t n, bool more,
    int64_t current)
{
	struct jw *w = begin(ctx);
	int64_t last = n > 0 ? list[n - 1].id : 0;

	jw_array(w, "items");
	for (size_t i = 0; i < n; i++)
		write_session(w, &list[i], current);
	jw_end_array(w);
	page_write_next(w, more, last, last);
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

static void
write_entry(struct jw *w, const struct wallet_entry *entry)
{
	jw_object(w, NULL);
	jw_int(w, "id", entry->id);
	jw_int(w, "amount", entry->amount_minor);
	jw_span(w, "reason", entry->reason);
	if (entry->payment > 0)
		jw_int(w, "payment_id", entry->payment);
	else
		jw_null(w, "payment_id");
	if (span_is(entry->reservation))
		jw_span(w, "reservation_number", entry->reservation);
	jw_time(w, "at", entry->at_ms);
	jw_end_object(w);
}

const struct jw *
view_wallet_entries(struct ctx *ctx, const struct wallet_entry *list, size_t n,
    bool more)
{
	struct jw *w = begin(ctx);
	int64_t last = n > 0 ? list[n - 1].id : 0;

	jw_array(w, "items");
	for (size_t i = 0; i < n; i++)
		write_entry(w, &list[i]);
	jw_end_array(w);
	page_write_next(w, more, last, last);
	jw_end_object(w);
	return w;
}
