/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bought - what becomes of a purchase, as it is answered
 *
 * Layer: fcgi-app/api.  Uses: http, keyed, payment, reservation.
 */
#ifndef FCGI_APP_API_BOUGHT_H
#define FCGI_APP_API_BOUGHT_H

#include "http/res.h"
#include "reservation/purchase.h"

/* Characters of a body's members. */
#define BOUGHT_TOKEN_MAX 128
#define BOUGHT_METHOD_MAX 16

/* in: r  any outcome of purchase_make but PENDING, or a fault, which is passed
 * on. returns: as a handler */
int bought_answer(struct ctx *ctx, struct res *res, int r,
    const struct payment_method *method, const struct purchase_result *result);

#endif
