/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_fold - which login ids are one and the same, and which are none
 *
 * Layer: tests.  Uses: account.
 */
#include "account/fold.h"

#include "base/utf8.h"
#include "tests/support/suite.h"

static struct arena arena;

static void
open_arena(void)
{
	arena_init(&arena, 1024 * 1024);
}

static void
close_arena(void)
{
	arena_fini(&arena);
}

static int
fold(const char *login)
{
	struct fold_login out;

	return fold_login(&arena, span_str(login), &out);
}

static const char *
folded(const char *login)
{
	struct fold_login out = { SPAN_NONE, SPAN_NONE };
	int r = fold_login(&arena, span_str(login), &out);

	ck_assert_msg(r == FOLD_OK || r == FOLD_E_MIXED, "%s: %d", login, r);
	return arena_str(&arena, out.fold);
}

static const char *
repeat(const char *s, size_t n)
{
	size_t len = strlen(s);
	char *out = arena_zalloc(&arena, n + 1, len + 1);

	for (size_t i = 0; i < n; i++)
		memcpy(out + i * len, s, len);
	return out;
}

START_TEST(ordinary_login_ids_are_accepted)
{
	static const char *const good[] = { "ann", "Ann_B-2", "kim.minsu",
		"ann@example.org", "ann+tickets@example.org", "김민수", "мария",
		"μαρία", "田中太郎", "nguyễn", "o_0" };

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(fold(good[i]) == FOLD_OK, "%s", good[i]);
}
END_TEST

START_TEST(case_and_width_do_not_make_another_login_id)
{
	ck_assert_str_eq(folded("ANN"), folded("ann"));
	ck_assert_str_eq(folded("ＡＮＮ"), folded("ann"));
	ck_assert_str_eq(folded("ﬁne"), folded("fine"));
	ck_assert_str_eq(folded("straße"), folded("STRASSE"));
	ck_assert_str_eq(folded("ΣΑΣ1"), folded("σας1"));
	ck_assert_str_eq(folded("МАРИЯ"), folded("мария"));
}
END_TEST

START_TEST(composed_and_decomposed_are_one)
{
	struct fold_login out;

	ck_assert_str_eq(folded("jose\xCC\x81"), folded("jos\xC3\xA9"));
	ck_assert_str_eq(folded("\xE1\x84\x80\xE1\x85\xA1"
				"12"),
	    folded("\xEA\xB0\x80"
		   "12"));
	/* It is shown composed, in the case it was typed in. */
	ck_assert_int_eq(fold_login(&arena, span_str("JOSE\xCC\x81"), &out),
	    FOLD_OK);
	ck_assert(span_eq_str(out.shown, "JOS\xC3\x89"));
}
END_TEST

START_TEST(cyrillic_and_greek_look_alikes_are_one_with_latin)
{
	ck_assert_str_eq(folded("\xD0\xB0nn"), folded("ann"));
	/* wholly Cyrillic "сорау", wholly Greek "ακτο" */
	ck_assert_str_eq(folded("\xD1\x81\xD0\xBE\xD1\x80\xD0\xB0\xD1\x83"),
	    folded("copay"));
	ck_assert_str_eq(folded("\xCE\xB1\xCE\xBA\xCF\x84\xCE\xBF"),
	    folded("akto"));
	/* and capitals that only look alike as capitals: ТОМ */
	ck_assert_str_eq(folded("\xD0\xA2\xD0\x9E\xD0\x9C"), folded("TOM"));
}
END_TEST

START_TEST(different_names_stay_different)
{
	ck_assert_str_ne(folded("ann"), folded("anna"));
	ck_assert_str_ne(folded("user1"), folded("userl"));
	ck_assert_str_ne(folded("ann.b"), folded("annb"));
	ck_assert_str_ne(folded("jose"), folded("jos\xC3\xA9"));
}
END_TEST

START_TEST(mixed_scripts_are_told_but_folded)
{
	struct fold_login out = { SPAN_NONE, SPAN_NONE };

	ck_assert_int_eq(fold_login(&arena,
			     span_str("\xD0\xB0"
				      "dmin"),
			     &out),
	    FOLD_E_MIXED);
	ck_assert(span_eq_str(out.fold, "admin"));
	ck_assert_int_eq(fold("adm\xCE\xB9n"), FOLD_E_MIXED);
	ck_assert_int_eq(fold("\xCE\xB1\xD0\xB0\xCE\xB1"), FOLD_E_MIXED);
	ck_assert_int_eq(fold("kim김민수"), FOLD_OK);
}
END_TEST

START_TEST(one_name_is_of_one_script)
{
	static const char *const mixed[] = {
		"adm\xEA\xAD\xB5n", /* Cherokee small, small capital v */
		"\xE1\x8E\xA0"
		"dmin",             /* Cherokee capital, a D */
		"adm\xE2\xB2\x93n", /* Coptic i */
		"admi\xE2\xB2\x9B", /* Coptic n */
		"\xCF\xA3"
		"admin", /* Coptic in the block of Greek */
		"\xE1\xB4\x80"
		"dmin", /* small capital a */
		"ad\xE1\xB4\x8D"
		"in",           /* small capital m */
		"adm\xC9\xAAn", /* small capital i */
		"admi\xC9\xB4", /* small capital n */
		"\xC6\x85ob",   /* tone six, a b */
		"adm\xD5\xABn", /* Armenian */
		"b\xD9\xA5"
		"b",                 /* an Arabic digit, an o */
		"admin\xE0\xB8\x81", /* Thai */
		"김민수а",           /* Hangul and Cyrillic */
		"김ひめ",            /* Hangul and kana */
		"ᎠᏂᎪ",               /* Cherokee alone */
		"ⲁⲇⲙ",               /* Coptic alone */
		"ᴀɴɴ",               /* small capitals alone */
	};
	static const char *const single[] = { "김민수kim", "金민수kim",
		"田中たろう", "ヤマダー太郎", "taro田中", "王ㄅㄆwang", "դավիթ",
		"דניאל", "محمد", "राम", "สมชาย", "გიორგი", "nguyễn", "žofie",
		"ɛkow", "jose\xCC\x81" };

	for (size_t i = 0; i < ARRAY_LEN(mixed); i++)
		ck_assert_msg(fold(mixed[i]) == FOLD_E_MIXED, "%s: %d",
		    mixed[i], fold(mixed[i]));
	for (size_t i = 0; i < ARRAY_LEN(single); i++)
		ck_assert_msg(fold(single[i]) == FOLD_OK, "%s: %d", single[i],
		    fold(single[i]));
}
END_TEST

