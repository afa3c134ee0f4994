/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_limits - boxofficectl limits
 *
 * Layer: ctl.  Uses: limit.
 */
#include "ctl/ctl.h"

#include "limit/limit.h"

#include <inttypes.h>
#include <stdio.h>

static void
print_rate(const struct rate *rate)
{
	char text[RATE_TEXT_MAX];

	snprintf(text, sizeof(text), "%" PRId64 "/%" PRId64 " s", rate->quota,
	    rate->window_s);
	if (rate->quota == 0)
		printf("%-14s %-6s", "off", "-");
	else
		printf("%-14s %-6" PRId64, text, rate->burst);
}

int
cmd_limits(struct ctl *ctl, int argc, char **argv)
{
	static const char *const by[] = {
		[LIMIT_BY_USER] = "user",
		[LIMIT_BY_ADDRESS] = "address",
	};
	static const char *const keepers[] = {
		[LIMIT_IN_REDIS] = "Redis",
		[LIMIT_IN_HOLDS] = "hold",
		[LIMIT_IN_POOL] = "each pool",
	};

	(void)argv;
	if (argc != 1)
		return ctl_usage(ctl);
	printf("%-8s %-8s %-14s %-6s %-10s %s\n", "limit", "by", "rate",
	    "burst", "kept by", "what is counted");
	for (int i = LIMIT_NONE + 1; i < LIMIT_N; i++) {
		const struct limit_row *row = &limit_rows[i];
		struct rate rate;

		limit_rate(&ctl->ctx.set, (enum limit_name)i, &rate);
		printf("%-8s %-8s ", row->name, by[row->by]);
		print_rate(&rate);
		printf(" %-10s %s\n", keepers[row->keeper], row->what);
	}
	return ctl_flush();
}
