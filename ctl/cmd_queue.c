/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_queue - boxofficectl queue show|report PERFORMANCE [--csv],
 *	queue open|pause|resume|close PERFORMANCE --reason TEXT,
 *	queue set PERFORMANCE [--mode MODE] [--active N] .. --reason TEXT
 *
 * Layer: ctl.  Uses: admin, queue.
 */
#include "ctl/ctl.h"

#include "admin/queue_set.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- looking ---- */

static int
no_performance(int64_t performance)
{
	return ctl_refuse("no performance has the id %" PRId64, performance);
}

/* "name value" lines. */
static void
print_figures(const struct queue_figure *figures, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (figures[i].value < 0)
			printf("%s -\n", figures[i].name);
		else
			printf("%s %" PRId64 "\n", figures[i].name,
			    figures[i].value);
}

static int
show(struct ctl *ctl, int64_t performance)
{
	struct queue_line line;
	int r = queue_report_line(&ctl->ctx, performance, &line);

	if (r != QUEUE_REPORT_OK)
		return r < 0 ? ctl_fault(r) : no_performance(performance);
	printf("mode %s\nstatus %s\nbeacon %.*s\n", queue_modes[line.mode],
	    queue_statuses[line.status], (int)line.beacon.len, line.beacon.p);
	print_figures(line.set, QUEUE_LINE_SET);
	if (line.runs) {
		printf("lobby %s\n", lobby_states[line.lobby]);
		print_figures(line.now, QUEUE_LINE_NOW);
		printf("recovering %s\n", line.recovering ? "yes" : "no");
	}
	return ctl_flush();
}

static int
report(struct ctl *ctl, int64_t performance, bool csv)
{
	struct queue_figure figures[QUEUE_REPORT_N];
	struct span text;
	int r = queue_report(&ctl->ctx, performance, figures);

	if (r != QUEUE_REPORT_OK)
		return r < 0 ? ctl_fault(r) : no_performance(performance);
	text = queue_report_csv(&ctl->ctx.arena, figures, QUEUE_REPORT_N);
	if (csv)
		printf("%.*s", (int)text.len, text.p);
	else
		print_figures(figures, QUEUE_REPORT_N);
	return ctl_flush();
}

/* ---- changing ---- */

static int
change(struct ctl *ctl, const struct queue_set_ask *ask)
{
	struct queue_set_result result;
	int r = queue_set(&ctl->ctx, ask, &result);

	if (r < 0)
		return ctl_fault(r);
	if (r == QUEUE_SET_E_NONE)
		return no_performance(ask->performance);
	if (r == QUEUE_SET_E_VALUE)
		return ctl_refuse(
		    "a value is out of its range, see "
		    "boxofficectl(8)");
	if (r == QUEUE_SET_E_BEGUN)
		return ctl_refuse(
		    "people stand in its line, or its lobby has "
		    "opened: mode and beacon stay what they are");
	if (r == QUEUE_SET_E_REASON)
		return ctl_refuse(
		    "the reason must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	printf("%s\n", result.changed ? "changed" : "as it was");
	return ctl_flush();
}

static const struct option options[] = {
	{ "reason", required_argument, NULL, 'r' },
	{ "csv", no_argument, NULL, 'v' },
	{ "mode", required_argument, NULL, 'm' },
	{ "active", required_argument, NULL, 'a' },
	{ "per-minute", required_argument, NULL, 'i' },
	{ "grace", required_argument, NULL, 'g' },
	{ "claim", required_argument, NULL, 'c' },
	{ "pass", required_argument, NULL, 'p' },
	{ "lobby", required_argument, NULL, 'l' },
	{ "beacon", required_argument, NULL, 'b' },
	{ NULL, 0, NULL, 0 },
};

/* Where an option's number goes; NULL: it has none. */
static int64_t *
number_of(struct queue_set_ask *ask, int c)
{
	switch (c) {
	case 'a':
		return &ask->active_limit;
	case 'i':
		return &ask->per_minute;
	case 'g':
		return &ask->grace_s;
	case 'c':
		return &ask->claim_s;
	case 'p':
		return &ask->pass_s;
	case 'l':
		return &ask->lobby_s;
	}
	return NULL;
}

/* returns: whether the words after the verb's name make sense for it */
static bool
read_words(int argc, char **argv, struct queue_set_ask *ask, bool *csv)
{
	bool sets = strcmp(argv[0], "set") == 0;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		int64_t *number = number_of(ask, c);

		if (c == 'r')
			ask->by.reason = span_str(optarg);
		else if (c == 'v' && strcmp(argv[0], "report") == 0)
			*csv = true;
		else if (c == 'm' && sets)
			ask->mode = span_str(optarg);
		else if (c == 'b' && sets)
			ask->beacon = span_str(optarg);
		else if (number == NULL || !sets
		    || !span_to_i64(span_str(optarg), number) || *number < 0)
			return false;
	}
	return argc - optind == 1
	    && span_to_i64(span_str(argv[optind]), &ask->performance)
	    && ask->performance >= 1;
}

int
cmd_queue(struct ctl *ctl, int argc, char **argv)
{
	struct queue_set_ask ask = queue_set_same(0);
	bool csv = false;

	ask.by.os_user = ctl_os_user(&ctl->ctx.arena);
	/* The others have options instead. */
	(void)queue_set_verb(span_str(argv[0]), &ask);
	if (!read_words(argc, argv, &ask, &csv))
		return ctl_usage(ctl);
	if (strcmp(argv[0], "show") == 0)
		return show(ctl, ask.performance);
	if (strcmp(argv[0], "report") == 0)
		return report(ctl, ask.performance, csv);
	return span_is(ask.by.reason) ? change(ctl, &ask) : ctl_usage(ctl);
}
