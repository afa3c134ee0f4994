/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offer - a reservation that its owner offers to another user
 *
 * Layer: domain.  Uses: base, store, reservation.
 */
#include "reservation/offer.h"

#include "base/rand.h"
#include "base/strbuf.h"
#include "reservation/move.h"
#include "reservation/reservation_row.h"
#include "store/read.h"

#define SALT_LEN 16
#define TOKEN_BYTES 16
#define KEPT_DAYS 7
#define DAY_MS INT64_C(86400000)

SQL(offer_make,
    "SELECT outcome, encode(salt, 'hex'),"
    " (extract(epoch FROM ends)*1000)::bigint FROM reservation_offer($1, $2,"
    " $3, decode($4, 'hex'), decode($5, 'hex'), $6, $7, $8)");
SQL(offer_get,
    "SELECT encode(o.salt, 'hex'),"
    " (extract(epoch FROM o.expires_at)*1000)::bigint, u.login_id"
    " FROM reservations AS r LEFT JOIN reservation_offers AS o"
    "  ON o.reservation_id = r.id AND o.from_user = r.user_id"
    "  AND o.taken_by IS NULL AND o.expires_at > $3"
    " LEFT JOIN users AS u ON u.id = o.to_user"
    " WHERE r.number = $1 AND r.user_id = $2");
SQL(offer_end, "SELECT reservation_offer_end($1, $2, $3)");
SQL(offer_look,
    "SELECT " RESERVATION_COLUMNS
    ", u.name, (extract(epoch FROM o.expires_at)*1000)::bigint,"
    " o.taken_by IS NOT NULL" RESERVATION_FROM("$3", "$4")
    " JOIN reservation_offers AS o ON o.reservation_id = r.id"
    " JOIN users AS u ON u.id = o.from_user"
    " WHERE o.digest = decode($1, 'hex') AND CASE"
    "  WHEN o.taken_by IS NOT NULL THEN o.taken_by = $2 AND r.user_id = $2"
    "  ELSE o.from_user = r.user_id AND o.expires_at > $3"
    "   AND (o.to_user IS NULL OR $2 IN (o.to_user, r.user_id)) END");
SQL(offer_to,
    "SELECT encode(o.salt, 'hex') FROM reservations AS r"
    " JOIN reservation_offers AS o ON o.reservation_id = r.id"
    "  AND o.from_user = r.user_id"
    " WHERE r.number = $1 AND o.to_user = $2 AND o.taken_by IS NULL"
    "  AND o.expires_at > $3");
SQL(offer_purge, "SELECT reservation_offers_purge($1, $2)");

/* ---- tokens ---- */

/* in: salt  in hex */
static struct span
token_of(struct ctx *ctx, struct span salt)
{
	struct arena *a = &ctx->arena;
	uint8_t token[TOKEN_BYTES];
	struct strbuf info;

	strbuf_init(&info, a, 128);
	strbuf_str(&info, "boxoffice offer token 1 ");
	strbuf_span(&info, salt);
	crypto_hkdf_sha256(settings_naming_key(&ctx->set), strbuf_get(&info),
	    token, sizeof(token));
	return span_str(crypto_base64url(a, token, sizeof(token)));
}

struct span
offer_digest(struct ctx *ctx, struct span token)
{
	uint8_t digest[SHA256_LEN];

	if (token.len != OFFER_TOKEN_LEN)
		return SPAN_NONE;
	crypto_sha256(token, digest);
	return span_str(crypto_hex(&ctx->arena, digest, sizeof(digest)));
}

/* ---- the owner's side ---- */

static int
outcome_of(struct span word)
{
	static const struct db_word words[] = {
		{ "made", OFFER_OK },
		{ "again", OFFER_OK },
		{ "none", OFFER_E_NONE },
		{ "own", OFFER_E_OWN },
		{ "closed", OFFER_E_CLOSED },
		{ "often", OFFER_E_OFTEN },
		{ "busy", OFFER_E_BUSY },
	};

	return db_said(word, words, ARRAY_LEN(words), DB_F_STATEMENT);
}

int
offer_make(struct ctx *ctx, int64_t user, struct span number, int64_t to,
    struct offer *out)
{
	struct arena *a = &ctx->arena;
	uint8_t random[SALT_LEN];
	struct span salt;
	struct db_rows rows;
	int r;

