/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * together - one statement for what several processes write at once
 *
 * To begin a statement costs PostgreSQL more than most of its rows do, and so
 * does a commit. Where many processes want the same statement at the same time
 * each gives it a row, and one of them runs it for all (base/combine.h). To
 * wait for him is to wait for a lock: db_lock_ms bounds it.
 *
 * Layer: store.  Uses: base (combine), ctx, db.
 */
#ifndef STORE_TOGETHER_H
#define STORE_TOGETHER_H

#include "base/combine.h"
#include "store/ctx.h"

#define TOGETHER_PARAMS 32 /* at most */

/* The statement for one row. */
typedef void together_alone_fn(void *arg);

/* A process of the tree is gone: for the SHARED_PART that a combine is. */
void together_left(void *combine, int owner);

/*
 * in:      c       of this statement alone, in memory that the tree shares
 *          sql     its parameters are arrays, each of what the processes gave
 *                  as that parameter; it gives (place, answer), both bigint,
 *                  for each of them that it has done, places counted from 1.
 *                  A transaction of its own; it must be safe to repeat, and
 *                  to run late
 *          params  n_params, 1..TOGETHER_PARAMS: a row
 *          alone   a statement for one row, which knows that the row may have
 *                  been done already; called with arg, once, when false is
 *                  returned
 * out:     *answer  on true
 * returns: whether it was done with others. false: it was done alone, since
 *          nobody else was there, the row was left out, or something went
 *          wrong (logged, where it is a fault) or is not known
 */
bool together(struct ctx *ctx, struct combine *c, const struct sql *sql,
    int n_params, const struct db_param *params, together_alone_fn *alone,
    void *arg, int64_t *answer);

#endif
