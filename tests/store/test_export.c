/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_export - tables that operators ask for, as files
 *
 * EXPORT_ROWS is how many reservations the large one has; EXPORT_READER, a
 * program that is given its file, too.
 *
 * Layer: tests.  Uses: fcgi-app, ctl, admin, buyer.
 */
#include "admin/export.h"
#include "admin/export_work.h"
#include "base/clock.h"
#include "tests/support/buyer.h"
#include "tests/support/house_shell.h"
#include "tests/support/wire.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#define EXPORTS "/api/v1/admin/exports"
#define HOUR_MS INT64_C(3600000)
#define ROWS_DEFAULT "100000"
#ifdef SANITIZERS /* keeps what was freed for a while */
#define GROWS_MAX_KIB (512 * 1024)
#else
#define GROWS_MAX_KIB 8192
#endif
#define CHUNK 20000 /* rows that one statement makes in time */
#define SEATS "{\"what\":\"seats\",\"reason\":\"for the hall\"}"

static char *boss;
static char dir[256];

static void
own_folder(void)
{
	snprintf(house.ctx.set.export_dir, sizeof(house.ctx.set.export_dir),
	    "%s", dir);
}

static void
setup(void)
{
	house_open();
	snprintf(dir, sizeof(dir), "%s", in_folder("exports"));
	(void)mkdir(dir, 0700);
	own_folder();
	house_run("TRUNCATE exports, reservations, payments, seat_claim");
	wire_open(&house.ctx);
	boss = wire_token(house_user("boss"), ROLE_ADMIN);
}

static void
teardown(void)
{
	wire_close();
	house_close();
}

/* ---- helpers ---- */

static void
given_sales(void)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(place("bob", "17"), HOLD_OK);
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
}

static int64_t
asked_for(const char *json)
{
	ck_assert_int_eq(ask("POST", EXPORTS, boss, json), 202);
	ck_assert_str_eq(text("status"), "waiting");
	return number("id");
}

static char *
uri_of(int64_t id, const char *more)
{
	return arena_printf(&house.ctx.arena, EXPORTS "/%" PRId64 "%s", id,
	    more);
}

/* As boxoffice-worker does it. */
static void
write_all(void)
{
	size_t n;
	int r;

	do {
		house_round();
		r = export_round(&house.ctx, &n);
	} while (r > 0);
	ck_assert_int_eq(r, 0);
}

static const char *
status_of(int64_t id)
{
	ck_assert_int_eq(ask("GET", uri_of(id, ""), boss, NULL), 200);
	return text("status");
}

static int
ask_range(int64_t id, const char *range)
{
	wire_request("GET", uri_of(id, "/file"), boss, NULL);
	call.req.range = span_str(range);
	return wire_ask();
}

static const char *
answered(void)
{
	return arena_str(&house.ctx.arena, call.res.body);
}

static int
n_files(const char *what)
{
	DIR *d = opendir(what);
	int n = 0;

	ck_assert_ptr_nonnull(d);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n - 2;
}

/* ---- asked, written, fetched ---- */

START_TEST(seats_are_written_into_a_file_and_fetched)
{
	int64_t id;
	char *table;

	given_sales();
	id = asked_for(SEATS);
	ck_assert_str_eq(header("Location"), uri_of(id, ""));
	ck_assert_int_eq(ask("GET", EXPORTS, boss, NULL), 200);
	ASSERT_PROBLEM(409, "no-such-move",
	    ask("GET", uri_of(id, "/file"), boss, NULL));
	write_all();
	ck_assert_str_eq(status_of(id), "done");
	ck_assert_int_eq(number("rows"), 3);
	ck_assert_int_eq(ask("GET", uri_of(id, "/file"), boss, NULL), 200);
	ck_assert_str_eq(call.res.content_type, "text/csv; charset=utf-8");
	ck_assert_str_eq(header("Content-Disposition"),
	    arena_printf(&house.ctx.arena,
		"attachment; filename=\"seats-%" PRId64 ".csv\"", id));
	table = arena_str(&house.ctx.arena, call.res.body);
	ck_assert_ptr_eq(
	    strstr(table,
		"\xef\xbb\xbfnumber,status,created_at,performance_id,show,"
		"starts_at,venue,hall,section,row,seat,seat_id,ticket_type,"
		"price,currency,given_back,user_id,login_id,name,email,"
		"price_class,seat_type,channel,till_id\r\n"),
	    table);
	ck_assert_ptr_nonnull(strstr(table, ",A,2,2,adult,1000,KRW,0,"));
	ck_assert_ptr_nonnull(strstr(table, ",C,1,17,adult,2500,KRW,0,"));
	ck_assert_ptr_nonnull(
	    strstr(table, ",a@example.org,c2,standard,online,\r\n"));
	ck_assert_int_eq(house_count("SELECT count(*) FROM audit_log WHERE"
				     " action IN ('export.ask', 'export.read')"
				     " AND user_id = $1",
			     house_user("boss")),
	    2);
}
END_TEST

