/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * race - the same thing from many processes at once
 *
 * Each runner opens what it needs, says it is ready, and starts when all
 * are. What it returns, 0..255, is its result. race_memory is what they have
 * in common.
 *
 * Layer: tests.  Uses: check.
 */
#ifndef SUPPORT_RACE_H
#define SUPPORT_RACE_H

#include <check.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define RACE_MAX 64

struct runner {
	void (*open)(int i);
	int (*run)(int i);
};

/* len bytes, all zeros, that processes forked from here on share. munmap. */
void *race_memory(size_t len);

/* results: n of them, n 1..RACE_MAX. */
void race(int n, const struct runner *runner, int *results);

/* How many of n results are want. */
int race_count(int n, const int *results, int want);

#endif
