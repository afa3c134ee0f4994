/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue - the line in front of a performance
 *
 * Everybody comes at once when a sale opens. They get numbers in the order in
 * which they come, or by a draw among those who came before the sale
 * (queue_lobby.h); so many at a time have a pass and may hold seats
 * (hold/hold.h asks for it); the next is admitted when a place is free
 * (queue_admit.h). Where Redis is lost, the tickets of those who wait bring
 * their places back.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef QUEUE_QUEUE_H
#define QUEUE_QUEUE_H

#include "queue/queue_lobby.h"
#include "queue/queue_ticket.h"

struct terms;

enum queue_outcome {
	QUEUE_OK = 0,
	QUEUE_E_NONE,   /* no such performance */
	QUEUE_E_TICKET, /* no ticket of this user for this performance */
	QUEUE_E_CLOSED, /* not on sale, or its line takes nobody more */
	QUEUE_E_WAITS,  /* others wait, or no place is free */
};

enum queue_state {
	QUEUE_IN_LOBBY, /* without an order, until that is drawn */
	QUEUE_WAITING,
	QUEUE_ADMITTED,
	QUEUE_LEFT,    /* by himself, or he was away for too long */
	QUEUE_EXPIRED, /* his pass is over */
	QUEUE_ENDED,   /* the sale is */
};

/* Why it goes more slowly than it did. */
enum queue_why { QUEUE_WHY_NOTHING, QUEUE_WHY_PAUSED, QUEUE_WHY_RECOVERING };

struct queue_stand {
	enum queue_state state;
	struct queue_ticket ticket;
	bool renewed;         /* the ticket is another than he had */
	bool again;           /* joined: he had the place, or the pass */
	bool near;            /* the line itself was asked */
	int64_t ahead, total; /* WAITING: in front of him; who wait */
	int64_t lobby_place;  /* in the draw, 1: the first; 0: unknown */
	/* IN_LOBBY: when it closes, and what it is drawn by, or NULL */
	int64_t opens_ms;
	const struct queue_lobby *lobby;
	bool eta_known; /* seconds, as a range */
	int64_t eta_min_s, eta_max_s;
	bool likely_sold_out; /* before it is his turn */
	enum queue_why why;
	int64_t pass_ends_ms; /* ADMITTED, where there is a line; else 0 */
	int64_t poll_after_s;
};

/*
 * A place in the line, or the one that the user has; a pass at once where
 * nobody waits and a place is free. Where there is no line: admitted.
 *
 * returns: OK, NONE, CLOSED; < 0 on a fault: asking again is safe
 */
int queue_join(struct ctx *ctx, int64_t user, int64_t performance,
    struct queue_stand *out) MUST_CHECK;

/*
 * A pass at once, or nothing: for who buys where there is a line only while
 * others wait.
 *
 * returns: OK, also where there is no line; CLOSED, WAITS; < 0 on a fault:
 *          asking again is safe
 */
int queue_enter(struct ctx *ctx, int64_t user,
    const struct terms *terms) MUST_CHECK;

/*
 * Where he stands; near the front it also says that he is there, and whoever
 * has a pass begins to use it. in: text the ticket, or NONE
 *
 * returns: OK, NONE, TICKET; < 0 on a fault: asking again is safe
 */
int queue_poll(struct ctx *ctx, int64_t user, int64_t performance,
    struct span text, struct queue_stand *out) MUST_CHECK;

/*
 * He waits no more, and his pass is over.
 *
 * returns: OK, NONE, TICKET; < 0 on a fault: asking again is safe
 */
int queue_leave(struct ctx *ctx, int64_t user, int64_t performance,
    struct span text) MUST_CHECK;

/* The same for all passes of a user who logs out. returns: 0; < 0 on a
 * fault */
int queue_leave_all(struct ctx *ctx, int64_t user) MUST_CHECK;

#endif
