/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * csv - tables as comma-separated values
 *
 * A text with a comma, a quote or a line break is quoted. One that a
 * spreadsheet would take for a formula, since it begins with = + - @, a tab or
 * a carriage return, gets an apostrophe before it; a number never does, so it
 * is one there too. Lines end in a carriage return and a line feed.
 *
 * Source: RFC 4180; OWASP, CSV Injection.
 * Layer: base.  Uses: strbuf.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/strbuf.h"

struct csv {
	struct strbuf text; /* what is written so far */
	bool in_row;        /* csv.c's own */
};

/* cap: about how many bytes it will be, or 0. Memory: a's. */
void csv_init(struct csv *csv, struct arena *a, size_t cap);
/* The next cell of the row; NONE: an empty one. */
void csv_text(struct csv *csv, struct span v);
/* The same of a number, in decimal digits, which is not looked at. */
void csv_number(struct csv *csv, struct span v);
void csv_i64(struct csv *csv, int64_t v);
void csv_end_row(struct csv *csv);

#endif
