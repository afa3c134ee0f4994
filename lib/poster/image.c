/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image - what kind of image some bytes are, and how large
 *
 * Layer: domain.  Uses: base.
 */
#include "poster/image.h"

/* n bytes, n 1..4, the first is the highest. */
static int64_t
big(struct span s, size_t at, size_t n)
{
	int64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | (unsigned char)s.p[at + i];
	return v;
}

/* The first is the lowest. */
static int64_t
little(struct span s, size_t at, size_t n)
{
	int64_t v = 0;

	while (n-- > 0)
		v = v << 8 | (unsigned char)s.p[at + n];
	return v;
}

static bool
has(struct span s, size_t at, struct span what)
{
	return s.len >= at + what.len
	    && memcmp(s.p + at, what.p, what.len) == 0;
}

/* ---- PNG: the first chunk is IHDR ---- */

#define IHDR_END 33

static bool
read_png(struct span s, struct image *out)
{
	if (s.len < IHDR_END || !has(s, 8, SPAN_LIT("\0\0\0\rIHDR")))
		return false;
	*out = (struct image){ "image/png", big(s, 16, 4), big(s, 20, 4) };
	return true;
}

/* ---- JPEG: segments up to the one that begins a frame ---- */

enum {
	MARKER_TEM = 0x01,
	MARKER_SOF0 = 0xC0,
	MARKER_DHT = 0xC4,
	MARKER_JPG = 0xC8,
	MARKER_DAC = 0xCC,
	MARKER_SOF15 = 0xCF,
	MARKER_RST0 = 0xD0,
	MARKER_EOI = 0xD9,
	MARKER_SOS = 0xDA
};

static bool
begins_frame(int marker)
{
	return marker >= MARKER_SOF0 && marker <= MARKER_SOF15
	    && marker != MARKER_DHT && marker != MARKER_JPG
	    && marker != MARKER_DAC;
}

/* Restarts, beginning and end; and where the scan begins it is too late. */
static bool
has_no_place(int marker)
{
	return marker <= MARKER_TEM
	    || (marker >= MARKER_RST0 && marker <= MARKER_SOS);
}

/* The marker at *at, which moves behind it; 0 where there is none. */
static int
next_marker(struct span s, size_t *at)
{
	if (*at >= s.len || (unsigned char)s.p[*at] != 0xFF)
		return 0;
	/* It may be filled up with more of them. */
	while (*at < s.len && (unsigned char)s.p[*at] == 0xFF)
		(*at)++;
	return *at < s.len ? (unsigned char)s.p[(*at)++] : 0;
}

static bool
read_jpeg(struct span s, struct image *out)
{
	size_t at = 2;

	for (;;) {
		int marker = next_marker(s, &at);
		int64_t len;

		if (has_no_place(marker) || s.len - at < 2)
			return false;
		len = big(s, at, 2);
		if (len < 2 || (size_t)len > s.len - at)
			return false;
		if (begins_frame(marker) && len >= 8) {
			*out = (struct image){ "image/jpeg", big(s, at + 5, 2),
				big(s, at + 3, 2) };
			return true;
		}
		at += (size_t)len;
	}
}

/* ---- WebP: a RIFF of the whole length, its first chunk ---- */

#define CHUNK 12
#define DATA 20

static bool
read_webp(struct span s, struct image *out)
{
	int64_t bits;

	if (s.len < DATA + 10 || little(s, 4, 4) + 8 != (int64_t)s.len)
		return false;
	if (has(s, CHUNK, SPAN_LIT("VP8X"))) {
		*out = (struct image){ "image/webp", little(s, DATA + 4, 3) + 1,
			little(s, DATA + 7, 3) + 1 };
		return true;
	}
	if (has(s, CHUNK, SPAN_LIT("VP8L")) && s.p[DATA] == 0x2F) {
		bits = little(s, DATA + 1, 4);
		*out = (struct image){ "image/webp", (bits & 0x3FFF) + 1,
			(bits >> 14 & 0x3FFF) + 1 };
		return true;
	}
	if (has(s, CHUNK, SPAN_LIT("VP8 "))
	    && has(s, DATA + 3, SPAN_LIT("\x9D\x01\x2A"))) {
		*out = (struct image){ "image/webp",
			little(s, DATA + 6, 2) & 0x3FFF,
			little(s, DATA + 8, 2) & 0x3FFF };
		return true;
	}
	return false;
}

bool
image_read(struct span s, struct image *out)
{
	if (has(s, 0, SPAN_LIT("\x89PNG\r\n\x1A\n")))
		return read_png(s, out);
	if (has(s, 0, SPAN_LIT("\xFF\xD8\xFF")))
		return read_jpeg(s, out);
	if (has(s, 0, SPAN_LIT("RIFF")) && has(s, 8, SPAN_LIT("WEBP")))
		return read_webp(s, out);
	return false;
}
