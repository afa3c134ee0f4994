/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_rule_end - when a performance's rules end
 *
 * A rule ends when few seats are left, or some time before the start, as the
 * terms say. boxoffice-worker counts and writes it to the map: field over of
 * :meta has the rules that have ended. A map that was just loaded has none;
 * where seats come back, or the terms change, a rule goes on again. Scripts
 * look there; who has no script goes by seat_rule_on.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef SEAT_SEAT_RULE_END_H
#define SEAT_SEAT_RULE_END_H

#include "store/ctx.h"

#include "catalog/words.h"

struct terms;

/* Which rules are on, by a map's letters (of all seats). Seats that nobody
 * picks are not counted. */
void seat_rule_on(const struct terms *terms, int64_t now_ms,
    struct span letters, bool on[N_SEAT_RULES]);

/*
 * Tell each map that is on sale and has rules which of them have ended.
 *
 * out:     *n_told  maps of which some rule has ended
 * returns: 0; < 0 on a fault
 */
int seat_rule_end_round(struct ctx *ctx, size_t *n_told) MUST_CHECK;

#endif
