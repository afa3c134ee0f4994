/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boxofficectl - the operator's program
 *
 * Finds the verb, reads the configuration, opens the stores, runs it. A new
 * verb is a row here and a cmd_*.c.
 *
 * Layer: ctl.  Uses: store.
 */
#include "ctl/ctl.h"

#include "base/log.h"
#include "base/seal.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct verb verbs[] = {
	{ "audit", "[--settled] [--history FILE] [--only I1,I2,..]",
	    "count what must never be", cmd_audit, 0 },
	{ "check-config", "", "check the configuration and name what is wrong",
	    cmd_check_config, VERB_NO_CTX },
	{ "load", "FILE|-", "put a catalog (doc/load.md) into the database",
	    cmd_load, 0 },
	{ "migrate", "", "bring the database to this version's schema",
	    cmd_migrate, 0 },
	{ "rebuild", "[PERFORMANCE]", "put the seat maps into Redis anew",
	    cmd_rebuild, 0 },
	{ "seats block", "PERFORMANCE SEAT[-SEAT],... --reason TEXT",
	    "keep free seats for the house", cmd_seats, 0 },
	{ "seats disable", "PERFORMANCE SEAT[-SEAT],... --reason TEXT",
	    "take broken seats out of the sale", cmd_seats, 0 },
	{ "seats enable", "PERFORMANCE SEAT[-SEAT],... --reason TEXT",
	    "sell repaired seats again", cmd_seats, 0 },
	{ "seats unblock", "PERFORMANCE SEAT[-SEAT],... --reason TEXT",
	    "give the house's seats back", cmd_seats, 0 },
	{ "status", "", "what is reachable, and how much there is",
	    cmd_status, 0 },
	{ "token", "LOGIN [--rehearsal]", "an access token for a user",
	    cmd_token, 0 },
	{ "user add", "LOGIN [--admin] [--name NAME] [--email EMAIL] "
	    "[--password-file FILE|-]\n       boxofficectl [--config FILE] "
	    "user add --many N --prefix P [--credit AMOUNT]",
	    "make a user, or many for a rehearsal", cmd_user_add, 0 },
	{ "wallet credit", "LOGIN AMOUNT", "put money into a wallet",
	    cmd_wallet_credit, 0 },
	{ 0 },
};
/* clang-format on */

/* One operator at a time, and nobody's page waits for it: statements may take
 * long and many rows may be in memory. */
#define STATEMENT_MS (10 * 60 * 1000)
#define LOCK_MS (30 * 1000)
#define ARENA_MIB 2048

static void
print_help(FILE *out)
{
	fputs("usage: boxofficectl [--config FILE] VERB ...\n\n", out);
	for (const struct verb *v = verbs; v->name != NULL; v++)
		fprintf(out, "  %-14s %s\n", v->name, v->help);
	fputs("\nThe configuration is read from " SETTINGS_PATH
	    " unless --config says otherwise.\n", out);
}

/* How many words of argv are this verb's name; 0 when they are another's. */
static int
count_words(const struct verb *verb, int argc, char **argv)
{
	struct span rest = span_str(verb->name);
	int n = 0;

	while (span_is(rest)) {
		struct span word = span_cut(&rest, ' ');

		if (n >= argc || !span_eq_str(word, argv[n]))
			return 0;
		n++;
	}
	return n;
}

/* out: *n_words of the name found. returns: NULL when there is none. */
static const struct verb *
find_verb(int argc, char **argv, int *n_words)
{
	for (const struct verb *v = verbs; v->name != NULL; v++) {
		*n_words = count_words(v, argc, argv);
		if (*n_words > 0)
			return v;
	}
	return NULL;
}

static int
open_ctx(struct ctl *ctl)
{
	struct settings set;
	struct conf_error error;
	int r;

	r = settings_read(ctl->config, &set, &error);
	if (r != 0) {
		ctl_say("%s:%d: %s", error.file, error.line, error.text);
		return r > 0 ? CTL_REFUSED : CTL_FAULT;
	}
	set.db_statement_ms = STATEMENT_MS;
	set.db_lock_ms = LOCK_MS;
	set.worker_arena_mib = ARENA_MIB;
	ctx_open(&ctl->ctx, &set);
	return CTL_OK;
}

static int
run(struct ctl *ctl, int argc, char **argv)
{
	int status;

	if (ctl->verb->flags & VERB_NO_CTX)
		return ctl->verb->run(ctl, argc, argv);
	status = open_ctx(ctl);
	if (status != CTL_OK)
		return status;
	status = ctl->verb->run(ctl, argc, argv);
	ctx_close(&ctl->ctx);
	return status;
}

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

/* The options before the verb. returns: -1 go on, else the exit status */
static int
read_options(struct ctl *ctl, int argc, char **argv)
{
	int c;

	/* "+": what follows the verb is the verb's. */
	while ((c = getopt_long(argc, argv, "+c:h", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			ctl->config = optarg;
			break;
		case 'h':
			print_help(stdout);
			return ctl_flush();
		case 'V':
			puts("boxofficectl " PACKAGE_VERSION);
			return ctl_flush();
		default:
			print_help(stderr);
			return CTL_USAGE;
		}
	}
	return -1;
}

int
main(int argc, char **argv)
{
	struct ctl ctl = { .config = SETTINGS_PATH };
	int status, first, n_words = 0;

	seal_process();
	log_open("boxofficectl", LOG_WARN);
	status = read_options(&ctl, argc, argv);
	if (status >= 0)
		return status;
	first = optind;
	ctl.verb = find_verb(argc - first, argv + first, &n_words);
	if (ctl.verb == NULL) {
		print_help(stderr);
		return CTL_USAGE;
	}
	first += n_words - 1;
	optind = 0;		/* getopt(3) starts over, for the verb */
	return run(&ctl, argc - first, argv + first);
}
