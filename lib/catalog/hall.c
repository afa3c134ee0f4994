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

/* Coordinates as whole numbers, and those of a segment in order. */
#define HUNDREDTHS(place) "round(" place " * 100)::bigint"
/* OFFSET 0: by its key, not by reading all seats. */
#define PLACE_OF(seat) \
	"(SELECT x, y FROM seats WHERE hall_revision_id = $1 AND seat_no = " seat \
	" OFFSET 0)"
#define PLACES(axis) \
	HUNDREDTHS("a." axis) \
	", " HUNDREDTHS("b." axis) ", " HUNDREDTHS("c." axis)

SQL(hall_revision,
    "SELECT revision, seat_count FROM hall_revisions WHERE id = $1");
SQL(hall_classes,
    "SELECT class_no, key, name_ko, name_en FROM price_classes "
    "WHERE hall_revision_id = $1 ORDER BY class_no");
SQL(hall_sections,
	"SELECT section_no, key, name_ko, name_en, kind, capacity, "
	"coalesce(first_seat_no, 0), coalesce(class_no, 0), "
	HUNDREDTHS("focus_x") ", " HUNDREDTHS("focus_y") " FROM sections "
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

/* A segment begins with each row and with each seat that is apart, and ends
 * before the next; its places are those of its first, its middle and its last
 * seat. The row is told by the first seat of its name: blocks beside each other
 * share it. Seats are gone through once, in the order of their key. */
SQL(hall_segments,
    "WITH starts AS MATERIALIZED (SELECT seat_no, section_no, row_label"
    " FROM (SELECT seat_no, section_no, row_label, apart,"
    "  lag(section_no) OVER w AS section_before,"
    "  lag(row_label) OVER w AS row_before"
    "  FROM seats WHERE hall_revision_id = $1"
    "  WINDOW w AS (ORDER BY seat_no)) AS seat"
    " WHERE apart OR section_before IS DISTINCT FROM section_no"
    "  OR row_before IS DISTINCT FROM row_label),"
    " parts AS MATERIALIZED (SELECT s.seat_no AS first, s.section_no,"
    "  min(s.seat_no) OVER (PARTITION BY s.section_no, s.row_label)"
    "  AS row_first, coalesce(lead(s.seat_no) OVER (PARTITION BY s.section_no"
    "   ORDER BY s.seat_no), n.first_seat_no + n.capacity) - s.seat_no AS n"
    "  FROM starts AS s JOIN sections AS n ON n.hall_revision_id = $1"
    "   AND n.section_no = s.section_no AND n.kind = 'assigned')"
    " SELECT p.first, p.n, p.section_no, p.row_first, " PLACES("x") ", " PLACES(
	"y") " FROM parts AS p"
    " CROSS JOIN LATERAL " PLACE_OF("p.first") " AS a"
    " CROSS JOIN LATERAL " PLACE_OF("p.first + (p.n - 1) / 2") " AS b"
    " CROSS JOIN LATERAL " PLACE_OF("p.first + p.n - 1") " AS c"
    " ORDER BY p.first");
SQL(hall_types,
    "SELECT type FROM seats WHERE hall_revision_id = $1 GROUP BY type "
    "ORDER BY min(seat_no)");
SQL(hall_type_of,
    "SELECT coalesce(string_agg(set_byte('\\x00'::bytea, 0, t.no::int), "
    "''::bytea ORDER BY seat_no), ''::bytea) FROM seats JOIN ("
    " SELECT type, row_number() OVER (ORDER BY min(seat_no)) - 1 AS no"
    " FROM seats WHERE hall_revision_id = $1 GROUP BY type) AS t USING (type) "
    "WHERE hall_revision_id = $1");

SQL(hall_decorations,
    "SELECT kind, label_ko, label_en, x, y, width, height "
    "FROM decorations WHERE hall_revision_id = $1 "
    "ORDER BY decoration_no");

struct kept {
	int64_t used; /* 0: empty; greatest: asked for last */
	bool has_neighbours;
	struct hall hall;
	struct arena arena;
};

static struct kept kept_halls[HALL_KEPT];
static int64_t n_asked;

/* What reading one revision needs at every step. */
struct reading {
	struct ctx *ctx;
	enum hall_from from;
	struct arena *arena; /* the kept one's */
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

/* A coordinate: it was asked for in hundredths. */
static float
place(const struct db_rows *rows, size_t row, int col)
{
	return (float)db_get_i64(rows, row, (size_t)col) / 100;
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
		s->focus_x = place(&rows, i, 8);
		s->focus_y = place(&rows, i, 9);
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
		runs[i].row = i > 0 && span_eq(row, runs[i - 1].row)
		    ? runs[i - 1].row
		    : arena_span(rd->arena, row);
	}
	rd->hall->runs = runs;
	rd->hall->n_runs = (int)rows.n_rows;
	return HALL_OK;
}

/* A byte for each seat. */
static int
read_bytes(const struct reading *rd, const struct sql *sql, const uint8_t **out)
{
	struct db_rows rows;
	struct span bytes;
	int r = ask(rd, sql, &rows);

	if (r != DB_OK)
		return r;
	bytes = db_get_bytes(&rd->ctx->arena, &rows, 0, 0);
	if (bytes.len != (size_t)rd->hall->seat_count)
		return nonsense(rd, "seats");
	*out = (const uint8_t *)arena_dup(rd->arena, bytes.p, bytes.len);
	return HALL_OK;
}

static int
read_class_of(const struct reading *rd)
{
	return read_bytes(rd, &sql_hall_class_of, &rd->hall->class_of);
}

static int
read_type_of(const struct reading *rd)
{
	struct db_rows rows;
	struct span *types;
	int r = ask(rd, &sql_hall_types, &rows);

	if (r != DB_OK)
		return r;
	if (rows.n_rows > UINT8_MAX)
		return nonsense(rd, "types");
	types = ARENA_ARRAY(rd->arena, rows.n_rows, struct span);
	for (size_t i = 0; i < rows.n_rows; i++)
		types[i] = keep(rd, &rows, i, 0);
	rd->hall->types = types;
	rd->hall->n_types = (int)rows.n_rows;
	return read_bytes(rd, &sql_hall_type_of, &rd->hall->type_of);
}

static int
read_decorations(const struct reading *rd)
{
	struct db_rows rows;
	struct hall_decoration *decorations;
	int kind, r = ask(rd, &sql_hall_decorations, &rows);

	if (r != DB_OK)
		return r;
	decorations = ARENA_ARRAY(rd->arena, rows.n_rows,
	    struct hall_decoration);
	for (size_t i = 0; i < rows.n_rows; i++) {
		r = words_read(decoration_kinds, db_cell(&rows, i, 0), &kind);
		if (r != 0)
			return r;
		decorations[i] = (struct hall_decoration){
			.kind = (enum decoration_kind)kind,
			.label = { keep(rd, &rows, i, 1),
			    keep(rd, &rows, i, 2) },
			.x = keep(rd, &rows, i, 3),
			.y = keep(rd, &rows, i, 4),
			.width = keep(rd, &rows, i, 5),
			.height = keep(rd, &rows, i, 6),
		};
	}
	rd->hall->decorations = decorations;
	rd->hall->n_decorations = (int)rows.n_rows;
	return HALL_OK;
}

/* Rows are numbered as they first come; one that goes on has the number of
 * the segment that it began with. */
static int
read_segments(const struct reading *rd)
{
	struct db_rows rows;
	struct hall_segment *segments;
	const struct hall_segment *begin;
	int n_rows = 0, r = ask(rd, &sql_hall_segments, &rows);

	if (r != DB_OK)
		return r;
	segments = ARENA_ARRAY(rd->arena, rows.n_rows, struct hall_segment);
	rd->hall->segments = segments;
	for (size_t i = 0; i < rows.n_rows; i++) {
		struct hall_segment *g = &segments[i];
		int row_first = (int)db_get_i64(&rows, i, 3);

		g->first_seat_no = (int)db_get_i64(&rows, i, 0);
		g->n = (int)db_get_i64(&rows, i, 1);
		g->section_no = (int)db_get_i64(&rows, i, 2);
		for (int k = 0; k < 3; k++) {
			g->x[k] = place(&rows, i, 4 + k);
			g->y[k] = place(&rows, i, 7 + k);
		}
		if (i == 0 || g->section_no != g[-1].section_no)
			n_rows = 0;
		rd->hall->n_segments = (int)i + 1;
		begin = row_first == g->first_seat_no
		    ? g
		    : hall_segment_of(rd->hall, row_first);
		if (begin == NULL)
			return nonsense(rd, "the rows of a section");
		g->row_no = begin == g ? ++n_rows : begin->row_no;
	}
	return HALL_OK;
}

/* Segments are within assigned sections and do not overlap. */
static bool
segments_fit(const struct hall *hall)
{
	int next = 1;

	for (int i = 0; i < hall->n_segments; i++) {
		const struct hall_segment *g = &hall->segments[i];
		const struct hall_section *s =
		    &hall->sections[g->section_no - 1];

		if (g->first_seat_no < MAX(next, s->first_seat_no)
		    || g->first_seat_no + g->n > s->first_seat_no + s->capacity)
			return false;
		next = g->first_seat_no + g->n;
	}
	return true;
}

/* Classes and sections are within the hall, and each seat is in a section:
 * all that is indexed by them later. */
static int
check_hall(const struct reading *rd)
{
	const struct hall *hall = rd->hall;
	int next = 1;

	for (int i = 0; i < hall->seat_count; i++)
		if (hall->class_of[i] < 1
		    || hall->class_of[i] > hall->n_classes)
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
	return next == hall->seat_count + 1
	    ? HALL_OK
	    : nonsense(rd, "the seats of its sections");
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
		read_decorations, check_hall };

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

int
hall_neighbours(struct ctx *ctx, const struct hall *hall, enum hall_from from)
{
	struct kept *place = find_kept(hall->id);
	struct reading rd;
	int r;

	assert(place != NULL && hall == &place->hall);
	if (place->has_neighbours)
		return HALL_OK;
	rd = (struct reading){ ctx, from, &place->arena, &place->hall };
	r = read_type_of(&rd);
	if (r == HALL_OK)
		r = read_segments(&rd);
	if (r == HALL_OK && !segments_fit(&place->hall))
		r = nonsense(&rd, "the segments of its rows");
	if (r != HALL_OK)
		place->hall.n_segments = place->hall.n_types = 0;
	else
		hall_segments_sort(&place->hall, &place->arena);
	place->has_neighbours = r == HALL_OK;
	return r;
}

const struct hall_section *
hall_section_of(const struct hall *hall, int seat_no)
{
	assert(seat_no >= 1 && seat_no <= hall->seat_count);
	for (int i = 0; i < hall->n_sections; i++) {
		const struct hall_section *s = &hall->sections[i];

		if (s->first_seat_no != 0 && seat_no >= s->first_seat_no
		    && seat_no - s->first_seat_no < s->capacity)
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

int
hall_type(const struct hall *hall, struct span type)
{
	for (int i = 0; i < hall->n_types; i++)
		if (span_eq(hall->types[i], type))
			return i;
	return -1;
}

char *
hall_label(struct arena *a, const struct hall *hall, int seat_no,
    enum lang lang)
{
	const struct hall_section *section = hall_section_of(hall, seat_no);
	const struct hall_run *run = run_of(hall, seat_no);
	int number = run->first_number + seat_no - run->first_seat_no;
	const char *name = hall->n_sections == 1
	    ? ""
	    : arena_printf(a, "%s ", section->name[lang].p);

	if (run->row.len == 0)
		return arena_printf(a, "%s%d", name, number);
	return arena_printf(a, "%s%s-%d", name, run->row.p, number);
}
