/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_json - what is taken and refused, what a body may hold, what is written
 *
 * Layer: tests.  Uses: http, base.
 */
#include "http/json.h"

#include "base/clock.h"
#include "tests/support/suite.h"

#include <stdio.h>

static struct arena arena;

static void
open_arena(void)
{
	arena_init(&arena, 256 * KIB(1024));
}

static void
close_arena(void)
{
	arena_fini(&arena);
}

static int
parse_len(const char *text, size_t len)
{
	struct json *v;

	return json_parse(&arena, (struct span){ text, len }, &v);
}

static int
parse(const char *text)
{
	return parse_len(text, strlen(text));
}

static const struct json *
parsed(const char *text)
{
	struct json *v;

	ck_assert_int_eq(json_parse(&arena, span_str(text), &v), JSON_OK);
	return v;
}

/* "[[[1]]]" for nested("[", "1", "]", 3). */
static const char *
nested(const char *left, const char *inner, const char *right, int n)
{
	struct strbuf b;

	strbuf_init(&b, &arena, 0);
	for (int i = 0; i < n; i++)
		strbuf_str(&b, left);
	strbuf_str(&b, inner);
	for (int i = 0; i < n; i++)
		strbuf_str(&b, right);
	return b.p;
}

static void
ck_span(struct span got, const char *want)
{
	ck_assert_msg(span_eq_str(got, want), "got \"%.*s\", want \"%s\"",
	    (int)got.len, got.p, want);
}

/* ---- what is refused ---- */

static const char *const malformed[] = {
	"",
	" ",
	"{",
	"[",
	"}",
	"]",
	"[}",
	"{]",
	"[1",
	"{\"a\":1",
	"[1]]",
	"{\"a\":1}}",
	"{\"a\":1}x",
	"{\"a\":1} {}",
	"1 1",
	"1,",
	",",
	"[1,]",
	"[,1]",
	"[1,,2]",
	"[1 2]",
	"{\"a\":1,}",
	"{,}",
	"{\"a\" 1}",
	"{\"a\":}",
	"{\"a\"::1}",
	"{1:2}",
	"{a:1}",
	"{'a':1}",
	"'a'",
	"[\"a\"\"b\"]",
	"[null null]",
	"{\"a\":1\"b\":2}",
	"[1:2]",
	"{\"a\"}",
	"01",
	"-01",
	"-",
	"+1",
	"1.",
	".5",
	"1e",
	"1e+",
	"[1.]",
	"[01]",
	"0x10",
	"--1",
	"1-",
	"1-2",
	"1.2.3",
	"1e5.5",
	"1ee5",
	"00",
	"NaN",
	"nan",
	"-NaN",
	"Infinity",
	"-Infinity",
	"[Infinity]",
	"1e999",
	"-1e999",
	"True",
	"NULL",
	"nulll",
	"tru",
	"truefalse",
	"t",
	"n",
	"/*c*/1",
	"//\n1",
	"#\n1",
	"\v1",
	"\f1",
	"[\v1]",
	("\xC2\xA0"
	 "1"),
	"\"abc",
	"\"a\nb\"",
	"\"a\tb\"",
	"\"a\x01\"",
	"\"a\x1f\"",
	"\"\\x\"",
	"\"\\'\"",
	"\"\\",
	"\"\\u\"",
	"\"\\u00\"",
	"\"\\u00g0\"",
	"\"\\u 123\"",
	"\"\\ud83d\\u00g0\"",
	"\"\\",
	"\"\\u12",
	"{\"a\":1,\"a\":2}",
	"{\"a\":1,\"b\":{\"c\":1,\"c\":1}}",
	"[{\"a\":1},{\"a\":1,\"a\":1}]",
	"{\"a\":1,\"\\u0061\":2}",
	"{\"\":1,\"\":1}",
};

