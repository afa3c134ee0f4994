/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * teller - a provider that is made up, and the job that asks him
 *
 * Layer: tests.  Uses: provider, payment, buyer.
 */
#include "tests/support/teller.h"

#include "tests/support/race.h"

#include <sys/mman.h>

struct teller *teller;

static struct payment_work *job;

static struct teller_payment *
known(struct span ref)
{
	for (int i = 0; i < teller->n_payments; i++)
		if (span_eq_str(ref, teller->payments[i].ref))
			return &teller->payments[i];
	return NULL;
}

static void
say(provider_fn *then, void *arg, enum provider_said said,
    const struct teller_payment *p, int64_t amount)
{
	const struct provider_answer answer = { .said = said,
		.outside_id = span_str(p->ref),
		.redirect = SPAN_LIT("https://bank.example/ask"),
		.reason = SPAN_LIT("card_declined"),
		.currency = span_str(p->currency),
		.amount_minor = amount };

	then(arg, &answer);
}

static const char *
key_id(struct ctx *ctx)
{
	(void)ctx;
	return "teller";
}

static void
create(struct ctx *ctx, const struct provider_ask *ask, provider_fn *then,
    void *arg)
{
	struct teller_payment *p = known(ask->ref);

	(void)ctx;
	if (p == NULL) {
		ck_assert_int_lt(teller->n_payments, TELLER_MAX);
		p = &teller->payments[teller->n_payments++];
		*p = (struct teller_payment){ .amount = ask->amount_minor,
			.created_s = house.ctx.now_ms / 1000 + teller->ahead_s
			    - teller->ago_s };
		memcpy(p->ref, ask->ref.p, ask->ref.len);
		memcpy(p->currency, ask->currency.p, 3);
	}
	say(then, arg, PROVIDER_DONE, p, 0);
}

static void
tell(const struct teller_payment *p, provider_fn *then, void *arg)
{
	if (p->captured > 0)
		say(then, arg, PROVIDER_DONE, p, p->captured);
	else if (p->canceled || teller->says == TELLER_DECLINES)
		say(then, arg, PROVIDER_REFUSED, p, 0);
	else if (teller->says == TELLER_SENDS)
		say(then, arg, PROVIDER_BUYER, p, 0);
	else
		say(then, arg, PROVIDER_UNKNOWN, p, 0);
}

static void
confirm(struct ctx *ctx, const struct provider_ask *ask, provider_fn *then,
    void *arg)
{
	struct teller_payment *p = known(ask->outside_id);
	void (*now)(void) = teller->meanwhile;
	enum teller_says says = teller->says;

	(void)ctx;
	teller->n_asked++;
	teller->meanwhile = NULL;
	if (now != NULL)
		now();
	if (!p->canceled && (says == TELLER_TAKES || says == TELLER_LOSES))
		p->captured = p->amount + teller->takes_more;
	if (says == TELLER_LOSES)
		say(then, arg, PROVIDER_UNKNOWN, p, 0);
	else
		tell(p, then, arg);
}

static void
look(struct ctx *ctx, const struct provider_ask *ask, provider_fn *then,
    void *arg)
{
	(void)ctx;
	tell(known(ask->outside_id), then, arg);
}

static void
cancel(struct ctx *ctx, const struct provider_ask *ask, provider_fn *then,
    void *arg)
{
	struct teller_payment *p = known(ask->ref);

	(void)ctx;
	if (p == NULL) {
		then(arg, &(struct provider_answer){ .said = PROVIDER_DONE });
		return;
	}
	if (teller->cancels_late)
		p->captured = p->amount;
	p->canceled = p->captured == 0;
	if (teller->breaks_his_word)
		p->captured = p->amount;
	say(then, arg, PROVIDER_DONE, p, p->canceled ? 0 : p->captured);
}

static void
refund(struct ctx *ctx, const struct provider_ask *ask, provider_fn *then,
    void *arg)
{
	struct teller_payment *p = known(ask->outside_id);
	int i = 0;

	(void)ctx;
	if (teller->refunds_nothing || teller->refuses_refunds) {
		say(then, arg,
		    teller->refuses_refunds ? PROVIDER_REFUSED
					    : PROVIDER_UNKNOWN,
		    p, 0);
		return;
	}
	while (p->refund_refs[i][0] != '\0'
	    && !span_eq_str(ask->refund_ref, p->refund_refs[i]))
		i++;
	if (p->refund_refs[i][0] == '\0') {
		memcpy(p->refund_refs[i], ask->refund_ref.p,
		    ask->refund_ref.len);
		p->refund_amounts[i] = ask->amount_minor;
		p->refunded += ask->amount_minor;
	}
	ck_assert_int_le(p->refunded, p->captured);
	say(then, arg, PROVIDER_DONE, p, ask->amount_minor);
}

