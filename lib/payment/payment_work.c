/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_work - payments and refunds that a provider is asked about
 *
 * A piece of work lives from being taken to being left: longer than a round,
 * so its memory is nobody's arena. Whoever ends a payment also tells Redis at
 * once; who dies before that leaves the phase "ended".
 *
 * Layer: domain.  Uses: base, store, hold, provider.
 */
#include "payment/payment_work.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/mem.h"
#include "hold/hold_pay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Longer than a step may take outside, by far. */
#define LEASE_MS 30000
/* Waits before the same is asked again, doubled each time: of a call that may
 * have taken the money; of any other. */
#define ASK_AGAIN_MS 15000
#define TRY_AGAIN_MS 2000
#define AGAIN_MAX_MS 30000
/* What a provider may ask for. */
#define RETRY_AFTER_MAX_MS INT64_C(120000)
/* How often a payment is looked at whose buyer is at his bank. */
#define BUYER_MS 3000
/* What a provider refuses to give back is a person's affair. */
#define REFUSED_MS INT64_C(3600000)
/* Taken up a second, of payments and of refunds, and at once where none were
 * for a while: each asks an endpoint once, or twice, and a provider lets in 25,
 * in any second. */
#define TAKEN_PER_S 20
#define TAKEN_MAX 5
#define SECOND_US INT64_C(1000000)
/* Providers forget a key after a day. */
#define KEY_LIFE_MS (INT64_C(23) * 3600 * 1000)
#define REFUND_KEY_LIFE_MS (INT64_C(12) * 3600 * 1000)

/* Mostly there is nothing: to see that costs a tenth of taking it. */
SQL(payment_due,
    "SELECT EXISTS (SELECT FROM payment_outside AS o WHERE o.phase IS NOT NULL"
    "  AND o.look_at <= t.at AND o.owned_until <= t.at),"
    " EXISTS (SELECT FROM refund_outside AS o WHERE NOT o.over"
    "  AND o.look_at <= t.at AND o.owned_until <= t.at)"
    " FROM (SELECT coalesce($1, clock_timestamp()) AS at) AS t");
SQL(payment_take,
    "SELECT o.payment_id, o.phase, o.provider, o.outside_ref, o.outside_id,"
    " o.account, o.source, o.return_url, o.owner, o.tries, p.status, p.amount,"
    " p.currency,"
    " coalesce($3, clock_timestamp()) >= o.deadline_at,"
    " (coalesce(extract(epoch FROM coalesce($3, clock_timestamp())"
    "  - o.asked_at), 0) * 1000)::bigint,"
    " (extract(epoch FROM p.created_at) * 1000)::bigint, h.user_id, h.token,"
    " CASE WHEN m.payment_id IS NULL THEN h.seats ELSE move_new(m) END,"
    " coalesce(h.section_no, 0), r.seats, move_gone(m)"
    " FROM payment_take($1, $2, $3) AS o"
    " JOIN payments AS p ON p.id = o.payment_id"
    " JOIN holds AS h ON h.token = token_hold(p.hold_token)"
    " LEFT JOIN payment_moves AS m ON m.payment_id = p.id"
    " LEFT JOIN reservations AS r ON r.id = m.reservation_id");
/* The same columns: whose outside_ref and id are the payment's. */
SQL(refund_take,
    "SELECT o.refund_id, o.outside_ref, x.provider, x.outside_ref,"
    " x.outside_id, x.account, NULL, NULL, o.owner, o.tries, f.status,"
    " f.amount, f.currency, false,"
    " (extract(epoch FROM coalesce($3, clock_timestamp())"
    "  - o.asked_at) * 1000)::bigint,"
    " (extract(epoch FROM f.created_at) * 1000)::bigint, h.user_id, h.token,"
    " coalesce(o.seats, '{}'), coalesce(h.section_no, 0)"
    " FROM refund_take($1, $2, $3) AS o"
    " JOIN refunds AS f ON f.id = o.refund_id"
    " JOIN payments AS p ON p.id = f.payment_id"
    " JOIN payment_outside AS x ON x.payment_id = p.id"
    " JOIN holds AS h ON h.token = token_hold(p.hold_token)");
