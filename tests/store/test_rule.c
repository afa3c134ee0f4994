/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge of rules that runs inside the hold scripts (lua/rule.inc.lua),
 * against the one in C: the same examples, and any row. */
#include "seat/seat_rule.h"

#include "base/arena.h"
#include "base/strbuf.h"
#include "store/kv.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

#define ROW_MAX 40
#define N_RANDOM 50000 /* ROWS in the environment: other */
#define BATCH 500

static struct settings set;
static struct arena a;
static struct kv *kv;

/* A row as the script is told of it: letters; '.' or '*' where a seat is kept
 * for others; x chosen, o of the hold itself, k its own and chosen. */
struct row {
	size_t n;
	char letters[ROW_MAX + 1], open[ROW_MAX + 1], choice[ROW_MAX + 1];
};

static void
once(void)
{
	servers_start(SERVERS_REDIS);
}

static void
open_it(void)
{
	arena_init(&a, 64 << 20);
	servers_settings(&set);
	kv = kv_open(&set);
}

static void
close_it(void)
{
	kv_close(kv);
	arena_fini(&a);
}

/* The piece as the scripts have it, and a loop that asks it of each line of
 * ARGV[1] by the rules of ARGV[2]: a character a line. */
static struct span
script(void)
{
	struct strbuf b;
	char path[500], line[400];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/lib/store/lua/rule.inc.lua",
	    getenv("SRCDIR"));
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	strbuf_init(&b, &a, 8192);
	strbuf_str(&b,
	    "local seats_key, meta_key = KEYS[1], KEYS[2]\n"
	    "local function int(n) return string.format('%d', n) end\n");
	while (fgets(line, sizeof(line), f) != NULL)
		strbuf_str(&b, line);
	(void)fclose(f);
	strbuf_str(&b,
	    "local said = {}\n"
	    "for letters, open, choice in string.gmatch(ARGV[1],\n"
	    "    '(%a+) ([.*]+) ([xok-]+)\\n') do\n"
	    "  redis.call('SET', seats_key, 'AAA' .. letters)\n"
	    "  local chosen, own = {}, {}\n"
	    "  for i = 1, #choice do\n"
	    "    local c = string.sub(choice, i, i)\n"
	    "    chosen[i + 2] = c == 'x' or c == 'k'\n"
	    "    own[i + 2] = c == 'o' or c == 'k'\n"
	    "  end\n"
	    "  said[#said + 1] = string.sub(rule_refuses(ARGV[2] ..\n"
	    "    ' 4:' .. open, false, chosen, own) or '-', 1, 1)\n"
	    "end\n"
	    "return table.concat(said)\n");
	return strbuf_get(&b);
}

static struct span
ask(struct span text, struct span rows, const char *rules)
{
	struct span argv[] = { SPAN_LIT("EVAL"), text, SPAN_LIT("2"),
		SPAN_LIT("s"), SPAN_LIT("m"), rows, span_str(rules) };
	struct kv_reply reply;

	ck_assert_int_eq(kv_command(kv, &a, ARRAY_LEN(argv), argv, &reply), 0);
	ck_assert_int_eq(reply.type, KV_STR);
	return reply.str;
}

/* What C says of a row: 'n' a lone seat, 'a' one that is kept, '-'. */
static char
judge(const struct row *row, bool last)
{
	bool open[ROW_MAX], own[ROW_MAX], chosen[ROW_MAX];
	const struct seat_rule_row is = { row->n, row->letters, open, own,
		chosen };
	int rule;

	for (size_t i = 0; i < row->n; i++) {
		open[i] = !last || row->open[i] == '.';
		own[i] = strchr("ok", row->choice[i]) != NULL;
		chosen[i] = strchr("xk", row->choice[i]) != NULL;
	}
	rule = seat_rule_judge(&a, &is, true);
	return rule == SEAT_RULE_NONE ? '-' : seat_rules[rule][0];
}

static void
add_row(struct strbuf *b, const struct row *row)
{
	strbuf_printf(b, "%s %s %s\n", row->letters, row->open, row->choice);
}

static uint64_t seed = 88172645463325252U;

static unsigned
any(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % below);
}

static void
make_row(struct row *row)
{
	size_t part = 1 + any(9), at, left = any(6);

	memset(row, 0, sizeof(*row));
	row->n = 1 + any(ROW_MAX);
	at = any((unsigned)row->n);
	for (size_t i = 0; i < row->n; i++) {
		bool own = any(12) == 0;

		row->letters[i] = own ? 'H' : any(10) < part ? 'A' : 'R';
		row->open[i] = any(12) == 0 ? '*' : '.';
		row->choice[i] = !own ? '-' : any(2) == 0 ? 'o' : 'k';
	}
	for (size_t i = at; i < row->n && left > 0; i++)
		if (row->letters[i] == 'A' && any(5) > 0) {
			row->choice[i] = 'x';
			left--;
		}
}

START_TEST(the_script_judges_any_row_as_c_does)
{
	const char *rules = _i == 0 ? "no-lone-seat"
				    : "no-lone-seat accessible-last";
	int n_rows = getenv("ROWS") != NULL ? atoi(getenv("ROWS")) : N_RANDOM;
	char expected[BATCH];
	int n_refused = 0;

	for (int done = 0; done < n_rows / 2; done += BATCH) {
		struct span text, said;
		struct strbuf b;
		struct row row;

		arena_reset(&a);
		text = script();
		strbuf_init(&b, &a, (size_t)BATCH * 3 * ROW_MAX);
		for (int i = 0; i < BATCH; i++) {
			make_row(&row);
			add_row(&b, &row);
			expected[i] = judge(&row, _i == 1);
			n_refused += expected[i] == 'n';
		}
		said = ask(text, strbuf_get(&b), rules);
		ck_assert_uint_eq(said.len, BATCH);
		ck_assert_mem_eq(said.p, expected, BATCH);
	}
	ck_assert_int_gt(n_refused, n_rows / 2 / 25);
}
END_TEST

START_TEST(the_script_judges_the_examples)
{
	char path[500], line[400], before[ROW_MAX + 1], choice[ROW_MAX + 1];
	char verdict[8];
	int n_read = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/tests/vectors/seat_rule.tsv",
	    getenv("SRCDIR"));
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		struct strbuf b;
		struct span said;

		if (sscanf(line, "%40[.#]\t%40[x-]\t%7s", before, choice,
			verdict)
		    != 3)
			continue;
		for (char *p = before; *p != '\0'; p++)
			*p = *p == '.' ? 'A' : 'P';
		strbuf_init(&b, &a, 200);
		strbuf_printf(&b, "%s %.*s %s\n", before, (int)strlen(before),
		    "........................................", choice);
		said = ask(script(), strbuf_get(&b), "no-lone-seat");
		ck_assert_msg((said.p[0] == 'n')
			== (strcmp(verdict, "lone") == 0),
		    "%s", line);
		said = ask(script(), strbuf_get(&b), "");
		ck_assert_msg(said.p[0] == '-', "no rule, no refusal");
		n_read++;
	}
	(void)fclose(f);
	ck_assert_int_gt(n_read, 30);
}
END_TEST

SUITE("rule")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(open_it, close_it);
	TEST(the_script_judges_the_examples);
	TEST_LOOP(the_script_judges_any_row_as_c_does, 2);
}
