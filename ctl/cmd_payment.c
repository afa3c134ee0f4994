/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_payment - boxofficectl payment look|cancel|release|refund
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/give_back.h"
#include "admin/payment_move.h"
#include "base/rand.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct words {
	int64_t id, quantity;
	int64_t seats[HOLD_SEATS_MAX];
	size_t n_seats;
	struct audit_by by;
};

static int
no_payment(int64_t id)
{
	return ctl_refuse("there is no payment %" PRId64, id);
}

static int
no_reason(void)
{
	return ctl_refuse("the reason must be 1 to %d characters on one line",
	    AUDIT_REASON_MAX);
}

static int
move(struct ctl *ctl, const char *what, const struct words *words)
{
	int r = payment_move(&ctl->ctx, words->id, span_str(what), &words->by);

	if (r < 0)
		return ctl_fault(r);
	if (r == PAYMENT_MOVE_E_NONE)
		return no_payment(words->id);
	if (r == PAYMENT_MOVE_E_REASON)
		return no_reason();
	if (r == PAYMENT_MOVE_E_OVER)
		return ctl_refuse("payment %" PRId64
				  " has its end, or nobody outside is "
				  "asked about it",
		    words->id);
	puts(r == PAYMENT_MOVE_GOES ? "goes on" : "ended");
	return ctl_flush();
}

/* ---- refunds ---- */

/* cancel_answer_fn: nobody asks again with a key that was drawn for this; arg
 * is where the refund goes. */
static struct span
keep_refund(struct ctx *ctx, void *arg, const struct reservation *r)
{
	struct refund *out = arg;

	(void)ctx;
	*out = r->refunds[r->n_refunds - 1];
	return SPAN_LIT("{}");
}

static int
refuse(int r, int64_t id)
{
	switch (r) {
	case CANCEL_E_NONE:
		return no_payment(id);
	case GIVE_BACK_E_REASON:
		return no_reason();
	case GIVE_BACK_E_NOTHING:
		return ctl_refuse("payment %" PRId64 " bought nothing", id);
	case CANCEL_E_ALREADY:
		return ctl_refuse("all of that was given back before");
	case CANCEL_E_FULL:
		return ctl_refuse("the wallet cannot take so much");
	case CANCEL_E_SEAT:
		return ctl_refuse("a seat was not bought by it");
	default:
		return ctl_refuse(
		    "it has not so many places left, or they do "
		    "not cost the same");
	}
}

static int
refund(struct ctl *ctl, const struct words *words)
{
	struct arena *a = &ctl->ctx.arena;
	struct refund given = { .id = 0 };
	struct cancel_result result;
	struct idem idem;
	const struct cancel ask = { .seats = words->seats,
		.n_seats = words->n_seats,
		.quantity = words->quantity,
		.idem = &idem,
		.answer = keep_refund,
		.answer_arg = &given };
	uint8_t random[16];
	int r;

	rand_bytes(random, sizeof(random));
	idem_init(&ctl->ctx, &idem, 0, "boxofficectl payment refund",
	    span_str(crypto_hex(a, random, sizeof(random))), NULL, 0);
	r = give_back(&ctl->ctx, words->id, &ask, &words->by, &result);
	if (r < 0)
		return ctl_fault(r);
	if (r != CANCEL_OK)
		return refuse(r, words->id);
	printf("refund %" PRId64 " of %" PRId64 " is %.*s\n", given.id,
	    given.amount_minor, (int)given.status.len, given.status.p);
	return ctl_flush();
}

/* ---- words ---- */

/* "3,4,7" */
static bool
read_seats(struct words *out, const char *text)
{
	struct span rest = span_str(text);

	while (rest.len > 0) {
		if (out->n_seats == HOLD_SEATS_MAX
		    || !span_to_i64(span_cut(&rest, ','),
			&out->seats[out->n_seats])
		    || out->seats[out->n_seats] < 1)
			return false;
		out->n_seats++;
	}
	return out->n_seats > 0;
}

static const struct option options[] = {
	{ "reason", required_argument, NULL, 'r' },
	{ "seats", required_argument, NULL, 's' },
	{ "quantity", required_argument, NULL, 'q' },
	{ NULL, 0, NULL, 0 },
};

static bool
read_words(int argc, char **argv, bool refunds, struct words *out)
{
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'r')
			out->by.reason = span_str(optarg);
		else if (!refunds || c == '?'
		    || (c == 's' && !read_seats(out, optarg))
		    || (c == 'q'
			&& (!span_to_i64(span_str(optarg), &out->quantity)
			    || out->quantity < 1)))
			return false;
	}
	return argc - optind == 1
	    && span_to_i64(span_str(argv[optind]), &out->id) && out->id >= 1
	    && span_is(out->by.reason);
}

int
cmd_payment(struct ctl *ctl, int argc, char **argv)
{
	struct words words = { .by = {
				   .os_user = ctl_os_user(&ctl->ctx.arena) } };
	bool refunds = strcmp(argv[0], "refund") == 0;

	if (!read_words(argc, argv, refunds, &words))
		return ctl_usage(ctl);
	return refunds ? refund(ctl, &words) : move(ctl, argv[0], &words);
}
