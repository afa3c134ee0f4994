/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * section - a section of a performance is sold, or is not for now
 *
 * Layer: domain.  Uses: base, store, audit_log.
 */
#ifndef ADMIN_SECTION_H
#define ADMIN_SECTION_H

#include "admin/audit_log.h"

/* Whether a section is to be sold. */
struct section_ask {
	int64_t performance;
	struct span section; /* its key, or its number */
	bool open;
	struct audit_by by;
};

enum section_outcome {
	SECTION_OK = 0,
	SECTION_E_NONE,    /* no such performance */
	SECTION_E_SECTION, /* its hall has no such section */
	SECTION_E_REASON,  /* not audit_reason_ok */
};

/*
 * Open or close a section of a performance, also of a draft. It is a change of
 * terms: maps follow, and from then on nobody gets more of it. Holds that run
 * may be paid.
 *
 * out:     changed  whether it was otherwise before; only then it is logged
 * returns: any section_outcome; < 0 on a fault, when it may have been
 *          done: asking again is safe
 */
int section_open(struct ctx *ctx, const struct section_ask *ask,
    bool *changed) MUST_CHECK;

#endif
