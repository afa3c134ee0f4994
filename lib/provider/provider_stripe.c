/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * provider_stripe - card payments by Stripe's PaymentIntents
 *
 * Making and taking are two calls under two keys, so that the intent's id is
 * ours before any money can move. Giving up has no key: it is the same however
 * often it is asked, and a key would give an old answer again. A 500 is given
 * again under its key for as long as that lives, so one that is final is
 * followed by a look.
 *
 * Layer: provider.  Uses: base, store, http, outside.
 */
#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "outside/outside.h"
#include "provider/provider.h"
#include "provider/stripe_hook.h"
#include "provider/stripe_read.h"

#include <assert.h>

/* What the texts below were written for; changed with them. */
#define VERSION "2024-06-20"
#define NAME_LEN 80
#define FULL_MS 100
/* Where an intent is looked for that was made under a reference, around the
 * time that was made; and in how many pages. */
#define BEFORE_S 600
#define AFTER_S 7200
#define PAGES_MAX 50

/* A question that is under way. */
struct question {
	struct ctx *ctx;
	provider_fn *then;
	void *arg;
	enum stripe_step step;
	bool by_list, is_look;
	int n_pages;
	int64_t amount_minor, made_ms;
	char ref[NAME_LEN], outside_id[NAME_LEN], account[NAME_LEN],
	    refund_ref[NAME_LEN], currency[8];
};

static struct span
or_none(const char *s)
{
	return s[0] == '\0' ? SPAN_NONE : span_str(s);
}

static struct provider_ask
ask_of(const struct question *q)
{
	return (struct provider_ask){ .ref = span_str(q->ref),
		.outside_id = or_none(q->outside_id),
		.account = span_str(q->account),
		.currency = span_str(q->currency),
		.amount_minor = q->amount_minor,
		.refund_ref = span_str(q->refund_ref),
		.made_ms = q->made_ms };
}

static struct question
question(struct ctx *ctx, const struct provider_ask *ask, provider_fn *then,
    void *arg)
{
	struct question q = { .ctx = ctx,
		.then = then,
		.arg = arg,
		.amount_minor = ask->amount_minor,
		.made_ms = ask->made_ms };

	SPAN_COPY(q.ref, ask->ref);
	SPAN_COPY(q.outside_id, ask->outside_id);
	SPAN_COPY(q.account, ask->account);
	SPAN_COPY(q.refund_ref, ask->refund_ref);
	SPAN_COPY(q.currency, ask->currency);
	return q;
}

/* ---- forms ---- */

/* All but unreserved characters of RFC 3986. */
static void
add_escaped(struct strbuf *b, struct span s)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
	    "mnopqrstuvwxyz0123456789-._~";

	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] != '\0' && strchr(plain, s.p[i]) != NULL)
			strbuf_char(b, s.p[i]);
		else
			strbuf_printf(b, "%%%02X", (unsigned char)s.p[i]);
}

static void
add(struct strbuf *b, const char *name, struct span value)
{
	if (b->len > 0)
		strbuf_char(b, '&');
	add_escaped(b, span_str(name));
	strbuf_char(b, '=');
	add_escaped(b, value);
}

static void
add_i64(struct strbuf *b, const char *name, int64_t value)
{
	char room[SPAN_DIGITS];

	add(b, name, span_of_i64(room, value));
}

static void
add_currency(struct strbuf *b, struct span currency)
{
	char small[8] = "";

	for (size_t i = 0; i < currency.len && i < sizeof(small) - 1; i++)
		small[i] = (char)(currency.p[i] | ('a' - 'A'));
	add(b, "currency", span_str(small));
}

/* ---- sending ---- */

struct sending {
	const char *method, *path; /* with the query */
	struct span key, body;
	struct span account;
};

static int
send(struct ctx *ctx, const struct sending *s, outside_fn *call,
    const void *kept, size_t kept_len)
{
	const struct settings *set = &ctx->set;
	struct outside_header headers[4] = {
		{ "Stripe-Version", SPAN_LIT(VERSION) },
	};
	size_t n = 1;
	struct outside_request request = { .method = s->method,
		.url = span_str(arena_printf(&ctx->arena, "%s%s",
		    set->stripe_url, s->path)),
		.user = span_str(set->stripe_key),
		.key = SPAN_LIT(""),
		.headers = headers,
		.body = s->body,
		.ca_file = set->stripe_ca_file };

	if (s->key.len > 0)
		headers[n++] = (struct outside_header){ "Idempotency-Key",
			s->key };
	if (s->account.len > 0)
		headers[n] = (struct outside_header){ "Stripe-Account",
			s->account };
	assert(ctx->outside != NULL);
	return outside_request(ctx->outside, &request,
	    &(struct outside_then){ call, kept, kept_len });
}

