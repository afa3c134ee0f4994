/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * till - sales at a counter: who has which drawer, and what is in it
 *
 * A till session is a drawer in the hands of one operator, who opens it with so
 * much cash (the float), sells, and closes it with what was counted. Holds of a
 * counter are its own (hold_by_till), payments there name it
 * (payment/payment_counter.c), and the ledger has its accounts. An operator has
 * one at a time, and so has a drawer.
 *
 * Layer: domain.  Uses: base, store, audit_log, search.
 */
#ifndef ADMIN_TILL_H
#define ADMIN_TILL_H

#include "admin/audit_log.h"
#include "admin/search.h"

#define TILL_NAME_MAX 32
#define TILL_NOTE_MAX 500 /* characters */

enum till_outcome {
	TILL_OK = 0,
	TILL_E_NONE,   /* there is no such session, or it is another's */
	TILL_E_TAKEN,  /* somebody has this drawer open */
	TILL_E_BUSY,   /* this operator has another open */
	TILL_E_USER,   /* nobody who sells */
	TILL_E_CLOSED, /* it is closed */
	TILL_E_FIELD,  /* a member is not as the schema wants it */
};

struct till_opening {
	struct span till;     /* the drawer: 1..32 of A-Z a-z 0-9 . _ - */
	struct span currency; /* currency_is_known */
	int64_t float_minor;  /* cash in it, >= 0 */
};

/* All memory is the arena's. by: whose it will be, who needs to be a user.
 * out: *id on OK. returns: OK, TAKEN, BUSY, USER, FIELD; < 0 on a fault, when
 * it may have been done: asking again then gives TAKEN */
int till_open(struct ctx *ctx, const struct till_opening *open,
    const struct audit_by *by, int64_t *id) MUST_CHECK;

struct till_count {
	int64_t counted_minor; /* cash in it, >= 0 */
	struct span note;      /* 1..TILL_NOTE_MAX characters, or NONE */
	bool any;              /* whoever's it is; else it is by's own */
};

/* returns: OK, NONE, CLOSED, FIELD; < 0 on a fault, when it may have been done:
 * asking again then gives CLOSED */
int till_close(struct ctx *ctx, int64_t id, const struct till_count *count,
    const struct audit_by *by) MUST_CHECK;

/* One with what was sold there by method, what should be in it, and, once it is
 * closed, what was: a JSON object. in: operator  whose it has to be; 0:
 * whoever's. returns: OK, NONE; < 0 on a fault */
int till_get(struct ctx *ctx, int64_t id, int64_t operator,
    struct span * item) MUST_CHECK;

/* Newest first, below before_id where that is not 0. in: open  none that are
 * closed; operator  0: everybody's. out: *n of them, and whether there are
 * more. returns: 0; < 0 on a fault */
int till_list(struct ctx *ctx, int64_t before_id, size_t max, bool open,
    int64_t operator, struct search_hit ** out, size_t *n,
    bool *more) MUST_CHECK;

/* As whom seats are held there. out: *user on OK and CLOSED. returns: OK,
 * CLOSED; NONE: it is no session of this operator; < 0 on a fault */
int till_user(struct ctx *ctx, int64_t id, int64_t operator,
    int64_t * user) MUST_CHECK;

#endif
