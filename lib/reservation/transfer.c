/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transfer - a reservation goes to another user
 *
 * Layer: domain.  Uses: base, store, hold, reservation.
 */
#include "reservation/transfer.h"

#include "base/fault.h"
#include "base/log.h"
#include "hold/hold_pay.h"
#include "reservation/move.h"
#include "store/read.h"

/* Each turn is a success of somebody who gave seats back, or of its owner who
 * moved them while an operator gives it to another. */
#define TRIES 8
#define AGAIN 1000

#define FOUND \
	"SELECT r.number, r.hold_token, r.user_id, r.seats," \
	" coalesce(r.section_no, 0)," \
	" cardinality(r.seats) - cardinality(r.cancelled)"
SQL(transfer_find,
    FOUND
    " FROM reservation_offers AS o JOIN reservations AS r"
    "  ON r.id = o.reservation_id"
    " WHERE o.digest = decode($1, 'hex')"
    "  AND (o.to_user IS NULL OR $2 IN (o.to_user, r.user_id))");
SQL(transfer_find_by, FOUND " FROM reservations AS r WHERE r.number = $1");
SQL(transfer_accept,
    "SELECT reservation_accept($1, decode($2, 'hex'), $3, $4, $5)");
SQL(transfer_by,
    "SELECT reservation_transfer_by($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
    " $11)");
SQL(transfer_list,
    "SELECT r.id, r.number, t.performance_id,"
    " (extract(epoch FROM t.at)*1000)::bigint,"
    " CASE WHEN t.named THEN u.login_id END, cardinality(r.seats)"
    "  - cardinality(r.cancelled)"
    " FROM (SELECT DISTINCT ON (t.reservation_id) t.*"
    "  FROM reservation_transfers AS t WHERE t.from_user = $1"
    "   AND ($2::bigint = 0 OR t.reservation_id < $2)"
    "  ORDER BY t.reservation_id DESC, t.transfer_no DESC) AS t"
    " JOIN reservations AS r ON r.id = t.reservation_id AND r.user_id <> $1"
    " JOIN users AS u ON u.id = t.to_user"
    " ORDER BY r.id DESC LIMIT $3");

struct attempt {
	struct ctx *ctx;
	const struct transfer *ask;
	struct span digest; /* of the token */
	struct span number;
	struct hold whole; /* all its seats, of who has them */
	size_t n_left;
};

static int
find(struct attempt *t)
{
	const struct transfer *ask = t->ask;
	struct arena *a = &t->ctx->arena;
	const struct db_param by_token[] = { db_text(a, t->digest),
		db_i64(a, ask->to) };
	const struct db_param by_number[] = { db_text(a,
	    reservation_number_typed(a, ask->number)) };
	struct db_rows rows;
	int64_t *seats;
	int r;

	r = ask->by != NULL
	    ? db_read_primary(t->ctx, &sql_transfer_find_by, 1, by_number,
		&rows)
	    : db_read_primary(t->ctx, &sql_transfer_find, 2, by_token, &rows);
	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : OFFER_E_NONE;
	t->number = db_cell(&rows, 0, 0);
	t->whole = (struct hold){ .token = db_cell(&rows, 0, 1) };
	t->whole.is.user = db_get_i64(&rows, 0, 2);
	t->whole.is.section_no = db_get_i64(&rows, 0, 4);
	t->n_left = (size_t)db_get_i64(&rows, 0, 5);
	seats = db_get_i64s(a, &rows, 0, 3, &t->whole.is.n_seats);
	if (!hold_token_read(t->whole.token, &t->whole.is.token)
	    || t->whole.is.n_seats > HOLD_SEATS_MAX) {
		LOG(ERROR, "hold-token-invalid",
		    LSPAN("reservation", t->number));
		return DB_F_STATEMENT;
	}
	memcpy(t->whole.is.seats, seats, t->whole.is.n_seats * sizeof(*seats));
	return OFFER_OK;
}

/* ---- the transaction ---- */

static int
run(struct attempt *t, struct db_rows *rows)
{
	const struct transfer *ask = t->ask;
	struct arena *a = &t->ctx->arena;
	struct db_param params[5 + TRANSFER_BY_PARAMS];
	struct db_param *p = params;
	const struct sql *sql = &sql_transfer_accept;

	if (ask->by != NULL) {
		sql = &sql_transfer_by;
		*p++ = db_text(a, t->number);
		*p++ = db_i64(a, ask->to);
	} else {
		*p++ = db_i64(a, ask->to);
		*p++ = db_text(a, t->digest);
	}
	*p++ = db_i64(a, (int64_t)t->n_left);
	*p++ = db_i64(a, MOVES_MAX);
	*p++ = db_time(a, t->ctx->now_ms);
	if (ask->by != NULL) {
		memcpy(p, ask->by, TRANSFER_BY_PARAMS * sizeof(*p));
		p += TRANSFER_BY_PARAMS;
	}
	return db_run(t->ctx->primary, a, sql, (int)(p - params), params, rows);
}

