/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_print - what is written from a settings table
 *
 * What is in force, the sample file and the man page's list: the reader of
 * any of them sees the same defaults and ranges the parser checks.
 *
 * Layer: base.  Uses: arena, conf, strbuf.
 */
#include "base/conf.h"
#include "base/strbuf.h"

#include <inttypes.h>

#define MASK "***"
#define COLUMNS 78 /* of the sample file */
#define ARENA_LIMIT ((size_t)KIB(1024))

static void
print_value(const struct conf_row *row, const char *field, FILE *out)
{
	int64_t number;
	bool flag;
	int word;

	switch (row->type) {
	case CONF_STRING:
		/* An empty secret is none: worth seeing. */
		fputs(row->flags & CONF_SECRET && *field != '\0' ? MASK : field,
		    out);
		break;
	case CONF_INT:
		memcpy(&number, field, sizeof(number));
		fprintf(out, "%" PRId64, number);
		break;
	case CONF_BOOL:
		memcpy(&flag, field, sizeof(flag));
		fputs(flag ? "yes" : "no", out);
		break;
	case CONF_ENUM:
		memcpy(&word, field, sizeof(word));
		fputs(row->words[word], out);
		break;
	}
}

void
conf_print(const struct conf_row *rows, const void *settings, FILE *out)
{
	for (; rows->key != NULL; rows++) {
		fprintf(out, "%s.%s = ", rows->section, rows->key);
		print_value(rows, (const char *)settings + rows->offset, out);
		fputc('\n', out);
	}
}

/* "Default: 300 s; from 10 to 3600; taken over by a reload." */
static const char *
facts_of(struct arena *a, const struct conf_row *row)
{
	struct strbuf b;

	strbuf_init(&b, a, 0);
	strbuf_printf(&b, "Default: %s%s%s",
	    row->preset[0] == '\0' ? "none" : row->preset,
	    row->unit == NULL ? "" : " ", row->unit == NULL ? "" : row->unit);
	if (row->type == CONF_INT)
		strbuf_printf(&b, "; from %" PRId64 " to %" PRId64, row->min,
		    row->max);
	if (row->type == CONF_BOOL)
		strbuf_str(&b, "; yes or no");
	if (row->type == CONF_ENUM)
		for (int i = 0; row->words[i] != NULL; i++)
			strbuf_printf(&b, "%s %s", i == 0 ? "; one of" : ",",
			    row->words[i]);
	if (row->flags & CONF_SECRET)
		strbuf_str(&b, "; may be file:/path or credential:NAME");
	strbuf_printf(&b, "; %s.",
	    row->flags & CONF_RELOAD ? "taken over by a reload"
				     : "needs a restart");
	return strbuf_get(&b).p;
}

/* A comment, broken between words. */
static void
print_comment(const char *text, FILE *out)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, " ");

		if (column > 0 && column + 1 + n > COLUMNS) {
			fputc('\n', out);
			column = 0;
		}
		fprintf(out, "%s %.*s", column == 0 ? "#" : "", (int)n, text);
		column += 1 + n + (column == 0);
		text += n + strspn(text + n, " ");
	}
	fputc('\n', out);
}

static bool
begins_section(const struct conf_row *rows, size_t i)
{
	return i == 0 || strcmp(rows[i].section, rows[i - 1].section) != 0;
}

void
conf_sample(const struct conf_row *rows, FILE *out)
{
	struct arena a;

	arena_init(&a, ARENA_LIMIT);
	fputs(
	    "# Every setting with its default. Take the # off to change "
	    "one.\n"
	    "# A line that begins with # or ; is a comment; a value runs to "
	    "the\n"
	    "# end of its line. Files in conf.d beside this one (*.conf) are\n"
	    "# read after it, in the order of their names, and win.\n",
	    out);
	for (size_t i = 0; rows[i].key != NULL; i++) {
		const struct conf_row *row = &rows[i];

		if (begins_section(rows, i))
			fprintf(out, "\n[%s]\n", row->section);
		fputc('\n', out);
		print_comment(row->help, out);
		print_comment(facts_of(&a, row), out);
		fprintf(out, "#%s =%s%s\n", row->key,
		    row->preset[0] == '\0' ? "" : " ", row->preset);
	}
	arena_fini(&a);
}

/* mdoc text: a line for each sentence, and no byte of it is read as a macro
 * or an escape. */
static void
print_mdoc(const char *text, FILE *out)
{
	bool at_start = true;

	for (; *text != '\0'; text++) {
		if (at_start && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		at_start = strncmp(text, ". ", 2) == 0;
		if (*text == '\\')
			fputs("\\e", out);
		else
			fputc(*text, out);
		if (at_start) {
			fputc('\n', out);
			text++;
		}
	}
	fputc('\n', out);
}

void
conf_man(const struct conf_row *rows, FILE *out)
{
	struct arena a;

	arena_init(&a, ARENA_LIMIT);
	for (size_t i = 0; rows[i].key != NULL; i++) {
		const struct conf_row *row = &rows[i];

		if (begins_section(rows, i))
			fprintf(out, "%s.Ss [%s]\\&\n.Bl -tag -width Ds\n",
			    i == 0 ? "" : ".El\n", row->section);
		fprintf(out, ".It Cm %s\n", row->key);
		print_mdoc(row->help, out);
		print_mdoc(facts_of(&a, row), out);
	}
	fputs(".El\n", out);
	arena_fini(&a);
}
