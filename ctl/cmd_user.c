/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_user - boxofficectl user add
 *
 * One user with a password, or many for a rehearsal with tokens instead.
 *
 * Layer: ctl.  Uses: account.
 */
#include "ctl/ctl.h"

#include "account/account.h"
#include "account/rehearsal.h"
#include "account/token.h"
#include "ctl/secret.h"
#include "wallet/wallet.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

/* The arena is emptied after so many tokens. */
#define TOKENS_A_ROUND 256

struct args {
	const char *login, *name, *email, *password_file;
	enum role role;
	bool has_role;
	const char *many, *prefix, *credit; /* NULL: not given */
};

enum {
	O_ADMIN,
	O_ROLE,
	O_NAME,
	O_EMAIL,
	O_PASSWORD,
	O_MANY,
	O_PREFIX,
	O_CREDIT
};

static const struct option options[] = {
	{ "admin", no_argument, NULL, O_ADMIN },
	{ "role", required_argument, NULL, O_ROLE },
	{ "name", required_argument, NULL, O_NAME },
	{ "email", required_argument, NULL, O_EMAIL },
	{ "password-file", required_argument, NULL, O_PASSWORD },
	/* Not short for --password-file: who types a password here gets the
	 * usage, before it is taken for a file's name and printed. */
	{ "password", required_argument, NULL, '?' },
	{ "many", required_argument, NULL, O_MANY },
	{ "prefix", required_argument, NULL, O_PREFIX },
	{ "credit", required_argument, NULL, O_CREDIT },
	{ NULL, 0, NULL, 0 },
};

static bool
take_option(struct args *args, int c)
{
	const char **const texts[] = {
		[O_NAME] = &args->name,
		[O_EMAIL] = &args->email,
		[O_PASSWORD] = &args->password_file,
		[O_MANY] = &args->many,
		[O_PREFIX] = &args->prefix,
		[O_CREDIT] = &args->credit,
	};

	if (c == O_ADMIN || c == O_ROLE) {
		args->has_role = true;
		return role_find(span_str(c == O_ADMIN ? "ADMIN" : optarg),
		    &args->role);
	}
	if (c <= O_ROLE || c > O_CREDIT)
		return false;
	*texts[c] = optarg;
	return true;
}

/* The two forms share no option. */
static bool
read_args(int argc, char **argv, struct args *args)
{
	int c;

	*args = (struct args){ 0 };
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!take_option(args, c))
			return false;
	if (args->many != NULL)
		return args->prefix != NULL && optind == argc && !args->has_role
		    && args->name == NULL && args->email == NULL
		    && args->password_file == NULL;
	args->login = argv[optind];
	return optind == argc - 1 && args->prefix == NULL
	    && args->credit == NULL;
}

/* ---- one ---- */

static const struct {
	int outcome;
	const char *text;
} refusals[] = {
	{ ACCOUNT_E_TAKEN,
	    "that login id, or one that looks like it, is "
	    "taken" },
	{ ACCOUNT_E_LOGIN_ID,
	    "a login id is 3 to 64 letters, digits or "
	    ". _ - @ +, of one of the scripts Latin, Greek, Cyrillic" },
	{ ACCOUNT_E_PASSWORD, "a password is 8 to 256 characters" },
	{ ACCOUNT_E_NAME, "a name is 1 to 100 characters" },
	{ ACCOUNT_E_EMAIL, "that is not an email address" },
};

static int
refuse(int r)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
		if (r == refusals[i].outcome)
			return ctl_refuse("%s", refusals[i].text);
	return ctl_fault(r);
}

static int
add_one(struct ctl *ctl, const struct args *args)
{
	struct account_new who = {
		.login_id = span_str(args->login),
		.name = span_str(args->name ? args->name : args->login),
		.email = span_str(args->email),
		.role = args->role,
		.email_may_lack = true,
	};
	struct account account;
	int r;

	if (secret_read(&ctl->ctx.arena, args->password_file, &who.password)
	    != 0)
		return CTL_REFUSED;
	r = account_signup(&ctl->ctx, &who, &account);
	if (r != 0)
		return refuse(r);
	printf("%" PRId64 " %.*s\n", account.id, (int)account.login_id.len,
	    account.login_id.p);
	return ctl_flush();
}

/* ---- many ---- */

static int
refuse_many(int r)
{
	switch (r) {
	case REHEARSAL_E_COUNT:
		return ctl_refuse("--many is 1 to %d", REHEARSAL_USERS_MAX);
	case REHEARSAL_E_CREDIT:
		return ctl_refuse("--credit is 0 to %" PRId64,
		    WALLET_BALANCE_MAX);
	case REHEARSAL_E_PREFIX:
		return ctl_refuse(
		    "--prefix is up to 55 letters, digits or "
		    ". _ - @ +");
	case REHEARSAL_E_TAKEN:
		return ctl_refuse(
		    "a login id with that prefix and number is "
		    "taken: choose another prefix; nothing was kept");
	default:
		return ctl_fault(r);
	}
}

/* "id login token" a line, and nothing else. */
static int
print_many(struct ctl *ctl, const struct rehearsal_users *users, int64_t n)
{
	struct span token;
	int r;

	for (int64_t i = 0; i < n; i++) {
		if (i % TOKENS_A_ROUND == 0)
			ctx_round(&ctl->ctx);
		r = token_make(&ctl->ctx, TOKEN_KEY_REHEARSAL,
		    &(struct token){ .user = users->ids[i] }, &token);
		if (r != 0)
			return ctl_fault(r);
		printf("%" PRId64 " %.*s%" PRId64 " %.*s\n", users->ids[i],
		    (int)users->prefix.len, users->prefix.p, users->first + i,
		    (int)token.len, token.p);
	}
	return ctl_flush();
}

static int
add_many(struct ctl *ctl, const struct rehearsal *want)
{
	struct rehearsal_users users;
	struct arena keep;
	struct span token;
	int r;

	/* Told before a hundred thousand users are made for nothing. */
	r = token_make(&ctl->ctx, TOKEN_KEY_REHEARSAL,
	    &(struct token){ .user = 1 }, &token);
	if (r == TOKEN_E_NO_KEY)
		return ctl_refuse(
		    "[token] key_rehearsal is not set: there "
		    "are no rehearsals on this system");
	if (r != 0)
		return ctl_fault(r);
	arena_init(&keep, (size_t)REHEARSAL_USERS_MAX * 16);
	r = rehearsal_add(&ctl->ctx, want, &keep, &users);
	r = r != 0 ? refuse_many(r) : print_many(ctl, &users, want->n);
	arena_fini(&keep);
	return r;
}

int
cmd_user_add(struct ctl *ctl, int argc, char **argv)
{
	struct rehearsal want = { 0 };
	struct args args;

	if (!read_args(argc, argv, &args))
		return ctl_usage(ctl);
	if (args.many == NULL)
		return add_one(ctl, &args);
	want.prefix = span_str(args.prefix);
	if (!span_to_i64(span_str(args.many), &want.n))
		return refuse_many(REHEARSAL_E_COUNT);
	if (args.credit != NULL
	    && !span_to_i64(span_str(args.credit), &want.credit_minor))
		return refuse_many(REHEARSAL_E_CREDIT);
	return add_many(ctl, &want);
}
