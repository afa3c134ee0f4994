/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * holder - what a buyer does with a hold that runs, and whose a seat is
 *
 * As in buyer.h, hold is what the last call left.
 *
 * Layer: tests.  Uses: buyer.
 */
#ifndef SUPPORT_HOLDER_H
#define SUPPORT_HOLDER_H

#include "tests/support/buyer.h"

/* Each is a new request. */
int extend(const char *name, struct span token);
/* To this one seat. */
int change(const char *name, struct span token, int64_t seat);

/* Who has bought a seat, 0 for nobody. */
int64_t owner(int seat);

#endif
