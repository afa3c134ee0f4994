/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyed - a write that is done once for its Idempotency-Key
 *
 * What a route gets for NEEDS_KEY in its row. Before its handler: the key is
 * there and well-formed, the body is JSON, and req->idem stands for who asks
 * for what (a digest of method, route, what the path names, and what the body
 * means). The handler hands req->idem to the domain function, whose
 * transaction takes the key and stores the answer of a success itself, and
 * passes on what became of the key. After the handler: a final refusal is
 * kept before it goes out; if the key was taken by somebody else meanwhile,
 * what became of it there is the answer.
 *
 * Layer: fcgi-app/api.  Uses: http, store, idem.
 */
#ifndef FCGI_APP_API_KEYED_H
#define FCGI_APP_API_KEYED_H

#include "http/router.h"
#include "idem/idem.h"

/* Before the handler; the key itself is in req->idempotency_key.
 * out: req->json, req->idem. problem, on false: see read_json */
bool keyed_begin(struct ctx *ctx, const struct route *route, struct req *req,
    struct res *res) MUST_CHECK;
/* After a handler that has answered. returns: 0; < 0 on a fault: a final
 * refusal could not be kept and must not go out, since the same key might be
 * told something else next time. Asking again is safe. */
int keyed_end(struct ctx *ctx, const struct req *req,
    struct res *res) MUST_CHECK;

/* Stored bytes; replayed: they were sent before. */
int keyed_answer(struct res *res, const struct idem_answer *answer,
    bool replayed);
/* The key is being worked on: 409 idempotency-in-progress. */
int keyed_running(struct res *res);

#endif
