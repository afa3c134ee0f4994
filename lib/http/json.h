/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json - JSON in and out; the door to json-c
 *
 * In: a body is parsed once, strictly (RFC 8259; depth 16, valid UTF-8, no
 * doubled member, nothing behind the value, lone surrogates refused), copied
 * into the arena, and json-c's objects are gone. Out: jw writes text straight
 * into the arena.
 *
 * Layer: http.  Uses: base.
 */
#ifndef HTTP_JSON_H
#define HTTP_JSON_H

#include "base/strbuf.h"

/* ---- reading ---- */

enum json_value_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_INT,
	JSON_REAL,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

struct json {
	enum json_value_type type;
	bool boolean;
	int64_t i64; /* JSON_INT: written without . and exponent and
	              * inside int64; other numbers are JSON_REAL */
	double real;
	struct span str;
	size_t n;           /* elements or members */
	struct json *items; /* JSON_ARRAY, JSON_OBJECT's values */
	struct span *names; /* JSON_OBJECT */
	struct span number; /* a number as it was written */
};

enum json_outcome { JSON_OK = 0, JSON_E_MALFORMED, JSON_E_UTF8 };

/* Parse a whole text. Memory: the arena's. returns: any json_outcome. */
int json_parse(struct arena *a, struct span text, struct json **out) MUST_CHECK;
/* The same, and of what is refused how many bytes could be read before: *at.
 * All of them: it is whole, but two members of an object have one name. */
int json_parse_at(struct arena *a, struct span text, struct json **out,
    size_t *at) MUST_CHECK;
/* One text for all texts that mean the same, whatever their blanks, escapes
 * and order of members; another for others. Memory: the arena's. */
struct span json_canonical(struct arena *a, const struct json *value);
/* target with what patch says of it (RFC 7396): objects member by member, null
 * takes a member away. Memory: the arena's, which keeps pointing into both. */
struct json *json_merge(struct arena *a, const struct json *target,
    const struct json *patch);
/* A member by name, or NULL. */
const struct json *json_get(const struct json *object, const char *name);

/* ---- declared fields: what a write route accepts ---- */

enum field_type {
	FIELD_STRING,
	FIELD_TEXT, /* a string of more than one line */
	FIELD_INT,
	FIELD_BOOL,
	FIELD_IDS,
	FIELD_ARRAY,
	FIELD_OBJECT
};

#define FIELD_OPTIONAL 1

/*
 * One field of a body. Strings: min..max count code points, controls are
 * refused (of a text: but line breaks and tabs); ints: min..max; ids: an array
 * of min..max integers 1..2^53-1 without doubles; arrays: of min..max items;
 * objects: of min..max members, max 0: of any.
 */
struct field {
	const char *name; /* NULL ends the table */
	enum field_type type;
	unsigned flags;
	int64_t min, max;
	size_t offset;       /* in the struct: struct span, int64_t,
	                      * bool, struct json_ids or
	                      * const struct json * */
	size_t given_offset; /* of a bool set when the field was
	                      * there; 0: nobody asks */
};

struct json_ids {
	int64_t *ids;
	size_t n;
};

enum fields_outcome {
	FIELDS_OK = 0,
	FIELDS_E_NOT_OBJECT, /* bad-request */
	FIELDS_E_UNKNOWN,    /* unknown-field: *name */
	FIELDS_E_MISSING,    /* invalid-field: *name */
	FIELDS_E_INVALID,    /* invalid-field: *name, *why */
};

/*
 * Check an object against a table and fill the struct out.
 *
 * out:     out    written on FIELDS_OK; absent optional fields are left as
 *                 they were
 *          name   the field in question (memory: the arena's), why: English
 * returns: any fields_outcome
 */
int json_fields(struct arena *a, const struct json *object,
    const struct field *fields, void *out, const char **name,
    const char **why) MUST_CHECK;

/* ---- writing ---- */

/*
 * A writer. Calls nest as the JSON does; commas and escaping are its work.
 * Inside an object every value is preceded by its name (name NULL in arrays
 * and at the top).
 */
struct jw {
	struct strbuf buf;
	bool need_comma;
	int depth;
};

void jw_init(struct jw *w, struct arena *a);
void jw_object(struct jw *w, const char *name);
void jw_array(struct jw *w, const char *name);
void jw_end_object(struct jw *w);
void jw_end_array(struct jw *w);
void jw_span(struct jw *w, const char *name, struct span v); /* NONE: null */
void jw_str(struct jw *w, const char *name, const char *v);  /* NULL: null */
void jw_int(struct jw *w, const char *name, int64_t v);
void jw_bool(struct jw *w, const char *name, bool v);
void jw_null(struct jw *w, const char *name);
void jw_time(struct jw *w, const char *name, int64_t ms); /* RFC 3339 */
/* Text that already is JSON. */
void jw_raw(struct jw *w, const char *name, struct span json);
/* A value that was read, its members in their order. */
void jw_value(struct jw *w, const char *name, const struct json *value);
/* The members of such an object, which has some, into the open one. */
void jw_members(struct jw *w, struct span object);
/* The text so far; asserts that all is closed. */
struct span jw_text(const struct jw *w);

#endif
