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
#include "recovery/recovery.h"
#include "store/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct verb verbs[] = {
	{ "alarms ack", "ID --reason TEXT", "say that one was seen to, and how",
	    cmd_alarms, 0 },
	{ "alarms list", "[--all]", "what only a person can decide",
	    cmd_alarms, 0 },
	{ "audit", "[--settled] [--history FILE] [--only I1,I2,..]",
	    "count what must never be", cmd_audit, 0 },
	{ "call-off", "PERFORMANCE --reason TEXT",
	    "cancel a performance, and give back all that was sold of it",
	    cmd_call_off, 0 },
	{ "capacity", "PERFORMANCE SECTION PLACES --reason TEXT",
	    "give a counter section more places, or fewer", cmd_capacity, 0 },
	{ "check-config", "[--online]",
	    "check the configuration and name what is wrong",
	    cmd_check_config, VERB_NO_CTX },
	{ "consumer retire", "NAME",
	    "nobody waits any more for a consumer of messages",
	    cmd_consumer_retire, 0 },
	{ "dead-letter drop", "ID --reason TEXT",
	    "forget a message that could not be taken", cmd_dead_letter, 0 },
	{ "dead-letter list", "", "messages that could not be taken",
	    cmd_dead_letter, 0 },
	{ "dead-letter retry", "ID --reason TEXT",
	    "have such a message tried once more", cmd_dead_letter, 0 },
	{ "dead-letter show", "ID", "all of such a message",
	    cmd_dead_letter, 0 },
	{ "drain", "", "load balancers send this machine no buyers any more",
	    cmd_drain, 0 },
	{ "export", "reservations|seats [--performance N] [--from TIME] "
	    "[--to TIME]\n       --reason TEXT",
	    "a table of what was sold, as CSV", cmd_export, 0 },
	{ "hall export", "VENUE HALL [--format load|pretix] [--scale PIXELS] "
	    "[--revision N]", "write a hall's seat plan to standard output",
	    cmd_hall_export, 0 },
	{ "hall import", "VENUE HALL FILE|- [--format load|pretix] "
	    "[--scale PIXELS]\n       [--dry-run] [--reason TEXT]",
	    "give a hall the seat plan of a file", cmd_hall_import, 0 },
	{ "house codes", "", "print the codes of house seats", cmd_house, 0 },
	{ "house drop", "CODE --reason TEXT",
	    "forget a code of house seats", cmd_house, 0 },
	{ "house seats", "PERFORMANCE",
	    "print the house seats of a performance by code", cmd_house, 0 },
	{ "house set", "CODE --letter L --colour #RRGGBB --owner TEXT "
	    "[--release MINUTES] --reason TEXT",
	    "make a code of house seats, or change it", cmd_house, 0 },
	{ "limits", "", "how often users and addresses may do what", cmd_limits,
	    0 },
	{ "load", "[--dry-run] [--reason TEXT] FILE|-",
	    "put a catalog (doc/load.md) into the database", cmd_load, 0 },
	{ "load-now", "", "how much of what this machine can do is being done",
	    cmd_load_now, 0 },
	{ "migrate", "", "bring the database to this version's schema",
	    cmd_migrate, 0 },
	{ "payment cancel", "ID --reason TEXT",
	    "give up a payment that has no end yet", cmd_payment, 0 },
	{ "payment list", "[--number NUMBER] [--login LOGIN] "
	    "[--performance ID [--seat N]]\n       [--status STATUS] "
	    "[--method METHOD] [--from DAY] [--to DAY] [--limit N]",
	    "look for payments", cmd_payment_look_up, 0 },
	{ "payment look", "ID --reason TEXT",
	    "have its provider asked about it at once", cmd_payment, 0 },
	{ "payment refund", "ID [--seats N,N,..] [--quantity N] --reason TEXT",
	    "give back what it bought, or some of it", cmd_payment, 0 },
	{ "payment release", "ID --reason TEXT",
	    "free its seats though its provider is silent", cmd_payment, 0 },
	{ "payment settlement", "--from DAY --to DAY [--json]",
	    "what was sold and given back, by day, performance and method",
	    cmd_settlement, 0 },
	{ "payment show", "ID", "a payment with all that happened to it",
	    cmd_payment_look_up, 0 },
	{ "performances", "", "the performances: id, key, show, start, status",
	    cmd_performances, 0 },
	{ "queue close", "PERFORMANCE --reason TEXT",
	    "nobody joins a line or is admitted from it any more",
	    cmd_queue, 0 },
	{ "queue draw", "PERFORMANCE [--beacon VALUE] --reason TEXT",
	    "draw a lobby with the public value that was promised",
	    cmd_draw, 0 },
	{ "queue open", "PERFORMANCE --reason TEXT",
	    "buyers of a performance stand in line", cmd_queue, 0 },
	{ "queue pause", "PERFORMANCE --reason TEXT",
	    "admit nobody for now", cmd_queue, 0 },
	{ "queue report", "[--csv] PERFORMANCE",
	    "who was admitted, how long it took, and what came of it",
	    cmd_queue, 0 },
	{ "queue resume", "PERFORMANCE --reason TEXT",
	    "admit people again", cmd_queue, 0 },
	{ "queue set", "PERFORMANCE [--mode off|fifo|auto|lobby] [--active N] "
	    "[--per-minute N] [--grace S]\n       [--claim S] [--pass S] "
	    "[--lobby S] [--beacon TEXT] --reason TEXT",
	    "what a line goes by", cmd_queue, 0 },
	{ "queue show", "PERFORMANCE", "where a line stands, and what it goes by",
	    cmd_queue, 0 },
	{ "queue verify", "FILE|- [LOBBY_ID]",
	    "compute the order of a draw from what is published of it",
	    cmd_draw_verify, VERB_NO_CTX },
	{ "rebuild", "[PERFORMANCE]", "put the seat maps into Redis anew",
	    cmd_rebuild, 0 },
	{ "replay", "NAME --since TIME",
	    "have a consumer of messages count anew", cmd_replay, 0 },
	{ "reservation list", "[--number NUMBER] [--login LOGIN] "
	    "[--performance ID [--seat N]]\n       [--status STATUS] "
	    "[--method METHOD] [--from DAY] [--to DAY] [--limit N]",
	    "look for reservations", cmd_reservation_look_up, 0 },
	{ "reservation move", "NUMBER FROM:TO[:TYPE][,..] --reason TEXT",
	    "give a reservation other seats, or other ticket types",
	    cmd_reservation_move, 0 },
	{ "reservation note", "NUMBER TEXT",
	    "write something down about a reservation", cmd_reservation_note,
	    0 },
	{ "reservation show", "NUMBER",
	    "a reservation with all that happened to it",
	    cmd_reservation_look_up, 0 },
	{ "reservation transfer", "NUMBER LOGIN --reason TEXT",
	    "make a reservation another user's", cmd_reservation_transfer, 0 },
	{ "restored", "--reason TEXT",
	    "after the database was restored to an earlier moment",
	    cmd_restored, 0 },
	{ "sales", "[--by hour|day|performance|section|type] [--performance N] "
	    "[--show N]\n       [--venue N] [--from TIME] [--to TIME]",
	    "what was sold, given back and lost, as CSV", cmd_statistics, 0 },
	{ "seats block", "PERFORMANCE SEATS [--code CODE] --reason TEXT",
	    "withhold free seats from the sale", cmd_seats, 0 },
	{ "seats disable", "PERFORMANCE SEATS --reason TEXT",
	    "take broken seats out of the sale", cmd_seats, 0 },
	{ "seats enable", "PERFORMANCE SEATS --reason TEXT",
	    "sell repaired seats again", cmd_seats, 0 },
	{ "seats unblock", "PERFORMANCE SEATS --reason TEXT",
	    "give withheld seats back", cmd_seats, 0 },
	{ "section", "PERFORMANCE SECTION open|closed --reason TEXT",
	    "sell a section of a performance, or stop selling it",
	    cmd_section, 0 },
	{ "statistics client-logs", "[--by day|release|message] [--from TIME] "
	    "[--to TIME]", "what buyers' programs told of, as CSV",
	    cmd_statistics, 0 },
	{ "statistics queues", "[--by hour|day|performance] [--performance N] "
	    "[--show N]\n       [--venue N] [--from TIME] [--to TIME]",
	    "who was admitted from lines, and after how long, as CSV",
	    cmd_statistics, 0 },
	{ "status", "", "what is reachable, and how much there is",
	    cmd_status, 0 },
	{ "till close", "ID --counted AMOUNT [--note TEXT]",
	    "close a counter's till with what was counted in it", cmd_till, 0 },
	{ "till list", "[--all]", "tills that are open", cmd_till, 0 },
	{ "till show", "ID", "what was sold at one, and what should be in it",
	    cmd_till, 0 },
	{ "token", "LOGIN [--rehearsal]", "an access token for a user",
	    cmd_token, 0 },
	{ "top", "[--seconds N] [--rounds N]",
	    "what the programs of this machine do", cmd_top, 0 },
	{ "undrain", "", "load balancers send this machine buyers again",
	    cmd_drain, 0 },
	{ "user add", "LOGIN [--role ROLE] [--name NAME] [--email EMAIL] "
	    "[--password-file FILE|-]\n       boxofficectl [--config FILE] "
	    "user add --many N --prefix P [--credit AMOUNT]",
	    "make a user, or many for a rehearsal", cmd_user_add, 0 },
	{ "user disable", "LOGIN --reason TEXT",
	    "end a user's sessions and logins", cmd_user_change, 0 },
	{ "user enable", "LOGIN --reason TEXT", "let a user log in again",
	    cmd_user_change, 0 },
	{ "user list", "", "the users: id, login, role, may log in or not",
	    cmd_user_list, 0 },
	{ "user password", "LOGIN [--password-file FILE|-]",
	    "give a user another password, and end the sessions",
	    cmd_user_password, 0 },
	{ "user role", "LOGIN USER|STAFF|GATE|ADMIN --reason TEXT",
	    "give a user another role", cmd_user_change, 0 },
	{ "user totp-reset", "LOGIN --reason TEXT",
	    "a user who has lost app and recovery codes logs in without",
	    cmd_user_totp_reset, 0 },
	{ "wallet credit", "LOGIN AMOUNT", "put money into a wallet",
	    cmd_wallet_credit, 0 },
	{ "webhook add", "URL [--kinds KIND,..] [--note TEXT] --reason TEXT",
	    "have a server told of what happens; prints its secret",
	    cmd_webhook, 0 },
	{ "webhook change", "ID [--url URL] [--kinds KIND,..] [--note TEXT] "
	    "--reason TEXT", "tell it elsewhere, or of other things",
	    cmd_webhook, 0 },
	{ "webhook deliveries", "ID [--status waiting|sent|failed]",
	    "what a webhook was told, or is to be", cmd_webhook, 0 },
	{ "webhook disable", "ID --reason TEXT", "tell it nothing any more",
	    cmd_webhook, 0 },
	{ "webhook drop", "ID --reason TEXT",
	    "forget it, and all that it was told", cmd_webhook, 0 },
	{ "webhook enable", "ID --reason TEXT", "tell it again", cmd_webhook,
	    0 },
	{ "webhook list", "", "who is told of what happens", cmd_webhook, 0 },
	{ "webhook replay", "DELIVERY --reason TEXT",
	    "tell one thing once more", cmd_webhook, 0 },
	{ "webhook rotate", "ID [--keep HOURS] --reason TEXT",
	    "give it another secret, and print it", cmd_webhook, 0 },
	{ "webhook show", "DELIVERY", "one delivery, with all tries",
	    cmd_webhook, 0 },
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
		fprintf(out, "  %-18s  %s\n", v->name, v->help);
	fputs("\nThe configuration is read from " SETTINGS_PATH
	      " unless --config says otherwise.\n",
	    out);
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

