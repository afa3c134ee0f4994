/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_seats - boxofficectl seats block|unblock|disable|enable
 *	PERFORMANCE SEATS [--code CODE] --reason TEXT
 *
 * Withheld and given back by the same function as the API's. The audit log
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
#include <stdio.h>

/* Numbers of a row, in whatever sections there is such a row. */
SQL(seats_labelled,
    "SELECT s.seat_no FROM performances AS p JOIN seats AS s "
    "ON s.hall_revision_id = p.hall_revision_id WHERE p.id = $1 "
    "AND s.row_label = $2 AND s.number BETWEEN $3 AND $4 "
    "ORDER BY s.seat_no");

struct seat_numbers {
	int64_t seats[WITHHOLD_SEATS_MAX];
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
	if (last - first >= (int64_t)(WITHHOLD_SEATS_MAX - out->n))
		return false;
	for (int64_t seat = first; seat <= last; seat++)
		out->seats[out->n++] = seat;
	return true;
}

/* "A-1": the row before the last hyphen, the number behind it. */
static bool
read_label(struct span text, struct span *row, int64_t *number)
{
	size_t i = text.len;

	while (i > 0 && text.p[i - 1] != '-')
		i--;
	if (i < 2)
		return false;
	*row = (struct span){ text.p, i - 1 };
	return span_to_i64((struct span){ text.p + i, text.len - i }, number);
}

/* The last label of "A-1..A-8"; "A-1" is its own last. */
static struct span
cut_labels(struct span text, struct span *first)
{
	*first = text;
	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.p[i] == '.' && text.p[i + 1] == '.') {
			first->len = i;
			return (struct span){ text.p + i + 2,
				text.len - i - 2 };
		}
	return text;
}

/* "A-1" or "A-1..A-8". A label that several sections have is none. */
static bool
read_labels(struct ctl *ctl, int64_t performance, struct span text,
    struct seat_numbers *out)
{
	struct arena *a = &ctl->ctx.arena;
	struct span first, last = cut_labels(text, &first), row, last_row;
	struct db_param params[4];
	struct db_rows rows;
	int64_t from, to;

	if (!read_label(first, &row, &from) || !read_label(last, &last_row, &to)
	    || !span_eq(row, last_row))
		return false;
	params[0] = db_i64(a, performance);
	params[1] = db_text(a, row);
	params[2] = db_i64(a, from);
	params[3] = db_i64(a, to);
	if (db_run(ctl->ctx.primary, a, &sql_seats_labelled, 4, params, &rows)
		!= 0
	    || rows.n_rows == 0 || (int64_t)rows.n_rows > to - from + 1
	    || rows.n_rows > WITHHOLD_SEATS_MAX - out->n)
		return false;
	for (size_t i = 0; i < rows.n_rows; i++)
		out->seats[out->n++] = db_get_i64(&rows, i, 0);
	return true;
}

/* "5,7-9,A-1..A-8" */
static bool
read_seats(struct ctl *ctl, int64_t performance, const char *text,
    struct seat_numbers *out)
{
	struct span rest = span_str(text);

	out->n = 0;
	while (span_is(rest)) {
		struct span item = span_cut(&rest, ',');

		if (!read_range(item, out)
		    && !read_labels(ctl, performance, item, out))
			return false;
	}
	return true;
}

static int
refuse(int r, const struct withhold_ask *ask,
    const struct withhold_result *result)
{
	switch (r) {
	case WITHHOLD_E_NONE:
		return ctl_refuse("no performance has the id %" PRId64
				  ", or it is a draft",
		    ask->performance);
	case WITHHOLD_E_SEAT:
		return ctl_refuse(
		    "the hall has no such seat, or one is named "
		    "twice");
	case WITHHOLD_E_CODE:
		return ctl_refuse("there is no such code of house seats");
	case WITHHOLD_E_REASON:
		return ctl_refuse(
		    "the reason must be 1 to %d characters on "
		    "one line",
		    AUDIT_REASON_MAX);
	}
	for (size_t i = 0; i < result->conflicts.n; i++)
		ctl_say("seat %" PRId64 " is %s",
		    result->conflicts.seats[i].seat_no,
		    seat_state_name(result->conflicts.seats[i].letter));
	return ctl_refuse("nothing was moved");
}

static int
move(struct ctl *ctl, const struct withhold_ask *ask, struct span code)
{
	struct withhold_result result;
	int r = house_block(&ctl->ctx, ask, code, &result);

	if (r < 0)
		return ctl_fault(r);
	if (r != WITHHOLD_OK)
		return refuse(r, ask, &result);
	printf("moved %zu\n", result.n_moved);
	return ctl_flush();
}

static const struct option options[] = {
	{ "reason", required_argument, NULL, 'r' },
	{ "code", required_argument, NULL, 'c' },
	{ NULL, 0, NULL, 0 },
};

int
cmd_seats(struct ctl *ctl, int argc, char **argv)
{
	struct withhold_ask ask = { .verb = withhold_verb_find(
					span_str(argv[0])),
		.by = { .os_user = ctl_os_user(&ctl->ctx.arena) } };
	struct span code = SPAN_NONE;
	struct seat_numbers numbers;
	int c;

	assert(ask.verb != NULL);
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'r')
			ask.by.reason = span_str(optarg);
		else if (c == 'c' && ask.verb->to == SEAT_BLOCKED)
			code = span_str(optarg);
		else
			return ctl_usage(ctl);
	}
	if (argc - optind != 2 || !span_is(ask.by.reason)
	    || !span_to_i64(span_str(argv[optind]), &ask.performance)
	    || ask.performance < 1)
		return ctl_usage(ctl);
	if (!read_seats(ctl, ask.performance, argv[optind + 1], &numbers))
		return ctl_refuse("%s is not a list of at most %d seats",
		    argv[optind + 1], WITHHOLD_SEATS_MAX);
	ask.seats = numbers.seats;
	ask.n_seats = numbers.n;
	return move(ctl, &ask, code);
}
