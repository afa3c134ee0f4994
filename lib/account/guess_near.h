/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guess_near - guesses counted by a pool itself, while Redis cannot
 *
 * Inside guess. In the memory that the workers share (base/cells.h): under a
 * flood the records that waited longest are overwritten.
 *
 * Layer: domain.  Uses: base, shared.
 */
#ifndef ACCOUNT_GUESS_NEAR_H
#define ACCOUNT_GUESS_NEAR_H

#include "base/crypto.h"
#include "store/shared.h"

/* So many are remembered. */
#define GUESS_NEAR_MAX 4096

/* As guess_count.lua, in whole seconds.
 *
 * in:      who  a digest that nobody outside can compute
 * returns: ms to wait; 0: go on, the guess is counted
 */
int64_t guess_near_count(struct shared *shared, const uint8_t who[SHA256_LEN],
    int64_t now_ms) MUST_CHECK;
void guess_near_forget(struct shared *shared, const uint8_t who[SHA256_LEN]);

#endif