START_TEST(what_is_not_json_is_refused)
{
	ck_assert_msg(parse(malformed[_i]) == JSON_E_MALFORMED,
	    "taken or called bad UTF-8: %s", malformed[_i]);
}
END_TEST

static const char *const bad_utf8[] = {
	"\xEF\xBB\xBF{}",
	"\"\xC0\xAF\"",
	"\"\xED\xA0\x80\"",
	"\"\xFF\"",
	"\"\xF4\x90\x80\x80\"",
	"\"\xE2\x82\"",
	"\"\xE2",
	"\x80",
	"{\"\xC1\x81\":1}",
	"\"\\u0000\"",
	"{\"\\u0000\":1}",
	"\"\\ud800\"",
	"\"\\udc00\"",
	"\"\\uDBFFx\"",
	"\"\\ud800\\n\"",
	"\"\\ud800\\ud800\"",
	"\"\\ud800\\u0041\"",
	"{\"\\udfff\":1}",
	"\"\\ud83d",
};

START_TEST(what_is_not_text_is_refused_as_bad_utf8)
{
	ck_assert_msg(parse(bad_utf8[_i]) == JSON_E_UTF8,
	    "taken or called malformed: %s", bad_utf8[_i]);
}
END_TEST

START_TEST(a_nul_byte_is_refused_wherever_it_stands)
{
	ck_assert_int_eq(parse_len("1\0", 2), JSON_E_UTF8);
	ck_assert_int_eq(parse_len("\0"
				   "1",
			     2),
	    JSON_E_UTF8);
	ck_assert_int_eq(parse_len("{}\0x", 4), JSON_E_UTF8);
	ck_assert_int_eq(parse_len("[1\0,2]", 6), JSON_E_UTF8);
	ck_assert_int_eq(parse_len("\"a\0b\"", 5), JSON_E_UTF8);
}
END_TEST

START_TEST(sixteen_levels_are_taken_and_seventeen_refused)
{
	ck_assert_int_eq(parse(nested("[", "", "]", 16)), JSON_OK);
	ck_assert_int_eq(parse(nested("[", "1", "]", 16)), JSON_OK);
	ck_assert_int_eq(parse(nested("{\"a\":", "{}", "}", 15)), JSON_OK);
	ck_assert_int_eq(parse(nested("[", "", "]", 17)), JSON_E_MALFORMED);
	ck_assert_int_eq(parse(nested("{\"a\":", "1", "}", 17)),
	    JSON_E_MALFORMED);
	ck_assert_int_eq(parse(nested("[", "", "", 60000)), JSON_E_MALFORMED);
}
END_TEST

static const char *
many_keys(int n, bool double_last)
{
	struct strbuf b;

	strbuf_init(&b, &arena, 0);
	strbuf_char(&b, '{');
	for (int i = 0; i < n; i++)
		strbuf_printf(&b, "%s\"k%d\":%d", i == 0 ? "" : ",",
		    double_last && i == n - 1 ? 0 : i, i);
	strbuf_char(&b, '}');
	return b.p;
}

/* Quadratic work on this many would run into the suite's time-out. */
#define MANY_KEYS SUITE_TRIES(400000)

START_TEST(a_double_among_very_many_members_is_found)
{
	ck_assert_uint_eq(parsed(many_keys(MANY_KEYS, false))->n, MANY_KEYS);
	ck_assert_int_eq(parse(many_keys(MANY_KEYS, true)), JSON_E_MALFORMED);
}
END_TEST

/* ---- what is read ---- */

