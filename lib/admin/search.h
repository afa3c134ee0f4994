/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search - operators look for payments and reservations
 *
 * What is found is JSON, as sql/functions/search.sql writes it: the same for
 * boxofficectl and over HTTP. All of it is read from the primary: one sees what
 * one just did.
 *
 * Layer: domain.  Uses: base, store, account, reservation.
 */
#ifndef ADMIN_SEARCH_H
#define ADMIN_SEARCH_H

#include "store/ctx.h"

#define SEARCH_LOGIN_MAX 100 /* bytes */

/* What is looked for; zeros and NONE: whatever. */
struct search {
	int64_t before_id;  /* only older ones; of reservations, their row's */
	size_t max;         /* 1.. */
	struct span number; /* of a reservation, as typed */
	struct span login;  /* as typed */
	int64_t performance;
	int64_t seat; /* > 0 only together with performance */
	struct span status, method;
	struct span from, to; /* days of the house, "2026-11-21"; both meant */
};

enum search_outcome {
	SEARCH_OK = 0,
	SEARCH_E_NONE, /* there is no such thing */
};

struct search_hit {
	int64_t id;
	struct span item; /* a JSON object */
};

/* Rows of (id, item), of which one more than max was asked for. Memory: a's. */
void search_take(struct arena *a, const struct db_rows *rows, size_t max,
    struct search_hit **out, size_t *n, bool *more);

/*
 * Newest first.
 *
 * out:     *n of them, and whether there are more
 * memory:  the arena's
 * returns: OK; < 0 on a fault
 */
int search_payments(struct ctx *ctx, const struct search *search,
    struct search_hit **out, size_t *n, bool *more) MUST_CHECK;
int search_reservations(struct ctx *ctx, const struct search *search,
    struct search_hit **out, size_t *n, bool *more) MUST_CHECK;

/*
 * One with all that happened to it.
 *
 * in:      number  as typed
 * out:     *history  a JSON object; memory: the arena's
 * returns: any search_outcome; < 0 on a fault
 */
int search_payment(struct ctx *ctx, int64_t id,
    struct span *history) MUST_CHECK;
int search_reservation(struct ctx *ctx, struct span number,
    struct span *history) MUST_CHECK;

#endif
