/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notice_work - notices go to the mail server
 *
 * Layer: domain.  Uses: base, store, notice, outside.
 */
#include "notice/notice_work.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/mem.h"
#include "notice/notice.h"
#include "outside/outside.h"

#include <stdlib.h>

/* Longer than a dialogue may take, by far. */
#define LEASE_MS 30000
#define AGAIN_MS INT64_C(60000)
#define AGAIN_MAX_MS INT64_C(3600000)
/* A server that says no for good (5xx) is asked so often: it may be wrong. */
#define REFUSALS 5
/* Of a round, while mails are under way. */
#define RUN_MS 50
#define OWNER_LEN 36
#define EXPIRE_MAX 1000

SQL(notices_take,
    "SELECT id, event_id, kind, user_id, performance_id, about, amount,"
    " currency, tries, owner, name, email, language"
    " FROM notices_take($1, $2, $3, $4, $5)");
SQL(notice_sent, "SELECT notice_sent($1, $2)");
SQL(notice_leave, "SELECT notice_leave($1, $2, $3, $4, $5, $6)");
SQL(notices_expire, "SELECT notices_expire($1, $2, $3)");

struct notice_work {
	struct outside *outside;
	struct ctx *ctx; /* of the round */
	size_t n_taken, n_sent;
	int fault; /* of the round, the first */
};

/* What is kept of one that is under way. */
struct item {
	struct notice_work *work;
	int64_t id, tries;
	char owner[OWNER_LEN + 1];
};

/* ---- ends ---- */

static int
run(const struct item *item, const struct sql *sql, int n,
    const struct db_param *params, struct db_rows *rows)
{
	struct notice_work *work = item->work;
	int r = db_sure(db_run(work->ctx->primary, &work->ctx->arena, sql, n,
	    params, rows));

	if (r < 0 && work->fault == 0)
		work->fault = r;
	return r;
}

static void
sent(const struct item *item)
{
	struct arena *a = &item->work->ctx->arena;
	const struct db_param params[] = { db_i64(a, item->id), db_now(a) };

	FAULT_POINT("notice.before_sent");
	if (run(item, &sql_notice_sent, ARRAY_LEN(params), params, NULL) == 0)
		item->work->n_sent++;
}

static void
leave(const struct item *item, const char *why, bool give_up)
{
	struct arena *a = &item->work->ctx->arena;
	int64_t wait_ms = MIN(AGAIN_MS << MIN(item->tries - 1, 10),
	    AGAIN_MAX_MS);
	const struct db_param params[] = { db_i64(a, item->id),
		db_str(item->owner), db_str(why), db_i64(a, wait_ms),
		db_bool(give_up), db_now(a) };

	if (run(item, &sql_notice_leave, ARRAY_LEN(params), params, NULL) == 0
	    && give_up)
		LOG(ERROR, "mail-given-up", LINT("notice", item->id),
		    LINT("tries", item->tries), LSTR("why", why));
}

static void
ended(void *kept, const struct outside_answer *answer)
{
	const struct item *item = kept;
	const char *why = answer->why != NULL ? answer->why : "answered";

	item->work->n_taken--;
	if (answer->said == OUTSIDE_ANSWERED && answer->status == 250) {
		sent(item);
		return;
	}
	leave(item,
	    arena_printf(&item->work->ctx->arena, "%d %s", answer->status, why),
	    answer->status >= 500 && item->tries >= REFUSALS);
}

/* ---- the way there ---- */

static enum notice_kind
kind_of(struct span name)
{
	int kind = 0;

	while (!span_eq_str(name, notice_kinds[kind]))
		kind++;
	return (enum notice_kind)kind;
}

static struct notice
read_notice(const struct db_rows *rows, size_t i)
{
	return (struct notice){
		.id = db_get_i64(rows, i, 0),
		.event_id = db_cell(rows, i, 1),
		.kind = kind_of(db_cell(rows, i, 2)),
		.user = db_get_i64(rows, i, 3),
		.performance = db_get_i64(rows, i, 4),
		.about = db_cell(rows, i, 5),
		.amount = db_get_i64(rows, i, 6),
		.currency = db_cell(rows, i, 7),
		.tries = db_get_i64(rows, i, 8),
		.owner = db_cell(rows, i, 9),
		.name = db_cell(rows, i, 10),
		.email = db_cell(rows, i, 11),
		.lang = span_eq_str(db_cell(rows, i, 12), "en") ? LANG_EN
								: LANG_KO,
	};
}

