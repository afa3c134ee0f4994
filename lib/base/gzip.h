/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gzip - texts that are packed once and put together later; the door to zlib
 *
 * A part is packed by itself: it ends on a whole byte and refers to nothing
 * before it, so parts that were packed at different times may follow one
 * another in one answer.
 *
 * Sources: RFC 1951 (deflate), RFC 1952 (gzip).
 *
 * Layer: base.  Uses: arena, span, strbuf.
 */
#ifndef BASE_GZIP_H
#define BASE_GZIP_H

#include "base/arena.h"

struct gzip_part {
	struct span packed;
	uint32_t crc;    /* of the text */
	size_t text_len; /* < 2^32 */
};

/* Memory: a's. */
void gzip_pack(struct arena *a, struct span text, struct gzip_part *out);
/* The text of a part that was packed here. Memory: a's. */
struct span gzip_unpack(struct arena *a, const struct gzip_part *part);
/* One gzip file of n parts, in order. Memory: a's. */
struct span gzip_join(struct arena *a, const struct gzip_part *parts, size_t n);

#endif
