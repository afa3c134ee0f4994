/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * export_work - exports are written into files
 *
 * Each round writes one piece of one export, at the place of the file where the
 * row says that it ends; then the row says so too. Whoever stops in between
 * writes that piece again. An export has one owner at a time; if he is silent
 * for too long the next one begins anew with a file of his own, so that one who
 * wakes up again writes where nobody reads.
 *
 * Layer: domain.  Uses: base, store, export.
 */
#ifndef ADMIN_EXPORT_WORK_H
#define ADMIN_EXPORT_WORK_H

#include "store/ctx.h"

/*
 * One piece. A file that cannot be written fails its export.
 *
 * out:     *n_done  pieces written, 0 or 1
 * returns: 0; 1 there is more to do; < 0 on a fault: it is tried again
 */
int export_round(struct ctx *ctx, size_t *n_done) MUST_CHECK;

/* Forget exports that ended EXPORT_KEEP_HOURS ago, at most max, and any files
 * in [export] dir that nobody has written to for so long. out: *n rows.
 * returns: 0; < 0 on a fault */
int export_purge(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;

#endif
