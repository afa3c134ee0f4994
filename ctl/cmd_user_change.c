/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_user_change - boxofficectl user list | password | disable | enable | role
 * | totp-reset
 *
 * Layer: ctl.  Uses: account, admin.
 */
#include "ctl/ctl.h"

#include "account/account.h"
#include "admin/users.h"
#include "ctl/secret.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

SQL(user_list,
    "SELECT id, login_id, role, CASE WHEN disabled"
    " THEN 'disabled' ELSE 'enabled' END FROM users ORDER BY id");

static int
done(int r, const char *login)
{
	switch (r) {
	case ACCOUNT_OK:
		return ctl_flush();
	case ACCOUNT_E_NONE:
		return ctl_refuse("there is no user %s", login);
	case ACCOUNT_E_PASSWORD:
		return ctl_refuse("a password is 8 to 256 characters");
	default:
		return ctl_fault(r);
	}
}

int
cmd_user_list(struct ctl *ctl, int argc, char **argv)
{
	struct db_rows rows;
	int r;

	(void)argv;
	if (argc != 1)
		return ctl_usage(ctl);
	r = db_sure(db_run(ctl->ctx.primary, &ctl->ctx.arena, &sql_user_list, 0,
	    NULL, &rows));
	if (r != 0)
		return ctl_fault(r);
	ctl_print_rows(&rows);
	return ctl_flush();
}

/* ---- another role, disabled, enabled ---- */

static int
refuse(int r, const char *login)
{
	switch (r) {
	case USERS_E_NONE:
		return ctl_refuse("there is no user %s", login);
	case USERS_E_LAST:
		return ctl_refuse(
		    "%s is the last ADMIN who may log in: make "
		    "another one first",
		    login);
	case USERS_E_REASON:
		return ctl_refuse(
		    "the reason must be 1 to %d characters on "
		    "one line",
		    AUDIT_REASON_MAX);
	default:
		return ctl_fault(r);
	}
}

static int
change(struct ctl *ctl, const char *login, struct users_change *ask)
{
	struct account account;
	int r = account_find(&ctl->ctx, span_str(login), &account);

	if (r == ACCOUNT_E_NONE)
		return refuse(USERS_E_NONE, login);
	if (r != 0)
		return ctl_fault(r);
	ask->user = account.id;
	ask->by.os_user = ctl_os_user(&ctl->ctx.arena);
	r = users_change(&ctl->ctx, ask);
	return r != USERS_OK ? refuse(r, login) : ctl_flush();
}

/* What the verb asks for; its words behind the login begin at words. */
static bool
read_verb(const char *verb, char **words, int n_words, struct users_change *ask)
{
	if (strcmp(verb, "role") == 0) {
		ask->has_role = true;
		return n_words == 1
		    && role_find(span_str(words[0]), &ask->role);
	}
	ask->has_disabled = true;
	ask->disabled = strcmp(verb, "disable") == 0;
	return n_words == 0;
}

int
cmd_user_change(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "reason", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	struct users_change ask = { 0 };
	const char *verb = argv[0];
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'r')
			return ctl_usage(ctl);
		ask.by.reason = span_str(optarg);
	}
	if (argc - optind < 1 || !span_is(ask.by.reason)
	    || !read_verb(verb, argv + optind + 1, argc - optind - 1, &ask))
		return ctl_usage(ctl);
	return change(ctl, argv[optind], &ask);
}

/* ---- no second factor any more ---- */

static int
totp_reset(struct ctl *ctl, const char *login, struct audit_by *by)
{
	struct account account;
	int r = account_find(&ctl->ctx, span_str(login), &account);

	if (r != ACCOUNT_OK)
		return done(r, login);
	by->os_user = ctl_os_user(&ctl->ctx.arena);
	r = users_totp_drop(&ctl->ctx, account.id, by);
	if (r == TOTP_E_NONE)
		return ctl_refuse("%s has no second factor", login);
	if (r == TOTP_E_REASON)
		return refuse(USERS_E_REASON, login);
	return r == TOTP_OK ? ctl_flush() : ctl_fault(r);
}

int
cmd_user_totp_reset(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "reason", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	struct audit_by by = { .reason = SPAN_NONE };
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'r')
			return ctl_usage(ctl);
		by.reason = span_str(optarg);
	}
	if (argc - optind != 1 || !span_is(by.reason))
		return ctl_usage(ctl);
	return totp_reset(ctl, argv[optind], &by);
}

/* ---- another password ---- */

int
cmd_user_password(struct ctl *ctl, int argc, char **argv)
{
	static const struct option options[] = {
		{ "password-file", required_argument, NULL, 'f' },
		/* Whole words only: no password is taken for a file's name. */
		{ "password", required_argument, NULL, '?' },
		{ NULL, 0, NULL, 0 },
	};
	const char *file = NULL;
	struct span password;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'f')
			return ctl_usage(ctl);
		file = optarg;
	}
	if (argc - optind != 1)
		return ctl_usage(ctl);
	if (secret_read(&ctl->ctx.arena, file, &password) != 0)
		return CTL_REFUSED;
	return done(
	    account_password(&ctl->ctx, span_str(argv[optind]), password),
	    argv[optind]);
}
