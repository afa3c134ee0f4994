/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counter - what becomes of sales at a counter: reversed, paid back, printed
 *
 * A sale is reversed on the day it was made, by whoever sells, at his own till;
 * later an administrator gives it back (give_back.h), and what he gives back is
 * owed until a till pays it out.
 *
 * Layer: domain.  Uses: base, store, reservation, audit_log, search.
 */
#ifndef ADMIN_COUNTER_H
#define ADMIN_COUNTER_H

#include "admin/audit_log.h"
#include "admin/search.h"
#include "reservation/cancel.h"

/* Beside those of cancel_outcome. */
enum counter_outcome {
	COUNTER_OK = 0,
	COUNTER_E_NONE = 100, /* no such sale at a counter */
	COUNTER_E_REASON,     /* not audit_reason_ok */
	COUNTER_E_DAY,        /* it was not sold today */
	COUNTER_E_SLIP,       /* a terminal's slip has a number, nothing else */
	COUNTER_E_NOTHING,    /* nothing is owed */
	COUNTER_E_TILL,       /* as CANCEL_E_TILL */
	COUNTER_E_BEFORE,     /* it was printed before */
};

/* All memory is the arena's. */

/*
 * in:      ask  all but user and by; number as typed, till and slip
 * returns: any cancel_outcome but LATE; REASON, DAY, SLIP; < 0 on a fault:
 *          asking again with the same key gives the one answer
 */
int counter_reverse(struct ctx *ctx, const struct cancel *ask,
    const struct audit_by *by, struct cancel_result *out) MUST_CHECK;

struct counter_owed {
	struct span number; /* as typed */
	int64_t till;
	struct span slip; /* or NONE */
};

/* out: what was paid out, on OK. returns: OK, NONE, SLIP, NOTHING, TILL; < 0 on
 * a fault, when it may have been done: asking again then gives NOTHING */
int counter_pay_owed(struct ctx *ctx, const struct counter_owed *ask,
    const struct audit_by *by, int64_t *amount_minor,
    struct span *currency) MUST_CHECK;

struct counter_search {
	int64_t before_id;         /* a payment; 0: the newest */
	size_t max;                /* 1.. */
	int64_t till, performance; /* 0: whichever */
	struct span number;        /* as typed, or NONE */
	struct span name;          /* how it begins, or NONE */
};

/* Sales, newest first. out: *n of them, and whether there are more. returns: 0;
 * < 0 on a fault */
int counter_list(struct ctx *ctx, const struct counter_search *search,
    struct search_hit **out, size_t *n, bool *more) MUST_CHECK;

struct counter_print_search {
	int64_t before_id;   /* a print; 0: the newest */
	size_t max;          /* 1.. */
	int64_t performance; /* 0: whichever */
	struct span number;  /* as typed, or NONE */
};

/* What was printed, newest first. out: *n of them, and whether there are more.
 * returns: 0; < 0 on a fault */
int counter_print_list(struct ctx *ctx,
    const struct counter_print_search *search, struct search_hit **out,
    size_t *n, bool *more) MUST_CHECK;

struct counter_printed {
	struct span number, name; /* name NONE: kept for nobody */
	int64_t owner;            /* whose reservation it is (hold_by_till) */
};

/*
 * Tickets of a sale are going to be printed.
 *
 * in:      number  as typed; paper  "a4" or "80mm"; reason  NONE the first
 *          time
 * returns: OK, NONE, REASON, BEFORE; < 0 on a fault, when it may be written
 *          down: asking again then needs a reason
 */
int counter_print(struct ctx *ctx, struct span number, const char *paper,
    struct span reason, int64_t operator,
    struct counter_printed * out) MUST_CHECK;

#define COUNTER_BATCH_MAX 20
/* The same for the next sales of a performance that are kept for a name and
 * were never printed, at most COUNTER_BATCH_MAX of them, by name. *n may be 0.
 * returns: 0; < 0 on a fault */
int counter_print_named(struct ctx *ctx, int64_t performance, const char *paper,
    int64_t operator, struct counter_printed ** out, size_t *n) MUST_CHECK;

#endif
