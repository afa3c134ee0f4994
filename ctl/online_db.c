/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * online_db - are both databases there, with this version's schema, and may
 * the user do what the programs do?
 *
 * Layer: ctl (private to online).  Uses: store.
 */
#include "ctl/online.h"

#include "store/migrate.h"

#include <inttypes.h>

SQL(online_server,
    "SELECT current_setting('server_version'), current_user,"
    " to_regclass('schema_migration') IS NOT NULL");
/* $1: whether it is written to as well. Sequences cannot be written without
 * their tables. */
SQL(online_rights,
    "SELECT count(*), min(relname) FROM pg_class"
    " WHERE relnamespace = (SELECT relnamespace FROM pg_class"
    "  WHERE oid = 'schema_migration'::regclass)"
    " AND CASE WHEN relkind IN ('r', 'p')"
    "  THEN NOT has_table_privilege(oid, 'SELECT') OR ($1 AND NOT ("
    "   has_table_privilege(oid, 'INSERT')"
    "   AND has_table_privilege(oid, 'UPDATE')"
    "   AND has_table_privilege(oid, 'DELETE')))"
    "  WHEN relkind = 'S' THEN $1 AND NOT has_sequence_privilege(oid,"
    "   'USAGE') ELSE false END");
/* What a client asks for as it connects, and a pooler may not pass on. */
SQL(online_session,
    "SELECT current_setting('statement_timeout') <> '0'"
    " AND current_setting('lock_timeout') <> '0'"
    " AND current_setting('TimeZone') = 'UTC'");
SQL(online_schema, "SELECT coalesce(max(version), 0) FROM schema_migration");

/* One server. */
struct asked {
	struct ctl *ctl;
	const char *name;
	struct db *db;
	bool writes;
	const char *user;
};

static const char *
cell(const struct asked *q, const struct db_rows *rows, size_t col)
{
	return arena_str(&q->ctl->ctx.arena, db_cell(rows, 0, col));
}

/* Why was told on standard error, by the client. */
static bool
no_answer(const struct asked *q)
{
	return online_not_ok(q->name,
	    "a question failed, see the lines on "
	    "standard error");
}

static bool
check_rights(const struct asked *q)
{
	struct arena *a = &q->ctl->ctx.arena;
	struct db_param writes = db_bool(q->writes);
	struct db_rows rows;

	if (db_sure(db_run(q->db, a, &sql_online_rights, 1, &writes, &rows))
	    != 0)
		return no_answer(q);
	if (db_get_i64(&rows, 0, 0) == 0)
		return true;
	return online_not_ok(q->name,
	    "user %s may not %s %s tables and "
	    "sequences, as %s; let it own the database, or grant it that",
	    q->user, q->writes ? "read and write" : "read", cell(q, &rows, 0),
	    cell(q, &rows, 1));
}

static bool
check_session(const struct asked *q)
{
	struct db_rows rows;

	if (db_sure(db_run(q->db, &q->ctl->ctx.arena, &sql_online_session, 0,
		NULL, &rows))
	    != 0)
		return no_answer(q);
	return db_get_bool(&rows, 0, 0)
	    || online_not_ok(q->name,
		"sessions lack time-outs, or are not in UTC: a pooler ignores "
		"what is asked for; set statement_timeout, lock_timeout and "
		"timezone by ALTER ROLE %s SET",
		q->user);
}

/* out: version, where the answer is true */
static bool
check_schema(const struct asked *q, int64_t *version)
{
	const char *folder = migrate_folder();
	int64_t newest = migrate_newest(folder);
	struct db_rows rows;

	if (newest < 0)
		return online_not_ok(q->name,
		    "%s has no migrations to "
		    "compare with; name the folder in BOXOFFICE_SQL_DIR",
		    folder);
	if (db_sure(db_run(q->db, &q->ctl->ctx.arena, &sql_online_schema, 0,
		NULL, &rows))
	    != 0)
		return no_answer(q);
	*version = db_get_i64(&rows, 0, 0);
	if (*version < newest)
		return online_not_ok(q->name,
		    "schema %" PRId64
		    " is older "
		    "than the programs' %" PRId64 "; %s",
		    *version, newest,
		    q->writes
			? "run boxofficectl migrate"
			: "wait until it has replayed the primary's, or migrate");
	if (*version > newest)
		return online_not_ok(q->name,
		    "schema %" PRId64
		    " is newer "
		    "than the programs' %" PRId64
		    "; install the newer "
		    "programs",
		    *version, newest);
	return true;
}

static bool
check_functions(const struct asked *q)
{
	const char *folder = migrate_folder();
	struct span file;
	int r = migrate_differs(q->db, &q->ctl->ctx.arena, folder, &file);

	if (r < 0)
		return no_answer(q);
	if (r > 0)
		return online_not_ok(q->name, "%s/functions cannot be read",
		    folder);
	if (file.p == NULL)
		return true;
	return online_not_ok(q->name, "%s is not what the database has; %s",
	    file.p,
	    q->writes ? "run boxofficectl migrate"
		      : "wait until it has replayed the primary's, or migrate");
}

static bool
ask(struct asked *q)
{
	struct db_rows rows;
	int64_t version = 0;

	if (db_sure(db_run(q->db, &q->ctl->ctx.arena, &sql_online_server, 0,
		NULL, &rows))
	    != 0)
		return online_not_ok(q->name,
		    "no server%s can be reached, "
		    "see the lines on standard error; look at [postgresql] "
		    "%s_dsn",
		    q->writes ? " that takes writes" : "", q->name);
	q->user = cell(q, &rows, 1);
	if (!db_get_bool(&rows, 0, 2))
		return online_not_ok(q->name,
		    "user %s finds no schema; run "
		    "boxofficectl migrate",
		    q->user);
	if (!check_session(q) || !check_rights(q) || !check_schema(q, &version)
	    || !check_functions(q))
		return false;
	return online_ok(q->name,
	    "PostgreSQL %s, schema %" PRId64
	    ", user "
	    "%s may %s",
	    cell(q, &rows, 0), version, q->user,
	    q->writes ? "read and write" : "read");
}

bool
online_primary(struct ctl *ctl)
{
	struct asked q = { ctl, "primary", ctl->ctx.primary, true, "" };

	return online_session(ctl, q.name, DB_PRIMARY) && ask(&q);
}

bool
online_replica(struct ctl *ctl)
{
	struct asked q = { ctl, "replica", ctl->ctx.replica, false, "" };

	return online_session(ctl, q.name, DB_REPLICA) && ask(&q);
}
