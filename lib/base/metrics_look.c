/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_look - see metrics_look.h
 *
 * Layer: base.
 */
#include "base/metrics_look.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* HELP and TYPE are no samples, nor is what has no number. */
static bool
read_line(struct arena *a, struct span line, struct metrics_sample *out)
{
	struct span head = span_cut(&line, ' ');
	const char *text = arena_str(a, line);
	char *end;

	out->name = span_cut(&head, '{');
	out->labels = head;
	out->value = strtod(text, &end);
	return end != text && *end == '\0';
}

static size_t
count_lines(struct span text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.len; i++)
		n += text.p[i] == '\n';
	return n;
}

int
metrics_look(struct arena *a, const char *folder, struct metrics_look *out)
{
	struct strbuf text;
	struct span rest;
	int r;

	strbuf_init(&text, a, KIB(64));
	r = metrics_render(a, folder, &text);
	if (r < 0)
		return r;
	rest = strbuf_get(&text);
	*out = (struct metrics_look){ .at_us = clock_mono_us() };
	out->samples = ARENA_ARRAY(a, count_lines(rest), struct metrics_sample);
	while (span_is(rest)) {
		struct span line = span_cut(&rest, '\n');

		if (!span_starts(line, SPAN_LIT("#")))
			out->n += read_line(a, line, &out->samples[out->n]);
	}
	return 0;
}

bool
metrics_has(const struct metrics_sample *sample, const char *label)
{
	return label == NULL
	    || memmem(sample->labels.p, sample->labels.len, label,
		   strlen(label))
	    != NULL;
}

double
metrics_look_sum(const struct metrics_look *look, const char *name,
    const char *label, const char *other)
{
	double sum = 0;

	for (size_t i = 0; i < look->n; i++) {
		const struct metrics_sample *s = &look->samples[i];

		if (span_eq_str(s->name, name) && metrics_has(s, label)
		    && metrics_has(s, other))
			sum += s->value;
	}
	return sum;
}
