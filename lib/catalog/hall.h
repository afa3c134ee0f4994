/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hall - the seat plan of one hall revision, kept by the worker
 *
 * A revision that a performance uses never changes, so each worker reads it
 * once and keeps the last HALL_KEPT of them: sections, price classes, the
 * class of each seat and what a seat is called. Geometry is not kept; see
 * layout.h.
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
	HALL_E_NONE,		/* no such revision */
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
	int first_seat_no;	/* its seats are first..first + capacity - 1;
				 * 0 for a counter section */
	int class_no;		/* when all of it has one class, else 0 */
};

/* Seats of one row whose numbers follow each other. */
struct hall_run {
	int first_seat_no, n;
	int first_number;
	struct span row;
};

struct hall {
	int64_t id;			/* hall_revisions.id */
	int revision;			/* 1.. in its hall */
	int seat_count;			/* seat_no is 1..seat_count */
	int n_classes, n_sections, n_runs;
	const struct hall_class *classes;	/* class_no - 1 */
	const struct hall_section *sections;	/* section_no - 1 */
	const struct hall_run *runs;		/* by first_seat_no */
	const uint8_t *class_of;		/* seat_no - 1 */
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

/* The section a seat is in. seat_no: 1..seat_count. */
const struct hall_section *hall_section_of(const struct hall *hall,
    int seat_no);
/*
 * What people call a seat: "A-12", in a hall of several sections "Stalls
 * A-12", a numbered slot "Standing 123". Memory: a's.
 */
char *hall_label(struct arena *a, const struct hall *hall, int seat_no,
    enum lang lang);

#endif
