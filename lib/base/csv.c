/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * csv - tables as comma-separated values
 *
 * Layer: base.  Uses: strbuf.
 */
#include "base/csv.h"

void
csv_init(struct csv *csv, struct arena *a, size_t cap)
{
	strbuf_init(&csv->text, a, cap);
	csv->in_row = false;
}

static void
begin_cell(struct csv *csv)
{
	if (csv->in_row)
		strbuf_char(&csv->text, ',');
	csv->in_row = true;
}

static bool
is_any_of(char c, const char *marks)
{
	return c != '\0' && strchr(marks, c) != NULL;
}

static bool
needs_quotes(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if (is_any_of(v.p[i], ",\"\r\n"))
			return true;
	return false;
}

/* Text by text up to a quote, which is doubled. */
static void
add_quoted(struct strbuf *b, struct span v)
{
	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] == '"')
			strbuf_char(b, '"');
		strbuf_char(b, v.p[i]);
	}
}

void
csv_text(struct csv *csv, struct span v)
{
	struct strbuf *b = &csv->text;
	bool quotes = span_is(v) && needs_quotes(v);

	begin_cell(csv);
	if (!span_is(v))
		return;
	if (quotes)
		strbuf_char(b, '"');
	if (v.len > 0 && is_any_of(v.p[0], "=+-@\t\r"))
		strbuf_char(b, '\'');
	if (quotes) {
		add_quoted(b, v);
		strbuf_char(b, '"');
	} else {
		strbuf_span(b, v);
	}
}

void
csv_number(struct csv *csv, struct span v)
{
	begin_cell(csv);
	if (span_is(v))
		strbuf_span(&csv->text, v);
}

void
csv_i64(struct csv *csv, int64_t v)
{
	begin_cell(csv);
	strbuf_i64(&csv->text, v);
}

void
csv_end_row(struct csv *csv)
{
	strbuf_str(&csv->text, "\r\n");
	csv->in_row = false;
}
