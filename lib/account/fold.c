/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fold - one spelling for what people call the same name
 *
 * The only file that knows utf8proc; its buffers are copied into the arena
 * and freed at once.
 *
 * Layer: domain.  Uses: base.
 */
#include "account/fold.h"

#include "account/writing.h"
#include "base/strbuf.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

/* Beyond this nothing is normalized: it is not a name. */
#define TEXT_MAX KIB(16)

/*
 * Small letters whose small or capital form passes for a Latin one in common
 * fonts. A login id written wholly in such letters must not be a second
 * "admin".
 */
static const struct {
	int32_t from;
	char to;
} look_alikes[] = {
	/* Cyrillic */
	{ 0x0430, 'a' },
	{ 0x0432, 'b' },
	{ 0x0435, 'e' },
	{ 0x043A, 'k' },
	{ 0x043C, 'm' },
	{ 0x043D, 'h' },
	{ 0x043E, 'o' },
	{ 0x0440, 'p' },
	{ 0x0441, 'c' },
	{ 0x0442, 't' },
	{ 0x0443, 'y' },
	{ 0x0445, 'x' },
	{ 0x0455, 's' },
	{ 0x0456, 'i' },
	{ 0x0458, 'j' },
	{ 0x0475, 'v' },
	{ 0x04AF, 'y' },
	{ 0x04BB, 'h' },
	{ 0x04CF, 'l' },
	{ 0x0501, 'd' },
	{ 0x051B, 'q' },
	{ 0x051D, 'w' },
	/* Greek */
	{ 0x03B1, 'a' },
	{ 0x03B2, 'b' },
	{ 0x03B5, 'e' },
	{ 0x03B6, 'z' },
	{ 0x03B7, 'h' },
	{ 0x03B9, 'i' },
	{ 0x03BA, 'k' },
	{ 0x03BC, 'm' },
	{ 0x03BD, 'v' },
	{ 0x03BF, 'o' },
	{ 0x03C1, 'p' },
	{ 0x03C4, 't' },
	{ 0x03C5, 'y' },
	{ 0x03C7, 'x' },
	{ 0x03F2, 'c' },
	{ 0x03F3, 'j' },
	/* Armenian */
	{ 0x0570, 'h' },
	{ 0x0578, 'n' },
	{ 0x057D, 'u' },
	{ 0x0581, 'g' },
	{ 0x0585, 'o' },
	/* Latin */
	{ 0x0131, 'i' },
	{ 0x0237, 'j' },
	{ 0x0251, 'a' },
	{ 0x0261, 'g' },
};

/* Normalize; NONE when utf8proc refuses the text. */
static struct span
map(struct arena *a, struct span text, int options)
{
	uint8_t *p = NULL;
	utf8proc_ssize_t n;
	struct span out;

	n = utf8proc_map((const uint8_t *)text.p, (utf8proc_ssize_t)text.len,
	    &p, (utf8proc_option_t)(UTF8PROC_STABLE | options));
	if (n < 0)
		return SPAN_NONE;
	out = (struct span){ arena_dup(a, p, (size_t)n), (size_t)n };
	free(p);
	return out;
}

/* The code point at *p, which moves behind it; the text is valid UTF-8. */
static int32_t
next(const char **p, const char *end)
{
	utf8proc_int32_t c = 0;
	utf8proc_ssize_t n;

	n = utf8proc_iterate((const uint8_t *)*p, end - *p, &c);
	*p += n > 0 ? n : 1;
	return c;
}

static bool
is_login_char(int32_t c, bool first)
{
	if (c < 0x80 && strchr("._-@+", (int)c) != NULL)
		return true;
	/* What nobody sees (fillers, variation selectors) names nobody. */
	if (utf8proc_get_property(c)->ignorable)
		return false;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
		return true;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
		return !first;
	default:
		return false;
	}
}

static bool
are_login_chars(struct span s)
{
	const char *p = s.p, *end = s.p + s.len;

	while (p < end) {
		bool first = p == s.p;

		if (!is_login_char(next(&p, end), first))
			return false;
	}
	return true;
}

static void
add_look(struct strbuf *b, int32_t c)
{
	uint8_t utf8[4];

	for (size_t i = 0; i < ARRAY_LEN(look_alikes); i++)
		if (c == look_alikes[i].from) {
			strbuf_char(b, look_alikes[i].to);
			return;
		}
	strbuf_add(b, utf8, (size_t)utf8proc_encode_char(c, utf8));
}

/* Look-alikes replaced; the or of the scripts it had before goes to *seen. */
static struct span
skeleton(struct arena *a, struct span s, unsigned *seen)
{
	const char *p = s.p, *end = s.p + s.len;
	struct strbuf b;

	strbuf_init(&b, a, s.len + 1);
	*seen = 0;
	while (p < end) {
		int32_t c = next(&p, end);

		*seen |= writing_of(c);
		add_look(&b, c);
	}
	return strbuf_get(&b);
}

int
fold_login(struct arena *a, struct span login, struct fold_login *out)
{
	unsigned seen;
	size_t n;
	struct span shown, folded;

	if (login.len > FOLD_LOGIN_MAX * 4)
		return FOLD_E_LENGTH;
	if (fold_nfc(a, login, &shown) != FOLD_OK)
		return FOLD_E_TEXT;
	n = utf8_count(shown);
	if (n < FOLD_LOGIN_MIN || n > FOLD_LOGIN_MAX)
		return FOLD_E_LENGTH;
	if (!are_login_chars(shown))
		return FOLD_E_CHARACTER;

	folded = map(a, shown,
	    UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD
		| UTF8PROC_IGNORE | UTF8PROC_REJECTNA);
	if (!span_is(folded) || !are_login_chars(folded))
		return FOLD_E_CHARACTER;
	out->shown = shown;
	out->fold = skeleton(a, folded, &seen);
	return writing_goes_together(seen) ? FOLD_OK : FOLD_E_MIXED;
}

int
fold_nfc(struct arena *a, struct span text, struct span *out)
{
	struct span composed;

	if (text.len > TEXT_MAX || !utf8_valid(text) || utf8_has_control(text))
		return FOLD_E_TEXT;
	composed = map(a, text, UTF8PROC_COMPOSE);
	if (!span_is(composed))
		return FOLD_E_TEXT;
	*out = composed;
	return FOLD_OK;
}
