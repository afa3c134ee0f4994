/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * template - the words of a notice, which a house may replace
 *
 * Layer: domain.  Uses: base, store (where files were installed).
 */
#include "notice/template.h"

#include "base/html.h"
#include "base/utf8.h"
#include "store/paths.h"

#include <stdio.h>
#include <unistd.h>

#define FILE_MAX KIB(64)
#define HTML_LINE "\n-- html --\n"

const char *const notice_kinds[N_NOTICE_KINDS] = {
	[NOTICE_CONFIRMED] = "confirmed",
	[NOTICE_GIVEN_BACK] = "given-back",
	[NOTICE_REFUNDED] = "refunded",
	[NOTICE_LOST] = "lost",
	[NOTICE_MOVED] = "moved",
	[NOTICE_CALLED_OFF] = "called-off",
	[NOTICE_ANOTHER_TIME] = "another-time",
	[NOTICE_RECEIVED] = "received",
	[NOTICE_OFFERED] = "offered",
	[NOTICE_PASSED_ON] = "passed-on",
};

static const char *const value_names[N_VALUES] = {
	[VALUE_NAME] = "name",
	[VALUE_TITLE] = "title",
	[VALUE_VENUE] = "venue",
	[VALUE_HALL] = "hall",
	[VALUE_TIME] = "time",
	[VALUE_AMOUNT] = "amount",
	[VALUE_LINK] = "link",
	[VALUE_HOUSE] = "house",
	[VALUE_NUMBER] = "number",
	[VALUE_PLACES] = "places",
	[VALUE_PAID] = "paid",
};

bool
notice_is_of_reservation(enum notice_kind kind)
{
	return kind != NOTICE_REFUNDED && kind != NOTICE_LOST
	    && kind != NOTICE_OFFERED && kind != NOTICE_PASSED_ON;
}

/* ---- placeholders ---- */

/* The text up to the next placeholder, which is cut off together with it.
 * *value: which; N_VALUES: none, rest is empty then. returns: whether what
 * stands there is one */
static bool
next_piece(struct span *rest, struct span *piece, int *value)
{
	const char *open = memmem(rest->p, rest->len, "{{", 2);
	const char *close;
	struct span name;

	*value = N_VALUES;
	*piece = *rest;
	if (open == NULL) {
		rest->p += rest->len;
		rest->len = 0;
		return true;
	}
	piece->len = (size_t)(open - rest->p);
	rest->len -= piece->len + 2;
	rest->p = open + 2;
	close = memmem(rest->p, rest->len, "}}", 2);
	if (close == NULL)
		return false;
	name = (struct span){ rest->p, (size_t)(close - rest->p) };
	rest->len -= name.len + 2;
	rest->p = close + 2;
	for (*value = 0; *value < N_VALUES; ++*value)
		if (span_eq_str(name, value_names[*value]))
			return true;
	return false;
}

/* How many values a notice of a kind has, of the first ones. */
static int
n_values(enum notice_kind kind)
{
	if (kind == NOTICE_MOVED)
		return N_VALUES;
	return notice_is_of_reservation(kind) ? VALUE_PAID : VALUE_NUMBER;
}

static bool
names_ok(struct span text, enum notice_kind kind)
{
	struct span piece;
	int value;

	while (text.len > 0)
		if (!next_piece(&text, &piece, &value)
		    || (value != N_VALUES && value >= n_values(kind)))
			return false;
	return true;
}

/* As a text: controls but line breaks are nothing there. */
static void
add_plain(struct strbuf *b, struct span value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((uint8_t)value.p[i] >= ' ' || value.p[i] == '\n')
			strbuf_char(b, value.p[i]);
}

static void
add_html(struct strbuf *b, struct span value)
{
	while (value.len > 0) {
		html_text(b, span_cut(&value, '\n'));
		if (value.len > 0)
			strbuf_str(b, "<br>");
	}
}

/* The text up to the end of a line, which is part of it, is cut off. */
static struct span
next_line(struct span *rest)
{
	const char *end = memchr(rest->p, '\n', rest->len);
	struct span line = *rest;

	if (end != NULL)
		line.len = (size_t)(end - rest->p) + 1;
	rest->p += line.len;
	rest->len -= line.len;
	return line;
}

