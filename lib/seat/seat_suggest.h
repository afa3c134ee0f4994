/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_suggest - seats to choose instead of those that a rule refuses
 *
 * As many, together in one segment of the same section, free on a map, and
 * refused by no rule; the nearest first. Only segments near to the choice are
 * looked at.
 *
 * Layer: domain.  Uses: base, catalog, seat_rule.
 */
#ifndef SEAT_SEAT_SUGGEST_H
#define SEAT_SEAT_SUGGEST_H

#include "catalog/hall.h"

#define SEAT_SUGGEST_MAX 5

struct seat_suggest_ask {
	const struct hall *hall;
	struct span letters;  /* of all its seats */
	const int64_t *seats; /* refused: n, sorted, of segments */
	size_t n;             /* 1.. */
	const int64_t *own;   /* of the hold that is changed; sorted */
	size_t n_own;
	const bool *open;   /* by type: see seat_rule_row */
	const bool *wanted; /* by type, of those that are open */
	bool no_lone;
};

/*
 * out:     first  of each suggestion; it is that seat and the n - 1 behind it
 * memory:  a is used meanwhile
 * returns: how many; 0: there are none near
 */
size_t seat_suggest(struct arena *a, const struct seat_suggest_ask *ask,
    int64_t first[SEAT_SUGGEST_MAX]);

#endif
