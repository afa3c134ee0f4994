/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_rule - which choices of seats a performance's rules refuse
 *
 * Layer: domain.  Uses: base, words.
 */
#include "seat/seat_rule.h"

#include "seat/seat_state.h"

/* How many free seats stand together from the i-th on. */
static size_t
run_at(const bool *free, size_t i, size_t n)
{
	size_t from = i;

	while (i < n && free[i])
		i++;
	return i - from;
}

/* Whether k seats could stand somewhere without leaving a lone one. */
static bool
has_room(const bool *free, size_t n, size_t k)
{
	for (size_t i = 0; i < n; i++) {
		size_t run = run_at(free, i, n);

		if (run == k || run >= k + 2)
			return true;
		i += run;
	}
	return false;
}

/* Whether the i-th is free still. The ends of the row are not. */
static bool
stays(const bool *free, const bool *chosen, size_t i, size_t n)
{
	return i < n && free[i] && !chosen[i];
}

static bool
is_lone(const bool *free, const bool *chosen, size_t i, size_t n)
{
	return stays(free, chosen, i, n) && !stays(free, chosen, i - 1, n)
	    && !stays(free, chosen, i + 1, n)
	    && ((i > 0 && chosen[i - 1]) || (i + 1 < n && chosen[i + 1]));
}

bool
seat_rule_lone(const bool *free, const bool *chosen, size_t n)
{
	size_t k = 0;
	bool lone = false;

	for (size_t i = 0; i < n; i++) {
		k += chosen[i];
		lone = lone || is_lone(free, chosen, i, n);
	}
	return lone && has_room(free, n, k);
}

/* ---- a row ---- */

static bool
is_taken_more(const struct seat_rule_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (row->chosen[i] && !row->own[i])
			return true;
	return false;
}

int
seat_rule_judge(struct arena *a, const struct seat_rule_row *row, bool no_lone)
{
	bool *free = ARENA_ARRAY(a, row->n + 1, bool);
	bool *chosen = ARENA_ARRAY(a, row->n + 1, bool);

	if (!is_taken_more(row))
		return SEAT_RULE_NONE;
	for (size_t i = 0; i < row->n; i++) {
		if (row->chosen[i] && !row->open[i] && !row->own[i])
			return SEAT_RULE_ACCESSIBLE_LAST;
		free[i] = row->open[i]
		    && (row->own[i] || row->letters[i] == SEAT_AVAILABLE);
		chosen[i] = row->chosen[i] && row->open[i];
	}
	return no_lone && seat_rule_lone(free, chosen, row->n)
	    ? SEAT_RULE_NO_LONE_SEAT
	    : SEAT_RULE_NONE;
}