START_TEST(reservations_are_a_row_each_and_of_what_was_asked_for)
{
	char *ask_json;
	int64_t id;

	given_sales();
	ask_json = arena_printf(&house.ctx.arena,
	    "{\"what\":\"reservations\",\"performance_id\":%" PRId64
	    ",\"to\":\"2020-01-01T00:00:00Z\",\"reason\":\"x\"}",
	    house.performance);
	id = asked_for(ask_json);
	(void)asked_for("{\"what\":\"reservations\",\"reason\":\"x\"}");
	write_all();
	ck_assert_str_eq(status_of(id), "done");
	ck_assert_int_eq(number("rows"), 0);
	ck_assert_str_eq(status_of(id + 1), "done");
	ck_assert_int_eq(number("rows"), 2);
	ck_assert_int_eq(ask("GET", uri_of(id + 1, "/file"), boss, NULL), 200);
	ck_assert_ptr_nonnull(strstr(answered(), ",2,0,KRW,2000,0,wallet,"));
	ck_assert_ptr_nonnull(
	    strstr(answered(), ",a@example.org,online,,,\r\n"));
}
END_TEST

START_TEST(what_a_spreadsheet_would_take_for_a_formula_is_text)
{
	static const char *const names[] = { "=1+1", "+1", "-1", "@a", "\ta",
		"\rb" };
	int64_t id;

	given_sales();
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		house_run(arena_printf(&house.ctx.arena,
		    "UPDATE users SET name = E'%s,\"x\"' WHERE id = %" PRId64,
		    names[i], house_user("ann")));
		id = asked_for(SEATS);
		write_all();
		ck_assert_int_eq(ask("GET", uri_of(id, "/file"), boss, NULL),
		    200);
		ck_assert_ptr_nonnull(strstr(answered(),
		    arena_printf(&house.ctx.arena, ",\"'%s,\"\"x\"\"\",",
			names[i])));
	}
}
END_TEST

START_TEST(a_range_is_answered_with_as_much)
{
	struct span all;
	int64_t id;

	given_sales();
	id = asked_for(SEATS);
	write_all();
	ck_assert_int_eq(ask_range(id, "bytes=0-"), 206);
	all = arena_span(&house.ctx.arena, call.res.body);
	ck_assert_int_eq(ask_range(id, "bytes=3-8"), 206);
	ck_assert_str_eq(answered(), "number");
	ck_assert_str_eq(header("Content-Range"),
	    arena_printf(&house.ctx.arena, "bytes 3-8/%zu", all.len));
	ck_assert_int_eq(ask_range(id, "bytes=5-999999"), 206);
	ck_assert_uint_eq(call.res.body.len, all.len - 5);
	ASSERT_FIELD("Range", ask_range(id, "bytes=999999-"));
	ASSERT_FIELD("Range", ask_range(id, "bytes=8-3"));
	ASSERT_FIELD("Range", ask_range(id, "bytes=-3"));
	ASSERT_FIELD("Range", ask_range(id, "lines=1-2"));
}
END_TEST

