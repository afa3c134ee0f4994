/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * target - what every fuzz target has: one function that eats any bytes
 *
 * libFuzzer calls it with bytes it makes up, replay_main.c with the files it
 * is given. What must hold for all input is asserted in it.
 *
 * Layer: tests.  Uses: base.
 */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include "base/arena.h"

/* The name is libFuzzer's. returns: 0, always */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* More than any input within run.sh's length limit may need. */
#define TARGET_ARENA_BYTES ((size_t)KIB(64 * 1024))

/* An empty arena; the last input's memory is gone. */
static inline struct arena *
target_arena(void)
{
	static struct arena a;

	if (a.limit == 0)
		arena_init(&a, TARGET_ARENA_BYTES);
	arena_reset(&a);
	return &a;
}

/* The input as text; data may be NULL when there is none. */
static inline struct span
target_span(const uint8_t *data, size_t len)
{
	return (struct span){ len == 0 ? "" : (const char *)data, len };
}

#endif