static int
outcome_of(const struct attempt *t, struct span word)
{
	static const struct db_word words[] = {
		{ "done", OFFER_OK },
		{ "changed", AGAIN },
		{ "none", OFFER_E_NONE },
		{ "own", OFFER_E_OWN },
		{ "closed", OFFER_E_CLOSED },
		{ "often", OFFER_E_OFTEN },
		{ "busy", OFFER_E_BUSY },
		{ "limit", TRANSFER_E_LIMIT },
	};

	int r = db_said(word, words, ARRAY_LEN(words), DB_F_STATEMENT);

	if (r == DB_F_STATEMENT)
		LOG(ERROR, "answer-unknown", LSPAN("reservation", t->number),
		    LSPAN("said", word));
	return r;
}

/* returns: as outcome_of, and whether it is his by this attempt */
static int
commit(struct attempt *t, bool *done)
{
	struct db *db = t->ctx->primary;
	struct db_rows rows;
	struct span word;
	bool twice, his;
	int r;

	*done = false;
	FAULT_POINT("transfer.before_commit");
	r = run(t, &rows);
	FAULT_POINT("transfer.after_commit");
	/* Whether it was done is told by doing it again: it is his then. */
	twice = r == DB_F_UNKNOWN;
	if (twice)
		r = run(t, &rows);
	if (r == DB_E_CONSTRAINT
	    && span_eq_str(span_str(db_constraint(db)),
		"ticket_issues_issue_check"))
		return OFFER_E_OFTEN;
	r = db_sure(r);
	if (r != 0)
		return r;
	word = db_cell(&rows, 0, 0);
	his = span_eq_str(word, "again")
	    || (twice && t->whole.is.user != t->ask->to
		&& span_eq_str(word, "own"));
	*done = span_eq_str(word, "done") || (twice && his);
	return his ? OFFER_OK : outcome_of(t, word);
}

static int
count_and_commit(struct attempt *t)
{
	int64_t was = t->whole.is.user, to = t->ask->to;
	bool done;
	int r;

	r = hold_own(t->ctx, &t->whole, to, t->n_left);
	FAULT_POINT("transfer.after_count");
	if (r == HOLD_E_LIMIT)
		return TRANSFER_E_LIMIT;
	if (r != HOLD_OK)
		return r < 0 ? r : OFFER_E_NONE;
	r = commit(t, &done);
	if (r != DB_F_UNKNOWN)
		hold_disown(t->ctx, &t->whole, done ? was : to, t->n_left);
	FAULT_POINT("transfer.after_mirror");
	return r;
}

static int
attempt(struct attempt *t)
{
	bool done;
	int r = find(t);

	if (r != OFFER_OK)
		return r;
	/* It is his already: nothing is counted. */
	if (t->whole.is.user == t->ask->to || t->n_left == 0)
		return commit(t, &done);
	return count_and_commit(t);
}

int
transfer_make(struct ctx *ctx, const struct transfer *ask, struct span *number)
{
	struct attempt t = { .ctx = ctx, .ask = ask };
	int r = AGAIN;

	if (ask->by == NULL) {
		t.digest = offer_digest(ctx, ask->token);
		if (!span_is(t.digest))
			return OFFER_E_NONE;
	}
	for (int i = 0; i < TRIES && r == AGAIN; i++)
		r = attempt(&t);
	*number = t.number;
	if (r != AGAIN)
		return r;
	LOG(WARN, "transfer-unsettled", LSPAN("reservation", t.number));
	return DB_F_TIMEOUT;
}

int
transfer_list(struct ctx *ctx, int64_t user, int64_t before_id, size_t max,
    struct transfer_item **out, size_t *n, bool *more)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user),
		db_i64(a, before_id), db_i64(a, (int64_t)max + 1) };
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_transfer_list, 3, params, &rows);
	if (r != 0)
		return r;
	*more = rows.n_rows > max;
	*n = MIN(rows.n_rows, max);
	*out = ARENA_ARRAY(a, *n + 1, struct transfer_item);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct transfer_item){
			.id = db_get_i64(&rows, i, 0),
			.number = db_cell(&rows, i, 1),
			.performance = db_get_i64(&rows, i, 2),
			.at_ms = db_get_i64(&rows, i, 3),
			.to = db_cell(&rows, i, 4),
			.n_places = db_get_i64(&rows, i, 5),
		};
	return OFFER_OK;
}
