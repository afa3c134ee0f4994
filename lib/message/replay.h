/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay - a consumer takes its effects back and is told anew
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef MESSAGE_REPLAY_H
#define MESSAGE_REPLAY_H

#include "store/ctx.h"

enum replay_outcome {
	REPLAY_OK = 0,
	REPLAY_E_NONE,  /* no consumer has this name */
	REPLAY_E_NEVER, /* its effects cannot be taken back */
	REPLAY_E_GONE,  /* what was told then may be forgotten */
};

/*
 * Have a consumer take back its effects from a time on, and be told anew. It
 * may take many statements, between which others are told; it is told nothing
 * until the last.
 *
 * out:     *n  messages that it gets again
 * returns: any replay_outcome; < 0 on a fault: it may be told nothing until
 * this is called again, with any time, which goes on
 */
int replay_since(struct ctx *ctx, struct span name, int64_t since_ms,
    int64_t *n) MUST_CHECK;

#endif
