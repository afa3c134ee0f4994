/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qr - a QR code as a picture; the door to libpng
 *
 * Layer: domain.  Uses: base.
 */
#include "ticket/qr.h"

#include <errno.h>
#include <png.h>

#define WHITE 255

/* One grey byte a pixel. */
static uint8_t *
draw(struct arena *a, const struct qr *qr, int scale, int side)
{
	uint8_t *pixels = arena_alloc(a, (size_t)side * (size_t)side);

	memset(pixels, WHITE, (size_t)side * (size_t)side);
	for (int i = 0; i < qr->side * qr->side; i++) {
		int x = (i % qr->side + QR_BORDER) * scale;
		int y = (i / qr->side + QR_BORDER) * scale;

		for (int row = 0; qr->black[i] && row < scale; row++)
			memset(pixels + (size_t)(y + row) * (size_t)side
				+ (size_t)x,
			    0, (size_t)scale);
	}
	return pixels;
}

int
qr_png(struct arena *a, const struct qr *qr, int scale, struct span *out)
{
	int side = (qr->side + 2 * QR_BORDER) * scale;
	png_image image = { .version = PNG_IMAGE_VERSION,
		.width = (png_uint_32)side,
		.height = (png_uint_32)side,
		.format = PNG_FORMAT_GRAY };
	uint8_t *pixels = draw(a, qr, scale, side);
	png_alloc_size_t len = PNG_IMAGE_PNG_SIZE_MAX(image);
	char *bytes = arena_alloc(a, len);

	if (!png_image_write_to_memory(&image, bytes, &len, 0, pixels, 0, NULL))
		return -ENOMEM;
	*out = (struct span){ bytes, len };
	return 0;
}
