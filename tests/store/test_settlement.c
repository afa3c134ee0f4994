/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_settlement - what was sold and given back, to the last unit
 *
 * Five thousand purchases and refunds in houses of several time zones are added
 * up here, one by one, and compared with what operators are told, with the
 * ledger, and with what a provider has (support/teller.h).
 *
 * Layer: tests.  Uses: fcgi-app, ctl, buyer, teller.
 */
#include "base/clock.h"
#include "tests/support/house_shell.h"
#include "tests/support/teller.h"
#include "tests/support/wire.h"

#include <inttypes.h>
#include <time.h>

#define API "/api/v1"
#define N_SALES 5000
#define N_HOUSES 3
#define N_METHODS 3
#define N_DAYS 12
#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define FIRST_MS INT64_C(1793491200000) /* 2026-11-01T00:00:00Z, a Sunday */

static char *boss;

static void
setup(void)
{
	house_open();
	house_run(
	    "TRUNCATE payments, payment_outside, payment_log, refunds,"
	    " refund_outside, reservations, reservation_log, alarms,"
	    " seat_claim, seat_log, idempotency, holds, ledger, wallets");
	teller_open();
	wire_open(&house.ctx);
	boss = wire_token(house_user("boss"), ROLE_ADMIN);
}

static void
teardown(void)
{
	wire_close();
	teller_close();
	house_close();
}

static const struct json *
at(const struct json *object, const char *name)
{
	const struct json *v = json_get(object, name);

	ck_assert_msg(v != NULL, "%s is missing", name);
	return v;
}

static int64_t
number_at(const struct json *object, const char *name)
{
	ck_assert_int_eq(at(object, name)->type, JSON_INT);
	return at(object, name)->i64;
}

static int
settle(const char *query)
{
	return ask("GET",
	    arena_printf(&house.ctx.arena, API "/admin/settlement?%s", query),
	    boss, NULL);
}

/* ---- many sales ---- */

/* None of them changes its clock in these days. */
static const struct {
	const char *zone, *currency;
	int64_t ahead_ms; /* of UTC */
} houses[N_HOUSES] = {
	{ "Asia/Seoul", "KRW", 9 * HOUR_MS },
	{ "America/Bogota", "USD", -5 * HOUR_MS },
	{ "Pacific/Kiritimati", "KRW", 14 * HOUR_MS },
};
static const char *const methods[N_METHODS] = { "wallet", "card", "mock" };

struct sums {
	int64_t n_sold, sold, n_refunded, refunded;
};

static struct sums want[N_DAYS][N_HOUSES][N_METHODS];
static int64_t performances[N_HOUSES];

/* Columns of what is made. */
struct sales {
	int64_t performance[N_SALES], method[N_SALES], amount[N_SALES];
	int64_t at_ms[N_SALES], back[N_SALES], back_ms[N_SALES];
	int64_t house[N_SALES];
};

SQL(settlement_test_make,
    "WITH made AS (SELECT nextval('payments_id_seq') AS id,"
    "  nextval('transfer_id') AS sold, nextval('transfer_id') AS given,"
    "  (ARRAY['wallet', 'card', 'mock'])[m.method + 1] AS method,"
    "  CASE WHEN m.method = 0 THEN 'wallet' ELSE 'funding' END AS account,"
    "  CASE WHEN m.method = 0 THEN 1 END AS owner, f.currency,"
    "  m.performance, m.amount, m.back,"
    "  'epoch'::timestamptz + m.at_ms * interval '1 ms' AS at,"
    "  'epoch'::timestamptz + m.back_ms * interval '1 ms' AS back_at"
    "  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[],"
    "   $5::bigint[], $6::bigint[])"
    "   AS m (performance, method, amount, at_ms, back, back_ms)"
    "  JOIN performances AS f ON f.id = m.performance),"
    " p AS (INSERT INTO payments (id, user_id, performance_id, hold_token,"
    "  method, status, amount, currency, refunded, created_at)"
    "  OVERRIDING SYSTEM VALUE SELECT m.id, 1, m.performance, 's' || m.id,"
    "  m.method, 'CAPTURED', m.amount, m.currency, m.back, m.at FROM made AS m"
    "  RETURNING 1),"
    " s AS (INSERT INTO ledger (transfer_id, line, account, user_id, amount,"
    "  currency, reason, payment_id, at)"
    "  SELECT m.sold, 1, m.account, m.owner, -m.amount, m.currency, 'payment',"
    "   m.id, m.at FROM made AS m"
    "  UNION ALL SELECT m.sold, 2, 'sales', NULL, m.amount, m.currency,"
    "   'payment', m.id, m.at FROM made AS m),"
    " g AS (INSERT INTO ledger (transfer_id, line, account, user_id, amount,"
    "  currency, reason, payment_id, at)"
    "  SELECT m.given, 1, m.account, m.owner, m.back, m.currency, 'refund',"
    "   m.id, m.back_at FROM made AS m WHERE m.back > 0"
    "  UNION ALL SELECT m.given, 2, 'sales', NULL, -m.back, m.currency,"
    "   'refund', m.id, m.back_at FROM made AS m WHERE m.back > 0)"
    " SELECT count(*) FROM p");

