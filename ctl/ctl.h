/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl - what the verbs of boxofficectl share
 *
 * A verb reads its own arguments, calls the domain, and prints what was asked
 * for to standard output and everything else to standard error. It returns
 * the program's exit status.
 *
 * Layer: ctl.  Uses: store.
 */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include "store/ctx.h"

#include <stdio.h>

enum ctl_exit {
	CTL_OK = 0,
	CTL_REFUSED = 1, /* understood, and the answer is no */
	CTL_USAGE = 2,
	CTL_FAULT = 3, /* something broke or could not be reached */
};

struct verb;

struct ctl {
	const char *config; /* path of the configuration file */
	const struct verb *verb;
	struct ctx ctx; /* open, but for verbs with VERB_NO_CTX */
};

/* argv[0] is the last word of the verb, so that getopt(3) works. */
typedef int verb_fn(struct ctl *ctl, int argc, char **argv);

#define VERB_NO_CTX 1

struct verb {
	const char *name;  /* "user add"; NULL ends the table */
	const char *usage; /* "LOGIN [--admin]" */
	const char *help;  /* one line */
	verb_fn *run;
	unsigned flags;
};

/* One cmd_*.c each. */
verb_fn cmd_alarms; /* two verbs: argv[0] tells which */
verb_fn cmd_audit;
verb_fn cmd_call_off;
verb_fn cmd_capacity;
verb_fn cmd_check_config;
verb_fn cmd_consumer_retire;
verb_fn cmd_dead_letter; /* four verbs: argv[0] tells which */
verb_fn cmd_drain;       /* two verbs: argv[0] tells which */
verb_fn cmd_draw;
verb_fn cmd_draw_verify;
verb_fn cmd_export;
verb_fn cmd_hall_export;
verb_fn cmd_hall_import;
verb_fn cmd_house; /* four verbs: argv[0] tells which */
verb_fn cmd_limits;
verb_fn cmd_load;
verb_fn cmd_load_now;
verb_fn cmd_migrate;
verb_fn cmd_payment;         /* four verbs: argv[0] tells which */
verb_fn cmd_payment_look_up; /* two verbs: argv[0] tells which */
verb_fn cmd_performances;
verb_fn cmd_queue; /* seven verbs: argv[0] tells which */
verb_fn cmd_rebuild;
verb_fn cmd_replay;
verb_fn cmd_reservation_look_up; /* two verbs: argv[0] tells which */
verb_fn cmd_reservation_move;
verb_fn cmd_restored;
verb_fn cmd_reservation_note;
verb_fn cmd_reservation_transfer;
verb_fn cmd_seats; /* four verbs: argv[0] tells which */
verb_fn cmd_section;
verb_fn cmd_settlement;
verb_fn cmd_statistics; /* three verbs: argv[0] tells which */
verb_fn cmd_status;
verb_fn cmd_till;
verb_fn cmd_token;
verb_fn cmd_top;
verb_fn cmd_user_add;
verb_fn cmd_user_change; /* three verbs: argv[0] tells which */
verb_fn cmd_user_list;
verb_fn cmd_user_password;
verb_fn cmd_user_totp_reset;
verb_fn cmd_wallet_credit;
verb_fn cmd_webhook; /* ten verbs: argv[0] tells which */

/* A sentence for the operator, on standard error. */
void ctl_say(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* The same, then returns CTL_REFUSED. */
int ctl_refuse(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* How a verb is used. */
void ctl_print_usage(FILE *out, const struct verb *verb);
/* The same on standard error; returns CTL_USAGE. */
int ctl_usage(const struct ctl *ctl);
/* Say what a fault (r < 0) means for the operator; returns CTL_FAULT. */
int ctl_fault(int r);
/* The login of whoever typed the command, for the audit log. Memory: a's. */
struct span ctl_os_user(struct arena *a);
/* Each row as a line, its cells with blanks between. */
void ctl_print_rows(const struct db_rows *rows);
/* Flush standard output: a full disk must not look like success.
 * returns: CTL_OK or CTL_FAULT */
int ctl_flush(void);
/* A whole file, "-" for standard input. Memory: a's. returns: 0; < 0 -errno */
int ctl_read(struct arena *a, const char *path, struct span *out) MUST_CHECK;

#endif
