/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_token - boxofficectl token LOGIN [--rehearsal]
 *
 * Layer: ctl.  Uses: account.
 */
#include "ctl/ctl.h"

#include "account/account.h"
#include "account/token.h"

#include <getopt.h>
#include <stdio.h>

static const struct option options[] = {
	{ "rehearsal", no_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

static int
print_token(struct ctl *ctl, const char *login, enum token_key key)
{
	struct account account;
	struct span text;
	int r;

	r = account_find(&ctl->ctx, span_str(login), &account);
	if (r == ACCOUNT_E_NONE)
		return ctl_refuse("there is no user %s", login);
	if (r != 0)
		return ctl_fault(r);
	r = token_make(&ctl->ctx, key,
	    &(struct token){ .user = account.id, .role = account.role }, &text);
	if (r == TOKEN_E_NO_KEY)
		return ctl_refuse("[token] key_rehearsal is not set");
	if (r != 0)
		return ctl_fault(r);
	printf("%.*s\n", (int)text.len, text.p);
	return ctl_flush();
}

int
cmd_token(struct ctl *ctl, int argc, char **argv)
{
	enum token_key key = TOKEN_KEY_CURRENT;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'r')
			return ctl_usage(ctl);
		key = TOKEN_KEY_REHEARSAL;
	}
	if (optind != argc - 1)
		return ctl_usage(ctl);
	return print_token(ctl, argv[optind], key);
}
