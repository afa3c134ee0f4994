/* SPDX-License-Identifier: BSD-2-Clause */
/* The rule against lone seats: by examples, and against a judge who tries
 * everything. */
#include "seat/seat_rule.h"

#include "base/arena.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

#define ROW_MAX 64
#define N_RANDOM SUITE_TRIES(1000000)

static bool free_seats[ROW_MAX], chosen[ROW_MAX];

/* ---- examples ---- */

/* The next example of the file; false behind the last. */
static bool
read_example(FILE *f, size_t *n, bool *refused, char name[200])
{
	char line[400], before[ROW_MAX + 1], choice[ROW_MAX + 1], verdict[8];

	do {
		if (fgets(line, sizeof(line), f) == NULL)
			return false;
	} while (line[0] == '#' && line[1] == ' ');
	ck_assert_int_eq(sscanf(line, "%64[.#]\t%64[x-]\t%7s\t%199[^\n]",
			     before, choice, verdict, name),
	    4);
	*n = strlen(before);
	ck_assert_uint_eq(strlen(choice), *n);
	for (size_t i = 0; i < *n; i++) {
		free_seats[i] = before[i] == '.';
		chosen[i] = choice[i] == 'x';
	}
	*refused = strcmp(verdict, "lone") == 0;
	return true;
}

START_TEST(what_leaves_a_lone_seat_needlessly_is_refused)
{
	char path[500], name[200];
	int n_read = 0;
	bool refused;
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/tests/vectors/seat_rule.tsv",
	    getenv("SRCDIR"));
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (read_example(f, &n, &refused, name)) {
		ck_assert_msg(seat_rule_lone(free_seats, chosen, n) == refused,
		    "%s", name);
		n_read++;
	}
	(void)fclose(f);
	ck_assert_int_gt(n_read, 30);
}
END_TEST

/* ---- any row ---- */

static uint64_t seed = 88172645463325252U;

static unsigned
any(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % below);
}

/* A row of which some part is free, and some of those are chosen, mostly
 * neighbours. */
static size_t
make_row(void)
{
	size_t n = 1 + any(ROW_MAX / 2), part = 1 + any(9);
	size_t at = any((unsigned)n), left = any(6);

	for (size_t i = 0; i < n; i++) {
		free_seats[i] = any(10) < part;
		chosen[i] = false;
	}
	for (size_t i = at; i < n && left > 0; i++)
		if (free_seats[i] && any(5) > 0) {
			chosen[i] = true;
			left--;
		}
	return n;
}

/* Whether [from, from + k) of the row could be chosen and would leave no free
 * seat alone beside it. */
static bool
fits(size_t n, size_t from, size_t k)
{
	size_t left = 0, right = 0;

	for (size_t i = from; i < from + k; i++)
		if (!free_seats[i])
			return false;
	while (left < from && free_seats[from - left - 1])
		left++;
	while (from + k + right < n && free_seats[from + k + right])
		right++;
	return left != 1 && right != 1;
}

/* The same rule, told from the other end: a lone seat is next to a chosen one,
 * and there was a place where as many leave none. */
static bool
judge(size_t n)
{
	bool after[ROW_MAX + 2] = { false }, lone = false;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		after[i + 1] = free_seats[i] && !chosen[i];
		k += chosen[i];
	}
	for (size_t i = 0; i < n; i++)
		if (chosen[i])
			lone = lone || (after[i] && (i < 2 || !after[i - 1]))
			    || (after[i + 2] && (i + 2 >= n || !after[i + 3]));
	for (size_t from = 0; lone && from + k <= n; from++)
		if (fits(n, from, k))
			return true;
	return false;
}

START_TEST(any_row_is_judged_as_by_trying_all_places)
{
	int n_refused = 0;

	for (int i = 0; i < N_RANDOM; i++) {
		size_t n = make_row();
		bool refused = seat_rule_lone(free_seats, chosen, n);

		ck_assert_msg(refused == judge(n), "row %d", i);
		n_refused += refused;
	}
	/* The rows are worth judging. */
	ck_assert_int_gt(n_refused, N_RANDOM / 20);
	ck_assert_int_lt(n_refused, N_RANDOM / 2);
}
END_TEST

/* ---- whose seats they are, and for whom ---- */

/* A segment's letters; '*' where a seat is kept for others; x chosen, o own, k
 * own and chosen. */
static const char *
judged(const char *letters, const char *open, const char *choice)
{
	bool is_open[ROW_MAX], own[ROW_MAX], is_chosen[ROW_MAX];
	const struct seat_rule_row row = { strlen(letters), letters, is_open,
		own, is_chosen };
	struct arena a;
	int rule;

	for (size_t i = 0; i < row.n; i++) {
		is_open[i] = open[i] == '.';
		own[i] = choice[i] == 'o' || choice[i] == 'k';
		is_chosen[i] = choice[i] == 'x' || choice[i] == 'k';
	}
	arena_init(&a, 65536);
	rule = seat_rule_judge(&a, &row, true);
	arena_fini(&a);
	return rule == SEAT_RULE_NONE ? "" : seat_rules[rule];
}

START_TEST(own_seats_count_as_free)
{
	ck_assert_str_eq(judged("HHAAAA", "......", "ok-x--"), "no-lone-seat");
	ck_assert_str_eq(judged("HHAAAA", "......", "okx---"), "no-lone-seat");
	ck_assert_str_eq(judged("HHAAAA", "......", "kkx---"), "");
	ck_assert_str_eq(judged("HHAAAA", "......", "oo--xx"), "");
}
END_TEST

START_TEST(giving_back_is_never_refused)
{
	ck_assert_str_eq(judged("HHHAAA", "......", "kok---"), "");
	ck_assert_str_eq(judged("HHHAAA", "......", "ook---"), "");
}
END_TEST

START_TEST(what_is_kept_for_others_counts_as_taken)
{
	ck_assert_str_eq(judged("AAAAAA", "*.....", "x-----"),
	    "accessible-last");
	ck_assert_str_eq(judged("AAAAAA", "*.....", "--x---"), "no-lone-seat");
	ck_assert_str_eq(judged("AAAAAA", "*.....", "-x----"), "");
	/* Never a lone seat. */
	ck_assert_str_eq(judged("AAAAAA", "*.*...", "---x--"), "");
	/* His already. */
	ck_assert_str_eq(judged("HAAAAA", "*.....", "kx----"), "");
}
END_TEST

SUITE("seat_rule")
{
	TEST(own_seats_count_as_free);
	TEST(giving_back_is_never_refused);
	TEST(what_is_kept_for_others_counts_as_taken);
	TEST(what_leaves_a_lone_seat_needlessly_is_refused);
	TEST(any_row_is_judged_as_by_trying_all_places);
}
