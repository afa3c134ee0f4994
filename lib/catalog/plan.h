/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan - a hall's seat plan: from a few lines to every seat
 *
 * A plan is described by blocks of rows (plan_spec) and becomes a list of
 * seats numbered from 1 without gaps, sections one behind the other. Two
 * plans are the same when their digests are: whatever was written
 * differently but gives the same seats is the same plan.
 *
 * Each row is cut into segments of neighbours, a fact of the plan and not of
 * the numbers on the seats: where an aisle, a missing seat or a break is, and
 * between what was written apart where the places are further from each other
 * than is usual in the row.
 *
 * Layer: domain.  Uses: base, words.
 */
#ifndef CATALOG_PLAN_H
#define CATALOG_PLAN_H

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "catalog/words.h"

#define PLAN_SEATS_MAX 100000
#define PLAN_SECTIONS_MAX 1000
#define PLAN_CLASSES_MAX 200
#define PLAN_ROWS_MAX 1000 /* of one block */
#define PLAN_NUMBER_MAX 1000000
#define PLAN_TYPES_MAX 100
#define PLAN_DECORATIONS_MAX 100
/* Characters of names, of labels of rows, and of decorations. */
#define PLAN_NAME_MAX 100
#define PLAN_ROW_MAX 16
#define PLAN_LABEL_MAX 40

enum plan_outcome {
	PLAN_OK = 0,
	PLAN_E_WRONG, /* struct load_error says where and why */
};

/* What is wrong with an input and where in it. Memory: the input's arena. */
struct load_error {
	const char *at;   /* "venues[0].halls[1].plan.sections[2]" */
	const char *text; /* English */
	bool unknown;     /* at is a member that there is not */
	bool no_json;     /* at is a line and a column */
};

struct span_list {
	struct span *items;
	size_t n;
};

/* ---- what was written ---- */

struct plan_class {
	const char *at;
	struct span key, name[N_LANGS];
};

/* Seats of a block that are of another type: "A-1", "A-2". */
struct plan_retype {
	struct span type;
	struct span_list seats;
};

/*
 * A block: rows from..to, each with the same numbers. The first seat is at
 * (x, y), the next number dx further right (and aisle more behind each number
 * of aisles_after), the next row dy further down. An arc block instead lays
 * its first row on a circle around (x, y) from one angle to the other,
 * degrees clockwise from straight down, and each next row dy further out.
 */
struct plan_rows {
	const char *at;
	struct span from, to;  /* "A".."T", "AA".."AD", "1".."30" */
	struct span_list skip; /* row labels left out, "I" */
	int64_t number_from, number_to, number_step;
	struct span price_class, type;
	double x, y, dx, dy, aisle;
	const int64_t *aisles_after;
	size_t n_aisles;
	bool arc;
	double radius, from_deg, to_deg;
	struct span_list without; /* seats that are not there: "A-1" */
	struct plan_retype *retypes;
	size_t n_retypes;
};

/* A seat written out by itself. */
struct plan_single {
	const char *at;
	struct span row, price_class, type;
	int64_t number;
	double x, y;
};

/* A place that may be left to be found. */
struct plan_focus {
	bool given;
	double x, y;
};

struct plan_section_spec {
	const char *at;
	struct span key, name[N_LANGS];
	enum section_kind kind;
	struct plan_rows *rows; /* assigned */
	size_t n_rows;
	struct plan_single *singles; /* assigned */
	size_t n_singles;
	int64_t capacity;           /* slot, counter */
	struct span price_class;    /* slot, counter */
	double x, y, width, height; /* slot: spread over this */
	struct span_list breaks;    /* assigned: "A-4" and the seat behind
	                             * it are no neighbours */
	struct span_list joins;     /* assigned: "A-4" and the seat behind
	                             * it are, however far it is */
	struct plan_focus focus;    /* what its best seats are near to;
	                             * else the middle of its first row */
};

/* Something to be seen on a plan that is no seat. */
struct plan_decoration {
	enum decoration_kind kind;
	struct span label[N_LANGS]; /* may be empty */
	double x, y, width, height; /* its upper left corner, its size */
};

struct plan_spec {
	const char *at;
	struct plan_class *classes;
	size_t n_classes;
	struct plan_section_spec *sections;
	size_t n_sections;
	struct plan_decoration *decorations;
	size_t n_decorations;
};

/* ---- what it means ---- */

struct plan_seat {
	int section_no, class_no, number;
	struct span row, type;
	double x, y;                   /* rounded to hundredths */
	bool apart;                    /* not beside the seat before it */
	bool beside;                   /* beside it, it was written */
	bool unlike;                   /* as its place does not tell */
	const struct plan_rows *block; /* NULL: written out */
	const char *at;
};

struct plan_section {
	struct span key, name[N_LANGS];
	enum section_kind kind;
	int capacity;
	int first_seat_no;       /* 0: a counter section */
	int class_no;            /* 0: an assigned section */
	double focus_x, focus_y; /* rounded to hundredths */
	bool own_focus;          /* not the middle of its first row */
	double x, y;             /* its area, rounded to hundredths; of an */
	double width, height;    /* assigned section 0, 0, 1 by 1 */
};

struct plan {
	const struct plan_class *classes; /* class_no - 1 */
	size_t n_classes;
	struct plan_section *sections; /* section_no - 1 */
	size_t n_sections;
	struct plan_seat *seats; /* seat_no - 1 */
	size_t n_seats, seats_cap;
	const struct plan_decoration *decorations;
	size_t n_decorations;
	uint8_t digest[SHA256_LEN];
};

/*
 * All seats of a description.
 *
 * out:     out    on OK; error on WRONG
 * memory:  a's; out keeps pointing into spec
 * returns: any plan_outcome
 */
int plan_expand(struct arena *a, const struct plan_spec *spec, struct plan *out,
    struct load_error *error) MUST_CHECK;

/* The row label after label: "A" "B" .. "Z" "AA", or "9" "10"; NONE where
 * label is neither letters A..Z nor a number. Memory: a's. */
struct span plan_next_row(struct arena *a, struct span label);

#endif
