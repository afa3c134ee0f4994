/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_best_own - what the files of seat_best share
 *
 * Inside the module: its files share it.
 *
 * Layer: domain.  Uses: base, catalog.
 */
#ifndef SEAT_SEAT_BEST_OWN_H
#define SEAT_SEAT_BEST_OWN_H

#include "base/arena.h"
#include "catalog/hall.h"

#include <math.h>

struct seat_best_ask;
struct seat_group;

/* A place for some of the group, and how far it is. */
struct best_place {
	int first;
	float far;
};

struct best_places {
	struct best_place *items;
	size_t n;
	float nearest; /* of them; INFINITY: there are none */
	float within;  /* most that are farther are left out */
};

/* One more. in: to has room, as many items as there are seats are enough. */
static inline void
best_put(struct best_places *to, int first, float far)
{
	to->items[to->n++] = (struct best_place){ first, far };
	if (far < to->nearest)
		to->nearest = far;
}

#define BEST_NO_PLACES(room) \
	{ \
		(room), 0, INFINITY, INFINITY \
	}

struct best_work {
	const struct seat_best_ask *ask;
	const struct hall *hall;
	bool all_open;              /* ask says so of each type */
	bool all_wanted;            /* and of these, and of each class */
	struct best_place *scratch; /* as many as there are seats */
	float step;                 /* so much farther is as good */
	uint64_t random;
};

bool best_in_scope(const struct best_work *w, const struct hall_segment *s);
void best_focus(const struct best_work *w, const struct hall_segment *s,
    float at[2]);

/* ---- one segment (seat_best_place.c) ---- */

/*
 * Places for n in it, those that leave a lone seat, or those that do not, and
 * how far they are from a point. Of a crowd of pairs the first must leave even
 * numbers of seats in a row, or its last would not find two: so only such
 * places, where there are some. Behind those that out has; which are farther
 * than out->within may be left out.
 */
void best_add(const struct best_work *w, const struct hall_nearest *in, int n,
    const float near[2], bool lone, struct best_places *out);
/* Where the middle of n seats is. */
void best_middle(const struct hall_segment *s, int first, int n, float at[2]);

/* ---- among many (seat_best.c) ---- */

/*
 * The first of all, of which none meets another in n seats: by steps of
 * distance, and drawn within a step.
 *
 * returns: how many picks, up to SEAT_BEST_GROUPS
 */
size_t best_choose(struct best_work *w, struct arena *a,
    const struct best_places *all, int n, struct best_place *picks);

/* ---- in neighbouring rows (seat_best_split.c) ---- */

/* All segments of the scope that have free seats were looked at. returns: how
 * many groups */
size_t best_split(struct best_work *w, struct arena *a,
    struct seat_group *groups);

#endif
