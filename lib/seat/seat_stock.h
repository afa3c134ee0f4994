/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_stock - how much is left of a performance's counter sections
 *
 * A counter section is a bare count: it has no seats in the map. In PostgreSQL
 * it is a row of section_stock, in Redis a field of :stock (store/lua/
 * stock.inc.lua), where the places that running holds promise are counted too.
 *
 * Layer: domain.  Uses: base, store, catalog, epoch, seat_script.
 */
#ifndef SEAT_SEAT_STOCK_H
#define SEAT_SEAT_STOCK_H

#include "seat/seat_changes.h"

/*
 * The stock of a section as the primary has it, for the scripts that tell
 * Redis: "version kept capacity".
 *
 * memory:  the arena's
 * returns: 0; 1 there is no such section; < 0 on a fault
 */
int seat_stock_facts(struct ctx *ctx, int64_t performance, int64_t section_no,
    struct span *out) MUST_CHECK;

/*
 * What is left of each counter section: by Redis where its map is live there,
 * else by claims and journal, from whichever server answers.
 *
 * memory:  the arena's
 * returns: 0; < 0 on a fault
 */
int seat_stock_left(struct ctx *ctx, int64_t performance,
    struct section_change **out, size_t *n) MUST_CHECK;

struct performance_section;

/* The same into the sections of a performance (performance_sections): promises
 * count too, and Redis knows them first. Where nobody says, they stay. */
void seat_stock_sections(struct ctx *ctx, int64_t performance,
    struct performance_section *sections, size_t n);

#endif
