/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask - what a reader asks for, and what he is told instead of a stream
 *
 * The web server speaks HTTP/1.1 to us, one request a connection: an answer
 * ends with it.
 *
 * Source: RFC 9112 (HTTP/1.1), 2.1 to 5.
 *
 * Layer: feedd.  Uses: base, http, text.
 */
#ifndef FEEDD_ASK_H
#define FEEDD_ASK_H

#include "feedd/text.h"

/* The request line and the headers together. */
#define ASK_HEAD_MAX KIB(8)

struct ask {
	int64_t performance;
	struct span version; /* NONE: he has none */
	struct span address; /* X-Real-IP; NONE: nobody said it */
	struct span request_id;
};

/* How many of len bytes are a whole head; 0: its end has not come. */
size_t ask_head_len(const char *bytes, size_t len);

/*
 * Read a whole head.
 *
 * in:      base_path  what stands before /api/v1
 * out:     out      written on true; its spans are head's or a's
 *          refusal  the whole answer, on false
 */
bool ask_read(struct arena *a, struct span head, struct span base_path,
    struct ask *out, struct text **refusal) MUST_CHECK;

/* The whole answer of a problem of the closed list. Retry-After where it is
 * > 0. */
struct text *ask_problem(struct arena *a, struct span request_id,
    const char *slug, const char *detail, int retry_after_s);
/* 204: an EventSource that gets it comes no more. */
struct text *ask_over(struct arena *a);
/* The head of a stream, and how long the reader waits before he comes again.
 * origin: whose pages may read it beside our own; "" for nobody's. */
struct text *ask_stream(struct arena *a, const char *origin, int64_t retry_ms);

#endif
