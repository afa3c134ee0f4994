/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pretix_plan - seat plans as pretix writes them: reading
 *
 * Layer: reader.  Uses: reader, catalog.
 */
#include "reader/pretix_plan.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX_CHARS 1000
#define PIXELS_MAX 1e6
#define LEAST_SIDE 0.01 /* of a decoration */
#define TEXT_SIZE 16    /* pixels: what pretix presumes */

struct place {
	double x, y; /* pixels */
};

/* What is read so far. */
struct import {
	struct reader *rd;
	double scale;
	struct plan_spec *spec;
	struct node categories;
	struct node *seats; /* all, to look for a doubled seat_guid */
	size_t n_seats;
};

/* ---- places ---- */

/* A member {x, y}, which may be left out, from where its parent is. */
static struct place
read_place(struct import *im, struct node object, const char *name,
    struct place from)
{
	static const char *const names[] = { "x", "y", NULL };
	struct node node = reader_member(im->rd, object, name);

	if (node.json == NULL || !reader_object(im->rd, node, names))
		return from;
	from.x += reader_real(im->rd, node, "x", -PIXELS_MAX, PIXELS_MAX, 0);
	from.y += reader_real(im->rd, node, "y", -PIXELS_MAX, PIXELS_MAX, 0);
	return from;
}

static double
read_length(struct import *im, struct node object, const char *name)
{
	return reader_real(im->rd, object, name, 0, PIXELS_MAX, 0);
}

/* A text that may be empty or absent. */
static struct span
read_maybe(struct import *im, struct node object, const char *name, size_t max)
{
	struct node node = reader_member(im->rd, object, name);

	return node.json != NULL && node.json->type == JSON_STRING
		&& node.json->str.len == 0
	    ? SPAN_LIT("")
	    : reader_text(im->rd, object, name, max, "");
}

/* ---- categories ---- */

/* A text that may serve as a key, or one made of letter and number. */
static struct span
key_of(struct import *im, struct span text, char letter, size_t i)
{
	return reader_is_key(text)
	    ? text
	    : span_str(arena_printf(im->rd->arena, "%c%zu", letter, i + 1));
}

static void
read_category(struct import *im, struct node node, size_t i)
{
	static const char *const names[] = { "name", "color", NULL };
	struct plan_class *class = &im->spec->classes[i];
	struct span name;

	if (!reader_object(im->rd, node, names))
		return;
	name = reader_text(im->rd, node, "name", PLAN_NAME_MAX, NULL);
	class->at = node.at;
	class->key = key_of(im, name, 'c', i);
	for (int lang = 0; lang < N_LANGS; lang++)
		class->name[lang] = name;
}

static void
read_categories(struct import *im)
{
	struct plan_spec *spec = im->spec;

	spec->n_classes = reader_array(im->rd, im->categories, 1,
	    PLAN_CLASSES_MAX);
	spec->classes = ARENA_ARRAY(im->rd->arena, spec->n_classes,
	    struct plan_class);
	for (size_t i = 0; i < spec->n_classes; i++)
		read_category(im, reader_item(im->rd, im->categories, i), i);
}

static struct span
class_of(struct import *im, struct node seat)
{
	struct span name = reader_text(im->rd, seat, "category", PLAN_NAME_MAX,
	    NULL);

	for (size_t i = 0; i < im->spec->n_classes; i++)
		if (span_eq(im->spec->classes[i].name[0], name))
			return im->spec->classes[i].key;
	reader_fail(im->rd, reader_member(im->rd, seat, "category").at,
	    "there is no category \"%s\"", arena_str(im->rd->arena, name));
	return name;
}

/* ---- zones, rows, seats ---- */

static void
read_seat(struct import *im, struct node node, struct span row,
    struct place from, struct plan_single *out)
{
	static const char *const names[] = { "seat_guid", "seat_number", "uuid",
		"start_direction", "radius", "position", "category", NULL };
	struct reader *rd = im->rd;
	struct span number;
	struct place at;

	if (!reader_object(rd, node, names))
		return;
	number = reader_text(rd, node, "seat_number", PLAN_ROW_MAX, NULL);
	at = read_place(im, node, "position", from);
	*out = (struct plan_single){ .at = node.at,
		.row = row,
		.price_class = class_of(im, node),
		.type = SPAN_LIT("standard"),
		.x = at.x / im->scale,
		.y = at.y / im->scale };
	if (!span_to_i64(number, &out->number) || out->number < 0
	    || out->number > PLAN_NUMBER_MAX)
		reader_fail(rd, reader_member(rd, node, "seat_number").at,
		    "a seat's number must be a number");
	im->seats[im->n_seats++] = node;
}

static void
read_row(struct import *im, struct node node, struct place from,
    struct plan_section_spec *out)
{
	static const char *const names[] = { "row_number", "row_label",
		"seat_label", "uuid", "seats", "row_number_position",
		"number_of_seats", "seats_spacing", "position", NULL };
	struct node seats = reader_member(im->rd, node, "seats");
	struct span row;
	size_t n;

