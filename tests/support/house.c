/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * house - a hall, a performance and some buyers, made anew for each test
 *
 * Layer: tests.  Uses: base, store, catalog, hold.
 */
#include "tests/support/house.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "catalog/terms.h"
#include "recovery/recovery.h"
#include "seat/epoch.h"
#include "seat/seat_loaded.h"
#include "seat/seat_map.h"
#include "tests/support/servers.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STATEMENTS_MAX 64

struct house house;

static char tag[32]; /* makes this test's names its own */

SQL(house_plan,
    "WITH v AS (INSERT INTO venues (key, name_ko, name_en, time_zone)"
    "  VALUES ($1, 'v', 'v', 'Asia/Seoul') RETURNING id),"
    " h AS (INSERT INTO halls (venue_id, key, name_ko, name_en)"
    "  SELECT id, 'h', 'h', 'h' FROM v RETURNING id)"
    " INSERT INTO hall_revisions (hall_id, revision, plan_sha256, seat_count)"
    " SELECT id, 1, '\\x00', 24 FROM h RETURNING id");
SQL(house_classes,
    "INSERT INTO price_classes SELECT $1, n, 'c' || n, 'c', 'c'"
    " FROM generate_series(1, 2) AS n");
SQL(house_section,
    "INSERT INTO sections VALUES"
    " ($1, 1, 's', 's', 's', 'assigned', 24, 1, NULL)");
SQL(house_seats,
    "INSERT INTO seats SELECT $1, n, 1, chr(65 + (n - 1) / 8),"
    " (n - 1) % 8 + 1, 'standard', CASE WHEN n > 16 THEN 2 ELSE 1 END, n, 0"
    " FROM generate_series(1, 24) AS n");
SQL(house_performance,
    "WITH s AS (INSERT INTO shows (key, kind, status, title_ko, title_en,"
    "  running_minutes) VALUES ($2, 'play', 'running', 's', 's', 90)"
    "  RETURNING id)"
    " INSERT INTO performances (key, show_id, hall_revision_id, starts_at,"
    "  ends_at, sales_open_at, sales_close_at, currency)"
    " SELECT $2, s.id, $1, n + interval '7 d', n + interval '8 d',"
    "  n - interval '1 d', n + interval '7 d', 'KRW'"
    " FROM s, date_trunc('second', now()) AS n RETURNING id");
SQL(house_prices,
    "INSERT INTO prices VALUES ($1, 1, 1, 1000), ($1, 1, 2, 2500)");
SQL(house_user,
    "INSERT INTO users (login_id, login_fold, name, email)"
    " VALUES ($1, $1, $1, 'a@example.org')"
    " ON CONFLICT (login_fold) DO UPDATE SET name = excluded.name"
    " RETURNING id");
SQL(house_wallet,
    "INSERT INTO wallets (user_id, balance) VALUES ($1, $2)"
    " ON CONFLICT DO NOTHING");
SQL(house_funding,
    "WITH t AS MATERIALIZED (SELECT nextval('transfer_id') AS id"
    "  WHERE NOT EXISTS (SELECT FROM ledger WHERE user_id = $1))"
    " INSERT INTO ledger (transfer_id, line, account, user_id, amount,"
    "  currency, reason)"
    " SELECT t.id, v.* FROM t, (VALUES"
    "  (1, 'wallet', $1::bigint, $2::bigint, 'KRW', 'credit'),"
    "  (2, 'funding', NULL, -$2::bigint, 'KRW', 'credit')) AS v");

static struct db_rows
run(const struct sql *sql, int n, const struct db_param *params)
{
	struct db_rows rows;
	int r = db_run(house.ctx.primary, &house.ctx.arena, sql, n, params,
	    &rows);

	if (r != 0) {
		fprintf(stderr, "house: %s: %d %s\n", sql->name, r,
		    db_constraint(house.ctx.primary));
		abort();
	}
	return rows;
}

static void
open_stores(void)
{
	struct settings set;

	servers_settings(&set);
	snprintf(set.replica_dsn, sizeof(set.replica_dsn), "%s",
	    set.primary_dsn);
	ctx_open(&house.ctx, &set);
	recovery_give(&house.ctx);
	ctx_round(&house.ctx);
}

/* Tests lose Redis more often than once a second: each raise of the epoch is
 * long ago at once. */
