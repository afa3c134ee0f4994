/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_dead_letter - boxofficectl dead-letter list, dead-letter show ID,
 *	dead-letter retry|drop ID --reason TEXT,
 *	replay CONSUMER --since TIME, consumer retire CONSUMER
 *
 * Layer: ctl.  Uses: message, admin.
 */
#include "ctl/ctl.h"

#include "base/clock.h"
#include "message/consumer.h"
#include "message/dead_letter.h"
#include "message/replay.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LIST_MAX 10000

static const char *const names[DEAD_LETTER_COLS] = { "id", "consumer", "kind",
	"about", "attempts", "since", "error", "payload" };

static int
no_letter(int64_t id)
{
	return ctl_refuse("no dead letter has the id %" PRId64, id);
}

/* ---- dead letters ---- */

static int
list(struct ctl *ctl)
{
	struct db_rows rows;
	int r = dead_letter_list(&ctl->ctx, 0, LIST_MAX, &rows);

	if (r < 0)
		return ctl_fault(r);
	for (size_t i = 0; i < rows.n_rows; i++) {
		for (size_t c = 0; c + 2 < rows.n_cols; c++)
			printf("%s ", db_cell(&rows, i, c).p);
		printf("%s\n", db_cell(&rows, i, rows.n_cols - 2).p);
	}
	return ctl_flush();
}

static int
show(struct ctl *ctl, int64_t id)
{
	struct db_rows rows;
	int r = dead_letter_find(&ctl->ctx, id, &rows);

	if (r < 0)
		return ctl_fault(r);
	if (rows.n_rows == 0)
		return no_letter(id);
	for (size_t c = 0; c < rows.n_cols; c++)
		printf("%s %s\n", names[c], db_cell(&rows, 0, c).p);
	return ctl_flush();
}

static int
end(struct ctl *ctl, bool retry, int64_t id, const struct audit_by *by)
{
	struct span error = SPAN_NONE;
	int r = retry ? dead_letter_retry(&ctl->ctx, id, by, &error)
		      : dead_letter_drop(&ctl->ctx, id, by);

	if (r < 0)
		return ctl_fault(r);
	if (r == DEAD_LETTER_E_NONE)
		return no_letter(id);
	if (r == DEAD_LETTER_E_FAILED)
		return ctl_refuse("refused again: %s", error.p);
	if (r == DEAD_LETTER_E_REASON)
		return ctl_refuse(
		    "the reason must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	puts(retry ? "taken" : "dropped");
	return ctl_flush();
}

static const struct option letter_options[] = {
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

int
cmd_dead_letter(struct ctl *ctl, int argc, char **argv)
{
	struct audit_by by = { .os_user = ctl_os_user(&ctl->ctx.arena) };
	bool lists = strcmp(argv[0], "list") == 0;
	bool shows = strcmp(argv[0], "show") == 0;
	int64_t id = 0;
	int c;

	while ((c = getopt_long(argc, argv, "", letter_options, NULL)) != -1) {
		if (c != 'r' || lists || shows)
			return ctl_usage(ctl);
		by.reason = span_str(optarg);
	}
	if (lists)
		return argc == optind ? list(ctl) : ctl_usage(ctl);
	if (argc - optind != 1 || !span_to_i64(span_str(argv[optind]), &id)
	    || id < 1 || (!shows && !span_is(by.reason)))
		return ctl_usage(ctl);
	return shows ? show(ctl, id)
		     : end(ctl, strcmp(argv[0], "retry") == 0, id, &by);
}

/* ---- consumers ---- */

static const struct option replay_options[] = {
	{ "since", required_argument, NULL, 's' },
	{ NULL, 0, NULL, 0 },
};

static int
replay(struct ctl *ctl, const char *name, int64_t since_ms)
{
	int64_t n;
	int r = replay_since(&ctl->ctx, span_str(name), since_ms, &n);

	if (r < 0)
		return ctl_fault(r);
	if (r == REPLAY_E_NONE)
		return ctl_refuse("there is no consumer %s", name);
	if (r == REPLAY_E_NEVER)
		return ctl_refuse("what %s does cannot be taken back", name);
	if (r == REPLAY_E_GONE)
		return ctl_refuse("what was told then may be forgotten");
	printf("again %" PRId64 "\n", n);
	return ctl_flush();
}

int
cmd_replay(struct ctl *ctl, int argc, char **argv)
{
	int64_t since_ms = -1;
	int c;

	while ((c = getopt_long(argc, argv, "", replay_options, NULL)) != -1)
		if (c != 's'
		    || !clock_parse_rfc3339(span_str(optarg), &since_ms))
			return ctl_usage(ctl);
	if (argc - optind != 1 || since_ms < 0)
		return ctl_usage(ctl);
	return replay(ctl, argv[optind], since_ms);
}

int
cmd_consumer_retire(struct ctl *ctl, int argc, char **argv)
{
	bool there;
	int r;

	if (argc != 2)
		return ctl_usage(ctl);
	r = consumer_retire(&ctl->ctx, span_str(argv[1]), &there);
	if (r < 0)
		return ctl_fault(r);
	if (!there)
		return ctl_refuse("there is no consumer %s", argv[1]);
	puts("retired");
	return ctl_flush();
}
