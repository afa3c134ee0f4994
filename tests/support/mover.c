/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mover - who moves reservations to other seats in a test, said shortly
 *
 * Layer: tests.  Uses: reservation, admin, buyer, teller.
 */
#include "tests/support/mover.h"

#include "admin/move_by.h"

struct move_result moved;
struct cancel_result gave;
struct span their_number;

void
mover_remember(void)
{
	const struct db_param p = db_i64(&house.ctx.arena, house.performance);
	struct db_rows rows;
	static const struct sql newest = { "test_move_newest",
		"SELECT number FROM reservations WHERE performance_id = $1"
		" ORDER BY id DESC LIMIT 1" };

	ck_assert_int_eq(
	    db_run(house.ctx.primary, &house.ctx.arena, &newest, 1, &p, &rows),
	    0);
	their_number = buyer_token(db_cell(&rows, 0, 0));
}

void
buy(const char *name, const char *seats)
{
	ck_assert_int_eq(place(name, seats), HOLD_OK);
	ck_assert_int_eq(
	    pay_key(name, hold.token, arena_str(&house.ctx.arena, hold.token)),
	    PURCHASE_OK);
	mover_remember();
}

void
buy_by_card(const char *name, const char *seats)
{
	ck_assert_int_eq(place(name, seats), HOLD_OK);
	ck_assert_int_eq(pay_by(&card, name, hold.token,
			     arena_str(&house.ctx.arena, hold.token)),
	    PURCHASE_E_PENDING);
	work();
	mover_remember();
}

/* ---- moves ---- */

static struct span
write_answer(struct ctx *ctx, void *arg, const struct reservation *r)
{
	(void)arg;
	return span_str(arena_printf(&ctx->arena, "%s at %s",
	    arena_str(&ctx->arena,
		hold_numbers(&ctx->arena, r->seats, r->n_seats)),
	    arena_str(&ctx->arena,
		hold_numbers(&ctx->arena, r->prices, r->n_seats))));
}

static size_t
read_lines(const char *text, struct move_line *lines)
{
	struct span rest = span_str(text);
	size_t n = 0;

	while (rest.len > 0) {
		struct span word = span_cut(&rest, ' ');
		struct move_line *line = &lines[n++];

		ck_assert(span_to_i64(span_cut(&word, ':'), &line->from));
		ck_assert(span_to_i64(span_cut(&word, ':'), &line->to));
		line->type = word.len > 0 ? word : SPAN_NONE;
	}
	return n;
}

static int
make(const char *by, const char *text, const char *key,
    const struct payment_method *method)
{
	const struct audit_by why = { .reason = SPAN_LIT("a pillar") };
	struct move_line lines[HOLD_SEATS_MAX];
	struct idem idem;
	struct move ask = { .user = by != NULL ? house_user(by) : 0,
		.number = their_number,
		.lines = lines,
		.idem = &idem,
		.debits = true,
		.method = method,
		.declined = SPAN_LIT("declined"),
		.lost = SPAN_LIT("lost"),
		.answer = write_answer };
	const struct span parts[] = { their_number, span_str(text) };

	ask.n_lines = read_lines(text, lines);
	idem_init(&house.ctx, &idem, ask.user, "POST /move", span_str(key),
	    parts, 2);
	house_round();
	return by != NULL ? move_make(&house.ctx, &ask, &moved)
			  : move_by(&house.ctx, &ask, &why, &moved);
}

int
move_key(const char *by, const char *text, const char *key)
{
	return make(by, text, key, NULL);
}

int
move_by_card(const char *name, const char *text, const char *key)
{
	return make(name, text, key, &card);
}

const char *
new_key(void)
{
	static int n;

	return arena_printf(&house.ctx.arena, "m%d-%d", (int)getpid(), n++);
}

int
move(const char *by, const char *text)
{
	return move_key(by, text, new_key());
}

void
assert_answer(const char *text)
{
	ck_assert_str_eq(arena_str(&house.ctx.arena, moved.answer.body), text);
}

/* ---- seats given back ---- */

static struct span
say_nothing(struct ctx *ctx, void *arg, const struct reservation *r)
{
	(void)ctx;
	(void)arg;
	(void)r;
	return SPAN_LIT("{}");
}

int
cancel_some(const char *name, const char *seats)
{
	struct span rest = span_str(seats);
	int64_t ids[HOLD_SEATS_MAX];
	struct idem idem;
	struct cancel ask = { .user = house_user(name),
		.number = their_number,
		.seats = ids,
		.idem = &idem,
		.answer = say_nothing };

	while (span_is(rest) && rest.len > 0)
		ck_assert(
		    span_to_i64(span_cut(&rest, ' '), &ids[ask.n_seats++]));
	idem_init(&house.ctx, &idem, ask.user, "POST /cancel",
	    span_str(new_key()), &their_number, 1);
	house_round();
	return cancel_make(&house.ctx, &ask, &gave);
}

int
cancel_all(const char *name)
{
	return cancel_some(name, NULL);
}