static void
tell(const struct question *q, const struct provider_answer *answer)
{
	q->then(q->arg, answer);
}

static void
tell_unknown(const struct question *q, int64_t retry_after_ms)
{
	tell(q,
	    &(struct provider_answer){ .said = PROVIDER_UNKNOWN,
		.retry_after_ms = retry_after_ms });
}

static void answered(void *kept, const struct outside_answer *said);

static void
ask(const struct question *q, const struct sending *s)
{
	_Static_assert(sizeof(*q) <= OUTSIDE_KEPT_MAX, "kept by outside");

	if (send(q->ctx, s, answered, q, sizeof(*q)) != OUTSIDE_OK)
		tell_unknown(q, FULL_MS);
}

/* ---- looking ---- */

static void
look_by_id(struct question *q)
{
	struct arena *a = &q->ctx->arena;

	q->is_look = true;
	ask(q,
	    &(struct sending){ .method = "GET",
		.path = arena_printf(a, "/v1/payment_intents/%s",
		    q->outside_id),
		.account = span_str(q->account) });
}

static bool
is_refund(const struct question *q)
{
	return q->step == STRIPE_REFUND || q->step == STRIPE_FIND_REFUND;
}

/* The next page, newest first. */
static void
look_by_list(struct question *q, struct span after)
{
	struct arena *a = &q->ctx->arena;
	int64_t made_s = q->made_ms / MS_PER_S;
	struct strbuf b;

	q->is_look = q->by_list = true;
	strbuf_init(&b, a, 0);
	add_i64(&b, "limit", PROVIDER_PAGE_MAX);
	if (made_s > 0) {
		add_i64(&b, "created[gte]", made_s - BEFORE_S);
		if (!is_refund(q))
			add_i64(&b, "created[lte]", made_s + AFTER_S);
	}
	if (is_refund(q))
		add(&b, "payment_intent", span_str(q->outside_id));
	if (span_is(after))
		add(&b, "starting_after", after);
	ask(q,
	    &(struct sending){ .method = "GET",
		.path = arena_printf(a, "/v1/%s?%.*s",
		    is_refund(q) ? "refunds" : "payment_intents", (int)b.len,
		    b.p),
		.account = span_str(q->account) });
}

static void
look(struct question *q)
{
	if (!is_refund(q) && q->outside_id[0] != '\0')
		look_by_id(q);
	else
		look_by_list(q, SPAN_NONE);
}

static void give_up(struct question *q);

/*
 * None has the reference. Giving up is done then: without the id nobody can
 * have asked for the money. Of what was just asked for it is no answer, that
 * may come yet.
 */
static void
not_found(const struct question *q)
{
	if (q->step == STRIPE_CANCEL)
		tell(q, &(struct provider_answer){ .said = PROVIDER_DONE });
	else if (q->step == STRIPE_FIND || q->step == STRIPE_FIND_REFUND)
		tell(q,
		    &(struct provider_answer){ .said = PROVIDER_REFUSED,
			.reason = SPAN_LIT("not_found") });
	else
		tell_unknown(q, 0);
}

static void
found(struct question *q, const struct provider_answer *answer)
{
	if (q->step == STRIPE_CANCEL && answer->said != PROVIDER_DONE
	    && span_is(answer->outside_id)) {
		SPAN_COPY(q->outside_id, answer->outside_id);
		q->by_list = q->is_look = false;
		give_up(q);
		return;
	}
	tell(q, answer);
}

static void
listed(struct question *q, const struct outside_answer *said)
{
	const struct provider_ask what = ask_of(q);
	struct arena *a = &q->ctx->arena;
	struct provider_answer answer;
	struct provider_page page;

	if (!stripe_read_page(a,
		is_refund(q) ? PROVIDER_REFUNDS : PROVIDER_PAYMENTS,
		said->status, said->body, &page))
		tell_unknown(q, 0);
	else if (stripe_read_match(a, q->step, &what, said->body, &answer))
		found(q, &answer);
	else if (!span_is(page.after))
		not_found(q);
	else if (++q->n_pages < PAGES_MAX)
		look_by_list(q, page.after);
	else
		tell_unknown(q, 0);
}

