/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_snapshot - where a line stands, as its last run published it
 *
 * The processes of a tree keep it together and look again four times a second,
 * so that a hundred thousand who ask where they stand ask Redis next to
 * nothing.
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#ifndef QUEUE_QUEUE_SNAPSHOT_H
#define QUEUE_QUEUE_SNAPSHOT_H

#include "catalog/words.h"
#include "store/ctx.h"

#define QUEUE_PAIRS_MAX 64

/* As Redis has it (lua/lobby.inc.lua). */
enum lobby_state {
	LOBBY_NONE,
	LOBBY_OPEN,
	LOBBY_BACK,
	LOBBY_CLOSED,
	LOBBY_DRAWN
};
/* Whether people wait for a draw. */
static inline bool
lobby_waits(enum lobby_state state)
{
	return state != LOBBY_NONE && state != LOBBY_DRAWN;
}
extern const char *const lobby_states[];

struct queue_snapshot {
	int64_t epoch;
	int64_t read_us;    /* monotonic, when it was looked for */
	int64_t at_ms;      /* of the run */
	int64_t seq, head;  /* last number given; highest admitted */
	int64_t near;       /* who is in front of this is asked for */
	int64_t waiting;    /* how many */
	int64_t active;     /* passes */
	int64_t limit;      /* of them */
	int64_t rate_milli; /* thousandths admitted a minute; 0: unknown */
	enum queue_status status;
	/* seats that are sold for a thousand passes, 0: unknown, and that are
	 * not sold */
	int64_t sold_milli, left;
	bool calm; /* Redis was lost, and people are coming back */
	enum lobby_state lobby;
	int64_t base;     /* the number before the first that was drawn */
	int64_t gathered; /* in the lobby */
	int n_pairs;
	/* some of those who wait, in order: how many are in front of them */
	struct queue_pair {
		int64_t seq, ahead;
	} pairs[QUEUE_PAIRS_MAX];
};

/*
 * The snapshot of a performance's line, at most a quarter of a second old.
 *
 * returns: 0; 1 there is none: ask the line itself; < 0 on a fault
 */
int queue_snapshot(struct ctx *ctx, int64_t performance,
    struct queue_snapshot *out) MUST_CHECK;

/* A published text. out: written on true only */
bool queue_snapshot_read(struct span text,
    struct queue_snapshot *out) MUST_CHECK;

/* All lines in Redis together: how many wait, how many have passes. returns: 0;
 * < 0 on a fault */
int queue_count(struct ctx *ctx, int64_t *waiting, int64_t *buying) MUST_CHECK;

/* How many stand in front of a number, between what is known of others:
 * numbers of those who left count in part. */
int64_t queue_snapshot_ahead(const struct queue_snapshot *s, int64_t seq);

#endif