START_TEST(every_kind_of_value_is_read)
{
	const struct json *v = parsed(
	    " { \"n\" : null , \"t\":true,\r\n"
	    "\"f\":false,\t\"i\":-7,\"r\":1.5,\"s\":\"x\",\"a\":[1,\"2\"],"
	    "\"o\":{\"in\":3}}");

	ck_assert_int_eq(v->type, JSON_OBJECT);
	ck_assert_uint_eq(v->n, 8);
	ck_span(v->names[3], "i");
	ck_assert_int_eq(json_get(v, "n")->type, JSON_NULL);
	ck_assert(json_get(v, "t")->boolean);
	ck_assert(!json_get(v, "f")->boolean);
	ck_assert_int_eq(json_get(v, "i")->i64, -7);
	ck_assert(json_get(v, "r")->real == 1.5);
	ck_span(json_get(v, "s")->str, "x");
	ck_assert_uint_eq(json_get(v, "a")->n, 2);
	ck_span(json_get(v, "a")->items[1].str, "2");
	ck_assert_int_eq(json_get(json_get(v, "o"), "in")->i64, 3);
	ck_assert_ptr_null(json_get(v, "none"));
	ck_assert_ptr_null(json_get(json_get(v, "i"), "n"));
}
END_TEST

START_TEST(a_value_need_not_be_an_object)
{
	ck_assert_int_eq(parsed("null")->type, JSON_NULL);
	ck_assert_int_eq(parsed(" \"\" ")->str.len, 0);
	ck_assert_int_eq(parsed("[]")->n, 0);
	ck_assert_int_eq(parsed("12")->i64, 12);
}
END_TEST

START_TEST(integers_are_those_that_fit_and_are_written_plainly)
{
	ck_assert(parsed("9223372036854775807")->i64 == INT64_MAX);
	ck_assert(parsed("-9223372036854775808")->i64 == INT64_MIN);
	ck_assert_int_eq(parsed("0")->type, JSON_INT);
	ck_assert_int_eq(parsed("-0")->type, JSON_INT);
	ck_assert_int_eq(parsed("-0")->i64, 0);
	ck_assert_int_eq(parsed("9223372036854775808")->type, JSON_REAL);
	ck_assert_int_eq(parsed("-9223372036854775809")->type, JSON_REAL);
	ck_assert_int_eq(parsed("99999999999999999999")->type, JSON_REAL);
	ck_assert_int_eq(parsed("1e3")->type, JSON_REAL);
	ck_assert_int_eq(parsed("1.0")->type, JSON_REAL);
	ck_assert(parsed("1e3")->real == 1000.0);
}
END_TEST

START_TEST(numbers_keep_their_spelling_in_the_order_of_the_text)
{
	const struct json *v = parsed(
	    "{\"z\":[1.50,{\"y\":"
	    "99999999999999999999}],\"a\":-1E+2,\"s\":\"7\",\"b\":0}");

	ck_span(v->items[0].items[0].number, "1.50");
	ck_span(v->items[0].items[1].items[0].number, "99999999999999999999");
	ck_span(json_get(v, "a")->number, "-1E+2");
	ck_span(json_get(v, "b")->number, "0");
}
END_TEST

