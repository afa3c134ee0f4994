/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_mail - buyers are told by mail
 *
 * Layer: worker.  Uses: notice.
 */
#include "worker/jobs.h"

#include "notice/notice_work.h"

int
job_mail(struct ctx *ctx, size_t *n_done)
{
	static struct notice_work *work;

	if (work == NULL)
		work = notice_work_open();
	return notice_work_round(ctx, work, n_done);
}
