/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stripe_read - what Stripe's answers mean
 *
 * Sources: docs.stripe.com/api (PaymentIntent, Refund, errors),
 * /payments/paymentintents/lifecycle, /error-low-level.
 *
 * Layer: provider.  Uses: base, http.
 */
#ifndef PROVIDER_STRIPE_READ_H
#define PROVIDER_STRIPE_READ_H

#include "http/json.h"
#include "provider/provider.h"

/* The names of our references in metadata. */
#define STRIPE_REF "boxoffice_ref"
#define STRIPE_REFUND_REF "boxoffice_refund"

enum stripe_step {
	STRIPE_CREATE,
	STRIPE_CONFIRM,
	STRIPE_FIND,
	STRIPE_CANCEL,
	STRIPE_REFUND,
	STRIPE_FIND_REFUND,
};

/* A member of what may be no object, or NULL. */
const struct json *stripe_member(const struct json *object, const char *name);
/* One that is text, else NONE. */
struct span stripe_text(const struct json *object, const char *name);
/* One that is a number from 0 on, else 0: nothing negative is an amount. */
int64_t stripe_number(const struct json *object, const char *name);
/* Its currency as ISO 4217 has it, or NONE. Memory: the arena's. */
struct span stripe_currency(struct arena *a, const struct json *object);

/*
 * What a whole answer to a step says. Whatever is not plainly one of the
 * others is PROVIDER_UNKNOWN.
 *
 * in:      amount_minor, currency  of PROVIDER_DONE, which is only said of
 *          create where they are equal
 * memory:  the arena's
 */
void stripe_read(struct arena *a, enum stripe_step step,
    const struct provider_ask *ask, int status, struct span body,
    struct provider_answer *out);

/* A page of intents or refunds; false when it is none. */
bool stripe_read_page(struct arena *a, enum provider_kind kind, int status,
    struct span body, struct provider_page *out) MUST_CHECK;
/* The answer that find or find_refund would give about the one in the page
 * with that reference; false when none has it. */
bool stripe_read_match(struct arena *a, enum stripe_step step,
    const struct provider_ask *ask, struct span body,
    struct provider_answer *out) MUST_CHECK;

#endif
