/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_load - boxofficectl load FILE [--dry-run] [--reason TEXT]
 *
 * Layer: ctl.  Uses: load_file, admin.
 */
#include "ctl/ctl.h"

#include "admin/catalog.h"
#include "payment/payment.h"
#include "reader/load_file.h"

#include <getopt.h>
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
	for (const struct load_note *note = report->notes; note != NULL;
	     note = note->next)
		if (note->warning)
			ctl_say("warning: %s", note->text);
		else
			puts(note->text);
	print_count("shows", &report->shows);
	print_count("venues", &report->venues);
	print_count("halls", &report->halls);
	print_count("performances", &report->performances);
	printf("%-13s %6lld new\n", "seat plans",
	    (long long)report->n_revisions);
	printf("%-13s %6lld new\n", "price lists", (long long)report->n_prices);
	if (report->n_kept > 0)
		ctl_say(
		    "%lld performances keep the seat plan they were made "
		    "with, which is another than the one in this file",
		    (long long)report->n_kept);
	return ctl_flush();
}

/* A method may come later; until then nobody can buy. */
static void
warn_unpayable(const struct settings *set, const struct load_file *file)
{
	for (size_t i = 0; i < file->n_performances; i++) {
		const struct load_performance *p = &file->performances[i];

		if (!load_is_free(p) && !payment_takes(set, NULL, p->currency))
			ctl_say(
			    "warning: %s.currency: not payable in %.*s: "
			    "no way to pay takes it",
			    p->at, (int)p->currency.len, p->currency.p);
	}
}

static int
refuse(const char *path, const struct load_error *error)
{
	return ctl_refuse("%s: %s%s%s; nothing was changed", path, error->at,
	    error->at[0] == '\0' ? "" : ": ", error->text);
}

static const struct option options[] = {
	{ "dry-run", no_argument, NULL, 'n' },
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

/* Not loaded: say why. */
static int
refuse_load(const char *path, int r, const struct catalog_result *result)
{
	if (r == CATALOG_E_REASON)
		return ctl_refuse(
		    "the reason must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	return r < 0 ? ctl_fault(r) : refuse(path, &result->error);
}

int
cmd_load(struct ctl *ctl, int argc, char **argv)
{
	struct ctx *ctx = &ctl->ctx;
	struct catalog_ask ask = { .by = {
				       .os_user = ctl_os_user(&ctx->arena) } };
	struct catalog_result done;
	struct load_error error;
	struct load_file file;
	struct span text;
	const char *path;
	int c, r;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'n')
			ask.dry = true;
		else if (c == 'r')
			ask.by.reason = span_str(optarg);
		else
			return ctl_usage(ctl);
	}
	if (argc - optind != 1)
		return ctl_usage(ctl);
	path = argv[optind];
	r = ctl_read(&ctx->arena, path, &text);
	if (r < 0)
		return ctl_refuse("%s: %s", path, strerror(-r));
	if (!load_file_read(&ctx->arena, text, &file, &error))
		return refuse(path, &error);
	r = catalog_load(ctx, &ask, &file, &done);
	if (r != CATALOG_OK)
		return refuse_load(path, r, &done);
	warn_unpayable(&ctl->ctx.set, &file);
	if (ask.dry)
		puts("Nothing was changed. Without --dry-run:");
	return report(&done.report);
}