	if (!reader_object(im->rd, node, names))
		return;
	row = read_maybe(im, node, "row_number", PLAN_ROW_MAX);
	from = read_place(im, node, "position", from);
	n = reader_array(im->rd, seats, 0, PLAN_SEATS_MAX);
	for (size_t i = 0; i < n; i++)
		read_seat(im, reader_item(im->rd, seats, i), row, from,
		    &out->singles[out->n_singles++]);
}

/* What does not fit is refused when it is read. */
static size_t
seats_in(const struct json *rows)
{
	const struct json *seats;
	size_t n = 0;

	if (rows == NULL || rows->type != JSON_ARRAY)
		return 0;
	for (size_t i = 0; i < rows->n; i++) {
		seats = rows->items[i].type == JSON_OBJECT
		    ? json_get(&rows->items[i], "seats")
		    : NULL;
		n += seats != NULL && seats->type == JSON_ARRAY ? seats->n : 0;
	}
	return n;
}

/* ---- areas ---- */

/* An upright rectangle, in pixels. */
struct box {
	double x, y, width, height;
};

static struct box
around(struct place middle, double rx, double ry)
{
	return (struct box){ middle.x - rx, middle.y - ry, 2 * rx, 2 * ry };
}

static struct box
around_points(struct import *im, struct node polygon, struct place from)
{
	static const char *const names[] = { "x", "y", NULL };
	struct node points = reader_member(im->rd, polygon, "points");
	size_t n = reader_array(im->rd, points, 1, 10000);
	struct place min = { PIXELS_MAX, PIXELS_MAX };
	struct place max = { -PIXELS_MAX, -PIXELS_MAX };

	for (size_t i = 0; i < n; i++) {
		struct node node = reader_item(im->rd, points, i);
		double x, y;

		if (!reader_object(im->rd, node, names))
			return (struct box){ 0 };
		x = reader_real(im->rd, node, "x", -PIXELS_MAX, PIXELS_MAX, 0);
		y = reader_real(im->rd, node, "y", -PIXELS_MAX, PIXELS_MAX, 0);
		min = (struct place){ MIN(min.x, x), MIN(min.y, y) };
		max = (struct place){ MAX(max.x, x), MAX(max.y, y) };
	}
	return (struct box){ from.x + min.x, from.y + min.y, max.x - min.x,
		max.y - min.y };
}

/* By the shape that it has; the earlier form has rectangles only. */
static struct box
box_of(struct import *im, struct node area, struct place from)
{
	static const char *const shapes[] = { "rectangle", "polygon", "ellipse",
		"circle", "text", NULL };
	int shape = reader_word(im->rd, area, "shape", shapes, 0);
	struct node node = reader_member(im->rd, area, shapes[shape]);
	struct place radius;
	double r;

	switch (shape) {
	case 1:
		return around_points(im, node, from);
	case 2:
		radius = read_place(im, node, "radius", (struct place){ 0 });
		return around(from, radius.x, radius.y);
	case 3:
		r = read_length(im, node, "radius");
		return around(from, r, r);
	case 4:
		return around(from, TEXT_SIZE, TEXT_SIZE / 2.0);
	default:
		if (node.json == NULL)
			node = area;
		return (struct box){ from.x, from.y,
			read_length(im, node, "width"),
			read_length(im, node, "height") };
	}
}

static struct span
first_of(struct span s, size_t n_chars)
{
	size_t len = 0;

	for (; n_chars > 0 && len < s.len; n_chars--)
		len += utf8_step((struct span){ s.p + len, s.len - len });
	return (struct span){ s.p, len };
}

/* A text, or an object with one; longer ones are cut. */
static struct span
label_of(struct import *im, struct node area)
{
	struct node text = reader_member(im->rd, area, "text");

	return first_of(read_maybe(im,
			    text.json != NULL && text.json->type == JSON_OBJECT
				? text
				: area,
			    "text", TEXT_MAX_CHARS),
	    PLAN_LABEL_MAX);
}

