/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader - take a JSON file apart, and say where it is wrong
 *
 * Layer: reader.  Uses: http/json, catalog.
 */
#include "reader/reader.h"

#include "account/fold.h"
#include "base/utf8.h"

#include <string.h>

#define TEXTS_MAX 100000

void
reader_fail(struct reader *rd, const char *at, const char *fmt, ...)
{
	va_list ap;

	if (rd->failed)
		return;
	rd->failed = true;
	va_start(ap, fmt);
	rd->error.at = at;
	rd->error.text = arena_vprintf(rd->arena, fmt, ap);
	va_end(ap);
}

/* Where the JSON breaks: as editors count, characters of a line. */
static void
fail_json(struct reader *rd, struct span text, size_t at)
{
	size_t line = 1, start = 0;

	if (at == text.len && at > 0 && text.p[at - 1] == '\n')
		at--;
	for (size_t i = 0; i < at; i++)
		if (text.p[i] == '\n') {
			line++;
			start = i + 1;
		}
	reader_fail(rd,
	    arena_printf(rd->arena, "line %zu, column %zu", line,
		utf8_count((struct span){ text.p + start, at - start }) + 1),
	    "this is not JSON as RFC 8259 has it (UTF-8, no doubled member, at "
	    "most 16 levels)");
	rd->error.no_json = true;
}

struct node
reader_parse(struct reader *rd, struct span text)
{
	struct json *json = NULL;
	size_t at;

	if (json_parse_at(rd->arena, text, &json, &at) != JSON_OK)
		fail_json(rd, text, at);
	return (struct node){ json, "" };
}

static bool
is_one_of(struct span name, const char *const *names)
{
	for (size_t i = 0; names[i] != NULL; i++)
		if (span_eq_str(name, names[i]))
			return true;
	return false;
}

/* The path of a member. */
static const char *
member_at(struct reader *rd, struct node object, const char *name)
{
	return object.at[0] == '\0'
	    ? name
	    : arena_printf(rd->arena, "%s.%s", object.at, name);
}

static void
fail_member(struct reader *rd, struct node object, struct span name)
{
	bool first = !rd->failed;

	reader_fail(rd, member_at(rd, object, arena_str(rd->arena, name)),
	    "there is no such member");
	rd->error.unknown |= first;
}

bool
reader_object(struct reader *rd, struct node node, const char *const *names)
{
	if (node.json == NULL || node.json->type != JSON_OBJECT) {
		reader_fail(rd, node.at, "this must be an object");
		return false;
	}
	for (size_t i = 0; i < node.json->n; i++)
		if (!is_one_of(node.json->names[i], names)) {
			fail_member(rd, node, node.json->names[i]);
			return false;
		}
	return true;
}

struct node
reader_member(struct reader *rd, struct node object, const char *name)
{
	struct node node = { NULL, member_at(rd, object, name) };

	if (object.json != NULL && object.json->type == JSON_OBJECT)
		node.json = json_get(object.json, name);
	if (node.json != NULL && node.json->type == JSON_NULL)
		node.json = NULL;
	return node;
}

size_t
reader_array(struct reader *rd, struct node array, size_t min, size_t max)
{
	size_t n = array.json == NULL ? 0 : array.json->n;

	if (array.json != NULL && array.json->type != JSON_ARRAY) {
		reader_fail(rd, array.at, "this must be an array");
		return 0;
	}
	if (n >= min && n <= max)
		return n;
	reader_fail(rd, array.at, "this must have %zu to %zu items", min, max);
	return 0;
}

struct node
reader_item(struct reader *rd, struct node array, size_t i)
{
	return (struct node){ &array.json->items[i],
		arena_printf(rd->arena, "%s[%zu]", array.at, i) };
}

/* Quadratic only over what an operator writes by hand. */
void
reader_unique(struct reader *rd, struct node array)
{
	size_t n = array.json == NULL ? 0 : array.json->n;

	for (size_t i = 1; i < n && !rd->failed; i++) {
		struct node one = reader_item(rd, array, i);
		const struct json *key = json_get(one.json, "key");

		for (size_t k = 0; k < i; k++) {
			const struct json *other = json_get(
			    &array.json->items[k], "key");

			if (span_eq(key->str, other->str))
				reader_fail(rd, one.at,
				    "item %zu has the "
				    "same key",
				    k);
		}
	}
}

/* Composed: two texts that look the same are the same. */
static struct span
take_text(struct reader *rd, struct node node, size_t max)
{
	const struct json *json = node.json;
	struct span composed = SPAN_NONE;

	if (json == NULL)
		reader_fail(rd, node.at, "this is missing");
	else if (json->type != JSON_STRING)
		reader_fail(rd, node.at, "this must be a string");
	else if (json->str.len == 0 || utf8_count(json->str) > max)
		reader_fail(rd, node.at, "this must have 1 to %zu characters",
		    max);
	else if (utf8_has_control(json->str))
		reader_fail(rd, node.at, "this has a control character");
	if (!rd->failed && fold_nfc(rd->arena, json->str, &composed) != FOLD_OK)
		reader_fail(rd, node.at, "this is no text in Unicode");
	return rd->failed ? SPAN_LIT("") : composed;
}

