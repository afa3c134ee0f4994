/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alarm - what only a person can decide
 *
 * Alarms are raised by functions of the schema (sql/functions/alarms.sql), in
 * the transaction of what they are about. One is open until somebody says that
 * he has seen to it, and why that is so.
 *
 * Layer: domain.  Uses: base, store, audit_log, search.
 */
#ifndef ADMIN_ALARM_H
#define ADMIN_ALARM_H

#include "admin/audit_log.h"
#include "admin/search.h"

enum alarm_outcome {
	ALARM_OK = 0,
	ALARM_E_NONE,   /* there is no such alarm */
	ALARM_E_BEFORE, /* it was acknowledged before, which stays */
	ALARM_E_REASON, /* not audit_reason_ok */
};

/*
 * Newest first, from the primary.
 *
 * in:      before_id  only older ones; 0 for all
 *          max        1..
 *          open       only those that nobody acknowledged
 * out:     *n of them, and whether there are more
 * memory:  the arena's
 * returns: OK; < 0 on a fault
 */
int alarm_list(struct ctx *ctx, int64_t before_id, size_t max, bool open,
    struct search_hit **out, size_t *n, bool *more) MUST_CHECK;

/* How many are open. returns: OK; < 0 on a fault */
int alarm_count(struct ctx *ctx, int64_t *n) MUST_CHECK;

/*
 * It was seen to; by->reason says how.
 *
 * returns: any alarm_outcome; < 0 on a fault, when it may have been done:
 *          asking again is safe
 */
int alarm_acknowledge(struct ctx *ctx, int64_t id,
    const struct audit_by *by) MUST_CHECK;

#endif
