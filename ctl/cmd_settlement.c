/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_settlement - boxofficectl payment settlement --from DAY --to DAY [--json]
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/settlement.h"
#include "base/clock.h"

#include <getopt.h>
#include <stdio.h>

#define LINES_MAX 1000000

static int
settle(struct ctl *ctl, struct span from, struct span to, bool json)
{
	struct settlement settlement;
	struct span text;
	int r = settlement_read(&ctl->ctx, from, to, LINES_MAX, &settlement);

	if (r < 0)
		return ctl_fault(r);
	if (r == SETTLEMENT_E_DAYS)
		return ctl_refuse(
		    "the last day is before the first, or more "
		    "than a year from it");
	if (r == SETTLEMENT_E_MANY)
		return ctl_refuse("so many days have too many lines");
	text = json ? settlement.json : settlement.csv;
	printf("%.*s%s", (int)text.len, text.p, json ? "\n" : "");
	return ctl_flush();
}

static const struct option options[] = {
	{ "from", required_argument, NULL, 'f' },
	{ "to", required_argument, NULL, 't' },
	{ "json", no_argument, NULL, 'j' },
	{ NULL, 0, NULL, 0 },
};

int
cmd_settlement(struct ctl *ctl, int argc, char **argv)
{
	struct span from = SPAN_NONE, to = SPAN_NONE;
	bool json = false;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return ctl_usage(ctl);
		if (c == 'j')
			json = true;
		else if (c == 'f')
			from = span_str(optarg);
		else
			to = span_str(optarg);
	}
	if (argc != optind || !span_is(from) || !span_is(to)
	    || !clock_is_date(from) || !clock_is_date(to))
		return ctl_usage(ctl);
	return settle(ctl, from, to, json);
}
