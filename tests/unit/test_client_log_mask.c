/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_client_log_mask - secrets go, everything else stays
 *
 * Layer: tests.  Uses: admin/client_log_mask.
 */
#include "admin/client_log_mask.h"

#include "base/strbuf.h"
#include "tests/support/suite.h"

#include <string.h>

static struct arena arena;

static void
setup(void)
{
	arena_init(&arena, (size_t)64 << 20);
}

static void
teardown(void)
{
	arena_fini(&arena);
}

static const char *
masked(const char *text)
{
	return arena_str(&arena, client_log_mask(&arena, span_str(text)));
}

static const struct {
	const char *text, *want;
} secrets[] = {
	{ "4111111111111111", "[masked]" },
	{ "card 4111-1111-1111-1111.", "card [masked]." },
	{ "3782 822463 10005 x", "[masked] x" },
	{ "4111 1111 1111 1111 20261129", "[masked] 20261129" },
	{ "1 4111111111111111", "1 [masked]" },
	{ "Bearer eyJhbGciOi.eyJzdWI.c2lnbg", "Bearer [masked]" },
	{ "eyJhbGciOi.eyJzdWI.", "[masked]." },
	{ "{\"t\":\"eyJhbGciOi.eyJzdWI.c2lnbg\"}", "{\"t\":\"[masked]\"}" },
};

START_TEST(a_secret_is_masked)
{
	ck_assert_str_eq(masked(secrets[_i].text), secrets[_i].want);
}
END_TEST

static const char *const plain[] = {
	"",
	"4111111111111112",        /* does not fit */
	"41111111111111110000000", /* more digits than a card has */
	"2026-11-29 10:00:00.123", /* a moment */
	"eyJ",
	"the eye.jet flew",
	"eyJhbGciOi alone",
	"a\xec\x84\x9d 12 345",
};

START_TEST(what_is_no_secret_stays)
{
	ck_assert_str_eq(masked(plain[_i]), plain[_i]);
}
END_TEST

/* Cards with a right last digit within other text, at all lengths. */
START_TEST(none_of_ten_thousand_cards_is_left)
{
	for (int i = 0; i < 10000; i++) {
		char digits[20];
		int n = 13 + i % 7, sum = 0;
		const char *text, *out;

		for (int k = 0; k < n - 1; k++)
			digits[k] = (char)('0'
			    + (i * 7 + k * (i % 11 + 3)) % 10);
		for (int k = 0; k < n - 1; k++) {
			int d = digits[n - 2 - k] - '0';

			if (k % 2 == 0)
				d = d > 4 ? 2 * d - 9 : 2 * d;
			sum += d;
		}
		digits[n - 1] = (char)('0' + (10 - sum % 10) % 10);
		digits[n] = '\0';
		text = arena_printf(&arena, "no. %d: %s, eyJhb%dGc.eyJz.%d", i,
		    digits, i, i);
		out = masked(text);
		ck_assert_msg(strstr(out, digits) == NULL, "%s", out);
		ck_assert_msg(strstr(out, "eyJ") == NULL, "%s", out);
	}
}
END_TEST

SUITE("client_log_mask")
{
	FIXTURE(setup, teardown);
	TEST_LOOP(a_secret_is_masked, ARRAY_LEN(secrets));
	TEST_LOOP(what_is_no_secret_stays, ARRAY_LEN(plain));
	TEST(none_of_ten_thousand_cards_is_left);
}
