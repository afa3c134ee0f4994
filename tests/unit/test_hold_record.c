/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_hold_record - tokens and records as text and back
 *
 * Layer: tests.  Uses: seat, payment.
 */
#include "journal/hold_record.h"
#include "payment/payment.h"
#include "tests/support/suite.h"

#define TOKEN "7-000102030405060708090a0bfffefdfc"

static struct arena a;

static void
open_it(void)
{
	arena_init(&a, 1 << 20);
}

static void
close_it(void)
{
	arena_fini(&a);
}

START_TEST(a_token_reads_as_it_was_written)
{
	struct hold_token token;

	ck_assert(hold_token_read(SPAN_LIT(TOKEN), &token));
	ck_assert_int_eq(token.performance, 7);
	ck_assert(span_eq_str(hold_token_text(&a, &token), TOKEN));
}
END_TEST

START_TEST(the_mark_is_the_last_32_bits_with_their_sign)
{
	struct hold_token token;

	ck_assert(hold_token_read(SPAN_LIT(TOKEN), &token));
	ck_assert_int_eq(hold_token_mark(&token), -66052);
}
END_TEST

static const char *const no_tokens[] = {
	"",
	"7",
	"7-",
	"-000102030405060708090a0bfffefdfc",
	"0-000102030405060708090a0bfffefdfc",
	"-1-000102030405060708090a0bfffefdfc",
	"7-000102030405060708090a0bfffefdf",
	"7-000102030405060708090a0bfffefdfcc",
	"7-000102030405060708090A0Bfffefdfc",
	"7-g00102030405060708090a0bfffefdfc",
	"07-000102030405060708090a0bfffefdfc",
	"99999999999999999999-000102030405060708090a0bfffefdfc",
};

START_TEST(what_is_no_token_is_refused)
{
	struct hold_token token;

	ck_assert_msg(!hold_token_read(span_str(no_tokens[_i]), &token), "%s",
	    no_tokens[_i]);
}
END_TEST

static const char *const records[] = {
	"h 12 1763692500000 300000 900000 1 5,6 1000,2500",
	"p 9007199254740991 1763692500000 300000 900000 3 100000 0",
	"e 12 1763692500000 300000 900000 1 5,6 1000,2500 0123456789abcdef",
	"h 12 1763692500000 300000 900000 1 #3:1,2 500,500",
	"d 12 1763692500000 300000 900000 1 #32767:1 500 0123456789abcdef",
	"h 12 1763692500000 300000 900000 1 5,6 1000,800/0,1",
	"h 12 1763692500000 300000 900000 1 #3:1,2 5,5/32767,1 0123456789abcdef",
	"h -3 1763692500000 300000 900000 1 B5,6 1000,800/0,1",
};

START_TEST(a_record_reads_as_it_was_written)
{
	struct hold_token token = { 7, { 0 } };
	struct hold_record r;

	ck_assert(hold_record_read(&token, span_str(records[_i]), &r));
	ck_assert(span_eq_str(hold_record_text(&a, &r), records[_i]));
}
END_TEST

START_TEST(a_record_tells_its_ends_and_amount)
{
	struct hold_token token = { 7, { 0 } };
	struct hold_record r;

	ck_assert(hold_record_read(&token, span_str(records[0]), &r));
	ck_assert_int_eq(r.ends_ms, 1763692800000);
	ck_assert_int_eq(r.hard_ends_ms, 1763693400000);
	ck_assert_int_eq(hold_record_amount(&r), 3500);
	ck_assert(!span_is(r.fingerprint));
}
END_TEST

START_TEST(a_record_without_ticket_types_is_of_the_default)
{
	struct hold_token token = { 7, { 0 } };
	struct hold_record r;

	ck_assert(hold_record_read(&token, span_str(records[5]), &r));
	ck_assert(hold_record_typed(&r));
	ck_assert_int_eq(r.types[1], 1);
	ck_assert(hold_record_read(&token, span_str(records[0]), &r));
	ck_assert(!hold_record_typed(&r));
	ck_assert_int_eq(r.types[1], 0);
}
END_TEST