SQL(refund_leave, "SELECT refund_leave($1, $2, $3, $4)");
SQL(refund_done, "SELECT refund_done($1, $2, $3)");
SQL(refund_refused, "SELECT alarm_refund('refund-refused', $1)");
SQL(payment_go, "SELECT payment_go($1, $2, $3, $4, $5, $6)");
SQL(payment_leave, "SELECT payment_leave($1, $2, $3, $4, $5, $6)");
SQL(payment_cancel, "SELECT payment_cancel($1, $2)");
SQL(payment_confirm, "SELECT payment_confirm($1, $2, $3, $4)");
SQL(payment_decline,
    "SELECT outcome, left_ms FROM payment_decline($1, $2, $3)");
SQL(payment_told, "SELECT payment_told($1, $2)");

#define OWNER_LEN 36
#define TEXT_LEN 255
#define URL_LEN 511

enum step { CREATE, CONFIRM, FIND, CANCEL, REFUND, FIND_REFUND };

/* Of a payment, or of a refund. */
struct item {
	struct payment_work *work;
	bool taken;
	enum step step;
	const struct provider *provider;
	int64_t id; /* of the payment; of the refund */
	char owner[OWNER_LEN + 1];
	char ref[TEXT_LEN + 1], outside_id[TEXT_LEN + 1], source[TEXT_LEN + 1];
	char account[TEXT_LEN + 1], refund_ref[TEXT_LEN + 1];
	char return_url[URL_LEN + 1];
	char currency[4];
	int64_t amount_minor, tries, made_ms, asked_ms;
	/* over: it has its end, and Redis knows; moves: it is for a move. */
	bool canceling, over, moves;
	/* token, user, section and seats: of a refund, those that wait for it;
	 * of a move, those that the reservation gets, all that it has, and
	 * those that it gives up. */
	struct hold hold, whole, gone;
};

/* So many may still be taken up. */
struct tokens {
	int64_t n, since_us;
};

struct payment_work {
	const struct provider *(*find)(struct span name);
	struct tokens tokens[2]; /* of payments; of refunds */
	struct ctx *ctx;         /* of the rounds */
	size_t n_taken, n_done;
	int fault; /* since the round before, the first */
	struct item items[PAYMENT_WORK_MAX];
};

/* ---- items ---- */

static struct item *
free_item(struct payment_work *work)
{
	for (size_t i = 0; i < PAYMENT_WORK_MAX; i++)
		if (!work->items[i].taken)
			return &work->items[i];
	return NULL;
}

/* It is worked on no more; its lease ends by itself where nobody was told. */
static void
drop(struct item *item)
{
	item->work->n_taken--;
	item->taken = false;
}

static int
note(struct item *item, int r)
{
	if (r < 0 && item->work->fault == 0)
		item->work->fault = r;
	return r;
}

static void
read_seats(struct arena *a, const struct db_rows *rows, size_t row,
    size_t column, struct hold *out)
{
	const int64_t *seats = db_get_i64s(a, rows, row, column,
	    &out->is.n_seats);

	out->is.n_seats = MIN(out->is.n_seats, HOLD_SEATS_MAX);
	memcpy(out->is.seats, seats, out->is.n_seats * sizeof(*seats));
}

/* ---- statements ---- */

static int
run(struct item *item, const struct sql *sql, int n,
    const struct db_param *params, struct db_rows *rows)
{
	struct ctx *ctx = item->work->ctx;
	int r = db_run(ctx->primary, &ctx->arena, sql, n, params, rows);

	/* Whatever it was, it says the same once more. */
	if (r == DB_F_UNKNOWN)
		r = db_run(ctx->primary, &ctx->arena, sql, n, params, rows);
	return note(item, db_sure(r));
}

static struct db_param
text_or_null(struct ctx *ctx, const char *text)
{
	return text[0] == '\0' ? db_str(NULL)
			       : db_text(&ctx->arena, span_str(text));
}

/* Before it is asked again; the provider may know better. */
static int64_t
wait_ms(const struct item *item, int64_t first_ms,
    const struct provider_answer *answer)
{
	int64_t ms = first_ms << MIN(item->tries, 10);

	return MAX(MIN(ms, AGAIN_MAX_MS),
	    MIN(answer->retry_after_ms, RETRY_AFTER_MAX_MS));
}

/* Looked at later, by whoever it is. */
static void
leave(struct item *item, struct span next, int64_t ms)
{
	struct ctx *ctx = item->work->ctx;
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, item->id),
		db_str(item->owner), text_or_null(ctx, item->outside_id),
		db_text(a, next), db_i64(a, ms), db_now(&ctx->arena) };

	FAULT_POINT("ask.before_leave");
	(void)run(item, &sql_payment_leave, ARRAY_LEN(params), params, NULL);
	FAULT_POINT("ask.after_leave");
	drop(item);
}

