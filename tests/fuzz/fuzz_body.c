/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_body - a request body: parsed, checked against fields, written again
 *
 * What is taken must survive being written and read: the same tree again, and
 * the same text where there is one way only to write it.
 *
 * Layer: tests.  Uses: http.
 */
#include "http/json.h"

#include "base/utf8.h"
#include "tests/fuzz/target.h"

#include <assert.h>

struct body {
	struct span text;
	int64_t number;
	bool flag;
	struct json_ids ids;
	const struct json *object;
	bool number_given;
};

static const struct field fields[] = {
	{ "s", FIELD_STRING, 0, 1, 8, offsetof(struct body, text) },
	{ "n", FIELD_INT, FIELD_OPTIONAL, -5, 1000,
	    offsetof(struct body, number),
	    offsetof(struct body, number_given) },
	{ "b", FIELD_BOOL, FIELD_OPTIONAL, 0, 0, offsetof(struct body, flag) },
	{ "i", FIELD_IDS, FIELD_OPTIONAL, 1, 4, offsetof(struct body, ids) },
	{ "o", FIELD_OBJECT, FIELD_OPTIONAL, 0, 0,
	    offsetof(struct body, object) },
	{ NULL },
};

static void
write_value(struct jw *w, const char *name, struct arena *a,
    const struct json *v)
{
	switch (v->type) {
	case JSON_NULL:
		jw_null(w, name);
		return;
	case JSON_BOOL:
		jw_bool(w, name, v->boolean);
		return;
	case JSON_INT:
		jw_int(w, name, v->i64);
		return;
	case JSON_REAL:
		jw_raw(w, name, v->number);
		return;
	case JSON_STRING:
		jw_span(w, name, v->str);
		return;
	case JSON_ARRAY:
		jw_array(w, name);
		for (size_t i = 0; i < v->n; i++)
			write_value(w, NULL, a, &v->items[i]);
		jw_end_array(w);
		return;
	case JSON_OBJECT:
		/* The writer takes names as they are; from outside they
		 * need their escapes back. */
		jw_object(w, name);
		for (size_t i = 0; i < v->n; i++) {
			struct strbuf b;
			size_t len;

			strbuf_init(&b, a, 0);
			strbuf_json(&b, v->names[i]);
			len = b.len;
			write_value(w,
			    arena_str(a, (struct span){ b.p + 1, len - 2 }), a,
			    &v->items[i]);
		}
		jw_end_object(w);
		return;
	}
}

static void
must_be_same(const struct json *x, const struct json *y)
{
	assert(x->type == y->type && x->n == y->n);
	assert(span_eq(x->str, y->str) && utf8_valid(x->str));
	assert(x->type != JSON_BOOL || x->boolean == y->boolean);
	assert(x->type != JSON_INT || x->i64 == y->i64);
	assert(x->type != JSON_REAL || x->real == y->real);
	for (size_t i = 0; i < x->n; i++) {
		must_be_same(&x->items[i], &y->items[i]);
		if (x->type == JSON_OBJECT)
			assert(span_eq(x->names[i], y->names[i]));
	}
}

/* text without the white space between tokens. */
static struct span
minified(struct arena *a, struct span text)
{
	struct strbuf b;
	bool in_string = false;

	strbuf_init(&b, a, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '"')
			in_string = !in_string;
		if (in_string || strchr(" \t\r\n", text.p[i]) == NULL)
			strbuf_char(&b, text.p[i]);
	}
	return strbuf_get(&b);
}

/* Escapes can be written in many ways, and -0 is 0. */
static bool
has_one_spelling(struct span text)
{
	return memchr(text.p, '\\', text.len) == NULL
	    && memmem(text.p, text.len, "-0", 2) == NULL;
}

static void
must_come_back(struct arena *a, const struct json *v, struct span text)
{
	struct json *again;
	struct jw w;
	int r;

	jw_init(&w, a);
	write_value(&w, NULL, a, v);
	assert(!has_one_spelling(text)
	    || span_eq(jw_text(&w), minified(a, text)));
	r = json_parse(a, jw_text(&w), &again);
	assert(r == JSON_OK);
	must_be_same(v, again);
}

static void
check_fields(struct arena *a, const struct json *v)
{
	struct body body = { .text = SPAN_NONE };
	const char *name, *why;
	int r = json_fields(a, v, fields, &body, &name, &why);

	if (r != FIELDS_OK) {
		assert(why != NULL && *why != '\0');
		assert((r == FIELDS_E_NOT_OBJECT) == (name == NULL));
		assert(body.text.p == NULL && !body.number_given);
		return;
	}
	assert(utf8_count(body.text) >= 1 && utf8_count(body.text) <= 8);
	assert(!body.number_given
	    || (body.number >= -5 && body.number <= 1000));
	assert(body.ids.n <= 4);
	for (size_t i = 0; i < body.ids.n; i++)
		for (size_t j = 0; j < i; j++)
			assert(body.ids.ids[i] != body.ids.ids[j]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = target_arena();
	struct span text = target_span(data, len);
	struct json *v;

	if (json_parse(a, text, &v) != JSON_OK)
		return 0;
	must_come_back(a, v, text);
	check_fields(a, v);
	return 0;
}
