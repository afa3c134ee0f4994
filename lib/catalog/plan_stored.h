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

#endif
