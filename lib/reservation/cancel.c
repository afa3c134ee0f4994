/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cancel - give back seats of a reservation, and have the money returned
 *
 * The answer is stored by the transaction it tells of, so it is written
 * before, from the reservation as it was read; the transaction does nothing
 * when seats were given back since, or something else is due for them, and all
 * begins anew. Almost each such turn is somebody else's success, so there are
 * hardly more than seats.
 *
 * Layer: domain.  Uses: base, store, hold, payment, idem.
 */
#include "reservation/cancel.h"

#include "base/fault.h"
#include "base/log.h"
#include "catalog/price_list.h"
#include "hold/hold_pay.h"
#include "payment/payment.h"
#include "reservation/refund_shares.h"
#include "reservation/reservation_row.h"
#include "store/read.h"

#define TRIES (HOLD_SEATS_MAX + 1)

/* From the start: since the reservation was read seats were given back, or
 * something else is due. */
#define AGAIN 1000

SQL(cancel_find,
    "SELECT " RESERVATION_COLUMNS
    ", r.hold_token, " REFUND_SHARES_COLUMNS RESERVATION_FROM("$3", "$4")
	REFUND_SHARES_FROM " WHERE r.number = $1 AND r.user_id = $2");

struct attempt {
	struct ctx *ctx;
	const struct cancel *ask;
	struct cancel_result *out;
	struct reservation was;
	struct span hold_token;
	bool asked;     /* somebody outside was, and is asked again */
	bool at_once;   /* or the money is back, and the seats are free */
	size_t n_seats; /* to be given back now, sorted */
	int64_t seats[HOLD_SEATS_MAX];
	int64_t amount_minor, at_ms; /* what comes back for them, and when */
	struct refund_shares shares;
};

/* ---- what there is, and what of it is asked for ---- */

static int
find(struct attempt *t)
{
	struct arena *a = &t->ctx->arena;
	const struct db_param params[] = {
		db_text(a, reservation_number_typed(a, t->ask->number)),
		db_i64(a, t->ask->user), reservation_at(t->ctx),
		reservation_minutes(t->ctx)
	};
	const struct payment_method *method;
	struct db_rows rows;
	int r;

	r = db_read_primary(t->ctx, &sql_cancel_find, 4, params, &rows);
	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : CANCEL_E_NONE;
	reservation_row_read(a, &rows, 0, &t->was);
	t->hold_token = db_cell(&rows, 0, RESERVATION_N_COLUMNS);
	method = payment_method_find(t->was.method);
	if (method == NULL)
		return DB_F_STATEMENT;
	t->asked = !payment_at_once(method);
	refund_shares_read(a, &rows, 0, RESERVATION_N_COLUMNS + 1, &t->shares);
	t->amount_minor = 0;
	t->at_ms = t->ctx->now_ms;
	return CANCEL_OK;
}

static bool
is_among(int64_t seat, const int64_t *seats, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seats[i] == seat)
			return true;
	return false;
}

/* The last n of those that are left, of a type, or of any (-1), are chosen.
 * returns: whether there are as many */
static bool
choose_last(const struct reservation *was, int64_t type, int64_t n,
    bool *chosen)
{
	for (size_t i = was->n_seats; n > 0 && i-- > 0;) {
		if (reservation_gave_back(was, was->seats[i])
		    || (type >= 0 && reservation_type(was, i) != type))
			continue;
		chosen[i] = true;
		n--;
	}
	return n == 0;
}

/* Whether those that are left cost the same. */
static bool
cost_the_same(const struct reservation *was)
{
	int64_t price = -1;

	for (size_t i = 0; i < was->n_seats; i++) {
		if (reservation_gave_back(was, was->seats[i]))
			continue;
		if (price >= 0 && price != was->prices[i])
			return false;
		price = was->prices[i];
	}
	return true;
}

static int
choose_tickets(struct attempt *t, bool *chosen)
{
	const struct cancel *ask = t->ask;
	const struct price_list *list;
	int r;

	r = price_list_get(t->ctx, t->was.performance, t->was.price_version,
	    HALL_FROM_PRIMARY, &list);
	for (size_t i = 0; r == 0 && i < ask->n_tickets; i++) {
		int type = price_list_find(list, ask->tickets[i].code);

		if (type < 0
		    || !choose_last(&t->was, list->types[type].no,
			ask->tickets[i].n, chosen))
			r = CANCEL_E_TICKETS;
	}
	return r;
}