static void
open_houses(void)
{
	for (int i = 0; i < N_HOUSES; i++) {
		if (i > 0)
			house_renew();
		performances[i] = house.performance;
		house_run(arena_printf(&house.ctx.arena,
		    "UPDATE venues SET time_zone = '%s' WHERE id = (SELECT"
		    " h.venue_id FROM performances AS p JOIN hall_revisions AS r"
		    " ON r.id = p.hall_revision_id JOIN halls AS h"
		    " ON h.id = r.hall_id WHERE p.id = %" PRId64 ")",
		    houses[i].zone, performances[i]));
		house_reprice(1000, houses[i].currency);
	}
}

/* Counted from FIRST_MS, by the clock of the house. */
static struct sums *
bucket(const struct sales *s, int i, int64_t at_ms)
{
	int64_t house_no = s->house[i];
	int64_t day = (at_ms + houses[house_no].ahead_ms - FIRST_MS) / DAY_MS;

	ck_assert_int_ge(day, 0);
	ck_assert_int_lt(day, N_DAYS);
	return &want[day][house_no][s->method[i]];
}

/* Some of them a millisecond before midnight, or at midnight. */
static int64_t
some_time(int house_no, int64_t from_day, int64_t to_day)
{
	int64_t days = from_day + rand() % (to_day - from_day);
	int64_t ms = FIRST_MS + days * DAY_MS - houses[house_no].ahead_ms;

	if (rand() % 20 == 0)
		return ms - rand() % 2;
	return ms + rand() % DAY_MS;
}

static void
make(struct sales *s, int i)
{
	int house_no = rand() % N_HOUSES;
	struct sums *sold, *back;

	s->house[i] = house_no;
	s->performance[i] = performances[house_no];
	s->method[i] = rand() % N_METHODS;
	s->amount[i] = 1 + rand() % 1000000;
	s->at_ms[i] = some_time(house_no, 1, 6);
	s->back[i] = 0;
	s->back_ms[i] = 0;
	sold = bucket(s, i, s->at_ms[i]);
	sold->n_sold++;
	sold->sold += s->amount[i];
	if (rand() % 3 > 0)
		return;
	s->back[i] = rand() % 2 ? s->amount[i] : 1 + rand() % s->amount[i];
	s->back_ms[i] = some_time(house_no, 6, 10);
	back = bucket(s, i, s->back_ms[i]);
	back->n_refunded++;
	back->refunded += s->back[i];
}

static void
given_sales(void)
{
	struct arena *a = &house.ctx.arena;
	struct sales *s = arena_alloc(a, sizeof(*s));
	struct db_param params[6];
	struct db_rows rows;

	srand(16);
	open_houses();
	for (int i = 0; i < N_SALES; i++)
		make(s, i);
	memcpy(params,
	    (struct db_param[]){ db_i64s(a, s->performance, N_SALES),
		db_i64s(a, s->method, N_SALES), db_i64s(a, s->amount, N_SALES),
		db_i64s(a, s->at_ms, N_SALES), db_i64s(a, s->back, N_SALES),
		db_i64s(a, s->back_ms, N_SALES) },
	    sizeof(params));
	ck_assert_int_eq(db_run(house.ctx.primary, a, &sql_settlement_test_make,
			     6, params, &rows),
	    0);
	ck_assert_int_eq(db_get_i64(&rows, 0, 0), N_SALES);
}

/* Which bucket a line is of; emptied, so that none comes twice. */
static void
take_line(const struct json *line)
{
	struct span day = at(line, "day")->str;
	struct sums *sums = NULL;
	int64_t day_no;

	ck_assert(span_to_i64((struct span){ day.p + 8, 2 }, &day_no)
	    || span_to_i64((struct span){ day.p + 9, 1 }, &day_no));
	ck_assert(day_no >= 1 && day_no <= N_DAYS);
	for (int h = 0; h < N_HOUSES; h++)
		for (int m = 0; m < N_METHODS; m++)
			if (performances[h] == number_at(line, "performance_id")
			    && span_eq_str(at(line, "method")->str, methods[m])
			    && span_eq_str(at(line, "currency")->str,
				houses[h].currency))
				sums = &want[day_no - 1][h][m];
	ck_assert_ptr_nonnull(sums);
	ck_assert_int_eq(number_at(line, "n_sold"), sums->n_sold);
	ck_assert_int_eq(number_at(line, "sold"), sums->sold);
	ck_assert_int_eq(number_at(line, "n_refunded"), sums->n_refunded);
	ck_assert_int_eq(number_at(line, "refunded"), sums->refunded);
	ck_assert_int_eq(number_at(line, "net"), sums->sold - sums->refunded);
	*sums = (struct sums){ .n_sold = 0 };
}

