/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan - a hall's seat plan: from a few lines to every seat
 *
 * Section by section, block by block, so that a section's seats follow each
 * other; then doubles are looked for, then the digest is made of the result.
 *
 * Layer: domain.  Uses: base, words.
 */
#include "catalog/plan.h"

#include "base/strbuf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What every step needs. */
struct work {
	struct arena *a;
	const struct plan_spec *spec;
	struct plan *plan;
	struct load_error *error;
};

static int
wrong(const struct work *w, const char *at, const char *text)
{
	w->error->at = at;
	w->error->text = text;
	return PLAN_E_WRONG;
}

/* ---- rows ---- */

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

	if (span_to_i64(label, &number) && number >= 0 &&
	    number < PLAN_NUMBER_MAX)
		return span_str(arena_printf(a, "%d", (int)number + 1));
	while (i < label.len && label.p[i] >= 'A' && label.p[i] <= 'Z')
		i++;
	return label.len > 0 && i == label.len ? next_letters(a, label) :
	    SPAN_NONE;
}

/* ---- one seat ---- */

static double
hundredths(double v)
{
	double rounded = round(v * 100) / 100;

	return rounded == 0 ? 0 : rounded;	/* no -0 */
}

static int
find_class(const struct work *w, struct span key)
{
	for (size_t i = 0; i < w->spec->n_classes; i++)
		if (span_eq(w->spec->classes[i].key, key))
			return (int)i + 1;
	return 0;
}

static int
add_seat(const struct work *w, const struct plan_seat *seat)
{
	struct plan *p = w->plan;

	if (p->n_seats == PLAN_SEATS_MAX)
		return wrong(w, seat->at, "a hall has at most 100000 seats");
	if (p->n_seats == p->seats_cap) {
		size_t cap = MAX(p->seats_cap * 2, 1024);
		struct plan_seat *more =
		    ARENA_ARRAY(w->a, cap, struct plan_seat);

		if (p->n_seats > 0)
			memcpy(more, p->seats, p->n_seats * sizeof(*more));
		p->seats = more;
		p->seats_cap = cap;
	}
	p->seats[p->n_seats] = *seat;
	p->seats[p->n_seats].x = hundredths(seat->x);
	p->seats[p->n_seats].y = hundredths(seat->y);
	p->n_seats++;
	return PLAN_OK;
}

/* ---- a block of rows ---- */

struct block {
	const struct plan_rows *rows;
	int section_no, class_no;
	int n_numbers;
	size_t n_named;		/* seats of without and retypes found */
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
		turn = b->n_numbers == 1 ? 0.5 :
		    column / (double)(b->n_numbers - 1);
		turn = (rows->from_deg + (rows->to_deg - rows->from_deg) *
		    turn) * M_PI / 180;
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
apply_exceptions(const struct work *w, struct block *b, struct plan_seat *seat)
{
	const struct plan_rows *rows = b->rows;
	struct span name;

	if (rows->without.n == 0 && rows->n_retypes == 0)
		return true;
	name = span_str(arena_printf(w->a, "%s-%d", seat->row.p,
	    seat->number));
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

static int
add_row(const struct work *w, struct block *b, struct span label, int row)
{
	const struct plan_rows *rows = b->rows;
	int column = 0;

	for (int64_t n = rows->number_from; n <= rows->number_to;
	    n += rows->number_step) {
		struct plan_seat seat = { .section_no = b->section_no,
			.class_no = b->class_no, .number = (int)n,
			.row = label, .type = rows->type, .at = rows->at };
		int r;

		place_seat(b, row, column++, n, &seat);
		if (!apply_exceptions(w, b, &seat))
			continue;
		r = add_seat(w, &seat);
		if (r != PLAN_OK)
			return r;
	}
	return PLAN_OK;
}

/* A seat named as an exception that is not there is a slip of the pen. */
static int
check_exceptions(const struct work *w, const struct block *b)
{
	size_t n = b->rows->without.n;

	for (size_t i = 0; i < b->rows->n_retypes; i++)
		n += b->rows->retypes[i].seats.n;
	if (n == b->n_named)
		return PLAN_OK;
	return wrong(w, b->rows->at,
	    "without or types names a seat that is not in these rows");
}

static int
begin_block(const struct work *w, struct block *b)
{
	const struct plan_rows *rows = b->rows;

	b->class_no = find_class(w, rows->price_class);
	if (b->class_no == 0)
		return wrong(w, rows->at, arena_printf(w->a,
		    "there is no price class \"%s\"",
		    arena_str(w->a, rows->price_class)));
	if (rows->number_to < rows->number_from)
		return wrong(w, rows->at, "numbers end before they begin");
	b->n_numbers = (int)((rows->number_to - rows->number_from) /
	    rows->number_step) + 1;
	return PLAN_OK;
}

static int
add_rows(const struct work *w, const struct plan_rows *rows, int section_no)
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
	return r != PLAN_OK ? r : wrong(w, rows->at, "counting rows from "
	    "\"from\" (A, B, .. Z, AA or 1, 2, ..) does not arrive at \"to\"");
}

/* ---- sections ---- */

static int
add_single(const struct work *w, const struct plan_single *single,
    int section_no)
{
	struct plan_seat seat = { .section_no = section_no,
		.class_no = find_class(w, single->price_class),
		.number = (int)single->number, .row = single->row,
		.type = single->type, .x = single->x, .y = single->y,
		.at = single->at };

	if (seat.class_no == 0)
		return wrong(w, single->at, "there is no such price class");
	return add_seat(w, &seat);
}

/* Places on a grid about as wide and as high as the area. */
static int
add_slots(const struct work *w, const struct plan_section_spec *spec,
    const struct plan_section *section, int section_no)
{
	double n = (double)spec->capacity;
	int columns = (int)ceil(sqrt(n * spec->width / spec->height));
	int rows = (section->capacity + columns - 1) / columns;

	for (int i = 0; i < section->capacity; i++) {
		struct plan_seat seat = { .section_no = section_no,
			.class_no = section->class_no, .number = i + 1,
			.row = SPAN_LIT(""), .type = SPAN_LIT("standing"),
			.at = spec->at };
		int r;

		seat.x = spec->x + spec->width * (i % columns + 0.5) / columns;
		seat.y = spec->y + spec->height * (i / columns + 0.5) / rows;
		r = add_seat(w, &seat);
		if (r != PLAN_OK)
			return r;
	}
	return PLAN_OK;
}

static int
add_assigned(const struct work *w, const struct plan_section_spec *spec,
    struct plan_section *section, int section_no)
{
	size_t before = w->plan->n_seats;
	int r = PLAN_OK;

