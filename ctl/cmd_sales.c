/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_sales - boxofficectl sales [--by WORD] [--performance N] [--show N]
 *	[--venue N] [--from TIME] [--to TIME]
 *
 * Layer: ctl.  Uses: message.
 */
#include "ctl/ctl.h"

#include "base/clock.h"
#include "message/sales.h"

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
read_by(const char *word, int *by)
{
	for (*by = 0; sales_words[*by] != NULL; ++*by)
		if (span_eq_str(span_str(word), sales_words[*by]))
			return true;
	return false;
}

static bool
read_option(int c, const char *word, struct sales_ask *ask)
{
	int64_t *id = c == 'p' ? &ask->performance
	    : c == 's'         ? &ask->show
			       : &ask->venue;

	switch (c) {
	case 'b':
		return read_by(word, &ask->by);
	case 'f':
		return clock_parse_rfc3339(span_str(word), &ask->from_ms);
	case 't':
		return clock_parse_rfc3339(span_str(word), &ask->to_ms);
	case 'p':
	case 's':
	case 'v':
		return span_to_i64(span_str(word), id) && *id >= 1;
	}
	return false;
}

int
cmd_sales(struct ctl *ctl, int argc, char **argv)
{
	struct sales_ask ask = { .by = SALES_BY_PERFORMANCE,
		.from_ms = -1,
		.to_ms = -1 };
	struct db_rows rows;
	int c, r;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!read_option(c, optarg, &ask))
			return ctl_usage(ctl);
	if (optind != argc)
		return ctl_usage(ctl);
	r = sales_report(&ctl->ctx, &ask, &rows);
	if (r < 0)
		return ctl_fault(r);
	if (r == SALES_E_MUCH)
		return ctl_refuse("more than %d rows: ask for a shorter time",
		    SALES_ROWS_MAX);
	fputs(sales_csv(&ctl->ctx.arena, &rows).p, stdout);
	return ctl_flush();
}
