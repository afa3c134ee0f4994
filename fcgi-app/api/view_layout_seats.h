/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_layout_seats - where a hall's seats are, and which are neighbours
 *
 * Layer: fcgi-app/api.  Uses: catalog.
 */
#ifndef FCGI_APP_API_VIEW_LAYOUT_SEATS_H
#define FCGI_APP_API_VIEW_LAYOUT_SEATS_H

#include "base/base.h"
#include "base/span.h"

struct ctx;
struct hall;

enum layout_form {
	LAYOUT_SEATS, /* each by itself: what is easy to read */
	LAYOUT_ROWS,  /* by row, places by their differences: what is short.
	               * An arena has a twentieth of the bytes, packed. */
};

/* Its member of the layout. */
const char *view_layout_member(enum layout_form form);

/*
 * The value of that member, with the member "segments" behind it.
 *
 * in:      hall  its neighbours are known (hall_neighbours)
 * memory:  ctx's arena
 * returns: 0; < 0 on a fault
 */
int view_layout_seats(struct ctx *ctx, const struct hall *hall,
    enum layout_form form, struct span *out) MUST_CHECK;

#endif
