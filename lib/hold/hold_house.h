/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_house - a till holds seats that are kept for somebody
 *
 * Seats that are blocked under a code (admin/house.h) are sold at a counter to
 * whom they are kept for. One script holds them, B -> A -> H, so that nobody
 * comes between; then PostgreSQL writes whose hold it is into their claims,
 * which stay B: a blocked seat is a fact, a hold is a promise. The intent turns
 * just these claims (sql/functions/purchases.sql).
 *
 * Unpaid, whether it lapses, is given back or is lost, the seats are blocked
 * again under their code, never free: the claims have said so all the time. A
 * rebuilt map takes the hold in again, by the mark that the claims have of it.
 * Seats that were unblocked meanwhile, or whose time has come, stay with the
 * hold while it runs. No rule of seats and no limit is asked. While Redis is
 * away no such hold is made. What was paid for is a reservation like others:
 * cancelled, its seats are everybody's.
 *
 * Inside the module: hold_place asks it.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef HOLD_HOLD_HOUSE_H
#define HOLD_HOLD_HOUSE_H

#include "hold/hold_is.h"
#include "hold/hold_want.h"

/*
 * in:      want   its seats, by their house code
 *          asked  as hold_want_read made it, and its token
 * out:     as hold_place
 * returns: as hold_place, and HOUSE; HOLD_E_TERMS as hold_ask_run; < 0 on a
 *          fault, also where Redis is away and the database writes
 */
int hold_house_place(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms, const struct hold_record *asked,
    struct hold *out, struct hold_conflicts *conflicts) MUST_CHECK;

#endif
