/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notice - what buyers are told by mail
 *
 * Rows of notices are written by a consumer of messages, so each thing is told
 * once; notice_work.h sends them. What a mail says of a reservation is what it
 * is when it is sent.
 *
 * Layer: domain.  Uses: base, store, catalog, reservation, ticket.
 */
#ifndef NOTICE_NOTICE_H
#define NOTICE_NOTICE_H

#include "notice/template.h"
#include "store/ctx.h"

struct notice {
	int64_t id, user, performance;
	int64_t amount; /* minor units, paid or refunded; of a move refunded,
	                 * or, below 0, paid */
	int64_t tries;  /* this one included */
	enum notice_kind kind;
	enum lang lang;
	struct span event_id; /* of the message */
	struct span about;    /* a reservation's number, a payment's id */
	struct span currency, name, email;
	struct span owner; /* who sends it */
};

enum notice_outcome {
	NOTICE_OK = 0,
	NOTICE_E_ADDRESS,  /* no mail can be sent there */
	NOTICE_E_GONE,     /* nobody is shown what it tells of any more */
	NOTICE_E_TEMPLATE, /* its template is wrong: logged */
};

/*
 * A notice as a whole message (mail.h).
 *
 * out:     *text   memory: the arena's
 * returns: any notice_outcome; < 0 on a fault
 */
int notice_compose(struct ctx *ctx, const struct notice *notice,
    struct span *text) MUST_CHECK;

/* ---- what a buyer wants ---- */

struct notice_wish {
	bool mail;
	enum lang lang;
};

/* Without one: mail, in the house's language. From the primary. returns: 0; < 0
 * on a fault */
int notice_wish_get(struct ctx *ctx, int64_t user,
    struct notice_wish *out) MUST_CHECK;
/* For what is sent from now on. returns: 0; < 0 on a fault, when it may have
 * been done: asking again is safe */
int notice_wish_set(struct ctx *ctx, int64_t user,
    const struct notice_wish *wish) MUST_CHECK;

/* Forget old ones, at most max. out: *n. returns: 0; < 0 on a fault */
int notice_purge(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;

#endif
