/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_house - boxofficectl house codes
 *	house drop CODE --reason TEXT
 *	house seats PERFORMANCE
 *	house set CODE --letter L --colour #RRGGBB --owner TEXT
 *	    [--release MINUTES] --reason TEXT
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/house.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

static int
print_codes(struct ctl *ctl)
{
	struct house_code_list list;
	int r = house_codes(&ctl->ctx, &list);

	if (r < 0)
		return ctl_fault(r);
	for (size_t i = 0; i < list.n; i++) {
		const struct house_code *c = &list.items[i];

		printf("%s %s %s ", c->code.p, c->letter.p, c->colour.p);
		if (c->release_minutes < 0)
			printf("never %s\n", c->owner.p);
		else
			printf("%" PRId64 " %s\n", c->release_minutes,
			    c->owner.p);
	}
	return ctl_flush();
}

static int
print_seats(struct ctl *ctl, const char *performance)
{
	struct house_group_list list;
	int64_t id;
	int r;

	if (!span_to_i64(span_str(performance), &id) || id < 1)
		return ctl_usage(ctl);
	r = house_seats(&ctl->ctx, id, &list);
	if (r < 0)
		return ctl_fault(r);
	for (size_t i = 0; i < list.n; i++) {
		printf("%s", list.items[i].code.p);
		for (size_t k = 0; k < list.items[i].n_seats; k++)
			printf("%c%" PRId64, k == 0 ? ' ' : ',',
			    list.items[i].seats[k]);
		printf("\n");
	}
	return ctl_flush();
}

static int
refuse(int r, struct span code)
{
	switch (r) {
	case HOUSE_E_NONE:
		return ctl_refuse("there is no code %s", code.p);
	case HOUSE_E_USED:
		return ctl_refuse("seats are kept by the code %s", code.p);
	case HOUSE_E_REASON:
		return ctl_refuse(
		    "the reason must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	}
	return ctl_refuse(
	    "a code has 1 to %d of A-Z a-z 0-9 . _ -, a letter of "
	    "A-Z 0-9, a colour as #1f7a8c and an owner",
	    HOUSE_CODE_MAX);
}

static const struct option options[] = {
	{ "letter", required_argument, NULL, 'l' },
	{ "colour", required_argument, NULL, 'c' },
	{ "owner", required_argument, NULL, 'o' },
	{ "release", required_argument, NULL, 'm' },
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

static bool
take_option(int c, struct house_code *code, struct audit_by *by)
{
	switch (c) {
	case 'l':
		code->letter = span_str(optarg);
		return true;
	case 'c':
		code->colour = span_str(optarg);
		return true;
	case 'o':
		code->owner = span_str(optarg);
		return true;
	case 'r':
		by->reason = span_str(optarg);
		return true;
	case 'm':
		return span_to_i64(span_str(optarg), &code->release_minutes)
		    && code->release_minutes >= 0
		    && code->release_minutes <= HOUSE_RELEASE_MAX;
	}
	return false;
}

int
cmd_house(struct ctl *ctl, int argc, char **argv)
{
	struct span verb = span_str(argv[0]);
	struct audit_by by = { .os_user = ctl_os_user(&ctl->ctx.arena) };
	struct house_code code = { .letter = SPAN_LIT(""),
		.colour = SPAN_LIT(""),
		.owner = SPAN_LIT(""),
		.release_minutes = -1 };
	int c, r;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!take_option(c, &code, &by))
			return ctl_usage(ctl);
	if (span_eq_str(verb, "codes") && argc == optind)
		return print_codes(ctl);
	if (argc - optind != 1)
		return ctl_usage(ctl);
	if (span_eq_str(verb, "seats"))
		return print_seats(ctl, argv[optind]);
	code.code = span_str(argv[optind]);
	if (!span_is(by.reason))
		return ctl_usage(ctl);
	r = span_eq_str(verb, "set")
	    ? house_code_put(&ctl->ctx, &code, &by)
	    : house_code_drop(&ctl->ctx, code.code, &by);
	if (r < 0)
		return ctl_fault(r);
	return r == HOUSE_OK ? 0 : refuse(r, code.code);
}
