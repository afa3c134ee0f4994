/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/utf8.h"
#include "tests/support/suite.h"

#define IS_VALID(s) utf8_valid(SPAN_LIT(s))

/* The encoding of c by the table of RFC 3629 section 3, checked against
 * nothing: surrogates and too large numbers come out as bytes too. */
static size_t
encode(uint32_t c, char out[4])
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char first[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (c & 0x3F));
		c >>= 6;
	}
	out[0] = (char)(first[n] | c);
	return n;
}

START_TEST(every_code_point_but_surrogates_is_valid)
{
	for (uint32_t c = 0; c < 0x1FFFFF; c++) {
		char p[4];
		struct span s = { p, encode(c, p) };
		bool exists = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);

		if (utf8_valid(s) != exists)
			ck_abort_msg("U+%04X is judged wrongly", c);
		if (exists && (utf8_step(s) != s.len || utf8_count(s) != 1))
			ck_abort_msg("U+%04X is measured wrongly", c);
	}
}
END_TEST

START_TEST(every_cut_off_code_point_is_invalid)
{
	for (uint32_t c = 0x80; c <= 0x10FFFF; c += 0x3F) {
		char p[4];
		size_t n = encode(c, p);

		while (--n > 0)
			if (utf8_valid((struct span){ p, n }))
				ck_abort_msg("U+%04X cut to %zu", c, n);
	}
}
END_TEST

START_TEST(overlong_forms_and_lone_tails_are_invalid)
{
	ck_assert(!IS_VALID("\xC0\x80"));
	ck_assert(!IS_VALID("\xC1\xBF"));
	ck_assert(!IS_VALID("\xE0\x9F\xBF"));
	ck_assert(!IS_VALID("\xF0\x8F\xBF\xBF"));
	ck_assert(!IS_VALID("\x80"));
	ck_assert(!IS_VALID("\xFE"));
	ck_assert(!IS_VALID("\xFF"));
	ck_assert(!IS_VALID("\xF4\x90\x80\x80"));
	ck_assert(!IS_VALID("\xE2\x28\xA1"));
}
END_TEST

START_TEST(one_bad_byte_anywhere_in_a_long_text_is_seen)
{
	char text[40];

	for (size_t i = 0; i < sizeof(text); i++) {
		memset(text, 'a', sizeof(text));
		ck_assert(utf8_valid((struct span){ text, sizeof(text) }));
		text[i] = (char)0xA0;
		ck_assert(!utf8_valid((struct span){ text, sizeof(text) }));
	}
}
END_TEST

START_TEST(nothing_is_valid_text)
{
	ck_assert(utf8_valid(SPAN_NONE));
	ck_assert_uint_eq(utf8_count(SPAN_NONE), 0);
	ck_assert_uint_eq(utf8_step(SPAN_NONE), 0);
}
END_TEST

START_TEST(a_person_counts_characters_and_not_bytes)
{
	ck_assert_uint_eq(utf8_count(SPAN_LIT("Ann")), 3);
	ck_assert_uint_eq(utf8_count(SPAN_LIT("김철수")), 3);
	ck_assert_uint_eq(utf8_count(SPAN_LIT("é🎫")), 2);
}
END_TEST

START_TEST(a_cut_never_splits_a_character)
{
	static const size_t want[] = { 0, 1, 1, 1, 4, 4, 4, 4, 8, 8 };
	struct span text = SPAN_LIT("a좌🎫");

	for (size_t max = 0; max < ARRAY_LEN(want); max++)
		ck_assert_uint_eq(utf8_cut(text, max).len, want[max]);
}
END_TEST

START_TEST(a_cut_of_broken_text_still_cuts)
{
	ck_assert_uint_eq(utf8_cut(SPAN_LIT("\x80\x80\x80\x80\x80\x80"), 5).len,
	    5);
	ck_assert_uint_eq(utf8_cut(SPAN_LIT("\x80\x80\x80"), 1).len, 1);
}
END_TEST

START_TEST(no_control_character_passes_for_a_name)
{
	static const uint32_t controls[] = { 0x00, 0x09, 0x0A, 0x1F, 0x7F, 0x80,
		0x9F, 0x061C, 0x200E, 0x200F, 0x202A, 0x202E, 0x2066, 0x2069 };

	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		char text[8] = "ab";
		struct span s = { text, 2 + encode(controls[i], text + 2) };

		ck_assert_msg(utf8_has_control(s), "U+%04X", controls[i]);
	}
	ck_assert(utf8_has_control(SPAN_LIT("broken \xFF")));
}
END_TEST

START_TEST(ordinary_text_of_any_script_has_no_control)
{
	static const uint32_t letters[] = { 0x20, 0x7E, 0xA0, 0x061B, 0x061D,
		0x200D, 0x2010, 0x2029, 0x202F, 0x2065, 0x206A, 0x1F3AB };

	for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
		char text[8] = "ab";
		struct span s = { text, 2 + encode(letters[i], text + 2) };

		ck_assert_msg(!utf8_has_control(s), "U+%04X", letters[i]);
	}
	ck_assert(!utf8_has_control(SPAN_LIT("Zoë 김철수 عمر")));
}
END_TEST

SUITE("utf8")
{
	TEST(every_code_point_but_surrogates_is_valid);
	TEST(every_cut_off_code_point_is_invalid);
	TEST(overlong_forms_and_lone_tails_are_invalid);
	TEST(one_bad_byte_anywhere_in_a_long_text_is_seen);
	TEST(nothing_is_valid_text);
	TEST(a_person_counts_characters_and_not_bytes);
	TEST(a_cut_never_splits_a_character);
	TEST(a_cut_of_broken_text_still_cuts);
	TEST(no_control_character_passes_for_a_name);
	TEST(ordinary_text_of_any_script_has_no_control);
}