/* ---- answers ---- */

static int64_t
retry_after_ms(const struct outside_answer *said)
{
	int64_t s;

	if (span_to_i64(outside_header(said, "Retry-After"), &s) && s > 0
	    && s <= 3600)
		return s * MS_PER_S;
	return 0;
}

static bool
header_is(const struct outside_answer *said, const char *name, const char *v)
{
	return span_eq_str(outside_header(said, name), v);
}

/* The same would be answered again: whether it was done is seen by looking. */
static bool
is_stuck(const struct question *q, const struct outside_answer *said)
{
	if (q->is_look || q->step == STRIPE_CANCEL)
		return false;
	return header_is(said, "Stripe-Should-Retry", "false")
	    || (said->status >= 500
		&& header_is(said, "Idempotent-Replayed", "true"));
}

static void
log_unknown(const struct question *q, const struct outside_answer *said)
{
	LOG(WARN, "stripe-unknown", LSTR("ref", q->ref), LINT("step", q->step),
	    LINT("status", said->status), LSTR("why", said->why),
	    LSPAN("request",
		said->said == OUTSIDE_ANSWERED
		    ? outside_header(said, "Request-Id")
		    : SPAN_NONE));
}

static void
answered(void *kept, const struct outside_answer *said)
{
	struct question *q = kept;
	const struct provider_ask what = ask_of(q);
	struct provider_answer answer;

	if (said->said != OUTSIDE_ANSWERED) {
		log_unknown(q, said);
		tell_unknown(q, 0);
		return;
	}
	if (q->by_list) {
		listed(q, said);
		return;
	}
	stripe_read(&q->ctx->arena, q->step, &what, said->status, said->body,
	    &answer);
	if (answer.said == PROVIDER_UNKNOWN) {
		log_unknown(q, said);
		answer.retry_after_ms = retry_after_ms(said);
		if (is_stuck(q, said)) {
			look(q);
			return;
		}
	}
	tell(q, &answer);
}

/* ---- steps ---- */

static struct span
key(struct question *q, const char *ref, const char *step)
{
	return span_str(arena_printf(&q->ctx->arena, "%s-%s", ref, step));
}

static void
create(struct ctx *ctx, const struct provider_ask *what, provider_fn *then,
    void *arg)
{
	struct question q = question(ctx, what, then, arg);
	struct strbuf b;

	q.step = STRIPE_CREATE;
	strbuf_init(&b, &ctx->arena, 0);
	add_i64(&b, "amount", what->amount_minor);
	add_currency(&b, what->currency);
	add(&b, "payment_method_types[]", SPAN_LIT("card"));
	add(&b, "metadata[" STRIPE_REF "]", what->ref);
	ask(&q,
	    &(struct sending){ .method = "POST",
		.path = "/v1/payment_intents",
		.key = key(&q, q.ref, "create"),
		.body = strbuf_get(&b),
		.account = what->account });
}

static void
confirm(struct ctx *ctx, const struct provider_ask *what, provider_fn *then,
    void *arg)
{
	struct question q = question(ctx, what, then, arg);
	struct strbuf b;

	assert(what->outside_id.len > 0 && what->return_url.len > 0);
	q.step = STRIPE_CONFIRM;
	strbuf_init(&b, &ctx->arena, 0);
	add(&b, "payment_method", what->source);
	add(&b, "return_url", what->return_url);
	ask(&q,
	    &(struct sending){ .method = "POST",
		.path = arena_printf(&ctx->arena,
		    "/v1/payment_intents/%s/confirm", q.outside_id),
		.key = key(&q, q.ref, "confirm"),
		.body = strbuf_get(&b),
		.account = what->account });
}

static void
find(struct ctx *ctx, const struct provider_ask *what, provider_fn *then,
    void *arg)
{
	struct question q = question(ctx, what, then, arg);

	q.step = STRIPE_FIND;
	look(&q);
}

