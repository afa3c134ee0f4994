/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * password - hashing and checking passwords; the door to libargon2
 *
 * Argon2id, one lane, 16 bytes of salt, 32 of hash, kept as a PHC string that
 * names its own parameters; new ones follow the settings argon2_memory_kib
 * and argon2_passes. One call costs some 20 MiB and tens of milliseconds, so
 * callers bound how many run at once and how long the text is.
 *
 * Source: RFC 9106, the OWASP password storage cheat sheet.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef ACCOUNT_PASSWORD_H
#define ACCOUNT_PASSWORD_H

#include "base/span.h"

struct ctx;

enum password_outcome {
	PASSWORD_OK = 0,
	PASSWORD_E_OTHER, /* not this one */
	PASSWORD_E_STALE, /* this one, hashed with other parameters than
	                   * today's: hash it again */
};

/*
 * in:      password  1..1024 bytes
 * out:     phc       memory: the arena's
 * returns: PASSWORD_OK; < 0 on a fault (no memory for it)
 */
int password_hash(struct ctx *ctx, struct span password,
    struct span *phc) MUST_CHECK;

/*
 * in:      phc  the kept hash, or SPAN_NONE for a user who does not exist:
 *               then as much work is done for nothing
 * returns: any password_outcome (OTHER for SPAN_NONE); < 0 on a fault
 */
int password_check(struct ctx *ctx, struct span password,
    struct span phc) MUST_CHECK;

#endif
