/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * form - what a form of a page sends: names and values
 *
 * Source: the WHATWG URL standard, 5.1 (application/x-www-form-urlencoded).
 *
 * Layer: http.  Uses: base, req.
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "base/arena.h"

/* More is no form of ours. */
#define FORM_PAIRS_MAX 128

enum form_outcome {
	FORM_OK = 0,
	FORM_E_MALFORMED, /* a stray "%", bad UTF-8, a NUL, too many */
};

struct form_pair {
	struct span name, value;
};

struct form_pairs {
	const struct form_pair *pairs;
	size_t n;
};

/* The pairs of a body, or of a query, in their order. Memory: a's. returns: any
 * form_outcome */
int form_read(struct arena *a, struct span text,
    struct form_pairs *out) MUST_CHECK;
/* The value of a name; NONE where it is missing, or there are several. */
struct span form_get(const struct form_pairs *form, const char *name);
/* All values of a name that are numbers of 1..max; what is none, or is there
 * twice, or does not fit into room, makes it fail. returns: how many; -1 */
int form_numbers(const struct form_pairs *form, const char *name, int64_t max,
    int64_t *out, size_t room);

#endif
