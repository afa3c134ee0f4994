/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_answer - what clients were answered, and what came of it
 *
 * Layer: domain.  Uses: base, store.
 */
#include "audit/audit_own.h"

/* ---- I19: one effect for a key ---- */

/* The number of the reservation in a stored answer, whatever its form: four
 * groups of Crockford's base 32. */
#define ANSWERED_NUMBER \
	"substring(encode(body, 'escape') from" \
	" '[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}')"
/* Whose keys they are: users, or till sessions, which are below 0. */
#define BY_USER "user_id >= $1 AND user_id < $2"
#define BY_TILL "user_id >= 1 - $2::bigint AND user_id <= -($1::bigint)"
#define PURCHASES(owners) \
	"SELECT user_id, key, " ANSWERED_NUMBER \
	" AS number FROM idempotency WHERE " owners \
	"  AND route IN ('POST /api/v1/payments'," \
	"   'POST /api/v1/admin/counter/sales') AND status = 201"

#define KEYS(owners) \
	"SELECT concat('key ', key, ' of user ', user_id, ': ', count(*)," \
	"  ' rows, ', count(body), ' answers')" \
	" FROM idempotency WHERE " owners \
	" GROUP BY user_id, route, key HAVING count(*) > 1" \
	"  OR count(body) <> count(status)"
AUDIT_SQL(i19_keys, KEYS(BY_USER));
AUDIT_SQL(i19_till_keys, KEYS(BY_TILL));
#define ANSWERS(owners) \
	"SELECT concat('key ', i.key, ' of user ', i.user_id, ': '," \
	"  coalesce(i.number, 'no reservation'))" \
	" FROM (" PURCHASES(owners) ") AS i" \
	" LEFT JOIN reservations AS r ON r.number = i.number" \
	" WHERE " AUDIT_FIRST_OWNER " IS DISTINCT FROM i.user_id"
AUDIT_SQL(i19_purchases, ANSWERS(BY_USER));
AUDIT_SQL(i19_till_purchases, ANSWERS(BY_TILL));
/* Rows are kept for 48 hours; a purchase and its row are one transaction.
 * Laid side by side and gathered: joined, each reservation of the range would
 * meet each row. One that went to another user has its key with whose it was
 * first. */
#define RESERVATIONS(owners) \
	"SELECT concat('reservation ', number, ' of user ', user_id, ': '," \
	"  sum(n_keys), ' keys')" \
	" FROM (SELECT user_id, number, 1 AS bought, 0 AS n_keys" \
	"   FROM reservations AS r WHERE " owners \
	"    AND created_at > clock_timestamp() - interval '47 h'" \
	"    AND NOT EXISTS (SELECT FROM reservation_transfers AS t" \
	"     WHERE t.reservation_id = r.id)" \
	"  UNION ALL SELECT user_id, number, 1, 0 FROM (SELECT" \
	"    t.from_user AS user_id, r.number, r.created_at" \
	"    FROM reservation_transfers AS t" \
	"    JOIN reservations AS r ON r.id = t.reservation_id" \
	"    WHERE t.transfer_no = 1) AS passed WHERE " owners \
	"    AND created_at > clock_timestamp() - interval '47 h'" \
	"  UNION ALL SELECT user_id, number, 0, 1" \
	"   FROM (" PURCHASES(owners) ") AS i) AS both_sides" \
	" GROUP BY user_id, number HAVING sum(bought) > 0 AND sum(n_keys) <> 1"
AUDIT_SQL(i19_reservations, RESERVATIONS(BY_USER));
AUDIT_SQL(i19_till_reservations, RESERVATIONS(BY_TILL));
const struct audit_part audit_i19[] = {
	{ AUDIT_USERS, &sql_audit_i19_keys, NULL },
	{ AUDIT_USERS, &sql_audit_i19_purchases, NULL },
	{ AUDIT_USERS, &sql_audit_i19_reservations, NULL },
	{ AUDIT_TILLS, &sql_audit_i19_till_keys, NULL },
	{ AUDIT_TILLS, &sql_audit_i19_till_purchases, NULL },
	{ AUDIT_TILLS, &sql_audit_i19_till_reservations, NULL },
	{ 0 },
};

/* ---- I24: what was acknowledged is there ---- */

AUDIT_SQL(i24_history,
    "WITH told AS (SELECT * FROM unnest($1::bigint[], $2::bigint[],"
    "  $3::text[], $4::text[]) AS t (line, usr, key, number))"
    " SELECT concat('line ', t.line, ': ', t.number)"
    " FROM told AS t LEFT JOIN reservations AS r ON r.number = t.number"
    " WHERE r.id IS NULL OR (t.usr <> 0 AND t.usr <> " AUDIT_FIRST_OWNER
    ")"
    " UNION ALL"
    " SELECT concat('line ', min(line), ': key ', key, ' bought ',"
    "  count(DISTINCT number), ' times')"
    " FROM told WHERE key <> '' GROUP BY usr, key"
    " HAVING count(DISTINCT number) > 1");

int
audit_history(struct ctx *ctx, const struct audit_ack *acks, size_t n,
    struct audit_found *found)
{
	struct arena *a = &ctx->arena;
	int64_t *lines = ARENA_ARRAY(a, n, int64_t);
	int64_t *users = ARENA_ARRAY(a, n, int64_t);
	struct span *keys = ARENA_ARRAY(a, n, struct span);
	struct span *numbers = ARENA_ARRAY(a, n, struct span);

	for (size_t i = 0; i < n; i++) {
		lines[i] = acks[i].line;
		users[i] = acks[i].user;
		keys[i] = acks[i].key;
		numbers[i] = acks[i].number;
	}
	return audit_count(ctx, &sql_audit_i24_history, 4,
	    (struct db_param[]){ db_i64s(a, lines, n), db_i64s(a, users, n),
		db_texts(a, keys, n), db_texts(a, numbers, n) },
	    found);
}
