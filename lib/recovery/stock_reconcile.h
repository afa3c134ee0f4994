/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stock_reconcile - what Redis knows of counter sections follows the facts
 *
 * Inside the module: the part of hold_reconcile.h that is no seat of the map. A
 * count has no owner marks: what is compared is the version of a section's
 * stock, which each transaction that changes claims moves on, and the claims of
 * the holds that run in Redis.
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#ifndef RECOVERY_STOCK_RECONCILE_H
#define RECOVERY_STOCK_RECONCILE_H

#include "journal/hold_record.h"
#include "store/ctx.h"

/* Counter sections of a live map, as Redis had them at one moment. */
struct stock_reconcile {
	int64_t performance, epoch;
	const struct kv_reply *stock;    /* fields and values of :stock */
	const struct hold_record *holds; /* all that run */
	size_t n_holds;
	char *claims; /* out: of each hold the letter of its
	               * claim, P or R; '\0': none, or it is
	               * of seats */
};

/* Read the claims. returns: 0; < 0 on a fault */
int stock_reconcile_read(struct ctx *ctx, struct stock_reconcile *s) MUST_CHECK;

/*
 * Tell Redis of holds that were paid and of stocks that are newer. Where what
 * is promised is not what the holds have, or a version says two things, nobody
 * knows what else is wrong: the map is loaded anew.
 *
 * out:     *n  places that were set; added to
 * returns: 0; 1 it was loaded anew; < 0 on a fault
 */
int stock_reconcile_set(struct ctx *ctx, const struct stock_reconcile *s,
    size_t *n) MUST_CHECK;

/* A section's stock as PostgreSQL has it. */
struct stock_facts {
	struct span section, text; /* its number; "version kept capacity" */
	int64_t version, kept;
};

/*
 * Tell Redis of one section, where it knows an older version and that differs
 * in nothing that a purchase or a cancel would have told it.
 *
 * out:     *n  as above
 * returns: 0; 1 another number is kept: the map is to be reconciled; < 0 on a
 *          fault
 */
int stock_reconcile_one(struct ctx *ctx, int64_t performance, int64_t epoch,
    const struct stock_facts *facts, size_t *n) MUST_CHECK;

#endif
