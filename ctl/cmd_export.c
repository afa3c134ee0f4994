/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_export - boxofficectl export reservations|seats [--performance N]
 *	[--from TIME] [--to TIME] --reason TEXT
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/export.h"
#include "base/clock.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

static const struct option options[] = {
	{ "performance", required_argument, NULL, 'p' },
	{ "from", required_argument, NULL, 'f' },
	{ "to", required_argument, NULL, 't' },
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

static bool
read_option(int c, const char *word, struct export_ask *ask,
    struct span *reason)
{
	switch (c) {
	case 'p':
		return span_to_i64(span_str(word), &ask->performance)
		    && ask->performance >= 1;
	case 'f':
		return clock_parse_rfc3339(span_str(word), &ask->from_ms)
		    && ask->from_ms >= 0;
	case 't':
		return clock_parse_rfc3339(span_str(word), &ask->to_ms)
		    && ask->to_ms >= 0;
	case 'r':
		*reason = span_str(word);
		return true;
	}
	return false;
}

static bool
read_what(const char *word, int *what)
{
	for (*what = 0; export_words[*what] != NULL; ++*what)
		if (span_eq_str(span_str(word), export_words[*what]))
			return true;
	return false;
}

static void
put(const struct csv *csv)
{
	struct span text = strbuf_get(&csv->text);

	(void)fwrite(text.p, 1, text.len, stdout);
}

/* Each piece in memory of its own. */
static int
write_all(struct ctx *ctx, const struct export_ask *ask)
{
	int64_t after = 0, upto, n_rows = 0;
	struct csv csv;
	int r = export_last(ctx, &upto);

	csv_init(&csv, &ctx->arena, 0);
	export_head(ask->what, &csv);
	put(&csv);
	while (r == 0 && after < upto && !ferror(stdout)) {
		ctx_round(ctx);
		csv_init(&csv, &ctx->arena, (size_t)KIB(256));
		r = export_piece(ctx, ask, upto, &after, &csv, &n_rows);
		if (r == 0)
			put(&csv);
	}
	return r;
}

int
cmd_export(struct ctl *ctl, int argc, char **argv)
{
	struct audit_by by = { .os_user = ctl_os_user(&ctl->ctx.arena) };
	struct export_ask ask = { .from_ms = -1, .to_ms = -1 };
	int c, r;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!read_option(c, optarg, &ask, &by.reason))
			return ctl_usage(ctl);
	if (argc - optind != 1 || !span_is(by.reason)
	    || !read_what(argv[optind], &ask.what))
		return ctl_usage(ctl);
	r = export_tell(&ctl->ctx, &ask, &by);
	if (r == EXPORT_E_REASON)
		return ctl_refuse(
		    "the reason must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	if (r == EXPORT_OK)
		r = write_all(&ctl->ctx, &ask);
	return r != EXPORT_OK ? ctl_fault(r) : ctl_flush();
}
