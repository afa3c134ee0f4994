/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_check - doubles in a seat plan, and its digest
 *
 * The digest is made of what came out, not of what was written: two ways to
 * describe the same seats are the same plan. What goes without saying (the
 * usual focus, a cut where the places are apart) is not in it.
 *
 * Layer: domain.  Uses: base, words.
 */
#include "catalog/plan_step.h"

#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

static int
compare_seats(const void *left, const void *right)
{
	const struct plan_seat *a = *(const struct plan_seat *const *)left;
	const struct plan_seat *b = *(const struct plan_seat *const *)right;
	int r = a->section_no - b->section_no;

	if (r == 0)
		r = span_cmp(a->row, b->row);
	return r != 0 ? r : a->number - b->number;
}

static int
check_types(const struct plan_work *w)
{
	struct span types[PLAN_TYPES_MAX];
	int n = 0;

	for (size_t i = 0; i < w->plan->n_seats; i++) {
		const struct plan_seat *seat = &w->plan->seats[i];
		int k = n - 1;

		/* The seat before it mostly has the same: newest first. */
		while (k >= 0 && !span_eq(types[k], seat->type))
			k--;
		if (k >= 0)
			continue;
		if (n == PLAN_TYPES_MAX)
			return plan_wrong(w, seat->at,
			    "a hall has at most 100 types of seats");
		types[n++] = seat->type;
	}
	return PLAN_OK;
}

int
plan_check_seats(const struct plan_work *w)
{
	size_t n = w->plan->n_seats;
	const struct plan_seat **sorted = ARENA_ARRAY(w->a, n,
	    const struct plan_seat *);

	for (size_t i = 0; i < n; i++)
		sorted[i] = &w->plan->seats[i];
	qsort(sorted, n, sizeof(*sorted), compare_seats);
	for (size_t i = 1; i < n; i++)
		if (compare_seats(&sorted[i - 1], &sorted[i]) == 0)
			return plan_wrong(w, sorted[i]->at,
			    arena_printf(w->a, "seat %s-%d is there twice",
				arena_str(w->a, sorted[i]->row),
				sorted[i]->number));
	return check_types(w);
}

int
plan_check_keys(const struct plan_work *w)
{
	const struct plan_spec *spec = w->spec;

	for (size_t i = 0; i < spec->n_classes; i++)
		if (plan_find_class(w, spec->classes[i].key) != (int)i + 1)
			return plan_wrong(w, spec->classes[i].at,
			    "another price class has the same key");
	for (size_t i = 0; i < spec->n_sections; i++)
		for (size_t k = 0; k < i; k++)
			if (span_eq(spec->sections[i].key,
				spec->sections[k].key))
				return plan_wrong(w, spec->sections[i].at,
				    "another section has the same key");
	return PLAN_OK;
}

/* ---- the digest ---- */

static void
write_names(struct strbuf *b, const char *what, struct span key,
    const struct span *name)
{
	strbuf_str(b, what);
	strbuf_json(b, key);
	strbuf_json(b, name[LANG_KO]);
	strbuf_json(b, name[LANG_EN]);
}

static void
write_decorations(struct strbuf *b, const struct plan *p)
{
	for (size_t i = 0; i < p->n_decorations; i++) {
		const struct plan_decoration *d = &p->decorations[i];

		write_names(b, "\ndecoration ",
		    span_str(decoration_kinds[d->kind]), d->label);
		strbuf_printf(b, "%.2f %.2f %.2f %.2f", d->x, d->y, d->width,
		    d->height);
	}
}

void
plan_digest(const struct plan_work *w)
{
	struct plan *p = w->plan;
	struct strbuf b;

	strbuf_init(&b, w->a, p->n_seats * 48 + KIB(4));
	for (size_t i = 0; i < p->n_classes; i++)
		write_names(&b, "\nclass ", p->classes[i].key,
		    p->classes[i].name);
	for (size_t i = 0; i < p->n_sections; i++) {
		const struct plan_section *s = &p->sections[i];

		write_names(&b, "\nsection ", s->key, s->name);
		strbuf_printf(&b, "%s %d %d", section_kinds[s->kind],
		    s->capacity, s->class_no);
		if (s->own_focus)
			strbuf_printf(&b, " %.2f %.2f", s->focus_x, s->focus_y);
	}
	write_decorations(&b, p);
	for (size_t i = 0; i < p->n_seats; i++) {
		const struct plan_seat *s = &p->seats[i];

		strbuf_printf(&b, "\n%d %d %d %.2f %.2f ", s->section_no,
		    s->class_no, s->number, s->x, s->y);
		strbuf_json(&b, s->row);
		strbuf_json(&b, s->type);
		if (s->unlike)
			strbuf_str(&b, s->apart ? " apart" : " beside");
	}
	crypto_sha256(strbuf_get(&b), p->digest);
}