START_TEST(a_web_server_is_told_which_file_to_send)
{
	struct export_file file;
	const struct audit_by by = { .reason = SPAN_NONE };
	int64_t id;

	given_sales();
	id = asked_for(SEATS);
	write_all();
	ck_assert_int_eq(export_file(&house.ctx, id, &by, &file), EXPORT_OK);
	house.ctx.set.export_send = EXPORT_SEND_NGINX;
	ck_assert_int_eq(ask("GET", uri_of(id, "/file"), boss, NULL), 200);
	ck_assert_str_eq(header("X-Accel-Redirect"),
	    arena_printf(&house.ctx.arena, "/_exports/%s",
		arena_str(&house.ctx.arena, file.name)));
	ck_assert_uint_eq(call.res.body.len, 0);
	house.ctx.set.export_send = EXPORT_SEND_APACHE;
	ck_assert_int_eq(ask("GET", uri_of(id, "/file"), boss, NULL), 200);
	ck_assert_str_eq(header("X-Sendfile"),
	    arena_printf(&house.ctx.arena, "%s/%s", dir,
		arena_str(&house.ctx.arena, file.name)));
}
END_TEST

START_TEST(what_is_asked_for_wrongly_is_refused_by_field)
{
	ASSERT_FIELD("what",
	    ask("POST", EXPORTS, boss, "{\"what\":\"x\",\"reason\":\"x\"}"));
	ASSERT_FIELD("reason",
	    ask("POST", EXPORTS, boss,
		"{\"what\":\"seats\",\"reason\":\" \"}"));
	ASSERT_FIELD("from",
	    ask("POST", EXPORTS, boss,
		"{\"what\":\"seats\",\"from\":\"now\",\"reason\":\"x\"}"));
	ASSERT_FIELD("performance_id",
	    ask("POST", EXPORTS, boss,
		"{\"what\":\"seats\",\"performance_id\":9007199254740991,"
		"\"reason\":\"x\"}"));
	ASSERT_PROBLEM(404, "not-found", ask("GET", uri_of(1, ""), boss, NULL));
	ASSERT_PROBLEM(404, "not-found",
	    ask("GET", uri_of(1, "/file"), boss, NULL));
	ck_assert_int_eq(house_count("SELECT count(*) FROM exports", 0), 0);
}
END_TEST

START_TEST(no_more_wait_than_are_written_in_a_while)
{
	for (int i = 0; i < EXPORTS_OPEN_MAX; i++)
		(void)asked_for(SEATS);
	ASSERT_PROBLEM(503, "busy", ask("POST", EXPORTS, boss, SEATS));
	ck_assert_str_eq(header("Retry-After"), "60");
	write_all();
	(void)asked_for(SEATS);
}
END_TEST

/* ---- what may go wrong ---- */

static void
one_round(void)
{
	size_t n;

	own_folder();
	_exit(export_round(&house.ctx, &n) >= 0 ? 0 : 1);
}

/* Each process is an owner of its own. */
START_TEST(whoever_dies_another_begins_anew_with_a_file_of_his_own)
{
	int before = n_files(dir);
	int64_t id;

	given_sales();
	id = asked_for(SEATS);
	buyer_crash("crash:export.before_step:1", one_round);
	write_all();
	ck_assert_str_eq(status_of(id), "running");
	house_run("UPDATE exports SET owned_until = '-infinity'");
	write_all();
	ck_assert_str_eq(status_of(id), "done");
	ck_assert_int_eq(number("rows"), 3);
	ck_assert_int_eq(ask("GET", uri_of(id, "/file"), boss, NULL), 200);
	ck_assert_int_eq(n_files(dir), before + 2);
}
END_TEST

START_TEST(a_full_disk_fails_an_export_and_says_so)
{
	int64_t id;

	given_sales();
	id = asked_for(SEATS);
	ck_assert_int_eq(
	    buyer_wait(buyer_fork("fail:export.write:1", one_round)), 0);
	ck_assert_str_eq(status_of(id), "failed");
	ck_assert_str_eq(text("error"),
	    "The file could not be written: No space left on device.");
	ASSERT_PROBLEM(409, "no-such-move",
	    ask("GET", uri_of(id, "/file"), boss, NULL));
}
END_TEST

START_TEST(a_folder_that_is_not_there_fails_it_too)
{
	int64_t id = asked_for(SEATS);

	snprintf(house.ctx.set.export_dir, sizeof(house.ctx.set.export_dir),
	    "/nowhere/at/all");
	write_all();
	ck_assert_str_eq(status_of(id), "failed");
}
END_TEST

