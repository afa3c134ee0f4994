/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_rule - a performance's rules for choices of seats
 *
 * The hold scripts judge (lua/rule.inc.lua): what they need of the plan is told
 * them with the seats. Here is what tells it, who judges while Redis is away,
 * and who looks for other seats. Without rules none of it costs anything; with
 * them the hall's neighbours have been read (hall_neighbours).
 *
 * Inside the module: its files share it.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef HOLD_HOLD_RULE_H
#define HOLD_HOLD_RULE_H

#include "hold/hold_is.h"
#include "seat/seat_script.h"

struct hall;
struct hall_segment;
struct strbuf;
struct terms;

/* Of each of the hall's types: whether seats of it are open to a request that
 * names type (NONE: none), by the rules that the terms have. */
void hold_rule_open(const struct terms *terms, struct span type, bool *open);

/* Whether accessible-last keeps seats of a type for who names it. */
bool hold_rule_keeps(struct span type);

/* What lua/rule.inc.lua is told: the rules that the terms have (nothing: none),
 * then each segment; open as by hold_rule_open. */
void hold_rule_tell(struct strbuf *b, const struct terms *terms);
void hold_rule_tell_segment(struct strbuf *b, const struct hall *hall,
    const struct hall_segment *segment, const bool *open);

/* The next argument of a script, if the terms have rules: what is told of them.
 * The last, since there may be none. asked: seats, sorted. */
void hold_rule_arg(struct ctx *ctx, struct seat_call *call,
    const struct terms *terms, struct span type,
    const struct hold_record *asked);

/* The same for who has own seats, sorted: those of their types are open to him,
 * and no others. */
void hold_rule_arg_like(struct ctx *ctx, struct seat_call *call,
    const struct terms *terms, const struct hold_record *own,
    const struct hold_record *asked);

/*
 * What the script would say, by the last map: two who choose at once may leave
 * a lone seat. Where not all seats are free, whoever places them says so.
 *
 * out:     conflicts  its rule, on RULE
 * returns: OK, RULE; < 0 on a fault
 */
int hold_rule_judge(struct ctx *ctx, const struct terms *terms,
    struct span type, const struct hold_record *asked,
    struct hold_conflicts *conflicts) MUST_CHECK;

/* Seats instead of those that conflicts->rule refuses, by the last map; none
 * where it cannot be read. own: the hold that is changed, or NULL. */
void hold_rule_suggest(struct ctx *ctx, const struct terms *terms,
    struct span type, const struct hold_record *asked,
    const struct hold_record *own, struct hold_conflicts *conflicts);

#endif
