/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/gzip.h"
#include "base/strbuf.h"
#include "tests/support/suite.h"
#include "tests/support/unpacked.h"

static struct arena a;

static void
open_arena(void)
{
	arena_init(&a, (size_t)KIB(65536));
}

static void
close_arena(void)
{
	arena_fini(&a);
}

static struct span
numbers(int from, int to)
{
	struct strbuf b;

	strbuf_init(&b, &a, 0);
	for (int i = from; i < to; i++)
		strbuf_printf(&b, "{\"seat_id\":%d},", i);
	return strbuf_get(&b);
}

START_TEST(parts_become_one_text)
{
	const struct span texts[] = { SPAN_LIT("{\"seats\":["),
		numbers(0, 100000), SPAN_LIT(""), numbers(5, 9),
		SPAN_LIT("]}") };
	struct gzip_part parts[ARRAY_LEN(texts)];
	struct strbuf whole;
	struct span packed;

	strbuf_init(&whole, &a, 0);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		gzip_pack(&a, texts[i], &parts[i]);
		ck_assert(span_eq(gzip_unpack(&a, &parts[i]), texts[i]));
		strbuf_span(&whole, texts[i]);
	}
	packed = gzip_join(&a, parts, ARRAY_LEN(parts));
	ck_assert(span_eq(unpacked(&a, packed), strbuf_get(&whole)));
	ck_assert_uint_lt(packed.len, whole.len / 4);
}
END_TEST

START_TEST(a_part_may_be_joined_many_times)
{
	struct gzip_part parts[2];

	gzip_pack(&a, numbers(0, 1000), &parts[0]);
	gzip_pack(&a, SPAN_LIT("x"), &parts[1]);
	ck_assert(
	    span_eq(unpacked(&a, gzip_join(&a, parts, 1)), numbers(0, 1000)));
	ck_assert_uint_eq(unpacked(&a, gzip_join(&a, parts, 2)).len,
	    numbers(0, 1000).len + 1);
	ck_assert_uint_eq(unpacked(&a, gzip_join(&a, parts, 0)).len, 0);
}
END_TEST

SUITE("gzip")
{
	FIXTURE(open_arena, close_arena);
	TEST(parts_become_one_text);
	TEST(a_part_may_be_joined_many_times);
}
