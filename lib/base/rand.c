/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rand - bytes nobody can guess, from getrandom(2)
 *
 * Nothing is kept between calls, so two processes never share a state.
 *
 * Layer: base.  Uses: log.
 */
#include "base/rand.h"
#include "base/log.h"

#include <errno.h>
#include <sys/random.h>

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

uint64_t
rand_below(uint64_t below)
{
	/* 2^64 modulo below: as many numbers are one too many. */
	uint64_t surplus = (0 - below) % below;
	uint64_t v;

	do {
		rand_bytes(&v, sizeof(v));
	} while (v < surplus);
	return v % below;
}
