/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_lobby - before the sale everybody waits without an order
 *
 * Who comes early is in the lobby under a random id, and no better off than
 * others there. When the sale opens it closes: who comes later stands behind.
 * Then the list of ids is published, then they are drawn (queue_draw.h), and
 * the places of the draw become the first numbers of the line, which from there
 * on is one like any other (queue_admit.h).
 *
 * That it has closed, who was in it, and the draw are facts in PostgreSQL. Who
 * is in it before is a promise in Redis, which his ticket brings back.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef QUEUE_QUEUE_LOBBY_H
#define QUEUE_QUEUE_LOBBY_H

#include "store/ctx.h"

struct terms;

/* Numbers that are kept for those drawn: more than Redis has memory for. Later
 * ones are of those who come after the closing. */
#define LOBBY_NUMBERS (INT64_C(1) << 32)
/* So many are in a lobby at most: their list is one answer. */
#define LOBBY_MAX 300000

enum queue_lobby_outcome {
	QUEUE_LOBBY_OK = 0,
	QUEUE_LOBBY_E_NONE, /* no lobby of the performance has opened */
};

/* What a lobby is drawn by. It never changes. */
struct queue_lobby {
	int64_t performance;
	char seed_sha256[65];    /* hex */
	char beacon_source[801]; /* "": none */
};

/*
 * out:     *out; memory: ctx's, until others have been asked for
 * returns: OK, NONE; < 0 on a fault
 */
int queue_lobby_get(struct ctx *ctx, int64_t performance,
    const struct queue_lobby **out) MUST_CHECK;

/*
 * Whether a user was in the lobby when it closed, as far as that is known.
 *
 * out:     *seq  the number that he drew; 0: not yet
 * returns: OK, NONE he was not; < 0 on a fault
 */
int queue_lobby_find(struct ctx *ctx, int64_t performance, int64_t user,
    int64_t *seq) MUST_CHECK;

/*
 * What is next for a lobby, for a short while: it closes when the sale opens,
 * is listed, is drawn where no beacon was promised, and becomes a line. Any
 * number of runs may go on at once, or stop half way.
 *
 * returns: 0; < 0 on a fault: the next run goes on
 */
int queue_lobby_run(struct ctx *ctx, const struct terms *terms) MUST_CHECK;

#endif
