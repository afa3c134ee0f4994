/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * poster - a show's own image, kept in the database, found by its digest
 *
 * Layer: domain.  Uses: base, store, admin, image.
 */
#ifndef POSTER_POSTER_H
#define POSTER_POSTER_H

#include "admin/audit_log.h"
#include "poster/image.h"

#define POSTER_BYTES_MAX (2 << 20)
/* Pixels of a side. */
#define POSTER_SIDE_MIN 64
#define POSTER_SIDE_MAX 8192

enum poster_outcome {
	POSTER_OK = 0,
	POSTER_E_NONE,   /* no such show; no poster of that digest */
	POSTER_E_TYPE,   /* neither PNG nor JPEG nor WebP */
	POSTER_E_SIZE,   /* bytes, or a side, out of bounds */
	POSTER_E_REASON, /* given, and not audit_reason_ok */
};

struct poster {
	struct span sha256; /* 64 small hexadecimal digits */
	struct image image;
};

/*
 * Give a show a poster, in the place of the one it had.
 *
 * in:      by   reason may be NONE
 * out:     out  on OK; memory: the arena's
 * returns: any poster_outcome; < 0 on a fault, when it may have been done:
 *          asking again is safe
 */
int poster_put(struct ctx *ctx, int64_t show, struct span bytes,
    const struct audit_by *by, struct poster *out) MUST_CHECK;

/*
 * The bytes of a poster.
 *
 * in:      sha256  any text
 * out:     bytes, type  on OK; memory: the arena's
 * returns: OK, NONE; < 0 on a fault
 */
int poster_find(struct ctx *ctx, struct span sha256, struct span *bytes,
    const char **type) MUST_CHECK;

#endif
