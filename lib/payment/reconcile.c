/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reconcile - what providers have is compared with what is here
 *
 * A scan lives from being taken to being left, longer than a round, so its
 * memory is nobody's arena. A page and how far the scan is are one transaction.
 *
 * Layer: domain.  Uses: base, store, provider.
 */
#include "payment/reconcile.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>

#define SCANS_MAX 8
/* Longer than a call may take, by far. */
#define LEASE_MS 60000
#define TRY_AGAIN_MS 15000
#define AGAIN_MAX_MS 600000
#define SECOND_US INT64_C(1000000)
/* More than that apart, clocks are told. */
#define SKEW_TOLD_S 30

#define OWNER_LEN 36
#define NAME_LEN 255

SQL(reconcile_watch, "SELECT reconcile_watch($1, $2)");
SQL(reconcile_take,
    "SELECT s.provider, s.account, s.kind, s.span, s.owner, s.from_s, s.to_s,"
    " s.after, s.tries FROM reconcile_take($1, $2, $3) AS s");
SQL(reconcile_leave, "SELECT reconcile_leave($1, $2, $3, $4, $5, $6, $7)");
SQL(reconcile_page,
    "SELECT reconcile_page($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
    " $13, $14, $15, $16, $17)");

/* Pages of a range at most. */
static const struct {
	const char *span;
	int64_t pages_max;
} budgets[] = {
	{ "minute", 100 },
	{ "hour", 2000 },
	{ "day", 20000 },
};

struct scan {
	struct reconcile *work;
	bool taken, ready; /* ready: for the next page to be asked for */
	const struct provider *provider;
	char name[NAME_LEN + 1], account[NAME_LEN + 1], after[NAME_LEN + 1];
	char kind[16], span[16], owner[OWNER_LEN + 1];
	int64_t from_s, to_s, tries;
};

struct reconcile {
	const struct provider *(*find)(struct span name);
	struct ctx *ctx; /* of the round */
	int64_t n_pages, since_us;
	size_t n_done;
	int fault; /* of the round, the first */
	struct scan scans[SCANS_MAX];
};

static int
run(struct reconcile *work, const struct sql *sql, int n,
    const struct db_param *params, struct db_rows *rows)
{
	struct ctx *ctx = work->ctx;
	int r = db_sure(
	    db_run(ctx->primary, &ctx->arena, sql, n, params, rows));

	if (r < 0 && work->fault == 0)
		work->fault = r;
	return r;
}

/* What each statement about a scan begins with. */
#define SCAN_PARAMS 5
static void
scan_params(const struct scan *scan, struct db_param params[SCAN_PARAMS])
{
	params[0] = db_str(scan->name);
	params[1] = db_str(scan->account);
	params[2] = db_str(scan->kind);
	params[3] = db_str(scan->span);
	params[4] = db_str(scan->owner);
}

/* ---- pages ---- */

static void
leave(struct scan *scan)
{
	struct ctx *ctx = scan->work->ctx;
	struct db_param params[SCAN_PARAMS + 2];
	int64_t wait_ms = MIN(TRY_AGAIN_MS << MIN(scan->tries, 10),
	    AGAIN_MAX_MS);

	scan_params(scan, params);
	params[SCAN_PARAMS] = db_i64(&ctx->arena, wait_ms);
	params[SCAN_PARAMS + 1] = db_now(&ctx->arena);
	(void)run(scan->work, &sql_reconcile_leave, ARRAY_LEN(params), params,
	    NULL);
	scan->taken = false;
}

static int64_t
pages_max(const struct scan *scan)
{
	for (size_t i = 0; i < ARRAY_LEN(budgets); i++)
		if (span_eq_str(span_str(scan->span), budgets[i].span))
			return budgets[i].pages_max;
	return 1;
}

