/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_set - set seats as PostgreSQL has them, where nothing has happened
 *
 * Layer: domain.  Uses: base, store, seat_script.
 */
#include "seat/seat_set.h"

#include "seat/seat_map.h"

/* Seats in one script, so many arguments each. */
#define SEATS_MAX 500
#define ARGS_A_SEAT 5

static void
fill_args(struct ctx *ctx, const struct seat_setting *s, struct span *args)
{
	args[0] = seat_number(ctx, s->seat_no);
	args[1] = (struct span){ &s->was, 1 };
	args[2] = seat_number(ctx, s->was_mark);
	args[3] = (struct span){ &s->to, 1 };
	args[4] = seat_number(ctx, s->to_mark);
}

int
seat_set(struct ctx *ctx, struct seat_set *set)
{
	struct span *args;
	struct kv_reply reply;
	int r = 0;

	set->n_set = 0;
	set->version = SPAN_NONE;
	args = ARENA_ARRAY(&ctx->arena, ARGS_A_SEAT * SEATS_MAX, struct span);
	for (size_t at = 0; at < set->n_seats && r == 0; at += SEATS_MAX) {
		size_t n = MIN(set->n_seats - at, SEATS_MAX);

		for (size_t i = 0; i < n; i++)
			fill_args(ctx, &set->seats[at + i],
			    args + ARGS_A_SEAT * i);
		r = seat_script(ctx, set->performance, set->epoch,
		    &script_seat_set, ARGS_A_SEAT * n, args, &reply);
		if (r != 0 || !seat_said(&reply, "ok") || reply.n < 3)
			continue;
		set->n_set += (size_t)reply.items[1].i64;
		set->version = seat_version(ctx, set->epoch,
		    seat_reply(&reply, 2));
	}
	return r;
}
