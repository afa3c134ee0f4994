/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pretix_plan_write - seat plans as pretix writes them: writing
 *
 * All places are written at the seats; zones and rows stand at 0, 0.
 *
 * Layer: reader.  Uses: http/json, catalog.
 */
#include "reader/pretix_plan.h"

struct export
{
	struct arena *arena;
	struct jw w;
	const struct plan *plan;
	double scale;
};

/* Names are for one language there. */
static struct span
name_of(const struct span name[N_LANGS])
{
	return name[LANG_EN];
}

/* A length in pixels. Ours are hundredths, so three digits say it all. */
static void
put_length(struct export *ex, const char *name, double v)
{
	jw_raw(&ex->w, name,
	    span_str(arena_printf(ex->arena, "%.10g", v * ex->scale)));
}

static void
put_place(struct export *ex, double x, double y)
{
	jw_object(&ex->w, "position");
	put_length(ex, "x", x);
	put_length(ex, "y", y);
	jw_end_object(&ex->w);
}

static void
put_categories(struct export *ex)
{
	jw_array(&ex->w, "categories");
	for (size_t i = 0; i < ex->plan->n_classes; i++) {
		jw_object(&ex->w, NULL);
		jw_span(&ex->w, "name", name_of(ex->plan->classes[i].name));
		jw_end_object(&ex->w);
	}
	jw_end_array(&ex->w);
}

static void
put_seat(struct export *ex, size_t i)
{
	const struct plan_seat *seat = &ex->plan->seats[i];

	jw_object(&ex->w, NULL);
	jw_span(&ex->w, "seat_guid",
	    span_str(arena_printf(ex->arena, "seat-%zu", i + 1)));
	jw_span(&ex->w, "seat_number", arena_i64(ex->arena, seat->number));
	put_place(ex, seat->x, seat->y);
	jw_span(&ex->w, "category",
	    name_of(ex->plan->classes[seat->class_no - 1].name));
	jw_end_object(&ex->w);
}

static bool
begins_row(const struct plan *plan, size_t i, size_t first)
{
	return i == first
	    || !span_eq(plan->seats[i].row, plan->seats[i - 1].row);
}

/* The seats of a section, a row each time that the row's name changes. */
static void
put_rows(struct export *ex, int section_no)
{
	const struct plan *plan = ex->plan;
	size_t first = (size_t)plan->sections[section_no - 1].first_seat_no - 1;

	jw_array(&ex->w, "rows");
	for (size_t i = first;
	     i < plan->n_seats && plan->seats[i].section_no == section_no;
	     i++) {
		if (begins_row(plan, i, first)) {
			if (i > first) {
				jw_end_array(&ex->w);
				jw_end_object(&ex->w);
			}
			jw_object(&ex->w, NULL);
			jw_span(&ex->w, "row_number", plan->seats[i].row);
			jw_array(&ex->w, "seats");
		}
		put_seat(ex, i);
	}
	jw_end_array(&ex->w);
	jw_end_object(&ex->w);
	jw_end_array(&ex->w);
}

static void
put_area(struct export *ex, const struct plan_decoration *d)
{
	jw_object(&ex->w, NULL);
	put_place(ex, d->x, d->y);
	jw_str(&ex->w, "shape", "rectangle");
	jw_object(&ex->w, "rectangle");
	put_length(ex, "width", d->width);
	put_length(ex, "height", d->height);
	jw_end_object(&ex->w);
	jw_object(&ex->w, "text");
	jw_span(&ex->w, "text", name_of(d->label));
	put_place(ex, d->width / 2, d->height / 2);
	jw_end_object(&ex->w);
	jw_end_object(&ex->w);
}

static void
put_areas(struct export *ex)
{
	jw_array(&ex->w, "areas");
	for (size_t i = 0; i < ex->plan->n_decorations; i++)
		put_area(ex, &ex->plan->decorations[i]);
	jw_end_array(&ex->w);
}

static void
put_zone(struct export *ex, int section_no, bool with_areas)
{
	const struct plan_section *section =
	    &ex->plan->sections[section_no - 1];

	jw_object(&ex->w, NULL);
	jw_span(&ex->w, "name", name_of(section->name));
	jw_span(&ex->w, "zone_id", section->key);
	put_place(ex, 0, 0);
	put_rows(ex, section_no);
	if (with_areas)
		put_areas(ex);
	jw_end_object(&ex->w);
}

static void
put_zones(struct export *ex)
{
	bool first = true;

	jw_array(&ex->w, "zones");
	for (size_t i = 0; i < ex->plan->n_sections; i++)
		if (ex->plan->sections[i].kind == SECTION_ASSIGNED) {
			put_zone(ex, (int)i + 1, first);
			first = false;
		}
	jw_end_array(&ex->w);
}

/* The page that pretix draws upon, up to what is furthest. */
static void
put_size(struct export *ex)
{
	double width = 1, height = 1;

	for (size_t i = 0; i < ex->plan->n_seats; i++) {
		width = MAX(width, ex->plan->seats[i].x + 1);
		height = MAX(height, ex->plan->seats[i].y + 1);
	}
	for (size_t i = 0; i < ex->plan->n_decorations; i++) {
		const struct plan_decoration *d = &ex->plan->decorations[i];

		width = MAX(width, d->x + d->width);
		height = MAX(height, d->y + d->height);
	}
	jw_object(&ex->w, "size");
	jw_int(&ex->w, "width", (int64_t)(width * ex->scale) + 1);
	jw_int(&ex->w, "height", (int64_t)(height * ex->scale) + 1);
	jw_end_object(&ex->w);
}

struct span
pretix_plan_write(struct arena *a, const struct plan *plan, struct span name,
    double scale)
{
	struct export ex = { .arena = a, .plan = plan, .scale = scale };

	jw_init(&ex.w, a);
	jw_object(&ex.w, NULL);
	jw_span(&ex.w, "name", name);
	put_categories(&ex);
	put_zones(&ex);
	put_size(&ex);
	jw_end_object(&ex.w);
	return jw_text(&ex.w);
}
