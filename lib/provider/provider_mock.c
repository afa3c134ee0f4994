/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * provider_mock - a provider who takes no money, for demonstrations
 *
 * He answers at once and remembers nothing: what he says of a payment follows
 * from its source, which says how it shall go. Without one it is taken.
 *
 * Layer: provider.  Uses: base, store.
 */
#include "provider/provider.h"

static const char *
key_id(struct ctx *ctx)
{
	(void)ctx;
	return "mock";
}

static void
answer(const struct provider_ask *ask, enum provider_said said,
    int64_t amount_minor, provider_fn *then, void *arg)
{
	const struct provider_answer what = { .said = said,
		.outside_id = ask->ref,
		.reason = SPAN_LIT("card_declined"),
		.currency = ask->currency,
		.amount_minor = amount_minor };

	then(arg, &what);
}

static bool
is_declined(const struct provider_ask *ask)
{
	return span_eq_str(ask->source, "declined");
}

static void
create(struct ctx *ctx, const struct provider_ask *ask, provider_fn *then,
    void *arg)
{
	(void)ctx;
	answer(ask, PROVIDER_DONE, 0, then, arg);
}

static void
confirm(struct ctx *ctx, const struct provider_ask *ask, provider_fn *then,
    void *arg)
{
	(void)ctx;
	if (is_declined(ask))
		answer(ask, PROVIDER_REFUSED, 0, then, arg);
	else
		answer(ask, PROVIDER_DONE, ask->amount_minor, then, arg);
}

static void
cancel(struct ctx *ctx, const struct provider_ask *ask, provider_fn *then,
    void *arg)
{
	(void)ctx;
	answer(ask, PROVIDER_DONE, is_declined(ask) ? 0 : ask->amount_minor,
	    then, arg);
}

static void
refund(struct ctx *ctx, const struct provider_ask *ask, provider_fn *then,
    void *arg)
{
	(void)ctx;
	answer(ask, PROVIDER_DONE, ask->amount_minor, then, arg);
}

const struct provider provider_mock = { .name = "mock",
	.key_id = key_id,
	.create = create,
	.confirm = confirm,
	.find = confirm,
	.cancel = cancel,
	.refund = refund,
	.find_refund = refund };
