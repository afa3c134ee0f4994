/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rehearsal - many users at once
 *
 * Users, wallets and their first lines of the ledger go in with one COPY a
 * table.
 *
 * Layer: domain.  Uses: base, store, fold, wallet.
 */
#include "account/rehearsal.h"

#include "account/fold.h"
#include "base/fault.h"
#include "store/copy.h"
#include "store/ctx.h"
#include "wallet/wallet.h"

#define DIGITS_MAX 9 /* of a number behind a prefix */

/* Numbering is read, then written: one at a time. */
SQL(rehearsal_lock, "SELECT pg_advisory_xact_lock(hashtext('rehearsal_add'))");
SQL(rehearsal_last,
    "SELECT coalesce(max(substr(login_fold, length($1) + 1)::bigint), 0)"
    " FROM users WHERE starts_with(login_fold, $1)"
    " AND substr(login_fold, length($1) + 1) ~ '^[1-9][0-9]{0,8}$'");
SQL(rehearsal_numbers,
    "SELECT nextval(pg_get_serial_sequence('users', 'id')),"
    " nextval('transfer_id') FROM generate_series(1, $1::bigint)");

#define COPY_USERS \
	"COPY users (id, login_id, login_fold, name, email) FROM STDIN"
#define COPY_WALLETS "COPY wallets (user_id, balance, currency) FROM STDIN"
#define COPY_LEDGER \
	"COPY ledger (transfer_id, line, account, user_id, amount, currency," \
	" reason) FROM STDIN"

/* What the three COPY texts are written from. */
struct batch {
	struct arena *arena;
	const struct rehearsal *want;
	struct fold_login prefix;
	int64_t first;
	struct db_rows numbers; /* user id, transfer id */
};

static int64_t
user_of(const struct batch *b, int64_t i)
{
	return db_get_i64(&b->numbers, (size_t)i, 0);
}

static int64_t
transfer_of(const struct batch *b, int64_t i)
{
	return db_get_i64(&b->numbers, (size_t)i, 1);
}

/* A prefix with the number of the user. */
static void
add_name(struct copy *out, const struct batch *b, struct span prefix, int64_t i)
{
	copy_str(out,
	    arena_printf(b->arena, "%.*s%lld", (int)prefix.len, prefix.p,
		(long long)(b->first + i)));
}

static void
add_user(struct copy *out, const struct batch *b, int64_t i)
{
	copy_i64(out, user_of(b, i));
	add_name(out, b, b->prefix.shown, i);
	add_name(out, b, b->prefix.fold, i);
	add_name(out, b, b->prefix.shown, i);
	copy_str(out, "");
	copy_end_row(out);
}

static void
add_wallet(struct copy *out, const struct batch *b, int64_t i)
{
	copy_i64(out, user_of(b, i));
	copy_i64(out, b->want->credit_minor);
	copy_str(out, WALLET_CURRENCY);
	copy_end_row(out);
}

static void
add_line(struct copy *out, const struct batch *b, int64_t i, bool wallet)
{
	copy_i64(out, transfer_of(b, i));
	copy_i64(out, wallet ? 1 : 2);
	copy_str(out, wallet ? "wallet" : "funding");
	if (wallet)
		copy_i64(out, user_of(b, i));
	else
		copy_null(out);
	copy_i64(out, wallet ? b->want->credit_minor : -b->want->credit_minor);
	copy_str(out, WALLET_CURRENCY);
	copy_str(out, "credit");
	copy_end_row(out);
}

static void
add_pair(struct copy *out, const struct batch *b, int64_t i)
{
	add_line(out, b, i, true);
	add_line(out, b, i, false);
}

static int
copy(struct ctx *ctx, const struct batch *b, const char *sql,
    void (*add)(struct copy *, const struct batch *, int64_t))
{
	struct copy rows;

	copy_init(&rows, &ctx->arena, (size_t)b->want->n * 64);
	for (int64_t i = 0; i < b->want->n; i++)
		add(&rows, b, i);
	return db_copy(ctx->primary, sql, &rows);
}

static int
number(struct ctx *ctx, struct batch *b)
{
	struct arena *a = &ctx->arena;
	const struct db_param prefix = db_text(a, b->prefix.fold);
	const struct db_param n = db_i64(a, b->want->n);
	struct db_rows last;
	int r;

	r = db_run(ctx->primary, a, &sql_rehearsal_lock, 0, NULL, NULL);
	if (r == 0)
		r = db_run(ctx->primary, a, &sql_rehearsal_last, 1, &prefix,
		    &last);
	if (r == 0)
		r = db_run(ctx->primary, a, &sql_rehearsal_numbers, 1, &n,
		    &b->numbers);
	if (r == 0)
		b->first = db_get_i64(&last, 0, 0) + 1;
	return db_sure(r);
}

static int
write_all(struct ctx *ctx, struct batch *b)
{
	int r;

	r = number(ctx, b);
	if (r != 0)
		return r;
	r = copy(ctx, b, COPY_USERS, add_user);
	/* Who signed up meanwhile, or has a longer number than is looked for.
	 */
	if (r == DB_E_CONSTRAINT)
		return REHEARSAL_E_TAKEN;
	if (r == 0)
		r = copy(ctx, b, COPY_WALLETS, add_wallet);
	if (r == 0 && b->want->credit_minor > 0)
		r = copy(ctx, b, COPY_LEDGER, add_pair);
	FAULT_POINT("rehearsal.before_commit");
	return db_sure(r);
}

static int
check(struct ctx *ctx, const struct rehearsal *want, struct batch *b)
{
	struct arena *a = &ctx->arena;
	struct fold_login longest;
	char *login;
	int r;

	if (want->n < 1 || want->n > REHEARSAL_USERS_MAX)
		return REHEARSAL_E_COUNT;
	if (want->credit_minor < 0 || want->credit_minor > WALLET_BALANCE_MAX)
		return REHEARSAL_E_CREDIT;
	if (want->prefix.len == 0 || want->prefix.len > FOLD_LOGIN_MAX * 4)
		return REHEARSAL_E_PREFIX;
	/* The longest login id must do; the prefix is what stands before its
	 * nine digits, of which no letter is ever made. */
	login = arena_printf(a, "%.*s%0*d", (int)want->prefix.len,
	    want->prefix.p, DIGITS_MAX, 0);
	r = fold_login(a, span_str(login), &longest);
	if (r != FOLD_OK)
		return REHEARSAL_E_PREFIX;
	longest.shown.len -= DIGITS_MAX;
	longest.fold.len -= DIGITS_MAX;
	*b = (struct batch){ .arena = a, .want = want, .prefix = longest };
	return REHEARSAL_OK;
}

int
rehearsal_add(struct ctx *ctx, const struct rehearsal *want, struct arena *keep,
    struct rehearsal_users *out)
{
	struct batch b;
	int r;

	r = check(ctx, want, &b);
	if (r == 0)
		r = db_sure(db_begin(ctx->primary));
	if (r != 0)
		return r;
	r = write_all(ctx, &b);
	if (r != 0) {
		db_rollback(ctx->primary);
		return r;
	}
	r = db_sure(db_commit(ctx->primary));
	if (r != 0)
		return r;
	out->prefix = arena_span(keep, b.prefix.shown);
	out->first = b.first;
	out->ids = ARENA_ARRAY(keep, (size_t)want->n, int64_t);
	for (int64_t i = 0; i < want->n; i++)
		out->ids[i] = user_of(&b, i);
	return REHEARSAL_OK;
}
