/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_step - the steps of plan_expand, for plan*.c only
 *
 * Layer: domain.  Uses: plan.
 */
#ifndef CATALOG_PLAN_STEP_H
#define CATALOG_PLAN_STEP_H

#include "catalog/plan.h"

struct plan_work {
	struct arena *a;
	const struct plan_spec *spec;
	struct plan *plan;
	struct load_error *error;
};

/* The ints return PLAN_OK or PLAN_E_WRONG, but for plan_find_class. */

/* To two decimals, and never -0. */
double plan_hundredths(double v);
/* Say what is wrong at a place: returns PLAN_E_WRONG. */
int plan_wrong(const struct plan_work *w, const char *at, const char *text);
/* The class_no of a key, or 0. */
int plan_find_class(const struct plan_work *w, struct span key);
/* A copy of seat, its place rounded, behind all others. */
int plan_add_seat(const struct plan_work *w,
    const struct plan_seat *seat) MUST_CHECK;
/* plan_rows.c: all seats of a block. */
int plan_add_rows(const struct plan_work *w, const struct plan_rows *rows,
    int section_no) MUST_CHECK;
/* segment.c: where rows are cut, what breaks name is there, and the focus of
 * each section. */
int segment_plan(const struct plan_work *w) MUST_CHECK;
/* segment.c: which seats are neighbours otherwise than their places tell, of a
 * plan that says which are. */
void segment_compare(struct plan *plan);
/* plan_check.c: no seat is there twice, no key of a class or section. */
int plan_check_seats(const struct plan_work *w) MUST_CHECK;
int plan_check_keys(const struct plan_work *w) MUST_CHECK;
void plan_digest(const struct plan_work *w);

#endif
