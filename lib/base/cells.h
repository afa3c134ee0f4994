/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cells - a number for each of many, in a table of bounded size
 *
 * Lives in memory that processes share. A record is one atomic word of tag and
 * number: a process killed at any moment leaves nothing half done. Under a
 * flood of names those with the smallest numbers are overwritten. Two of many
 * millions of names may be taken for one.
 *
 * Layer: base.
 */
#ifndef BASE_CELLS_H
#define BASE_CELLS_H

#include "base/base.h"

#include <stdatomic.h>

#define CELLS_VALUE_BITS 42

/* One name's record, as it was seen. */
struct cell {
	atomic_ullong *at;
	unsigned long long seen;
	unsigned long long tag;
};

/*
 * The record of who, or the one that is to become his.
 *
 * in:      cells  n of them, a multiple of 4; all zeros: nobody has a number
 *          who    spread over all 64 bits, and not to be chosen from outside
 * out:     cell for cells_set
 * returns: his number, 0 where he has none
 */
uint64_t cells_get(atomic_ullong *cells, size_t n, uint64_t who,
    struct cell *cell) MUST_CHECK;
/*
 * in:      value  0 forgets him; else of CELLS_VALUE_BITS
 * returns: false: somebody was faster, and cells_get is to be asked again
 */
bool cells_set(const struct cell *cell, uint64_t value) MUST_CHECK;

/* A number spread over all 64 bits, each to another. For numbers that nobody
 * can choose. Source: splitmix64, its last step. */
static inline uint64_t
cells_spread(uint64_t n)
{
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9U;
	n = (n ^ n >> 27) * 0x94d049bb133111ebU;
	return n ^ n >> 31;
}

#endif
