/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hall - the seat plan of one hall revision, kept by the worker
 *
 * Each kept revision has an arena of its own; the one longest not asked for
 * gives way. Seats are kept as runs of neighbours because a hall of 20,000
 * seats has some hundred of those, and a class byte each.
 *
 * Layer: domain.  Uses: base, store, words.
 */
#include "catalog/hall.h"

#include "base/log.h"
#include "store/read.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* A bound against runaways: 100,000 seats of which no two are neighbours. */
#define HALL_ARENA_MAX ((size_t)64 << 20)

SQL(hall_revision,
	"SELECT revision, seat_count FROM hall_revisions WHERE id = $1");
SQL(hall_classes,
	"SELECT class_no, key, name_ko, name_en FROM price_classes "
	"WHERE hall_revision_id = $1 ORDER BY class_no");
SQL(hall_sections,
	"SELECT section_no, key, name_ko, name_en, kind, capacity, "
	"coalesce(first_seat_no, 0), coalesce(class_no, 0) FROM sections "
	"WHERE hall_revision_id = $1 ORDER BY section_no");
/* Seats whose number grows with their seat_no differ by a constant; the row
 * number tells apart stretches that only share that constant. */
SQL(hall_runs,
	"SELECT min(seat_no), count(*), min(number), row_label FROM ("
	" SELECT section_no, row_label, seat_no, number, seat_no - row_number()"
	" OVER (PARTITION BY section_no, row_label, number - seat_no"
	" ORDER BY seat_no) AS stretch FROM seats WHERE hall_revision_id = $1"
	") AS s GROUP BY section_no, row_label, number - seat_no, stretch "
	"ORDER BY 1");
SQL(hall_class_of,
	"SELECT coalesce(string_agg(set_byte('\\x00'::bytea, 0, class_no), "
	"''::bytea ORDER BY seat_no), ''::bytea) FROM seats "
	"WHERE hall_revision_id = $1");

struct kept {
	int64_t used;		/* 0: empty; greatest: asked for last */
	struct hall hall;
	struct arena arena;
};

static struct kept kept_halls[HALL_KEPT];
static int64_t n_asked;

/* What reading one revision needs at every step. */
struct reading {
	struct ctx *ctx;
	enum hall_from from;
	struct arena *arena;	/* the kept one's */
	struct hall *hall;
};

static int
ask(const struct reading *rd, const struct sql *sql, struct db_rows *rows)
{
	struct db_param id = db_i64(&rd->ctx->arena, rd->hall->id);

	if (rd->from == HALL_FROM_ANY)
		return db_read(rd->ctx, sql, 1, &id, rows);
	return db_read_primary(rd->ctx, sql, 1, &id, rows);
}

static struct span
keep(const struct reading *rd, const struct db_rows *rows, size_t row, int col)
{
	return arena_span(rd->arena, db_cell(rows, row, (size_t)col));
}

/* A revision that was not loaded by us: a fault of the request that asked. */
static int
nonsense(const struct reading *rd, const char *what)
{
	LOG(ERROR, "hall-revision-nonsense", LINT("revision", rd->hall->id),
	    LSTR("what", what));
	return -EBADMSG;
}

static int
read_revision(const struct reading *rd)
{
	struct db_rows rows;
	int r = ask(rd, &sql_hall_revision, &rows);

	if (r != DB_OK)
		return r;
	if (rows.n_rows == 0)
		return HALL_E_NONE;
	rd->hall->revision = (int)db_get_i64(&rows, 0, 0);
	rd->hall->seat_count = (int)db_get_i64(&rows, 0, 1);
	return HALL_OK;
}

