/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/csv.h"
#include "tests/support/suite.h"

static struct arena a;
static struct csv csv;

static void
setup(void)
{
	arena_init(&a, (size_t)KIB(64));
	csv_init(&csv, &a, 0);
}

static void
teardown(void)
{
	arena_fini(&a);
}

/* One cell as it is written. */
static const char *
cell(const char *text)
{
	csv_init(&csv, &a, 0);
	csv_text(&csv, span_str(text));
	return arena_str(&a, strbuf_get(&csv.text));
}

START_TEST(cells_have_commas_between_and_rows_end_in_both_characters)
{
	csv_text(&csv, SPAN_LIT("a b"));
	csv_i64(&csv, -5);
	csv_text(&csv, SPAN_NONE);
	csv_number(&csv, SPAN_LIT("12"));
	csv_end_row(&csv);
	csv_text(&csv, SPAN_LIT(""));
	csv_number(&csv, SPAN_NONE);
	csv_end_row(&csv);
	ck_assert_str_eq(csv.text.p, "a b,-5,,12\r\n,\r\n");
}
END_TEST

START_TEST(what_would_end_a_cell_is_quoted)
{
	ck_assert_str_eq(cell("a,b"), "\"a,b\"");
	ck_assert_str_eq(cell("a\"b\""), "\"a\"\"b\"\"\"");
	ck_assert_str_eq(cell("a\r\nb"), "\"a\r\nb\"");
	ck_assert_str_eq(cell("a\tb'"), "a\tb'");
}
END_TEST

START_TEST(a_text_is_no_formula)
{
	ck_assert_str_eq(cell("=1+1"), "'=1+1");
	ck_assert_str_eq(cell("+82 2"), "'+82 2");
	ck_assert_str_eq(cell("-1"), "'-1");
	ck_assert_str_eq(cell("@x"), "'@x");
	ck_assert_str_eq(cell("\tx"), "'\tx");
	ck_assert_str_eq(cell("\rx"), "\"'\rx\"");
	ck_assert_str_eq(cell("=\"a\",b"), "\"'=\"\"a\"\",b\"");
	ck_assert_str_eq(cell("1=1"), "1=1");
}
END_TEST

START_TEST(a_number_stays_one)
{
	csv_number(&csv, SPAN_LIT("-1"));
	ck_assert_str_eq(csv.text.p, "-1");
}
END_TEST

SUITE("csv")
{
	FIXTURE(setup, teardown);
	TEST(cells_have_commas_between_and_rows_end_in_both_characters);
	TEST(what_would_end_a_cell_is_quoted);
	TEST(a_text_is_no_formula);
	TEST(a_number_stays_one);
}
