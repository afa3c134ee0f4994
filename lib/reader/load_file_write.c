/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_file_write - a seat plan as a catalog file writes it
 *
 * Each stretch of a row that a block can give (same class and type, numbers
 * and places in equal steps, none apart from the one before it) is a block;
 * what the places of stretches do not tell of neighbours is said by breaks
 * and joins.
 *
 * Layer: reader.  Uses: http/json, catalog.
 */
#include "reader/load_file.h"

#include <math.h>

/* A place as short as it can be: 3, 3.5, 3.25. */
static void
write_place(struct jw *w, const char *name, double v)
{
	char *text = arena_printf(w->buf.arena, "%.2f", v);
	size_t len = strlen(text);

	while (text[len - 1] == '0')
		len--;
	if (text[len - 1] == '.')
		len--;
	jw_raw(w, name, (struct span){ text, len });
}

static void
write_names(struct jw *w, const char *name, const struct span *text)
{
	if (span_eq(text[LANG_KO], text[LANG_EN])) {
		jw_span(w, name, text[LANG_KO]);
		return;
	}
	jw_object(w, name);
	jw_span(w, "ko", text[LANG_KO]);
	jw_span(w, "en", text[LANG_EN]);
	jw_end_object(w);
}

static long
hundredths(double v)
{
	return lround(v * 100);
}

/* What all seats of a section are unless they say otherwise. */
struct preset {
	int class_no;
	struct span type;
};

static void
write_class_and_type(struct jw *w, const struct plan *plan,
    const struct preset *preset, const struct plan_seat *seat)
{
	if (seat->class_no != preset->class_no)
		jw_span(w, "price_class",
		    plan->classes[seat->class_no - 1].key);
	if (!span_eq(seat->type, preset->type))
		jw_span(w, "type", seat->type);
}

/* ---- blocks ---- */

/* Whether next may stand in the block that begins with the seats from first
 * on, of which the last is seat. */
static bool
goes_on(const struct plan_seat *first, const struct plan_seat *seat,
    const struct plan_seat *next)
{
	bool second = seat == first;

	return !next->apart && span_eq(next->row, seat->row)
	    && next->class_no == seat->class_no
	    && span_eq(next->type, seat->type) && next->number > seat->number
	    && hundredths(next->y) == hundredths(seat->y)
	    && (second
		|| (next->number - seat->number
			== first[1].number - first->number
		    && hundredths(next->x) - hundredths(seat->x)
			== hundredths(first[1].x) - hundredths(first->x)));
}

/* Row by row: "numbers": [1, 20]. */
static void
write_block(struct jw *w, const struct plan *plan, const struct preset *preset,
    const struct plan_seat *first, size_t n)
{
	int step = n > 1 ? first[1].number - first->number : 1;
	double dx = n > 1 ? first[1].x - first->x : 1;

	jw_object(w, NULL);
	jw_span(w, "from", first->row);
	jw_array(w, "numbers");
	jw_int(w, NULL, first->number);
	jw_int(w, NULL, first[n - 1].number);
	if (step != 1)
		jw_int(w, NULL, step);
	jw_end_array(w);
	write_class_and_type(w, plan, preset, first);
	write_place(w, "x", first->x);
	write_place(w, "y", first->y);
	if (hundredths(dx) != 100)
		write_place(w, "dx", dx);
	jw_end_object(w);
}

/* How many of the n seats from first on are one block. */
static size_t
block_length(const struct plan_seat *first, size_t n)
{
	size_t k = 1;

	while (k < n && goes_on(first, &first[k - 1], &first[k]))
		k++;
	return k;
}

static void
write_blocks(struct jw *w, const struct plan *plan, const struct preset *preset,
    const struct plan_seat *seats, size_t n)
{
	jw_array(w, "rows");
	for (size_t i = 0, k; i < n; i += k) {
		k = block_length(&seats[i], n - i);
		write_block(w, plan, preset, &seats[i], k);
	}
	jw_end_array(w);
}

/* A row without a name is no block's; and where most blocks would have one
 * seat, seats are shorter. */
static bool
is_for_blocks(const struct plan_seat *seats, size_t n)
{
	size_t n_blocks = 0;

	for (size_t i = 0; i < n; i++)
		if (seats[i].row.len == 0)
			return false;
	for (size_t i = 0; i < n; n_blocks++)
		i += block_length(&seats[i], n - i);
	return n_blocks <= n / 2 + 1;
}

