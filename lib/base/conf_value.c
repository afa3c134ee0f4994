/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_value - one setting's text into its field
 *
 * A setter per type. Each writes the field and returns NULL, or leaves it
 * alone and returns what would have been right.
 *
 * Layer: base.  Uses: arena, log, span, strbuf.
 */
#include "base/conf_value.h"
#include "base/log.h"
#include "base/strbuf.h"

#include <inttypes.h>

static const char *
set_string(struct arena *a, const struct conf_row *row, struct span v,
    char *field)
{
	if (v.len >= row->size)
		return arena_printf(a, "at most %zu bytes long", row->size - 1);
	/* Zeros to the end: generations are compared as bytes. */
	memset(field, 0, row->size);
	if (v.len > 0)
		memcpy(field, v.p, v.len);
	return NULL;
}

static const char *
set_int(struct arena *a, const struct conf_row *row, struct span v, char *field)
{
	int64_t number;

	if (!span_to_i64(v, &number) || number < row->min || number > row->max)
		return arena_printf(a,
		    "a whole number from %" PRId64 " to %" PRId64 "%s%s",
		    row->min, row->max, row->unit == NULL ? "" : " in ",
		    row->unit == NULL ? "" : row->unit);
	memcpy(field, &number, sizeof(number));
	return NULL;
}

static const char *
set_bool(struct span v, char *field)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {
		{ "yes", true },
		{ "no", false },
		{ "true", true },
		{ "false", false },
		{ "on", true },
		{ "off", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (span_eq_str(v, words[i].word)) {
			memcpy(field, &words[i].value, sizeof(bool));
			return NULL;
		}
	return "yes or no (or true, false, on, off)";
}

static const char *
set_enum(struct arena *a, const struct conf_row *row, struct span v,
    char *field)
{
	struct strbuf b;

	for (int i = 0; row->words[i] != NULL; i++)
		if (span_eq_str(v, row->words[i])) {
			memcpy(field, &i, sizeof(i));
			return NULL;
		}
	strbuf_init(&b, a, 0);
	strbuf_str(&b, "one of");
	for (int i = 0; row->words[i] != NULL; i++)
		strbuf_printf(&b, "%s %s", i == 0 ? "" : ",", row->words[i]);
	return strbuf_get(&b).p;
}

const char *
conf_set(struct arena *a, const struct conf_row *row, struct span v,
    char *settings)
{
	char *field = settings + row->offset;

	switch (row->type) {
	case CONF_STRING:
		return set_string(a, row, v, field);
	case CONF_INT:
		return set_int(a, row, v, field);
	case CONF_BOOL:
		return set_bool(v, field);
	case CONF_ENUM:
		return set_enum(a, row, v, field);
	}
	return "of a known type";
}

/* A row that does not fit its field would write over its neighbours. */
static bool
row_fits(const struct conf_row *row, size_t settings_len)
{
	static const size_t sizes[] = {
		[CONF_INT] = sizeof(int64_t),
		[CONF_BOOL] = sizeof(bool),
		[CONF_ENUM] = sizeof(int),
	};

	if (row->offset > settings_len
	    || row->size > settings_len - row->offset)
		return false;
	return row->type == CONF_STRING ? row->size > 0
					: row->size == sizes[row->type];
}

void
conf_set_presets(struct arena *a, const struct conf_row *rows, char *settings,
    size_t settings_len)
{
	memset(settings, 0, settings_len);
	for (; rows->key != NULL; rows++) {
		const char *wrong = row_fits(rows, settings_len)
		    ? conf_set(a, rows, span_str(rows->preset), settings)
		    : "as long as its field";

		if (wrong != NULL)
			DIE("bad-settings-row", LSTR("key", rows->key),
			    LSTR("must_be", wrong));
	}
}
