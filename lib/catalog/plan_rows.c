/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_rows - a block of rows of a seat plan
 *
 * Labels are counted up from the first to the last; each seat gets its place
 * on the grid or the arc, then the exceptions are applied.
 *
 * Layer: domain.  Uses: base, words.
 */
#include "catalog/plan_step.h"

#include <math.h>

static struct span
next_letters(struct arena *a, struct span label)
{
	char *next = arena_dup(a, label.p, label.len);
	size_t i = label.len;

	while (i > 0 && next[i - 1] == 'Z')
		next[--i] = 'A';
	if (i == 0)
		return span_str(arena_printf(a, "A%s", next));
	next[i - 1]++;
	return (struct span){ next, label.len };
}

struct span
plan_next_row(struct arena *a, struct span label)
{
	int64_t number;
	size_t i = 0;

	if (span_to_i64(label, &number) && number >= 0
	    && number < PLAN_NUMBER_MAX)
		return span_str(arena_printf(a, "%d", (int)number + 1));
	while (i < label.len && label.p[i] >= 'A' && label.p[i] <= 'Z')
		i++;
	return label.len > 0 && i == label.len ? next_letters(a, label)
					       : SPAN_NONE;
}

struct block {
	const struct plan_rows *rows;
	int section_no, class_no;
	int n_numbers;
	size_t n_named; /* seats of without and retypes found */
};

static bool
list_has(const struct span_list *list, struct span s)
{
	for (size_t i = 0; i < list->n; i++)
		if (span_eq(list->items[i], s))
			return true;
	return false;
}

static void
place_seat(const struct block *b, int row, int column, int64_t number,
    struct plan_seat *seat)
{
	const struct plan_rows *rows = b->rows;
	double turn, radius;

	if (rows->arc) {
		turn = b->n_numbers == 1 ? 0.5
					 : column / (double)(b->n_numbers - 1);
		turn = (rows->from_deg + (rows->to_deg - rows->from_deg) * turn)
		    * M_PI / 180;
		radius = rows->radius + row * rows->dy;
		seat->x = rows->x - radius * sin(turn);
		seat->y = rows->y + radius * cos(turn);
		return;
	}
	seat->x = rows->x + column * rows->dx;
	seat->y = rows->y + row * rows->dy;
	for (size_t i = 0; i < rows->n_aisles; i++)
		if (number > rows->aisles_after[i])
			seat->x += rows->aisle;
}

/* Whether the seat is there, and of which type. */
static bool
apply_exceptions(const struct plan_work *w, struct block *b,
    struct plan_seat *seat)
{
	const struct plan_rows *rows = b->rows;
	struct span name;

	if (rows->without.n == 0 && rows->n_retypes == 0)
		return true;
	name = span_str(arena_printf(w->a, "%s-%d", seat->row.p, seat->number));
	if (list_has(&rows->without, name)) {
		b->n_named++;
		return false;
	}
	for (size_t i = 0; i < rows->n_retypes; i++)
		if (list_has(&rows->retypes[i].seats, name)) {
			b->n_named++;
			seat->type = rows->retypes[i].type;
		}
	return true;
}

/* Whether an aisle lies between a number and the one before it. */
static bool
behind_aisle(const struct plan_rows *rows, int64_t number)
{
	for (size_t i = 0; i < rows->n_aisles; i++)
		if (number > rows->aisles_after[i]
		    && number - rows->number_step <= rows->aisles_after[i])
			return true;
	return false;
}

static int
add_row(const struct plan_work *w, struct block *b, struct span label, int row)
{
	const struct plan_rows *rows = b->rows;
	bool gap = false;
	int column = 0;

	for (int64_t n = rows->number_from; n <= rows->number_to;
	     n += rows->number_step) {
		struct plan_seat seat = { .section_no = b->section_no,
			.class_no = b->class_no,
			.number = (int)n,
			.row = label,
			.type = rows->type,
			.block = rows,
			.at = rows->at };
		int r;

		place_seat(b, row, column++, n, &seat);
		gap |= behind_aisle(rows, n);
		if (!apply_exceptions(w, b, &seat)) {
			gap = true;
			continue;
		}
		seat.apart = gap;
		gap = false;
		r = plan_add_seat(w, &seat);
		if (r != PLAN_OK)
			return r;
	}
	return PLAN_OK;
}

/* A seat named as an exception that is not there is a slip of the pen. */
static int
check_exceptions(const struct plan_work *w, const struct block *b)
{
	size_t n = b->rows->without.n;

	for (size_t i = 0; i < b->rows->n_retypes; i++)
		n += b->rows->retypes[i].seats.n;
	if (n == b->n_named)
		return PLAN_OK;
	return plan_wrong(w, b->rows->at,
	    "without or types names a seat that is not in these rows");
}

static int
begin_block(const struct plan_work *w, struct block *b)
{
	const struct plan_rows *rows = b->rows;

	b->class_no = plan_find_class(w, rows->price_class);
	if (b->class_no == 0)
		return plan_wrong(w, rows->at,
		    arena_printf(w->a, "there is no price class \"%s\"",
			arena_str(w->a, rows->price_class)));
	if (rows->number_to < rows->number_from)
		return plan_wrong(w, rows->at, "numbers end before they begin");
	b->n_numbers = (int)((rows->number_to - rows->number_from)
			   / rows->number_step)
	    + 1;
	return PLAN_OK;
}

int
plan_add_rows(const struct plan_work *w, const struct plan_rows *rows,
    int section_no)
{
	struct block b = { .rows = rows, .section_no = section_no };
	struct span label = arena_span(w->a, rows->from);
	int r = begin_block(w, &b);
	int row = 0;

	for (int i = 0; r == PLAN_OK && i < PLAN_ROWS_MAX; i++) {
		if (!list_has(&rows->skip, label))
			r = add_row(w, &b, label, row++);
		if (r == PLAN_OK && span_eq(label, rows->to))
			return check_exceptions(w, &b);
		label = plan_next_row(w->a, label);
		if (!span_is(label))
			break;
	}
	return r != PLAN_OK
	    ? r
	    : plan_wrong(w, rows->at,
		"counting rows from "
		"\"from\" (A, B, .. Z, AA or 1, 2, ..) does not arrive at \"to\"");
}
