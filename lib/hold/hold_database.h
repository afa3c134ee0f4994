/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_database - holds while Redis is away
 *
 * Each is the answer of PostgreSQL alone to what hold.h and hold_pay.h ask of
 * Redis first. A hold made or extended here is a fact until Redis has it:
 * claims in state H with an end, and a row of holds_unmirrored
 * (recovery/hold_adopt.h).
 * One made in Redis before is known from the journal, as far as that was
 * written.
 *
 * One round trip and one synchronous commit each, under the lock on
 * (performance, user) that payments take as well:
 *
 *   a hold        keeps off claims that stand and running promises of the
 *                 journal; lapsed H claims are taken over. It passes the gate
 *                 (hold_gate.h), or is refused as busy
 *   an extension  makes claims of a promise, since Redis would let it end
 *   a payment     finds the hold in the journal and goes on as always; its
 *                 transaction takes the hold's own H claims over
 *   rules for choices (hold_rule.h) are judged before, in C, by letters that
 * were read a moment ago: two who choose at once may leave a lone seat
 *
 *   other seats   (PATCH) are refused: the answer would have to know what
 *                 Redis knows
 *
 * All that find no row of the token give the fault back that they were handed:
 * the journal may only not have it yet.
 *
 * Layer: domain.  Uses: base, store, catalog, seat, hold_journal.
 */
#ifndef HOLD_HOLD_DATABASE_H
#define HOLD_HOLD_DATABASE_H

#include "hold/hold_is.h"

#include <errno.h>

struct terms;

/* The database cannot take more holds now: busy, ask again. */
#define HOLD_F_BUSY (-EBUSY)

/*
 * Whether PostgreSQL answers, after Redis gave fault (anything else than a
 * fault is an answer of Redis). Reads: always when Redis is away. Writes: only
 * where redis_down says so.
 */
bool hold_database_reads(int fault);
bool hold_database_writes(const struct ctx *ctx, int fault);

/* Outcomes beside hold_is.h's. */
#define HOLD_E_TERMS 1000
#define HOLD_E_MISSED 1002
/*
 * As hold_place, for a want that was read: at most HOLD_SEATS_MAX sorted seats
 * with prices, user, token and fingerprint.
 *
 * in:      section_no  so many of its places instead, which are found here; 0:
 *                      the seats. No seats at all: only whether the token is
 *                      known
 * out:     out  on OK, with a version
 * returns: as hold_place, and HOLD_E_TERMS: terms are not the present ones,
 *          HOLD_E_MISSED: no seats, and no such token;
 *          < 0 on a fault, also HOLD_F_BUSY: asking again is safe
 */
int hold_database_place(struct ctx *ctx, int64_t section_no,
    const struct terms *terms, const struct hold_record *asked,
    struct hold *out, struct hold_conflicts *conflicts) MUST_CHECK;

/* As hold_find. */
int hold_database_find(struct ctx *ctx, int64_t user,
    const struct hold_token *token, int fault, struct hold *out) MUST_CHECK;
/* As hold_list. */
int hold_database_list(struct ctx *ctx, int64_t user, int64_t performance,
    struct hold **out, size_t *n) MUST_CHECK;
/* As hold_drop and hold_extend. out: on OK and PAID. */
int hold_database_drop(struct ctx *ctx, int64_t user,
    const struct hold_token *token, int fault, struct hold *out) MUST_CHECK;
int hold_database_extend(struct ctx *ctx, int64_t user,
    const struct hold_token *token, int fault, struct hold *out) MUST_CHECK;
/* As hold_pay; nothing is written, and out->in_database is set. */
int hold_database_pay(struct ctx *ctx, int64_t user,
    const struct hold_token *token, int fault, struct hold *out) MUST_CHECK;
/* As hold_lose. */
int hold_database_lose(struct ctx *ctx, const struct hold *hold) MUST_CHECK;

#endif
