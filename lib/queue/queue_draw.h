/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_draw - what is published of a lobby's draw, and the order it gives
 *
 * Published from the start: the digest of a seed, and which public value it is
 * drawn with. When the lobby has closed: the list of ids. Only then the value
 * (beacon) and the seed. The order is that of the ids' keys,
 *
 *	SHA-256("boxoffice draw 1" 00 seed SHA-256(list) SHA-256(beacon) id)
 *
 * each as bytes, one behind the other. The seed was bound before the list, the
 * list before the beacon: neither the house nor those in the lobby can choose.
 * doc/draw.py and the page compute it anew, each by themselves.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef QUEUE_QUEUE_DRAW_H
#define QUEUE_QUEUE_DRAW_H

#include "store/ctx.h"

#define DRAW_SEED_LEN 32
#define DRAW_ID_LEN 16

enum queue_draw_outcome {
	QUEUE_DRAW_OK = 0,
	QUEUE_DRAW_E_NONE, /* no lobby has opened, or no such performance */
};

enum draw_state { DRAW_OPEN, DRAW_CLOSED, DRAW_DRAWN };

/* What is not known by now is 0 or NONE. Digits are hex. */
struct queue_draw {
	enum draw_state state;
	int64_t opens_ms, closed_ms, drawn_ms, count;
	struct span seed_sha256, beacon_source;
	struct span ids, list_sha256;
	struct span beacon, seed;
};

/*
 * in:      with_ids  else ids is NONE
 * memory:  the arena's
 * returns: OK, NONE; < 0 on a fault
 */
int queue_draw_get(struct ctx *ctx, int64_t performance, bool with_ids,
    struct queue_draw *out) MUST_CHECK;

/* performance, beacon, p_by, p_drawn, p_now */
#define QUEUE_DRAW_N_PARAMS 5
/*
 * What the statements that draw are given first (sql/functions/queue_lobby.sql:
 * queue_lobby_draw says who may). The order is computed here, from those in the
 * lobby, who never change once they are listed: so it needs no lock, two may do
 * it at once, and one who dies has done nothing.
 *
 * in:      beacon  NONE where there is none
 * memory:  the arena's, some 30 bytes for each of them; it takes 200 for a
 *          while from the system
 * returns: 0; < 0 on a fault
 */
int queue_draw_params(struct ctx *ctx, int64_t performance, struct span beacon,
    struct db_param out[QUEUE_DRAW_N_PARAMS]) MUST_CHECK;

/*
 * The order that a draw gives.
 *
 * in:      ids     n * DRAW_ID_LEN bytes, sorted
 *          beacon  NONE where there is none
 * out:     order[0..n-1]  which of the ids is at each place
 */
void queue_draw_order(struct arena *a, const uint8_t seed[DRAW_SEED_LEN],
    struct span beacon, struct span ids, uint32_t *order);

#endif