static void
give_up(struct question *q)
{
	ask(q,
	    &(struct sending){ .method = "POST",
		.path = arena_printf(&q->ctx->arena,
		    "/v1/payment_intents/%s/cancel", q->outside_id),
		.account = span_str(q->account) });
}

static void
cancel(struct ctx *ctx, const struct provider_ask *what, provider_fn *then,
    void *arg)
{
	struct question q = question(ctx, what, then, arg);

	q.step = STRIPE_CANCEL;
	if (q.outside_id[0] != '\0')
		give_up(&q);
	else
		look(&q);
}

static void
refund(struct ctx *ctx, const struct provider_ask *what, provider_fn *then,
    void *arg)
{
	struct question q = question(ctx, what, then, arg);
	struct strbuf b;

	q.step = STRIPE_REFUND;
	strbuf_init(&b, &ctx->arena, 0);
	add(&b, "payment_intent", what->outside_id);
	add_i64(&b, "amount", what->amount_minor);
	add(&b, "metadata[" STRIPE_REFUND_REF "]", what->refund_ref);
	ask(&q,
	    &(struct sending){ .method = "POST",
		.path = "/v1/refunds",
		.key = key(&q, q.refund_ref, "refund"),
		.body = strbuf_get(&b),
		.account = what->account });
}

static void
find_refund(struct ctx *ctx, const struct provider_ask *what, provider_fn *then,
    void *arg)
{
	struct question q = question(ctx, what, then, arg);

	q.step = STRIPE_FIND_REFUND;
	look(&q);
}

/* ---- lists ---- */

struct listing {
	struct ctx *ctx;
	enum provider_kind kind;
	provider_page_fn *then;
	void *arg;
};

static void
paged(void *kept, const struct outside_answer *said)
{
	const struct listing *l = kept;
	struct provider_page page = { .said = PROVIDER_UNKNOWN };

	if (said->said == OUTSIDE_ANSWERED
	    && !stripe_read_page(&l->ctx->arena, l->kind, said->status,
		said->body, &page))
		page = (struct provider_page){ .said = PROVIDER_UNKNOWN };
	page.date_s = said->date_s;
	l->then(l->arg, &page);
}

static void
list(struct ctx *ctx, const struct provider_range *range,
    provider_page_fn *then, void *arg)
{
	const struct listing l = { ctx, range->kind, then, arg };
	struct sending s = { .method = "GET", .account = range->account };
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, 0);
	add_i64(&b, "limit", PROVIDER_PAGE_MAX);
	add_i64(&b, "created[gte]", range->from_s);
	add_i64(&b, "created[lt]", range->to_s);
	if (span_is(range->after))
		add(&b, "starting_after", range->after);
	s.path = arena_printf(&ctx->arena, "/v1/%s?%.*s",
	    range->kind == PROVIDER_PAYMENTS ? "payment_intents" : "refunds",
	    (int)b.len, b.p);
	if (send(ctx, &s, paged, &l, sizeof(l)) != OUTSIDE_OK)
		then(arg, &(struct provider_page){ .said = PROVIDER_UNKNOWN });
}

/* ---- the rest ---- */

static const char *
key_id(struct ctx *ctx)
{
	uint8_t digest[SHA256_LEN];

	crypto_sha256(span_str(ctx->set.stripe_key), digest);
	return crypto_hex(&ctx->arena, digest, 8);
}

static void
form(const struct settings *set, struct provider_form *out)
{
	out->script = span_str(set->stripe_script);
	out->key = span_str(set->stripe_public_key);
}

static int
hook(struct ctx *ctx, struct span body, struct span signature,
    struct provider_event *out)
{
	if (!stripe_hook_is_signed(&ctx->arena, body, signature,
		span_str(ctx->set.stripe_webhook_secret),
		ctx->now_ms / MS_PER_S))
		return PROVIDER_HOOK_E_SIGNATURE;
	return stripe_hook_read(&ctx->arena, body, out)
	    ? PROVIDER_HOOK_OK
	    : PROVIDER_HOOK_E_MALFORMED;
}

const struct provider provider_stripe = { .name = "stripe",
	.key_id = key_id,
	.create = create,
	.confirm = confirm,
	.find = find,
	.cancel = cancel,
	.refund = refund,
	.find_refund = find_refund,
	.list = list,
	.form = form,
	.hook = hook };
