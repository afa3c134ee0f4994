/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refusal - which notice tells an outcome of the domain, and small things that
 * handlers of forms share
 *
 * Layer: fcgi-app/m.  Uses: http, hold, reservation, provider.
 */
#ifndef FCGI_APP_M_REFUSAL_H
#define FCGI_APP_M_REFUSAL_H

#include "http/req.h"
#include "http/res.h"
#include "payment/payment.h"
#include "store/ctx.h"

/* The slug for an outcome of hold/hold.h; of reservation/purchase.h; of
 * reservation/cancel.h. */
const char *m_hold_why(int outcome);
const char *m_purchase_why(int outcome);
const char *m_cancel_why(int outcome);

/* The field `once` of a form: the Idempotency-Key of what it asks for. returns:
 * false: it is none of ours, and res says so */
bool m_read_once(const struct req *req, struct res *res,
    struct span *out) MUST_CHECK;

/* Where a reservation is shown, below base. Memory: the arena's. */
const char *m_reservation_path(struct ctx *ctx, struct span number);
/* Whether one can pay by it only with a script of the provider's in the page.
 */
bool m_needs_script(const struct payment_method *method);

#endif
