/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session - where a user is logged in, and ending that
 *
 * A session is a family of refresh tokens (refresh.h). One that has ended gets
 * no new access tokens; the last one it was given lives out its time.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef ACCOUNT_SESSION_H
#define ACCOUNT_SESSION_H

#include "base/clock.h"
#include "base/span.h"

struct ctx;

enum session_outcome {
	SESSION_OK = 0,
	SESSION_E_NONE, /* the user has none such, or it has ended */
};

struct session {
	int64_t id;
	int64_t begun_ms, used_ms, expires_ms;
};

/*
 * Sessions of a user that can go on, the newest first.
 *
 * in:      before_id  only older ones than this; 0 for all
 *          max        1..
 * out:     *n of them, and whether there are more
 * memory:  the arena's
 * returns: 0; < 0 on a fault
 */
int session_list(struct ctx *ctx, int64_t user, int64_t before_id, size_t max,
    struct session **out, size_t *n, bool *more) MUST_CHECK;

/* End one; one that has ended may be ended again. returns: any
 * session_outcome; < 0 on a fault: asking again is safe */
int session_end(struct ctx *ctx, int64_t user, int64_t id) MUST_CHECK;

/* Whether one goes on, and its user may do something. returns: OK, NONE; < 0 on
 * a fault */
int session_look(struct ctx *ctx, int64_t user, int64_t id) MUST_CHECK;

/* A password counts for so long. */
#define SESSION_PROOF_MS (10 * 60 * MS_PER_S)

/* The user has said his password in this session just now. returns: OK, NONE;
 * < 0 on a fault: asking again is safe */
int session_prove(struct ctx *ctx, int64_t user, int64_t id) MUST_CHECK;

/* Whether he has said it within SESSION_PROOF_MS, at login or since. returns:
 * OK, NONE; < 0 on a fault */
int session_is_proved(struct ctx *ctx, int64_t user, int64_t id) MUST_CHECK;

#endif
