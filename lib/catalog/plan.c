/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan - a hall's seat plan: from a few lines to every seat
 *
 * Section by section, block by block, so that a section's seats follow each
 * other; then doubles are looked for and rows are cut into segments, then the
 * digest is made of the result.
 *
 * Layer: domain.  Uses: base, words.
 */
#include "catalog/plan_step.h"

#include <math.h>
#include <string.h>

int
plan_wrong(const struct plan_work *w, const char *at, const char *text)
{
	w->error->at = at;
	w->error->text = text;
	return PLAN_E_WRONG;
}

/* ---- seats ---- */

double
plan_hundredths(double v)
{
	double rounded = round(v * 100) / 100;

	return rounded == 0 ? 0 : rounded; /* no -0 */
}

int
plan_find_class(const struct plan_work *w, struct span key)
{
	for (size_t i = 0; i < w->spec->n_classes; i++)
		if (span_eq(w->spec->classes[i].key, key))
			return (int)i + 1;
	return 0;
}

int
plan_add_seat(const struct plan_work *w, const struct plan_seat *seat)
{
	struct plan *p = w->plan;

	if (p->n_seats == PLAN_SEATS_MAX)
		return plan_wrong(w, seat->at,
		    "a hall has at most 100000 seats");
	if (p->n_seats == p->seats_cap) {
		size_t cap = MAX(p->seats_cap * 2, 1024);
		struct plan_seat *more = ARENA_ARRAY(w->a, cap,
		    struct plan_seat);

		if (p->n_seats > 0)
			memcpy(more, p->seats, p->n_seats * sizeof(*more));
		p->seats = more;
		p->seats_cap = cap;
	}
	p->seats[p->n_seats] = *seat;
	p->seats[p->n_seats].x = plan_hundredths(seat->x);
	p->seats[p->n_seats].y = plan_hundredths(seat->y);
	p->n_seats++;
	return PLAN_OK;
}

/* ---- sections ---- */

static int
add_single(const struct plan_work *w, const struct plan_single *single,
    int section_no)
{
	struct plan_seat seat = { .section_no = section_no,
		.class_no = plan_find_class(w, single->price_class),
		.number = (int)single->number,
		.row = single->row,
		.type = single->type,
		.x = single->x,
		.y = single->y,
		.at = single->at };

	if (seat.class_no == 0)
		return plan_wrong(w, single->at,
		    "there is no such price class");
	return plan_add_seat(w, &seat);
}

/* Places on a grid about as wide and as high as the area. */
static int
add_slots(const struct plan_work *w, const struct plan_section_spec *spec,
    const struct plan_section *section, int section_no)
{
	double n = (double)spec->capacity;
	int columns = (int)ceil(sqrt(n * section->width / section->height));
	int rows = (section->capacity + columns - 1) / columns;

	for (int i = 0; i < section->capacity; i++) {
		struct plan_seat seat = { .section_no = section_no,
			.class_no = section->class_no,
			.number = i + 1,
			.row = SPAN_LIT(""),
			.type = SPAN_LIT("standing"),
			.at = spec->at };
		int r;

		seat.x = section->x
		    + section->width * (i % columns + 0.5) / columns;
		seat.y = section->y
		    + section->height * (i / columns + 0.5) / rows;
		r = plan_add_seat(w, &seat);
		if (r != PLAN_OK)
			return r;
	}
	return PLAN_OK;
}

static int
add_assigned(const struct plan_work *w, const struct plan_section_spec *spec,
    struct plan_section *section, int section_no)
{
	size_t before = w->plan->n_seats;
	int r = PLAN_OK;

	for (size_t i = 0; r == PLAN_OK && i < spec->n_rows; i++)
		r = plan_add_rows(w, &spec->rows[i], section_no);
	for (size_t i = 0; r == PLAN_OK && i < spec->n_singles; i++)
		r = add_single(w, &spec->singles[i], section_no);
	if (r != PLAN_OK)
		return r;
	section->capacity = (int)(w->plan->n_seats - before);
	return section->capacity > 0
	    ? PLAN_OK
	    : plan_wrong(w, spec->at, "a section has at least one seat");
}

/* Places to hundredths, as they are kept. */
static void
add_decorations(const struct plan_work *w)
{
	size_t n = w->spec->n_decorations;
	struct plan_decoration *all = ARENA_ARRAY(w->a, n,
	    struct plan_decoration);

	for (size_t i = 0; i < n; i++) {
		all[i] = w->spec->decorations[i];
		all[i].x = plan_hundredths(all[i].x);
		all[i].y = plan_hundredths(all[i].y);
		all[i].width = plan_hundredths(all[i].width);
		all[i].height = plan_hundredths(all[i].height);
	}
	w->plan->decorations = all;
	w->plan->n_decorations = n;
}

static int
add_section(const struct plan_work *w, const struct plan_section_spec *spec,
    int section_no)
{
	struct plan_section *s = &w->plan->sections[section_no - 1];

	*s = (struct plan_section){ .key = spec->key,
		.name = { spec->name[LANG_KO], spec->name[LANG_EN] },
		.kind = spec->kind,
		.capacity = (int)spec->capacity,
		.width = 1,
		.height = 1 };
	if (spec->kind != SECTION_ASSIGNED) {
		s->x = plan_hundredths(spec->x);
		s->y = plan_hundredths(spec->y);
		s->width = plan_hundredths(spec->width);
		s->height = plan_hundredths(spec->height);
	}
	if (spec->kind != SECTION_COUNTER)
		s->first_seat_no = (int)w->plan->n_seats + 1;
	if (spec->kind == SECTION_ASSIGNED)
		return add_assigned(w, spec, s, section_no);
	s->class_no = plan_find_class(w, spec->price_class);
	if (s->class_no == 0)
		return plan_wrong(w, spec->at, "there is no such price class");
	return spec->kind == SECTION_COUNTER
	    ? PLAN_OK
	    : add_slots(w, spec, s, section_no);
}

int
plan_expand(struct arena *a, const struct plan_spec *spec, struct plan *out,
    struct load_error *error)
{
	struct plan_work w = { a, spec, out, error };
	int r;

	*out = (struct plan){ .classes = spec->classes,
		.n_classes = spec->n_classes,
		.n_sections = spec->n_sections,
		.sections = ARENA_ARRAY(a, spec->n_sections,
		    struct plan_section) };
	r = plan_check_keys(&w);
	for (size_t i = 0; r == PLAN_OK && i < spec->n_sections; i++)
		r = add_section(&w, &spec->sections[i], (int)i + 1);
	if (r == PLAN_OK)
		r = plan_check_seats(&w);
	if (r == PLAN_OK)
		r = segment_plan(&w);
	if (r != PLAN_OK)
		return r;
	add_decorations(&w);
	plan_digest(&w);
	return PLAN_OK;
}
