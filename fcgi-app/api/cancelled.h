/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cancelled - what is answered to who gives seats back, buyer or operator
 *
 * Layer: fcgi-app/api.  Uses: http, reservation.
 */
#ifndef FCGI_APP_API_CANCELLED_H
#define FCGI_APP_API_CANCELLED_H

#include "http/req.h"
#include "http/res.h"
#include "reservation/cancel.h"

/* cancel_answer_fn: the reservation as it will be; arg is the request. */
struct span cancelled_write(struct ctx *ctx, void *arg,
    const struct reservation *r);
/* The answer to any outcome of cancel_make. */
int cancelled_answer(struct ctx *ctx, struct res *res, int r,
    const struct cancel_result *result);

#endif
