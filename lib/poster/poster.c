/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * poster - a show's own image
 *
 * Layer: domain.  Uses: base, store, admin, image.
 */
#include "poster/poster.h"

#include "base/crypto.h"
#include "base/fault.h"
#include "store/read.h"

#define HEX_LEN ((size_t)2 * SHA256_LEN)

SQL(poster_put, "SELECT poster_put($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
SQL(poster_find,
    "SELECT type, image FROM posters WHERE sha256 = decode($1, 'hex')"
    " LIMIT 1");

static bool
fits(int64_t side)
{
	return side >= POSTER_SIDE_MIN && side <= POSTER_SIDE_MAX;
}

static int
check(struct span bytes, const struct audit_by *by, struct image *out)
{
	if (bytes.len > POSTER_BYTES_MAX)
		return POSTER_E_SIZE;
	if (!image_read(bytes, out))
		return POSTER_E_TYPE;
	if (!fits(out->width) || !fits(out->height))
		return POSTER_E_SIZE;
	if (span_is(by->reason) && !audit_reason_ok(by->reason))
		return POSTER_E_REASON;
	return POSTER_OK;
}

int
poster_put(struct ctx *ctx, int64_t show, struct span bytes,
    const struct audit_by *by, struct poster *out)
{
	struct arena *a = &ctx->arena;
	uint8_t digest[SHA256_LEN];
	struct db_param params[4 + AUDIT_N_PARAMS];
	struct db_rows rows;
	int r = check(bytes, by, &out->image);

	if (r != POSTER_OK)
		return r;
	crypto_sha256(bytes, digest);
	out->sha256 = span_str(crypto_hex(a, digest, sizeof(digest)));
	params[0] = db_i64(a, show);
	params[1] = db_bytes(a,
	    (struct span){ (const char *)digest, sizeof(digest) });
	params[2] = db_str(out->image.type);
	params[3] = db_bytes(a, bytes);
	audit_log_params(a, by, SPAN_LIT("show.poster"),
	    span_str(arena_printf(a, "show %lld", (long long)show)),
	    params + 4);
	r = db_sure(db_run(ctx->primary, a, &sql_poster_put, ARRAY_LEN(params),
	    params, &rows));
	FAULT_POINT("poster.after_put");
	if (r != 0)
		return r;
	return db_get_bool(&rows, 0, 0) ? POSTER_OK : POSTER_E_NONE;
}

static bool
is_digest(struct span text)
{
	if (text.len != HEX_LEN)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (memchr("0123456789abcdef", text.p[i], 16) == NULL)
			return false;
	return true;
}

int
poster_find(struct ctx *ctx, struct span sha256, struct span *bytes,
    const char **type)
{
	struct arena *a = &ctx->arena;
	struct db_param digest;
	struct db_rows rows;
	int r;

	if (!is_digest(sha256))
		return POSTER_E_NONE;
	digest = db_text(a, sha256);
	r = db_read(ctx, &sql_poster_find, 1, &digest, &rows);
	/* A replica may not have it yet. */
	if (r == 0 && rows.n_rows == 0)
		r = db_read_primary(ctx, &sql_poster_find, 1, &digest, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return POSTER_E_NONE;
	*type = arena_str(a, db_cell(&rows, 0, 0));
	*bytes = db_get_bytes(a, &rows, 0, 1);
	return POSTER_OK;
}