struct span
reader_text(struct reader *rd, struct node object, const char *name, size_t max,
    const char *preset)
{
	struct node node = reader_member(rd, object, name);

	if (node.json == NULL && preset != NULL)
		return span_str(preset);
	return take_text(rd, node, max);
}

bool
reader_is_key(struct span text)
{
	static const char good[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789._-";

	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] == '\0' || strchr(good, text.p[i]) == NULL)
			return false;
	return text.len > 0 && text.len <= READER_KEY_MAX;
}

/* The length of key was looked at. */
static struct span
check_key(struct reader *rd, const char *at, struct span key)
{
	if (key.len == 0 || reader_is_key(key))
		return key;
	reader_fail(rd, at, "a key is made of A-Z, a-z, 0-9, '.', '_', '-'");
	return SPAN_LIT("");
}

struct span
reader_key(struct reader *rd, struct node object, const char *name)
{
	return check_key(rd, reader_member(rd, object, name).at,
	    reader_text(rd, object, name, READER_KEY_MAX, NULL));
}

struct span
reader_member_key(struct reader *rd, struct node object, size_t i)
{
	struct span key = object.json->names[i];

	if (key.len > 0 && key.len <= READER_KEY_MAX)
		return check_key(rd, object.at, key);
	reader_fail(rd, object.at,
	    "the name of a member has 1 to %d "
	    "characters",
	    READER_KEY_MAX);
	return SPAN_LIT("");
}

int64_t
reader_int(struct reader *rd, struct node object, const char *name, int64_t min,
    int64_t max, int64_t preset)
{
	struct node node = reader_member(rd, object, name);

	if (node.json == NULL && preset != READER_REQUIRED)
		return preset;
	if (node.json != NULL && node.json->type == JSON_INT
	    && node.json->i64 >= min && node.json->i64 <= max)
		return node.json->i64;
	reader_fail(rd, node.at, "this must be a whole number, %lld to %lld",
	    (long long)min, (long long)max);
	return min;
}

double
reader_real(struct reader *rd, struct node object, const char *name, double min,
    double max, double preset)
{
	struct node node = reader_member(rd, object, name);
	double v;

	if (node.json == NULL)
		return preset;
	v = node.json->type == JSON_INT ? (double)node.json->i64
					: node.json->real;
	if ((node.json->type == JSON_INT || node.json->type == JSON_REAL)
	    && v >= min && v <= max)
		return v;
	reader_fail(rd, node.at, "this must be a number, %g to %g", min, max);
	return preset;
}

int
reader_word(struct reader *rd, struct node object, const char *name,
    const char *const *words, int preset)
{
	struct node node = reader_member(rd, object, name);
	struct strbuf all;
	int i;

	if (node.json == NULL && preset >= 0)
		return preset;
	i = node.json == NULL || node.json->type != JSON_STRING
	    ? -1
	    : words_find(words, node.json->str);
	if (i >= 0)
		return i;
	strbuf_init(&all, rd->arena, 0);
	for (size_t k = 0; words[k] != NULL; k++)
		strbuf_printf(&all, "%s%s", k == 0 ? "" : ", ", words[k]);
	reader_fail(rd, node.at, "this must be one of %s", all.p);
	return 0;
}

void
reader_names(struct reader *rd, struct node object, const char *name,
    size_t max, const char *preset, struct span out[N_LANGS])
{
	static const char *const names[] = { "ko", "en", NULL };
	struct node node = reader_member(rd, object, name);

	out[LANG_KO] = out[LANG_EN] = span_str(preset == NULL ? "" : preset);
	if (node.json == NULL && preset != NULL)
		return;
	if (node.json != NULL && node.json->type == JSON_STRING) {
		out[LANG_KO] = out[LANG_EN] = reader_text(rd, object, name, max,
		    NULL);
		return;
	}
	if (!reader_object(rd, node, names))
		return;
	out[LANG_KO] = reader_text(rd, node, "ko", max, NULL);
	out[LANG_EN] = reader_text(rd, node, "en", max, NULL);
}

struct span_list
reader_texts(struct reader *rd, struct node array)
{
	struct span_list list = { .n = reader_array(rd, array, 0, TEXTS_MAX) };

	list.items = ARENA_ARRAY(rd->arena, list.n, struct span);
	for (size_t i = 0; i < list.n; i++) {
		struct node node = reader_item(rd, array, i);

		list.items[i] = take_text(rd, node, READER_KEY_MAX);
	}
	return list;
}
