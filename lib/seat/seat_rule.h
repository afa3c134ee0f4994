/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_rule - which choices of seats a performance's rules refuse
 *
 * "no-lone-seat": nobody may leave one free seat between his seats and the next
 * taken one, or the end of the row, where he need not. "accessible-last": seats
 * of some types go only to who names their type. The judge here is asked for
 * suggestions and while Redis is away; that of the hold scripts is
 * lua/rule.inc.lua. Both run tests/vectors/seat_rule.tsv.
 *
 * Layer: domain.  Uses: base, words.
 */
#ifndef SEAT_SEAT_RULE_H
#define SEAT_SEAT_RULE_H

#include "base/arena.h"
#include "catalog/words.h"

/*
 * Whether a choice of seats leaves a lone seat in one segment.
 *
 * A seat is free when nobody has it, or the hold that is being changed, and it
 * is of a type that is open to the request. Anything else counts as taken, and
 * is never a lone seat. With k seats chosen in the segment the choice is
 * refused when a run of exactly one free seat is left that touches a chosen
 * one, and the k seats could have stood elsewhere: before the choice a run of
 * exactly k free seats was there, or one of k + 2 or more.
 *
 * in:      free    of each seat, before the choice
 *          chosen  of each seat; those chosen are free
 *          n       seats of the segment, neighbours in their order
 */
bool seat_rule_lone(const bool *free, const bool *chosen, size_t n);

/* A choice in one segment: of each of its n seats, neighbours in order. */
struct seat_rule_row {
	size_t n;
	const char *letters;
	const bool *open; /* of a type that is open to the request */
	const bool *own;  /* of the hold that is being changed */
	const bool *chosen;
};

#define SEAT_RULE_NONE (-1)
/*
 * Which rule refuses it. A segment in which no seat is chosen but own ones is
 * not judged: giving back is never refused. An own seat that is not open may be
 * kept, and counts as taken.
 *
 * in:      no_lone  whether the rule against lone seats is on; the other one is
 *                   where a seat is not open
 * memory:  a is used meanwhile
 * returns: an enum seat_rule, or SEAT_RULE_NONE
 */
int seat_rule_judge(struct arena *a, const struct seat_rule_row *row,
    bool no_lone);

#endif
