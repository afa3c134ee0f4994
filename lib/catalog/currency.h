/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * currency - the currencies there are
 *
 * Layer: domain.  Uses: base.
 */
#ifndef CATALOG_CURRENCY_H
#define CATALOG_CURRENCY_H

#include "base/arena.h"

/* Whether code is one of ISO 4217 in which prices are said: no metal, fund or
 * code for tests. */
bool currency_is_known(struct span code);
/* How many digits of a currency's minor unit stand behind the point: 0, 2 or 3
 * (ISO 4217). */
int currency_decimals(struct span code);

/* An amount of minor units for people: "12,000 KRW", "12.50 USD" (decimals by
 * ISO 4217). Memory: a's. */
struct span currency_text(struct arena *a, int64_t minor, struct span code);

#endif
