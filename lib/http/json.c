/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json - parsing; the only file that knows json-c
 *
 * json_scan has made sure of the tokens, so json-c only builds the tree. It
 * is copied into the arena and freed before anybody sees it.
 *
 * Layer: http.  Uses: base, json_scan.
 */
#include "http/json.h"

#include "http/json_scan.h"

#include <json-c/json.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

/* Walks json-c's tree in the order of the text, as numbers were kept. */
struct copier {
	struct arena *arena;
	const struct json_scan *scan;
	size_t next_number;
	size_t n_members;
	bool failed;
};

static void copy_value(struct copier *c, struct json_object *from,
    struct json *to);

static bool
is_int(struct span number, int64_t *out)
{
	if (span_eq(number, SPAN_LIT("-0"))) {
		*out = 0;
		return true;
	}
	return span_to_i64(number, out);
}

/* json-c cuts integers that do not fit, so its own value is not used. */
static void
copy_number(struct copier *c, struct json *to)
{
	if (c->next_number == c->scan->n_numbers) {
		c->failed = true;
		return;
	}
	to->number = c->scan->numbers[c->next_number++];
	if (is_int(to->number, &to->i64)) {
		to->type = JSON_INT;
		to->real = (double)to->i64;
		return;
	}
	to->type = JSON_REAL;
	to->real = strtod(arena_str(c->arena, to->number), NULL);
	if (!isfinite(to->real))
		c->failed = true;
}

static void
copy_array(struct copier *c, struct json_object *from, struct json *to)
{
	to->type = JSON_ARRAY;
	to->n = json_object_array_length(from);
	to->items = ARENA_ARRAY(c->arena, to->n, struct json);
	for (size_t i = 0; i < to->n && !c->failed; i++)
		copy_value(c, json_object_array_get_idx(from, i),
		    &to->items[i]);
}

static void
copy_object(struct copier *c, struct json_object *from, struct json *to)
{
	size_t i = 0;

	to->type = JSON_OBJECT;
	to->n = (size_t)json_object_object_length(from);
	to->items = ARENA_ARRAY(c->arena, to->n, struct json);
	to->names = ARENA_ARRAY(c->arena, to->n, struct span);
	c->n_members += to->n;
	json_object_object_foreach(from, name, value)
	{
		if (c->failed)
			return;
		to->names[i] = arena_span(c->arena, span_str(name));
		copy_value(c, value, &to->items[i++]);
	}
}

static void
copy_string(struct copier *c, struct json_object *from, struct json *to)
{
	to->type = JSON_STRING;
	to->str = arena_span(c->arena,
	    (struct span){ json_object_get_string(from),
		(size_t)json_object_get_string_len(from) });
}

/* Recursion goes no deeper than JSON_DEPTH_MAX. */
static void
copy_value(struct copier *c, struct json_object *from, struct json *to)
{
	switch (json_object_get_type(from)) {
	case json_type_null:
		to->type = JSON_NULL;
		break;
	case json_type_boolean:
		to->type = JSON_BOOL;
		to->boolean = json_object_get_boolean(from);
		break;
	case json_type_int:
	case json_type_double:
		copy_number(c, to);
		break;
	case json_type_string:
		copy_string(c, from, to);
		break;
	case json_type_array:
		copy_array(c, from, to);
		break;
	case json_type_object:
		copy_object(c, from, to);
		break;
	}
}

/*
 * Build json-c's tree. Its depth counts a scalar in the innermost array as a
 * level of its own; the NUL behind the text, which it is shown, ends a last
 * number.
 */
static bool
build(struct span text, struct json_object **out, size_t *at)
{
	struct json_tokener *tok = json_tokener_new_ex(JSON_DEPTH_MAX + 1);
	bool done;

	if (tok == NULL)
		abort();
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	*out = json_tokener_parse_ex(tok, text.p, (int)text.len + 1);
	done = json_tokener_get_error(tok) == json_tokener_success;
	*at = MIN(json_tokener_get_parse_end(tok), text.len);
	json_tokener_free(tok);
	return done;
}

static int
parse(struct arena *a, struct span text, struct json **out, size_t *at)
{
	struct json_scan scan;
	struct copier c = { .arena = a, .scan = &scan };
	struct json_object *tree;
	struct json *value;
	int r;

	*at = 0;
	if (text.len >= INT_MAX)
		return JSON_E_MALFORMED;
	/* Numbers will point into this copy. */
	text.p = arena_str(a, text);
	r = json_scan(a, text, &scan);
	*at = scan.at;
	if (r != JSON_OK)
		return r;
	if (!build(text, &tree, at))
		return JSON_E_MALFORMED;
	value = ARENA_NEW(a, struct json);
	copy_value(&c, tree, value);
	json_object_put(tree);
	*at = text.len;
	/* Of two members with one name json-c keeps one: the count tells. */
	if (c.failed || c.n_members != scan.n_members)
		return JSON_E_MALFORMED;
	*out = value;
	return JSON_OK;
}

int
json_parse(struct arena *a, struct span text, struct json **out)
{
	size_t at;

	return parse(a, text, out, &at);
}

int
json_parse_at(struct arena *a, struct span text, struct json **out, size_t *at)
{
	struct json_object *tree;
	size_t built;
	int r = parse(a, text, out, at);

	/* A bracket too few may be one that was closed by another. */
	if (r == JSON_E_MALFORMED && *at == text.len && *at > 0
	    && text.len < INT_MAX) {
		text.p = arena_str(a, text);
		if (build(text, &tree, &built))
			json_object_put(tree);
		else
			*at = MIN(*at, built);
	}
	return r;
}

const struct json *
json_get(const struct json *object, const char *name)
{
	if (object->type != JSON_OBJECT)
		return NULL;
	for (size_t i = 0; i < object->n; i++)
		if (span_eq_str(object->names[i], name))
			return &object->items[i];
	return NULL;
}
