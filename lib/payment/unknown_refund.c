/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unknown_refund - money of which nothing is known here goes back by itself
 *
 * One at a time: they are few, and nobody waits for them.
 *
 * Layer: domain.  Uses: base, store, provider.
 */
#include "payment/unknown_refund.h"

#include "base/fault.h"
#include "base/mem.h"

#include <stdlib.h>

/* Longer than its calls may take, by far. */
#define LEASE_MS 60000
#define TRY_AGAIN_MS 15000
#define AGAIN_MAX_MS 600000
/* What a provider refuses to give back is a person's affair. */
#define REFUSED_MS INT64_C(3600000)
/* Providers forget a key after a day; then it is looked for first. */
#define KEY_LIFE_MS (INT64_C(12) * 3600 * 1000)

#define OWNER_LEN 36
#define TEXT_LEN 255

SQL(unknown_refund_take,
    "SELECT u.alarm_id, u.owner, a.provider, u.account, a.outside_id,"
    " a.amount, a.currency, u.refund_ref, u.tries,"
    " (extract(epoch FROM coalesce($2, clock_timestamp())"
    "  - u.asked_at) * 1000)::bigint,"
    " (extract(epoch FROM u.asked_at) * 1000)::bigint"
    " FROM unknown_refund_take($1, $2) AS u"
    " JOIN alarms AS a ON a.id = u.alarm_id");
SQL(unknown_refund_end, "SELECT unknown_refund_end($1, $2, $3, $4, $5)");

struct unknown_refund {
	const struct provider *(*find)(struct span name);
	const struct provider *provider;
	struct ctx *ctx;   /* of the round */
	bool taken, looks; /* looks: whether it was done before */
	int64_t alarm, amount_minor, tries, made_ms;
	char owner[OWNER_LEN + 1], account[TEXT_LEN + 1];
	char outside_id[TEXT_LEN + 1], ref[TEXT_LEN + 1], currency[4];
	size_t n_done;
	int fault; /* of the round, the first */
};

static int
run(struct unknown_refund *work, const struct sql *sql, int n,
    const struct db_param *params, struct db_rows *rows)
{
	struct ctx *ctx = work->ctx;
	int r = db_sure(
	    db_run(ctx->primary, &ctx->arena, sql, n, params, rows));

	if (r < 0 && work->fault == 0)
		work->fault = r;
	return r;
}

/* "done", "refused" or "later". */
static void
end(struct unknown_refund *work, const char *how, int64_t wait_ms)
{
	struct arena *a = &work->ctx->arena;
	const struct db_param params[] = { db_i64(a, work->alarm),
		db_str(work->owner), db_str(how), db_i64(a, wait_ms),
		db_now(&work->ctx->arena) };

	FAULT_POINT("unknown.before_end");
	(void)run(work, &sql_unknown_refund_end, ARRAY_LEN(params), params,
	    NULL);
	FAULT_POINT("unknown.after_end");
	work->taken = false;
}

static void ask(struct unknown_refund *work, bool looks);

/* provider_fn */
static void
answered(void *arg, const struct provider_answer *answer)
{
	struct unknown_refund *work = arg;
	int64_t ms = TRY_AGAIN_MS << MIN(work->tries, 10);

	if (answer->said == PROVIDER_DONE) {
		work->n_done++;
		end(work, "done", 0);
	} else if (answer->said == PROVIDER_REFUSED && work->looks) {
		/* He has none by this name. */
		ask(work, false);
	} else if (answer->said == PROVIDER_REFUSED) {
		end(work, "refused", REFUSED_MS);
	} else {
		end(work, "later",
		    MIN(MAX(ms, answer->retry_after_ms), AGAIN_MAX_MS));
	}
}

static void
ask(struct unknown_refund *work, bool looks)
{
	const struct provider_ask what = { .ref = span_str(work->ref),
		.outside_id = span_str(work->outside_id),
		.account = span_str(work->account),
		.refund_ref = span_str(work->ref),
		.currency = span_str(work->currency),
		.amount_minor = work->amount_minor,
		.made_ms = work->made_ms };

	work->looks = looks;
	FAULT_POINT("unknown.before_call");
	(looks ? work->provider->find_refund
	       : work->provider->refund)(work->ctx, &what, answered, work);
}

static void
begin(struct unknown_refund *work, const struct db_rows *rows)
{
	work->taken = true;
	work->alarm = db_get_i64(rows, 0, 0);
	SPAN_COPY(work->owner, db_cell(rows, 0, 1));
	work->provider = work->find(db_cell(rows, 0, 2));
	SPAN_COPY(work->account, db_cell(rows, 0, 3));
	SPAN_COPY(work->outside_id, db_cell(rows, 0, 4));
	work->amount_minor = db_get_i64(rows, 0, 5);
	SPAN_COPY(work->currency, db_cell(rows, 0, 6));
	SPAN_COPY(work->ref, db_cell(rows, 0, 7));
	work->tries = db_get_i64(rows, 0, 8);
	work->made_ms = db_get_i64(rows, 0, 10);
	if (work->provider == NULL)
		end(work, "later", AGAIN_MAX_MS);
	else
		ask(work, db_get_i64(rows, 0, 9) > KEY_LIFE_MS);
}

struct unknown_refund *
unknown_refund_open(const struct provider *(*find)(struct span name))
{
	struct unknown_refund *work = mem_zget(sizeof(*work));

	work->find = find;
	return work;
}

void
unknown_refund_close(struct unknown_refund *work)
{
	free(work);
}

int
unknown_refund_round(struct ctx *ctx, struct unknown_refund *work, size_t *n)
{
	const struct db_param params[] = { db_i64(&ctx->arena, LEASE_MS),
		db_now(&ctx->arena) };
	struct db_rows rows;
	int r;

	work->ctx = ctx;
	if (!work->taken
	    && run(work, &sql_unknown_refund_take, ARRAY_LEN(params), params,
		   &rows)
		== 0
	    && rows.n_rows > 0)
		begin(work, &rows);
	*n = work->n_done;
	work->n_done = 0;
	r = work->fault;
	work->fault = 0;
	return r;
}
