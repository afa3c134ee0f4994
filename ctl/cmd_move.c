/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_move - boxofficectl reservation move NUMBER FROM:TO[:TYPE][,..]
 *	--reason TEXT
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/move_by.h"
#include "base/rand.h"

#include <getopt.h>
#include <stdio.h>

static const struct option options[] = {
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

/* "5:9,6:10:youth" */
static bool
read_lines(struct span text, struct move_line *lines, size_t *n)
{
	for (*n = 0; text.len > 0; ++*n) {
		struct span rest = span_cut(&text, ',');
		struct move_line *line = &lines[*n];

		if (*n == HOLD_SEATS_MAX
		    || !span_to_i64(span_cut(&rest, ':'), &line->from)
		    || !span_to_i64(span_cut(&rest, ':'), &line->to))
			return false;
		line->type = rest.len > 0 ? rest : SPAN_NONE;
	}
	return *n > 0;
}

/* What was moved, a line each. */
static struct span
say(struct ctx *ctx, void *arg, const struct reservation *r)
{
	(void)arg;
	return span_str(arena_printf(&ctx->arena, "%.*s is of seats %s",
	    (int)r->number.len, r->number.p,
	    arena_str(&ctx->arena,
		hold_numbers(&ctx->arena, r->seats, r->n_seats))));
}

static int
refuse(struct ctx *ctx, int r, const struct move_result *result)
{
	static const char *const words[] = {
		[MOVE_E_NONE] = "there is no such reservation",
		[MOVE_E_FROM] = "a seat is not in it",
		[MOVE_E_TO] = "the hall has no such seat, or it is named twice",
		[MOVE_E_TYPE] = "the price list has no such ticket type",
		[MOVE_E_SAME] = "nothing would change",
		[MOVE_E_CLOSED] = "the performance is a draft or cancelled",
		[MOVE_E_OFTEN] = "it was moved too often",
		[MOVE_E_MONEY] =
		    "they do not cost the same, and the difference "
		    "cannot be paid so",
		[MOVE_E_PAYING] =
		    "what its buyer's own move costs more is being paid",
		[MOVE_E_FUNDS] = "the wallet has not as much as they cost more",
		[MOVE_E_FULL] =
		    "the refund would make the wallet's balance "
		    "too large",
	};
	struct strbuf b;

	if (r == MOVE_BY_E_REASON)
		return ctl_refuse(
		    "the reason must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	if (r != MOVE_E_TAKEN)
		return ctl_refuse("%s", words[r]);
	strbuf_init(&b, &ctx->arena, 64);
	for (size_t i = 0; i < result->conflicts.n; i++)
		strbuf_printf(&b, " %lld",
		    (long long)result->conflicts.seats[i].seat_no);
	return ctl_refuse("not free:%s", strbuf_get(&b).p);
}

static int
move(struct ctl *ctl, struct move *ask, const struct audit_by *by)
{
	struct arena *a = &ctl->ctx.arena;
	struct move_result result = { .answer = { .status = 0 } };
	uint8_t key[16];
	struct idem idem;
	int r;

	rand_bytes(key, sizeof(key));
	idem_init(&ctl->ctx, &idem, 0, "boxofficectl",
	    span_str(crypto_hex(a, key, sizeof(key))), &ask->number, 1);
	ask->idem = &idem;
	ask->answer = say;
	r = move_by(&ctl->ctx, ask, by, &result);
	if (r < 0)
		return ctl_fault(r);
	if (r != MOVE_OK)
		return refuse(&ctl->ctx, r, &result);
	printf("%.*s\n", (int)result.answer.body.len, result.answer.body.p);
	return ctl_flush();
}

int
cmd_reservation_move(struct ctl *ctl, int argc, char **argv)
{
	struct audit_by by = { .os_user = ctl_os_user(&ctl->ctx.arena) };
	struct move_line lines[HOLD_SEATS_MAX];
	struct move ask = { .lines = lines, .debits = true };
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'r')
			return ctl_usage(ctl);
		by.reason = span_str(optarg);
	}
	if (argc - optind != 2 || !span_is(by.reason)
	    || !read_lines(span_str(argv[optind + 1]), lines, &ask.n_lines))
		return ctl_usage(ctl);
	ask.number = span_str(argv[optind]);
	return move(ctl, &ask, &by);
}
