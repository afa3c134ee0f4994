/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * draw - an operator draws a lobby with the public value that was promised
 *
 * Layer: domain.  Uses: base, store, audit_log, queue.
 */
#ifndef ADMIN_DRAW_H
#define ADMIN_DRAW_H

#include "admin/audit_log.h"

#define DRAW_BEACON_MAX 200 /* characters */

struct draw_ask {
	int64_t performance;
	struct span beacon; /* 1..DRAW_BEACON_MAX characters; NONE where none
	                     * was promised */
	struct audit_by by;
};

enum draw_outcome {
	DRAW_OK = 0,
	DRAW_E_NONE,     /* no lobby has opened */
	DRAW_E_OPEN,     /* its list is not published yet */
	DRAW_E_PROMISED, /* a beacon was, and none is given */
	DRAW_E_UNASKED,  /* none was, and one is given */
	DRAW_E_OTHER,    /* it was drawn with another */
	DRAW_E_REASON,   /* not audit_reason_ok */
};

/*
 * out:     done  false: it was drawn so before
 * returns: any draw_outcome; < 0 on a fault, when it may have been done: asking
 *          again is safe
 */
int draw_now(struct ctx *ctx, const struct draw_ask *ask,
    bool *done) MUST_CHECK;

#endif
