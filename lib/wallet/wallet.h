/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wallet - a user's prepaid balance and its ledger
 *
 * The balance is never written without a transfer in the ledger, in the same
 * transaction: lines that sum to zero. Amounts are minor units.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef WALLET_WALLET_H
#define WALLET_WALLET_H

#include "base/span.h"

struct ctx;

/* The currency of every wallet, as the schema presets it. */
#define WALLET_CURRENCY "KRW"

/* No balance grows past this: it stays exact in every JSON reader, and far
 * from the end of int64. */
#define WALLET_BALANCE_MAX INT64_C(1000000000000000)

enum wallet_outcome {
	WALLET_OK = 0,
	WALLET_E_NONE,   /* the user has no wallet: no such user */
	WALLET_E_AMOUNT, /* not 1..WALLET_BALANCE_MAX */
	WALLET_E_FULL,   /* the balance would pass WALLET_BALANCE_MAX */
};

struct wallet {
	int64_t balance_minor;
	struct span currency; /* ISO 4217 */
};

/* The balance now, from the primary. Memory: the arena's. returns: OK,
 * NONE; < 0 on a fault. */
int wallet_get(struct ctx *ctx, int64_t user, struct wallet *out) MUST_CHECK;

/* One line of the ledger that moved the balance. */
struct wallet_entry {
	int64_t id, amount_minor; /* < 0: it went out */
	struct span reason;       /* credit, charge, payment, refund */
	int64_t payment;          /* 0: none */
	struct span reservation;  /* the number, NONE: none */
	int64_t at_ms;
};

/*
 * What moved the balance, newest first, from the primary.
 *
 * in:      before_id  only older ones than this; 0 for all
 *          max        1..
 * out:     *n of them, and whether there are more; memory: the arena's
 * returns: OK; < 0 on a fault
 */
int wallet_entries(struct ctx *ctx, int64_t user, int64_t before_id, size_t max,
    struct wallet_entry **out, size_t *n, bool *more) MUST_CHECK;

/*
 * Money from outside goes in: one transfer, wallet +amount, funding -amount.
 *
 * out:     out  the wallet after it, on WALLET_OK
 * returns: any wallet_outcome; < 0 on a fault, when the credit may have been
 *          booked: asking again may book it twice, so look at the ledger
 */
int wallet_credit(struct ctx *ctx, int64_t user, int64_t amount_minor,
    struct wallet *out) MUST_CHECK;

#endif
