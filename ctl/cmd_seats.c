/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_seats - boxofficectl seats block|unblock|disable|enable
 *	PERFORMANCE SEATS --reason TEXT
 *
 * The moves of the house, by the same function as the API's. The audit log
 * has no user then, but the login of whoever typed it.
 *
 * Layer: ctl.  Uses: admin, seat.
 */
#include "ctl/ctl.h"

#include "admin/house.h"
#include "seat/seat_state.h"

#include <assert.h>
#include <getopt.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

struct seat_numbers {
	int64_t seats[HOUSE_SEATS_MAX];
	size_t n;
};

/* "5" or "5-9". returns: whether it is that, and there was room */
static bool
read_range(struct span text, struct seat_numbers *out)
{
	struct span rest = text;
	int64_t first, last;

	if (!span_to_i64(span_cut(&rest, '-'), &first) || first < 1)
		return false;
	last = first;
	if (span_is(rest) && (!span_to_i64(rest, &last) || last < first))
		return false;
	if (last - first >= (int64_t)(HOUSE_SEATS_MAX - out->n))
		return false;
	for (int64_t seat = first; seat <= last; seat++)
		out->seats[out->n++] = seat;
	return true;
}

/* "5,7-9,12" */
static bool
read_seats(const char *text, struct seat_numbers *out)
{
	struct span rest = span_str(text);

	out->n = 0;
	while (span_is(rest))
		if (!read_range(span_cut(&rest, ','), out))
			return false;
	return true;
}

static struct span
os_user(struct arena *a)
{
	const struct passwd *user = getpwuid(getuid());

	return span_str(user != NULL ? arena_printf(a, "%s", user->pw_name)
	    : arena_printf(a, "%u", (unsigned)getuid()));
}

static int
refuse(int r, const struct house_ask *ask, const struct house_result *result)
{
	switch (r) {
	case HOUSE_E_NONE:
		return ctl_refuse("no performance has the id %" PRId64
		    ", or it is a draft", ask->performance);
	case HOUSE_E_SEAT:
		return ctl_refuse("the hall has no such seat, or one is named "
		    "twice");
	case HOUSE_E_REASON:
		return ctl_refuse("the reason must be 1 to %d characters on "
		    "one line", AUDIT_REASON_MAX);
	}
	for (size_t i = 0; i < result->conflicts.n; i++)
		ctl_say("seat %" PRId64 " is %s",
		    result->conflicts.seats[i].seat_no,
		    seat_state_name(result->conflicts.seats[i].letter));
	return ctl_refuse("nothing was moved");
}

static int
move(struct ctl *ctl, const struct house_ask *ask)
{
	struct house_result result;
	int r = house_move(&ctl->ctx, ask, &result);

	if (r < 0)
		return ctl_fault(r);
	if (r != HOUSE_OK)
		return refuse(r, ask, &result);
	printf("moved %zu\n", result.n_moved);
	return ctl_flush();
}

static const struct option options[] = {
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

int
cmd_seats(struct ctl *ctl, int argc, char **argv)
{
	struct house_ask ask = { .verb = house_verb_find(span_str(argv[0])),
		.by = { .os_user = os_user(&ctl->ctx.arena) } };
	struct seat_numbers numbers;
	int c;

	assert(ask.verb != NULL);
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'r')
			return ctl_usage(ctl);
		ask.by.reason = span_str(optarg);
	}
	if (argc - optind != 2 || !span_is(ask.by.reason)
	    || !span_to_i64(span_str(argv[optind]), &ask.performance)
	    || ask.performance < 1)
		return ctl_usage(ctl);
	if (!read_seats(argv[optind + 1], &numbers))
		return ctl_refuse("%s is not a list of at most %d seats",
		    argv[optind + 1], HOUSE_SEATS_MAX);
	ask.seats = numbers.seats;
	ask.n_seats = numbers.n;
	return move(ctl, &ask);
}
