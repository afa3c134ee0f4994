/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_trim - forget what the logs need not have any more
 *
 * Layer: domain.  Uses: base, store, seat, journal.
 */
#ifndef JOURNAL_JOURNAL_TRIM_H
#define JOURNAL_JOURNAL_TRIM_H

#include "store/ctx.h"

/* Forget log entries older than keep_ms, of the live maps where something
 * happened lately, and of each every keep_ms; the newest entry of each stays,
 * and those that the journal still wants, which are hinted at once more.
 * out: *n how many maps. returns: 0; < 0 on a fault */
int journal_trim(struct ctx *ctx, int64_t keep_ms, size_t *n) MUST_CHECK;

#endif