static int64_t
in_ledger(const char *currency, const char *which)
{
	return house_count(arena_printf(&house.ctx.arena,
			       "SELECT coalesce(sum(amount), 0)::bigint FROM"
			       " ledger WHERE account = 'sales' AND"
			       " currency = '%s' AND %s",
			       currency, which),
	    0);
}

static void
totals_are_the_ledger(void)
{
	const struct json *totals = at(body, "totals");

	for (size_t i = 0; i < totals->n; i++) {
		const struct json *total = &totals->items[i];
		const char *currency = arena_str(&house.ctx.arena,
		    at(total, "currency")->str);

		ck_assert_int_eq(number_at(total, "net"),
		    in_ledger(currency, "true"));
		ck_assert_int_eq(number_at(total, "sold"),
		    in_ledger(currency, "amount > 0"));
		ck_assert_int_eq(number_at(total, "refunded"),
		    -in_ledger(currency, "amount < 0"));
	}
}

#define ALL "from=2026-10-31&to=2026-11-14"

START_TEST(five_thousand_sales_and_refunds_are_the_ledger_to_the_last_unit)
{
	static const struct sums none;
	const struct json *lines;

	given_sales();
	ck_assert_int_eq(settle(ALL), 200);
	lines = at(body, "lines");
	ck_assert_uint_gt(lines->n, 50);
	for (size_t i = 0; i < lines->n; i++)
		take_line(&lines->items[i]);
	for (int d = 0; d < N_DAYS; d++)
		ck_assert_mem_eq(want[d],
		    (struct sums[N_HOUSES][N_METHODS]){ { none } },
		    sizeof(want[d]));
	ck_assert_uint_eq(at(body, "totals")->n, 2);
	totals_are_the_ledger();
}
END_TEST

/* Of the last column but one of each line behind the names. */
static int64_t
sum_of_csv(struct span csv, int64_t *n)
{
	int64_t sum = 0, net;

	*n = 0;
	(void)span_cut(&csv, '\n');
	while (csv.len > 0) {
		struct span line = span_cut(&csv, '\n'), cell = SPAN_NONE, next;

		for (next = span_cut(&line, ','); span_is(line);
		     next = span_cut(&line, ','))
			cell = next;
		ck_assert(span_to_i64(cell, &net));
		sum += net;
		(*n)++;
	}
	return sum;
}

START_TEST(json_csv_and_the_command_line_say_the_same)
{
	int64_t n_json, n_csv, n_ctl;

	given_sales();
	ck_assert_int_eq(settle(ALL), 200);
	n_json = (int64_t)at(body, "lines")->n;
	ck_assert_int_eq(settle(ALL "&format=csv"), 200);
	ck_assert_int_eq(sum_of_csv(call.res.body, &n_csv),
	    in_ledger("KRW", "true") + in_ledger("USD", "true"));
	ck_assert_int_eq(n_csv, n_json);
	ck_assert_int_eq(shell_run("$CTL payment settlement --from 2026-10-31"
				   " --to 2026-11-14"),
	    0);
	ck_assert(span_eq(span_str(out), call.res.body));
	ck_assert_int_eq(sum_of_csv(span_str(out), &n_ctl),
	    in_ledger("KRW", "true") + in_ledger("USD", "true"));
	ck_assert_int_eq(shell_run("$CTL payment settlement --from 2026-10-31"
				   " --to 2026-11-14 --json"),
	    0);
	ck_assert_int_eq(settle(ALL), 200);
	ck_assert(
	    span_eq((struct span){ out, strlen(out) - 1 }, call.res.body));
}
END_TEST

START_TEST(days_one_by_one_are_the_days_together)
{
	int64_t sum = 0, n_lines = 0, n;

	given_sales();
	for (int d = 1; d <= N_DAYS; d++) {
		ck_assert_int_eq(
		    settle(arena_printf(&house.ctx.arena,
			"from=2026-11-%02d&to=2026-11-%02d&format=csv", d, d)),
		    200);
		sum += sum_of_csv(call.res.body, &n);
		n_lines += n;
	}
	ck_assert_int_eq(settle(ALL "&format=csv"), 200);
	ck_assert_int_eq(sum_of_csv(call.res.body, &n), sum);
	ck_assert_int_eq(n, n_lines);
}
END_TEST

