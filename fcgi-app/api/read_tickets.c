/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read_tickets - how many tickets of each type, as holds and cancels name them
 *
 * Layer: fcgi-app/api.  Uses: http, hold.
 */
#include "fcgi-app/api/read_tickets.h"

#include "http/problem.h"

bool
read_tickets(struct ctx *ctx, struct res *res, const struct json *tickets,
    const struct hold_ticket **out, size_t *n)
{
	struct hold_ticket *list;

	*out = NULL;
	*n = 0;
	if (tickets == NULL)
		return true;
	list = ARENA_ARRAY(&ctx->arena, tickets->n, struct hold_ticket);
	for (size_t i = 0; i < tickets->n; i++) {
		const struct json *count = &tickets->items[i];

		if (count->type != JSON_INT || count->i64 < 1
		    || count->i64 > HOLD_SEATS_MAX) {
			(void)problem_field(res, "tickets",
			    "Of each ticket type a number from 1 to 20.");
			return false;
		}
		list[i] = (struct hold_ticket){ tickets->names[i], count->i64 };
	}
	*out = list;
	*n = tickets->n;
	return true;
}