static bool
is_said(struct span line, const struct template_values *values)
{
	struct span piece;
	int value;

	while (line.len > 0 && next_piece(&line, &piece, &value))
		if (value < N_VALUES && !span_is(values->of[value]))
			return false;
	return true;
}

static struct span
fill(struct arena *a, struct span form, const struct template_values *values,
    void (*add)(struct strbuf *b, struct span value))
{
	struct span line, piece;
	struct strbuf b;
	int value;

	strbuf_init(&b, a, form.len + 512);
	while (form.len > 0) {
		line = next_line(&form);
		if (!is_said(line, values))
			continue;
		while (line.len > 0 && next_piece(&line, &piece, &value)) {
			strbuf_span(&b, piece);
			if (value < N_VALUES)
				add(&b, values->of[value]);
		}
	}
	strbuf_str(&b, "");
	return strbuf_get(&b);
}

struct template template_fill(struct arena *a, const struct template *form,
    const struct template_values *values)
{
	return (struct template){
		.subject = fill(a, form->subject, values, add_plain),
		.text = fill(a, form->text, values, add_plain),
		.html = fill(a, form->html, values, add_html),
	};
}

/* ---- files ---- */

static bool
read_file(struct arena *a, const char *path, struct span *out)
{
	FILE *f = fopen(path, "re");
	char *p;
	size_t n;
	bool ok;

	if (f == NULL)
		return false;
	p = arena_alloc(a, FILE_MAX);
	n = fread(p, 1, FILE_MAX, f);
	ok = ferror(f) == 0 && n < FILE_MAX;
	fclose(f);
	*out = (struct span){ p, n };
	return ok && utf8_valid(*out) && memchr(p, '\0', n) == NULL;
}

/* Subject, empty line, text, HTML. */
static bool
split(struct span file, struct template *out)
{
	struct span rest = file;
	const char *html;

	out->subject = span_cut(&rest, '\n');
	if (out->subject.len == 0 || rest.len == 0 || rest.p[0] != '\n')
		return false;
	rest.p++;
	rest.len--;
	html = memmem(rest.p, rest.len, HTML_LINE, strlen(HTML_LINE));
	if (html == NULL)
		return false;
	out->text = (struct span){ rest.p, (size_t)(html - rest.p) + 1 };
	out->html = (struct span){ html + strlen(HTML_LINE),
		rest.len - out->text.len - strlen(HTML_LINE) + 1 };
	return out->text.len > 1 && out->html.len > 1;
}

int
template_read(struct arena *a, const char *folder, enum notice_kind kind,
    enum lang lang, struct template *out, const char **path)
{
	static const char
	    *const langs[N_LANGS] = { [LANG_KO] = "ko", [LANG_EN] = "en" };
	struct span file;

	*path = arena_printf(a, "%s/%s.%s",
	    folder[0] != '\0' ? folder : PKGDATADIR "/mail", notice_kinds[kind],
	    langs[lang]);
	if (folder[0] != '\0' && access(*path, F_OK) != 0)
		*path = arena_printf(a, PKGDATADIR "/mail/%s.%s",
		    notice_kinds[kind], langs[lang]);
	if (!read_file(a, *path, &file))
		return TEMPLATE_E_FILE;
	if (!split(file, out))
		return TEMPLATE_E_FORM;
	return names_ok(out->subject, kind) && names_ok(out->text, kind)
		&& names_ok(out->html, kind)
	    ? TEMPLATE_OK
	    : TEMPLATE_E_NAME;
}

const char *
template_why(int outcome)
{
	switch (outcome) {
	case TEMPLATE_E_FILE:
		return "it is not there, or no text of at most 64 KiB";
	case TEMPLATE_E_FORM:
		return "it needs a subject, an empty line, a text, a line "
		       "\"-- html --\" and HTML";
	default:
		return "a {{..}} stands for nothing, or not in this notice";
	}
}