/* Which word is none: the first, unless verbs of two words begin with it. */
static int
explain_unknown(int argc, char **argv)
{
	bool group = false;

	for (const struct verb *v = verbs; argc > 0 && v->name != NULL; v++) {
		struct span rest = span_str(v->name);

		group |= span_eq_str(span_cut(&rest, ' '), argv[0])
		    && span_is(rest);
	}
	if (group && argc > 1)
		ctl_say("there is no verb \"%s %s\"", argv[0], argv[1]);
	else if (group)
		ctl_say("\"%s\" is followed by another word", argv[0]);
	else if (argc > 0)
		ctl_say("there is no verb \"%s\"", argv[0]);
	print_help(stderr);
	return CTL_USAGE;
}

/* Before "--" only: what follows is no option. */
static bool
asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0)
			return true;
	return false;
}

static int
open_ctx(struct ctl *ctl)
{
	struct settings set = { .owner = 0 };
	struct conf_error error;
	char sentence[CONF_SENTENCE_SIZE];
	int r;

	r = settings_read(ctl->config, &set, &error);
	if (r != 0) {
		ctl_say("%s", conf_sentence(&error, sentence));
		return r > 0 ? CTL_REFUSED : CTL_FAULT;
	}
	set.db_statement_ms = STATEMENT_MS;
	set.db_lock_ms = LOCK_MS;
	set.worker_arena_mib = ARENA_MIB;
	ctx_open(&ctl->ctx, &set);
	recovery_give(&ctl->ctx);
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
	if (ctl.verb == NULL)
		return explain_unknown(argc - first, argv + first);
	first += n_words - 1;
	if (asks_for_help(argc - first, argv + first)) {
		ctl_print_usage(stdout, ctl.verb);
		printf("%s\n", ctl.verb->help);
		return ctl_flush();
	}
	optind = 0; /* getopt(3) starts over, for the verb */
	return run(&ctl, argc - first, argv + first);
}
