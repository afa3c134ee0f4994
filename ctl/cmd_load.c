/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_load - boxofficectl load FILE
 *
 * Layer: ctl.  Uses: load_file, catalog.
 */
#include "ctl/ctl.h"

#include "ctl/load_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* More is no catalog but a mistake. */
#define FILE_LEN_MAX ((size_t)256 << 20)

/* returns: 0; < 0 -errno */
static int
read_stream(struct arena *a, FILE *in, struct span *out)
{
	struct strbuf text;
	size_t n;

	strbuf_init(&text, a, KIB(256));
	do {
		n = fread(strbuf_room(&text, KIB(64)), 1, KIB(64), in);
		strbuf_grew(&text, n);
		if (text.len > FILE_LEN_MAX)
			return -EFBIG;
	} while (n > 0);
	*out = strbuf_get(&text);
	return ferror(in) ? -EIO : 0;
}

static int
read_path(struct arena *a, const char *path, struct span *out)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	int r;

	if (in == NULL)
		return -errno;
	r = read_stream(a, in, out);
	if (in != stdin)
		(void)fclose(in);	/* nothing was written to it */
	return r;
}

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
	r = read_path(&ctx->arena, argv[1], &text);
	if (r < 0)
		return ctl_refuse("%s: %s", argv[1], strerror(-r));
	if (!load_file_read(&ctx->arena, text, &file, &error))
		return refuse(argv[1], &error);
	r = load_apply(ctx, &file, &done, &error);
	if (r == LOAD_E_REFUSED)
		return refuse(argv[1], &error);
	return r < 0 ? ctl_fault(r) : report(&done);
}
