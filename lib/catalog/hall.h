/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hall - the seat plan of one hall revision, kept by the worker
 *
 * A revision that a performance uses never changes, so each worker reads it
 * once and keeps the last HALL_KEPT of them: sections, price classes, the
 * class of each seat and what a seat is called; its type, and which seats are
 * neighbours, once somebody needs that (hall_neighbours). Of places only what
 * ranks seats is kept; see layout.h for more.
 *
 * Layer: domain.  Uses: base, store, words.
 */
#ifndef CATALOG_HALL_H
#define CATALOG_HALL_H

#include "base/lang.h"
#include "catalog/words.h"

struct arena;
struct ctx;

#define HALL_KEPT 128
#define HALL_CLASSES_MAX 200

enum hall_outcome {
	HALL_OK = 0,
	HALL_E_NONE, /* no such revision */
};

/* Which server is asked when the revision is not kept yet. */
enum hall_from { HALL_FROM_PRIMARY, HALL_FROM_ANY };

struct hall_class {
	struct span key, name[N_LANGS];
};

struct hall_section {
	struct span key, name[N_LANGS];
	enum section_kind kind;
	int capacity;
	int first_seat_no;      /* its seats are first..first + capacity - 1;
	                         * 0 for a counter section */
	int class_no;           /* when all of it has one class, else 0 */
	float focus_x, focus_y; /* its best places are near to this */
};

/*
 * Neighbours: seats of one row between which is no aisle, no gap, no break.
 * Each seat of an assigned section is in one segment, those of other sections
 * in none. A section's segments follow each other.
 */
struct hall_segment {
	int first_seat_no, n;
	int section_no;
	int row_no;       /* 1.. in its section, front first; rows
	                   * that neighbour differ by one, and
	                   * those parted by an aisle by none */
	float x[3], y[3]; /* of the first, the middle (n - 1) / 2
	                   * behind it, and the last seat */
};

/*
 * A segment as it lies to the focus of its section. Of a place behind seats
 * after the first one, halves being between two seats:
 *   x and y      are at + behind * (once + (behind - 1) * twice)
 *   distance^2   is at least base + rise * (behind - middle)^2, in a straight
 *                row just that
 */
struct hall_nearest {
	const struct hall_segment *segment;
	float far; /* its places are, at least */
	float at[2], once[2], twice[2];
	float base, rise, middle;
};

/* Seats of one row whose numbers follow each other. */
struct hall_run {
	int first_seat_no, n;
	int first_number;
	struct span row;
};

/* What a plan shows beside its seats. */
struct hall_decoration {
	enum decoration_kind kind;
	struct span label[N_LANGS];      /* may be empty */
	struct span x, y, width, height; /* as PostgreSQL writes them */
};

struct hall {
	int64_t id;     /* hall_revisions.id */
	int revision;   /* 1.. in its hall */
	int seat_count; /* seat_no is 1..seat_count */
	int n_classes, n_sections, n_runs;
	const struct hall_class *classes;    /* class_no - 1 */
	const struct hall_section *sections; /* section_no - 1 */
	const struct hall_run *runs;         /* by first_seat_no */
	const uint8_t *class_of;             /* seat_no - 1 */
	/* once hall_neighbours has read them */
	int n_segments, n_types;
	const struct hall_segment *segments; /* by first_seat_no */
	const struct hall_nearest *nearest;  /* the same, nearest first */
	const struct span *types;            /* "standard", "wheelchair" */
	const uint8_t *type_of;              /* seat_no - 1: which of types */
	int n_decorations;
	const struct hall_decoration *decorations;
};

/*
 * The plan of a revision.
 *
 * in:      id   hall_revisions.id
 * memory:  *out is the worker's and stays for this request: at least until
 *          HALL_KEPT other revisions were asked for
 * returns: any hall_outcome; < 0 on a fault
 */
int hall_get(struct ctx *ctx, int64_t id, enum hall_from from,
    const struct hall **out) MUST_CHECK;

/*
 * Which seats are neighbours, and of which type each is: most who sell need
 * neither, and of a large hall they take as long to read as all else.
 *
 * in:      hall  by hall_get, in this request
 * out:     its segments and types
 * returns: HALL_OK; < 0 on a fault
 */
int hall_neighbours(struct ctx *ctx, const struct hall *hall,
    enum hall_from from) MUST_CHECK;

/* The section a seat is in. seat_no: 1..seat_count. */
const struct hall_section *hall_section_of(const struct hall *hall,
    int seat_no);
/* The segment a seat is in, or NULL: it is in no assigned section. */
const struct hall_segment *hall_segment_of(const struct hall *hall,
    int seat_no);
/* Where in the plan a place of a segment is: seats behind its first one,
 * 0..n - 1; halves lie between two seats. Nearly so: interpolated. */
void hall_segment_place(const struct hall_segment *segment, float behind,
    float *x, float *y);
/* Write nearest, of the segments and sections that it has. Memory: a's. */
void hall_segments_sort(struct hall *hall, struct arena *a);
/* How far a place of a segment is from a point. */
float hall_nearest_far(const struct hall_nearest *in, float behind,
    const float from[2]);
/* Which of the hall's types a word is, or -1: no seat is of that type. */
int hall_type(const struct hall *hall, struct span type);
/*
 * What people call a seat: "A-12", in a hall of several sections "Stalls
 * A-12", a numbered slot "Standing 123". Memory: a's.
 */
char *hall_label(struct arena *a, const struct hall *hall, int seat_no,
    enum lang lang);

#endif
