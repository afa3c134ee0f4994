/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_left - who must be asked yet, and whom the settings no longer tell of
 *
 * A provider is needed for as long as a payment of his has no end, a refund is
 * on its way, or a performance is to come that was paid for through him: it may
 * be given back. Settings without him are refused by whoever asks him.
 *
 * Layer: domain.  Uses: base, store, payment.
 */
#ifndef PAYMENT_PAYMENT_LEFT_H
#define PAYMENT_PAYMENT_LEFT_H

#include "store/ctx.h"

#define PAYMENT_LEFT 1

struct payment_left {
	struct span provider;
	int64_t n_open;       /* without an end, or with a refund on its way */
	int64_t n_refundable; /* which may be given back */
};

/*
 * The first provider whom these settings, which hold SETTINGS_PAY, do not let
 * be asked though he is needed.
 *
 * out:     out  written on PAYMENT_LEFT; memory: the arena's
 * returns: 0: there is none; PAYMENT_LEFT; < 0 on a fault
 */
int payment_left(struct ctx *ctx, const struct settings *set,
    struct payment_left *out) MUST_CHECK;

#endif
