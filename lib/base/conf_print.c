/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_print - what is written from a settings table
 *
 * What is in force, the sample file and the man page's list: the reader of
 * any of them sees the same defaults and ranges the parser checks.
 *
 * Layer: base.  Uses: conf.
 */
#include "base/conf.h"

#include <inttypes.h>
#include <string.h>

#define MASK "***"

static void
print_value(const struct conf_row *row, const char *field, FILE *out)
{
	int64_t number;
	bool flag;
	int word;

	switch (row->type) {
	case CONF_STRING:
		/* An empty secret is none: worth seeing. */
		fputs(row->flags & CONF_SECRET && *field != '\0' ? MASK :
		    field, out);
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
static void
print_facts(const struct conf_row *row, FILE *out)
{
	fprintf(out, "Default: %s%s%s",
	    row->preset[0] == '\0' ? "none" : row->preset,
	    row->unit == NULL ? "" : " ", row->unit == NULL ? "" : row->unit);
	if (row->type == CONF_INT)
		fprintf(out, "; from %" PRId64 " to %" PRId64, row->min,
		    row->max);
	if (row->type == CONF_BOOL)
		fputs("; yes or no", out);
	if (row->type == CONF_ENUM) {
		fputs("; one of", out);
		for (int i = 0; row->words[i] != NULL; i++)
			fprintf(out, "%s %s", i == 0 ? "" : ",",
			    row->words[i]);
	}
	if (row->flags & CONF_SECRET)
		fputs("; may be file:/path or credential:NAME", out);
	fprintf(out, "; %s.\n", row->flags & CONF_RELOAD ?
	    "taken over by a reload" : "needs a restart");
}

static bool
begins_section(const struct conf_row *rows, size_t i)
{
	return i == 0 || strcmp(rows[i].section, rows[i - 1].section) != 0;
}

void
conf_sample(const struct conf_row *rows, FILE *out)
{
	fputs("# Every setting with its default. Take the # off to change "
	    "one.\n"
	    "# A line that begins with # or ; is a comment; a value runs to "
	    "the\n"
	    "# end of its line. Files in conf.d beside this one (*.conf) are\n"
	    "# read after it, in the order of their names, and win.\n", out);
	for (size_t i = 0; rows[i].key != NULL; i++) {
		const struct conf_row *row = &rows[i];

		if (begins_section(rows, i))
			fprintf(out, "\n[%s]\n", row->section);
		fprintf(out, "\n# %s\n# ", row->help);
		print_facts(row, out);
		fprintf(out, "#%s =%s%s\n", row->key,
		    row->preset[0] == '\0' ? "" : " ", row->preset);
	}
}

/* A line of mdoc text: no byte of it is read as a macro or an escape. */
static void
print_mdoc(const char *text, FILE *out)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text != '\0'; text++)
		if (*text == '\\')
			fputs("\\e", out);
		else
			fputc(*text, out);
	fputc('\n', out);
}

void
conf_man(const struct conf_row *rows, FILE *out)
{
	for (size_t i = 0; rows[i].key != NULL; i++) {
		const struct conf_row *row = &rows[i];

		if (begins_section(rows, i))
			fprintf(out, "%s.Ss [%s]\n.Bl -tag -width Ds\n",
			    i == 0 ? "" : ".El\n", row->section);
		fprintf(out, ".It Cm %s\n", row->key);
		print_mdoc(row->help, out);
		fputs(".br\n", out);
		print_facts(row, out);
	}
	fputs(".El\n", out);
}
