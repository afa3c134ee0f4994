/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * idem - one effect for a user, a route and an Idempotency-Key
 *
 * Layer: domain.  Uses: base, store.
 */
#include "idem/idem.h"

#include "base/strbuf.h"
#include "store/read.h"

SQL(idem_look,
    "SELECT fingerprint = $4, status, body FROM idempotency"
    " WHERE user_id = $1 AND route = $2 AND key = $3"
    "  AND expires_at > clock_timestamp()");
SQL(idem_keep,
    "INSERT INTO idempotency AS i (user_id, route, key, fingerprint,"
    "  recovery_point, token, locked_until, status, body, expires_at)"
    " VALUES ($1, $2, $3, $4, 'finished', gen_random_uuid(),"
    "  clock_timestamp(), $5, $6, clock_timestamp() + interval '48 h')"
    " ON CONFLICT (user_id, route, key) DO UPDATE SET"
    "  recovery_point = excluded.recovery_point, status = excluded.status,"
    "  body = excluded.body"
    " WHERE i.status IS NULL AND i.fingerprint = excluded.fingerprint");

/* Lengths before the parts, so that no two lists read alike. */
void
idem_init(struct ctx *ctx, struct idem *idem, int64_t user,
    const char *route, struct span key, const struct span *parts, size_t n_parts)
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

int
idem_look(struct ctx *ctx, const struct idem *idem, struct idem_answer *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, idem->user),
		db_str(idem->route), db_text(a, idem->key),
		db_bytes(a, (struct span){ (const char *)idem->fingerprint,
		    SHA256_LEN }) };
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_idem_look, 4, params, &rows);
	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : IDEM_NEW;
	if (!db_get_bool(&rows, 0, 0))
		return IDEM_E_MISMATCH;
	if (db_is_null(&rows, 0, 1))
		return IDEM_E_RUNNING;
	out->status = (int)db_get_i64(&rows, 0, 1);
	out->body = db_get_bytes(a, &rows, 0, 2);
	return IDEM_E_REPLAY;
}

int
idem_keep(struct ctx *ctx, const struct idem *idem, int status,
    struct span body)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, idem->user),
		db_str(idem->route), db_text(a, idem->key),
		db_bytes(a, (struct span){ (const char *)idem->fingerprint,
		    SHA256_LEN }),
		db_i64(a, status), db_bytes(a, body) };

	return db_sure(db_run(ctx->primary, a, &sql_idem_keep, 6, params,
	    NULL));
}