static int
post(struct notice_work *work, const struct item *item,
    const struct notice *notice, struct span text)
{
	const struct settings *set = &work->ctx->set;
	struct span user = span_str(set->mail_user);
	const struct outside_mail mail = {
		.url = span_str(set->mail_url),
		.in_clear = set->mail_starttls == 0,
		.user = user.len > 0 ? user : SPAN_NONE,
		.password = span_str(set->mail_password),
		.from = span_str(set->mail_from),
		.to = notice->email,
		.text = text,
		.ca_file = set->mail_ca_file,
	};

	return outside_mail(work->outside, &mail,
	    &(struct outside_then){ ended, item, sizeof(*item) });
}

static int
begin(struct notice_work *work, const struct notice *notice)
{
	struct item item = { .work = work,
		.id = notice->id,
		.tries = notice->tries };
	struct span text;
	int r;

	memcpy(item.owner, notice->owner.p, MIN(notice->owner.len, OWNER_LEN));
	r = notice_compose(work->ctx, notice, &text);
	if (r < 0)
		return r;
	if (r != NOTICE_OK) {
		leave(&item,
		    r == NOTICE_E_ADDRESS    ? "no address for mail"
			: r == NOTICE_E_GONE ? "nothing is shown of it"
					     : "its template is wrong",
		    r != NOTICE_E_TEMPLATE);
		return 0;
	}
	/* Never full: fewer are under way than may be. */
	r = post(work, &item, notice, text);
	work->n_taken += r == OUTSIDE_OK;
	return 0;
}

static int
take(struct notice_work *work)
{
	static const char
	    *const langs[N_LANGS] = { [LANG_KO] = "ko", [LANG_EN] = "en" };
	struct ctx *ctx = work->ctx;
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_i64(a, (int64_t)(NOTICE_WORK_MAX - work->n_taken)),
		db_i64(a, LEASE_MS), db_i64(a, ctx->set.mail_per_hour),
		db_str(langs[ctx->set.mail_language]), db_now(a)
	};
	struct db_rows rows;
	int r;

	if (work->n_taken == NOTICE_WORK_MAX)
		return 0;
	r = db_sure(db_run(ctx->primary, a, &sql_notices_take,
	    ARRAY_LEN(params), params, &rows));
	FAULT_POINT("notice.after_take");
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++) {
		struct notice notice = read_notice(&rows, i);

		r = begin(work, &notice);
	}
	return r;
}

/* One line for all: there may be a month of them. */
static int
expire(struct notice_work *work)
{
	struct ctx *ctx = work->ctx;
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a,
					       ctx->set.mail_give_up_hours),
		db_i64(a, EXPIRE_MAX), db_now(a) };
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, a, &sql_notices_expire,
	    ARRAY_LEN(params), params, &rows));

	if (r == 0 && db_get_i64(&rows, 0, 0) > 0)
		LOG(ERROR, "mail-given-up",
		    LINT("notices", db_get_i64(&rows, 0, 0)),
		    LSTR("why", "too old"));
	return r;
}

/* ---- rounds ---- */

struct notice_work *
notice_work_open(void)
{
	struct notice_work *work = mem_zget(sizeof(*work));

	work->outside = outside_open();
	return work;
}

void
notice_work_close(struct notice_work *work)
{
	outside_close(work->outside);
	free(work);
}

int
notice_work_round(struct ctx *ctx, struct notice_work *work, size_t *n)
{
	int r;

	*n = 0;
	if (ctx->set.mail_url[0] == '\0')
		return 0;
	work->ctx = ctx;
	work->n_sent = 0;
	work->fault = 0;
	r = expire(work);
	if (r == 0)
		r = take(work);
	if (work->n_taken > 0)
		(void)outside_run(work->outside, RUN_MS);
	*n = work->n_sent;
	if (r == 0)
		r = work->fault;
	return r < 0 ? r : work->n_taken > 0;
}
