/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * users - what operators do with users
 *
 * Disabling ends all sessions; a user who is disabled or has another role is
 * noticed everywhere within STANDING_FRESH_MS (account/standing.h). There is
 * always one ADMIN left who is not disabled.
 *
 * Layer: domain.  Uses: base, store, account.
 */
#ifndef ADMIN_USERS_H
#define ADMIN_USERS_H

#include "account/totp.h"
#include "admin/audit_log.h"

enum users_outcome {
	USERS_OK = 0,
	USERS_E_NONE,   /* no such user */
	USERS_E_STALE,  /* changed since he was looked at */
	USERS_E_LAST,   /* no ADMIN would be left */
	USERS_E_REASON, /* not audit_reason_ok */
};

struct users_change {
	int64_t user;
	int64_t version;             /* account.version, or 0: whichever */
	bool has_role, has_disabled; /* which of them is to change */
	enum role role;
	bool disabled;
	bool dry; /* only say what would become of it */
	struct audit_by by;
};

/*
 * Give a user another role, disable or enable him. Where all is so already,
 * nothing is written, and that is OK.
 *
 * returns: any users_outcome; < 0 on a fault, when it may have been done:
 *          asking again without a version is safe
 */
int users_change(struct ctx *ctx, const struct users_change *ask) MUST_CHECK;

/* totp_confirm and totp_drop (account/totp.h), with the row of the audit log.
 * To drop another's takes a reason. returns: as they do; drop also REASON */
int users_totp_confirm(struct ctx *ctx, const struct totp_confirm *ask,
    const struct audit_by *by, struct span out[TOTP_RECOVERY_N]) MUST_CHECK;
int users_totp_drop(struct ctx *ctx, int64_t user,
    const struct audit_by *by) MUST_CHECK;

#endif
