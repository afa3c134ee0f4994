/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_best - the best seats for so many who belong together, by a map
 *
 * Together in one segment and leaving no lone seat beside them, as near the
 * focus of their section as can be; else together; else in neighbouring rows
 * of a section, in parts as equal as possible, of which none is one seat alone.
 * Of groups that are about equally near each request is given others first, so
 * that a crowd does not fight for one.
 *
 * Nothing is asked or kept here: a map and a seed give the same groups.
 *
 * Layer: domain.  Uses: base, catalog.
 */
#ifndef SEAT_SEAT_BEST_H
#define SEAT_SEAT_BEST_H

#include "base/arena.h"

struct hall;
struct hall_segment;

#define SEAT_BEST_GROUPS 4
#define SEAT_BEST_PARTS 10 /* of at least two of 20 seats */

struct seat_best_ask {
	const struct hall *hall;
	struct span letters;      /* of all its seats */
	int n;                    /* seats, 1..20 */
	int section_no, class_no; /* 0: any */
	const bool *sold;         /* by section; others are not looked at */
	const bool *open;         /* by type: such a seat could be had;
	                           * others are as good as taken */
	const bool *wanted;       /* and is what is asked for */
	bool no_lone;             /* a lone seat is left only where the
	                           * segment allows no other choice */
	uint64_t seed;
};

/* Seats first..first + n - 1 of one segment. */
struct seat_part {
	int first, n;
};

struct seat_group {
	int n_parts;                             /* 1: together */
	struct seat_part parts[SEAT_BEST_PARTS]; /* by row */
};

/*
 * The first choices, best first, all of the best kind that there is. Of groups
 * that are together none has a seat of another.
 *
 * out:     groups  up to SEAT_BEST_GROUPS; 0: the map has no such seats
 * memory:  the arena is used meanwhile
 * returns: how many
 */
size_t seat_best(struct arena *a, const struct seat_best_ask *ask,
    struct seat_group groups[SEAT_BEST_GROUPS]);

/* The segments of the scope, the nearest first. out: *n. Memory: a's. */
const struct hall_segment **seat_best_scope(struct arena *a,
    const struct seat_best_ask *ask, size_t *n);

#endif