static int
read_classes(const struct reading *rd)
{
	struct db_rows rows;
	struct hall_class *classes;
	int r = ask(rd, &sql_hall_classes, &rows);

	if (r != DB_OK)
		return r;
	classes = ARENA_ARRAY(rd->arena, rows.n_rows, struct hall_class);
	for (size_t i = 0; i < rows.n_rows; i++) {
		if (db_get_i64(&rows, i, 0) != (int64_t)i + 1)
			return nonsense(rd, "price classes");
		classes[i].key = keep(rd, &rows, i, 1);
		classes[i].name[LANG_KO] = keep(rd, &rows, i, 2);
		classes[i].name[LANG_EN] = keep(rd, &rows, i, 3);
	}
	rd->hall->classes = classes;
	rd->hall->n_classes = (int)rows.n_rows;
	return HALL_OK;
}

static int
read_sections(const struct reading *rd)
{
	struct db_rows rows;
	struct hall_section *sections;
	int kind, r = ask(rd, &sql_hall_sections, &rows);

	if (r != DB_OK)
		return r;
	sections = ARENA_ARRAY(rd->arena, rows.n_rows, struct hall_section);
	for (size_t i = 0; i < rows.n_rows; i++) {
		struct hall_section *s = &sections[i];

		if (db_get_i64(&rows, i, 0) != (int64_t)i + 1)
			return nonsense(rd, "sections");
		s->key = keep(rd, &rows, i, 1);
		s->name[LANG_KO] = keep(rd, &rows, i, 2);
		s->name[LANG_EN] = keep(rd, &rows, i, 3);
		r = words_read(section_kinds, db_cell(&rows, i, 4), &kind);
		if (r != 0)
			return r;
		s->kind = (enum section_kind)kind;
		s->capacity = (int)db_get_i64(&rows, i, 5);
		s->first_seat_no = (int)db_get_i64(&rows, i, 6);
		s->class_no = (int)db_get_i64(&rows, i, 7);
	}
	rd->hall->sections = sections;
	rd->hall->n_sections = (int)rows.n_rows;
	return HALL_OK;
}

static int
read_runs(const struct reading *rd)
{
	struct db_rows rows;
	struct hall_run *runs;
	int r = ask(rd, &sql_hall_runs, &rows);

	if (r != DB_OK)
		return r;
	runs = ARENA_ARRAY(rd->arena, rows.n_rows, struct hall_run);
	for (size_t i = 0; i < rows.n_rows; i++) {
		struct span row = db_cell(&rows, i, 3);

		runs[i].first_seat_no = (int)db_get_i64(&rows, i, 0);
		runs[i].n = (int)db_get_i64(&rows, i, 1);
		runs[i].first_number = (int)db_get_i64(&rows, i, 2);
		/* Aisles and odd numbers cut a row: its name is kept once. */
		runs[i].row = i > 0 && span_eq(row, runs[i - 1].row) ?
		    runs[i - 1].row : arena_span(rd->arena, row);
	}
	rd->hall->runs = runs;
	rd->hall->n_runs = (int)rows.n_rows;
	return HALL_OK;
}

static int
read_class_of(const struct reading *rd)
{
	struct db_rows rows;
	struct span classes;
	int r = ask(rd, &sql_hall_class_of, &rows);

	if (r != DB_OK)
		return r;
	classes = db_get_bytes(&rd->ctx->arena, &rows, 0, 0);
	if (classes.len != (size_t)rd->hall->seat_count)
		return nonsense(rd, "seats");
	rd->hall->class_of = (const uint8_t *)arena_dup(rd->arena, classes.p,
	    classes.len);
	return HALL_OK;
}

/* Classes and sections are within the hall, and each seat is in a section:
 * all that is indexed by them later. */
static int
check_hall(const struct reading *rd)
{
	const struct hall *hall = rd->hall;
	int next = 1;

	for (int i = 0; i < hall->seat_count; i++)
		if (hall->class_of[i] < 1 ||
		    hall->class_of[i] > hall->n_classes)
			return nonsense(rd, "the class of a seat");
	for (int i = 0; i < hall->n_sections; i++) {
		const struct hall_section *s = &hall->sections[i];

		if (s->class_no < 0 || s->class_no > hall->n_classes)
			return nonsense(rd, "the class of a section");
		if (s->kind == SECTION_COUNTER)
			continue;
		if (s->first_seat_no != next)
			return nonsense(rd, "the seats of a section");
		next += s->capacity;
	}
	return next == hall->seat_count + 1 ? HALL_OK :
	    nonsense(rd, "the seats of its sections");
}

