/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_visit - one user at one line: it is asked, and what it says
 *
 * What joining (queue.c) and asking (queue_poll.c) have in common. A line that
 * is not begun begins with the first who asks.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef QUEUE_QUEUE_VISIT_H
#define QUEUE_QUEUE_VISIT_H

#include "queue/queue.h"
#include "queue/queue_snapshot.h"
#include "store/ctx.h"
#include "store/script.h"

/* For the length of a request. ctx, user and terms are the caller's; the rest
 * is zeros at first. */
struct queue_visit {
	struct ctx *ctx;
	int64_t user;
	const struct terms *terms;
	int64_t epoch; /* of the last script */
	int run_fault; /* < 0: of the run that he began */
	struct queue_snapshot now;
	enum { QUEUE_NOW_UNREAD, QUEUE_NOW_READ, QUEUE_NOW_NONE } is_now;
	struct kv_reply reply; /* of the last script */
};

/* Terms of a performance that is on sale, or about to be. returns: OK, NONE,
 * CLOSED; < 0 on a fault */
int queue_visit_begin(struct queue_visit *v, int64_t performance) MUST_CHECK;

/*
 * Run a script of the line. in: args as its head has them
 *
 * out:     v->reply, never 'none'; v->epoch
 * returns: OK, NONE; < 0 on a fault, when it may or may not have run
 */
int queue_visit_ask(struct queue_visit *v, const struct script *script,
    size_t n_args, const struct span *args) MUST_CHECK;

/* The same with the script queue_poll. in: back where the ticket of s may take
 * its place again */
int queue_visit_look(struct queue_visit *v, const struct queue_stand *s,
    const char *back) MUST_CHECK;

/* The n-th element of an answer as a number; 0 where it is none. */
int64_t queue_visit_number(const struct kv_reply *reply, size_t n);

/* The line as its last run published it, read once; NULL: there is none. */
const struct queue_snapshot *queue_visit_now(struct queue_visit *v);

/* What v->reply says, into s: it said 'lobby' (returns: OK; < 0 on a fault),
 * 'waiting' or 'admitted', or that there is no line. */
int queue_visit_lobby(struct queue_visit *v, struct queue_stand *s) MUST_CHECK;
void queue_visit_stand(struct queue_visit *v, struct queue_stand *s);
void queue_visit_off(const struct queue_visit *v, struct queue_stand *s);

/* Then all that is told beside it: how long it takes, when to ask again. */
void queue_visit_tell(struct queue_visit *v, struct queue_stand *s);

#endif
