/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * members - JSON as lines that people read and scripts cut
 *
 * Layer: ctl.  Uses: base, http.
 */
#include "ctl/members.h"

#include "http/json.h"

#include <stdio.h>

static bool
is_plain(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] <= ' ' || text.p[i] == '"' || text.p[i] == '\x7f')
			return false;
	return text.len > 0;
}

static void
print_value(struct arena *a, const struct json *value)
{
	struct span text = value->str;
	struct jw w;

	if (value->type == JSON_NULL) {
		text = SPAN_LIT("-");
	} else if (value->type != JSON_STRING || !is_plain(text)) {
		jw_init(&w, a);
		jw_value(&w, NULL, value);
		text = jw_text(&w);
	}
	printf("%.*s", (int)text.len, text.p);
}

static void
print_name(struct span name)
{
	printf("%.*s", (int)name.len, name.p);
}

/* " name=value" for each member. */
static void
print_members(struct arena *a, const struct json *object, const char *before)
{
	for (size_t i = 0; i < object->n; i++) {
		printf("%s", before);
		print_name(object->names[i]);
		putchar('=');
		print_value(a, &object->items[i]);
		before = " ";
	}
	putchar('\n');
}

static bool
is_list(const struct json *value)
{
	return value->type == JSON_ARRAY
	    && (value->n == 0 || value->items[0].type == JSON_OBJECT);
}

/* Whether it takes more lines than one. */
static bool
is_deep(const struct json *object)
{
	for (size_t i = 0; i < object->n; i++)
		if (object->items[i].type == JSON_OBJECT
		    || (is_list(&object->items[i]) && object->items[i].n > 0))
			return true;
	return false;
}

static void print_object(struct arena *a, const struct json *object);

static void
print_member(struct arena *a, struct span name, const struct json *value)
{
	if (is_list(value)) {
		for (size_t i = 0; i < value->n; i++) {
			print_name(name);
			print_members(a, &value->items[i], " ");
		}
	} else if (value->type == JSON_OBJECT && is_deep(value)) {
		print_object(a, value);
	} else {
		print_name(name);
		if (value->type == JSON_OBJECT) {
			print_members(a, value, " ");
			return;
		}
		putchar(' ');
		print_value(a, value);
		putchar('\n');
	}
}

/* As deep as json_parse allows. */
static void
print_object(struct arena *a, const struct json *object)
{
	for (size_t i = 0; i < object->n; i++)
		print_member(a, object->names[i], &object->items[i]);
}

static const struct json *
read_object(struct arena *a, struct span text)
{
	struct json *object;

	if (json_parse(a, text, &object) == JSON_OK
	    && object->type == JSON_OBJECT)
		return object;
	printf("%.*s\n", (int)text.len, text.p);
	return NULL;
}

void
members_line(struct arena *a, struct span object)
{
	const struct json *read = read_object(a, object);

	if (read != NULL)
		print_members(a, read, "");
}

void
members_print(struct arena *a, struct span object)
{
	const struct json *read = read_object(a, object);

	if (read != NULL)
		print_object(a, read);
}
