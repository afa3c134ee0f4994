/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read - which server answers a read
 *
 * The replica answers what decides nothing; while it cannot, the primary
 * does, so that losing either of them costs nobody a page. What a user has
 * made himself is read where it can be seen (db_read_own), what decides a
 * write from the primary (db_read_primary).
 *
 * Layer: store.  Uses: base, ctx, db, wrote.
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
/* The same from the primary alone, for what decides a write. */
int db_read_primary(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out) MUST_CHECK;

/*
 * The same from a server that has all that the user wrote and was answered
 * for: from the replica, if it has replayed that by now, else from the
 * primary; it never waits. When only the primary will do and it cannot answer,
 * that is a fault: nobody is told less than he knows.
 *
 * in:      user  whose rows are read
 */
int db_read_own(struct ctx *ctx, int64_t user, const struct sql *sql,
    int n_params, const struct db_param *params, struct db_rows *out)
    MUST_CHECK;

#endif
