/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_stored - the seat plan of a revision, as it was loaded
 *
 * For those who want a plan back (reader/load_file.h writes it). Who sells by
 * it reads hall.h.
 *
 * Layer: domain.  Uses: base, store, plan.
 */
#ifndef CATALOG_PLAN_STORED_H
#define CATALOG_PLAN_STORED_H

#include "catalog/plan.h"

struct ctx;

enum plan_stored_outcome {
	PLAN_STORED_OK = 0,
	PLAN_STORED_E_NONE, /* no such revision */
};

/*
 * The plan of a revision, from the primary.
 *
 * in:      id   hall_revisions.id
 * out:     its digest is the one it was loaded with; seats have no at
 * memory:  ctx's arena
 * returns: OK, NONE; < 0 on a fault
 */
int plan_stored(struct ctx *ctx, int64_t id, struct plan *out) MUST_CHECK;

/* A hall, and a revision of it. */
struct plan_stored_ids {
	int64_t hall;
	int64_t revision; /* hall_revisions.id; 0: it has no such revision */
};

/*
 * By what operators call them, from the primary.
 *
 * in:      revision  its number in the hall, 1..; 0: the newest
 * returns: OK; NONE: no such hall; < 0 on a fault
 */
int plan_stored_find(struct ctx *ctx, struct span venue, struct span hall,
    int64_t revision, struct plan_stored_ids *out) MUST_CHECK;

#endif
