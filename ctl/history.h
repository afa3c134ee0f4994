/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history - what clients wrote down of their answers
 *
 * A JSON object a line. Those with "op": "payment" and the status 200 or 201
 * are purchases that were acknowledged; other operations and statuses are for
 * other readers. The format is told in boxofficectl(8).
 *
 * Layer: ctl.  Uses: http/json, audit.
 */
#ifndef CTL_HISTORY_H
#define CTL_HISTORY_H

#include "audit/audit.h"

struct history {
	struct audit_ack *acks;
	size_t n;
	/* where it is wrong, on false */
	int64_t line;
	const char *why;
};

/* Memory: a's, and text's. returns: whether every line could be read */
bool history_read(struct arena *a, struct span text,
    struct history *out) MUST_CHECK;

#endif
