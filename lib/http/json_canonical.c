/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_canonical - one text for all that mean the same
 *
 * For digests of what a request asks, which never leave the program: any one
 * form will do, as long as it is one.
 *
 * Layer: http.  Uses: base, json.
 */
#include "http/json.h"

#include <stdlib.h>

struct member {
	struct span name;
	const struct json *value;
};

static int
by_name(const void *a, const void *b)
{
	return span_cmp(((const struct member *)a)->name,
	    ((const struct member *)b)->name);
}

static void write_value(struct jw *w, const struct json *v);

/* A writer's names are constants; these came from outside, so they go out as
 * values: each object as one with a list of its names and values. */
static void
write_object(struct jw *w, const struct json *v)
{
	struct member *members = ARENA_ARRAY(w->buf.arena, v->n + 1,
	    struct member);

	for (size_t i = 0; i < v->n; i++)
		members[i] = (struct member){ v->names[i], &v->items[i] };
	qsort(members, v->n, sizeof(*members), by_name);
	jw_object(w, NULL);
	jw_array(w, "members");
	for (size_t i = 0; i < v->n; i++) {
		jw_span(w, NULL, members[i].name);
		write_value(w, members[i].value);
	}
	jw_end_array(w);
	jw_end_object(w);
}

static void
write_array(struct jw *w, const struct json *v)
{
	jw_array(w, NULL);
	for (size_t i = 0; i < v->n; i++)
		write_value(w, &v->items[i]);
	jw_end_array(w);
}

/* Recursion goes no deeper than a text that was parsed. */
static void
write_value(struct jw *w, const struct json *v)
{
	switch (v->type) {
	case JSON_NULL:
		jw_null(w, NULL);
		break;
	case JSON_BOOL:
		jw_bool(w, NULL, v->boolean);
		break;
	case JSON_INT:
		jw_int(w, NULL, v->i64);
		break;
	case JSON_REAL:
		jw_raw(w, NULL,
		    span_str(arena_printf(w->buf.arena, "%.17g", v->real)));
		break;
	case JSON_STRING:
		jw_span(w, NULL, v->str);
		break;
	case JSON_ARRAY:
		write_array(w, v);
		break;
	case JSON_OBJECT:
		write_object(w, v);
		break;
	}
}

struct span
json_canonical(struct arena *a, const struct json *value)
{
	struct jw w;

	jw_init(&w, a);
	write_value(&w, value);
	return jw_text(&w);
}
