/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_hall - boxofficectl hall import VENUE HALL FILE|-
 *	[--format load|pretix] [--scale PIXELS] [--dry-run] [--reason TEXT]
 *	boxofficectl hall export VENUE HALL [--format load|pretix]
 *	[--scale PIXELS] [--revision N]
 *
 * Layer: ctl.  Uses: reader, admin, catalog.
 */
#include "ctl/ctl.h"

#include "admin/catalog.h"
#include "catalog/plan_stored.h"
#include "reader/load_file.h"
#include "reader/pretix_plan.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCALE_MAX 10000.0

struct hall_words {
	bool pretix;
	double scale;     /* pixels a unit, of pretix's */
	int64_t revision; /* 0: the newest */
	struct catalog_ask ask;
	struct span venue, hall;
	const char *path;
};

static const struct option options[] = {
	{ "format", required_argument, NULL, 'f' },
	{ "scale", required_argument, NULL, 's' },
	{ "revision", required_argument, NULL, 'v' },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

static bool
read_format(const char *word, bool *pretix)
{
	*pretix = strcmp(word, "pretix") == 0;
	return *pretix || strcmp(word, "load") == 0;
}

static bool
read_scale(const char *text, double *out)
{
	char *end;

	*out = strtod(text, &end);
	return end != text && *end == '\0' && *out > 0 && *out <= SCALE_MAX;
}

static bool
read_option(int c, struct hall_words *out)
{
	switch (c) {
	case 'f':
		return read_format(optarg, &out->pretix);
	case 's':
		return read_scale(optarg, &out->scale);
	case 'v':
		return span_to_i64(span_str(optarg), &out->revision)
		    && out->revision >= 1;
	case 'n':
		out->ask.dry = true;
		return true;
	case 'r':
		out->ask.by.reason = span_str(optarg);
		return true;
	default:
		return false;
	}
}

/* False: it is not how the verb is used. */
static bool
read_words(int argc, char **argv, int n_words, struct hall_words *out)
{
	int c;

	*out = (struct hall_words){ .scale = PRETIX_SCALE };
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!read_option(c, out))
			return false;
	if (argc - optind != n_words)
		return false;
	out->venue = span_str(argv[optind]);
	out->hall = span_str(argv[optind + 1]);
	out->path = argv[optind + 2];
	return true;
}

/* ---- in ---- */

/* What the file says, with its path where that is wrong. */
static const struct plan_spec *
read_plan(const struct hall_words *words, struct reader *rd, struct span text)
{
	struct node node = reader_parse(rd, text);

	return words->pretix ? pretix_plan_read(rd, node, words->scale)
			     : load_file_plan(rd, node);
}

static int
refuse_plan(const struct hall_words *words, const struct load_error *error)
{
	return ctl_refuse("%s: %s%s%s; nothing was changed", words->path,
	    error->at, error->at[0] == '\0' ? "" : ": ", error->text);
}

static int
refuse_import(const struct hall_words *words, int r,
    const struct catalog_result *result)
{
	if (r == CATALOG_E_REFUSED)
		return refuse_plan(words, &result->error);
	if (r == CATALOG_E_REASON)
		return ctl_refuse(
		    "the reason must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	return r < 0 ? ctl_fault(r) : ctl_refuse("there is no such hall");
}

static int
find(struct ctx *ctx, const struct hall_words *words,
    struct plan_stored_ids *out)
{
	int r = plan_stored_find(ctx, words->venue, words->hall,
	    words->revision, out);

	if (r < 0)
		return ctl_fault(r);
	return r == PLAN_STORED_OK ? CTL_OK
				   : ctl_refuse("there is no such hall");
}

int
cmd_hall_import(struct ctl *ctl, int argc, char **argv)
{
	struct ctx *ctx = &ctl->ctx;
	struct reader rd = { .arena = &ctx->arena };
	const struct plan_spec *plan;
	struct catalog_result done;
	struct plan_stored_ids ids;
	struct hall_words words;
	struct span text;
	int r;

	if (!read_words(argc, argv, 3, &words) || words.revision != 0)
		return ctl_usage(ctl);
	words.ask.by.os_user = ctl_os_user(&ctx->arena);
	r = find(ctx, &words, &ids);
	if (r != CTL_OK)
		return r;
	r = ctl_read(&ctx->arena, words.path, &text);
	if (r < 0)
		return ctl_refuse("%s: %s", words.path, strerror(-r));
	plan = read_plan(&words, &rd, text);
	if (rd.failed)
		return refuse_plan(&words, &rd.error);
	r = catalog_revision(ctx, &words.ask, ids.hall, plan, &done);
	if (r != CATALOG_OK)
		return refuse_import(&words, r, &done);
	if (words.ask.dry)
		puts("Nothing was changed. Without --dry-run:");
	puts(done.report.n_revisions > 0 ? "a new revision of the hall"
					 : "a revision that the hall has");
	return ctl_flush();
}

/* ---- out ---- */

static bool
is_all_seats(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_sections; i++)
		if (plan->sections[i].kind != SECTION_ASSIGNED)
			return false;
	return true;
}

static struct span
write_plan(struct arena *a, const struct hall_words *words,
    const struct plan *plan)
{
	struct jw w;

	if (words->pretix)
		return pretix_plan_write(a, plan, words->hall, words->scale);
	jw_init(&w, a);
	load_file_write_plan(&w, plan);
	return jw_text(&w);
}

int
cmd_hall_export(struct ctl *ctl, int argc, char **argv)
{
	struct ctx *ctx = &ctl->ctx;
	struct plan_stored_ids ids;
	struct hall_words words;
	struct plan plan;
	struct span text;
	int r;

	if (!read_words(argc, argv, 2, &words) || words.ask.dry
	    || span_is(words.ask.by.reason))
		return ctl_usage(ctl);
	r = find(ctx, &words, &ids);
	if (r != CTL_OK)
		return r;
	r = ids.revision == 0 ? PLAN_STORED_E_NONE
			      : plan_stored(ctx, ids.revision, &plan);
	if (r != PLAN_STORED_OK)
		return r < 0 ? ctl_fault(r)
			     : ctl_refuse("the hall has no such revision");
	if (words.pretix && !is_all_seats(&plan))
		ctl_say(
		    "warning: pretix knows seats only: sections of "
		    "general admission are left out");
	text = write_plan(&ctx->arena, &words, &plan);
	(void)fwrite(text.p, 1, text.len, stdout);
	putchar('\n');
	return ctl_flush();
}
