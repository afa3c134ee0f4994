/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_image - images are told by their bytes
 *
 * Layer: tests.  Uses: poster.
 */
#include "poster/image.h"

#include "tests/support/suite.h"

#define PNG "\x89PNG\r\n\x1A\n\0\0\0\rIHDR"
#define PNG_END "\x08\x02\0\0\0\0\0\0\0"
#define JFIF "\xFF\xD8\xFF\xE0\0\x06JFIF"
/* Of 640 times 960. */
#define SOF(marker) "\xFF" marker "\0\x0B\x08\x03\xC0\x02\x80\x01\x01\x11\0"
#define WEBP "RIFF\x16\0\0\0WEBP"

#define IMAGE(text) \
	{ \
		text, sizeof(text) - 1 \
	}

static const struct span images[] = {
	IMAGE(PNG "\0\0\x02\x80\0\0\x03\xC0" PNG_END),
	IMAGE(JFIF SOF("\xC0")),
	IMAGE(JFIF SOF("\xC2")),                            /* progressive */
	IMAGE(JFIF "\xFF\xFF\xFF\xDB\0\x03\0" SOF("\xCF")), /* filled up */
	IMAGE(WEBP "VP8 \x0A\0\0\0\x30\x01\0\x9D\x01\x2A\x80\x02\xC0\x03"),
	IMAGE(WEBP "VP8L\x06\0\0\0\x2F\x7F\xC2\xEF\0\0\0\0\0\0"),
	IMAGE(WEBP "VP8X\x0A\0\0\0\0\0\0\0\x7F\x02\0\xBF\x03\0"),
};

START_TEST(kind_and_size_are_read_from_the_header)
{
	static const char *const types[] = { "image/png", "image/jpeg",
		"image/jpeg", "image/jpeg", "image/webp", "image/webp",
		"image/webp" };

	for (size_t i = 0; i < ARRAY_LEN(images); i++) {
		struct image image;

		ck_assert_msg(image_read(images[i], &image), "%zu", i);
		ck_assert_str_eq(image.type, types[i]);
		ck_assert_int_eq(image.width, 640);
		ck_assert_int_eq(image.height, 960);
	}
}
END_TEST

START_TEST(an_image_cut_off_within_its_header_is_none)
{
	for (size_t i = 0; i < ARRAY_LEN(images); i++)
		for (size_t len = 0; len < images[i].len; len++) {
			struct image image;

			ck_assert_msg(
			    !image_read((struct span){ images[i].p, len },
				&image),
			    "%zu: %zu", i, len);
		}
}
END_TEST

START_TEST(what_only_looks_like_an_image_is_none)
{
	static const struct span others[] = {
		IMAGE(""),
		IMAGE("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
		IMAGE("GIF89a\x80\x02\xC0\x03\0\0\0"),
		IMAGE("<html><script>alert(1)</script>"),
		IMAGE(
		    "\x89PNG\r\n\x1A\n\0\0\0\rIDAT\0\0\x02\x80\0\0\x03\xC0" PNG_END),
		IMAGE(
		    "\x89PNG\r\n\x1A\n\0\0\0\x0EIHDR\0\0\x02\x80\0\0\x03\xC0" PNG_END),
		/* The scan, the end, a restart, no marker, a short length. */
		IMAGE(JFIF "\xFF\xDA\0\x02" SOF("\xC0")),
		IMAGE(JFIF "\xFF\xD9" SOF("\xC0")),
		IMAGE(JFIF "\xFF\xD0" SOF("\xC0")),
		IMAGE(JFIF "\0" SOF("\xC0")),
		IMAGE(JFIF "\xFF\xDB\0\x01" SOF("\xC0")),
		IMAGE(JFIF SOF("\xC4")),
		IMAGE("\xFF\xD8\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
		/* Another length than it says, another kind, no start code. */
		IMAGE("RIFF\x17\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\x7F\x02\0\xBF"
		      "\x03\0"),
		IMAGE(WEBP "VP9 \x0A\0\0\0\x30\x01\0\x9D\x01\x2A\x80\x02\xC0"
			   "\x03"),
		IMAGE(WEBP "VP8 \x0A\0\0\0\x30\x01\0\x9D\x01\x2B\x80\x02\xC0"
			   "\x03"),
	};

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct image image;

		ck_assert_msg(!image_read(others[i], &image), "%zu", i);
	}
}
END_TEST

SUITE("image")
{
	TEST(kind_and_size_are_read_from_the_header);
	TEST(an_image_cut_off_within_its_header_is_none);
	TEST(what_only_looks_like_an_image_is_none);
}
