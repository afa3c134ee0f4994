/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_till - boxofficectl till close ID --counted AMOUNT [--note TEXT]
 *	till list [--all]
 *	till show ID
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/till.h"

#include <getopt.h>
#include <stdio.h>

#define LIST_MAX 1000

static int
print_tills(struct ctl *ctl, bool all)
{
	struct search_hit *hits;
	bool more;
	size_t n;
	int r = till_list(&ctl->ctx, 0, LIST_MAX, !all, 0, &hits, &n, &more);

	if (r < 0)
		return ctl_fault(r);
	for (size_t i = 0; i < n; i++)
		printf("%.*s\n", (int)hits[i].item.len, hits[i].item.p);
	return ctl_flush();
}

static int
print_till(struct ctl *ctl, int64_t id)
{
	struct span item;
	int r = till_get(&ctl->ctx, id, 0, &item);

	if (r < 0)
		return ctl_fault(r);
	if (r == TILL_E_NONE)
		return ctl_refuse("there is no such till session");
	printf("%.*s\n", (int)item.len, item.p);
	return ctl_flush();
}

static int
close_till(struct ctl *ctl, int64_t id, struct till_count *count)
{
	const struct audit_by by = { .os_user = ctl_os_user(&ctl->ctx.arena),
		.reason = count->note };
	int r;

	count->any = true;
	r = till_close(&ctl->ctx, id, count, &by);
	if (r < 0)
		return ctl_fault(r);
	switch (r) {
	case TILL_E_NONE:
		return ctl_refuse("there is no such till session");
	case TILL_E_CLOSED:
		return ctl_refuse("it is closed");
	case TILL_E_FIELD:
		return ctl_refuse("a note has 1 to %d characters",
		    TILL_NOTE_MAX);
	}
	return print_till(ctl, id);
}

static const struct option options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "counted", required_argument, NULL, 'c' },
	{ "note", required_argument, NULL, 'n' },
	{ NULL, 0, NULL, 0 },
};

int
cmd_till(struct ctl *ctl, int argc, char **argv)
{
	struct span verb = span_str(argv[0]);
	struct till_count count = { .counted_minor = -1, .note = SPAN_NONE };
	bool all = false;
	int64_t id;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'a')
			all = true;
		else if (c == 'n')
			count.note = span_str(optarg);
		else if (c != 'c'
		    || !span_to_i64(span_str(optarg), &count.counted_minor)
		    || count.counted_minor < 0)
			return ctl_usage(ctl);
	}
	if (span_eq_str(verb, "list"))
		return argc == optind ? print_tills(ctl, all) : ctl_usage(ctl);
	if (argc - optind != 1 || !span_to_i64(span_str(argv[optind]), &id)
	    || id < 1)
		return ctl_usage(ctl);
	if (span_eq_str(verb, "show"))
		return print_till(ctl, id);
	return count.counted_minor < 0 ? ctl_usage(ctl)
				       : close_till(ctl, id, &count);
}
