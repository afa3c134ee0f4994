/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold - keep seats for one buyer for a short while
 *
 * A hold is placed by one script, so two buyers cannot both win. It is a
 * promise: kept in Redis, journaled in PostgreSQL for recovery and history.
 * Making it a sale is the work of reservation.h; what that needs of a hold is
 * in hold_pay.h; hold_find.h has those who only look.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef HOLD_HOLD_H
#define HOLD_HOLD_H

#include "hold/hold_find.h"
#include "hold/hold_want.h"

/*
 * Hold all that want asks for, or nothing. Asking for exactly the tickets of an
 * own running hold gives that hold, the same seats with other ticket types are
 * taken; so does an Idempotency-Key that was used.
 * Without a key, asking again for places of a section or for the best seats
 * is asking for more of them. Where the performance has a line, a ticket and a
 * pass are needed, but for what a key has got already; with queue_mode auto no
 * ticket, and where nobody waits and a place is free the buyer gets the pass.
 * Seats that are kept by a code are asked for by it (hold_house.h).
 *
 * out:     out        on HOLD_OK; its reservation on HOLD_E_PAID
 *          conflicts  on HOLD_E_TAKEN, FULL, APART, RULE and SECTION_CLOSED
 * memory:  the arena's
 * returns: OK, NONE, SEAT, SECTION, CLASS, TYPE, TICKET, TICKETS, TICKET_COUNT,
 *          HOUSE, TAKEN, FULL, APART, RULE, LIMIT, PASS, CLOSED,
 *          SECTION_CLOSED, MANY; with a key also PAID, EXPIRED, LOST, MISMATCH;
 *          < 0 on a fault, when seats may be held: asking again with the same
 *          key is safe, and so it is for the same seats
 */
int hold_place(struct ctx *ctx, const struct hold_want *want, struct hold *out,
    struct hold_conflicts *conflicts) MUST_CHECK;

/*
 * Give a hold back. One that is over already is no mistake.
 *
 * out:     reservation  the number, on HOLD_E_PAID
 * returns: OK, NONE, PAYING, PAID; < 0 on a fault: asking again is safe
 */
int hold_drop(struct ctx *ctx, int64_t user, struct span token,
    struct span *reservation) MUST_CHECK;

/*
 * Keep other seats instead, all or none, until the same end and at the prices
 * of the same list, or its own with other ticket types. Places of a slot
 * section are nobody's choice: they are neither given up nor taken so, nor
 * those of a counter section. Seats that it has it may keep though their
 * section is closed; none comes in from there.
 *
 * in:      want  seats, or no seats and tickets; its performance and key are
 *                not asked for
 * out:     out        on HOLD_OK; its reservation on HOLD_E_PAID
 *          conflicts  on HOLD_E_TAKEN, RULE and SECTION_CLOSED
 * returns: OK, NONE, SEAT, TICKET, TICKETS, TICKET_COUNT, TAKEN, RULE, LIMIT,
 *          CLOSED, SECTION_CLOSED, PAYING, PAID, EXPIRED, LOST; < 0 on a fault,
 *          when it may have been done: asking again is safe
 */
int hold_change(struct ctx *ctx, const struct hold_want *want,
    struct span token, struct hold *out,
    struct hold_conflicts *conflicts) MUST_CHECK;

/*
 * Let a hold last longer, by hold_extend_seconds or up to its hard end.
 *
 * out:     out  on HOLD_OK; its reservation on HOLD_E_PAID
 * returns: OK, NONE, LAST, PAYING, PAID, EXPIRED, LOST; < 0 on a fault, when
 *          it may have been done
 */
int hold_extend(struct ctx *ctx, int64_t user, struct span token,
    struct hold *out) MUST_CHECK;

#endif
