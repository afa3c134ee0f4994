/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relay - rows of the outbox go to a stream in Redis, and their days go
 *
 * An entry has ids only, those of all that was due at once; who takes it reads
 * the rows. Nothing depends on the stream: what is not done is sent again. So a
 * relay may stand still between reading and sending for as long as it likes,
 * and Redis may be lost.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef MESSAGE_RELAY_H
#define MESSAGE_RELAY_H

#include "store/ctx.h"

/* Rows that an entry has at most, and that consumers look at at once. */
#define RELAY_MAX 200

/* Send what is due, a batch. out: *n rows. returns: 0; 1 there may be more;
 * < 0 on a fault: what was not sent is due again */
int relay_round(struct ctx *ctx, size_t *n) MUST_CHECK;

/* Make the outbox's next days and drop old ones. out: *n of them. returns: 0;
 * < 0 on a fault */
int relay_days(struct ctx *ctx, size_t *n) MUST_CHECK;

#endif