	rand_bytes(random, sizeof(random));
	salt = span_str(crypto_hex(a, random, sizeof(random)));
	const struct db_param params[] = { db_i64(a, user),
		db_text(a, reservation_number_typed(a, number)),
		to > 0 ? db_i64(a, to) : db_str(NULL), db_text(a, salt),
		db_text(a, offer_digest(ctx, token_of(ctx, salt))),
		db_i64(a, ctx->set.transfer_days), db_i64(a, MOVES_MAX),
		db_time(a, ctx->now_ms) };

	r = db_sure(db_run(ctx->primary, a, &sql_offer_make, ARRAY_LEN(params),
	    params, &rows));
	if (r == 0)
		r = outcome_of(db_cell(&rows, 0, 0));
	if (r == OFFER_OK)
		*out = (struct offer){
			.token = token_of(ctx, db_cell(&rows, 0, 1)),
			.ends_ms = db_get_i64(&rows, 0, 2),
			.to = SPAN_NONE,
			.made = span_eq_str(db_cell(&rows, 0, 0), "made"),
		};
	return r;
}

int
offer_get(struct ctx *ctx, int64_t user, struct span number, struct offer *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_text(a, reservation_number_typed(a, number)),
		db_i64(a, user), db_time(a, ctx->now_ms)
	};
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_offer_get, 3, params, &rows);

	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : OFFER_E_NONE;
	*out = (struct offer){ .token = SPAN_NONE };
	if (db_is_null(&rows, 0, 0))
		return OFFER_OK;
	out->token = token_of(ctx, db_cell(&rows, 0, 0));
	out->ends_ms = db_get_i64(&rows, 0, 1);
	out->to = db_cell(&rows, 0, 2);
	return OFFER_OK;
}

int
offer_end(struct ctx *ctx, int64_t user, struct span number)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user),
		db_text(a, reservation_number_typed(a, number)),
		db_time(a, ctx->now_ms) };
	struct db_rows rows;
	int r = db_sure(
	    db_run(ctx->primary, a, &sql_offer_end, 3, params, &rows));

	if (r != 0)
		return r;
	return db_get_bool(&rows, 0, 0) ? OFFER_OK : OFFER_E_NONE;
}

/* ---- the other side ---- */

int
offer_look(struct ctx *ctx, int64_t user, struct span token,
    struct offer_seen *out)
{
	struct arena *a = &ctx->arena;
	struct span digest = offer_digest(ctx, token);
	const struct db_param params[] = { db_text(a, digest), db_i64(a, user),
		reservation_at(ctx), reservation_minutes(ctx) };
	struct db_rows rows;
	int r;

	if (!span_is(digest))
		return OFFER_E_NONE;
	r = db_read_primary(ctx, &sql_offer_look, 4, params, &rows);
	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : OFFER_E_NONE;
	reservation_row_read(a, &rows, 0, &out->reservation);
	out->from = db_cell(&rows, 0, RESERVATION_N_COLUMNS);
	out->ends_ms = db_get_i64(&rows, 0, RESERVATION_N_COLUMNS + 1);
	out->state = OFFER_OPEN;
	if (db_get_bool(&rows, 0, RESERVATION_N_COLUMNS + 2))
		out->state = OFFER_TAKEN;
	else if (out->reservation.user == user)
		out->state = OFFER_OWN;
	return OFFER_OK;
}

int
offer_to(struct ctx *ctx, int64_t user, struct span number, struct span *token)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_text(a, number), db_i64(a, user),
		db_time(a, ctx->now_ms) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_offer_to, 3, params, &rows);

	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : OFFER_E_NONE;
	*token = token_of(ctx, db_cell(&rows, 0, 0));
	return OFFER_OK;
}

int
offer_purge(struct ctx *ctx, int64_t max, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_time(a, ctx->now_ms - KEPT_DAYS * DAY_MS), db_i64(a, max)
	};
	struct db_rows rows;
	int r = db_sure(
	    db_run(ctx->primary, a, &sql_offer_purge, 2, params, &rows));

	*n = r == 0 ? (size_t)db_get_i64(&rows, 0, 0) : 0;
	return r;
}
