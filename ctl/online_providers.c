/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * online_providers - may every provider be asked who is needed yet?
 *
 * Their keys are for boxoffice-worker alone, and read here for this only. Where
 * they cannot be, as from another service's credentials, it is left to him.
 *
 * Layer: ctl (private to online).  Uses: store, payment.
 */
#include "ctl/online.h"

#include "payment/payment_left.h"

#include <inttypes.h>

static const char name[] = "providers";

static bool
check(struct ctl *ctl, const struct settings *set)
{
	struct payment_left left;
	int r = payment_left(&ctl->ctx, set, &left);

	if (r < 0)
		return online_not_ok(name,
		    "a question failed, see the lines on standard error");
	if (r == 0)
		return online_ok(name, "who is needed can be asked");
	return online_not_ok(name,
	    "%.*s is needed yet: %" PRId64
	    " payments have no end or wait for "
	    "a refund, %" PRId64
	    " may be refunded; give the settings his key again",
	    (int)left.provider.len, left.provider.p, left.n_open,
	    left.n_refundable);
}

bool
online_providers(struct ctl *ctl)
{
	static struct settings set;
	struct conf_error error;

	set.owner = SETTINGS_PAY;
	if (settings_read(ctl->config, &set, &error) != 0)
		return online_ok(name,
		    "their keys cannot be read here (%s); boxoffice-worker "
		    "--jobs pay looks when it starts",
		    error.text);
	return check(ctl, &set);
}
