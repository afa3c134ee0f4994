/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * copy - rows for COPY ... FROM STDIN, field by field
 *
 * The only thing db_copy takes, so that no text reaches COPY without its
 * tabs, newlines and backslashes escaped: a text stays one field of one row,
 * whatever is in it.
 *
 * Source: PostgreSQL, COPY, text format.
 * Layer: store.  Uses: base.
 */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "base/strbuf.h"

struct copy {
	struct strbuf text; /* copy.c's and db.c's only */
	bool in_row;
};

/* cap: about how many bytes it will be, or 0. Memory: a's. */
void copy_init(struct copy *c, struct arena *a, size_t cap);
/* The next field of the row; NONE: NULL. A NUL byte becomes what the server
 * refuses: no text of its has one. */
void copy_text(struct copy *c, struct span v);
void copy_str(struct copy *c, const char *v);
void copy_i64(struct copy *c, int64_t v);
void copy_null(struct copy *c);
/* With two decimals. */
void copy_hundredths(struct copy *c, double v);
void copy_end_row(struct copy *c);

#endif