START_TEST(length_is_counted_in_composed_code_points)
{
	ck_assert_int_eq(fold(""), FOLD_E_LENGTH);
	ck_assert_int_eq(fold("ab"), FOLD_E_LENGTH);
	ck_assert_int_eq(fold("abc"), FOLD_OK);
	ck_assert_int_eq(fold("김민"), FOLD_E_LENGTH);
	ck_assert_int_eq(fold("abe\xCC\x81"), FOLD_OK);
	ck_assert_int_eq(fold("ae\xCC\x81"), FOLD_E_LENGTH);
	ck_assert_int_eq(fold(repeat("가", 64)), FOLD_OK);
	ck_assert_int_eq(fold(repeat("가", 65)), FOLD_E_LENGTH);
	ck_assert_int_eq(fold(repeat("x", 1000000 / 2)), FOLD_E_LENGTH);
}
END_TEST

START_TEST(what_nobody_sees_or_types_is_refused)
{
	static const char *const bad[] = { "an n", "ann ", "ann/b", "ann\\b",
		"ann'b", "ann\"b", "ann<b", "ann:b", "ann*b", "ann?b", "ann%b",
		"{ann}", "ann$", "ann\xC2\xA0x",
		"ann\xE2\x80\x8B",     /* zero width space */
		"ann\xE2\x80\x8D",     /* zero width joiner */
		"ann\xEF\xB8\x8F",     /* variation selector */
		"ann\xE3\x85\xA4",     /* Hangul filler */
		"ann\xCD\x8F",         /* combining grapheme joiner */
		"ann\xF0\x9F\x98\x80", /* an emoji */
		"ann\xEE\x80\x80",     /* private use */
		("\xCC\x81"
		 "ann"),       /* begins with a mark */
		"ann\xC2\xBD", /* one half: a fraction is no digit */
		"ann\xE2\x84\xA2" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(fold(bad[i]) == FOLD_E_CHARACTER, "%zu: %s", i,
		    bad[i]);
}
END_TEST

START_TEST(controls_and_bad_utf8_are_refused)
{
	static const char *const bad[] = { "an\nn", "ann\x7F", "ann\x1B[m",
		"ann\xE2\x80\xAE", /* right-to-left override */
		"ann\xC0\xAF", "ann\xED\xA0\x80", "ann\xFF" };
	struct span nul = { "ann\0b", 5 };
	struct fold_login out;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(fold(bad[i]) == FOLD_E_TEXT, "%zu", i);
	ck_assert_int_eq(fold_login(&arena, nul, &out), FOLD_E_TEXT);
}
END_TEST

START_TEST(folding_twice_changes_nothing)
{
	static const char *const ids[] = { "ANN", "straße", "ＡＮＮ", "мария",
		"μαρία", "김민수", "nguyễn", "ﬁne" };

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		ck_assert_str_eq(folded(folded(ids[i])), folded(ids[i]));
}
END_TEST

START_TEST(names_are_composed_and_controls_refused)
{
	struct span out;

	ck_assert_int_eq(fold_nfc(&arena, span_str("Jose\xCC\x81 K."), &out),
	    FOLD_OK);
	ck_assert(span_eq_str(out, "Jos\xC3\xA9 K."));
	ck_assert_int_eq(fold_nfc(&arena, span_str("a\tb"), &out), FOLD_E_TEXT);
	ck_assert_int_eq(fold_nfc(&arena,
			     span_str("a\xE2\x80\xAE"
				      "b"),
			     &out),
	    FOLD_E_TEXT);
	ck_assert_int_eq(fold_nfc(&arena, span_str(""), &out), FOLD_OK);
	ck_assert_uint_eq(out.len, 0);
	ck_assert_int_eq(fold_nfc(&arena, span_str(repeat("x", 16385)), &out),
	    FOLD_E_TEXT);
}
END_TEST

SUITE("fold")
{
	FIXTURE(open_arena, close_arena);
	TEST(ordinary_login_ids_are_accepted);
	TEST(case_and_width_do_not_make_another_login_id);
	TEST(composed_and_decomposed_are_one);
	TEST(cyrillic_and_greek_look_alikes_are_one_with_latin);
	TEST(different_names_stay_different);
	TEST(mixed_scripts_are_told_but_folded);
	TEST(one_name_is_of_one_script);
	TEST(length_is_counted_in_composed_code_points);
	TEST(what_nobody_sees_or_types_is_refused);
	TEST(controls_and_bad_utf8_are_refused);
	TEST(folding_twice_changes_nothing);
	TEST(names_are_composed_and_controls_refused);
}
