/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call_off - a performance does not take place
 *
 * It is cancelled at once, whatever was sold of it: nobody begins to pay for it
 * any more. boxoffice-worker then gives all back (reservation/called_off.h).
 *
 * Layer: domain.  Uses: base, store, audit_log.
 */
#ifndef ADMIN_CALL_OFF_H
#define ADMIN_CALL_OFF_H

#include "admin/audit_log.h"

enum call_off_outcome {
	CALL_OFF_OK = 0,
	CALL_OFF_E_NONE,   /* no such performance */
	CALL_OFF_E_REASON, /* not audit_reason_ok */
};

struct call_off_result {
	bool changed; /* else it was cancelled already, and nothing is logged */
	int64_t n_left; /* reservations and payments to be settled */
};

/*
 * Call a performance off; asking again tells how far it is.
 *
 * in:      performance  1..
 * out:     out  on CALL_OFF_OK
 * returns: any call_off_outcome; < 0 on a fault, when it may have been done:
 *          asking again is safe
 */
int call_off(struct ctx *ctx, int64_t performance, const struct audit_by *by,
    struct call_off_result *out) MUST_CHECK;

#endif
