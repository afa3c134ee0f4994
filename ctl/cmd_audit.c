/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_audit - boxofficectl audit
 *
 * A line for each invariant. What could not be checked is not clean.
 *
 * Layer: ctl.  Uses: store, audit, history.
 */
#include "ctl/ctl.h"

#include "audit/audit.h"
#include "ctl/history.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Statements of half a second, so that the server breathes in between;
 * differences that outlast two seconds. */
static const struct audit_pace pace = {
	.budget_us = 1000000,
	.looks = 5,
	.pause_ms = 500,
};

struct ask {
	bool settled;
	const char *history;     /* path; NULL: none */
	struct span only;        /* names with commas; NONE: all */
	struct audit_found told; /* by the history */
	int fault;               /* reading it against the database */
};

/* ---- what is asked for ---- */

static bool
in_list(struct span names, const char *name)
{
	while (span_is(names))
		if (span_eq_str(span_trim(span_cut(&names, ',')), name))
			return true;
	return false;
}

static bool
is_row(struct span name)
{
	for (const struct audit_row *row = audit_rows; row->name != NULL; row++)
		if (span_eq_str(name, row->name))
			return true;
	return false;
}

/* Naming one asks for it, whenever it holds. */
static bool
is_asked(const struct ask *ask, const struct audit_row *row)
{
	if (row->when == AUDIT_HISTORY && ask->history == NULL)
		return false;
	if (span_is(ask->only))
		return in_list(ask->only, row->name);
	return row->when != AUDIT_SETTLED || ask->settled;
}

/* returns: -1 go on; else the exit status */
static int
check_only(struct ctl *ctl, const struct ask *ask)
{
	struct span rest = ask->only;
	bool any = false;

	while (span_is(rest)) {
		struct span name = span_trim(span_cut(&rest, ','));

		if (!is_row(name)) {
			ctl_say("there is no invariant %.*s", (int)name.len,
			    name.p);
			return ctl_usage(ctl);
		}
	}
	for (const struct audit_row *row = audit_rows; row->name != NULL; row++)
		any = any || is_asked(ask, row);
	if (any)
		return -1;
	ctl_say("what clients were told is read with --history");
	return ctl_usage(ctl);
}

/* ---- the history ---- */

/* Before the first line is printed: a file that is none is refused at once.
 * returns: -1 go on; else the exit status */
static int
check_history(struct ctl *ctl, struct ask *ask)
{
	struct ctx *ctx = &ctl->ctx;
	struct history history;
	struct span text;
	int r;

	if (ask->history == NULL)
		return -1;
	r = ctl_read(&ctx->arena, ask->history, &text);
	if (r < 0)
		return ctl_refuse("%s: %s", ask->history, strerror(-r));
	if (!history_read(&ctx->arena, text, &history))
		return ctl_refuse("%s:%" PRId64 ": %s", ask->history,
		    history.line, history.why);
	ask->fault = audit_history(ctx, history.acks, history.n, &ask->told);
	return -1;
}

/* ---- the lines ---- */

/* returns: whether the invariant holds */
static bool
print_line(const struct audit_row *row, const struct audit_found *found,
    int fault)
{
	if (fault < 0)
		printf("%-4s NOT CHECKED  %s\n", row->name, row->sentence);
	else if (found->n == 0)
		printf("%-4s ok  %s\n", row->name, row->sentence);
	else
		printf("%-4s FAILED %" PRId64 "  %s: %s\n", row->name, found->n,
		    row->sentence, found->examples);
	fflush(stdout);
	return fault == 0 && found->n == 0;
}

static bool
check_row(struct ctx *ctx, const struct audit_row *row, const struct ask *ask)
{
	struct audit_walk walk;
	int r = 0;

	if (row->when == AUDIT_HISTORY)
		return print_line(row, &ask->told, ask->fault);
	audit_begin(&walk, row, &pace);
	while (r == 0 && !walk.done) {
		ctx_round(ctx);
		r = audit_step(ctx, &walk);
	}
	if (r < 0)
		(void)ctl_fault(r);
	return print_line(row, &walk.found, r);
}

static int
audit(struct ctl *ctl, struct ask *ask)
{
	bool clean = true;
	int status;

	status = check_only(ctl, ask);
	if (status < 0)
		status = check_history(ctl, ask);
	if (status >= 0)
		return status;
	for (const struct audit_row *row = audit_rows; row->name != NULL; row++)
		if (is_asked(ask, row))
			clean = check_row(&ctl->ctx, row, ask) && clean;
	puts(clean ? "all hold" : "NOT CLEAN");
	status = ctl_flush();
	return status == CTL_OK && !clean ? CTL_REFUSED : status;
}

static const struct option options[] = {
	{ "settled", no_argument, NULL, 's' },
	{ "history", required_argument, NULL, 'h' },
	{ "only", required_argument, NULL, 'o' },
	{ NULL, 0, NULL, 0 },
};

int
cmd_audit(struct ctl *ctl, int argc, char **argv)
{
	struct ask ask = { .history = NULL };
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 's':
			ask.settled = true;
			break;
		case 'h':
			ask.history = optarg;
			break;
		case 'o':
			ask.only = span_str(optarg);
			break;
		default:
			return ctl_usage(ctl);
		}
	}
	if (optind != argc)
		return ctl_usage(ctl);
	return audit(ctl, &ask);
}
