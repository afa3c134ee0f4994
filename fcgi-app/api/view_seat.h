/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_seat - seats and maps of them as the wire has them
 *
 * Layer: fcgi-app/api.  Uses: http.
 */
#ifndef FCGI_APP_API_VIEW_SEAT_H
#define FCGI_APP_API_VIEW_SEAT_H

#include "fcgi-app/api/view.h"

struct seat_change;
struct seat_map;
void view_seat_map(struct jw *w, int64_t performance,
    const struct seat_map *map);
void view_changes(struct jw *w, const char *name,
    const struct seat_change *seats, size_t n);
/* 409 seat-taken with the seats that could not be had. returns: 0 */
struct hold_conflicts;
int view_taken(struct ctx *ctx, struct res *res,
    const struct hold_conflicts *conflicts);
/* The rule that refuses seats, and others instead: 422 seat-rule. returns: 0 */
int view_rule(struct ctx *ctx, struct res *res,
    const struct hold_conflicts *conflicts);
/* A problem that says in this member how many there are. returns: 0 */
int view_few(struct ctx *ctx, struct res *res, const char *slug,
    const char *name, int64_t n);
/* Into the open object: a state letter; seat ids. */
void view_letter(struct jw *w, const char *name, char letter);
/* "counts": how many of letters are each. */
void view_counts(struct jw *w, struct span letters);
void view_ids(struct jw *w, const char *name, const int64_t *ids, size_t n);

#endif
