/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * totp - a second factor: a code that an app makes of a secret and the time
 *
 * Layer: domain.  Uses: base, store, account.
 */
#include "account/totp.h"

#include "account/totp_code.h"
#include "base/fault.h"
#include "base/rand.h"
#include "base/strbuf.h"
#include "store/read.h"

#include <inttypes.h>

#define SALT_LEN 16
#define RECOVERY_LEN 10 /* bytes: 16 characters */
#define ISSUER "boxoffice"

SQL(totp_begin, "SELECT totp_begin($1, decode($2, 'hex'))");
SQL(totp_look,
    "SELECT encode(salt, 'hex'), confirmed_at IS NOT NULL FROM totp"
    " WHERE user_id = $1");
SQL(totp_confirm,
    "SELECT totp_confirm(decode($1, 'hex'), $2, $3, $4, $5, $6, $7, $8, $9,"
    " $10)");
/* Two who say one code at once wait for each other's row, and one is late. */
SQL(totp_use,
    "UPDATE totp SET last_step = $2 WHERE user_id = $1"
    " AND confirmed_at IS NOT NULL AND last_step < $2 RETURNING 1");
SQL(totp_recover,
    "DELETE FROM totp_recovery WHERE user_id = $1"
    " AND digest = decode($2, 'hex') RETURNING 1");
SQL(totp_drop, "SELECT totp_drop($1, $2, $3, $4, $5, $6, $7)");

/* ---- what is kept, and what it stands for ---- */

static void
secret_of(struct ctx *ctx, int64_t user, const char *salt,
    uint8_t out[TOTP_SECRET_LEN])
{
	const char *info = arena_printf(&ctx->arena,
	    "boxoffice totp secret 1 %" PRId64 " %s", user, salt);

	crypto_hkdf_sha256(settings_totp_key(&ctx->set), span_str(info), out,
	    TOTP_SECRET_LEN);
}

/* A recovery code as it is kept, in hex. in: code  its 16 letters */
static struct span
recovery_digest(struct ctx *ctx, int64_t user, struct span code)
{
	uint8_t mac[SHA256_LEN];
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, 64);
	strbuf_printf(&b, "boxoffice totp recovery 1 %" PRId64 " ", user);
	strbuf_span(&b, code);
	crypto_hmac_sha256(settings_totp_key(&ctx->set), strbuf_get(&b), mac);
	return span_str(crypto_hex(&ctx->arena, mac, sizeof(mac)));
}

/* What was typed without blanks and dashes, in capitals. */
static struct span
typed(struct arena *a, struct span code)
{
	struct strbuf b;

	strbuf_init(&b, a, code.len + 1);
	for (size_t i = 0; i < code.len; i++) {
		char c = code.p[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c != '-' && c != ' ')
			strbuf_char(&b, c);
	}
	return strbuf_get(&b);
}

/* returns: OK, NONE; < 0 on a fault */
static int
look(struct ctx *ctx, int64_t user, const char **salt, bool *confirmed)
{
	const struct db_param param = db_i64(&ctx->arena, user);
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_totp_look, 1, &param, &rows);

	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return TOTP_E_NONE;
	*salt = arena_str(&ctx->arena, db_cell(&rows, 0, 0));
	*confirmed = db_get_bool(&rows, 0, 1);
	return TOTP_OK;
}

/* ---- having one ---- */

int
totp_begin(struct ctx *ctx, const struct account *user, struct totp_secret *out)
{
	struct arena *a = &ctx->arena;
	uint8_t salt[SALT_LEN], secret[TOTP_SECRET_LEN];
	struct db_rows rows;
	char *hex, *text;
	int r;

	rand_bytes(salt, sizeof(salt));
	hex = crypto_hex(a, salt, sizeof(salt));
	r = db_sure(db_run(ctx->primary, a, &sql_totp_begin, 2,
	    (struct db_param[]){ db_i64(a, user->id), db_str(hex) }, &rows));
	if (r != 0)
		return r;
	if (!db_get_bool(&rows, 0, 0))
		return TOTP_E_ON;
	secret_of(ctx, user->id, hex, secret);
	text = crypto_base32(a, secret, sizeof(secret));
	crypto_wipe(secret, sizeof(secret));
	out->text = span_str(text);
	/* A login id has letters of any script, which a URI has not. */
	out->uri = span_str(arena_printf(a,
	    "otpauth://totp/" ISSUER ":%" PRId64 "?secret=%s&issuer=" ISSUER
	    "&algorithm=SHA1&digits=%d&period=%d",
	    user->id, text, TOTP_DIGITS, TOTP_STEP_MS / 1000));
	return TOTP_OK;
}

