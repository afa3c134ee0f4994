/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refresh - refresh tokens
 *
 * Turns of one family queue up behind its row lock, and what the tokens say
 * is read in a statement that starts after the lock is held. At any instant
 * one token of a family is unused: the one a turn gave last. A turn that is
 * repeated writes nothing: the successor is the HMAC of the token under the
 * salt that its first turn kept.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "account/refresh.h"

#include "base/crypto.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rand.h"
#include "store/ctx.h"

#define TOKEN_BYTES 32
#define TOKEN_CHARS 43 /* of base64url without padding */

/* Not while the user is changed, and not after it (functions/users.sql). */
SQL(refresh_begin,
    "WITH u AS (SELECT id FROM users WHERE id = $1 AND version = $5"
    "  AND NOT disabled FOR SHARE),"
    " f AS (INSERT INTO refresh_family (user_id) SELECT id FROM u"
    "  RETURNING id),"
    " t AS (INSERT INTO refresh_token (digest, family_id, issued_at,"
    "  expires_at) SELECT $2, id, $3, $4 FROM f)"
    " SELECT id FROM f");
SQL(refresh_lock,
    "SELECT f.id, f.user_id, f.revoked_at IS NOT NULL"
    " FROM refresh_token t JOIN refresh_family f ON f.id = t.family_id"
    " WHERE t.digest = $1 FOR UPDATE OF f");
SQL(refresh_look,
    "SELECT expires_at <= $2, used_at IS NOT NULL, used_at > $3, salt"
    " FROM refresh_token WHERE digest = $1");
/* $1 is spent, $3 follows it. */
SQL(refresh_turn,
    "WITH n AS ("
    "  INSERT INTO refresh_token (digest, family_id, issued_at, expires_at)"
    "  VALUES ($3, $2, $4, $5))"
    " UPDATE refresh_token SET used_at = $4, successor = $3, salt = $6"
    " WHERE digest = $1 AND used_at IS NULL");
SQL(refresh_revoke,
    "UPDATE refresh_family SET revoked_at = now()"
    " WHERE id = $1 AND revoked_at IS NULL");
SQL(refresh_end,
    "UPDATE refresh_family f SET revoked_at = now() FROM refresh_token t"
    " WHERE t.digest = $1 AND f.id = t.family_id"
    " AND f.revoked_at IS NULL RETURNING f.user_id");

SQL(refresh_purge, "SELECT refresh_purge($1, $2)");
SQL(refresh_unsalt, "SELECT refresh_unsalt($1, $2)");

static int
run(struct ctx *ctx, const struct sql *sql, int n,
    const struct db_param *params, struct db_rows *rows)
{
	return db_sure(db_run(ctx->primary, &ctx->arena, sql, n, params, rows));
}

static struct span
digest(struct arena *a, struct span token)
{
	uint8_t sum[SHA256_LEN];

	crypto_sha256(token, sum);
	return (struct span){ arena_dup(a, sum, sizeof(sum)), sizeof(sum) };
}

static struct span
fresh(struct arena *a)
{
	uint8_t secret[TOKEN_BYTES];
	struct span out;

	rand_bytes(secret, sizeof(secret));
	out = span_str(crypto_base64url(a, secret, sizeof(secret)));
	crypto_wipe(secret, sizeof(secret));
	return out;
}

static struct span
fresh_salt(struct arena *a)
{
	uint8_t salt[TOKEN_BYTES];

	rand_bytes(salt, sizeof(salt));
	return (struct span){ arena_dup(a, salt, sizeof(salt)), sizeof(salt) };
}

static struct span
successor(struct arena *a, struct span token, struct span salt)
{
	uint8_t secret[SHA256_LEN];
	struct span out;

	crypto_hmac_sha256(salt, token, secret);
	out = span_str(crypto_base64url(a, secret, sizeof(secret)));
	crypto_wipe(secret, sizeof(secret));
	return out;
}

static struct db_param
time_from_now(struct ctx *ctx, int64_t s)
{
	return db_time(&ctx->arena, ctx->now_ms + s * 1000);
}

int
refresh_begin(struct ctx *ctx, int64_t user, int64_t version,
    struct refresh *out)
{
	struct arena *a = &ctx->arena;
	struct span first = fresh(a);
	const struct db_param params[] = {
		db_i64(a, user),
		db_bytes(a, digest(a, first)),
		time_from_now(ctx, 0),
		time_from_now(ctx, REFRESH_LIFETIME_S),
		db_i64(a, version),
	};
	struct db_rows rows;
	int r;

