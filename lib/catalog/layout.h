/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * layout - where the seats of a hall revision are
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef CATALOG_LAYOUT_H
#define CATALOG_LAYOUT_H

#include "base/span.h"

struct ctx;

struct layout_seat {
	int section_no, class_no, number;
	struct span row, type;
	struct span x, y; /* numbers as PostgreSQL writes them */
};

/*
 * All seats of a revision (hall_revisions.id), by seat_no from 1.
 *
 * memory:  ctx's arena
 * returns: 0 (*n is 0 for a revision that does not exist); < 0 on a fault
 */
int layout_seats(struct ctx *ctx, int64_t revision_id, struct layout_seat **out,
    size_t *n) MUST_CHECK;

#endif