/* One he accepted before, or none. */
static void
look_for_refund(struct ctx *ctx, const struct provider_ask *ask,
    provider_fn *then, void *arg)
{
	const struct teller_payment *p = known(ask->outside_id);

	(void)ctx;
	for (int i = 0; i < 8; i++)
		if (span_eq_str(ask->refund_ref, p->refund_refs[i])) {
			say(then, arg, PROVIDER_DONE, p, p->refund_amounts[i]);
			return;
		}
	say(then, arg, PROVIDER_REFUSED, p, 0);
}

/* ---- lists ---- */

/* What he has of a kind, newest first: the n-th, or false. */
static bool
nth(enum provider_kind kind, int n, struct provider_item *out)
{
	for (int i = teller->n_payments - 1; i >= 0; i--) {
		const struct teller_payment *p = &teller->payments[i];

		*out = (struct provider_item){ .outside_id = span_str(p->ref),
			.ref = p->is_others ? SPAN_NONE : span_str(p->ref),
			.currency = span_str(p->currency),
			.amount_minor = p->captured,
			.created_s = p->created_s };
		if (kind == PROVIDER_PAYMENTS && n-- == 0)
			return true;
		for (int k = 0; kind == PROVIDER_REFUNDS && k < 8
		     && p->refund_refs[k][0] != '\0';
		     k++) {
			out->outside_id = out->ref = span_str(
			    p->refund_refs[k]);
			out->amount_minor = p->refund_amounts[k];
			out->is_taken = !p->refund_failed[k];
			if (n-- == 0)
				return true;
		}
	}
	return false;
}

static void
list(struct ctx *ctx, const struct provider_range *range,
    provider_page_fn *then, void *arg)
{
	size_t max = teller->page_max > 0 ? (size_t)teller->page_max
					  : PROVIDER_PAGE_MAX;
	struct provider_page page = { .said = PROVIDER_DONE,
		.date_s = ctx->now_ms / 1000 + teller->ahead_s };
	bool behind = !span_is(range->after);
	struct provider_item item;

	teller->n_pages++;
	if (teller->lists_fail)
		page.said = PROVIDER_UNKNOWN;
	for (int n = 0; !teller->lists_fail && nth(range->kind, n, &item);
	     n++) {
		if (!behind) {
			behind = span_eq(item.outside_id, range->after);
			continue;
		}
		if (item.created_s < range->from_s
		    || item.created_s >= range->to_s)
			continue;
		if (page.n == max) {
			page.after = page.items[max - 1].outside_id;
			break;
		}
		page.items[page.n++] = item;
	}
	then(arg, &page);
}

static const struct provider provider = { .name = "teller",
	.key_id = key_id,
	.create = create,
	.confirm = confirm,
	.find = look,
	.cancel = cancel,
	.refund = refund,
	.find_refund = look_for_refund,
	.list = list };

const struct payment_method card = { .name = "card",
	.provider = "teller",
	.pay = payment_outside_pay };

const struct provider *
teller_find(struct span name)
{
	bool is_he = span_eq_str(name, "teller") || span_eq_str(name, "stripe");

	return is_he && !teller->is_gone ? &provider : NULL;
}

void
teller_open(void)
{
	teller = race_memory(sizeof(*teller));
	job = payment_work_open(teller_find);
	house.ctx.set.pay_deadline_s = 900;
}

void
teller_close(void)
{
	payment_work_close(job);
	munmap(teller, sizeof(*teller));
}

int
pay_card(const char *key)
{
	return pay_by(&card, "ann", hold.token, key);
}

void
work(void)
{
	size_t n = 1;

	/* What a process that died had of it. */
	house_round();
	while (n > 0) {
		int r = payment_work_round(&house.ctx, job, &n);

		/* What Redis is not told, others set right. */
		ck_assert_msg(r >= 0 || kv_is_away(r), "fault %d", r);
	}
}

int
teller_rounds(void)
{
	size_t n = 1;
	int r = 0;

	house_round();
	while (r == 0 && n > 0)
		r = payment_work_round(&house.ctx, job, &n);
	return r;
}

void
wait_for_it(void)
{
	house_run(
	    "UPDATE payment_outside SET look_at = look_at - interval '5 min',"
	    " owned_until = owned_until - interval '5 min';"
	    "UPDATE refund_outside SET look_at = look_at - interval '5 min',"
	    " owned_until = owned_until - interval '5 min'");
}

int64_t
last_payment(void)
{
	return house_count(
	    "SELECT coalesce(max(id), 0) FROM payments"
	    " WHERE performance_id = $1",
	    house.performance);
}

int64_t
teller_has(void)
{
	int64_t sum = 0;

	for (int i = 0; i < teller->n_payments; i++)
		sum += teller->payments[i].captured
		    - teller->payments[i].refunded;
	return sum;
}
