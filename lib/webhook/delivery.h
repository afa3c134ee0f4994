/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * delivery - what a webhook was told, or is to be
 *
 * A row for each message and webhook, kept for a month with all tries to send
 * it; webhook_work.h sends them.
 *
 * Layer: domain.  Uses: base, store, admin.
 */
#ifndef WEBHOOK_DELIVERY_H
#define WEBHOOK_DELIVERY_H

#include "admin/audit_log.h"

/* "waiting", "sent", "failed"; ends with NULL. */
extern const char *const delivery_words[];

enum delivery_outcome {
	DELIVERY_OK = 0,
	DELIVERY_E_NONE,     /* there is none with this id */
	DELIVERY_E_WAITING,  /* it is on its way */
	DELIVERY_E_DISABLED, /* its webhook is */
	DELIVERY_E_REASON,   /* not audit_reason_ok */
};

/* Columns of a row; cells that say nothing are NONE. */
enum delivery_column {
	DELIVERY_ID,
	DELIVERY_WEBHOOK,
	DELIVERY_EVENT, /* webhook-id */
	DELIVERY_KIND,
	DELIVERY_ABOUT,
	DELIVERY_STATUS,
	DELIVERY_TRIES,
	DELIVERY_AT,      /* RFC 3339, as the other two */
	DELIVERY_SEND_AT, /* of one that waits, unless it is due */
	DELIVERY_ENDED_AT,
	DELIVERY_LAST, /* HTTP's status of the last try; 0: no answer */
	DELIVERY_ERROR,
	DELIVERY_BODY,
	N_DELIVERY_COLUMNS
};

/* As the wire has them. */
extern const char *const delivery_columns[N_DELIVERY_COLUMNS];

/*
 * Those of a webhook, newest first.
 *
 * in:      status     of delivery_words; < 0: any
 *          before_id  only older ones than this; 0: all
 * returns: OK; < 0 on a fault
 */
int delivery_list(struct ctx *ctx, int64_t webhook, int status,
    int64_t before_id, int64_t max, struct db_rows *out) MUST_CHECK;
/* One, and its tries, oldest first: when, HTTP's status, ms, error. returns:
 * OK, NONE; < 0 on a fault */
int delivery_find(struct ctx *ctx, int64_t id, struct db_rows *row,
    struct db_rows *tries) MUST_CHECK;

/* Tell it once more, by the same webhook-id. returns: any delivery_outcome;
 * < 0 on a fault: asking again is safe */
int delivery_replay(struct ctx *ctx, int64_t id,
    const struct audit_by *by) MUST_CHECK;

/* Forget old ones, at most max. out: *n. returns: 0; < 0 on a fault */
int delivery_purge(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;

#endif
