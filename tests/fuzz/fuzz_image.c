/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_image - the header of an image
 *
 * Layer: tests.  Uses: poster.
 */
#include "poster/image.h"

#include "tests/fuzz/target.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A piece of memory as long as the bytes, so that no reading behind them goes
 * by unnoticed. */
static bool
read_alone(const uint8_t *data, size_t len, struct image *out)
{
	char *alone = malloc(len > 0 ? len : 1);
	bool is_image;

	assert(alone != NULL);
	if (len > 0)
		memcpy(alone, data, len);
	is_image = image_read((struct span){ alone, len }, out);
	free(alone);
	return is_image;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct image image;

	if (!read_alone(data, len, &image))
		return 0;
	assert(strncmp(image.type, "image/", 6) == 0);
	assert(image.width >= 0 && image.width <= UINT32_MAX);
	assert(image.height >= 0 && image.height <= UINT32_MAX);
	/* One byte alone is no image, and no beginning of one is longer. */
	assert(len >= 10 && !read_alone(data, 9, &image));
	return 0;
}