START_TEST(escapes_are_decoded)
{
	ck_span(parsed("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"")->str,
	    "\"\\/\b\f\n\r\t");
	ck_span(parsed("\"\\u0041\\u00e9\\uac00\"")->str,
	    "A\xC3\xA9\xEA\xB0\x80");
	ck_span(parsed("\"\\ud83d\\uDE00\"")->str, "\xF0\x9F\x98\x80");
	ck_span(parsed("\"\\u0001\\uffff\"")->str, "\x01\xEF\xBF\xBF");
	ck_span(parsed("{\"\\u0061\\ud83d\\ude00\":1}")->names[0],
	    "a\xF0\x9F\x98\x80");
	ck_span(parsed("\"\xEF\xBB\xBF\x7f\"")->str, "\xEF\xBB\xBF\x7f");
}
END_TEST

START_TEST(the_tree_does_not_point_into_the_text)
{
	char text[] = "{\"name\":[\"value\",12.5]}";
	struct json *v;

	ck_assert_int_eq(json_parse(&arena, span_str(text), &v), JSON_OK);
	memset(text, 'x', sizeof(text) - 1);
	ck_span(v->names[0], "name");
	ck_span(v->items[0].items[0].str, "value");
	ck_span(v->items[0].items[1].number, "12.5");
}
END_TEST

/* ---- declared fields ---- */

struct body {
	struct span login;
	int64_t amount;
	bool all;
	struct json_ids ids;
	const struct json *context;
	bool amount_given;
};

static const struct field fields[] = {
	{ "login", FIELD_STRING, 0, 2, 5, offsetof(struct body, login) },
	{ "amount", FIELD_INT, FIELD_OPTIONAL, 1, 1000,
	    offsetof(struct body, amount),
	    offsetof(struct body, amount_given) },
	{ "all", FIELD_BOOL, FIELD_OPTIONAL, 0, 0, offsetof(struct body, all) },
	{ "ids", FIELD_IDS, FIELD_OPTIONAL, 1, 3, offsetof(struct body, ids) },
	{ "context", FIELD_OBJECT, FIELD_OPTIONAL, 0, 0,
	    offsetof(struct body, context) },
	{ NULL },
};

static struct body body;
static const char *name, *why;

static int
check(const char *text)
{
	return json_fields(&arena, parsed(text), fields, &body, &name, &why);
}

static void
ck_invalid(const char *text, const char *field)
{
	ck_assert_msg(check(text) == FIELDS_E_INVALID, "taken: %s", text);
	ck_assert_str_eq(name, field);
	ck_assert_ptr_nonnull(why);
}

START_TEST(a_right_body_fills_the_struct)
{
	ck_assert_int_eq(
	    check("{\"amount\":1000,\"login\":\"ann\",\"all\":true,"
		  "\"ids\":[3,1,9007199254740991],\"context\":{\"x\":1}}"),
	    FIELDS_OK);
	ck_span(body.login, "ann");
	ck_assert_int_eq(body.amount, 1000);
	ck_assert(body.amount_given);
	ck_assert(body.all);
	ck_assert_uint_eq(body.ids.n, 3);
	ck_assert_int_eq(body.ids.ids[0], 3);
	ck_assert_int_eq(body.ids.ids[2], 9007199254740991);
	ck_assert_int_eq(json_get(body.context, "x")->i64, 1);
}
END_TEST

START_TEST(absent_optional_fields_are_left_as_they_were)
{
	body.amount = 42;
	ck_assert_int_eq(check("{\"login\":\"ann\"}"), FIELDS_OK);
	ck_assert_int_eq(body.amount, 42);
	ck_assert(!body.amount_given);
}
END_TEST

START_TEST(nothing_is_filled_when_one_field_is_wrong)
{
	body.amount = 42;
	ck_assert_int_eq(check("{\"login\":\"ann\",\"amount\":7,\"ids\":[0]}"),
	    FIELDS_E_INVALID);
	ck_assert_int_eq(body.amount, 42);
	ck_assert(!span_is(body.login));
	ck_assert(!body.amount_given);
}
END_TEST

START_TEST(only_an_object_has_fields)
{
	ck_assert_int_eq(check("[]"), FIELDS_E_NOT_OBJECT);
	ck_assert_int_eq(check("null"), FIELDS_E_NOT_OBJECT);
	ck_assert_int_eq(check("\"login\""), FIELDS_E_NOT_OBJECT);
}
END_TEST

START_TEST(an_unknown_field_is_named_before_anything_else_is_said)
{
	ck_assert_int_eq(check("{\"role\":\"ADMIN\"}"), FIELDS_E_UNKNOWN);
	ck_assert_str_eq(name, "role");
	ck_assert_int_eq(check("{\"login\":1,\"Login\":1}"), FIELDS_E_UNKNOWN);
	ck_assert_str_eq(name, "Login");
}
END_TEST

START_TEST(a_very_long_unknown_name_is_cut_between_characters)
{
	const char *text = arena_printf(&arena, "{\"%s\":1}",
	    nested("\xEA\xB0\x80", "", "", 1000));

	ck_assert_int_eq(check(text), FIELDS_E_UNKNOWN);
	ck_assert_uint_eq(strlen(name), 63);
}
END_TEST

START_TEST(a_missing_field_is_named)
{
	ck_assert_int_eq(check("{}"), FIELDS_E_MISSING);
	ck_assert_str_eq(name, "login");
}
END_TEST

START_TEST(strings_are_measured_in_characters)
{
	ck_assert_int_eq(check("{\"login\":\"\xEA\xB0\x80\xEA\xB0\x80"
			       "\xEA\xB0\x80\xEA\xB0\x80\xEA\xB0\x80\"}"),
	    FIELDS_OK);
	ck_invalid("{\"login\":\"abcdef\"}", "login");
	ck_invalid("{\"login\":\"\xEA\xB0\x80\"}", "login");
	ck_invalid("{\"login\":\"\"}", "login");
}
END_TEST

START_TEST(strings_have_no_control_characters)
{
	ck_invalid("{\"login\":\"ab\\n\"}", "login");
	ck_invalid("{\"login\":\"ab\\u007f\"}", "login");
	ck_invalid("{\"login\":\"ab\\u202e\"}", "login");
}
END_TEST

START_TEST(no_type_stands_in_for_another)
{
	ck_invalid("{\"login\":123}", "login");
	ck_invalid("{\"login\":null}", "login");
	ck_invalid("{\"login\":\"ann\",\"amount\":\"7\"}", "amount");
	ck_invalid("{\"login\":\"ann\",\"amount\":true}", "amount");
	ck_invalid("{\"login\":\"ann\",\"amount\":null}", "amount");
	ck_invalid("{\"login\":\"ann\",\"all\":1}", "all");
	ck_invalid("{\"login\":\"ann\",\"all\":\"true\"}", "all");
	ck_invalid("{\"login\":\"ann\",\"ids\":1}", "ids");
	ck_invalid("{\"login\":\"ann\",\"ids\":{}}", "ids");
	ck_invalid("{\"login\":\"ann\",\"context\":[]}", "context");
}
END_TEST

START_TEST(numbers_that_are_not_amounts_are_refused)
{
	ck_invalid("{\"login\":\"ann\",\"amount\":0}", "amount");
	ck_invalid("{\"login\":\"ann\",\"amount\":-1}", "amount");
	ck_invalid("{\"login\":\"ann\",\"amount\":1001}", "amount");
	ck_invalid("{\"login\":\"ann\",\"amount\":1e2}", "amount");
	ck_invalid("{\"login\":\"ann\",\"amount\":1.5}", "amount");
	ck_invalid("{\"login\":\"ann\",\"amount\":9223372036854775808}",
	    "amount");
}
END_TEST

START_TEST(ids_are_few_positive_and_all_different)
{
	ck_invalid("{\"login\":\"ann\",\"ids\":[]}", "ids");
	ck_invalid("{\"login\":\"ann\",\"ids\":[1,2,3,4]}", "ids");
	ck_invalid("{\"login\":\"ann\",\"ids\":[0]}", "ids");
	ck_invalid("{\"login\":\"ann\",\"ids\":[-1]}", "ids");
	ck_invalid("{\"login\":\"ann\",\"ids\":[9007199254740992]}", "ids");
	ck_invalid("{\"login\":\"ann\",\"ids\":[\"1\"]}", "ids");
	ck_invalid("{\"login\":\"ann\",\"ids\":[1.0]}", "ids");
	ck_invalid("{\"login\":\"ann\",\"ids\":[1,2,1]}", "ids");
}
END_TEST

/* ---- writing ---- */

START_TEST(a_value_of_each_kind_is_written)
{
	struct jw w;

	jw_init(&w, &arena);
	jw_object(&w, NULL);
	jw_int(&w, "min", INT64_MIN);
	jw_int(&w, "zero", 0);
	jw_str(&w, "s", "a\"b\\\n\xEA\xB0\x80");
	jw_str(&w, "none", NULL);
	jw_span(&w, "span", SPAN_LIT("x"));
	jw_span(&w, "absent", SPAN_NONE);
	jw_bool(&w, "yes", true);
	jw_bool(&w, "no", false);
	jw_null(&w, "null");
	jw_time(&w, "at", 1764617400123);
	jw_raw(&w, "raw", SPAN_LIT("[1]"));
	jw_array(&w, "list");
	jw_int(&w, NULL, 1);
	jw_object(&w, NULL);
	jw_end_object(&w);
	jw_array(&w, NULL);
	jw_end_array(&w);
	jw_str(&w, NULL, "");
	jw_end_array(&w);
	jw_int(&w, "max", INT64_MAX);
	jw_end_object(&w);
	ck_span(jw_text(&w),
	    "{\"min\":-9223372036854775808,\"zero\":0,"
	    "\"s\":\"a\\\"b\\\\\\n\xEA\xB0\x80\",\"none\":null,"
	    "\"span\":\"x\",\"absent\":null,\"yes\":true,\"no\":false,"
	    "\"null\":null,\"at\":\"2025-12-01T19:30:00.123Z\",\"raw\":[1],"
	    "\"list\":[1,{},[],\"\"],\"max\":9223372036854775807}");
}
END_TEST

/* Names from outside as well. */
START_TEST(what_was_read_is_written_as_it_was)
{
	static const char text[] =
	    "{\"a\\\"b\\n\":[null,true,-1,1.50e3,\"x\"],\"\":{\"c\":[]}}";
	struct json *value;
	struct jw w;

	ck_assert_int_eq(json_parse(&arena, span_str(text), &value), JSON_OK);
	jw_init(&w, &arena);
	jw_value(&w, NULL, value);
	ck_span(jw_text(&w), text);
}
END_TEST

START_TEST(what_is_written_can_be_read_again)
{
	struct jw w;
	const struct json *v;
	int n = 5000;

	jw_init(&w, &arena);
	jw_array(&w, NULL);
	for (int i = 0; i < n; i++) {
		jw_object(&w, NULL);
		jw_int(&w, "seat_id", i);
		jw_str(&w, "label", "\x01\x1f\"\\/\x7f");
		jw_end_object(&w);
	}
	jw_end_array(&w);
	v = parsed(arena_str(&arena, jw_text(&w)));
	ck_assert_uint_eq(v->n, (size_t)n);
	ck_assert_int_eq(json_get(&v->items[n - 1], "seat_id")->i64, n - 1);
	ck_span(json_get(&v->items[0], "label")->str, "\x01\x1f\"\\/\x7f");
}
END_TEST

START_TEST(an_unclosed_text_is_a_programming_error)
{
	struct jw w;

	jw_init(&w, &arena);
	jw_object(&w, NULL);
	(void)jw_text(&w);
}
END_TEST

static bool
means_the_same(const char *one, const char *other)
{
	return span_eq(json_canonical(&arena, parsed(one)),
	    json_canonical(&arena, parsed(other)));
}

START_TEST(texts_that_mean_the_same_have_one_canonical_form)
{
	ck_assert(means_the_same("{\"a\":1,\"b\":[true,null]}",
	    " { \"b\" : [ true , null ] , \"a\" : 1 } "));
	ck_assert(means_the_same("{\"a\":{\"c\":2,\"bb\":1}}",
	    "{\"\\u0061\":{\"bb\":1,\"c\":2}}"));
	ck_assert(means_the_same("\"\\u00e9\\/\"", "\"\xc3\xa9/\""));
	ck_assert(means_the_same("-0", "0"));
	ck_assert(means_the_same("1e3", "1000.0"));
}
END_TEST

START_TEST(texts_that_mean_something_else_have_another)
{
	static const char *const all[] = { "{}", "[]", "\"\"", "null", "false",
		"0", "\"0\"", "[[]]", "[{}]", "{\"a\":[]}", "{\"a\":null}",
		"{\"a\":\"b\"}", "{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":1}",
		"[\"a\",1,\"b\",2]", "{\"a\\\",\\\"b\":1}", "[1,2]", "[2,1]",
		"[12]", "9007199254740993", "9007199254740992", "0.5",
		"{\"members\":[]}", "{\"\":[]}" };

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		for (size_t j = 0; j < i; j++)
			ck_assert_msg(!means_the_same(all[i], all[j]),
			    "%s = %s", all[i], all[j]);
}
END_TEST

