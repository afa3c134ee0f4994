/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account - who may buy
 *
 * Layer: domain.  Uses: base, store, fold, password, role.
 */
#include "account/account.h"

#include "account/account_row.h"
#include "account/fold.h"
#include "account/password.h"
#include "base/crypto.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/utf8.h"
#include "store/read.h"

/* A user is never without a wallet: both or none. */
SQL(account_add,
    "WITH u AS ("
    "  INSERT INTO users (login_id, login_fold, password_hash, name,"
    "    email, role) VALUES ($1, $2, $3, $4, $5, $6) RETURNING *),"
    " w AS (INSERT INTO wallets (user_id) SELECT id FROM u)"
    " SELECT " ACCOUNT_COLUMNS " FROM u");
SQL(account_taken, "SELECT 1 FROM users WHERE login_fold = $1");
SQL(account_by_id, "SELECT " ACCOUNT_COLUMNS " FROM users u WHERE u.id = $1");
SQL(account_by_fold,
    "SELECT " ACCOUNT_COLUMNS
    ", u.password_hash FROM users u"
    " WHERE u.login_fold = $1");
SQL(account_set_password, "SELECT user_set_password($1, $2)");
SQL(account_hash,
    "SELECT password_hash FROM users WHERE id = $1 AND NOT disabled");
SQL(account_change_password, "SELECT user_change_password($1, $2, $3, $4)");
/* Only over the hash that was checked: a password changed meanwhile wins. */
SQL(account_rehash,
    "UPDATE users SET password_hash = $3"
    " WHERE id = $1 AND password_hash = $2");

void
account_read_row(const struct db_rows *rows, size_t row, struct account *out)
{
	*out = (struct account){
		.id = db_get_i64(rows, row, 0),
		.login_id = db_cell(rows, row, 1),
		.name = db_cell(rows, row, 2),
		.email = db_cell(rows, row, 3),
		.created_ms = db_get_i64(rows, row, 5),
		.disabled = db_get_bool(rows, row, 6),
		.version = db_get_i64(rows, row, 7),
		.changed_ms = db_get_i64(rows, row, 8),
		.changed_by = db_get_i64(rows, row, 9),
		.totp = db_get_bool(rows, row, 10),
	};
	/* The schema knows no others. */
	if (!role_find(db_cell(rows, row, 4), &out->role))
		out->role = ROLE_USER;
}

/* ---- signing up ---- */

/* One @ with something on both sides and a dot in the domain: whether mail
 * arrives only a mail can tell. */
static bool
is_email(struct span s)
{
	struct span domain = s, local = span_cut(&domain, '@');

	if (s.len > ACCOUNT_EMAIL_MAX || local.len == 0 || local.len > 64
	    || domain.len < 3 || memchr(domain.p, '@', domain.len) != NULL)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] <= ' '
		    || strchr("<>()[]\\,;:\"", s.p[i]) != NULL)
			return false;
	return memchr(domain.p + 1, '.', domain.len - 2) != NULL
	    && domain.p[0] != '.' && domain.p[domain.len - 1] != '.';
}

static bool
is_count_in(struct span s, size_t min, size_t max)
{
	return s.len <= max * 4 && utf8_valid(s) && utf8_count(s) >= min
	    && utf8_count(s) <= max;
}

/* The checked and composed forms of what was given. */
static int
check_new(struct ctx *ctx, const struct account_new *who,
    struct account_new *ok)
{
	struct arena *a = &ctx->arena;
	bool no_email = who->email_may_lack && who->email.len == 0;

	*ok = *who;
	if (!is_count_in(who->name, 1, ACCOUNT_NAME_MAX)
	    || fold_nfc(a, span_trim(who->name), &ok->name) != FOLD_OK
	    || ok->name.len == 0)
		return ACCOUNT_E_NAME;
	if (no_email)
		ok->email = SPAN_LIT("");
	else if (fold_nfc(a, who->email, &ok->email) != FOLD_OK
	    || !is_email(ok->email))
		return ACCOUNT_E_EMAIL;
	if (!is_count_in(who->password, ACCOUNT_PASSWORD_MIN,
		ACCOUNT_PASSWORD_MAX)
	    || fold_nfc(a, who->password, &ok->password) != FOLD_OK)
		return ACCOUNT_E_PASSWORD;
	return ACCOUNT_OK;
}

