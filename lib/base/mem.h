/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mem - memory of the system, or the end of the process
 *
 * Nobody can go on without it: a process that gets none dies loudly (one log
 * line, abort) and is replaced. What is got here is given back with free().
 *
 * Layer: base.  Uses: log.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/base.h"

/* size bytes, contents undefined; never NULL. */
void *mem_get(size_t size) __attribute__((returns_nonnull, malloc));
/* size bytes of zeros. */
void *mem_zget(size_t size) __attribute__((returns_nonnull, malloc));
/* p, which may be NULL, with room for size bytes, perhaps elsewhere. */
void *mem_more(void *p, size_t size) __attribute__((returns_nonnull));
/* There is none for wanted bytes. */
void mem_out(size_t wanted) NORETURN;

#endif
