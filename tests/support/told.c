/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * told - one consumer of messages in a house, and what it is told
 *
 * Layer: tests.  Uses: house, message.
 */
#include "tests/support/told.h"

#include "message/relay.h"
#include "tests/support/house.h"
#include "tests/support/suite.h"

const struct consumer *
told_alone(const char *name)
{
	const struct consumer *consumer = consumers;

	house_run("TRUNCATE consumers, outbox, consumed, dead_letter");
	house_redis("FLUSHALL");
	while (strcmp(consumer->name, name) != 0)
		ck_assert(++consumer < consumers + consumers_n);
	ck_assert_int_eq(consumers_register(&house.ctx, consumer, 1), 0);
	return consumer;
}

size_t
told_to(const struct consumer *consumer)
{
	size_t n, sum = 0;
	int r;

	do
		r = relay_round(&house.ctx, &n);
	while (r > 0);
	ck_assert_int_eq(r, 0);
	do {
		r = consumers_round(&house.ctx, consumer, 1, NULL, &n);
		sum += n;
	} while (r > 0);
	ck_assert_int_eq(r, 0);
	return sum;
}
