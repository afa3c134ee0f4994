/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_ticket - a place in a performance's line, as its owner carries it
 *
 * Signed, so that most of those who wait are answered without a store, and so
 * that their places outlive one. It is nobody's but the user's for whom it was
 * written: his id is signed and not written.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef QUEUE_QUEUE_TICKET_H
#define QUEUE_QUEUE_TICKET_H

#include "store/ctx.h"

/* What is drawn of somebody, random. */
#define LOBBY_ID_LEN 16

struct queue_ticket {
	int64_t performance;
	int64_t epoch;     /* whose Redis gave, or knew, the place */
	int64_t seq;       /* the number; 0: no line was there, or a lobby */
	int64_t joined_ms; /* when */
	bool in_lobby;     /* he is, or he was */
	uint8_t lobby_id[LOBBY_ID_LEN];
};

/* It as text, opaque. Memory: the arena's. */
struct span queue_ticket_text(struct ctx *ctx, int64_t user,
    const struct queue_ticket *ticket);

/* Whether text (which may be NONE) is a ticket of this user for this
 * performance. out: written on true only */
bool queue_ticket_read(struct ctx *ctx, int64_t user, int64_t performance,
    struct span text, struct queue_ticket *out) MUST_CHECK;

#endif