static int
choose_quantity(struct attempt *t, bool *chosen)
{
	const struct reservation *was = &t->was;
	int64_t left = (int64_t)(was->n_seats - was->n_cancelled);
	int64_t quantity = t->ask->quantity;

	if (quantity > left)
		return CANCEL_E_QUANTITY;
	if (quantity > 0 && !cost_the_same(was))
		return CANCEL_E_MIXED;
	(void)choose_last(was, -1, quantity > 0 ? quantity : left, chosen);
	return CANCEL_OK;
}

/* The last ones: but for their tickets they are all alike. Seats of it nobody
 * can name. */
static int
choose_places(struct attempt *t)
{
	const struct reservation *was = &t->was;
	bool chosen[HOLD_SEATS_MAX] = { false };
	int r;

	if (t->ask->n_seats > 0)
		return CANCEL_E_SEAT;
	if (was->n_cancelled == was->n_seats)
		return CANCEL_E_ALREADY;
	r = t->ask->n_tickets > 0 ? choose_tickets(t, chosen)
				  : choose_quantity(t, chosen);
	if (r != CANCEL_OK)
		return r;
	t->n_seats = 0;
	for (size_t i = 0; i < was->n_seats; i++)
		if (chosen[i])
			t->seats[t->n_seats++] = was->seats[i];
	return CANCEL_OK;
}

static int
choose(struct attempt *t)
{
	const struct reservation *was = &t->was;
	const struct cancel *ask = t->ask;

	if (was->section_no > 0)
		return choose_places(t);
	if (ask->quantity > 0 || ask->n_tickets > 0)
		return CANCEL_E_QUANTITY;
	for (size_t i = 0; i < ask->n_seats; i++)
		if (!is_among(ask->seats[i], was->seats, was->n_seats))
			return CANCEL_E_SEAT;
	t->n_seats = 0;
	for (size_t i = 0; i < was->n_seats; i++) {
		int64_t seat = was->seats[i];

		if (reservation_gave_back(was, seat)
		    || (ask->n_seats > 0
			&& !is_among(seat, ask->seats, ask->n_seats)))
			continue;
		t->seats[t->n_seats++] = seat;
	}
	return t->n_seats > 0 ? CANCEL_OK : CANCEL_E_ALREADY;
}

/* What comes back for them: by the policy, or all where an operator does it. */
static int
reckon(struct attempt *t)
{
	const struct reservation *was = &t->was;

	t->out->until_ms = was->due.until_ms;
	if (was->due.late && t->ask->by == NULL)
		return CANCEL_E_LATE;
	for (size_t i = 0; i < was->n_seats; i++)
		if (is_among(was->seats[i], t->seats, t->n_seats))
			t->amount_minor += t->ask->by != NULL
			    ? was->prices[i]
			    : was->due.amounts[i];
	t->at_once = !t->asked || t->amount_minor == 0;
	refund_shares_cut(&t->shares, t->amount_minor);
	return CANCEL_OK;
}

/* ---- the reservation as it will be ---- */

static struct reservation
after(const struct attempt *t)
{
	struct arena *a = &t->ctx->arena;
	struct reservation r = t->was;
	int64_t *cancelled = ARENA_ARRAY(a, r.n_seats, int64_t);
	struct refund *refunds = ARENA_ARRAY(a, r.n_refunds + t->shares.n,
	    struct refund);

	r.n_cancelled = 0;
	for (size_t i = 0; i < r.n_seats; i++)
		if (reservation_gave_back(&t->was, r.seats[i])
		    || is_among(r.seats[i], t->seats, t->n_seats))
			cancelled[r.n_cancelled++] = r.seats[i];
	r.cancelled = cancelled;
	for (size_t i = 0; i < r.n_refunds; i++)
		refunds[i] = r.refunds[i];
	refund_shares_add(&t->shares, t->at_ms,
	    t->at_once ? SPAN_LIT("DONE") : SPAN_LIT("SENT"), refunds,
	    &r.n_refunds);
	r.refunds = refunds;
	r.status = r.n_cancelled == r.n_seats ? SPAN_LIT("CANCELLED")
					      : SPAN_LIT("PARTLY_CANCELLED");
	return r;
}

/* ---- the transaction, and what follows ---- */