static void
make_recovery(struct ctx *ctx, int64_t user, struct span out[TOTP_RECOVERY_N],
    struct span digests[TOTP_RECOVERY_N])
{
	struct arena *a = &ctx->arena;
	uint8_t random[RECOVERY_LEN];

	for (size_t i = 0; i < TOTP_RECOVERY_N; i++) {
		char *code;

		rand_bytes(random, sizeof(random));
		code = crypto_crockford(a, random, sizeof(random));
		digests[i] = recovery_digest(ctx, user, span_str(code));
		out[i] = span_str(arena_printf(a, "%.4s-%.4s-%.4s-%.4s", code,
		    code + 4, code + 8, code + 12));
	}
}

int
totp_confirm(struct ctx *ctx, const struct totp_confirm *ask,
    const struct db_param *by, struct span out[TOTP_RECOVERY_N])
{
	struct arena *a = &ctx->arena;
	struct span digests[TOTP_RECOVERY_N];
	struct db_param params[4 + TOTP_BY_PARAMS];
	uint8_t secret[TOTP_SECRET_LEN];
	struct db_rows rows;
	const char *salt;
	bool confirmed, good;
	int64_t step;
	int r = look(ctx, ask->user, &salt, &confirmed);

	if (r != TOTP_OK || confirmed)
		return r != TOTP_OK ? r : TOTP_E_NONE;
	secret_of(ctx, ask->user, salt, secret);
	good = totp_step_of(secret, typed(a, ask->code), ctx->now_ms, &step);
	crypto_wipe(secret, sizeof(secret));
	if (!good)
		return TOTP_E_CODE;
	make_recovery(ctx, ask->user, out, digests);
	params[0] = db_str(salt);
	params[1] = db_i64(a, step);
	params[2] = db_texts(a, digests, TOTP_RECOVERY_N);
	params[3] = db_i64(a, ask->session);
	memcpy(params + 4, by, TOTP_BY_PARAMS * sizeof(*by));
	FAULT_POINT("totp.before_confirm");
	r = db_sure(db_run(ctx->primary, a, &sql_totp_confirm,
	    ARRAY_LEN(params), params, &rows));
	FAULT_POINT("totp.after_confirm");
	if (r != 0)
		return r;
	return db_get_bool(&rows, 0, 0) ? TOTP_OK : TOTP_E_NONE;
}

int
totp_drop(struct ctx *ctx, int64_t user, const struct db_param *by)
{
	struct arena *a = &ctx->arena;
	struct db_param params[1 + TOTP_BY_PARAMS] = { db_i64(a, user) };
	struct db_rows rows;
	int r;

	memcpy(params + 1, by, TOTP_BY_PARAMS * sizeof(*by));
	r = db_sure(db_run(ctx->primary, a, &sql_totp_drop, ARRAY_LEN(params),
	    params, &rows));
	if (r != 0)
		return r;
	return db_get_bool(&rows, 0, 0) ? TOTP_OK : TOTP_E_NONE;
}

/* ---- using it ---- */

static int
use_step(struct ctx *ctx, int64_t user, int64_t step)
{
	struct arena *a = &ctx->arena;
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, a, &sql_totp_use, 2,
	    (struct db_param[]){ db_i64(a, user), db_i64(a, step) }, &rows));

	return r != 0 ? r : rows.n_rows > 0 ? TOTP_OK : TOTP_E_CODE;
}

static int
use_recovery(struct ctx *ctx, int64_t user, struct span code)
{
	struct arena *a = &ctx->arena;
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, a, &sql_totp_recover, 2,
	    (struct db_param[]){ db_i64(a, user),
		db_text(a, recovery_digest(ctx, user, code)) },
	    &rows));

	return r != 0 ? r : rows.n_rows > 0 ? TOTP_OK : TOTP_E_CODE;
}

int
totp_use(struct ctx *ctx, int64_t user, struct span code)
{
	struct span said = typed(&ctx->arena, code);
	uint8_t secret[TOTP_SECRET_LEN];
	const char *salt;
	bool confirmed, good;
	int64_t step;
	int r = look(ctx, user, &salt, &confirmed);

	if (r != TOTP_OK || !confirmed)
		return r < 0 ? r : TOTP_E_CODE;
	if (said.len != TOTP_DIGITS)
		return use_recovery(ctx, user, said);
	secret_of(ctx, user, salt, secret);
	good = totp_step_of(secret, said, ctx->now_ms, &step);
	crypto_wipe(secret, sizeof(secret));
	return good ? use_step(ctx, user, step) : TOTP_E_CODE;
}

bool
totp_lacks(const struct settings *set, const struct account *user)
{
	return set->totp == TOTP_REQUIRED_STAFF && user->role != ROLE_USER
	    && !user->totp;
}

enum role
totp_role(const struct settings *set, const struct account *user)
{
	return totp_lacks(set, user) ? ROLE_USER : user->role;
}
