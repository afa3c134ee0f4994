/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_layout - a hall's layout as the wire has it
 *
 * Layer: fcgi-app/api.  Uses: http.
 */
#ifndef FCGI_APP_API_VIEW_LAYOUT_H
#define FCGI_APP_API_VIEW_LAYOUT_H

#include "fcgi-app/api/view.h"
#include "fcgi-app/api/view_layout_seats.h"

/* A whole layout in a form, plain or packed with gzip. Memory: the arena's.
 * returns: 0; VIEW_E_BUSY while another worker packs a large hall; < 0 on a
 *          fault */
enum { VIEW_E_BUSY = 1 };
struct performance_offer;
int view_layout(struct ctx *ctx, const struct performance_offer *offer,
    enum lang lang, enum layout_form form, bool packed,
    struct span *out) MUST_CHECK;
/* Who of a tree packs a large hall now. */
struct permits *view_layout_packing(struct shared *shared);

#endif
