/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * form - what a form of a page sends: names and values
 *
 * Layer: http.  Uses: base, req.
 */
#include "http/form.h"

#include "base/utf8.h"
#include "http/req.h"

static bool
is_text(struct span s)
{
	return span_is(s) && utf8_valid(s) && memchr(s.p, 0, s.len) == NULL;
}

int
form_read(struct arena *a, struct span text, struct form_pairs *out)
{
	struct form_pair *pairs = ARENA_ARRAY(a, FORM_PAIRS_MAX,
	    struct form_pair);
	struct span rest = text, name, value;

	*out = (struct form_pairs){ pairs, 0 };
	while (req_pair(&rest, &name, &value)) {
		if (out->n == FORM_PAIRS_MAX)
			return FORM_E_MALFORMED;
		name = req_decode(a, name, true);
		value = req_decode(a, value, true);
		if (!is_text(name) || !is_text(value))
			return FORM_E_MALFORMED;
		pairs[out->n++] = (struct form_pair){ name, value };
	}
	return FORM_OK;
}

struct span
form_get(const struct form_pairs *form, const char *name)
{
	struct span found = SPAN_NONE;

	for (size_t i = 0; i < form->n; i++) {
		if (!span_eq_str(form->pairs[i].name, name))
			continue;
		if (span_is(found))
			return SPAN_NONE;
		found = form->pairs[i].value;
	}
	return found;
}

static bool
has(const int64_t *numbers, int n, int64_t number)
{
	for (int i = 0; i < n; i++)
		if (numbers[i] == number)
			return true;
	return false;
}

int
form_numbers(const struct form_pairs *form, const char *name, int64_t max,
    int64_t *out, size_t room)
{
	int64_t number;
	int n = 0;

	for (size_t i = 0; i < form->n; i++) {
		if (!span_eq_str(form->pairs[i].name, name))
			continue;
		if (!span_to_i64(form->pairs[i].value, &number) || number < 1
		    || number > max || (size_t)n == room || has(out, n, number))
			return -1;
		out[n++] = number;
	}
	return n;
}
