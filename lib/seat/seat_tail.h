/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_tail - the last changes of maps that this worker is asked to follow
 *
 * Who asks for changes since a version asks again and again, and so do all who
 * look at that performance. A log entry costs Redis more than a letter of the
 * map, so a worker reads each once, at most every SEAT_TAIL_MS, and answers
 * from what it keeps. A `since` read from the log 100 entries back costs Redis
 * 120 us, a whole small map 20; kept, it costs nothing
 * (many_who_follow_a_map_cost_one_read_of_its_log).
 *
 * Layer: domain.  Uses: base, store, epoch, seat_map.
 */
#ifndef SEAT_SEAT_TAIL_H
#define SEAT_SEAT_TAIL_H

#include "seat/seat_map.h"

/* So old may what is kept be. */
#define SEAT_TAIL_MS 50

/* Besides any seat_outcome. */
#define SEAT_TAIL_FAR 100 /* the whole map is less, or there is no other */

/*
 * The changes after a version.
 *
 * in:      since  the version the reader has
 *          seen   n versions he has met, as seat_kept_map has them
 * memory:  the arena's
 * returns: SEAT_OK; SEAT_TAIL_FAR; < 0 on a fault
 */
int seat_tail_since(struct ctx *ctx, int64_t performance, struct span since,
    const struct span *seen, size_t n, struct seat_map *out) MUST_CHECK;

#endif