	for (size_t i = 0; r == PLAN_OK && i < spec->n_rows; i++)
		r = add_rows(w, &spec->rows[i], section_no);
	for (size_t i = 0; r == PLAN_OK && i < spec->n_singles; i++)
		r = add_single(w, &spec->singles[i], section_no);
	if (r != PLAN_OK)
		return r;
	section->capacity = (int)(w->plan->n_seats - before);
	return section->capacity > 0 ? PLAN_OK :
	    wrong(w, spec->at, "a section has at least one seat");
}

static int
add_section(const struct work *w, const struct plan_section_spec *spec,
    int section_no)
{
	struct plan_section *s = &w->plan->sections[section_no - 1];

	*s = (struct plan_section){ .key = spec->key,
		.name = { spec->name[LANG_KO], spec->name[LANG_EN] },
		.kind = spec->kind, .capacity = (int)spec->capacity };
	if (spec->kind != SECTION_COUNTER)
		s->first_seat_no = (int)w->plan->n_seats + 1;
	if (spec->kind == SECTION_ASSIGNED)
		return add_assigned(w, spec, s, section_no);
	s->class_no = find_class(w, spec->price_class);
	if (s->class_no == 0)
		return wrong(w, spec->at, "there is no such price class");
	return spec->kind == SECTION_COUNTER ? PLAN_OK :
	    add_slots(w, spec, s, section_no);
}

/* ---- doubles ---- */

static int
compare_spans(struct span a, struct span b)
{
	int r = memcmp(a.p, b.p, MIN(a.len, b.len));

	return r != 0 ? r : (a.len > b.len) - (a.len < b.len);
}

static int
compare_seats(const void *left, const void *right)
{
	const struct plan_seat *a = *(const struct plan_seat *const *)left;
	const struct plan_seat *b = *(const struct plan_seat *const *)right;
	int r = a->section_no - b->section_no;

	if (r == 0)
		r = compare_spans(a->row, b->row);
	return r != 0 ? r : a->number - b->number;
}

static int
check_doubled_seats(const struct work *w)
{
	size_t n = w->plan->n_seats;
	const struct plan_seat **sorted =
	    ARENA_ARRAY(w->a, n, const struct plan_seat *);

	for (size_t i = 0; i < n; i++)
		sorted[i] = &w->plan->seats[i];
	qsort(sorted, n, sizeof(*sorted), compare_seats);
	for (size_t i = 1; i < n; i++)
		if (compare_seats(&sorted[i - 1], &sorted[i]) == 0)
			return wrong(w, sorted[i]->at, arena_printf(w->a,
			    "seat %s-%d is there twice",
			    arena_str(w->a, sorted[i]->row),
			    sorted[i]->number));
	return PLAN_OK;
}

static int
check_doubled_keys(const struct work *w)
{
	const struct plan_spec *spec = w->spec;

	for (size_t i = 0; i < spec->n_classes; i++)
		if (find_class(w, spec->classes[i].key) != (int)i + 1)
			return wrong(w, spec->classes[i].at,
			    "another price class has the same key");
	for (size_t i = 0; i < spec->n_sections; i++)
		for (size_t k = 0; k < i; k++)
			if (span_eq(spec->sections[i].key,
			    spec->sections[k].key))
				return wrong(w, spec->sections[i].at,
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
make_digest(const struct work *w)
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
	}
	for (size_t i = 0; i < p->n_seats; i++) {
		const struct plan_seat *s = &p->seats[i];

		strbuf_printf(&b, "\n%d %d %d %.2f %.2f ", s->section_no,
		    s->class_no, s->number, s->x, s->y);
		strbuf_json(&b, s->row);
		strbuf_json(&b, s->type);
	}
	crypto_sha256(strbuf_get(&b), p->digest);
}

int
plan_expand(struct arena *a, const struct plan_spec *spec, struct plan *out,
    struct load_error *error)
{
	struct work w = { a, spec, out, error };
	int r;

	*out = (struct plan){ .classes = spec->classes,
		.n_classes = spec->n_classes, .n_sections = spec->n_sections,
		.sections = ARENA_ARRAY(a, spec->n_sections,
		    struct plan_section) };
	r = check_doubled_keys(&w);
	for (size_t i = 0; r == PLAN_OK && i < spec->n_sections; i++)
		r = add_section(&w, &spec->sections[i], (int)i + 1);
	if (r == PLAN_OK)
		r = check_doubled_seats(&w);
	if (r == PLAN_OK)
		make_digest(&w);
	return r;
}