/* By its Date, the provider's clock less ours. */
static struct db_param
skew_of(struct scan *scan, const struct provider_page *page)
{
	int64_t skew_s = page->date_s - clock_ms() / MS_PER_S;

	if (page->date_s == 0)
		return db_str(NULL);
	if (skew_s > SKEW_TOLD_S || skew_s < -SKEW_TOLD_S)
		LOG(WARN, "provider-clock-apart", LSTR("provider", scan->name),
		    LINT("ahead_s", skew_s));
	return db_i64(&scan->work->ctx->arena, skew_s);
}

/* The items as arrays, one for each column. */
#define ITEM_PARAMS 6
static void
item_params(struct arena *a, const struct provider_page *page,
    struct db_param params[ITEM_PARAMS])
{
	struct span ids[PROVIDER_PAGE_MAX], refs[PROVIDER_PAGE_MAX];
	struct span currencies[PROVIDER_PAGE_MAX];
	int64_t amounts[PROVIDER_PAGE_MAX], created[PROVIDER_PAGE_MAX];
	int64_t taken[PROVIDER_PAGE_MAX];

	for (size_t i = 0; i < page->n; i++) {
		const struct provider_item *item = &page->items[i];

		ids[i] = item->outside_id;
		refs[i] = span_is(item->ref) ? item->ref : SPAN_LIT("");
		currencies[i] = item->currency.len == 3 ? item->currency
							: SPAN_LIT("XXX");
		amounts[i] = item->amount_minor;
		created[i] = item->created_s;
		taken[i] = item->is_taken;
	}
	params[0] = db_texts(a, ids, page->n);
	params[1] = db_texts(a, refs, page->n);
	params[2] = db_i64s(a, amounts, page->n);
	params[3] = db_texts(a, currencies, page->n);
	params[4] = db_i64s(a, created, page->n);
	params[5] = db_i64s(a, taken, page->n);
}

static int
compare(struct scan *scan, const struct provider_page *page,
    struct db_rows *rows)
{
	struct ctx *ctx = scan->work->ctx;
	struct arena *a = &ctx->arena;
	struct db_param params[SCAN_PARAMS + ITEM_PARAMS + 6];
	struct db_param *p = params + SCAN_PARAMS;
	int r;

	scan_params(scan, params);
	item_params(a, page, p);
	p += ITEM_PARAMS;
	*p++ = db_text(a, page->after);
	*p++ = skew_of(scan, page);
	*p++ = db_i64(a, pages_max(scan));
	*p++ = db_bool(ctx->set.pay_unknown != 0);
	*p++ = db_i64(a, LEASE_MS);
	*p++ = db_now(&ctx->arena);
	FAULT_POINT("reconcile.before_page");
	r = run(scan->work, &sql_reconcile_page, ARRAY_LEN(params), params,
	    rows);
	FAULT_POINT("reconcile.after_page");
	return r;
}

/* provider_page_fn */
static void
paged(void *arg, const struct provider_page *page)
{
	struct scan *scan = arg;
	struct db_rows rows;

	if (page->said != PROVIDER_DONE) {
		leave(scan);
		return;
	}
	/* Where that failed the lease ends by itself. */
	scan->taken = compare(scan, page, &rows) == 0
	    && span_eq_str(db_cell(&rows, 0, 0), "more");
	scan->work->n_done++;
	if (scan->taken) {
		SPAN_COPY(scan->after, page->after);
		scan->tries = 0;
		scan->ready = true;
	} else if (scan->work->fault == 0
	    && span_eq_str(db_cell(&rows, 0, 0), "cut")) {
		LOG(WARN, "provider-list-cut", LSTR("provider", scan->name),
		    LSTR("kind", scan->kind), LSTR("span", scan->span));
	}
}

