/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_file_plan - a hall's seat plan as a catalog file writes it
 *
 * Layer: reader.  Uses: reader, catalog.
 */
#include "reader/load_file.h"

#define PLACE_MAX 1e6 /* coordinates, either way */

static double
read_place(struct reader *rd, struct node object, const char *name,
    double preset)
{
	return reader_real(rd, object, name, -PLACE_MAX, PLACE_MAX, preset);
}

/* What kind of seat: a key, as those of "types" are. */
static struct span
read_type(struct reader *rd, struct node node, struct span preset)
{
	return reader_member(rd, node, "type").json == NULL
	    ? preset
	    : reader_key(rd, node, "type");
}

/* Class and type of a block or a seat: its section's unless it says so. */
static void
read_class_and_type(struct reader *rd, struct node node,
    struct span section_class, struct span section_type,
    struct span *price_class, struct span *type)
{
	*price_class = section_class;
	if (section_class.len == 0
	    || reader_member(rd, node, "price_class").json != NULL)
		*price_class = reader_key(rd, node, "price_class");
	*type = read_type(rd, node, section_type);
}

static void
read_numbers(struct reader *rd, struct node object, struct plan_rows *out)
{
	struct node node = reader_member(rd, object, "numbers");
	int64_t v[3] = { 1, 1, 1 };
	size_t n = reader_array(rd, node, 2, ARRAY_LEN(v));

	for (size_t i = 0; i < n; i++) {
		struct node item = reader_item(rd, node, i);

		v[i] = item.json->i64;
		if (item.json->type != JSON_INT || v[i] < (i == 2 ? 1 : 0)
		    || v[i] > PLAN_NUMBER_MAX)
			reader_fail(rd, item.at,
			    "numbers is [from, to] or "
			    "[from, to, step]");
	}
	out->number_from = v[0];
	out->number_to = v[1];
	out->number_step = rd->failed ? 1 : v[2];
}

static void
read_aisles(struct reader *rd, struct node object, struct plan_rows *out)
{
	struct node node = reader_member(rd, object, "aisles_after");
	size_t n = reader_array(rd, node, 0, 100);
	int64_t *aisles = ARENA_ARRAY(rd->arena, n, int64_t);

	for (size_t i = 0; i < n; i++) {
		struct node item = reader_item(rd, node, i);

		aisles[i] = item.json->i64;
		if (item.json->type != JSON_INT)
			reader_fail(rd, item.at, "this must be a seat number");
	}
	out->aisles_after = aisles;
	out->n_aisles = n;
	out->aisle = read_place(rd, object, "aisle", 1);
}

static void
read_arc(struct reader *rd, struct node object, struct plan_rows *out)
{
	static const char *const names[] = { "x", "y", "radius", "from", "to",
		NULL };
	struct node node = reader_member(rd, object, "arc");

	out->arc = node.json != NULL;
	if (!out->arc || !reader_object(rd, node, names))
		return;
	out->x = read_place(rd, node, "x", 0);
	out->y = read_place(rd, node, "y", 0);
	out->radius = reader_real(rd, node, "radius", 0.01, PLACE_MAX, 1);
	out->from_deg = reader_real(rd, node, "from", -360, 360, 0);
	out->to_deg = reader_real(rd, node, "to", -360, 360, 0);
}

/* {"wheelchair": ["A-1", "A-2"]} */
static void
read_retypes(struct reader *rd, struct node object, struct plan_rows *out)
{
	struct node node = reader_member(rd, object, "types");

	if (node.json == NULL)
		return;
	if (node.json->type != JSON_OBJECT) {
		reader_fail(rd, node.at, "this must be an object");
		return;
	}
	out->n_retypes = node.json->n;
	out->retypes = ARENA_ARRAY(rd->arena, node.json->n, struct plan_retype);
	for (size_t i = 0; i < node.json->n; i++) {
		struct span name = reader_member_key(rd, node, i);

		out->retypes[i].type = name;
		out->retypes[i].seats = reader_texts(rd,
		    reader_member(rd, node, arena_str(rd->arena, name)));
	}
}

