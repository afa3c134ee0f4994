/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader - take a JSON file apart, and say where it is wrong
 *
 * Every value is handed over with its path ("venues[0].halls[1].key"). The
 * first thing wrong is kept and everything after it reads as 0 or empty, so
 * that a caller reads on and looks once at the end.
 *
 * Layer: reader.  Uses: http/json, catalog.
 */
#ifndef READER_READER_H
#define READER_READER_H

#include "catalog/plan.h"
#include "http/json.h"

struct reader {
	struct arena *arena;
	bool failed;
	struct load_error error;
};

/* A value and its path. json is NULL for what is absent or null. */
struct node {
	const struct json *json;
	const char *at;
};

/* Preset of what must be there. */
#define READER_REQUIRED INT64_MIN

/* A whole text; where it is no JSON, the line and the column are said. */
struct node reader_parse(struct reader *rd, struct span text);
/* Say what is wrong at a place, unless something was before. */
void reader_fail(struct reader *rd, const char *at, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* An object with no members but names (NULL-terminated)? Absent is wrong; so
 * is any other member, by its path. */
bool reader_object(struct reader *rd, struct node node,
    const char *const *names);
struct node reader_member(struct reader *rd, struct node object,
    const char *name);
/* How many items an array has: min..max of them; an absent one has none. */
size_t reader_array(struct reader *rd, struct node array, size_t min,
    size_t max);
struct node reader_item(struct reader *rd, struct node array, size_t i);
/* No two objects in the array have the same "key". */
void reader_unique(struct reader *rd, struct node array);

/* Members of an object. A preset stands for an absent one; text with the
 * preset NULL must be there. Texts: 1..max characters, no controls; in NFC. */
struct span reader_text(struct reader *rd, struct node object, const char *name,
    size_t max, const char *preset);
#define READER_KEY_MAX 64
/* What things are called by operators: 1..READER_KEY_MAX of A-Z a-z 0-9 . _ -
 */
bool reader_is_key(struct span text);
struct span reader_key(struct reader *rd, struct node object, const char *name);
/* The name of the i-th member of an object, which is such a key. */
struct span reader_member_key(struct reader *rd, struct node object, size_t i);
int64_t reader_int(struct reader *rd, struct node object, const char *name,
    int64_t min, int64_t max, int64_t preset);
double reader_real(struct reader *rd, struct node object, const char *name,
    double min, double max, double preset);
/* The index of a word; preset -1: must be there. */
int reader_word(struct reader *rd, struct node object, const char *name,
    const char *const *words, int preset);
/* {"ko": "..", "en": ".."}, or one text for all languages. preset as above. */
void reader_names(struct reader *rd, struct node object, const char *name,
    size_t max, const char *preset, struct span out[N_LANGS]);
/* An array of texts; absent: none. */
struct span_list reader_texts(struct reader *rd, struct node array);

#endif