START_TEST(a_day_later_row_and_file_are_gone)
{
	int before = n_files(dir);
	int64_t id;
	size_t n;

	given_sales();
	id = asked_for(SEATS);
	write_all();
	ck_assert_int_eq(n_files(dir), before + 1);
	ck_assert_int_eq(export_purge(&house.ctx, 100, &n), 0);
	ck_assert_uint_eq(n, 0);
	clock_fake(house.ctx.now_ms + 25 * HOUR_MS);
	house_round();
	ck_assert_int_eq(export_purge(&house.ctx, 100, &n), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(n_files(dir), 0);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM exports WHERE id = $1", id), 0);
}
END_TEST

START_TEST(a_file_is_for_the_web_server_s_group_and_for_nobody_else)
{
	const struct audit_by by = { .reason = SPAN_NONE };
	struct export_file file;
	struct stat st;
	mode_t was = umask(077);
	int64_t id;

	given_sales();
	id = asked_for(SEATS);
	write_all();
	(void)umask(was);
	ck_assert_int_eq(export_file(&house.ctx, id, &by, &file), EXPORT_OK);
	ck_assert_int_eq(stat(arena_printf(&house.ctx.arena, "%s/%s", dir,
				  arena_str(&house.ctx.arena, file.name)),
			     &st),
	    0);
	ck_assert_int_eq(st.st_mode & 0777, 0640);
}
END_TEST

/* Whoever else has a transaction, or a lock, in the house's database. */
#define OTHERS \
	"SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname =" \
	" current_database() AND pid <> pg_backend_pid() AND backend_type =" \
	" 'client backend' AND (state <> 'idle' OR backend_xmin IS NOT NULL))" \
	" + (SELECT count(*) FROM pg_locks WHERE pid <> pg_backend_pid() AND" \
	" database = (SELECT oid FROM pg_database WHERE datname =" \
	" current_database()) AND locktype = 'relation' AND pid IN (SELECT pid" \
	" FROM pg_stat_activity WHERE backend_type = 'client backend'))"

/* In the midst of a piece, which is in the file and of which the row says
 * nothing yet. */
START_TEST(purchases_and_exports_wait_for_nothing_of_each_other)
{
	struct sleeper sleeper;
	int64_t id;

	given_sales();
	id = asked_for(SEATS);
	buyer_sleep(&sleeper, "export.before_step", one_round);
	ck_assert_int_eq(house_count(OTHERS, 0), 0);
	ck_assert_int_eq(place("cem", "3"), HOLD_OK);
	ck_assert_int_eq(pay("cem"), PURCHASE_OK);
	ck_assert_int_eq(buyer_wake(&sleeper), 0);
	house_run("UPDATE exports SET owned_until = '-infinity'");
	write_all();
	ck_assert_str_eq(status_of(id), "done");
}
END_TEST

/* ---- a large one ---- */

static int64_t
memory_kib(void)
{
	char line[256];
	long kib = -1;
	FILE *f = fopen("/proc/self/status", "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	if (f != NULL)
		(void)fclose(f);
	return kib;
}

/* As boxoffice-worker does: memory is given back with each round. */
static void
write_large(void)
{
	int64_t first = 0, last;
	size_t n;
	int r, rounds = 0;

	own_folder();
	do {
		ctx_round(&house.ctx);
		r = export_round(&house.ctx, &n);
		if (++rounds == 3)
			first = memory_kib();
	} while (r > 0);
	last = memory_kib();
	fprintf(stderr, "# %d rounds, VmHWM %" PRId64 " to %" PRId64 " KiB\n",
	    rounds, first, last);
	_exit(r == 0 && last - first <= GROWS_MAX_KIB ? 0 : 1);
}

/* Amounts are numbers to whoever reads the file, and names are not. */
#define READ_ALL \
	"python3 -c 'import csv,sys\n" \
	"rows = csv.DictReader(open(sys.argv[1], encoding=\"utf-8-sig\"," \
	" newline=\"\"))\n" \
	"n = s = 0\n" \
	"for r in rows:\n" \
	" n += 1; s += int(r[\"amount\"]); int(r[\"user_id\"])\n" \
	" assert r[\"name\"].startswith(chr(39) + \"=\"), r\n" \
	"print(n, s)' %s/%s"

START_TEST(memory_is_the_same_for_a_large_one)
{
	const char *rows = getenv("EXPORT_ROWS");
	const char *reader = getenv("EXPORT_READER");
	const struct audit_by by = { .reason = SPAN_NONE };
	struct export_file file;
	int64_t id, n, ann = house_user("ann");

	rows = rows != NULL ? rows : ROWS_DEFAULT;
	n = strtoll(rows, NULL, 10);
	ck_assert_int_ge(n, 10000); /* of more than 1 MiB */
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE users SET name = '=cmd|x' WHERE id = %" PRId64, ann));
	for (int64_t at = 0; at < n; at += CHUNK)
		house_run(arena_printf(&house.ctx.arena,
		    "INSERT INTO reservations (number, user_id,"
		    " performance_id, hold_token, payment_id, status, seats,"
		    " prices, amount, currency) SELECT 'n' || i, %" PRId64
		    ", %" PRId64
		    ", 't' || i, i, 'CONFIRMED', ARRAY[1, 2],"
		    " ARRAY[1000, 1000], 2000, 'KRW'"
		    " FROM generate_series(%" PRId64 ", %" PRId64 ") AS i",
		    ann, house.performance, at + 1, MIN(at + CHUNK, n)));
	id = asked_for("{\"what\":\"reservations\",\"reason\":\"x\"}");
	ck_assert_int_eq(buyer_wait(buyer_fork("", write_large)), 0);
	ck_assert_int_eq(export_file(&house.ctx, id, &by, &file), EXPORT_OK);
	ck_assert_msg(
	    shell_run(READ_ALL, dir, arena_str(&house.ctx.arena, file.name))
		== 0,
	    "%s", err);
	ck_assert_str_eq(out,
	    arena_printf(&house.ctx.arena, "%" PRId64 " %" PRId64 "\n", n,
		2000 * n));
	if (reader != NULL) {
		ck_assert_msg(shell_run("%s %s/%s", reader, dir,
				  arena_str(&house.ctx.arena, file.name))
			== 0,
		    "%s", err);
		fprintf(stderr, "# %s", out);
	}
	ASSERT_FIELD("Range", ask("GET", uri_of(id, "/file"), boss, NULL));
	ck_assert_int_eq(ask_range(id, "bytes=0-"), 206);
	ck_assert_uint_eq(call.res.body.len, (size_t)KIB(1024));
	ck_assert_int_eq(shell_run("$CTL export reservations --reason x |"
				   " { printf '\\357\\273\\277'; cat; } |"
				   " cmp - %s/%s",
			     dir, arena_str(&house.ctx.arena, file.name)),
	    0);
}
END_TEST

START_TEST(the_command_line_refuses_what_it_does_not_know)
{
	ck_assert_int_eq(shell_run("$CTL export seats"), 2);
	ck_assert_int_eq(shell_run("$CTL export chairs --reason x"), 2);
	ck_assert_int_eq(shell_run("$CTL export seats --from x --reason x"), 2);
	ck_assert_int_eq(shell_run("$CTL export seats --reason ' '"), 1);
	ck_assert_int_eq(shell_run("$CTL export seats --performance %" PRId64
				   " --reason x",
			     house.performance),
	    0);
	ck_assert_int_eq(strncmp(out, "number,status,", 14), 0);
}
END_TEST

SUITE("export")
{
	FIXTURE_ONCE(house_shell_start, house_shell_stop);
	FIXTURE(setup, teardown);
	TEST(seats_are_written_into_a_file_and_fetched);
	TEST(reservations_are_a_row_each_and_of_what_was_asked_for);
	TEST(what_a_spreadsheet_would_take_for_a_formula_is_text);
	TEST(a_range_is_answered_with_as_much);
	TEST(a_web_server_is_told_which_file_to_send);
	TEST(what_is_asked_for_wrongly_is_refused_by_field);
	TEST(no_more_wait_than_are_written_in_a_while);
	TEST(whoever_dies_another_begins_anew_with_a_file_of_his_own);
	TEST(purchases_and_exports_wait_for_nothing_of_each_other);
	TEST(a_full_disk_fails_an_export_and_says_so);
	TEST(a_folder_that_is_not_there_fails_it_too);
	TEST(a_day_later_row_and_file_are_gone);
	TEST(a_file_is_for_the_web_server_s_group_and_for_nobody_else);
	TEST(memory_is_the_same_for_a_large_one);
	TEST(the_command_line_refuses_what_it_does_not_know);
}
