/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * buyer - what buyers do in a test, said shortly
 *
 * Each call gives the domain's outcome; hold and bought are what the last
 * one left. Seats are numbers between blanks.
 *
 * Layer: tests.  Uses: hold, reservation, house.
 */
#ifndef SUPPORT_BUYER_H
#define SUPPORT_BUYER_H

#include "base/fault.h"
#include "hold/hold_pay.h"
#include "journal/journal.h"
#include "recovery/hold_reconcile.h"
#include "reservation/purchase.h"
#include "tests/support/house.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern struct hold hold;
extern struct purchase_result bought;
extern struct idem asked;

/* The arena forgets a token with the round; a test does not. */
struct span buyer_token(struct span token);

/* What a purchase answers: the number and a place for the payment's id. */
struct span buyer_answer(struct ctx *ctx, void *arg,
    const struct reservation *r, const struct payment *p);
int place_by(int64_t user, const char *seats);
int place(const char *name, const char *seats);

/* Places of the lawn (house_lawn), which is section 2. */
int place_on_lawn(const char *name, int64_t quantity);

/* Only the script of a payment: the handler has not gone on yet. */
int begin_to_pay(const char *name);
int drop(const char *name, struct span token);
int find(const char *name, struct span token);
int pay_by(const struct payment_method *method, const char *name,
    struct span token, const char *key);

int pay_key(const char *name, struct span token, const char *key);
int pay(const char *name);

/* The map is set right; how many seats and counts that took. */
size_t reconcile(void);
char letter(int seat);

/* From now on (to 0) or from a time on (ms) the persist job is said to keep
 * up, however slow this machine is; never, after buyer_alone. */
void buyer_behind(void);
void buyer_alone(void);

/* How many rows of the journal for this performance are in status. */
int64_t journaled(const char *status);

#ifdef FAULTS
/* Do work in a process of its own, with these faults; its exit status. */
pid_t buyer_fork(const char *faults, void (*work)(void));
int buyer_wait(pid_t pid);

/* The work must reach the point and die there. */
void buyer_crash(const char *faults, void (*work)(void));

/* Work that stands still at a point until buyer_wake. */
struct sleeper {
	pid_t pid;
	char path[2][64]; /* of the first point, and the next */
	int at;
};

void buyer_await(struct sleeper *s, const char *point);
void buyer_let_go(struct sleeper *s);

/* At one point, then, by buyer_stir, at the next (NULL: there is none), which
 * may be the same. */
void buyer_sleep_twice(struct sleeper *s, const char *point, const char *next,
    void (*work)(void));

void buyer_sleep(struct sleeper *s, const char *point, void (*work)(void));
void buyer_stir(struct sleeper *s, const char *next);

/* It goes on; its exit status. */
int buyer_wake(struct sleeper *s);
#endif

#endif
