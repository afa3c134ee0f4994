/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_user_change - boxofficectl user list | password | disable
 *
 * A user without a password hash cannot log in, which is what disabling
 * leaves; another password enables again. Access tokens live out their time.
 *
 * Layer: ctl.  Uses: account.
 */
#include "ctl/ctl.h"

#include "account/account.h"
#include "ctl/secret.h"

#include <getopt.h>
#include <stdio.h>

SQL(user_list,
	"SELECT id, login_id, role, CASE WHEN password_hash IS NULL"
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
	r = db_sure(db_run(ctl->ctx.primary, &ctl->ctx.arena, &sql_user_list,
	    0, NULL, &rows));
	if (r != 0)
		return ctl_fault(r);
	ctl_print_rows(&rows);
	return ctl_flush();
}

int
cmd_user_disable(struct ctl *ctl, int argc, char **argv)
{
	if (argc != 2 || argv[1][0] == '-')
		return ctl_usage(ctl);
	return done(account_disable(&ctl->ctx, span_str(argv[1])), argv[1]);
}

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
	return done(account_password(&ctl->ctx, span_str(argv[optind]),
	    password), argv[optind]);
}
