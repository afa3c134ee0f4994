/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * permits - at most so many processes of a tree do something at once
 *
 * Lives in memory that the processes share. Each process that holds a permit
 * owns one cell, so the bound is exact and nothing is counted: when a process
 * was killed, whoever reaped it clears its cell by its number. A cell also says
 * for which group it was taken, so that one group can be kept from having all.
 *
 * Layer: base.
 */
#ifndef BASE_PERMITS_H
#define BASE_PERMITS_H

#include "base/base.h"

#include <stdatomic.h>

#define PERMITS_MAX 1023

/* All zeros: nobody holds one. */
struct permits {
	/* group * 2^32 + owner + 1; 0 is free */
	atomic_ullong cell[PERMITS_MAX];
};

/*
 * in:      owner  the process's number in its tree, from 0; it holds none yet
 *          max    1..PERMITS_MAX
 * returns: whether there was a free permit
 */
bool permits_take(struct permits *p, int owner, int max) MUST_CHECK;
/*
 * The same for one of a group that may hold half of them, at least one. Of two
 * of a group that ask for its last at the same moment, both may be refused.
 */
bool permits_take_fairly(struct permits *p, int owner, int max,
    uint32_t group) MUST_CHECK;
/* Give back what owner holds, if anything. By the owner, or for it when it is
 * gone. */
void permits_drop(struct permits *p, int owner);
/* How many are held. */
int permits_count(const struct permits *p);

#endif
