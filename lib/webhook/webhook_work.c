/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * webhook_work - webhooks are told
 *
 * Layer: domain.  Uses: base, store, outside.
 */
#include "webhook/webhook_work.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/net.h"
#include "base/rand.h"
#include "outside/outside.h"
#include "webhook/webhook_sign.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

/* Longer than a call may take, by far. */
#define LEASE_MS 30000
/* Of a round, while calls are under way. */
#define RUN_MS 50
#define OWNER_LEN 36
#define EXPIRE_MAX 1000
/* A webhook is kept back for so long at most, whatever it asks for. */
#define QUIET_MAX_S INT64_C(86400)
#define JITTER_PERCENT 20

/* How long after the first try, the second and so on; then as after the last:
 * a dozen tries or so before the three days are over. */
static const int64_t waits_s[] = { 5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600,
	10 * 3600 };

SQL(deliveries_take,
    "SELECT id, event_id, body, tries, owner, url, key_check, salt, old_salt"
    " FROM deliveries_take($1, $2, $3, $4)");
SQL(delivery_end, "SELECT delivery_end($1, $2, $3, $4, $5, $6, $7, $8, $9)");
SQL(deliveries_expire, "SELECT deliveries_expire($1, $2)");

struct webhook_work {
	struct outside *outside;
	struct ctx *ctx;  /* of the round */
	struct nets nets; /* that may be reached too */
	size_t n_taken, n_ended, n_sent;
	int fault; /* of the round, the first */
};

/* What is kept of one that is under way. */
struct item {
	struct webhook_work *work;
	int64_t id, tries, begun_us;
	char owner[OWNER_LEN + 1];
};

struct delivery {
	struct span event_id, body, url, key_check, salt, old_salt;
	int64_t time_s; /* which is signed, and told */
};

/* ---- ends ---- */

/* With what may be a fifth more, or less. */
static int64_t
wait_ms(int64_t tries)
{
	size_t nth = (size_t)MIN(tries, (int64_t)ARRAY_LEN(waits_s)) - 1;
	int64_t ms = waits_s[nth] * MS_PER_S;

	return ms - ms * JITTER_PERCENT / 100
	    + (int64_t)rand_below((uint64_t)(ms * 2 * JITTER_PERCENT / 100));
}

/* Retry-After, as seconds or as a date (RFC 9110 10.2.3); 0 without. */
static int64_t
quiet_ms(const struct outside_answer *answer)
{
	struct span text;
	int64_t s = 0;

	if (answer->status != 429 && answer->status != 503)
		return 0;
	text = outside_header(answer, "Retry-After");
	if (!span_is(text))
		return 0;
	if (!span_to_i64(text, &s)) {
		int64_t at = outside_date_s(text);

		s = at == 0 ? 0 : at - clock_ms() / MS_PER_S;
	}
	return MAX(MIN(s, QUIET_MAX_S), 0) * MS_PER_S;
}

struct end {
	const char *what, *error;
	int status;
	int64_t quiet_ms;
};

static void
end(const struct item *item, const struct end *end)
{
	struct webhook_work *work = item->work;
	struct arena *a = &work->ctx->arena;
	const struct db_param params[] = { db_i64(a, item->id),
		db_str(item->owner), db_str(end->what), db_i64(a, end->status),
		db_i64(a, (clock_mono_us() - item->begun_us) / US_PER_MS),
		db_str(end->error), db_i64(a, wait_ms(item->tries)),
		db_i64(a, end->quiet_ms), db_now(a) };
	struct db_rows rows;
	int r;

	FAULT_POINT("webhook.before_end");
	r = db_sure(db_run(work->ctx->primary, a, &sql_delivery_end,
	    ARRAY_LEN(params), params, &rows));
	if (r < 0 && work->fault == 0)
		work->fault = r;
	if (r == 0 && span_eq_str(db_cell(&rows, 0, 0), "failed"))
		LOG(ERROR, "webhook-given-up", LINT("delivery", item->id),
		    LINT("status", end->status),
		    LSTR("why", end->error == NULL ? "" : end->error));
	work->n_ended++;
	work->n_sent += r == 0 && strcmp(end->what, "sent") == 0;
}

static const char *
what_of(const struct outside_answer *answer)
{
	if (answer->said != OUTSIDE_ANSWERED)
		return "again";
	if (answer->status >= 200 && answer->status <= 299)
		return "sent";
	return answer->status == 410 ? "gone" : "again";
}

static void
ended(void *kept, const struct outside_answer *answer)
{
	const struct item *item = kept;
	struct arena *a = &item->work->ctx->arena;
	struct end how = { .what = what_of(answer),
		.status = answer->said == OUTSIDE_ANSWERED ? answer->status : 0,
		.quiet_ms = quiet_ms(answer),
		.error = answer->why };

	if (answer->said == OUTSIDE_ANSWERED && strcmp(how.what, "sent") != 0)
		how.error = arena_printf(a, "It answered %d", answer->status);
	item->work->n_taken--;
	end(item, &how);
}

/* ---- the way there ---- */

/* What curl asks of each socket that it opens. */
static bool
may_reach(const void *with, const struct sockaddr *address)
{
	const struct webhook_work *work = with;

	return net_is_public(address) || nets_have(&work->nets, address);
}