static int
call(struct attempt *t, struct span answer, struct db_rows *out)
{
	const struct payment_refund refund = { .idem = t->ask->idem,
		.answer = answer,
		.payments = t->shares.payments,
		.ids = t->shares.ids,
		.amounts = t->shares.amounts,
		.n_shares = t->shares.n,
		.reservation = t->was.id,
		.cancelled = t->was.cancelled,
		.n_cancelled = t->was.n_cancelled,
		.n_moves = t->was.n_moves,
		.seats = t->seats,
		.n_seats = t->n_seats,
		.at_ms = t->at_ms,
		.by = t->ask->by,
		.till = t->ask->till,
		.slip = t->ask->slip };
	int r;

	r = payment_refund(t->ctx, &refund, out);
	if (r == PAYMENT_E_TILL)
		return CANCEL_E_TILL;
	return r == PAYMENT_E_FULL ? CANCEL_E_FULL : r;
}

/* What is known of a key, as our outcomes; < 0 a fault. */
static int
as_cancel(int idem, int otherwise)
{
	static const int outcomes[] = {
		[IDEM_E_REPLAY] = CANCEL_E_REPLAY,
		[IDEM_E_MISMATCH] = CANCEL_E_MISMATCH,
		[IDEM_E_RUNNING] = CANCEL_E_RUNNING,
	};

	return idem < 0 ? idem : idem > 0 ? outcomes[idem] : otherwise;
}

static int
outcome_of(struct attempt *t, const struct db_rows *rows)
{
	int r = CANCEL_OK;

	if (span_eq_str(db_cell(rows, 0, 0), "again"))
		r = AGAIN;
	return as_cancel(idem_read(t->ctx, rows, &t->out->answer), r);
}

/* Some seats of the hold the reservation was made from. */
static bool
as_hold(const struct attempt *t, const int64_t *seats, size_t n,
    struct hold *out)
{
	*out = (struct hold){ .token = t->hold_token };
	if (!hold_token_read(t->hold_token, &out->is.token)
	    || n > HOLD_SEATS_MAX)
		return false;
	out->is.user = t->was.user;
	out->is.section_no = t->was.section_no;
	out->is.n_seats = n;
	memcpy(out->is.seats, seats, n * sizeof(*seats));
	return true;
}

static void
mirror(struct attempt *t)
{
	struct hold whole, part;

	FAULT_POINT("cancel.before_mirror");
	if (!as_hold(t, t->was.seats, t->was.n_seats, &whole)
	    || !as_hold(t, t->seats, t->n_seats, &part))
		LOG(ERROR, "hold-token-invalid",
		    LINT("reservation", t->was.id));
	else
		hold_given_back(t->ctx, &whole, &part,
		    t->at_once ? HOLD_BACK_FREE : HOLD_BACK_WAITS);
	FAULT_POINT("cancel.after_mirror");
}

static int
give_back(struct attempt *t)
{
	struct reservation will_be = after(t);
	struct span answer = t->ask->answer(t->ctx, t->ask->answer_arg,
	    &will_be);
	struct db_rows rows;
	int r;

	FAULT_POINT("cancel.before_commit");
	r = call(t, answer, &rows);
	FAULT_POINT("cancel.after_commit");
	if (r == 0)
		r = outcome_of(t, &rows);
	if (r == CANCEL_OK) {
		t->out->answer = (struct idem_answer){ 200, answer };
		mirror(t);
	}
	return r;
}

/* It cannot be done; but perhaps the key was answered before. */
static int
refused(struct attempt *t, int outcome)
{
	return as_cancel(idem_look(t->ctx, t->ask->idem, &t->out->answer),
	    outcome);
}

static int
attempt(struct attempt *t)
{
	int r = find(t);

	if (r == CANCEL_OK)
		r = choose(t);
	if (r == CANCEL_OK)
		r = reckon(t);
	if (r > 0)
		return refused(t, r);
	return r < 0 ? r : give_back(t);
}

int
cancel_make(struct ctx *ctx, const struct cancel *ask,
    struct cancel_result *out)
{
	struct attempt t = { .ctx = ctx, .ask = ask, .out = out };
	int r = AGAIN;

	for (int i = 0; i < TRIES && r == AGAIN; i++)
		r = attempt(&t);
	if (r != AGAIN)
		return r;
	LOG(WARN, "cancel-unsettled", LINT("reservation", t.was.id));
	return DB_F_TIMEOUT;
}
