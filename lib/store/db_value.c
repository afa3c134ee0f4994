/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * db_value - values of C as parameters of SQL, and cells as values of C
 *
 * The part of db.h that needs no server: text format both ways, but for
 * bytea parameters.
 *
 * Layer: store.  Uses: base.
 */
#include "store/db.h"

#include "base/clock.h"
#include "base/strbuf.h"

#include <assert.h>

/* No byte sequence of UTF-8: the server refuses it. */
#define NOT_TEXT "\xff"

struct db_param
db_i64(struct arena *a, int64_t v)
{
	return db_str(arena_i64(a, v).p);
}

struct db_param
db_text(struct arena *a, struct span v)
{
	if (!span_is(v))
		return db_str(NULL);
	if (memchr(v.p, '\0', v.len) != NULL)
		return db_str(NOT_TEXT);
	return db_str(arena_str(a, v));
}

struct db_param
db_str(const char *v)
{
	return (struct db_param){ .text = v };
}

struct db_param
db_bool(bool v)
{
	return db_str(v ? "t" : "f");
}

struct db_param
db_time(struct arena *a, int64_t ms)
{
	return db_str(clock_rfc3339(a, ms));
}

struct db_param
db_time_or_any(struct arena *a, int64_t ms)
{
	return ms < 0 ? db_str(NULL) : db_time(a, ms);
}

struct db_param
db_now(struct arena *a)
{
	return clock_faked_ms() != 0 ? db_time(a, clock_faked_ms())
				     : db_str(NULL);
}

struct db_param
db_bytes(struct arena *a, struct span v)
{
	if (!span_is(v))
		return db_str(NULL);
	assert(v.len <= INT32_MAX);
	return (struct db_param){ .text = arena_dup(a, v.p, v.len),
		.len = (int)v.len,
		.binary = true };
}

struct db_param
db_i64s(struct arena *a, const int64_t *v, size_t n)
{
	struct strbuf b;

	strbuf_init(&b, a, 2 + n * 8);
	strbuf_char(&b, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			strbuf_char(&b, ',');
		strbuf_i64(&b, v[i]);
	}
	strbuf_char(&b, '}');
	return db_str(strbuf_get(&b).p);
}

/* One element of a text array, quoted as array_in reads it. */
static void
add_element(struct strbuf *b, struct span v)
{
	if (!span_is(v)) {
		strbuf_str(b, "NULL");
		return;
	}
	strbuf_char(b, '"');
	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] == '"' || v.p[i] == '\\')
			strbuf_char(b, '\\');
		strbuf_char(b, v.p[i] == '\0' ? NOT_TEXT[0] : v.p[i]);
	}
	strbuf_char(b, '"');
}

struct db_param
db_texts(struct arena *a, const struct span *v, size_t n)
{
	struct strbuf b;

	strbuf_init(&b, a, 2 + n * 16);
	strbuf_char(&b, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			strbuf_char(&b, ',');
		add_element(&b, v[i]);
	}
	strbuf_char(&b, '}');
	return db_str(strbuf_get(&b).p);
}

struct span
db_cell(const struct db_rows *rows, size_t row, size_t col)
{
	assert(row < rows->n_rows && col < rows->n_cols);
	return rows->cells[row * rows->n_cols + col];
}

bool
db_is_null(const struct db_rows *rows, size_t row, size_t col)
{
	return !span_is(db_cell(rows, row, col));
}

int64_t
db_get_i64(const struct db_rows *rows, size_t row, size_t col)
{
	int64_t v = 0;
	bool ok = span_to_i64(db_cell(rows, row, col), &v);

	assert(ok);
	(void)ok;
	return v;
}

bool
db_get_bool(const struct db_rows *rows, size_t row, size_t col)
{
	struct span cell = db_cell(rows, row, col);

	assert(cell.len == 1 && (cell.p[0] == 't' || cell.p[0] == 'f'));
	return cell.p[0] == 't';
}

static uint8_t
hex_digit(char c)
{
	assert((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* bytea_output is hex on our connections: \x and two digits a byte. */
struct span
db_get_bytes(struct arena *a, const struct db_rows *rows, size_t row,
    size_t col)
{
	struct span cell = db_cell(rows, row, col);
	size_t len;
	char *p;

	assert(cell.len >= 2 && cell.len % 2 == 0 && cell.p[0] == '\\'
	    && cell.p[1] == 'x');
	len = cell.len / 2 - 1;
	p = arena_alloc(a, len + 1);
	for (size_t i = 0; i < len; i++)
		p[i] = (char)(hex_digit(cell.p[2 + 2 * i]) << 4
		    | hex_digit(cell.p[3 + 2 * i]));
	p[len] = '\0';
	return (struct span){ p, len };
}

int64_t *
db_get_i64s(struct arena *a, const struct db_rows *rows, size_t row, size_t col,
    size_t *n)
{
	struct span cell = db_cell(rows, row, col);
	struct span rest;
	int64_t *v;
	size_t max = 1;
	bool ok;

	assert(cell.len >= 2 && cell.p[0] == '{'
	    && cell.p[cell.len - 1] == '}');
	rest = (struct span){ cell.p + 1, cell.len - 2 };
	for (size_t i = 0; i < rest.len; i++)
		max += rest.p[i] == ',';
	v = ARENA_ARRAY(a, max, int64_t);
	*n = 0;
	while (span_is(rest) && rest.len > 0) {
		ok = span_to_i64(span_cut(&rest, ','), &v[(*n)++]);
		assert(ok);
		(void)ok;
	}
	return v;
}