static void
write_singles(struct jw *w, const struct plan *plan,
    const struct preset *preset, const struct plan_seat *seats, size_t n)
{
	jw_array(w, "seats");
	for (size_t i = 0; i < n; i++) {
		jw_object(w, NULL);
		if (seats[i].row.len > 0)
			jw_span(w, "row", seats[i].row);
		jw_int(w, "number", seats[i].number);
		write_class_and_type(w, plan, preset, &seats[i]);
		write_place(w, "x", seats[i].x);
		write_place(w, "y", seats[i].y);
		jw_end_object(w);
	}
	jw_end_array(w);
}

/* The seats before those that are apart, or beside it, unlike their places. */
static void
write_unlike(struct jw *w, const char *name, const struct plan_seat *seats,
    size_t n, bool apart)
{
	jw_array(w, name);
	for (size_t i = 1; i < n; i++)
		if (seats[i].unlike && seats[i].apart == apart)
			jw_str(w, NULL,
			    arena_printf(w->buf.arena, "%.*s-%d",
				(int)seats[i - 1].row.len, seats[i - 1].row.p,
				seats[i - 1].number));
	jw_end_array(w);
}

/* ---- sections ---- */

static void
write_assigned(struct jw *w, const struct plan *plan,
    const struct plan_section *section)
{
	const struct plan_seat *seats =
	    &plan->seats[section->first_seat_no - 1];
	size_t n = (size_t)section->capacity;
	const struct preset preset = { seats->class_no, seats->type };

	jw_span(w, "price_class", plan->classes[preset.class_no - 1].key);
	jw_span(w, "type", preset.type);
	if (is_for_blocks(seats, n))
		write_blocks(w, plan, &preset, seats, n);
	else
		write_singles(w, plan, &preset, seats, n);
	write_unlike(w, "breaks", seats, n, true);
	write_unlike(w, "joins", seats, n, false);
}

static void
write_admission(struct jw *w, const struct plan *plan,
    const struct plan_section *section)
{
	jw_span(w, "price_class", plan->classes[section->class_no - 1].key);
	jw_int(w, "capacity", section->capacity);
	jw_object(w, "area");
	write_place(w, "x", section->x);
	write_place(w, "y", section->y);
	write_place(w, "width", section->width);
	write_place(w, "height", section->height);
	jw_end_object(w);
}

static void
write_section(struct jw *w, const struct plan *plan,
    const struct plan_section *section)
{
	jw_object(w, NULL);
	jw_span(w, "key", section->key);
	write_names(w, "name", section->name);
	jw_str(w, "kind", section_kinds[section->kind]);
	if (section->kind == SECTION_ASSIGNED)
		write_assigned(w, plan, section);
	else
		write_admission(w, plan, section);
	/* Where it is the usual one, saying so changes nothing. */
	jw_object(w, "focus");
	write_place(w, "x", section->focus_x);
	write_place(w, "y", section->focus_y);
	jw_end_object(w);
	jw_end_object(w);
}

static void
write_decoration(struct jw *w, const struct plan_decoration *d)
{
	jw_object(w, NULL);
	jw_str(w, "kind", decoration_kinds[d->kind]);
	if (d->label[LANG_KO].len > 0)
		write_names(w, "label", d->label);
	write_place(w, "x", d->x);
	write_place(w, "y", d->y);
	write_place(w, "width", d->width);
	write_place(w, "height", d->height);
	jw_end_object(w);
}

void
load_file_write_plan(struct jw *w, const struct plan *plan)
{
	jw_object(w, NULL);
	jw_array(w, "price_classes");
	for (size_t i = 0; i < plan->n_classes; i++) {
		jw_object(w, NULL);
		jw_span(w, "key", plan->classes[i].key);
		write_names(w, "name", plan->classes[i].name);
		jw_end_object(w);
	}
	jw_end_array(w);
	jw_array(w, "sections");
	for (size_t i = 0; i < plan->n_sections; i++)
		write_section(w, plan, &plan->sections[i]);
	jw_end_array(w);
	jw_array(w, "decorations");
	for (size_t i = 0; i < plan->n_decorations; i++)
		write_decoration(w, &plan->decorations[i]);
	jw_end_array(w);
	jw_end_object(w);
}