/* The examples of RFC 7396, appendix A. */
static const struct {
	const char *target, *patch, *result;
} merges[] = {
	{ "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
	{ "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}" },
	{ "{\"a\":\"b\"}", "{\"a\":null}", "{}" },
	{ "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}" },
	{ "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
	{ "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}" },
	{ "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
	    "{\"a\":{\"b\":\"d\"}}" },
	{ "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}" },
	{ "[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]" },
	{ "{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]" },
	{ "{\"a\":\"foo\"}", "null", "null" },
	{ "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
	{ "[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}" },
	{ "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },
};

START_TEST(a_patch_says_what_becomes_of_each_member)
{
	struct json *target, *patch, *result;

	ck_assert_int_eq(
	    json_parse(&arena, span_str(merges[_i].target), &target), JSON_OK);
	ck_assert_int_eq(json_parse(&arena, span_str(merges[_i].patch), &patch),
	    JSON_OK);
	ck_assert_int_eq(
	    json_parse(&arena, span_str(merges[_i].result), &result), JSON_OK);
	ck_assert_str_eq(
	    arena_str(&arena,
		json_canonical(&arena, json_merge(&arena, target, patch))),
	    arena_str(&arena, json_canonical(&arena, result)));
}
END_TEST

SUITE("json")
{
	FIXTURE(open_arena, close_arena);
	TEST_LOOP(what_is_not_json_is_refused, (int)ARRAY_LEN(malformed));
	TEST_LOOP(what_is_not_text_is_refused_as_bad_utf8,
	    (int)ARRAY_LEN(bad_utf8));
	TEST(a_nul_byte_is_refused_wherever_it_stands);
	TEST(sixteen_levels_are_taken_and_seventeen_refused);
	TEST(a_double_among_very_many_members_is_found);
	TEST(every_kind_of_value_is_read);
	TEST(a_value_need_not_be_an_object);
	TEST(integers_are_those_that_fit_and_are_written_plainly);
	TEST(numbers_keep_their_spelling_in_the_order_of_the_text);
	TEST(escapes_are_decoded);
	TEST(the_tree_does_not_point_into_the_text);
	TEST(texts_that_mean_the_same_have_one_canonical_form);
	TEST(texts_that_mean_something_else_have_another);
	TEST_LOOP(a_patch_says_what_becomes_of_each_member,
	    (int)ARRAY_LEN(merges));
	TEST(a_right_body_fills_the_struct);
	TEST(absent_optional_fields_are_left_as_they_were);
	TEST(nothing_is_filled_when_one_field_is_wrong);
	TEST(only_an_object_has_fields);
	TEST(an_unknown_field_is_named_before_anything_else_is_said);
	TEST(a_very_long_unknown_name_is_cut_between_characters);
	TEST(a_missing_field_is_named);
	TEST(strings_are_measured_in_characters);
	TEST(strings_have_no_control_characters);
	TEST(no_type_stands_in_for_another);
	TEST(numbers_that_are_not_amounts_are_refused);
	TEST(ids_are_few_positive_and_all_different);
	TEST(a_value_of_each_kind_is_written);
	TEST(what_was_read_is_written_as_it_was);
	TEST(what_is_written_can_be_read_again);
	TEST_ABORTS(an_unclosed_text_is_a_programming_error);
}