void
house_start_with(unsigned servers)
{
	log_open("test", LOG_ERROR);
	servers_start(servers);
	open_stores();
	house_run(
	    "CREATE FUNCTION house_long_ago() RETURNS trigger"
	    " LANGUAGE plpgsql AS $$ BEGIN"
	    "  NEW.raised_at := NEW.raised_at - interval '1 h';"
	    "  RETURN NEW; END $$;"
	    " CREATE TRIGGER house_long_ago BEFORE UPDATE OF epoch ON"
	    " sys_epoch FOR EACH ROW EXECUTE FUNCTION house_long_ago();"
	    " UPDATE sys_epoch SET epoch = epoch");
	house_close();
}

void
house_start(void)
{
	house_start_with(SERVERS_REDIS | SERVERS_PG);
}

void
house_open(void)
{
	log_open("test", LOG_ERROR);
	open_stores();
	house_renew();
}

void
house_renew(void)
{
	struct arena *a = &house.ctx.arena;
	struct db_param p[2];
	struct db_rows rows;
	uint8_t random[8];

	rand_bytes(random, sizeof(random));
	snprintf(tag, sizeof(tag), "%02x%02x%02x%02x%02x", random[0], random[1],
	    random[2], random[3], random[4]);
	p[0] = db_str(tag);
	rows = run(&sql_house_plan, 1, p);
	p[0] = db_i64(a, db_get_i64(&rows, 0, 0));
	p[1] = db_str(tag);
	run(&sql_house_classes, 1, p);
	run(&sql_house_section, 1, p);
	run(&sql_house_seats, 1, p);
	rows = run(&sql_house_performance, 2, p);
	house.performance = db_get_i64(&rows, 0, 0);
	p[0] = db_i64(a, house.performance);
	run(&sql_house_prices, 1, p);
	house_round();
}

void
house_close(void)
{
	ctx_close(&house.ctx);
}

void
house_fork(void)
{
	/* The parent's connections stay the parent's: only forget them. */
	open_stores();
}

void
house_reopen(void)
{
	/* What tests keep in the arena stays. */
	kv_drop(house.ctx.kv);
	db_drop(house.ctx.primary);
	db_drop(house.ctx.replica);
	epoch_forget(&house.ctx);
	house_round();
}

/* From now on everybody speaks to the database of this name. */
static void
use_database(const char *name)
{
	struct settings set = house.ctx.set;

	snprintf(set.primary_dsn, sizeof(set.primary_dsn), "%s",
	    servers_dsn(name));
	snprintf(set.replica_dsn, sizeof(set.replica_dsn), "%s",
	    set.primary_dsn);
	ctx_settings(&house.ctx, &set, true);
	house_reopen();
	house_redis("FLUSHALL");
	house_reopen();
}

static void
shell(const char *command)
{
	if (system(command) != 0) {
		fprintf(stderr, "house: %s\n", command);
		abort();
	}
}

void
house_go_back(void (*meanwhile)(void))
{
	struct arena *a = &house.ctx.arena;
	const char *dump = arena_printf(a, "/tmp/bo-older.%d", (int)getpid());

	shell(arena_printf(a, PG_BIN "pg_dump -Fc '%s' >%s",
	    servers_dsn("postgres"), dump));
	meanwhile();
	house_run("CREATE DATABASE older");
	shell(arena_printf(a, PG_BIN "pg_restore -d '%s' %s && rm %s",
	    servers_dsn("older"), dump, dump));
	use_database("older");
}

void
house_come_back(void)
{
	use_database("postgres");
	house_run("DROP DATABASE older");
}

void
house_round(void)
{
	house.ctx.now_ms = clock_ms();
}

static const char *
login_of(const char *name)
{
	return arena_printf(&house.ctx.arena, "%s-%s", name, tag);
}

int64_t
house_user(const char *name)
{
	struct arena *a = &house.ctx.arena;
	struct db_param p[2];
	struct db_rows rows;
	int64_t user;

	p[0] = db_str(login_of(name));
	rows = run(&sql_house_user, 1, p);
	user = db_get_i64(&rows, 0, 0);
	p[0] = db_i64(a, user);
	p[1] = db_i64(a, HOUSE_WALLET);
	run(&sql_house_wallet, 2, p);
	run(&sql_house_funding, 2, p);
	return user;
}

const char *
house_login(const char *name)
{
	(void)house_user(name);
	return login_of(name);
}

