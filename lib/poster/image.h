/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image - what kind of image some bytes are, and how large
 *
 * Only the header is read: nothing is unpacked here, and whether the rest can
 * be shown is for who shows it.
 *
 * Sources: PNG (W3C) 5.2, 11.2.1; ITU-T T.81 B.1, B.2.2; RFC 9649 2.3 to 2.7.
 *
 * Layer: domain.  Uses: base.
 */
#ifndef POSTER_IMAGE_H
#define POSTER_IMAGE_H

#include "base/span.h"

struct image {
	const char *type;      /* "image/png", "image/jpeg", "image/webp" */
	int64_t width, height; /* pixels, 0.. */
};

/* in: bytes, any. out: on true. returns: whether it is one of those */
bool image_read(struct span bytes, struct image *out) MUST_CHECK;

#endif
