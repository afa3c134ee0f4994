/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf - settings from INI files, described by one table
 *
 * A program gives a table of rows (section, key, where the value goes,
 * default, range, unit, flags, help) and a plain struct without pointers, so
 * a checked generation of settings can be handed to another process as
 * bytes. From the same table come the parser, the check (-t), the print (-p),
 * the sample file and the man page.
 *
 * Syntax: "[section]", "key = value", "#" or ";" starts a comment at a line's
 * beginning; values run to the end of the line, outer white space dropped. A
 * later file or line wins. An unknown section or key, a doubled key in one
 * file, a value out of range: an error that names file and line.
 * A file has at most 64 KiB.
 * A SECRET value may be given as "file:/path" (its first line is read) or
 * "credential:NAME" (read from $CREDENTIALS_DIRECTORY/NAME). One that has
 * owners is read by them alone; to others it is as if it was not set.
 *
 * Layer: base.  Uses: arena, span.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/arena.h"

#include <stdio.h>

enum conf_type {
	CONF_STRING, /* char[size] in the struct, NUL-terminated */
	CONF_INT,    /* int64_t; min..max */
	CONF_BOOL,   /* bool; yes|no|true|false|on|off */
	CONF_ENUM,   /* int: the index of the word in words */
};

enum conf_flag {
	CONF_RELOAD = 1, /* taken over by SIGHUP; others need a restart */
	CONF_SECRET = 2, /* masked by conf_print */
	CONF_STORE = 4,  /* a change reopens the stores */
};
/* Flags too, n 0..7: whose a SECRET is. What they mean the program knows. */
#define CONF_OWNER(n) (1U << (8 + (n)))
#define CONF_OWNERS 0xff00U

struct conf_row {
	const char *section, *key;
	enum conf_type type;
	size_t offset, size;      /* place in the settings struct */
	const char *preset;       /* default, as it would be written */
	int64_t min, max;         /* CONF_INT only */
	const char *unit;         /* "ms", "s", "MiB", or NULL */
	const char *const *words; /* CONF_ENUM: NULL-terminated */
	unsigned flags;
	const char *help; /* one sentence */
};

struct conf_error {
	char file[256];
	int line;       /* 0: the file as a whole */
	char text[256]; /* English, says what would be right */
};

/* Where one row's value was set last; all zero where it was not. */
struct conf_place {
	char file[256];
	int line;
	int turn; /* grows with each value that is set */
};

/*
 * Fill settings with the defaults, then read path, then path's folder's
 * conf.d/\*.conf in the C locale's order (a missing conf.d is fine).
 *
 * in:      rows      ends with a row whose key is NULL; the rows of a section
 *                    stand together
 *          owners    who reads: bits of CONF_OWNERS
 * out:     settings  written whole on 0; left alone otherwise
 *          places    one for each row; may be NULL
 *          error     written on 1
 * returns: 0; 1 a file was refused (error says where and why); < 0 -errno
 *          when path itself cannot be read (error is written too)
 */
int conf_read(const struct conf_row *rows, const char *path, unsigned owners,
    void *settings, size_t settings_len, struct conf_place *places,
    struct conf_error *error) MUST_CHECK;
/*
 * Say that a and b (rows' numbers; may be the same) do not fit: at the place
 * of the one that was set last, at path as a whole where none was.
 *
 * out:     error  its text is left alone
 */
void conf_blame(const struct conf_place *places, const char *path, size_t a,
    size_t b, struct conf_error *error);
/* "FILE:LINE: text", and without a line where the file is meant as a whole. */
#define CONF_SENTENCE_SIZE 544
const char *conf_sentence(const struct conf_error *error,
    char out[CONF_SENTENCE_SIZE]);
/* The defaults alone. Asserts that every preset fits its own row. */
void conf_defaults(const struct conf_row *rows, void *settings,
    size_t settings_len);
/* "section.key = value" lines of what is in force, secrets masked as ***. */
void conf_print(const struct conf_row *rows, const void *settings, FILE *out);
/* The sample configuration file, and the man page's list of settings in
 * mdoc; both from the table alone. */
void conf_sample(const struct conf_row *rows, FILE *out);
void conf_man(const struct conf_row *rows, FILE *out);
/*
 * Compare two generations.
 *
 * returns: the or of the flags of all changed rows; *first_fixed is the first
 *          changed row without CONF_RELOAD, or NULL
 */
unsigned conf_diff(const struct conf_row *rows, const void *a, const void *b,
    const struct conf_row **first_fixed);
/* Copy the values of all rows with CONF_RELOAD from from to to. */
void conf_take_reloadable(const struct conf_row *rows, void *to,
    const void *from);

#endif
