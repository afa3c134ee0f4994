/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pay_job - the job that asks real providers, the mock among them, said shortly
 *
 * Layer: tests.  Uses: payment, provider, house.
 */
#include "tests/support/pay_job.h"

#include "payment/payment_work.h"
#include "tests/support/house.h"
#include "tests/support/suite.h"

void
pay_job_round(void)
{
	struct payment_work *job = payment_work_open(provider_find);
	size_t n;

	house_round();
	ck_assert_int_eq(payment_work_round(&house.ctx, job, &n), 0);
	payment_work_close(job);
}
