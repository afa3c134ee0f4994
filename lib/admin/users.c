/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * users - what operators do with users
 *
 * Layer: domain.  Uses: base, store, account.
 */
#include "admin/users.h"

#include "base/fault.h"
#include "base/log.h"
#include "store/read.h"

#include <errno.h>

SQL(users_change,
    "SELECT user_change($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");

static const struct {
	const char *said;
	int outcome;
} answers[] = {
	{ "done", USERS_OK },
	{ "none", USERS_E_NONE },
	{ "stale", USERS_E_STALE },
	{ "last", USERS_E_LAST },
};

static int
read_answer(struct span said)
{
	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		if (span_eq_str(said, answers[i].said))
			return answers[i].outcome;
	LOG(ERROR, "answer-unknown", LSPAN("said", said));
	return -EBADMSG;
}

static const char *
action_of(const struct users_change *ask)
{
	if (ask->has_role)
		return ask->has_disabled ? "user.change" : "user.role";
	return ask->disabled ? "user.disable" : "user.enable";
}

static void
by_params(struct arena *a, const struct audit_by *by, const char *action,
    int64_t user, struct db_param out[AUDIT_N_PARAMS])
{
	audit_log_params(a, by, span_str(action),
	    span_str(arena_printf(a, "user %lld", (long long)user)), out);
}

int
users_change(struct ctx *ctx, const struct users_change *ask)
{
	struct arena *a = &ctx->arena;
	struct db_param params[5 + AUDIT_N_PARAMS] = { db_i64(a, ask->user),
		ask->version != 0 ? db_i64(a, ask->version) : db_str(NULL),
		db_str(ask->has_role ? role_name(ask->role) : NULL),
		ask->has_disabled ? db_bool(ask->disabled) : db_str(NULL),
		db_bool(ask->dry) };
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(ask->by.reason))
		return USERS_E_REASON;
	by_params(a, &ask->by, action_of(ask), ask->user, params + 5);
	r = db_sure(db_run(ctx->primary, a, &sql_users_change,
	    ARRAY_LEN(params), params, &rows));
	FAULT_POINT("users.after_change");
	return r != 0 ? r : read_answer(db_cell(&rows, 0, 0));
}

_Static_assert(AUDIT_N_PARAMS == TOTP_BY_PARAMS, "who does it");

int
users_totp_confirm(struct ctx *ctx, const struct totp_confirm *ask,
    const struct audit_by *by, struct span out[TOTP_RECOVERY_N])
{
	struct db_param params[AUDIT_N_PARAMS];

	by_params(&ctx->arena, by, "user.totp", ask->user, params);
	return totp_confirm(ctx, ask, params, out);
}

int
users_totp_drop(struct ctx *ctx, int64_t user, const struct audit_by *by)
{
	struct db_param params[AUDIT_N_PARAMS];

	if (by->user != user && !audit_reason_ok(by->reason))
		return TOTP_E_REASON;
	by_params(&ctx->arena, by, "user.totp-drop", user, params);
	return totp_drop(ctx, user, params);
}
