/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limit_near - limits counted by the processes of one tree together
 *
 * Inside limit. In the memory that they share (base/cells.h): under a flood of
 * names those who have used least are forgotten.
 *
 * Layer: domain.  Uses: base, shared.
 */
#ifndef LIMIT_LIMIT_NEAR_H
#define LIMIT_LIMIT_NEAR_H

#include "limit/limit.h"

/* So many are remembered. */
#define LIMIT_NEAR_MAX 65536

/*
 * As limit_take.lua.
 *
 * in:      who   as cells_get takes it
 *          rate  with a quota
 * out:     told  left, wait_ms
 * returns: any limit_outcome
 */
int limit_near_take(struct shared *shared, uint64_t who,
    const struct rate *rate, int64_t n, int64_t now_ms,
    struct limit_told *told) MUST_CHECK;

#endif