	r = run(ctx, &sql_refresh_begin, ARRAY_LEN(params), params, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return REFRESH_E_REFUSED;
	*out = (struct refresh){ user, db_get_i64(&rows, 0, 0), first };
	return REFRESH_OK;
}

/* ---- one turn, the family's row lock held ---- */

struct family {
	int64_t id, user;
	bool revoked;
};

static int
lock(struct ctx *ctx, struct span sum, struct family *family)
{
	const struct db_param token = db_bytes(&ctx->arena, sum);
	struct db_rows rows;
	int r;

	r = run(ctx, &sql_refresh_lock, 1, &token, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return REFRESH_E_REFUSED;
	*family = (struct family){
		.id = db_get_i64(&rows, 0, 0),
		.user = db_get_i64(&rows, 0, 1),
		.revoked = db_get_bool(&rows, 0, 2),
	};
	return REFRESH_OK;
}

static int
revoke(struct ctx *ctx, const struct family *family)
{
	const struct db_param id = db_i64(&ctx->arena, family->id);
	int r;

	LOG(WARN, "refresh-token-reused", LINT("user", family->user),
	    LINT("family", family->id));
	r = run(ctx, &sql_refresh_revoke, 1, &id, NULL);
	return r != 0 ? r : REFRESH_E_REFUSED;
}

/* What the token says of itself; out: salt, NONE where it is not used yet. */
static int
look(struct ctx *ctx, const struct family *family, struct span sum,
    struct span *salt)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_bytes(a, sum),
		time_from_now(ctx, 0),
		time_from_now(ctx, -ctx->set.refresh_retry_s),
	};
	struct db_rows rows;
	int r;

	*salt = SPAN_NONE;
	r = run(ctx, &sql_refresh_look, 3, params, &rows);
	if (r != 0)
		return r;
	if (family->revoked || rows.n_rows == 0 || db_get_bool(&rows, 0, 0))
		return REFRESH_E_REFUSED;
	if (!db_get_bool(&rows, 0, 1))
		return REFRESH_OK;
	if (!db_get_bool(&rows, 0, 2))
		return revoke(ctx, family);
	*salt = db_get_bytes(a, &rows, 0, 3);
	/* Turned by a program without salts: no theft, and no way to tell. */
	return salt->len > 0 ? REFRESH_OK : REFRESH_E_REFUSED;
}

static int
spend(struct ctx *ctx, const struct family *family, struct span spent,
    struct span salt, struct span next)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_bytes(a, spent),
		db_i64(a, family->id),
		db_bytes(a, digest(a, next)),
		time_from_now(ctx, 0),
		time_from_now(ctx, REFRESH_LIFETIME_S),
		db_bytes(a, salt),
	};

	return run(ctx, &sql_refresh_turn, ARRAY_LEN(params), params, NULL);
}

static int
turn(struct ctx *ctx, struct span token, struct refresh *out)
{
	struct arena *a = &ctx->arena;
	struct span sum = digest(a, token), salt;
	struct family family;
	int r;

	r = lock(ctx, sum, &family);
	if (r == 0)
		r = look(ctx, &family, sum, &salt);
	if (r != 0)
		return r;
	*out = (struct refresh){ .user = family.user, .session = family.id };
	if (span_is(salt)) {
		out->token = successor(a, token, salt);
		return REFRESH_OK;
	}
	salt = fresh_salt(a);
	out->token = successor(a, token, salt);
	return spend(ctx, &family, sum, salt, out->token);
}

int
refresh_turn(struct ctx *ctx, struct span token, struct refresh *out)
{
	struct refresh next = { 0 };
	int r, c;

	if (token.len != TOKEN_CHARS)
		return REFRESH_E_REFUSED;
	r = db_sure(db_begin(ctx->primary));
	if (r != 0)
		return r;
	r = turn(ctx, token, &next);
	if (r < 0) {
		db_rollback(ctx->primary);
		return r;
	}
	/* A refusal is committed too: it may have revoked the family. */
	c = db_sure(db_commit(ctx->primary));
	FAULT_POINT("refresh.after_turn");
	if (c != 0)
		return c;
	*out = next;
	return r;
}

int
refresh_end(struct ctx *ctx, struct span token, int64_t *user)
{
	struct arena *a = &ctx->arena;
	const struct db_param sum = db_bytes(a, digest(a, token));
	struct db_rows rows;
	int r = run(ctx, &sql_refresh_end, 1, &sum, &rows);

	if (user != NULL)
		*user = r == 0 && rows.n_rows > 0 ? db_get_i64(&rows, 0, 0) : 0;
	return r;
}

/* ---- what is of no use any more ---- */

static int
forget(struct ctx *ctx, const struct sql *sql, int64_t age_s, int64_t max,
    size_t *n)
{
	const struct db_param params[] = { time_from_now(ctx, -age_s),
		db_i64(&ctx->arena, max) };
	struct db_rows rows;
	int r;

	r = run(ctx, sql, 2, params, &rows);
	*n = r == 0 ? (size_t)db_get_i64(&rows, 0, 0) : 0;
	return r;
}

int
refresh_purge(struct ctx *ctx, int64_t max, size_t *n)
{
	return forget(ctx, &sql_refresh_purge, 0, max, n);
}

int
refresh_unsalt(struct ctx *ctx, int64_t max, size_t *n)
{
	return forget(ctx, &sql_refresh_unsalt, ctx->set.refresh_retry_s, max,
	    n);
}
