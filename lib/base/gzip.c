/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gzip - texts that are packed once and put together later; the door to zlib
 *
 * zlib takes its memory from the arena too, so nothing here can fail.
 *
 * Layer: base.  Uses: arena, span, strbuf.
 */
#include "base/gzip.h"

#include "base/strbuf.h"

#include <assert.h>
#include <zlib.h>

/* A tenth of the text for a third of the time of the preset 6. */
#define LEVEL 3
#define RAW_WINDOW (-15) /* deflate without zlib's own frame */
#define MEMORY 8         /* zlib's preset */
#define STEP KIB(64)

static const char head[] = "\x1f\x8b\x08\0\0\0\0\0\0\xff";
/* A last block with nothing in it. */
static const char end[] = "\x03\0";

static void *
take(void *arena, unsigned n, unsigned size)
{
	return arena_zalloc(arena, n, size);
}

static void
leave(void *arena, void *p)
{
	(void)arena;
	(void)p;
}

void
gzip_pack(struct arena *a, struct span text, struct gzip_part *out)
{
	z_stream z = { .zalloc = take, .zfree = leave, .opaque = a };
	struct strbuf b;
	int r;

	assert(text.len <= UINT32_MAX);
	strbuf_init(&b, a, 0);
	r = deflateInit2(&z, LEVEL, Z_DEFLATED, RAW_WINDOW, MEMORY,
	    Z_DEFAULT_STRATEGY);
	assert(r == Z_OK);
	z.next_in = (Bytef *)(uintptr_t)text.p;
	z.avail_in = (uInt)text.len;
	do {
		z.next_out = (Bytef *)strbuf_room(&b, STEP);
		z.avail_out = STEP;
		r = deflate(&z, Z_FULL_FLUSH);
		assert(r == Z_OK || r == Z_BUF_ERROR);
		strbuf_grew(&b, STEP - z.avail_out);
	} while (z.avail_out == 0);
	out->packed = strbuf_get(&b);
	out->crc = (uint32_t)crc32_z(0, (const Bytef *)text.p, text.len);
	out->text_len = text.len;
	(void)deflateEnd(&z);
}

struct span
gzip_unpack(struct arena *a, const struct gzip_part *part)
{
	z_stream z = { .zalloc = take, .zfree = leave, .opaque = a };
	char *text = arena_alloc(a, part->text_len + 1);
	int r = inflateInit2(&z, RAW_WINDOW);

	assert(r == Z_OK);
	z.next_in = (Bytef *)(uintptr_t)part->packed.p;
	z.avail_in = (uInt)part->packed.len;
	z.next_out = (Bytef *)text;
	z.avail_out = (uInt)part->text_len;
	r = inflate(&z, Z_SYNC_FLUSH);
	/* Nothing may be left to write where the text was empty. */
	assert(r == Z_OK || r == Z_BUF_ERROR);
	assert(z.avail_out == 0);
	(void)inflateEnd(&z);
	return (struct span){ text, part->text_len };
}

static void
add_u32(struct strbuf *b, uint32_t v)
{
	for (int i = 0; i < 4; i++, v >>= 8)
		strbuf_char(b, (char)(v & 0xff));
}

struct span
gzip_join(struct arena *a, const struct gzip_part *parts, size_t n)
{
	struct strbuf b;
	uLong crc = 0;
	size_t room = KIB(1), len = 0;

	for (size_t i = 0; i < n; i++)
		room += parts[i].packed.len;
	strbuf_init(&b, a, room);
	strbuf_add(&b, head, sizeof(head) - 1);
	for (size_t i = 0; i < n; i++) {
		strbuf_span(&b, parts[i].packed);
		crc = crc32_combine(crc, parts[i].crc,
		    (z_off_t)parts[i].text_len);
		len += parts[i].text_len;
	}
	strbuf_add(&b, end, sizeof(end) - 1);
	add_u32(&b, (uint32_t)crc);
	add_u32(&b, (uint32_t)len);
	return strbuf_get(&b);
}