static enum decoration_kind
kind_of(struct span label)
{
	static const struct {
		const char *word;
		enum decoration_kind kind;
	} words[] = {
		{ "stage", DECORATION_STAGE },
		{ "screen", DECORATION_STAGE },
		{ "무대", DECORATION_STAGE },
		{ "스크린", DECORATION_STAGE },
		{ "exit", DECORATION_EXIT },
		{ "출구", DECORATION_EXIT },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (span_eq_nocase(label, span_str(words[i].word)))
			return words[i].kind;
	return DECORATION_TEXT;
}

static void
read_area(struct import *im, struct node node, struct place from,
    struct plan_decoration *out)
{
	static const char *const names[] = { "color", "border_color",
		"rotation", "position", "uuid", "shape", "polygon", "rectangle",
		"ellipse", "circle", "text", "width", "height", NULL };
	struct span label;
	struct box box;

	if (!reader_object(im->rd, node, names))
		return;
	box = box_of(im, node, read_place(im, node, "position", from));
	label = label_of(im, node);
	*out = (struct plan_decoration){ .kind = kind_of(label),
		.x = box.x / im->scale,
		.y = box.y / im->scale,
		.width = MAX(box.width / im->scale, LEAST_SIDE),
		.height = MAX(box.height / im->scale, LEAST_SIDE) };
	for (int lang = 0; lang < N_LANGS; lang++)
		out->label[lang] = label;
}

static void
read_areas(struct import *im, struct node zone, struct place from)
{
	struct plan_spec *spec = im->spec;
	struct node areas = reader_member(im->rd, zone, "areas");
	size_t n = reader_array(im->rd, areas, 0,
	    PLAN_DECORATIONS_MAX - spec->n_decorations);

	for (size_t i = 0; i < n; i++)
		read_area(im, reader_item(im->rd, areas, i), from,
		    &spec->decorations[spec->n_decorations++]);
}

/* ---- the whole ---- */

static void
read_zone(struct import *im, struct node node, size_t i)
{
	static const char *const names[] = { "name", "zone_id", "uuid",
		"displayed", "position", "rows", "areas", NULL };
	struct node rows = reader_member(im->rd, node, "rows");
	struct plan_section_spec *out =
	    &im->spec->sections[im->spec->n_sections];
	struct place from;
	struct span name, id;
	size_t n;

	if (!reader_object(im->rd, node, names))
		return;
	from = read_place(im, node, "position", (struct place){ 0 });
	read_areas(im, node, from);
	n = reader_array(im->rd, rows, 0, PLAN_SEATS_MAX);
	if (seats_in(rows.json) == 0)
		return; /* pretix's editor puts a stage into such a zone */
	id = read_maybe(im, node, "zone_id", PLAN_NAME_MAX);
	name = read_maybe(im, node, "name", PLAN_NAME_MAX);
	if (name.len == 0)
		name = span_str(arena_printf(im->rd->arena, "%zu", i + 1));
	*out = (struct plan_section_spec){ .at = node.at,
		.key = key_of(im, id.len > 0 ? id : name, 'z', i),
		.kind = SECTION_ASSIGNED,
		.singles = ARENA_ARRAY(im->rd->arena, seats_in(rows.json),
		    struct plan_single) };
	for (int lang = 0; lang < N_LANGS; lang++)
		out->name[lang] = name;
	for (size_t j = 0; j < n; j++)
		read_row(im, reader_item(im->rd, rows, j), from, out);
	im->spec->n_sections++;
}

static void
read_zones(struct import *im, struct node zones)
{
	size_t n = reader_array(im->rd, zones, 1, PLAN_SECTIONS_MAX);
	size_t n_seats = 0;

	for (size_t i = 0; i < n; i++)
		n_seats += zones.json->items[i].type == JSON_OBJECT
		    ? seats_in(json_get(&zones.json->items[i], "rows"))
		    : 0;
	im->seats = ARENA_ARRAY(im->rd->arena, n_seats, struct node);
	im->spec->sections = ARENA_ARRAY(im->rd->arena, n,
	    struct plan_section_spec);
	im->spec->decorations = ARENA_ARRAY(im->rd->arena, PLAN_DECORATIONS_MAX,
	    struct plan_decoration);
	for (size_t i = 0; i < n && !im->rd->failed; i++)
		read_zone(im, reader_item(im->rd, zones, i), i);
	if (im->spec->n_sections == 0)
		reader_fail(im->rd, zones.at, "none of them has seats");
}

static struct span
guid_of(const struct node *seat)
{
	const struct json *guid = json_get(seat->json, "seat_guid");

	return guid != NULL && guid->type == JSON_STRING ? guid->str
							 : SPAN_LIT("");
}

static int
by_guid(const void *a, const void *b)
{
	return span_cmp(guid_of(a), guid_of(b));
}

static void
check_guids(struct import *im)
{
	struct reader *rd = im->rd;

	qsort(im->seats, im->n_seats, sizeof(*im->seats), by_guid);
	for (size_t i = 0; i < im->n_seats && !rd->failed; i++) {
		const struct node *seat = &im->seats[i];
		const char *at = reader_member(rd, *seat, "seat_guid").at;

		if (guid_of(seat).len == 0)
			reader_fail(rd, at, "this must be a text");
		else if (i > 0 && by_guid(seat - 1, seat) == 0)
			reader_fail(rd, at, "%s has the same", seat[-1].at);
	}
}

const struct plan_spec *
pretix_plan_read(struct reader *rd, struct node node, double scale)
{
	static const char *const names[] = { "name", "zones", "categories",
		"size", NULL };
	struct import im = { .rd = rd,
		.scale = scale,
		.spec = ARENA_NEW(rd->arena, struct plan_spec) };

	im.spec->at = node.at;
	if (!reader_object(rd, node, names))
		return im.spec;
	im.categories = reader_member(rd, node, "categories");
	read_categories(&im);
	if (!rd->failed)
		read_zones(&im, reader_member(rd, node, "zones"));
	if (!rd->failed)
		check_guids(&im);
	return im.spec;
}
