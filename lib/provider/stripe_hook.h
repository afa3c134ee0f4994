/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stripe_hook - what Stripe tells by itself
 *
 * Source: docs.stripe.com/webhooks, "Verify webhook signatures manually": the
 * header is t=SECONDS,v1=HEX[,v1=HEX...], the HMAC-SHA256 is of "t.body".
 *
 * Layer: provider.  Uses: base, http.
 */
#ifndef PROVIDER_STRIPE_HOOK_H
#define PROVIDER_STRIPE_HOOK_H

#include "provider/provider.h"

/* How far its clock and ours may be apart, either way. */
#define STRIPE_HOOK_LEEWAY_S 300

/* Whether the bytes are signed with secret, and lately. A secret of no length
 * signs nothing. */
bool stripe_hook_is_signed(struct arena *a, struct span body,
    struct span signature, struct span secret, int64_t now_s);
/* Whether they are an event. Memory: the arena's. */
bool stripe_hook_read(struct arena *a, struct span body,
    struct provider_event *out) MUST_CHECK;

#endif
