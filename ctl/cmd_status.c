/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_status - boxofficectl status
 *
 * One "name value" line a fact, whatever can be reached; the exit status
 * says whether everything could.
 *
 * Layer: ctl.  Uses: store, admin, queue.
 */
#include "ctl/ctl.h"

#include "admin/alarm.h"
#include "queue/queue_report.h"

#include <inttypes.h>
#include <stdio.h>

SQL(status_server,
    "SELECT current_setting('server_version'), pg_is_in_recovery(),"
    " CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()"
    "  THEN 0 ELSE (extract(epoch FROM clock_timestamp()"
    "  - pg_last_xact_replay_timestamp()) * 1000)::bigint END");
SQL(status_is_migrated,
    "SELECT to_regclass('schema_migration') IS NOT NULL"
    " AND to_regclass('sys_epoch') IS NOT NULL");
SQL(status_schema, "SELECT count(*), max(version) FROM schema_migration");
SQL(status_epoch, "SELECT epoch, run_id, reason FROM sys_epoch");
SQL(status_counts,
    "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM shows),"
    " (SELECT count(*) FROM performances),"
    " (SELECT count(*) FROM reservations)");

static int
ask(struct ctl *ctl, struct db *db, const struct sql *sql, struct db_rows *rows)
{
	return db_sure(db_run(db, &ctl->ctx.arena, sql, 0, NULL, rows));
}

static const char *
cell(struct ctl *ctl, const struct db_rows *rows, size_t col)
{
	return arena_str(&ctl->ctx.arena, db_cell(rows, 0, col));
}

static int
print_server(struct ctl *ctl, const char *role, struct db *db)
{
	struct db_rows rows;
	int r;

	r = ask(ctl, db, &sql_status_server, &rows);
	if (r != 0) {
		printf("%s down\n", role);
		return r;
	}
	printf("%s up, PostgreSQL %s", role, cell(ctl, &rows, 0));
	if (!db_get_bool(&rows, 0, 1))
		printf(", accepts writes");
	else if (db_is_null(&rows, 0, 2))
		printf(", has replayed nothing yet");
	else
		printf(", %s ms behind", cell(ctl, &rows, 2));
	printf("\n");
	return 0;
}

static int
print_redis(struct ctl *ctl)
{
	int r = kv_probe(ctl->ctx.kv);

	if (r == 0)
		printf("redis up, run id %s\n", kv_run_id(ctl->ctx.kv));
	else
		printf("redis down\n");
	return r;
}

static int
print_epoch(struct ctl *ctl)
{
	struct db_rows rows;
	int r;

	r = ask(ctl, ctl->ctx.primary, &sql_status_epoch, &rows);
	if (r != 0 || rows.n_rows == 0)
		return r;
	printf("epoch %s\n", cell(ctl, &rows, 0));
	printf("epoch-run-id %s\n", cell(ctl, &rows, 1));
	printf("epoch-reason %s\n", cell(ctl, &rows, 2));
	return 0;
}

static int
print_counts(struct ctl *ctl)
{
	static const char *const names[] = { "users", "shows", "performances",
		"reservations" };
	struct db_rows rows;
	int r;

	r = ask(ctl, ctl->ctx.primary, &sql_status_counts, &rows);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(names); i++)
		printf("%s %s\n", names[i], cell(ctl, &rows, i));
	return r;
}

/* What only a person can decide. */
static int
print_alarms(struct ctl *ctl)
{
	int64_t n;
	int r = alarm_count(&ctl->ctx, &n);

	if (r == 0)
		printf("alarms %" PRId64 "\n", n);
	return r;
}

/* Lines of what is on sale. */
static int
print_lines(struct ctl *ctl)
{
	struct queue_line *lines;
	size_t n;
	int r = queue_report_lines(&ctl->ctx, &lines, &n);

	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct queue_line *line = &lines[i];

		printf("line %" PRId64 " %s", line->performance,
		    queue_statuses[line->status]);
		if (line->runs)
			printf(", %" PRId64 " wait, %" PRId64 " of %" PRId64
			       " buy, %" PRId64 " admitted a minute%s",
			    line->now[0].value, line->now[1].value,
			    line->set[0].value, line->now[4].value,
			    line->recovering ? ", recovering" : "");
		printf("\n");
	}
	return r;
}

/* What only a migrated database can tell. */
static int
print_schema(struct ctl *ctl)
{
	struct db_rows rows;
	int r;

	r = ask(ctl, ctl->ctx.primary, &sql_status_is_migrated, &rows);
	if (r != 0)
		return r;
	if (!db_get_bool(&rows, 0, 0)) {
		printf("schema none: run boxofficectl migrate\n");
		return 0;
	}
	r = ask(ctl, ctl->ctx.primary, &sql_status_schema, &rows);
	if (r != 0)
		return r;
	printf("schema %s, %s migrations\n", cell(ctl, &rows, 1),
	    cell(ctl, &rows, 0));
	r = print_epoch(ctl);
	if (r == 0)
		r = print_counts(ctl);
	if (r == 0)
		r = print_alarms(ctl);
	return r != 0 ? r : print_lines(ctl);
}

int
cmd_status(struct ctl *ctl, int argc, char **argv)
{
	int primary, replica, redis, schema = 0;

	(void)argv;
	if (argc != 1)
		return ctl_usage(ctl);
	printf("version %s\n", PACKAGE_VERSION);
	redis = print_redis(ctl);
	primary = print_server(ctl, "primary", ctl->ctx.primary);
	replica = print_server(ctl, "replica", ctl->ctx.replica);
	if (primary == 0)
		schema = print_schema(ctl);
	if (redis != 0 || primary != 0 || replica != 0 || schema != 0) {
		ctl_flush();
		return CTL_FAULT;
	}
	return ctl_flush();
}