/*
 * Told before a hash is spent on it. A mixed-script id that looks like a
 * user's is taken; one that looks like nobody's is just refused.
 */
static int
check_login(struct ctx *ctx, struct span login_id, struct fold_login *login)
{
	struct db_param like;
	struct db_rows rows;
	int r, fold;

	fold = fold_login(&ctx->arena, login_id, login);
	if (fold != FOLD_OK && fold != FOLD_E_MIXED)
		return ACCOUNT_E_LOGIN_ID;
	like = db_text(&ctx->arena, login->fold);
	r = db_read_primary(ctx, &sql_account_taken, 1, &like, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows > 0)
		return ACCOUNT_E_TAKEN;
	return fold == FOLD_OK ? ACCOUNT_OK : ACCOUNT_E_LOGIN_ID;
}

static int
add(struct ctx *ctx, const struct account_new *ok,
    const struct fold_login *login, struct span phc, struct account *out)
{
	struct arena *a = &ctx->arena;
	struct db_rows rows;
	const struct db_param params[] = {
		db_text(a, login->shown),
		db_text(a, login->fold),
		db_text(a, phc),
		db_text(a, ok->name),
		db_text(a, ok->email),
		db_str(role_name(ok->role)),
	};
	int r;

	r = db_run(ctx->primary, a, &sql_account_add, 6, params, &rows);
	FAULT_POINT("account.after_signup");
	/* The one constraint that a race can run into. */
	if (r == DB_E_CONSTRAINT)
		return ACCOUNT_E_TAKEN;
	if (r != 0)
		return db_sure(r);
	account_read_row(&rows, 0, out);
	return ACCOUNT_OK;
}

int
account_signup(struct ctx *ctx, const struct account_new *who,
    struct account *out)
{
	struct account_new ok;
	struct fold_login login;
	struct span phc;
	int r;

	r = check_new(ctx, who, &ok);
	if (r == 0)
		r = check_login(ctx, who->login_id, &login);
	if (r == 0)
		r = password_hash(ctx, ok.password, &phc);
	if (r == 0)
		r = add(ctx, &ok, &login, phc, out);
	return r;
}

/* ---- another password ---- */

static int
set_hash(struct ctx *ctx, struct span login_id, struct span phc)
{
	struct fold_login login;
	struct db_param params[2];
	struct db_rows rows;
	int r;

	if (fold_login(&ctx->arena, login_id, &login) != FOLD_OK)
		return ACCOUNT_E_NONE;
	params[0] = db_text(&ctx->arena, login.fold);
	params[1] = db_text(&ctx->arena, phc);
	r = db_sure(db_run(ctx->primary, &ctx->arena, &sql_account_set_password,
	    2, params, &rows));
	if (r != 0)
		return r;
	return db_get_bool(&rows, 0, 0) ? ACCOUNT_OK : ACCOUNT_E_NONE;
}

static bool
is_password(struct ctx *ctx, struct span given, size_t min,
    struct span *composed)
{
	return is_count_in(given, min, ACCOUNT_PASSWORD_MAX)
	    && fold_nfc(&ctx->arena, given, composed) == FOLD_OK;
}

/* The hash that was looked at, or NONE. returns: OK, CREDENTIALS; < 0 */
static int
check_own(struct ctx *ctx, int64_t user, struct span was, struct span *phc)
{
	const struct db_param id = db_i64(&ctx->arena, user);
	struct db_rows rows;
	struct span composed;
	int r;

	if (!is_password(ctx, was, 1, &composed))
		return ACCOUNT_E_CREDENTIALS;
	r = db_read_primary(ctx, &sql_account_hash, 1, &id, &rows);
	if (r != 0)
		return r;
	*phc = rows.n_rows > 0 ? db_cell(&rows, 0, 0) : SPAN_NONE;
	r = password_check(ctx, composed, *phc);
	if (r < 0)
		return r;
	return r == PASSWORD_E_OTHER ? ACCOUNT_E_CREDENTIALS : ACCOUNT_OK;
}

