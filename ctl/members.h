/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * members - JSON as lines that people read and scripts cut
 *
 * Layer: ctl.  Uses: base, http.
 */
#ifndef CTL_MEMBERS_H
#define CTL_MEMBERS_H

#include "base/arena.h"

/* An object as one line: "id=17 status=SENT reason=-"; null is "-", what has
 * blanks is in quotes. Text that is no object is printed as it is. */
void members_line(struct arena *a, struct span object);
/* An object as lines: "name value", a line for each object in it, one more for
 * each object of an array, and what holds such, member by member. */
void members_print(struct arena *a, struct span object);

#endif