/* An assigned section of one class only is told so, as the others are. */
static void
find_uniform_sections(struct hall *hall, struct hall_section *sections)
{
	for (int i = 0; i < hall->n_sections; i++) {
		struct hall_section *s = &sections[i];
		const uint8_t *class_of = hall->class_of + s->first_seat_no - 1;

		if (s->kind != SECTION_ASSIGNED)
			continue;
		s->class_no = class_of[0];
		for (int k = 1; k < s->capacity && s->class_no != 0; k++)
			if (class_of[k] != class_of[0])
				s->class_no = 0;
	}
}

static int
read_hall(const struct reading *rd)
{
	static int (*const steps[])(const struct reading *) = { read_revision,
		read_classes, read_sections, read_runs, read_class_of,
		check_hall };

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		int r = steps[i](rd);

		if (r != HALL_OK)
			return r;
	}
	find_uniform_sections(rd->hall,
	    (struct hall_section *)rd->hall->sections);
	return HALL_OK;
}

static struct kept *
find_kept(int64_t id)
{
	for (size_t i = 0; i < HALL_KEPT; i++)
		if (kept_halls[i].used != 0 && kept_halls[i].hall.id == id)
			return &kept_halls[i];
	return NULL;
}

/* An empty place, made by giving up the one longest not asked for. */
static struct kept *
make_place(void)
{
	struct kept *place = &kept_halls[0];

	for (size_t i = 1; i < HALL_KEPT; i++)
		if (kept_halls[i].used < place->used)
			place = &kept_halls[i];
	if (place->used != 0)
		arena_fini(&place->arena);
	*place = (struct kept){ 0 };
	return place;
}

int
hall_get(struct ctx *ctx, int64_t id, enum hall_from from,
    const struct hall **out)
{
	struct kept *place = find_kept(id);
	struct reading rd;
	int r;

	if (place == NULL) {
		place = make_place();
		place->hall.id = id;
		arena_init(&place->arena, HALL_ARENA_MAX);
		rd = (struct reading){ ctx, from, &place->arena, &place->hall };
		r = read_hall(&rd);
		if (r != HALL_OK) {
			arena_fini(&place->arena);
			return r;
		}
	}
	place->used = ++n_asked;
	*out = &place->hall;
	return HALL_OK;
}

const struct hall_section *
hall_section_of(const struct hall *hall, int seat_no)
{
	assert(seat_no >= 1 && seat_no <= hall->seat_count);
	for (int i = 0; i < hall->n_sections; i++) {
		const struct hall_section *s = &hall->sections[i];

		if (s->first_seat_no != 0 && seat_no >= s->first_seat_no &&
		    seat_no - s->first_seat_no < s->capacity)
			return s;
	}
	assert(!"a seat without a section");
	return NULL;
}

static const struct hall_run *
run_of(const struct hall *hall, int seat_no)
{
	int low = 0, high = hall->n_runs - 1;

	/* The last run that begins at or before the seat. */
	while (low < high) {
		int middle = low + (high - low + 1) / 2;

		if (hall->runs[middle].first_seat_no <= seat_no)
			low = middle;
		else
			high = middle - 1;
	}
	return &hall->runs[low];
}

char *
hall_label(struct arena *a, const struct hall *hall, int seat_no,
    enum lang lang)
{
	const struct hall_section *section = hall_section_of(hall, seat_no);
	const struct hall_run *run = run_of(hall, seat_no);
	int number = run->first_number + seat_no - run->first_seat_no;
	const char *name = hall->n_sections == 1 ? "" :
	    arena_printf(a, "%s ", section->name[lang].p);

	if (run->row.len == 0)
		return arena_printf(a, "%s%d", name, number);
	return arena_printf(a, "%s%s-%d", name, run->row.p, number);
}