static void
read_rows(struct reader *rd, struct node node, struct span section_class,
    struct span section_type, struct plan_rows *out)
{
	static const char *const names[] = { "from", "to", "skip", "numbers",
		"price_class", "type", "x", "y", "dx", "dy", "aisle",
		"aisles_after", "arc", "without", "types", NULL };

	if (!reader_object(rd, node, names))
		return;
	out->at = node.at;
	out->from = reader_text(rd, node, "from", PLAN_ROW_MAX, NULL);
	out->to = reader_text(rd, node, "to", PLAN_ROW_MAX, out->from.p);
	out->skip = reader_texts(rd, reader_member(rd, node, "skip"));
	read_numbers(rd, node, out);
	read_class_and_type(rd, node, section_class, section_type,
	    &out->price_class, &out->type);
	out->x = read_place(rd, node, "x", 0);
	out->y = read_place(rd, node, "y", 0);
	out->dx = read_place(rd, node, "dx", 1);
	out->dy = read_place(rd, node, "dy", 1);
	read_aisles(rd, node, out);
	read_arc(rd, node, out);
	out->without = reader_texts(rd, reader_member(rd, node, "without"));
	read_retypes(rd, node, out);
}

static void
read_single(struct reader *rd, struct node node, struct span section_class,
    struct span section_type, struct plan_single *out)
{
	static const char *const names[] = { "row", "number", "price_class",
		"type", "x", "y", NULL };

	if (!reader_object(rd, node, names))
		return;
	out->at = node.at;
	out->row = reader_text(rd, node, "row", PLAN_ROW_MAX, "");
	out->number = reader_int(rd, node, "number", 0, PLAN_NUMBER_MAX,
	    READER_REQUIRED);
	read_class_and_type(rd, node, section_class, section_type,
	    &out->price_class, &out->type);
	out->x = read_place(rd, node, "x", 0);
	out->y = read_place(rd, node, "y", 0);
}

static struct plan_focus
read_focus(struct reader *rd, struct node section)
{
	static const char *const names[] = { "x", "y", NULL };
	struct node node = reader_member(rd, section, "focus");
	struct plan_focus focus = { .given = node.json != NULL };

	if (!focus.given || !reader_object(rd, node, names))
		return focus;
	focus.x = read_place(rd, node, "x", 0);
	focus.y = read_place(rd, node, "y", 0);
	return focus;
}

static void
read_assigned(struct reader *rd, struct node node,
    struct plan_section_spec *out)
{
	static const char *const names[] = { "key", "name", "kind",
		"price_class", "type", "rows", "seats", "breaks", "joins",
		"focus", NULL };
	struct node rows = reader_member(rd, node, "rows");
	struct node seats = reader_member(rd, node, "seats");
	struct span type = read_type(rd, node, SPAN_LIT("standard"));

	if (!reader_object(rd, node, names))
		return;
	if (reader_member(rd, node, "price_class").json != NULL)
		out->price_class = reader_key(rd, node, "price_class");
	out->n_rows = reader_array(rd, rows, 0, PLAN_SEATS_MAX);
	out->rows = ARENA_ARRAY(rd->arena, out->n_rows, struct plan_rows);
	for (size_t i = 0; i < out->n_rows; i++)
		read_rows(rd, reader_item(rd, rows, i), out->price_class, type,
		    &out->rows[i]);
	out->n_singles = reader_array(rd, seats, 0, PLAN_SEATS_MAX);
	out->singles = ARENA_ARRAY(rd->arena, out->n_singles,
	    struct plan_single);
	for (size_t i = 0; i < out->n_singles; i++)
		read_single(rd, reader_item(rd, seats, i), out->price_class,
		    type, &out->singles[i]);
	out->breaks = reader_texts(rd, reader_member(rd, node, "breaks"));
	out->joins = reader_texts(rd, reader_member(rd, node, "joins"));
	out->focus = read_focus(rd, node);
}

static void
read_admission(struct reader *rd, struct node node,
    struct plan_section_spec *out)
{
	static const char *const names[] = { "key", "name", "kind",
		"price_class", "capacity", "area", "focus", NULL };
	static const char *const area_names[] = { "x", "y", "width", "height",
		NULL };
	struct node area = reader_member(rd, node, "area");