/* A connection knows its statements by address: each text has one. */
static const struct sql *
statement(const char *text)
{
	static struct {
		struct sql sql;
		char name[32], text[640];
	} made[STATEMENTS_MAX];
	static int n;
	int i = 0;

	while (i < n && strcmp(made[i].text, text) != 0)
		i++;
	if (i == n) {
		assert(n < STATEMENTS_MAX);
		assert(strlen(text) < sizeof(made[n].text));
		n++;
		snprintf(made[i].name, sizeof(made[i].name), "house_count_%d",
		    i);
		strcpy(made[i].text, text);
		made[i].sql = (struct sql){ made[i].name, made[i].text };
	}
	return &made[i].sql;
}

int64_t
house_count(const char *text, int64_t n)
{
	const struct db_param param = db_i64(&house.ctx.arena, n);
	struct db_rows rows = run(statement(text),
	    strchr(text, '$') == NULL ? 0 : 1, &param);

	return db_get_i64(&rows, 0, 0);
}

void
house_run(const char *text)
{
	int r = db_exec_script(house.ctx.primary, &house.ctx.arena, text);

	if (r != 0) {
		fprintf(stderr, "house: %d: %s\n", r, text);
		abort();
	}
}

/* A revision of so many seats, whose sections and seats more makes, of v. */
static void
make_plan(int n_seats, const char *more)
{
	house_run(arena_printf(&house.ctx.arena,
	    "DO $$ DECLARE v bigint; BEGIN"
	    " INSERT INTO hall_revisions (hall_id, revision, plan_sha256,"
	    "  seat_count) SELECT r.hall_id, r.revision + 1,"
	    "  convert_to('plan ' || r.revision, 'UTF8'), %1$d"
	    "  FROM hall_revisions AS r JOIN performances AS p"
	    "  ON p.hall_revision_id = r.id WHERE p.id = %2$" PRId64
	    "  RETURNING id INTO v;"
	    " INSERT INTO price_classes SELECT v, n, 'c' || n, 'c', 'c'"
	    "  FROM generate_series(1, 2) AS n;"
	    " %3$s UPDATE performances SET hall_revision_id = v,"
	    "  meta_version = meta_version + 1 WHERE id = %2$" PRId64
	    "; END $$",
	    n_seats, house.performance, more));
}

void
house_plan(int n_seats)
{
	make_plan(n_seats,
	    arena_printf(&house.ctx.arena,
		"INSERT INTO sections VALUES"
		" (v, 1, 's', 's', 's', 'assigned', %1$d, 1, NULL);"
		"INSERT INTO seats SELECT v, n, 1, 'A', n, 'standard', 1, n, 0"
		" FROM generate_series(1, %1$d) AS n;",
		n_seats));
}

void
house_rows(int n_rows, int n_each)
{
	make_plan(n_rows * n_each,
	    arena_printf(&house.ctx.arena,
		"INSERT INTO sections VALUES"
		" (v, 1, 's', 's', 's', 'assigned', %1$d * %2$d, 1, NULL);"
		"INSERT INTO seats SELECT v, r * %2$d + n, 1, 'row ' || r, n,"
		" CASE WHEN r = 2 AND n <= 2 THEN 'wheelchair' ELSE 'standard' END,"
		" CASE r WHEN 2 THEN 2 ELSE 1 END, n, r"
		" FROM generate_series(0, %1$d - 1) AS r,"
		" generate_series(1, %2$d) AS n;",
		n_rows, n_each));
}

void
house_standing(int n_places)
{
	make_plan(10 + n_places,
	    arena_printf(&house.ctx.arena,
		"INSERT INTO sections VALUES"
		" (v, 1, 's', 's', 's', 'assigned', 10, 1, NULL),"
		" (v, 2, 'f', 'f', 'f', 'slot', %1$d, 11, 2);"
		"INSERT INTO seats SELECT v, n, 1, 'A', n, 'standard', 1, n, 0"
		" FROM generate_series(1, 10) AS n;"
		"INSERT INTO seats SELECT v, 10 + n, 2, '', n, 'standard', 2, n, 9"
		" FROM generate_series(1, %1$d) AS n;",
		n_places));
}

