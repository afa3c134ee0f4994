/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_alarms - boxofficectl alarms list|ack
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/alarm.h"
#include "ctl/members.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LIST_MAX 1000

static int
list(struct ctl *ctl, bool all)
{
	struct search_hit *hits;
	bool more;
	size_t n;
	int r = alarm_list(&ctl->ctx, 0, LIST_MAX, !all, &hits, &n, &more);

	if (r < 0)
		return ctl_fault(r);
	for (size_t i = 0; i < n; i++)
		members_line(&ctl->ctx.arena, hits[i].item);
	if (more)
		ctl_say("there are more");
	return ctl_flush();
}

static int
acknowledge(struct ctl *ctl, int64_t id, struct span reason)
{
	const struct audit_by by = { .os_user = ctl_os_user(&ctl->ctx.arena),
		.reason = reason };
	int r = alarm_acknowledge(&ctl->ctx, id, &by);

	if (r < 0)
		return ctl_fault(r);
	if (r == ALARM_E_NONE)
		return ctl_refuse("there is no alarm %" PRId64, id);
	if (r == ALARM_E_REASON)
		return ctl_refuse(
		    "the reason must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	puts(r == ALARM_E_BEFORE ? "acknowledged before" : "acknowledged");
	return ctl_flush();
}

static const struct option options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

int
cmd_alarms(struct ctl *ctl, int argc, char **argv)
{
	bool lists = strcmp(argv[0], "list") == 0, all = false;
	struct span reason = SPAN_NONE;
	int64_t id;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != (lists ? 'a' : 'r'))
			return ctl_usage(ctl);
		if (lists)
			all = true;
		else
			reason = span_str(optarg);
	}
	if (lists)
		return argc == optind ? list(ctl, all) : ctl_usage(ctl);
	if (argc - optind != 1 || !span_to_i64(span_str(argv[optind]), &id)
	    || id < 1 || !span_is(reason))
		return ctl_usage(ctl);
	return acknowledge(ctl, id, reason);
}
