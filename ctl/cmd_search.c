/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_search - boxofficectl payment list|show, reservation list|show
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/search.h"
#include "base/clock.h"
#include "ctl/members.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LIMIT_PRESET 100
#define LIMIT_MAX 10000

static const struct option list_options[] = {
	{ "number", required_argument, NULL, 'n' },
	{ "login", required_argument, NULL, 'l' },
	{ "performance", required_argument, NULL, 'p' },
	{ "seat", required_argument, NULL, 's' },
	{ "status", required_argument, NULL, 't' },
	{ "method", required_argument, NULL, 'm' },
	{ "from", required_argument, NULL, 'f' },
	{ "to", required_argument, NULL, 'o' },
	{ "limit", required_argument, NULL, 'i' },
	{ NULL, 0, NULL, 0 },
};

/* Where a text goes; NULL: the option has a number. */
static struct span *
text_of(struct search *search, int c)
{
	switch (c) {
	case 'n':
		return &search->number;
	case 'l':
		return &search->login;
	case 't':
		return &search->status;
	case 'm':
		return &search->method;
	case 'f':
		return &search->from;
	case 'o':
		return &search->to;
	}
	return NULL;
}

static bool
is_day(struct span text)
{
	return !span_is(text) || clock_is_date(text);
}

/* returns: whether the words behind the verb make sense */
static bool
read_words(int argc, char **argv, struct search *out)
{
	int64_t number;
	int c;

	*out = (struct search){ .max = LIMIT_PRESET };
	while ((c = getopt_long(argc, argv, "", list_options, NULL)) != -1) {
		struct span *text = text_of(out, c);

		if (text != NULL) {
			*text = span_str(optarg);
			continue;
		}
		if (c == '?' || !span_to_i64(span_str(optarg), &number)
		    || number < 1 || (c == 'i' && number > LIMIT_MAX))
			return false;
		if (c == 'p')
			out->performance = number;
		else if (c == 's')
			out->seat = number;
		else
			out->max = (size_t)number;
	}
	return argc == optind && is_day(out->from) && is_day(out->to)
	    && (out->seat == 0 || out->performance > 0);
}

static int
list(struct ctl *ctl, int argc, char **argv, bool payments)
{
	struct search search;
	struct search_hit *hits;
	bool more;
	size_t n;
	int r;

	if (!read_words(argc, argv, &search))
		return ctl_usage(ctl);
	r = payments
	    ? search_payments(&ctl->ctx, &search, &hits, &n, &more)
	    : search_reservations(&ctl->ctx, &search, &hits, &n, &more);
	if (r < 0)
		return ctl_fault(r);
	for (size_t i = 0; i < n; i++)
		members_line(&ctl->ctx.arena, hits[i].item);
	if (more)
		ctl_say("there are more: say --limit, or look for less");
	return ctl_flush();
}

static int
show(struct ctl *ctl, int r, struct span history, const char *what)
{
	if (r < 0)
		return ctl_fault(r);
	if (r == SEARCH_E_NONE)
		return ctl_refuse("there is no %s", what);
	members_print(&ctl->ctx.arena, history);
	return ctl_flush();
}

int
cmd_payment_look_up(struct ctl *ctl, int argc, char **argv)
{
	struct span history = SPAN_NONE;
	int64_t id;
	int r;

	if (strcmp(argv[0], "list") == 0)
		return list(ctl, argc, argv, true);
	if (argc != 2 || !span_to_i64(span_str(argv[1]), &id) || id < 1)
		return ctl_usage(ctl);
	r = search_payment(&ctl->ctx, id, &history);
	return show(ctl, r, history,
	    arena_printf(&ctl->ctx.arena, "payment %" PRId64, id));
}

int
cmd_reservation_look_up(struct ctl *ctl, int argc, char **argv)
{
	struct span history = SPAN_NONE;
	int r;

	if (strcmp(argv[0], "list") == 0)
		return list(ctl, argc, argv, false);
	if (argc != 2)
		return ctl_usage(ctl);
	r = search_reservation(&ctl->ctx, span_str(argv[1]), &history);
	return show(ctl, r, history,
	    arena_printf(&ctl->ctx.arena, "reservation %s", argv[1]));
}
