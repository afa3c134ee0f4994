/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cards - a process that sells by card: the real routes, the job's rounds, and
 * tests/paysim as the provider
 *
 * Layer: tests.  Uses: fcgi-app, outside, payment, provider, buyer, paysim.
 */
#ifndef SUPPORT_CARDS_H
#define SUPPORT_CARDS_H

#include "payment/payment_work.h"
#include "tests/support/buyer.h"

#define CARDS_PAGE "https://tickets.example"
#define VISA "pm_card_visa"

/* For FIXTURE, behind house_open; or in a process of its own. paysim runs. */
void cards_open(void);
void cards_close(void);

/* The hold of buyer.h is paid; more: members of the body, or "". returns: the
 * answer's status */
int cards_pay(const char *token, const char *source, const char *key,
    const char *more);

/* Rounds of boxoffice-worker, until nothing is due and nothing under way; the
 * same when time enough has passed for whatever waits (wait_for_it). */
void cards_work(void);
void cards_work_later(void);

/* A payment's name outside: ours, and the provider's. Memory: the arena's. */
struct span cards_ref(int64_t payment);
struct span cards_id(int64_t payment);

#endif
