/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rand - bytes nobody can guess, from getrandom(2)
 *
 * Layer: base.  Uses: log.
 */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include "base/base.h"

/* Fill p with len random bytes; aborts if the kernel gives none. */
void rand_bytes(void *p, size_t len);
/* A number in [0, below), below > 0, without modulo bias; for jitter, and
 * nothing that must stay secret. */
uint64_t rand_below(uint64_t below);

#endif
