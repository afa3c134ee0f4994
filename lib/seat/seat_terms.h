/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_terms - a map goes by the terms of its performance
 *
 * Layer: domain.  Uses: base, store, catalog, seat_script.
 */
#ifndef SEAT_SEAT_TERMS_H
#define SEAT_SEAT_TERMS_H

#include "seat/seat_script.h"

struct terms;

/* A map is wanted so long before its sale opens (one with a lobby, as long as
 * that takes people) and after it closed. */
#define SEAT_AHEAD_MS 60000
#define SEAT_AFTER_MS 60000

/* Whether a performance's map belongs into Redis: it is on sale, about to be,
 * or was a moment ago. Others are shown from PostgreSQL. */
bool seat_is_wanted(const struct terms *terms, int64_t now_ms);

/*
 * The terms changed: tell the map, unless it knows newer ones. A map of
 * another hall revision than theirs is loaded anew.
 *
 * returns: any seat_outcome; < 0 on a fault
 */
int seat_terms(struct ctx *ctx, const struct terms *terms) MUST_CHECK;

/*
 * This worker and the map meet the terms as the primary has them: for who
 * found that the two did not agree.
 *
 * out:     *out as terms_get
 * returns: any seat_outcome; < 0 on a fault
 */
int seat_follow(struct ctx *ctx, int64_t performance,
    const struct terms **out) MUST_CHECK;

/* What :meta tells scripts, as arguments of one: the version of the terms
 * first, then fields and values. Memory: the arena's. */
#define SEAT_TERMS_ARGS 11
void seat_terms_args(struct ctx *ctx, const struct terms *terms,
    struct span args[SEAT_TERMS_ARGS]);

/* The live map retires, unless it is of this revision (0: of any); what is
 * not live is loaded by whoever touches it. out: *retired whether it has, now
 * or before. returns: 0; < 0 on a fault */
int seat_retire(struct ctx *ctx, int64_t performance, int64_t revision,
    bool *retired) MUST_CHECK;

#endif
