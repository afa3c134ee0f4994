/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notice_work - notices go to the mail server
 *
 * A round takes what is due, begins to send it, and gives what is under way
 * some time. Who sends a notice owns it for longer than that may take; where he
 * dies behind the server's word and before ours is kept, the next one sends the
 * same message, with the same Message-ID, once more. What is refused or not
 * answered is tried again, a minute later, then after twice that, up to an
 * hour; what is given up is an alarm in the log, mail-given-up.
 *
 * Layer: domain.  Uses: base, store, notice, outside.
 */
#ifndef NOTICE_NOTICE_WORK_H
#define NOTICE_NOTICE_WORK_H

#include "store/ctx.h"

/* Under way at a time: mail servers like few connections. */
#define NOTICE_WORK_MAX 10

struct notice_work;

/* Before threads and after fork. */
struct notice_work *notice_work_open(void);
void notice_work_close(struct notice_work *work);

/*
 * One round. Nothing is done where no mail server is set.
 *
 * out:     *n  notices that were taken over by the mail server
 * returns: 0; 1 the next round should follow at once; < 0 on a fault: the next
 *          round goes on
 */
int notice_work_round(struct ctx *ctx, struct notice_work *work,
    size_t *n) MUST_CHECK;

#endif
