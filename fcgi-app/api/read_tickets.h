/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read_tickets - how many tickets of each type, as holds and cancels name them
 *
 * Layer: fcgi-app/api.  Uses: http, hold.
 */
#ifndef FCGI_APP_API_READ_TICKETS_H
#define FCGI_APP_API_READ_TICKETS_H

#include "catalog/price_list.h"
#include "fcgi-app/api/read.h"
#include "hold/hold_want.h"

/* The field {"tickets": {"adult": 2, "youth": 1}} of a body, its tickets a
 * const struct json *. */
#define TICKETS_FIELD(body) \
	{ \
		"tickets", FIELD_OBJECT, FIELD_OPTIONAL, 1, PRICE_TYPES_MAX, \
		    offsetof(body, tickets) \
	}

/* Its value; NULL: none are said. Memory: the arena's. problem: 422
 * invalid-field */
bool read_tickets(struct ctx *ctx, struct res *res, const struct json *tickets,
    const struct hold_ticket **out, size_t *n) MUST_CHECK;

#endif
