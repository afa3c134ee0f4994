/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read - which server answers a read
 *
 * The replica answers what decides nothing; while it cannot, the primary
 * does, so that losing either of them costs nobody a page. What a user has
 * written himself, and what decides a write, is read from the primary
 * (db_read_primary).
 *
 * Layer: store.  Uses: base, ctx, db.
 */
#ifndef STORE_READ_H
#define STORE_READ_H

#include "store/ctx.h"

/* So long after a fault of one server the other one is asked first. */
#define READ_AWAY_MS 5000

/*
 * One SELECT, from the replica or, where that has a fault, the primary.
 *
 * in:      sql   reads only; it may run twice
 * out:     out   on DB_OK; memory: ctx's arena
 * returns: DB_OK; < 0 a fault of the server that was asked last
 */
int db_read(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out) MUST_CHECK;
/* The same from the primary alone, for what decides a write and for a user's
 * own: without it that is a fault, and nobody is told less than he knows. */
int db_read_primary(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out) MUST_CHECK;

#endif
