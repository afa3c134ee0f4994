/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_state - the seven states of a seat and the legal moves between them
 *
 * Two tables and a few look-ups. Whoever adds a state or a move adds a row
 * here and nowhere else.
 *
 * Layer: domain.  Uses: base.
 */
#include "seat/seat_state.h"

#include <string.h>

static const struct {
	char letter;
	const char *name;
} states[] = {
	{ SEAT_AVAILABLE, "AVAILABLE" },
	{ SEAT_HOLD, "HOLD" },
	{ SEAT_PAYMENT_PENDING, "PAYMENT_PENDING" },
	{ SEAT_RESERVED, "RESERVED" },
	{ SEAT_RESERVATION_CANCELLED, "RESERVATION_CANCELLED" },
	{ SEAT_BLOCKED, "BLOCKED" },
	{ SEAT_DISABLED, "DISABLED" },
};

const char seat_letters[SEAT_N_STATES + 1] = "AHPRCBD";

/* clang-format off */
const struct seat_move seat_moves[] = {
	{ 'A', 'H', "held" },
	{ 'H', 'A', "released or lapsed" },
	{ 'H', 'P', "payment begun" },
	{ 'P', 'A', "payment failed and the hold is over" },
	{ 'P', 'H', "payment declined while the hold runs" },
	{ 'P', 'R', "paid and committed" },
	{ 'R', 'C', "cancelled" },
	{ 'C', 'A', "refunded" },
	{ 'A', 'B', "blocked by the operator" },
	{ 'B', 'A', "unblocked" },
	{ 'A', 'D', "broken" },
	{ 'D', 'A', "repaired" },
	{ 0 },
};
/* clang-format on */

bool
seat_is_state(char letter)
{
	return letter != '\0' && strchr(seat_letters, letter) != NULL;
}

bool
seat_may_move(char from, char to)
{
	for (const struct seat_move *m = seat_moves; m->from != 0; m++)
		if (m->from == from && m->to == to)
			return true;
	return false;
}

const char *
seat_state_name(char letter)
{
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (states[i].letter == letter)
			return states[i].name;
	return NULL;
}

int32_t
seat_mark_at(struct span marks, size_t i)
{
	const uint8_t *p = (const uint8_t *)marks.p + 4 * i;

	if (4 * i + 4 > marks.len)
		return 0;
	return (int32_t)((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16
	    | (uint32_t)p[2] << 8 | p[3]);
}
