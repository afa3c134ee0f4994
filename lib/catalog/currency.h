/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * currency - the currencies there are
 *
 * Layer: domain.  Uses: base.
 */
#ifndef CATALOG_CURRENCY_H
#define CATALOG_CURRENCY_H

#include "base/span.h"

/* Whether code is one of ISO 4217 in which prices are said: no metal, fund or
 * code for tests. */
bool currency_is_known(struct span code);
/* How many digits of a currency's minor unit stand behind the point: 0, 2 or 3
 * (ISO 4217). */
int currency_decimals(struct span code);

#endif
