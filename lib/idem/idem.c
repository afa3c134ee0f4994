/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * idem - one effect for a user, a route and an Idempotency-Key
 *
 * Layer: domain.  Uses: base, store.
 */
#include "idem/idem.h"

#include "base/fault.h"
#include "base/strbuf.h"
#include "store/read.h"

#define HOUR_MS (INT64_C(3600) * 1000)

SQL(idem_look, "SELECT outcome, status, body FROM idem_look($1, $2, $3, $4)");
SQL(idem_keep,
    "SELECT outcome, status, body"
    " FROM idem_take($1, $2, $3, $4, clock_timestamp(), $5, $6)");
SQL(idem_purge, "SELECT idem_purge($1)");
SQL(idem_purge_refused, "SELECT idem_purge_refused($1, $2)");

/* Lengths before the parts, so that no two lists read alike. */
void
idem_init(struct ctx *ctx, struct idem *idem, int64_t user, const char *route,
    struct span key, const struct span *parts, size_t n_parts)
{
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, 256);
	strbuf_printf(&b, "%lld %s", (long long)user, route);
	for (size_t i = 0; i < n_parts; i++) {
		strbuf_printf(&b, " %zu:", parts[i].len);
		strbuf_span(&b, parts[i]);
	}
	*idem = (struct idem){ .user = user, .route = route, .key = key };
	crypto_sha256(strbuf_get(&b), idem->fingerprint);
}

void
idem_params(struct ctx *ctx, const struct idem *idem, struct db_param *params)
{
	struct arena *a = &ctx->arena;

	params[0] = db_i64(a, idem->user);
	params[1] = db_str(idem->route);
	params[2] = db_text(a, idem->key);
	params[3] = db_bytes(a,
	    (struct span){ (const char *)idem->fingerprint, SHA256_LEN });
}

int
idem_read(struct ctx *ctx, const struct db_rows *rows, struct idem_answer *out)
{
	static const struct db_word words[] = {
		{ "replay", IDEM_E_REPLAY },
		{ "mismatch", IDEM_E_MISMATCH },
		{ "running", IDEM_E_RUNNING },
	};
	int r = db_said(db_cell(rows, 0, 0), words, ARRAY_LEN(words), IDEM_OK);

	if (r != IDEM_E_REPLAY)
		return r;
	out->status = (int)db_get_i64(rows, 0, 1);
	out->body = db_get_bytes(&ctx->arena, rows, 0, 2);
	return r;
}

int
idem_look(struct ctx *ctx, const struct idem *idem, struct idem_answer *out)
{
	struct db_param params[IDEM_PARAMS];
	struct db_rows rows;
	int r;

	idem_params(ctx, idem, params);
	r = db_read_primary(ctx, &sql_idem_look, IDEM_PARAMS, params, &rows);
	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : IDEM_OK;
	return idem_read(ctx, &rows, out);
}

int
idem_keep(struct ctx *ctx, const struct idem *idem,
    const struct idem_answer *answer, struct idem_answer *out)
{
	struct arena *a = &ctx->arena;
	struct db_param params[IDEM_PARAMS + 2];
	struct db_rows rows;
	int r;

	idem_params(ctx, idem, params);
	params[IDEM_PARAMS] = db_i64(a, answer->status);
	params[IDEM_PARAMS + 1] = db_bytes(a, answer->body);
	FAULT_POINT("idem.before_keep");
	r = db_sure(db_run(ctx->primary, a, &sql_idem_keep, IDEM_PARAMS + 2,
	    params, &rows));
	FAULT_POINT("idem.after_keep");
	return r != 0 ? r : idem_read(ctx, &rows, out);
}

static int
purge(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, size_t *n)
{
	struct db_rows rows;
	int r;

	r = db_sure(
	    db_run(ctx->primary, &ctx->arena, sql, n_params, params, &rows));
	*n = r == 0 ? (size_t)db_get_i64(&rows, 0, 0) : 0;
	return r;
}

int
idem_purge(struct ctx *ctx, int64_t max, size_t *n)
{
	const struct db_param param = db_i64(&ctx->arena, max);

	return purge(ctx, &sql_idem_purge, 1, &param, n);
}

int
idem_purge_refused(struct ctx *ctx, int64_t max, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_time(a, ctx->now_ms - ctx->set.refused_hours * HOUR_MS),
		db_i64(a, max)
	};

	return purge(ctx, &sql_idem_purge_refused, 2, params, n);
}