int
account_change_password(struct ctx *ctx,
    const struct account_password_change *ask)
{
	struct arena *a = &ctx->arena;
	struct span composed, was = SPAN_NONE, phc;
	struct db_param params[4];
	struct db_rows rows;
	int r;

	if (!is_password(ctx, ask->password, ACCOUNT_PASSWORD_MIN, &composed))
		return ACCOUNT_E_PASSWORD;
	r = check_own(ctx, ask->user, ask->was, &was);
	if (r == 0)
		r = password_hash(ctx, composed, &phc);
	if (r != 0)
		return r;
	params[0] = db_i64(a, ask->user);
	params[1] = db_text(a, was);
	params[2] = db_text(a, phc);
	params[3] = db_i64(a, ask->session);
	r = db_sure(db_run(ctx->primary, a, &sql_account_change_password, 4,
	    params, &rows));
	if (r != 0)
		return r;
	return db_get_bool(&rows, 0, 0) ? ACCOUNT_OK : ACCOUNT_E_CREDENTIALS;
}

int
account_password(struct ctx *ctx, struct span login_id, struct span password)
{
	struct span composed, phc;
	int r;

	if (!is_password(ctx, password, ACCOUNT_PASSWORD_MIN, &composed))
		return ACCOUNT_E_PASSWORD;
	r = password_hash(ctx, composed, &phc);
	return r != 0 ? r : set_hash(ctx, login_id, phc);
}

/* ---- logging in ---- */

/* A failure here costs nobody their login. */
static void
rehash(struct ctx *ctx, int64_t user, struct span password, struct span old)
{
	struct arena *a = &ctx->arena;
	struct db_param params[3] = { db_i64(a, user), db_text(a, old) };
	struct span phc;
	int r;

	r = password_hash(ctx, password, &phc);
	if (r != 0)
		return;
	params[2] = db_text(a, phc);
	r = db_sure(
	    db_run(ctx->primary, a, &sql_account_rehash, 3, params, NULL));
	if (r == 0)
		LOG(INFO, "password-rehashed", LINT("user", user));
}

/* The row of a login id; no rows where none can be. */
static int
find_row(struct ctx *ctx, struct span login_id, struct db_rows *rows)
{
	struct fold_login login;
	struct db_param fold;

	*rows = (struct db_rows){ 0 };
	if (fold_login(&ctx->arena, login_id, &login) != FOLD_OK)
		return 0;
	fold = db_text(&ctx->arena, login.fold);
	return db_read_primary(ctx, &sql_account_by_fold, 1, &fold, rows);
}

int
account_login(struct ctx *ctx, struct span login_id, struct span password,
    struct account *out)
{
	struct span composed, phc = SPAN_NONE;
	struct db_rows rows;
	int r;

	if (!is_count_in(password, 1, ACCOUNT_PASSWORD_MAX)
	    || fold_nfc(&ctx->arena, password, &composed) != FOLD_OK)
		return ACCOUNT_E_CREDENTIALS;
	r = find_row(ctx, login_id, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows > 0)
		phc = db_cell(&rows, 0, ACCOUNT_N_COLUMNS);
	r = password_check(ctx, composed, phc);
	if (r == PASSWORD_E_OTHER)
		return ACCOUNT_E_CREDENTIALS;
	if (r < 0)
		return r;
	account_read_row(&rows, 0, out);
	if (out->disabled)
		return ACCOUNT_E_CREDENTIALS;
	if (r == PASSWORD_E_STALE)
		rehash(ctx, out->id, composed, phc);
	return ACCOUNT_OK;
}

/* ---- looking up ---- */

int
account_get(struct ctx *ctx, int64_t id, struct account *out)
{
	const struct db_param who = db_i64(&ctx->arena, id);
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_account_by_id, 1, &who, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return ACCOUNT_E_NONE;
	account_read_row(&rows, 0, out);
	return ACCOUNT_OK;
}

int
account_find(struct ctx *ctx, struct span login_id, struct account *out)
{
	struct db_rows rows;
	int r;

	r = find_row(ctx, login_id, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return ACCOUNT_E_NONE;
	account_read_row(&rows, 0, out);
	return ACCOUNT_OK;
}
