/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_write - JSON out, straight into the arena
 *
 * One flag is all the state: whether the next value needs a comma before it.
 * Names are constants of the program and go out as they are.
 *
 * Layer: http.  Uses: base, json.
 */
#include "http/json.h"

#include "base/clock.h"

#include <assert.h>

/* Most answers fit without growing. */
#define FIRST_CAP 1024

void
jw_init(struct jw *w, struct arena *a)
{
	strbuf_init(&w->buf, a, FIRST_CAP);
	w->need_comma = false;
	w->depth = 0;
}

/* What comes before a value: a comma, a name. */
static void
lead(struct jw *w, const char *name)
{
	size_t len = name == NULL ? 0 : strlen(name);
	char *start = strbuf_room(&w->buf, len + sizeof(",\"\":"));
	char *p = start;

	if (w->need_comma)
		*p++ = ',';
	w->need_comma = true;
	if (name != NULL) {
		*p++ = '"';
		memcpy(p, name, len);
		p += len;
		*p++ = '"';
		*p++ = ':';
	}
	strbuf_grew(&w->buf, (size_t)(p - start));
}

static void
begin(struct jw *w, const char *name, char bracket)
{
	lead(w, name);
	strbuf_char(&w->buf, bracket);
	w->need_comma = false;
	w->depth++;
}

static void
end(struct jw *w, char bracket)
{
	assert(w->depth > 0);
	strbuf_char(&w->buf, bracket);
	w->need_comma = true;
	w->depth--;
}

void
jw_object(struct jw *w, const char *name)
{
	begin(w, name, '{');
}

void
jw_array(struct jw *w, const char *name)
{
	begin(w, name, '[');
}

void
jw_end_object(struct jw *w)
{
	end(w, '}');
}

void
jw_end_array(struct jw *w)
{
	end(w, ']');
}

void
jw_span(struct jw *w, const char *name, struct span v)
{
	if (!span_is(v)) {
		jw_null(w, name);
		return;
	}
	lead(w, name);
	strbuf_json(&w->buf, v);
}

void
jw_str(struct jw *w, const char *name, const char *v)
{
	jw_span(w, name, span_str(v));
}

void
jw_int(struct jw *w, const char *name, int64_t v)
{
	lead(w, name);
	strbuf_i64(&w->buf, v);
}

void
jw_bool(struct jw *w, const char *name, bool v)
{
	jw_raw(w, name, v ? SPAN_LIT("true") : SPAN_LIT("false"));
}

void
jw_null(struct jw *w, const char *name)
{
	jw_raw(w, name, SPAN_LIT("null"));
}

void
jw_time(struct jw *w, const char *name, int64_t ms)
{
	jw_str(w, name, clock_rfc3339(w->buf.arena, ms));
}

void
jw_raw(struct jw *w, const char *name, struct span json)
{
	lead(w, name);
	strbuf_span(&w->buf, json);
}

/* A name that came from outside, as lead takes it. */
static const char *
escaped(struct arena *a, struct span name)
{
	struct strbuf b;

	strbuf_init(&b, a, name.len + 3);
	strbuf_json(&b, name);
	b.p[b.len - 1] = '\0';
	return b.p + 1;
}

/* Values were read at most so deep (json_parse). */
void
jw_value(struct jw *w, const char *name, const struct json *value)
{
	switch (value->type) {
	case JSON_NULL:
		jw_null(w, name);
		break;
	case JSON_BOOL:
		jw_bool(w, name, value->boolean);
		break;
	case JSON_INT:
	case JSON_REAL:
		jw_raw(w, name, value->number);
		break;
	case JSON_STRING:
		jw_span(w, name, value->str);
		break;
	case JSON_ARRAY:
		jw_array(w, name);
		for (size_t i = 0; i < value->n; i++)
			jw_value(w, NULL, &value->items[i]);
		jw_end_array(w);
		break;
	case JSON_OBJECT:
		jw_object(w, name);
		for (size_t i = 0; i < value->n; i++)
			jw_value(w, escaped(w->buf.arena, value->names[i]),
			    &value->items[i]);
		jw_end_object(w);
		break;
	}
}

void
jw_members(struct jw *w, struct span object)
{
	const char *p = memchr(object.p, '{', object.len);
	const char *end = memrchr(object.p, '}', object.len);

	assert(p != NULL && end > p);
	lead(w, NULL);
	strbuf_span(&w->buf, (struct span){ p + 1, (size_t)(end - p - 1) });
}

struct span
jw_text(const struct jw *w)
{
	assert(w->depth == 0);
	return strbuf_get(&w->buf);
}
