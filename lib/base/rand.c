/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rand - bytes nobody can guess, from getrandom(2)
 *
 * Nothing is kept of bytes that others must not guess, so two processes never
 * share a state; numbers for jitter are fetched many at a time, since each
 * call is one of the system, and a child forgets those of its parent.
 *
 * Layer: base.  Uses: log.
 */
#include "base/rand.h"
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <sys/random.h>

#define SUPPLY 64
static uint64_t supply[SUPPLY];
static size_t n_left;

void
rand_bytes(void *p, size_t len)
{
	char *at = p;

	while (len > 0) {
		ssize_t n = getrandom(at, len, 0);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			DIE("no-random-bytes", LSTR("error", strerror(errno)));
		}
		at += n;
		len -= (size_t)n;
	}
}

static void
forget_supply(void)
{
	n_left = 0;
}

static uint64_t
next_number(void)
{
	static bool guarded;

	if (n_left == 0) {
		if (!guarded)
			pthread_atfork(NULL, NULL, forget_supply);
		guarded = true;
		rand_bytes(supply, sizeof(supply));
		n_left = SUPPLY;
	}
	return supply[--n_left];
}

uint64_t
rand_below(uint64_t below)
{
	/* 2^64 modulo below: as many numbers are one too many. */
	uint64_t surplus = (0 - below) % below;
	uint64_t v;

	do {
		v = next_number();
	} while (v < surplus);
	return v % below;
}