static const char *const no_records[] = {
	"",
	"h",
	"x 12 1763692500000 300000 900000 1 5,6 1000,2500",
	"h 12 1763692500000 300000 900000 1 5,6 1000",
	"h 12 1763692500000 300000 900000 1  1000",
	"h 12 1763692500000 300000 900000 1 5,x 1000,2500",
	"h 12 1763692500000 300000 900000 1 # 1000",
	"h 12 1763692500000 300000 900000 1 #3 1000",
	"h 12 1763692500000 300000 900000 1 #3: 1000",
	"h 12 1763692500000 300000 900000 1 #0:1 1000",
	"h 12 1763692500000 300000 900000 1 #32768:1 1000",
	"h 12 1763692500000 300000 900000 1 #3:1,2 1000",
	"h 12 now 300000 900000 1 5 1000",
	"h 12 1763692500000 300000 900000 1 "
	"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21 "
	"1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
	"h 12 1763692500000 300000 900000 1 5,6 1000,-1",
	"h 12 1763692500000 300000 900000 1 5,6 1000,800/",
	"h 12 1763692500000 300000 900000 1 5,6 1000,800/1",
	"h 12 1763692500000 300000 900000 1 5,6 1000,800/0,-1",
	"h 12 1763692500000 300000 900000 1 5,6 1000,800/0,32768",
	"h 12 1763692500000 300000 900000 1 5,6 1000,800/0,1,2",
	"h 12 1763692500000 300000 900000 1 5,6 9223372036854775807,1",
};

START_TEST(what_is_no_record_is_refused)
{
	struct hold_token token = { 7, { 0 } };
	struct hold_record r;

	ck_assert_msg(!hold_record_read(&token, span_str(no_records[_i]), &r),
	    "%s", no_records[_i]);
}
END_TEST

/* held, bought, what limits keep, tokens */
START_TEST(the_counts_of_a_user_read_as_they_were_written)
{
	static const char *const texts[] = { "2 1 0123456789abcdef",
		"2 1,764446911000;69ab0c870258 ,;23456789 bcdef", "2 1;f",
		"0 3,7" };
	struct hold_user user;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		ck_assert(hold_user_read(span_str(texts[i]), &user));
		ck_assert(span_eq_str(hold_user_text(&a, &user), texts[i]));
	}
	ck_assert_int_eq(user.bought, 3);
	ck_assert(span_eq_str(user.rate, "7"));
	ck_assert(!hold_user_read(SPAN_LIT("2"), &user));
}
END_TEST

START_TEST(every_status_has_its_name_and_letter)
{
	for (const char *s = "hpderl"; *s != '\0'; s++)
		ck_assert_int_eq(
		    hold_status_letter(span_str(hold_status_name(*s))), *s);
	ck_assert_ptr_null(hold_status_name('x'));
	ck_assert_int_eq(hold_status_letter(SPAN_LIT("gone")), '\0');
}
END_TEST

START_TEST(a_payment_moves_along_its_graph_only)
{
	ck_assert(payment_may_move(NULL, "SENT"));
	ck_assert(payment_may_move("SENT", "CAPTURED"));
	ck_assert(!payment_may_move(NULL, "CAPTURED"));
	ck_assert(!payment_may_move("CAPTURED", "SENT"));
	ck_assert(!payment_may_move("CAPTURED", "FAILED"));
	ck_assert(!payment_may_move("SENT", NULL));
}
END_TEST

SUITE("hold_record")
{
	FIXTURE(open_it, close_it);
	TEST(a_token_reads_as_it_was_written);
	TEST(the_mark_is_the_last_32_bits_with_their_sign);
	TEST_LOOP(what_is_no_token_is_refused, (int)ARRAY_LEN(no_tokens));
	TEST_LOOP(a_record_reads_as_it_was_written, (int)ARRAY_LEN(records));
	TEST(a_record_tells_its_ends_and_amount);
	TEST(a_record_without_ticket_types_is_of_the_default);
	TEST_LOOP(what_is_no_record_is_refused, (int)ARRAY_LEN(no_records));
	TEST(the_counts_of_a_user_read_as_they_were_written);
	TEST(every_status_has_its_name_and_letter);
	TEST(a_payment_moves_along_its_graph_only);
}