static void
ask(struct scan *scan)
{
	const struct provider_range range = {
		.kind = scan->kind[0] == 'p' ? PROVIDER_PAYMENTS
					     : PROVIDER_REFUNDS,
		.account = span_str(scan->account),
		.from_s = scan->from_s,
		.to_s = scan->to_s,
		.after = scan->after[0] == '\0' ? SPAN_NONE
						: span_str(scan->after),
	};

	scan->ready = false;
	FAULT_POINT("reconcile.before_call");
	scan->provider->list(scan->work->ctx, &range, paged, scan);
}

/* ---- rounds ---- */

static void
fill(struct reconcile *work)
{
	int64_t now_us = clock_mono_us();
	int64_t more = (now_us - work->since_us) * RECONCILE_PAGES_PER_S
	    / SECOND_US;

	if (more <= 0)
		return;
	work->n_pages = MIN(work->n_pages + more, RECONCILE_PAGES_PER_S);
	work->since_us = now_us;
}

static struct scan *
free_scan(struct reconcile *work)
{
	for (size_t i = 0; i < SCANS_MAX; i++)
		if (!work->scans[i].taken)
			return &work->scans[i];
	return NULL;
}

static void
begin(struct reconcile *work, const struct db_rows *rows, size_t i)
{
	struct scan *scan = free_scan(work);

	*scan = (struct scan){ .work = work,
		.taken = true,
		.from_s = db_get_i64(rows, i, 5),
		.to_s = db_get_i64(rows, i, 6),
		.tries = db_get_i64(rows, i, 8) };
	SPAN_COPY(scan->name, db_cell(rows, i, 0));
	SPAN_COPY(scan->account, db_cell(rows, i, 1));
	SPAN_COPY(scan->kind, db_cell(rows, i, 2));
	SPAN_COPY(scan->span, db_cell(rows, i, 3));
	SPAN_COPY(scan->owner, db_cell(rows, i, 4));
	SPAN_COPY(scan->after, db_cell(rows, i, 7));
	scan->provider = work->find(db_cell(rows, i, 0));
	scan->ready = scan->provider != NULL && scan->provider->list != NULL;
	if (!scan->ready)
		leave(scan);
}

static int
take(struct reconcile *work)
{
	struct arena *a = &work->ctx->arena;
	struct db_param params[3];
	struct db_rows rows;
	int64_t n_free = 0;
	int r;

	for (size_t i = 0; i < SCANS_MAX; i++)
		n_free += !work->scans[i].taken;
	params[0] = db_i64(a, n_free);
	params[1] = db_i64(a, LEASE_MS);
	params[2] = db_now(&work->ctx->arena);
	r = run(work, &sql_reconcile_take, ARRAY_LEN(params), params, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++)
		begin(work, &rows, i);
	return r;
}

/* In turn, as many pages as there are tokens. */
static void
ask_on(struct reconcile *work)
{
	bool asked = true;

	while (asked) {
		asked = false;
		for (size_t i = 0; i < SCANS_MAX && work->n_pages > 0; i++) {
			struct scan *scan = &work->scans[i];

			if (!scan->taken || !scan->ready)
				continue;
			work->n_pages--;
			asked = true;
			ask(scan);
		}
	}
}

struct reconcile *
reconcile_open(const struct provider *(*find)(struct span name))
{
	struct reconcile *work = mem_zget(sizeof(*work));

	work->find = find;
	return work;
}

void
reconcile_close(struct reconcile *work)
{
	free(work);
}

int
reconcile_watch(struct ctx *ctx, struct span provider, struct span account)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_text(a, provider),
		db_text(a, span_is(account) ? account : SPAN_LIT("")) };

	return db_sure(db_run(ctx->primary, a, &sql_reconcile_watch,
	    ARRAY_LEN(params), params, NULL));
}

int
reconcile_round(struct ctx *ctx, struct reconcile *work, size_t *n)
{
	int r;

	work->ctx = ctx;
	fill(work);
	r = take(work);
	if (r == 0)
		ask_on(work);
	*n = work->n_done;
	work->n_done = 0;
	r = work->fault;
	work->fault = 0;
	return r;
}
