/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_wallet - pay from the prepaid balance
 *
 * Nobody outside is asked, so intent and confirm are one transaction.
 *
 * Layer: domain.  Uses: base, payment_intent.
 */
#include "payment/payment.h"

#include "base/fault.h"
#include "payment/payment_intent.h"

int
payment_wallet(struct ctx *ctx, const struct payment_order *order,
    struct payment_result *out)
{
	struct payment_intent intent;
	int r;

	FAULT_POINT("pay.before_commit");
	r = payment_intent(ctx, order, &intent);
	FAULT_POINT("pay.after_commit");
	*out = (struct payment_result){ intent.id, intent.answer };
	return r;
}
