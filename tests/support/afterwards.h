/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * afterwards - what comes after a purchase or goes on beside it, said shortly
 *
 * Layer: tests.  Uses: buyer, hold_reconcile, journal, truth.
 */
#ifndef SUPPORT_AFTERWARDS_H
#define SUPPORT_AFTERWARDS_H

#include "base/clock.h"
#include "base/fault.h"
#include "hold/hold_expire.h"
#include "journal/journal.h"
#include "recovery/hold_reconcile.h"
#include "seat/epoch.h"
#include "seat/seat_script.h"
#include "tests/support/buyer.h"
#include "tests/support/holder.h"
#include "tests/support/truth.h"

/* One round of the persist job. */
void persist(void);
void set_right(void);

/* Time goes on, and the sweep with it. */
void pass(int64_t ms);

/* The jobs find what there is to do; then all must fit. */
void settle(void);

/* A reservation is given back and refunded, and that is committed. */
void cancel(const struct hold *h);

/* What tells Redis of it. */
void cancel_mirror(const struct hold *h);

/* Paid once, or never. */
int64_t balance(const char *name);
void pay_as_ann(void);

/* How far somebody else gets with the seat that was ann's. */
enum how_far { NOT_AT_ALL, HOLDS, PAYS, OWNS, N_HOW_FAR };

void bob_gets(enum how_far how_far, const char *seat);
char letter_of(enum how_far how_far);

/* He goes on, and it is his. */
void bob_ends_as_owner(enum how_far how_far, const char *seat);

#ifdef FAULTS
/* From now on, or with NULL no more, in this process. */
void faults(const char *plan);
#endif

#endif
