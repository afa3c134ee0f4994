/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_statistics - boxofficectl sales [--by WORD] [--performance N] [--show N]
 *	    [--venue N] [--from TIME] [--to TIME]
 *	statistics queues, likewise
 *	statistics client-logs [--by WORD] [--from TIME] [--to TIME]
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/statistics.h"
#include "base/clock.h"

#include <getopt.h>
#include <stdio.h>

static const struct option options[] = {
	{ "by", required_argument, NULL, 'b' },
	{ "performance", required_argument, NULL, 'p' },
	{ "show", required_argument, NULL, 's' },
	{ "venue", required_argument, NULL, 'v' },
	{ "from", required_argument, NULL, 'f' },
	{ "to", required_argument, NULL, 't' },
	{ NULL, 0, NULL, 0 },
};

static bool
read_by(const char *word, struct statistics_ask *ask)
{
	const char *const *words = ask->of->words;

	for (ask->by = 0; words[ask->by] != NULL; ask->by++)
		if (span_eq_str(span_str(word), words[ask->by]))
			return true;
	return false;
}

static bool
read_option(int c, const char *word, struct statistics_ask *ask)
{
	int64_t *id = c == 'p' ? &ask->performance
	    : c == 's'         ? &ask->show
			       : &ask->venue;

	switch (c) {
	case 'b':
		return read_by(word, ask);
	case 'f':
		return clock_parse_rfc3339(span_str(word), &ask->from_ms)
		    && ask->from_ms >= 0;
	case 't':
		return clock_parse_rfc3339(span_str(word), &ask->to_ms)
		    && ask->to_ms >= 0;
	case 'p':
	case 's':
	case 'v':
		return ask->of->of_performances
		    && span_to_i64(span_str(word), id) && *id >= 1;
	}
	return false;
}

/* Its last word is the report's name. */
static enum statistics_kind
kind_of(const char *word)
{
	int kind = 0;

	while (!span_eq_str(span_str(word), statistics_table[kind].name))
		kind++;
	return (enum statistics_kind)kind;
}

int
cmd_statistics(struct ctl *ctl, int argc, char **argv)
{
	struct statistics_ask ask = statistics_ask_of(kind_of(argv[0]));
	struct db_rows rows;
	int c, r;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!read_option(c, optarg, &ask))
			return ctl_usage(ctl);
	if (optind != argc)
		return ctl_usage(ctl);
	r = statistics_report(&ctl->ctx, &ask, &rows);
	if (r < 0)
		return ctl_fault(r);
	if (r == STATISTICS_E_MUCH)
		return ctl_refuse("more than %d rows: ask for a shorter time",
		    STATISTICS_ROWS_MAX);
	fputs(statistics_csv(&ctl->ctx.arena, ask.of, &rows).p, stdout);
	return ctl_flush();
}