/* ---- the ends ---- */

/* Redis knows; or the next one tells it. */
static void
told(struct item *item, int r)
{
	struct arena *a = &item->work->ctx->arena;
	const struct db_param params[] = { db_i64(a, item->id), db_now(a) };

	if (note(item, r) >= 0)
		(void)run(item, &sql_payment_told, ARRAY_LEN(params), params,
		    NULL);
	FAULT_POINT("ask.after_told");
	drop(item);
}

/* Seats that it got are its own; what it did not get is free. */
static void
end_move(struct item *item, bool paid)
{
	struct ctx *ctx = item->work->ctx;

	if (paid)
		hold_moved(ctx, &item->whole, &item->hold, &item->gone,
		    HOLD_BACK_FREE);
	else if (!item->over)
		hold_untake(ctx, &item->hold);
	if (paid)
		drop(item);
	else
		told(item, 0);
}

static void
end(struct item *item, struct span outcome, int64_t left_ms)
{
	bool paid = span_eq_str(outcome, "paid");
	struct ctx *ctx = item->work->ctx;

	item->work->n_done++;
	if (span_eq_str(outcome, "late"))
		LOG(ERROR, "payment-late", LINT("payment", item->id));
	if (item->moves) {
		end_move(item, paid);
		return;
	}
	if (paid) {
		hold_paid(ctx, &item->hold);
		drop(item);
		return;
	}
	if (span_eq_str(outcome, "late")) {
		told(item,
		    item->over ? 0 : hold_lose(ctx, &item->hold, NULL, 0));
		return;
	}
	told(item, item->over ? 0 : hold_unpay_for(ctx, &item->hold, left_ms));
}

static void
confirm(struct item *item, const struct provider_answer *answer)
{
	struct ctx *ctx = item->work->ctx;
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, item->id),
		db_i64(a, answer->amount_minor), db_text(a, answer->currency),
		db_time(a, ctx->now_ms) };
	struct db_rows rows;

	if (answer->amount_minor != item->amount_minor
	    || !span_eq_str(answer->currency, item->currency))
		LOG(ERROR, "payment-of-another-amount",
		    LINT("payment", item->id),
		    LINT("captured", answer->amount_minor));
	FAULT_POINT("ask.before_confirm");
	if (run(item, &sql_payment_confirm, ARRAY_LEN(params), params, &rows)
	    != 0) {
		drop(item);
		return;
	}
	FAULT_POINT("ask.after_confirm");
	end(item, db_cell(&rows, 0, 0), 0);
}

/* Also for one that had its end, of which Redis was not told. */
static void
decline(struct item *item, const char *reason)
{
	struct ctx *ctx = item->work->ctx;
	const struct db_param params[] = { db_i64(&ctx->arena, item->id),
		db_str(reason), db_now(&ctx->arena) };
	struct db_rows rows;

	FAULT_POINT("ask.before_decline");
	if (run(item, &sql_payment_decline, ARRAY_LEN(params), params, &rows)
	    != 0) {
		drop(item);
		return;
	}
	FAULT_POINT("ask.after_decline");
	end(item, db_cell(&rows, 0, 0), db_get_i64(&rows, 0, 1));
}

/* ---- the calls ---- */

static void ask(struct item *item, enum step step);

/* The call that may take the money, once that is committed. */
static void
go(struct item *item)
{
	struct ctx *ctx = item->work->ctx;
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, item->id),
		db_str(item->owner), text_or_null(ctx, item->outside_id),
		db_str(item->provider->key_id(ctx)), db_i64(a, LEASE_MS),
		db_now(&ctx->arena) };
	struct db_rows rows;

	FAULT_POINT("ask.before_asking");
	if (run(item, &sql_payment_go, ARRAY_LEN(params), params, &rows) != 0) {
		drop(item);
		return;
	}
	FAULT_POINT("ask.after_asking");
	if (db_get_bool(&rows, 0, 0))
		ask(item, CONFIRM);
	else
		leave(item, SPAN_NONE, 0);
}