static void
add_signature(struct arena *a, struct strbuf *b, struct span key,
    struct span salt, const struct delivery *delivery)
{
	uint8_t secret[WEBHOOK_SECRET_LEN];

	if (!span_is(salt))
		return;
	webhook_secret(a, key, salt, secret);
	if (strbuf_get(b).len > 0)
		strbuf_char(b, ' ');
	strbuf_str(b,
	    webhook_signature(a,
		(struct span){ (const char *)secret, sizeof(secret) },
		delivery->event_id, delivery->time_s, delivery->body));
	crypto_wipe(secret, sizeof(secret));
}

static int
post(struct webhook_work *work, const struct item *item,
    const struct delivery *delivery)
{
	const struct settings *set = &work->ctx->set;
	struct span key = span_str(set->webhook_key);
	struct arena *a = &work->ctx->arena;
	struct strbuf signature;

	strbuf_init(&signature, a, 128);
	add_signature(a, &signature, key, delivery->salt, delivery);
	add_signature(a, &signature, key, delivery->old_salt, delivery);

	const struct outside_header headers[] = {
		{ "Content-Type", SPAN_LIT("application/json") },
		{ "User-Agent", SPAN_LIT("boxoffice") },
		{ "webhook-id", delivery->event_id },
		{ "webhook-timestamp",
		    span_str(arena_printf(a, "%" PRId64, delivery->time_s)) },
		{ "webhook-signature", strbuf_get(&signature) },
		{ NULL, SPAN_NONE },
	};
	const struct outside_request request = {
		.method = "POST",
		.url = delivery->url,
		.headers = headers,
		.body = delivery->body,
		.ca_file = set->webhook_ca_file,
		.may_reach = may_reach,
		.reach_with = work,
	};

	return outside_request(work->outside, &request,
	    &(struct outside_then){ ended, item, sizeof(*item) });
}

static void
begin(struct webhook_work *work, const struct db_rows *rows, size_t i,
    const char *key_check)
{
	struct item item = { .work = work,
		.id = db_get_i64(rows, i, 0),
		.tries = db_get_i64(rows, i, 3),
		.begun_us = clock_mono_us() };
	const struct delivery delivery = { .event_id = db_cell(rows, i, 1),
		.body = db_cell(rows, i, 2),
		.url = db_cell(rows, i, 5),
		.key_check = db_cell(rows, i, 6),
		.salt = db_cell(rows, i, 7),
		.old_salt = db_cell(rows, i, 8),
		.time_s = clock_ms() / MS_PER_S };

	SPAN_COPY(item.owner, db_cell(rows, i, 4));
	if (!span_eq_str(delivery.key_check, key_check)) {
		end(&item,
		    &(struct end){ .what = "none",
			.error = "[webhook] key is another: it needs a new "
				 "secret" });
		return;
	}
	/* Never full: fewer are under way than may be. */
	work->n_taken += post(work, &item, &delivery) == OUTSIDE_OK;
}

static int
take(struct webhook_work *work)
{
	struct ctx *ctx = work->ctx;
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_i64(a, (int64_t)(OUTSIDE_MAX - work->n_taken)),
		db_i64(a, WEBHOOK_WORK_EACH), db_i64(a, LEASE_MS), db_now(a)
	};
	const char *key_check;
	struct db_rows rows;
	int r;

	if (work->n_taken == OUTSIDE_MAX)
		return 0;
	key_check = webhook_key_check(a, span_str(ctx->set.webhook_key));
	r = db_sure(db_run(ctx->primary, a, &sql_deliveries_take,
	    ARRAY_LEN(params), params, &rows));
	FAULT_POINT("webhook.after_take");
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++)
		begin(work, &rows, i, key_check);
	return r;
}

/* One line for all: there may be many. */
static int
expire(struct webhook_work *work)
{
	struct ctx *ctx = work->ctx;
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, EXPIRE_MAX), db_now(a) };
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, a, &sql_deliveries_expire,
	    ARRAY_LEN(params), params, &rows));

	if (r == 0 && db_get_i64(&rows, 0, 0) > 0)
		LOG(ERROR, "webhook-given-up",
		    LINT("deliveries", db_get_i64(&rows, 0, 0)),
		    LSTR("why", "three days are over"));
	return r;
}

/* ---- rounds ---- */

struct webhook_work *
webhook_work_open(void)
{
	struct webhook_work *work = mem_zget(sizeof(*work));

	work->outside = outside_open();
	return work;
}

void
webhook_work_close(struct webhook_work *work)
{
	outside_close(work->outside);
	free(work);
}

int
webhook_work_round(struct ctx *ctx, struct webhook_work *work, size_t *n)
{
	int r;

	*n = 0;
	if (ctx->set.webhook_key[0] == '\0')
		return 0;
	work->ctx = ctx;
	work->n_sent = work->n_ended = 0;
	work->fault = 0;
	/* Checked when the settings were. */
	if (!nets_read(span_str(ctx->set.webhook_nets), &work->nets))
		work->nets.n = 0;
	r = expire(work);
	if (r == 0)
		r = take(work);
	if (work->n_taken > 0)
		(void)outside_run(work->outside, RUN_MS);
	*n = work->n_sent;
	if (r == 0)
		r = work->fault;
	/* One that ended makes room for the next. */
	return r < 0 ? r : work->n_taken > 0 || work->n_ended > 0;
}
