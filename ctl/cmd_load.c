/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_load - boxofficectl load FILE
 *
 * Layer: ctl.  Uses: load_file, catalog.
 */
#include "ctl/ctl.h"

#include "ctl/load_file.h"

#include <stdio.h>
#include <string.h>

static void
print_count(const char *what, const struct load_count *count)
{
	printf("%-13s %6lld new %6lld changed %6lld as they were\n", what,
	    (long long)count->n_new, (long long)count->n_changed,
	    (long long)count->n_same);
}

static int
report(const struct load_report *report)
{
	print_count("shows", &report->shows);
	print_count("venues", &report->venues);
	print_count("halls", &report->halls);
	print_count("performances", &report->performances);
	printf("%-13s %6lld new\n", "seat plans", (long long)
	    report->n_revisions);
	printf("%-13s %6lld new\n", "price lists", (long long)
	    report->n_prices);
	if (report->n_kept > 0)
		ctl_say("%lld performances keep the seat plan they were made "
		    "with, which is another than the one in this file",
		    (long long)report->n_kept);
	return ctl_flush();
}

static int
refuse(const char *path, const struct load_error *error)
{
	return ctl_refuse("%s: %s%s%s; nothing was changed", path, error->at,
	    error->at[0] == '\0' ? "" : ": ", error->text);
}

int
cmd_load(struct ctl *ctl, int argc, char **argv)
{
	struct ctx *ctx = &ctl->ctx;
	struct load_error error;
	struct load_report done;
	struct load_file file;
	struct span text;
	int r;

	if (argc != 2)
		return ctl_usage(ctl);
	r = ctl_read(&ctx->arena, argv[1], &text);
	if (r < 0)
		return ctl_refuse("%s: %s", argv[1], strerror(-r));
	if (!load_file_read(&ctx->arena, text, &file, &error))
		return refuse(argv[1], &error);
	r = load_apply(ctx, &file, &done, &error);
	if (r == LOAD_E_REFUSED)
		return refuse(argv[1], &error);
	return r < 0 ? ctl_fault(r) : report(&done);
}
