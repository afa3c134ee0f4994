/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * segment - which seats of a row are neighbours, and where a section looks
 *
 * A block of rows says where it is cut. Between seats that were written
 * apart only their places can tell: they are neighbours unless they are
 * further from each other than is usual in their row. What places do not tell
 * is part of the plan's digest, so that a digest stands for its segments too.
 *
 * Layer: domain.  Uses: base, words.
 */
#include "catalog/plan_step.h"

#include <math.h>
#include <stdlib.h>

/* So many times the usual distance, and two seats are no neighbours. */
#define APART 1.5

static bool
same_row(const struct plan_seat *a, const struct plan_seat *b)
{
	return a->section_no == b->section_no && span_eq(a->row, b->row);
}

static double
distance(const struct plan_seat *a, const struct plan_seat *b)
{
	return hypot(a->x - b->x, a->y - b->y);
}

/* The least distance between two seats that follow each other in a row; 0
 * where there are none, or all in one place. */
static double
usual_distance(const struct plan_seat *row, size_t n)
{
	double least = 0;

	for (size_t i = 1; i < n; i++) {
		double d = distance(&row[i - 1], &row[i]);

		if (d > 0 && (least == 0 || d < least))
			least = d;
	}
	return least;
}

static void
cut_row(struct plan_seat *row, size_t n)
{
	double usual = usual_distance(row, n);

	row[0].apart = false;
	for (size_t i = 1; i < n; i++) {
		bool far = distance(&row[i - 1], &row[i]) > APART * usual;
		bool one_block = row[i].block != NULL
		    && row[i].block == row[i - 1].block;

		row[i].apart |= far && !one_block && !row[i].beside;
		row[i].unlike = row[i].apart != far;
	}
}

static void
cut_rows(struct plan *plan)
{
	for (size_t i = 0, n; i < plan->n_seats; i += n) {
		struct plan_seat *row = &plan->seats[i];

		for (n = 1; i + n < plan->n_seats; n++)
			if (!same_row(row, &row[n]))
				break;
		if (plan->sections[row->section_no - 1].kind
		    == SECTION_ASSIGNED)
			cut_row(row, n);
	}
}

/* Every seat was cut, so each is beside the one before it. */
void
segment_compare(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_seats; i++)
		plan->seats[i].beside = !plan->seats[i].apart;
	cut_rows(plan);
}

static int
compare_names(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* Thousands may be named, so they are sorted. */
static struct span_list
sorted(struct arena *a, const struct span_list *list)
{
	struct span_list out = { ARENA_ARRAY(a, list->n, struct span),
		list->n };

	for (size_t i = 0; i < list->n; i++)
		out.items[i] = list->items[i];
	qsort(out.items, out.n, sizeof(*out.items), compare_names);
	return out;
}

static bool
list_has(const struct span_list *list, struct span s)
{
	return bsearch(&s, list->items, list->n, sizeof(s), compare_names)
	    != NULL;
}

static void
set_apart(struct plan_seat *seat)
{
	seat->apart = true;
}

static void
set_beside(struct plan_seat *seat)
{
	seat->beside = true;
}

/* The seat behind each that is named becomes something. */
static int
apply_names(const struct plan_work *w, const struct plan_section_spec *spec,
    const struct plan_section *section, const struct span_list *list,
    const char *member, void (*set)(struct plan_seat *seat))
{
	struct span_list names = sorted(w->a, list);
	struct plan_seat *seats;
	size_t n_found = 0;

	if (names.n == 0)
		return PLAN_OK;
	seats = &w->plan->seats[section->first_seat_no - 1];
	for (int i = 0; i < section->capacity; i++) {
		struct span name = span_str(arena_printf(w->a, "%s-%d",
		    arena_str(w->a, seats[i].row), seats[i].number));

		if (!list_has(&names, name))
			continue;
		n_found++;
		if (i + 1 < section->capacity)
			set(&seats[i + 1]);
	}
	return n_found == names.n
	    ? PLAN_OK
	    : plan_wrong(w, arena_printf(w->a, "%s.%s", spec->at, member),
		arena_printf(w->a,
		    "%s names a seat that is not in this section, or one "
		    "twice",
		    member));
}

/* ---- focus ---- */

/* The middle of the first row: what is written first is in front. */
static struct plan_focus
front_of(const struct plan_work *w, const struct plan_section *section)
{
	const struct plan_seat *seats;
	double left, right, top, bottom;

	if (section->kind != SECTION_ASSIGNED)
		return (struct plan_focus){ .x = section->x
			    + section->width / 2,
			.y = section->y };
	seats = &w->plan->seats[section->first_seat_no - 1];
	left = right = seats[0].x;
	top = bottom = seats[0].y;
	for (int i = 1; i < section->capacity; i++) {
		if (!same_row(&seats[0], &seats[i]))
			continue;
		left = MIN(left, seats[i].x);
		right = MAX(right, seats[i].x);
		top = MIN(top, seats[i].y);
		bottom = MAX(bottom, seats[i].y);
	}
	return (struct plan_focus){ .x = (left + right) / 2,
		.y = (top + bottom) / 2 };
}

static void
set_focus(const struct plan_work *w, const struct plan_section_spec *spec,
    struct plan_section *section)
{
	struct plan_focus front = front_of(w, section);
	const struct plan_focus *focus = spec->focus.given ? &spec->focus
							   : &front;

	section->focus_x = plan_hundredths(focus->x);
	section->focus_y = plan_hundredths(focus->y);
	section->own_focus = section->focus_x != plan_hundredths(front.x)
	    || section->focus_y != plan_hundredths(front.y);
}

int
segment_plan(const struct plan_work *w)
{
	for (size_t i = 0; i < w->plan->n_sections; i++) {
		const struct plan_section_spec *spec = &w->spec->sections[i];
		struct plan_section *section = &w->plan->sections[i];

		if (apply_names(w, spec, section, &spec->breaks, "breaks",
			set_apart)
			!= PLAN_OK
		    || apply_names(w, spec, section, &spec->joins, "joins",
			   set_beside)
			!= PLAN_OK)
			return PLAN_E_WRONG;
		set_focus(w, spec, section);
	}
	cut_rows(w->plan);
	return PLAN_OK;
}