void
house_floor(int n_places)
{
	make_plan(n_places,
	    arena_printf(&house.ctx.arena,
		"INSERT INTO sections VALUES"
		" (v, 1, 'l', 'l', 'l', 'counter', 50, NULL, 1),"
		" (v, 2, 'f', 'f', 'f', 'slot', %1$d, 1, 2);"
		"INSERT INTO seats SELECT v, n, 2, '', n, 'standard', 2, n, 9"
		" FROM generate_series(1, %1$d) AS n;",
		n_places));
}

void
house_lawn(int capacity)
{
	house_all_kinds(capacity, 0);
}

void
house_all_kinds(int capacity, int n_places)
{
	make_plan(HOUSE_SEATS + n_places,
	    arena_printf(&house.ctx.arena,
		"INSERT INTO sections VALUES"
		" (v, 1, 's', 's', 's', 'assigned', 24, 1, NULL),"
		" (v, 2, 'l', 'l', 'l', 'counter', %1$d, NULL, 1);"
		"INSERT INTO sections"
		" SELECT v, 3, 'f', 'f', 'f', 'slot', %2$d, 25, 1"
		" WHERE %2$d > 0;"
		"INSERT INTO seats SELECT v, n, 1, chr(65 + (n - 1) / 8),"
		" (n - 1) %% 8 + 1, 'standard', CASE WHEN n > 16 THEN 2 ELSE 1"
		" END, n, 0 FROM generate_series(1, 24) AS n;"
		"INSERT INTO seats SELECT v, 24 + n, 3, '', n, 'standard', 1, n,"
		" 9 FROM generate_series(1, %2$d) AS n;",
		capacity, n_places));
}

void
house_meadow(int capacity)
{
	make_plan(0,
	    arena_printf(&house.ctx.arena,
		"INSERT INTO sections"
		" VALUES (v, 1, 'm', 'm', 'm', 'counter', 5, NULL, 2),"
		" (v, 2, 'l', 'l', 'l', 'counter', %d, NULL, 1);",
		capacity));
}

void
house_change(const char *what)
{
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE performances SET %s,"
	    " meta_version = meta_version + 1 WHERE id = %lld",
	    what, (long long)house.performance));
}

void
house_reprice(int64_t amount, const char *currency)
{
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO prices SELECT id,"
	    " price_version + 1, n, %lld FROM performances,"
	    " generate_series(1, 2) AS n WHERE id = %lld",
	    (long long)amount, (long long)house.performance));
	house_change(arena_printf(&house.ctx.arena,
	    "currency = '%s',"
	    " price_version = price_version + 1",
	    currency));
}

void
house_types(void)
{
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO ticket_types VALUES"
	    " (%1$lld, 1, 0, 'adult', '성인', 'Adult', 0, 0, false),"
	    " (%1$lld, 1, 1, 'youth', '청소년', 'Youth', 0, 2, true),"
	    " (%1$lld, 1, 2, 'senior', '경로', 'Senior', 2, 0, false);"
	    "INSERT INTO prices VALUES (%1$lld, 1, 1, 700, 1),"
	    " (%1$lld, 1, 2, 1800, 1), (%1$lld, 1, 1, 500, 2),"
	    " (%1$lld, 1, 2, 1200, 2)",
	    (long long)house.performance));
}

void
house_tell(void)
{
	size_t n;

	if (seat_loaded_terms(&house.ctx, &n) != 0)
		abort();
}

void
house_terms(void)
{
	const struct terms *terms;
	int r = terms_renew(&house.ctx, house.performance, &terms);

	assert(r == TERMS_OK || r == TERMS_E_NONE);
}

const char *
house_redis(const char *words)
{
	struct arena *a = &house.ctx.arena;
	struct span rest = span_str(words), argv[16];
	struct kv_reply reply;
	int n = 0;

	while (span_is(rest))
		argv[n++] = span_cut(&rest, ' ');
	if (kv_command(house.ctx.kv, a, n, argv, &reply) != 0) {
		fprintf(stderr, "house: redis: %s\n", words);
		abort();
	}
	if (reply.type == KV_INT)
		return arena_printf(a, "%" PRId64, reply.i64);
	return arena_str(a, reply.str);
}

const char *
house_map(void)
{
	struct seat_map map;
	int r = seat_map_read(&house.ctx, house.performance, SPAN_NONE, &map);

	if (r != 0) {
		fprintf(stderr, "house: map: %d\n", r);
		abort();
	}
	return arena_str(&house.ctx.arena, map.letters);
}