/* It is given up, which is committed before the provider is told. */
static void
cancel(struct item *item, const char *reason)
{
	const struct db_param params[] = {
		db_i64(&item->work->ctx->arena, item->id), db_str(reason)
	};
	struct db_rows rows;

	FAULT_POINT("ask.before_cancel");
	if (run(item, &sql_payment_cancel, ARRAY_LEN(params), params, &rows)
	    != 0) {
		drop(item);
		return;
	}
	FAULT_POINT("ask.after_cancel");
	item->canceling = true;
	ask(item, CANCEL);
}

/* ---- what is answered ---- */

static void
created(struct item *item, const struct provider_answer *answer)
{
	if (answer->said == PROVIDER_DONE) {
		SPAN_COPY(item->outside_id, answer->outside_id);
		go(item);
	} else if (answer->said == PROVIDER_REFUSED) {
		decline(item,
		    arena_str(&item->work->ctx->arena, answer->reason));
	} else {
		leave(item, SPAN_NONE, wait_ms(item, TRY_AGAIN_MS, answer));
	}
}

/* A refusal leaves the provider's part open: only when that is cancelled will
 * the money never be taken. */
static void
looked(struct item *item, const struct provider_answer *answer)
{
	switch (answer->said) {
	case PROVIDER_DONE:
		confirm(item, answer);
		return;
	case PROVIDER_REFUSED:
		if (item->over)
			told(item, 0);
		else
			cancel(item,
			    arena_str(&item->work->ctx->arena, answer->reason));
		return;
	case PROVIDER_BUYER:
		leave(item, answer->redirect, BUYER_MS);
		return;
	default:
		leave(item, SPAN_NONE, wait_ms(item, ASK_AGAIN_MS, answer));
	}
}

static void
cancelled(struct item *item, const struct provider_answer *answer)
{
	if (answer->said == PROVIDER_DONE && answer->amount_minor > 0)
		confirm(item, answer);
	else if (answer->said == PROVIDER_DONE)
		decline(item, "cancelled");
	else
		leave(item, SPAN_NONE, wait_ms(item, TRY_AGAIN_MS, answer));
}

static void refunded(struct item *item, const struct provider_answer *answer);

static void
take_answer(void *arg, const struct provider_answer *answer)
{
	static void (*const by_step[])(struct item * item,
	    const struct provider_answer *answer) = {
		[CREATE] = created,
		[CONFIRM] = looked,
		[FIND] = looked,
		[CANCEL] = cancelled,
		[REFUND] = refunded,
		[FIND_REFUND] = refunded,
	};
	struct item *item = arg;

	FAULT_POINT("ask.after_call");
	by_step[item->step](item, answer);
}

static void
ask(struct item *item, enum step step)
{
	const struct provider *p = item->provider;
	provider_step_fn *const by_step[] = { p->create, p->confirm, p->find,
		p->cancel, p->refund, p->find_refund };
	const struct provider_ask what = { .ref = span_str(item->ref),
		.outside_id = span_str(item->outside_id),
		.source = span_str(item->source),
		.account = span_str(item->account),
		.refund_ref = span_str(item->refund_ref),
		.currency = span_str(item->currency),
		.return_url = span_str(item->return_url),
		.amount_minor = item->amount_minor,
		.made_ms = item->made_ms };

	item->step = step;
	FAULT_POINT("ask.before_call");
	by_step[step](item->work->ctx, &what, take_answer, item);
}

/* ---- payments ---- */

/* What comes next for one that was taken. */
static void
begin(struct item *item, struct span phase, bool late)
{
	if (span_eq_str(phase, "ended"))
		decline(item, "ended");
	else if (late && span_eq_str(phase, "made"))
		decline(item, "deadline");
	else if (item->provider == NULL)
		leave(item, SPAN_NONE, TRY_AGAIN_MS);
	else if (span_eq_str(phase, "look"))
		ask(item, FIND);
	else if (item->canceling)
		ask(item, CANCEL);
	else if (late)
		cancel(item, "deadline");
	else if (span_eq_str(phase, "made"))
		ask(item, CREATE);
	else if (span_eq_str(phase, "asking") && item->asked_ms < KEY_LIFE_MS)
		go(item);
	else
		ask(item, FIND);
}

/* ---- refunds ---- */

static void
leave_refund(struct item *item, int64_t ms)
{
	struct ctx *ctx = item->work->ctx;
	const struct db_param params[] = { db_i64(&ctx->arena, item->id),
		db_str(item->owner), db_i64(&ctx->arena, ms),
		db_now(&ctx->arena) };

	(void)run(item, &sql_refund_leave, ARRAY_LEN(params), params, NULL);
	drop(item);
}

