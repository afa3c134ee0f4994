/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pay_job - the job that asks real providers, the mock among them, said shortly
 *
 * Layer: tests.  Uses: payment, provider, house.
 */
#ifndef SUPPORT_PAY_JOB_H
#define SUPPORT_PAY_JOB_H

/* One round of it for the house, as boxoffice-worker does it: what was due has
 * its end where the provider answers at once. Opens and closes the job. */
void pay_job_round(void);

#endif
