/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paying - by what a buyer pays, as he says it, and what he is told while its
 * end is not known
 *
 * Layer: fcgi-app/api.  Uses: http, payment.
 */
#ifndef FCGI_APP_API_PAYING_H
#define FCGI_APP_API_PAYING_H

#include "fcgi-app/api/bought.h"
#include "http/req.h"
#include "http/res.h"
#include "payment/payment.h"

/* Of a request's body; NONE where it was not said. */
struct paying_body {
	struct span method, source, return_url;
};

#define PAYING_SOURCE_MAX 128
#define PAYING_URL_MAX 500
/* Rows of fields, for a body of a type with a paying_body; flags are of the
 * method. */
#define PAYING_FIELDS(type, member, flags) \
	{ "method", FIELD_STRING, flags, 1, BOUGHT_METHOD_MAX, \
		offsetof(type, member.method) }, \
	    { "source", FIELD_STRING, FIELD_OPTIONAL, 1, PAYING_SOURCE_MAX, \
		    offsetof(type, member.source) }, \
	{ \
		"return_url", FIELD_STRING, FIELD_OPTIONAL, 1, PAYING_URL_MAX, \
		    offsetof(type, member.return_url) \
	}

/* What is asked for, by it: see payment_order. */
struct paying {
	const struct payment_method *method;
	struct span source, return_url, declined, lost;
};

/* lost: the slug of what is answered when the money came too late. returns:
 * whether it is right; else it was answered */
bool paying_read(struct ctx *ctx, struct res *res,
    const struct paying_body *body, const char *lost, struct paying *out);

/* One's own payment, and where to look for its end: 202 while that is not
 * known, else ended. Returns as a handler. */
int paying_answer(struct ctx *ctx, const struct req *req, struct res *res,
    int ended, int64_t id) MUST_CHECK;
/* The same of one that was read: waits while its end is not known. */
int paying_view(struct ctx *ctx, struct res *res, int waits, int ended,
    const struct payment *payment) MUST_CHECK;

#endif
