/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * totp - a second factor: a code that an app makes of a secret and the time
 *
 * Who is not USER may have one. He is shown the secret once, says one code of
 * it, and is shown recovery codes once; from then on his logins need a code.
 * Each step's code counts once, each recovery code once. Where [account] totp
 * says so, those who have none yet are users like others (totp_role).
 *
 * A secret comes of a salt and a key of the settings, recovery codes are kept
 * as MACs by it: the database alone lets nobody in.
 *
 * Source: RFC 6238; the URI is the one that Google Authenticator's "Key URI
 * Format" describes, which all apps read.
 *
 * Layer: domain.  Uses: base, store, account.
 */
#ifndef ACCOUNT_TOTP_H
#define ACCOUNT_TOTP_H

#include "account/account.h"
#include "store/ctx.h"

#define TOTP_RECOVERY_N 10
#define TOTP_TYPED_MAX 32 /* bytes of a code as typed */
/* What audit_log_params (admin/audit_log.h) makes: who does it, for the row
 * that is written with it. */
#define TOTP_BY_PARAMS 6

enum totp_outcome {
	TOTP_OK = 0,
	TOTP_E_NONE,   /* there is none, or none that waits for its code */
	TOTP_E_ON,     /* he has one: it goes first */
	TOTP_E_CODE,   /* not a code of now, or one that was used */
	TOTP_E_REASON, /* of those who tell one (admin/users.h) */
};

struct totp_secret {
	struct span text; /* base 32, as one types it into an app */
	struct span uri;  /* "otpauth://totp/..." */
};

struct totp_confirm {
	int64_t user, session; /* session: whose token asks; 0: none */
	struct span code;      /* as typed */
};

/* All memory is the arena's. */

/* A secret for a user, in the place of one that was never confirmed. returns:
 * OK, ON; < 0 on a fault: asking again is safe */
int totp_begin(struct ctx *ctx, const struct account *user,
    struct totp_secret *out) MUST_CHECK;

/* It is on; all his sessions but that one end, whose logins needed no code.
 * out: TOTP_RECOVERY_N codes on OK. returns: OK, NONE, CODE; < 0 on a fault,
 * when it may be confirmed with codes that nobody has seen: he drops it and
 * begins again */
int totp_confirm(struct ctx *ctx, const struct totp_confirm *ask,
    const struct db_param *by, struct span out[TOTP_RECOVERY_N]) MUST_CHECK;

/* A code or a recovery code is used. in: code  as typed. returns: OK, CODE; < 0
 * on a fault, when it may have been used */
int totp_use(struct ctx *ctx, int64_t user, struct span code) MUST_CHECK;

/* He has none any more; one that was confirmed by nobody goes too. returns: OK,
 * NONE; < 0 on a fault: asking again is safe */
int totp_drop(struct ctx *ctx, int64_t user,
    const struct db_param *by) MUST_CHECK;

/* Whether he has to have one, has none, and so is a user like others. */
bool totp_lacks(const struct settings *set, const struct account *user);
/* The role that his session has. */
enum role totp_role(const struct settings *set, const struct account *user);

#endif
