/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_look - what all programs of this machine count, as numbers
 *
 * Layer: base.  Uses: arena, metrics, span.
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
metrics_has_label(const struct metrics_sample *s, const char *label)
{
	return label == NULL
	    || memmem(s->labels.p, s->labels.len, label, strlen(label)) != NULL;
}

bool
metrics_look_has(const struct metrics_look *look, const char *name)
{
	for (size_t i = 0; i < look->n; i++)
		if (span_eq_str(look->samples[i].name, name))
			return true;
	return false;
}

double
metrics_look_sum(const struct metrics_look *look, const char *name,
    const char *label, const char *other)
{
	double sum = 0;

	for (size_t i = 0; i < look->n; i++) {
		const struct metrics_sample *s = &look->samples[i];

		if (span_eq_str(s->name, name) && metrics_has_label(s, label)
		    && metrics_has_label(s, other))
			sum += s->value;
	}
	return sum;
}

int64_t
metrics_look_bucket(struct arena *a, const struct metrics_look *look,
    const char *name, const char *label, size_t bucket)
{
	const char *bound = bucket == metric_n_buckets
	    ? "le=\"+Inf\""
	    : arena_printf(a, "le=\"%g\"",
		(double)metric_buckets_us[bucket] / 1e6);

	return (int64_t)metrics_look_sum(look,
	    arena_printf(a, "%s_bucket", name), label, bound);
}
