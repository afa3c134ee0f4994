/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * restored - PostgreSQL was restored to an earlier moment
 *
 * People and providers remember what it has forgotten: names that were given
 * out since are never given to somebody else, sessions end, the epoch is one
 * that nobody has seen, and all lists of providers are read again. What is to
 * be done around it is in doc/operations.md.
 *
 * Layer: domain.  Uses: base, store, audit_log.
 */
#ifndef ADMIN_RESTORED_H
#define ADMIN_RESTORED_H

#include "admin/audit_log.h"

enum restored_outcome {
	RESTORED_OK = 0,
	RESTORED_E_REASON, /* not audit_reason_ok */
};

struct restored {
	int64_t n_sequences, epoch, n_sessions;
};

/*
 * Once, before any program runs; again is no harm.
 *
 * in:      by   with a reason
 * out:     out  on OK
 * returns: any restored_outcome; < 0 on a fault: asking again is safe
 */
int restored(struct ctx *ctx, const struct audit_by *by,
    struct restored *out) MUST_CHECK;

#endif
