/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_pay - what a payment does to a hold in Redis
 *
 * H -> P before PostgreSQL is asked, so that no clock frees the seats
 * meanwhile; then P -> R when it was paid, or back when it was not; and R -> A
 * when what was bought is given back.
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#ifndef HOLD_HOLD_PAY_H
#define HOLD_HOLD_PAY_H

#include "hold/hold_is.h"

struct terms;

/* What PostgreSQL says of a seat. */
struct seat_fact {
	int64_t seat_no;
	char letter;
	int32_t mark;
};

/*
 * The hold's seats H -> P, without an end.
 *
 * out:     out  on HOLD_OK; out->again when it was being paid already (by
 *               an attempt that runs, or whose worker died: go on, the
 *               intent decides); out->reservation on HOLD_E_PAID
 * returns: OK, NONE, EXPIRED, LOST, PAID; < 0 on a fault, when the seats may
 *          be P: asking again is safe
 */
int hold_pay(struct ctx *ctx, int64_t user, struct span token,
    struct hold *out) MUST_CHECK;

/*
 * The payment came to nothing: P -> H while the hold runs, else A.
 *
 * returns: OK (or it was over already); < 0 on a fault: the seats may still
 *          be P
 */
int hold_unpay(struct ctx *ctx, const struct hold *hold) MUST_CHECK;
/* The same for one that runs for left_ms from now on, whatever its end was. */
int hold_unpay_for(struct ctx *ctx, const struct hold *hold,
    int64_t left_ms) MUST_CHECK;

/*
 * The hold is lost: its seats become free, but for those whose facts say
 * that they are somebody else's.
 *
 * returns: OK; < 0 on a fault: the seats may still be P
 */
int hold_lose(struct ctx *ctx, const struct hold *hold,
    const struct seat_fact *facts, size_t n) MUST_CHECK;

/*
 * The hold is paid and committed: P -> R. A fault is only logged, for the
 * fact stands in PostgreSQL and reconciling is somebody else's work.
 */
void hold_paid(struct ctx *ctx, const struct hold *hold);

/*
 * Seats of a paid hold were given back, and that is committed. Where the
 * payment itself never came to the map, it comes first. Faults as in hold_paid.
 *
 * in:      hold  token, user and all seats
 *          part  the same with the seats given back now
 */
enum hold_back {
	HOLD_BACK_FREE,  /* R -> C -> A in one step: nobody waits for the
	                  * money */
	HOLD_BACK_WAITS, /* R -> C: for sale when the money is back */
	HOLD_BACK_DONE,  /* C -> A: it is; hold may be NULL */
};
void hold_given_back(struct ctx *ctx, const struct hold *hold,
    const struct hold *part, enum hold_back how);

/* What a performance's rules (hold_rule.h) are asked for a reservation that
 * gets other seats: those that it has, which count as free, and those that it
 * would have, sorted. */
struct hold_rules {
	const struct terms *terms; /* whose hall has its neighbours */
	struct hold_record own, chosen;
};

/*
 * Free seats A -> P for a reservation that they are about to belong to: no hold
 * of theirs is there, so what nobody claims is freed as if its handler had
 * died. Seats that are P under its mark are its own, by an attempt that runs or
 * has died: go on, the claims decide.
 *
 * in:      hold   its token; user and the seats that are to be had, sorted
 *          rules  NULL: none are kept
 * out:     epoch      it was done in, on HOLD_OK
 *          conflicts  on HOLD_E_TAKEN; its rule on HOLD_E_RULE
 * returns: OK, NONE, SEAT, TAKEN, RULE; TERMS: the map goes by others
 *          (seat_follow); < 0 on a fault, when they may be P
 */
int hold_take(struct ctx *ctx, const struct hold *hold,
    const struct hold_rules *rules, int64_t *epoch,
    struct hold_conflicts *conflicts) MUST_CHECK;
/* It came to nothing: P -> A. Faults as in hold_paid. */
void hold_untake(struct ctx *ctx, const struct hold *hold);
/* It is committed: P -> R, and other seats of the reservation go, how as in
 * hold_given_back. was has its seats as they were before. Faults as in
 * hold_paid. */
void hold_moved(struct ctx *ctx, const struct hold *was,
    const struct hold *taken, const struct hold *gone, enum hold_back how);

/*
 * Count n seats of a reservation for the user whom it is about to belong to, so
 * that he cannot hold as many meanwhile.
 *
 * in:      hold  its token
 * returns: OK, NONE, LIMIT; < 0 on a fault, when they may be counted: reconcile
 *          sets that right
 */
int hold_own(struct ctx *ctx, const struct hold *hold, int64_t user,
    size_t n) MUST_CHECK;
/* They are his no more, or it came to nothing. in: hold  its token; all of its
 * seats and who had them, since his payment may not have come to the map.
 * Faults as in hold_paid. */
void hold_disown(struct ctx *ctx, const struct hold *hold, int64_t user,
    size_t n);

#endif
