/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_script - what the hold scripts answer, as holds
 *
 * Inside the module: its files share it.
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#ifndef HOLD_HOLD_SCRIPT_H
#define HOLD_HOLD_SCRIPT_H

#include "hold/hold_is.h"
#include "seat/seat_script.h"

/* Which of the asked seats could not be had, from their letters in order. */
void hold_read_conflicts(struct ctx *ctx, const struct hold_record *asked,
    struct span letters, struct hold_conflicts *out);

/* How many are left, as a script or a function says it. */
void hold_read_few(struct span text, int64_t *out);

/* Begin a call: now and the token are its first arguments. */
void hold_call_begin(struct ctx *ctx, struct seat_call *call,
    const struct script *script, const struct hold_token *token);
/*
 * seat_call, its outcome as the module's own.
 *
 * returns: OK, NONE (no such performance); < 0 a fault, KV_F_LOADING when
 *          Redis could not be told of the hold just now
 */
int hold_call(struct ctx *ctx, struct seat_call *call) MUST_CHECK;
/* A script said what it never says: see kv_nonsense. returns: a fault */
int hold_nonsense(struct ctx *ctx, const struct seat_call *call) MUST_CHECK;
/* The next argument: '1' when what the script does is journaled from the log.
 * That is so also where we journal it ourselves before we answer: whoever dies,
 * or hears nothing, right after the script cannot, and the journal must not
 * have a hold running that is over, nor miss one that runs. */
void hold_arg_journal(struct ctx *ctx, struct seat_call *call);

/* The next argument: what limits allow a user. */
void hold_arg_limits(struct ctx *ctx, struct seat_call *call, int64_t user);

/*
 * A record of a reply as a hold.
 *
 * in:      record, id  the reply's elements; id NONE when there is none
 * returns: 0; < 0 a fault: it is no record, or nobody can be asked for the
 *          currency of its price list
 */
int hold_from_reply(struct ctx *ctx, const struct seat_call *call,
    const struct hold_token *token, struct span record, struct span id,
    struct hold *out) MUST_CHECK;

/* Write holds that a script changed, where the persist job is not about to.
 * returns: 0; < 0 on a fault: the persist job writes them from the log when
 * PostgreSQL is back */
int hold_keep(struct ctx *ctx, struct hold *holds, size_t n) MUST_CHECK;

/* Elements from first on are log id, token, record of holds that expired on
 * the way: journal them. returns: 0; < 0 on a fault */
int hold_keep_expired(struct ctx *ctx, const struct seat_call *call,
    size_t first) MUST_CHECK;

/*
 * A reply of the scripts that change one hold: 'ok', 'paying', 'ended' with a
 * record and perhaps a log id, or 'none'. What changed is journaled; a hold
 * that Redis does not know is looked up in the journal.
 *
 * out:     out  unless NONE, or PAYING without a record
 * returns: OK, PAYING, NONE, EXPIRED, LOST, PAID; < 0 on a fault
 */
int hold_answer(struct ctx *ctx, const struct seat_call *call,
    const struct hold_token *token, int64_t user, struct hold *out) MUST_CHECK;
/*
 * A hold by the journal.
 *
 * out:     out  its token is NONE when there is no such row
 * returns: OK (it runs), NONE, EXPIRED, LOST, PAID; < 0 on a fault
 */
int hold_journaled(struct ctx *ctx, const struct hold_token *token,
    int64_t user, struct hold *out) MUST_CHECK;
/* The same for one that Redis does not know: it does not run. returns: NONE,
 * EXPIRED, LOST, PAID; < 0 on a fault */
int hold_forgotten(struct ctx *ctx, const struct hold_token *token,
    int64_t user, struct hold *out) MUST_CHECK;

/* The outcome for a hold that is over, by its status. */
int hold_over(char status);

#endif