	if (!reader_object(rd, node, names))
		return;
	out->price_class = reader_key(rd, node, "price_class");
	out->capacity = reader_int(rd, node, "capacity", 1, PLAN_SEATS_MAX,
	    READER_REQUIRED);
	if (area.json != NULL && !reader_object(rd, area, area_names))
		return;
	out->x = read_place(rd, area, "x", 0);
	out->y = read_place(rd, area, "y", 0);
	out->width = reader_real(rd, area, "width", 0.01, PLACE_MAX, 1);
	out->height = reader_real(rd, area, "height", 0.01, PLACE_MAX, 1);
	out->focus = read_focus(rd, node);
}

static void
read_section(struct reader *rd, struct node node, struct plan_section_spec *out)
{
	out->at = node.at;
	out->key = reader_key(rd, node, "key");
	reader_names(rd, node, "name", PLAN_NAME_MAX, NULL, out->name);
	out->kind = (enum section_kind)reader_word(rd, node, "kind",
	    section_kinds, SECTION_ASSIGNED);
	if (out->kind == SECTION_ASSIGNED)
		read_assigned(rd, node, out);
	else
		read_admission(rd, node, out);
}

static void
read_class(struct reader *rd, struct node node, struct plan_class *out)
{
	static const char *const names[] = { "key", "name", NULL };

	if (!reader_object(rd, node, names))
		return;
	out->at = node.at;
	out->key = reader_key(rd, node, "key");
	reader_names(rd, node, "name", PLAN_NAME_MAX, NULL, out->name);
}

static void
read_decoration(struct reader *rd, struct node node,
    struct plan_decoration *out)
{
	static const char *const names[] = { "kind", "label", "x", "y", "width",
		"height", NULL };

	if (!reader_object(rd, node, names))
		return;
	out->kind = (enum decoration_kind)reader_word(rd, node, "kind",
	    decoration_kinds, -1);
	reader_names(rd, node, "label", PLAN_LABEL_MAX, "", out->label);
	out->x = read_place(rd, node, "x", 0);
	out->y = read_place(rd, node, "y", 0);
	out->width = reader_real(rd, node, "width", 0.01, PLACE_MAX, 1);
	out->height = reader_real(rd, node, "height", 0.01, PLACE_MAX, 1);
}

static void
read_decorations(struct reader *rd, struct node plan, struct plan_spec *out)
{
	struct node node = reader_member(rd, plan, "decorations");

	out->n_decorations = reader_array(rd, node, 0, PLAN_DECORATIONS_MAX);
	out->decorations = ARENA_ARRAY(rd->arena, out->n_decorations,
	    struct plan_decoration);
	for (size_t i = 0; i < out->n_decorations; i++)
		read_decoration(rd, reader_item(rd, node, i),
		    &out->decorations[i]);
}

const struct plan_spec *
load_file_plan(struct reader *rd, struct node node)
{
	static const char *const names[] = { "price_classes", "sections",
		"decorations", NULL };
	struct plan_spec *spec = ARENA_NEW(rd->arena, struct plan_spec);
	struct node classes = reader_member(rd, node, "price_classes");
	struct node sections = reader_member(rd, node, "sections");

	if (!reader_object(rd, node, names))
		return spec;
	spec->at = node.at;
	spec->n_classes = reader_array(rd, classes, 1, PLAN_CLASSES_MAX);
	spec->classes = ARENA_ARRAY(rd->arena, spec->n_classes,
	    struct plan_class);
	for (size_t i = 0; i < spec->n_classes; i++)
		read_class(rd, reader_item(rd, classes, i), &spec->classes[i]);
	spec->n_sections = reader_array(rd, sections, 1, PLAN_SECTIONS_MAX);
	spec->sections = ARENA_ARRAY(rd->arena, spec->n_sections,
	    struct plan_section_spec);
	for (size_t i = 0; i < spec->n_sections; i++)
		read_section(rd, reader_item(rd, sections, i),
		    &spec->sections[i]);
	read_decorations(rd, node, spec);
	return spec;
}
