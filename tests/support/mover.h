/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mover - who moves reservations to other seats in a test, said shortly
 *
 * moved, gave and their_number are what the last call left.
 *
 * Layer: tests.  Uses: reservation, admin, buyer, teller.
 */
#ifndef SUPPORT_MOVER_H
#define SUPPORT_MOVER_H

#include "reservation/move.h"
#include "tests/support/teller.h"

extern struct move_result moved;
extern struct cancel_result gave;
extern struct span their_number; /* of the last reservation bought */

/* their_number is that of the house's newest reservation. */
void mover_remember(void);
/* Hold and pay, by wallet, and by card as far as the job's part. */
void buy(const char *name, const char *seats);
void buy_by_card(const char *name, const char *seats);

/* A key that nobody had. Memory: the arena's. */
const char *new_key(void);
/* "1:9 2:10:youth". by: the buyer's name, or NULL: an operator. */
int move_key(const char *by, const char *text, const char *key);
int move(const char *by, const char *text);
/* The buyer, who pays what it costs more by card. */
int move_by_card(const char *name, const char *text, const char *key);
/* moved.answer is this. */
void assert_answer(const char *text);

/* "2 17", or NULL: all. */
int cancel_some(const char *name, const char *seats);
int cancel_all(const char *name);

#endif
