/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_fields - a body against the table of fields its route declares
 *
 * First no member may be unknown, then every field is looked up and checked;
 * the struct is filled only when all of them are right.
 *
 * Layer: http.  Uses: base, json.
 */
#include "http/json.h"

#include "base/utf8.h"

#include <assert.h>
#include <stdlib.h>

#define ID_MAX (((int64_t)1 << 53) - 1)

/* A name from outside that goes into an answer is cut here. */
#define NAME_SHOWN_MAX 64

static const struct field *
find_field(const struct field *fields, struct span name)
{
	for (const struct field *f = fields; f->name != NULL; f++)
		if (span_eq_str(name, f->name))
			return f;
	return NULL;
}

static const char *
range_text(struct arena *a, const struct field *f, const char *what)
{
	return arena_printf(a, "must be %s %lld to %lld", what,
	    (long long)f->min, (long long)f->max);
}

static const char *
length_text(struct arena *a, const struct field *f, const char *what)
{
	return arena_printf(a, "must have %lld to %lld %s", (long long)f->min,
	    (long long)f->max, what);
}

/* The checks below return NULL, or why the value is not taken. */

static const char *
check_line(struct span text)
{
	return utf8_has_control(text) ? "must not have control characters"
				      : NULL;
}

static const char *
check_lines(struct span text)
{
	const char *why = NULL;

	for (size_t start = 0, i = 0; i <= text.len && why == NULL; i++) {
		if (i < text.len && text.p[i] != '\n' && text.p[i] != '\t')
			continue;
		why = check_line((struct span){ text.p + start, i - start });
		start = i + 1;
	}
	return why;
}

static const char *
check_string(struct arena *a, const struct field *f, const struct json *v)
{
	int64_t count;

	if (v->type != JSON_STRING)
		return "must be a string";
	count = (int64_t)utf8_count(v->str);
	if (count < f->min || count > f->max)
		return length_text(a, f, "characters");
	return f->type == FIELD_TEXT ? check_lines(v->str) : check_line(v->str);
}

static const char *
check_int(struct arena *a, const struct field *f, const struct json *v)
{
	if (v->type != JSON_INT || v->i64 < f->min || v->i64 > f->max)
		return range_text(a, f, "an integer from");
	return NULL;
}

static int
by_value(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

static bool
has_doubles(struct arena *a, const struct json_ids *ids)
{
	size_t size = ids->n * sizeof(*ids->ids);
	int64_t *sorted = arena_alloc(a, size + 1);

	if (ids->n < 2)
		return false;
	memcpy(sorted, ids->ids, size);
	qsort(sorted, ids->n, sizeof(*sorted), by_value);
	for (size_t i = 1; i < ids->n; i++)
		if (sorted[i] == sorted[i - 1])
			return true;
	return false;
}

static const char *
check_ids(struct arena *a, const struct field *f, const struct json *v,
    struct json_ids *out)
{
	if (v->type != JSON_ARRAY)
		return "must be an array of ids";
	if ((int64_t)v->n < f->min || (int64_t)v->n > f->max)
		return length_text(a, f, "ids");
	out->n = v->n;
	out->ids = ARENA_ARRAY(a, v->n, int64_t);
	for (size_t i = 0; i < v->n; i++) {
		const struct json *id = &v->items[i];

		if (id->type != JSON_INT || id->i64 < 1 || id->i64 > ID_MAX)
			return "must have integers from 1 to 2^53-1 only";
		out->ids[i] = id->i64;
	}
	return has_doubles(a, out) ? "must not name an id twice" : NULL;
}

static const char *
check_array(struct arena *a, const struct field *f, const struct json *v)
{
	if (v->type != JSON_ARRAY)
		return "must be an array";
	if ((int64_t)v->n < f->min || (int64_t)v->n > f->max)
		return length_text(a, f, "items");
	return NULL;
}

static const char *
check_object(struct arena *a, const struct field *f, const struct json *v)
{
	if (v->type != JSON_OBJECT)
		return "must be an object";
	if (f->max > 0 && ((int64_t)v->n < f->min || (int64_t)v->n > f->max))
		return length_text(a, f, "members");
	return NULL;
}

/* Check one value and, unless only checking, put it into place. */
static const char *
take(struct arena *a, const struct field *f, const struct json *v, void *place)
{
	const char *why = NULL;
	struct json_ids ids;

	switch (f->type) {
	case FIELD_STRING:
	case FIELD_TEXT:
		why = check_string(a, f, v);
		if (why == NULL && place != NULL)
			*(struct span *)place = v->str;
		break;
	case FIELD_INT:
		why = check_int(a, f, v);
		if (why == NULL && place != NULL)
			*(int64_t *)place = v->i64;
		break;
	case FIELD_BOOL:
		why = v->type == JSON_BOOL ? NULL : "must be true or false";
		if (why == NULL && place != NULL)
			*(bool *)place = v->boolean;
		break;
	case FIELD_IDS:
		why = check_ids(a, f, v, &ids);
		if (why == NULL && place != NULL)
			*(struct json_ids *)place = ids;
		break;
	case FIELD_ARRAY:
		why = check_array(a, f, v);
		if (why == NULL && place != NULL)
			*(const struct json **)place = v;
		break;
	case FIELD_OBJECT:
		why = check_object(a, f, v);
		if (why == NULL && place != NULL)
			*(const struct json **)place = v;
		break;
	}
	return why;
}

static int
check_all(struct arena *a, const struct json *object,
    const struct field *fields, const char **name, const char **why)
{
	for (size_t i = 0; i < object->n; i++)
		if (find_field(fields, object->names[i]) == NULL) {
			*name = arena_str(a,
			    utf8_cut(object->names[i], NAME_SHOWN_MAX));
			*why = "is not a field of this request";
			return FIELDS_E_UNKNOWN;
		}
	for (const struct field *f = fields; f->name != NULL; f++) {
		const struct json *v = json_get(object, f->name);

		*name = f->name;
		*why = "is missing";
		if (v == NULL && !(f->flags & FIELD_OPTIONAL))
			return FIELDS_E_MISSING;
		*why = v == NULL ? NULL : take(a, f, v, NULL);
		if (*why != NULL)
			return FIELDS_E_INVALID;
	}
	return FIELDS_OK;
}

static void
fill(struct arena *a, const struct json *object, const struct field *fields,
    void *out)
{
	const char *why;

	for (const struct field *f = fields; f->name != NULL; f++) {
		const struct json *v = json_get(object, f->name);

		if (v == NULL)
			continue;
		why = take(a, f, v, (char *)out + f->offset);
		assert(why == NULL);
		if (f->given_offset != 0)
			*(bool *)((char *)out + f->given_offset) = true;
	}
}

int
json_fields(struct arena *a, const struct json *object,
    const struct field *fields, void *out, const char **name, const char **why)
{
	int r;

	*name = NULL;
	*why = "must be a JSON object";
	if (object->type != JSON_OBJECT)
		return FIELDS_E_NOT_OBJECT;
	r = check_all(a, object, fields, name, why);
	if (r == FIELDS_OK)
		fill(a, object, fields, out);
	return r;
}
