/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_merge - a value as a patch changes it
 *
 * Source: RFC 7396.
 * Layer: http.  Uses: base, json.
 */
#include "http/json.h"

/* Members that target does not have follow its own. */
static struct json *
begin(struct arena *a, const struct json *target, const struct json *patch)
{
	bool object = target != NULL && target->type == JSON_OBJECT;
	size_t n = object ? target->n : 0;
	struct json *out = ARENA_NEW(a, struct json);

	out->type = JSON_OBJECT;
	out->items = ARENA_ARRAY(a, n + patch->n, struct json);
	out->names = ARENA_ARRAY(a, n + patch->n, struct span);
	for (size_t i = 0; i < n; i++) {
		out->items[i] = target->items[i];
		out->names[i] = target->names[i];
	}
	out->n = n;
	return out;
}

static size_t
find(const struct json *object, struct span name)
{
	size_t i = 0;

	while (i < object->n && !span_eq(object->names[i], name))
		i++;
	return i;
}

static void
take_away(struct json *object, size_t at)
{
	if (at == object->n)
		return;
	object->n--;
	for (size_t i = at; i < object->n; i++) {
		object->items[i] = object->items[i + 1];
		object->names[i] = object->names[i + 1];
	}
}

/* Recursion goes no deeper than the patch, which was parsed. */
struct json *
json_merge(struct arena *a, const struct json *target, const struct json *patch)
{
	struct json *out;

	if (patch->type != JSON_OBJECT) {
		out = ARENA_NEW(a, struct json);
		*out = *patch;
		return out;
	}
	out = begin(a, target, patch);
	for (size_t i = 0; i < patch->n; i++) {
		size_t at = find(out, patch->names[i]);

		if (patch->items[i].type == JSON_NULL) {
			take_away(out, at);
			continue;
		}
		out->items[at] = *json_merge(a,
		    at < out->n ? &out->items[at] : NULL, &patch->items[i]);
		out->names[at] = patch->names[i];
		out->n = MAX(out->n, at + 1);
	}
	return out;
}
