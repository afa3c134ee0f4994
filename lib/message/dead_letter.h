/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dead_letter - messages that a consumer could not take
 *
 * One that failed as often as its consumer says counts as consumed, so that
 * nothing waits for it, and stays here whole until an operator has it tried
 * once more or drops it.
 *
 * Layer: domain.  Uses: base, store, admin.
 */
#ifndef MESSAGE_DEAD_LETTER_H
#define MESSAGE_DEAD_LETTER_H

#include "admin/audit_log.h"

enum dead_letter_outcome {
	DEAD_LETTER_OK = 0,
	DEAD_LETTER_E_NONE,   /* there is none with this id */
	DEAD_LETTER_E_FAILED, /* tried, and refused again */
	DEAD_LETTER_E_REASON, /* not one an audit log takes */
};

#define DEAD_LETTER_COLS 8

/*
 * Those with an id above after, oldest first, or the one with this id.
 *
 * out:     rows of id, consumer, kind, aggregate_id, attempts, when (ISO 8601),
 *          error, payload
 * returns: 0; < 0 on a fault
 */
int dead_letter_list(struct ctx *ctx, int64_t after, int64_t max,
    struct db_rows *out) MUST_CHECK;
int dead_letter_find(struct ctx *ctx, int64_t id,
    struct db_rows *out) MUST_CHECK;

/*
 * Make its effect now, behind whatever happened to its thing since; or drop it
 * without. Both go to the audit log.
 *
 * out:     *error  of DEAD_LETTER_E_FAILED: what PostgreSQL said
 * memory:  the arena's
 * returns: any dead_letter_outcome; < 0 on a fault
 */
int dead_letter_retry(struct ctx *ctx, int64_t id, const struct audit_by *by,
    struct span *error) MUST_CHECK;
int dead_letter_drop(struct ctx *ctx, int64_t id,
    const struct audit_by *by) MUST_CHECK;

#endif