START_TEST(days_that_are_none_are_refused)
{
	static const struct {
		const char *query, *field;
	} rows[] = {
		{ "", "from" },
		{ "from=2026-11-01", "to" },
		{ "to=2026-11-01", "from" },
		{ "from=2026-11-02&to=2026-11-01", "to" },
		{ "from=2025-11-01&to=2026-11-02", "to" },
		{ "from=2026-11-31&to=2026-12-01", "from" },
		{ "from=2026-11-01&to=2026-11-01&format=xml", "format" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ASSERT_FIELD(rows[i].field, settle(rows[i].query));
	ck_assert_int_eq(settle("from=2025-11-02&to=2026-11-02"), 200);
	ck_assert_uint_eq(at(body, "lines")->n, 0);
	ck_assert_int_eq(shell_run("$CTL payment settlement --from 2026-11-02"
				   " --to 2026-11-01"),
	    1);
	ck_assert_int_eq(shell_run("$CTL payment settlement --from 2026-11-02"),
	    2);
	ck_assert_int_eq(shell_run("$CTL payment settlement --from x --to y"),
	    2);
}
END_TEST

/* ---- what really happened ---- */

static void
buy(const char *name, const char *seats, const struct payment_method *method)
{
	ck_assert_int_eq(place(name, seats), HOLD_OK);
	(void)pay_by(method, name, hold.token,
	    arena_str(&house.ctx.arena, hold.token));
	work();
}

static void
give_back(const char *name, const char *seats)
{
	int64_t user = house_user(name);
	const struct json *item;

	ck_assert_int_eq(
	    ask("GET", API "/reservations", wire_token(user, ROLE_USER), NULL),
	    200);
	item = at(body, "items")->items;
	ck_assert_int_eq(
	    ask_key("POST",
		arena_printf(&house.ctx.arena, API "/reservations/%.*s/cancel",
		    (int)at(item, "number")->str.len,
		    at(item, "number")->str.p),
		wire_token(user, ROLE_USER), "c", seats),
	    200);
	work();
}

static const char *
days_around_now(void)
{
	time_t from = time(NULL) - 2 * 86400, to = time(NULL) + 2 * 86400;
	char first[16], last[16];

	strftime(first, sizeof(first), "%Y-%m-%d", gmtime(&from));
	strftime(last, sizeof(last), "%Y-%m-%d", gmtime(&to));
	return arena_printf(&house.ctx.arena, "from=%s&to=%s", first, last);
}

static int64_t
net_of(const char *method)
{
	const struct json *lines = at(body, "lines");
	int64_t net = 0;

	for (size_t i = 0; i < lines->n; i++)
		if (span_eq_str(at(&lines->items[i], "method")->str, method))
			net += number_at(&lines->items[i], "net");
	return net;
}

START_TEST(each_kind_of_end_is_in_it_and_a_provider_has_the_same)
{
	const struct payment_method *wallet = payment_method_find(
	    SPAN_LIT("wallet"));

	buy("ann", "1 2", wallet);
	give_back("ann", "{\"seat_ids\":[2]}");
	buy("bob", "3 4 17", &card);
	give_back("bob", "{\"seat_ids\":[17]}");
	buy("cat", "5", &card);
	give_back("cat", "{}");
	teller->takes_more = 7; /* and gives it all back */
	buy("dan", "6", &card);
	teller->takes_more = 0;
	teller->says = TELLER_DECLINES;
	buy("eve", "7", &card);
	ck_assert_int_eq(settle(days_around_now()), 200);
	ck_assert_int_eq(net_of("wallet"), 1000);
	ck_assert_int_eq(net_of("card"), 2000);
	ck_assert_int_eq(net_of("card"), teller_has());
	ck_assert_int_eq(number_at(at(body, "totals")->items, "n_sold"), 4);
	ck_assert_int_eq(number_at(at(body, "totals")->items, "n_refunded"), 4);
	totals_are_the_ledger();
}
END_TEST

SUITE("settlement")
{
	FIXTURE_ONCE(house_shell_start, house_shell_stop);
	FIXTURE(setup, teardown);
	TEST(five_thousand_sales_and_refunds_are_the_ledger_to_the_last_unit);
	TEST(json_csv_and_the_command_line_say_the_same);
	TEST(days_one_by_one_are_the_days_together);
	TEST(days_that_are_none_are_refused);
	TEST(each_kind_of_end_is_in_it_and_a_provider_has_the_same);
}