/* It is asked for again; meanwhile somebody may find another way. */
static void
refund_is_refused(struct item *item, struct span reason)
{
	const struct db_param id = db_i64(&item->work->ctx->arena, item->id);

	LOG(ERROR, "refund-refused", LINT("refund", item->id),
	    LINT("amount", item->amount_minor), LSPAN("reason", reason));
	FAULT_POINT("refund.before_alarm");
	if (run(item, &sql_refund_refused, 1, &id, NULL) == 0)
		leave_refund(item, REFUSED_MS);
	else
		drop(item);
}

/* The seats that wait for no other are for sale again. */
static void
refund_is_done(struct item *item, struct span outside_id)
{
	struct ctx *ctx = item->work->ctx;
	const struct db_param params[] = { db_i64(&ctx->arena, item->id),
		db_text(&ctx->arena, outside_id),
		db_time(&ctx->arena, ctx->now_ms) };
	struct db_rows rows;

	FAULT_POINT("refund.before_done");
	if (run(item, &sql_refund_done, ARRAY_LEN(params), params, &rows)
	    == 0) {
		FAULT_POINT("refund.after_done");
		read_seats(&ctx->arena, &rows, 0, 0, &item->hold);
		if (item->hold.is.n_seats > 0)
			hold_given_back(ctx, NULL, &item->hold, HOLD_BACK_DONE);
		item->work->n_done++;
	}
	drop(item);
}

static void
refunded(struct item *item, const struct provider_answer *answer)
{
	if (answer->said == PROVIDER_DONE) {
		refund_is_done(item, answer->outside_id);
	} else if (item->step == FIND_REFUND
	    && answer->said == PROVIDER_REFUSED) {
		/* He has none by this name. */
		ask(item, REFUND);
	} else if (answer->said == PROVIDER_REFUSED) {
		refund_is_refused(item, answer->reason);
	} else {
		leave_refund(item, wait_ms(item, ASK_AGAIN_MS, answer));
	}
}

static void
begin_refund(struct item *item)
{
	if (item->amount_minor == 0)
		refund_is_done(item, SPAN_NONE);
	else if (item->provider == NULL)
		leave_refund(item, TRY_AGAIN_MS);
	else
		ask(item,
		    item->asked_ms < REFUND_KEY_LIFE_MS ? REFUND : FIND_REFUND);
}

/* ---- taking ---- */

/* Columns of both statements. */
enum {
	ID,
	WORD, /* the phase; of a refund, its name outside */
	PROVIDER,
	REF,
	OUTSIDE_ID,
	ACCOUNT,
	SOURCE,
	RETURN_URL,
	OWNER,
	TRIES,
	STATUS,
	AMOUNT,
	CURRENCY,
	LATE,
	ASKED_MS, /* ago */
	MADE_MS,
	USER,
	TOKEN,
	SEATS,
	SECTION,
	WHOLE, /* of a move; of payments alone */
	GONE
};

static bool
read_hold(struct arena *a, const struct db_rows *rows, size_t i,
    struct hold *out)
{
	out->is.user = db_get_i64(rows, i, USER);
	out->is.section_no = db_get_i64(rows, i, SECTION);
	read_seats(a, rows, i, SEATS, out);
	return hold_token_read(db_cell(rows, i, TOKEN), &out->is.token);
}

static void
read_move(struct arena *a, const struct db_rows *rows, size_t i,
    struct item *out)
{
	out->moves = !db_is_null(rows, i, WHOLE);
	if (!out->moves)
		return;
	out->whole = out->gone = out->hold;
	read_seats(a, rows, i, WHOLE, &out->whole);
	read_seats(a, rows, i, GONE, &out->gone);
}

/* Where nobody said it, a buyer comes back to what our page shows of it. */
static void
keep_return_url(struct item *item, struct span asked)
{
	const struct settings *set = &item->work->ctx->set;

	if (span_is(asked))
		SPAN_COPY(item->return_url, asked);
	else
		snprintf(item->return_url, sizeof(item->return_url),
		    "%s/payments/%" PRId64, set->public_url, item->id);
}

/* false: nobody here can work on it. */
static bool
read_item(struct payment_work *work, const struct db_rows *rows, size_t i,
    struct item *out)
{
	struct span status = db_cell(rows, i, STATUS);

