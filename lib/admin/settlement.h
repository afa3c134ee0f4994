/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settlement - what was sold and given back, by day, performance and method
 *
 * Read from the ledger's account of sales, from the primary: its sums are the
 * ledger's to the last unit. Money that was taken for nothing (a payment that
 * is LATE) counts as sold when it came, and as refunded when it is back. A move
 * to seats that cost more is money taken once more, on its own day, whatever it
 * is paid by: what is counted is how often, not for how many reservations.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef ADMIN_SETTLEMENT_H
#define ADMIN_SETTLEMENT_H

#include "store/ctx.h"

#define SETTLEMENT_DAYS_MAX 366

struct settlement {
	/* {"lines": [..], "totals": [..]}, a total for each currency */
	struct span json;
	/* RFC 4180 but for its line breaks: a line of names, then one for each
	 * day, performance, method and currency */
	struct span csv;
};

enum settlement_outcome {
	SETTLEMENT_OK = 0,
	SETTLEMENT_E_DAYS, /* to is before from, or more than
	                    * SETTLEMENT_DAYS_MAX days from it */
	SETTLEMENT_E_MANY, /* more than max lines: ask for fewer days */
};

/*
 * in:      from, to  days of the house, as clock_is_date has them; both are
 *                    meant
 *          max       lines, 1..
 * memory:  the arena's
 * returns: any settlement_outcome; < 0 on a fault
 */
int settlement_read(struct ctx *ctx, struct span from, struct span to,
    size_t max, struct settlement *out) MUST_CHECK;

#endif
