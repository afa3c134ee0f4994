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
#include "queue/queue_snapshot.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

SQL(queue_show,
    "SELECT p.queue_mode, p.queue_status, p.queue_active_limit,"
    " p.queue_per_minute, p.queue_grace_s, p.queue_claim_s, p.queue_pass_s,"
    " coalesce(s.reserved, 0), coalesce(s.head, 0) FROM performances AS p"
    " LEFT JOIN queue_state AS s ON s.performance_id = p.id WHERE p.id = $1");
SQL(queue_report,
    "SELECT admitted, bought, lapsed, \"left\", buying, wait_p50_s, wait_p90_s,"
    " pass_p50_s, pass_p90_s, admitted_a_minute, per_minute"
    " FROM queue_report($1) WHERE per_minute IS NOT NULL");

static const char *const show_names[] = { "mode", "status", "active_limit",
	"per_minute", "grace_s", "claim_s", "pass_s", "reserved", "head" };
static const char *const report_names[] = { "admitted", "bought", "lapsed",
	"left", "buying", "wait_p50_s", "wait_p90_s", "pass_p50_s",
	"pass_p90_s", "admitted_a_minute", "per_minute" };

/* ---- looking ---- */

static int
no_performance(int64_t performance)
{
	return ctl_refuse("no performance has the id %" PRId64, performance);
}

/* One row of sql by performance. returns: CTL_OK; an exit status */
static int
read_row(struct ctl *ctl, const struct sql *sql, int64_t performance,
    struct db_rows *rows)
{
	struct ctx *ctx = &ctl->ctx;
	const struct db_param id = db_i64(&ctx->arena, performance);
	int r = db_sure(db_run(ctx->primary, &ctx->arena, sql, 1, &id, rows));

	if (r != 0)
		return ctl_fault(r);
	return rows->n_rows == 0 ? no_performance(performance) : CTL_OK;
}

/* "name value" lines, or a line of names and one of values. */
static void
print_row(const struct db_rows *rows, const char *const *names, bool csv)
{
	size_t n = rows->n_cols;

	for (size_t i = 0; csv && i < n; i++)
		printf("%s%s", names[i], i + 1 < n ? "," : "\n");
	for (size_t i = 0; i < n; i++) {
		struct span cell = db_cell(rows, 0, i);
		const char *value = span_is(cell) ? cell.p : "";

		if (csv)
			printf("%s%s", value, i + 1 < n ? "," : "\n");
		else
			printf("%s %s\n", names[i],
			    span_is(cell) ? value : "-");
	}
}

static int
show(struct ctl *ctl, int64_t performance)
{
	struct queue_snapshot now;
	struct db_rows rows;
	int r = read_row(ctl, &sql_queue_show, performance, &rows);

	if (r != CTL_OK)
		return r;
	print_row(&rows, show_names, false);
	r = queue_snapshot(&ctl->ctx, performance, &now);
	if (r < 0)
		return ctl_fault(r);
	if (r == 0)
		printf("waiting %" PRId64 "\nbuying %" PRId64 "\nnear %" PRId64
		       "\nlast_number %" PRId64
		       "\nadmitted_a_minute %.1f\nrecovering %s\n",
		    now.waiting, now.active, now.near, now.seq,
		    (double)now.rate_milli / 1000, now.calm ? "yes" : "no");
	return ctl_flush();
}

static int
report(struct ctl *ctl, int64_t performance, bool csv)
{
	struct db_rows rows;
	int r = read_row(ctl, &sql_queue_report, performance, &rows);

	if (r != CTL_OK)
		return r;
	print_row(&rows, report_names, csv);
	return ctl_flush();
}

/* ---- changing ---- */

static int
change(struct ctl *ctl, const struct queue_set_ask *ask)
{
	bool changed;
	int r = queue_set(&ctl->ctx, ask, &changed);

	if (r < 0)
		return ctl_fault(r);
	if (r == QUEUE_SET_E_NONE)
		return no_performance(ask->performance);
	if (r == QUEUE_SET_E_VALUE)
		return ctl_refuse(
		    "a value is out of its range, see "
		    "boxofficectl(8)");
	if (r == QUEUE_SET_E_REASON)
		return ctl_refuse(
		    "the reason must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	printf("%s\n", changed ? "changed" : "as it was");
	return ctl_flush();
}

/* What the words of verbs without options mean. */
static const struct {
	const char *verb, *mode, *status;
} moves[] = {
	{ "open", "fifo", "open" },
	{ "pause", NULL, "paused" },
	{ "resume", NULL, "open" },
	{ "close", NULL, "closed" },
};

static void
read_verb(const char *verb, struct queue_set_ask *ask)
{
	for (size_t i = 0; i < ARRAY_LEN(moves); i++)
		if (strcmp(verb, moves[i].verb) == 0) {
			ask->mode = span_str(moves[i].mode);
			ask->status = span_str(moves[i].status);
		}
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
	struct queue_set_ask ask = { .active_limit = -1,
		.per_minute = -1,
		.grace_s = -1,
		.claim_s = -1,
		.pass_s = -1,
		.by = { .os_user = ctl_os_user(&ctl->ctx.arena) } };
	bool csv = false;

	read_verb(argv[0], &ask);
	if (!read_words(argc, argv, &ask, &csv))
		return ctl_usage(ctl);
	if (strcmp(argv[0], "show") == 0)
		return show(ctl, ask.performance);
	if (strcmp(argv[0], "report") == 0)
		return report(ctl, ask.performance, csv);
	return span_is(ask.by.reason) ? change(ctl, &ask) : ctl_usage(ctl);
}
