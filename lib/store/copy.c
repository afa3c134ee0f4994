/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * copy - rows for COPY ... FROM STDIN, field by field
 *
 * Layer: store.  Uses: base.
 */
#include "store/copy.h"

#include <assert.h>
#include <string.h>

/* No byte sequence of UTF-8. */
#define NOT_TEXT '\xff'

void
copy_init(struct copy *c, struct arena *a, size_t cap)
{
	strbuf_init(&c->text, a, cap);
	c->in_row = false;
}

static void
begin_field(struct copy *c)
{
	if (c->in_row)
		strbuf_char(&c->text, '\t');
	c->in_row = true;
}

static void
add_byte(struct strbuf *b, char byte)
{
	static const char special[] = "\\\t\n\r", letters[] = "\\tnr";
	const char *at = byte == '\0' ? NULL : strchr(special, byte);

	if (byte == '\0') {
		strbuf_char(b, NOT_TEXT);
	} else if (at != NULL) {
		strbuf_char(b, '\\');
		strbuf_char(b, letters[at - special]);
	} else {
		strbuf_char(b, byte);
	}
}

void
copy_text(struct copy *c, struct span v)
{
	if (!span_is(v)) {
		copy_null(c);
		return;
	}
	begin_field(c);
	for (size_t i = 0; i < v.len; i++)
		add_byte(&c->text, v.p[i]);
}

void
copy_str(struct copy *c, const char *v)
{
	copy_text(c, span_str(v));
}

void
copy_i64(struct copy *c, int64_t v)
{
	begin_field(c);
	strbuf_i64(&c->text, v);
}

void
copy_null(struct copy *c)
{
	begin_field(c);
	strbuf_str(&c->text, "\\N");
}

void
copy_hundredths(struct copy *c, double v)
{
	begin_field(c);
	strbuf_printf(&c->text, "%.2f", v);
}

void
copy_end_row(struct copy *c)
{
	assert(c->in_row);
	strbuf_char(&c->text, '\n');
	c->in_row = false;
}
