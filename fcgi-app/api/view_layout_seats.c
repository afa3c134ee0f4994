/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_layout_seats - where a hall's seats are, and which are neighbours
 *
 * In a row that is straight or an arc each seat is nearly as far from the last
 * one as that was from the one before: differences are few and small numbers.
 *
 * Layer: fcgi-app/api.  Uses: catalog.
 */
#include "fcgi-app/api/view_layout_seats.h"

#include "base/strbuf.h"
#include "catalog/hall.h"
#include "catalog/layout.h"
#include "store/ctx.h"

#include <math.h>
#include <stdlib.h>

#define SEAT_LEN 120  /* about what one takes by itself */
#define PLACE_LEN 16  /* in its row */
#define NUMBER_LEN 40 /* more than any that PostgreSQL writes */

/* ---- each by itself ---- */

static void
write_seat(struct strbuf *b, int seat_no, const struct layout_seat *seat)
{
	strbuf_str(b, seat_no == 1 ? "{\"seat_id\":" : ",{\"seat_id\":");
	strbuf_i64(b, seat_no);
	strbuf_str(b, ",\"section_id\":");
	strbuf_i64(b, seat->section_no);
	strbuf_str(b, ",\"row\":");
	strbuf_json(b, seat->row);
	strbuf_str(b, ",\"number\":");
	strbuf_i64(b, seat->number);
	strbuf_str(b, ",\"type\":");
	strbuf_json(b, seat->type);
	strbuf_str(b, ",\"price_class\":");
	strbuf_i64(b, seat->class_no);
	strbuf_str(b, ",\"x\":");
	strbuf_span(b, seat->x);
	strbuf_str(b, ",\"y\":");
	strbuf_span(b, seat->y);
	strbuf_char(b, '}');
}

static void
write_segment(struct strbuf *b, const struct hall_segment *segment)
{
	for (int i = 0; i < segment->n; i++) {
		strbuf_char(b, i == 0 ? '[' : ',');
		strbuf_i64(b, segment->first_seat_no + i);
	}
	strbuf_char(b, ']');
}

/* ---- by row ---- */

/* A place as it is kept, rounded to hundredths; how many those are. */
static int64_t
hundredths(struct span place)
{
	char text[NUMBER_LEN];

	SPAN_COPY(text, place);
	return llround(strtod(text, NULL) * 100);
}

static int64_t
number_of(const struct layout_seat *seat)
{
	return seat->number;
}

static int64_t
x_of(const struct layout_seat *seat)
{
	return hundredths(seat->x);
}

static int64_t
y_of(const struct layout_seat *seat)
{
	return hundredths(seat->y);
}

/* One fact of n seats: the first one's, and how much more each next has. */
static void
write_steps(struct strbuf *b, const char *name,
    int64_t (*fact)(const struct layout_seat *),
    const struct layout_seat *seats, size_t n)
{
	int64_t last = 0;

	strbuf_str(b, name);
	for (size_t i = 0; i < n; i++) {
		int64_t next = fact(&seats[i]);

		strbuf_char(b, i == 0 ? '[' : ',');
		strbuf_i64(b, next - last);
		last = next;
	}
	strbuf_char(b, ']');
}

static void
write_run(struct strbuf *b, const struct layout_seat *seats, size_t n)
{
	strbuf_str(b, "{\"section_id\":");
	strbuf_i64(b, seats->section_no);
	strbuf_str(b, ",\"row\":");
	strbuf_json(b, seats->row);
	strbuf_str(b, ",\"type\":");
	strbuf_json(b, seats->type);
	strbuf_str(b, ",\"price_class\":");
	strbuf_i64(b, seats->class_no);
	write_steps(b, ",\"numbers\":", number_of, seats, n);
	write_steps(b, ",\"x\":", x_of, seats, n);
	write_steps(b, ",\"y\":", y_of, seats, n);
	strbuf_char(b, '}');
}

static bool
is_alike(const struct layout_seat *one, const struct layout_seat *other)
{
	return one->section_no == other->section_no
	    && one->class_no == other->class_no && span_eq(one->row, other->row)
	    && span_eq(one->type, other->type);
}

static void
write_runs(struct strbuf *b, const struct layout_seat *seats, size_t n)
{
	size_t from = 0;

	for (size_t i = 1; i <= n; i++) {
		if (i < n && is_alike(&seats[i], &seats[from]))
			continue;
		if (from > 0)
			strbuf_char(b, ',');
		write_run(b, &seats[from], i - from);
		from = i;
	}
}

static void
write_bounds(struct strbuf *b, const struct hall_segment *segment)
{
	strbuf_char(b, '[');
	strbuf_i64(b, segment->first_seat_no);
	strbuf_char(b, ',');
	strbuf_i64(b, segment->n);
	strbuf_char(b, ']');
}

/* ---- both ---- */

const char *
view_layout_member(enum layout_form form)
{
	return form == LAYOUT_ROWS ? "rows" : "seats";
}

int
view_layout_seats(struct ctx *ctx, const struct hall *hall,
    enum layout_form form, struct span *out)
{
	bool rows = form == LAYOUT_ROWS;
	struct layout_seat *seats;
	struct strbuf b;
	size_t n;
	int r = layout_seats(ctx, hall->id, &seats, &n);

	if (r < 0)
		return r;
	strbuf_init(&b, &ctx->arena, n * (rows ? PLACE_LEN : SEAT_LEN) + 64);
	strbuf_char(&b, '[');
	if (rows)
		write_runs(&b, seats, n);
	for (size_t i = 0; i < n && !rows; i++)
		write_seat(&b, (int)i + 1, &seats[i]);
	strbuf_str(&b, "],\"segments\":[");
	for (int i = 0; i < hall->n_segments; i++) {
		if (i > 0)
			strbuf_char(&b, ',');
		(rows ? write_bounds : write_segment)(&b, &hall->segments[i]);
	}
	strbuf_char(&b, ']');
	*out = strbuf_get(&b);
	return 0;
}
