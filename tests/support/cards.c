/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cards - a process that sells by card
 *
 * Layer: tests.  Uses: fcgi-app, outside, payment, provider, buyer, paysim.
 */
#include "tests/support/cards.h"

#include "outside/outside.h"
#include "store/read.h"
#include "tests/support/paysim.h"
#include "tests/support/teller.h"
#include "tests/support/wire.h"

static struct payment_work *job;

SQL(cards_names,
    "SELECT outside_ref, outside_id FROM payment_outside"
    " WHERE payment_id = $1");

void
cards_open(void)
{
	paysim_settings(&house.ctx.set);
	strcpy(house.ctx.set.public_url, CARDS_PAGE);
	house.ctx.set.pay_card = 1;
	house.ctx.set.pay_deadline_s = 900;
	house.ctx.outside = outside_open();
	job = payment_work_open(provider_find);
}

void
cards_close(void)
{
	payment_work_close(job);
	outside_close(house.ctx.outside);
}

int
cards_pay(const char *token, const char *source, const char *key,
    const char *more)
{
	return ask_key("POST", "/api/v1/payments", token, key,
	    arena_printf(&house.ctx.arena,
		"{\"hold_token\":\"%.*s\",\"method\":\"card\","
		"\"source\":\"%s\"%s}",
		(int)hold.token.len, hold.token.p, source, more));
}

void
cards_work(void)
{
	size_t n;
	int r;

	house_round();
	do {
		r = payment_work_round(&house.ctx, job, &n);
		ck_assert_int_ge(r, 0);
		while (outside_run(house.ctx.outside, 1000) > 0)
			;
	} while (r == PAYMENT_WORK_MORE);
}

void
cards_work_later(void)
{
	wait_for_it();
	cards_work();
}

static struct span
name_of(int64_t payment, int column)
{
	const struct db_param param = db_i64(&house.ctx.arena, payment);
	struct db_rows rows;

	ck_assert_int_eq(
	    db_read_primary(&house.ctx, &sql_cards_names, 1, &param, &rows), 0);
	return db_cell(&rows, 0, column);
}

struct span
cards_ref(int64_t payment)
{
	return name_of(payment, 0);
}

struct span
cards_id(int64_t payment)
{
	return name_of(payment, 1);
}