	*out = (struct item){ .work = work,
		.id = db_get_i64(rows, i, ID),
		.tries = db_get_i64(rows, i, TRIES),
		.amount_minor = db_get_i64(rows, i, AMOUNT),
		.asked_ms = db_get_i64(rows, i, ASKED_MS),
		.made_ms = db_get_i64(rows, i, MADE_MS),
		.canceling = span_eq_str(status, "CANCELING"),
		.over = span_eq_str(db_cell(rows, i, WORD), "look") };
	SPAN_COPY(out->ref, db_cell(rows, i, REF));
	SPAN_COPY(out->outside_id, db_cell(rows, i, OUTSIDE_ID));
	SPAN_COPY(out->account, db_cell(rows, i, ACCOUNT));
	SPAN_COPY(out->source, db_cell(rows, i, SOURCE));
	keep_return_url(out, db_cell(rows, i, RETURN_URL));
	memcpy(out->owner, db_cell(rows, i, OWNER).p, OWNER_LEN);
	memcpy(out->currency, db_cell(rows, i, CURRENCY).p, 3);
	out->provider = work->find(db_cell(rows, i, PROVIDER));
	if (out->provider == NULL)
		LOG(ERROR, "provider-gone", LINT("id", out->id),
		    LSPAN("provider", db_cell(rows, i, PROVIDER)));
	return read_hold(&work->ctx->arena, rows, i, &out->hold);
}

/* A bucket that a second fills. */
static int64_t
fill(struct tokens *t)
{
	int64_t now_us = clock_mono_us();
	int64_t more = (now_us - t->since_us) * TAKEN_PER_S / SECOND_US;

	if (more > 0) {
		t->n = MIN(t->n + more, TAKEN_MAX);
		t->since_us = now_us;
	}
	return t->n;
}

static int
take(struct payment_work *work, const struct sql *sql, bool refunds)
{
	struct ctx *ctx = work->ctx;
	struct arena *a = &ctx->arena;
	struct tokens *tokens = &work->tokens[refunds];
	int64_t max = MIN(fill(tokens),
	    (int64_t)(PAYMENT_WORK_MAX - work->n_taken));
	const struct db_param params[] = { db_i64(a, max), db_i64(a, LEASE_MS),
		db_now(&ctx->arena) };
	struct db_rows rows;
	int r;

	if (max == 0)
		return 0;
	r = db_sure(
	    db_run(ctx->primary, a, sql, ARRAY_LEN(params), params, &rows));
	if (r == 0)
		tokens->n -= (int64_t)rows.n_rows;
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++) {
		struct item *item = free_item(work);

		if (!read_item(work, &rows, i, item))
			continue;
		item->taken = true;
		work->n_taken++;
		if (refunds) {
			SPAN_COPY(item->refund_ref, db_cell(&rows, i, WORD));
			begin_refund(item);
		} else {
			read_move(a, &rows, i, item);
			begin(item, db_cell(&rows, i, WORD),
			    db_get_bool(&rows, i, LATE));
		}
	}
	return r;
}

/* ---- rounds ---- */

struct payment_work *
payment_work_open(const struct provider *(*find)(struct span name))
{
	struct payment_work *work = mem_zget(sizeof(*work));

	work->find = find;
	return work;
}

void
payment_work_close(struct payment_work *work)
{
	free(work);
}

static int
take_due(struct payment_work *work)
{
	const struct db_param now = db_now(&work->ctx->arena);
	struct db_rows due;
	int r = db_sure(db_run(work->ctx->primary, &work->ctx->arena,
	    &sql_payment_due, 1, &now, &due));

	if (r == 0 && db_get_bool(&due, 0, 0))
		r = take(work, &sql_payment_take, false);
	FAULT_POINT("ask.after_take");
	if (r == 0 && db_get_bool(&due, 0, 1))
		r = take(work, &sql_refund_take, true);
	return r;
}

int
payment_work_round(struct ctx *ctx, struct payment_work *work, size_t *n)
{
	int r;

	work->ctx = ctx;
	r = take_due(work);
	if (r == 0)
		r = work->fault;
	*n = work->n_done;
	work->n_done = 0;
	work->fault = 0;
	return r < 0 ? r : work->n_taken > 0 ? PAYMENT_WORK_MORE : 0;
}
