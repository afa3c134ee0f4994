/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * permits - at most so many processes of a tree do something at once
 *
 * Lives in memory that the processes share. Each process that holds a permit
 * owns one cell, so the bound is exact and nothing is counted: when a process
 * was killed, whoever reaped it clears its cell by its number.
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
	atomic_int cell[PERMITS_MAX];	/* owner + 1; 0 is free */
};

/*
 * in:      owner  the process's number in its tree, from 0; it holds none yet
 *          max    1..PERMITS_MAX
 * returns: whether there was a free permit
 */
bool permits_take(struct permits *p, int owner, int max) MUST_CHECK;
/* Give back what owner holds, if anything. By the owner, or for it when it is
 * gone. */
void permits_drop(struct permits *p, int owner);
/* How many are held. */
int permits_count(const struct permits *p);

#endif
