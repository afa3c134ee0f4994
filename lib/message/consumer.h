/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * consumer - who is told of what is in the outbox
 *
 * A consumer is a row of the table and a function in PostgreSQL that makes its
 * effect of one message; effects are rows, and whatever leaves the database is
 * sent from those by somebody else. So the effects and the note that they were
 * made (done, or consumed where others still wait) are one transaction, without
 * anything between the programs and PostgreSQL that could be left open: each
 * effect happens once.
 *
 * Messages of one thing come in the order of their facts; those of different
 * things in any.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef MESSAGE_CONSUMER_H
#define MESSAGE_CONSUMER_H

#include "store/ctx.h"

struct consumer {
	const char *name;
	const char *kinds;  /* '{reservation.confirmed,..}' */
	const char *apply;  /* function (message), or (message[]) for many at
	                     * once: the effect */
	const char *rewind; /* function (timestamptz): takes effects back from
	                     * then on, or from a little earlier, which it
	                     * returns; NULL: cannot be */
	int64_t attempts;   /* before a message is a dead letter */
};

/* THE table. */
extern const struct consumer consumers[];
extern const size_t consumers_n;

/* Tell PostgreSQL who is in a table, those who are known too. returns: 0; < 0
 * on a fault: others than the one that it was about are known */
int consumers_register(struct ctx *ctx, const struct consumer *who,
    size_t n_who) MUST_CHECK;

/* How many ms behind its fact all effects of a message were made. */
typedef void consumer_lag_fn(struct ctx *ctx, int64_t ms);

/*
 * Take what is in the stream, a batch, and make the effects of these consumers,
 * n_who of them. Any number of processes may do so; one at a time makes
 * effects.
 *
 * in:      lag  NULL, or called for each message; not for those of facts older
 *               than an hour, as in a replay
 * out:     *n   effects that were made
 * returns: 0; 1 there may be more; < 0 on a fault: nothing was done, or all,
 *          and what was not comes again
 */
int consumers_round(struct ctx *ctx, const struct consumer *who, size_t n_who,
    consumer_lag_fn *lag, size_t *n) MUST_CHECK;

/* Nobody waits any more for a consumer, one that no program has. *there:
 * whether there was one. returns: 0; < 0 on a fault */
int consumer_retire(struct ctx *ctx, struct span name, bool *there) MUST_CHECK;

#endif
