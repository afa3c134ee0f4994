/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pretix_plan - seat plans as pretix writes them, in and out
 *
 * pretix publishes a JSON schema of its seating plans
 * (src/pretix/static/seating/seating-plan.schema.json in its sources). A
 * member that only the later or only the earlier form of it has may be there
 * or not. What becomes of it:
 *
 *     category   a price class; its key is its name, or "c3" (the third) where
 *                that is no key
 *     zone       a section of seats; its key is its zone_id, its name, or "z3"
 *     row, seat  written out; places of zone, row and seat add up
 *     area       a decoration: a stage, an exit (by its text) or a text, with
 *                the upright rectangle around its shape
 *
 * Rules that pretix's schema cannot say are checked here: a seat_guid is there
 * once, a category is one of the file's, a seat's number is a number.
 *
 * Layer: reader.  Uses: reader, catalog.
 */
#ifndef READER_PRETIX_PLAN_H
#define READER_PRETIX_PLAN_H

#include "reader/reader.h"

/* So many of pretix's pixels are one of our units, the way from a seat to the
 * next, where nobody says otherwise: what its editor makes. */
#define PRETIX_SCALE 25.0

/*
 * scale:   pixels a unit, > 0
 * memory:  the reader's arena; the result points into node
 * returns: the plan, to be checked by plan_expand; what is wrong is said to rd
 *          by its path in pretix's file
 */
const struct plan_spec *pretix_plan_read(struct reader *rd, struct node node,
    double scale);

/*
 * A plan as pretix reads it (the later form). Seats' types and sections that
 * sell no single seats have no word there: the latter are drawn as areas.
 *
 * name:    the plan's
 * scale:   as above
 * memory:  a's
 * returns: JSON
 */
struct span pretix_plan_write(struct arena *a, const struct plan *plan,
    struct span name, double scale);

#endif
