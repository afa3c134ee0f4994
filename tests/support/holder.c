/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * holder - what a buyer does with a hold that runs, and whose a seat is
 *
 * Layer: tests.  Uses: buyer.
 */
#include "tests/support/holder.h"

int
extend(const char *name, struct span token)
{
	house_round();
	return hold_extend(&house.ctx, house_user(name), token, &hold);
}

int
change(const char *name, struct span token, int64_t seat)
{
	struct hold_conflicts conflicts;
	const struct hold_want want = { .user = house_user(name),
		.performance = house.performance,
		.seats = &seat,
		.n_seats = 1 };

	house_round();
	return hold_change(&house.ctx, &want, token, &hold, &conflicts);
}

int64_t
owner(int seat)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "SELECT coalesce(max(user_id), 0) FROM"
	    " seat_claim WHERE performance_id = $1 AND seat_no = %d"
	    " AND state = 'R'",
	    seat);
	return house_count(sql, house.performance);
}
