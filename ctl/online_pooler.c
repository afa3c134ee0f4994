/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * online_pooler - does what stands between the programs and PostgreSQL keep
 * what the settings rely on?
 *
 * A pooler whose server connections belong to transactions gives a client
 * another session whenever somebody else has that of before: so a second
 * client takes it, and the first is asked where it is.
 *
 * Layer: ctl (private to online).  Uses: store.
 */
#include "ctl/online.h"

SQL(online_backend, "SELECT pg_backend_pid()");

static int
find_backend(struct ctl *ctl, struct db *db, int64_t *out)
{
	struct db_rows rows;
	int r = db_sure(
	    db_run(db, &ctl->ctx.arena, &sql_online_backend, 0, NULL, &rows));

	if (r == 0)
		*out = db_get_i64(&rows, 0, 0);
	return r;
}

/* out: keeps  on 0 */
static int
try_session(struct ctl *ctl, struct db *db, struct db *rival, bool *keeps)
{
	int64_t before, theirs, after;
	int r = find_backend(ctl, db, &before);

	if (r == 0)
		r = db_begin(rival);
	if (r == 0)
		r = find_backend(ctl, rival, &theirs);
	if (r == 0)
		r = find_backend(ctl, db, &after);
	db_rollback(rival);
	if (r == 0)
		*keeps = before == after;
	return r;
}

static bool
check_session(struct ctl *ctl, const char *name, struct db *db,
    struct db *rival, const char *remedy)
{
	bool keeps = false;

	if (try_session(ctl, db, rival, &keeps) != 0)
		return online_not_ok(name,
		    "two connections at once were not "
		    "served, see the lines on standard error");
	return keeps
	    || online_not_ok(name,
		"a pooler gives each transaction another session; %s", remedy);
}

bool
online_session(struct ctl *ctl, const char *name, struct db *db,
    enum db_role role)
{
	struct db *rival;
	bool ok;

	if (!ctl->ctx.set.db_prepared)
		return true;
	rival = db_open(&ctl->ctx.set, role);
	ok = check_session(ctl, name, db, rival,
	    "set [postgresql] prepared = off and direct_dsn, or the pooler's "
	    "mode to session");
	db_close(rival);
	return ok;
}

/* Whom each of both has reached is known by now. */
static bool
check_same(const struct db *db, const struct db *primary)
{
	const struct primary_id *one = db_identity(db);
	const struct primary_id *other = db_identity(primary);

	return (one->system == other->system && one->timeline == other->timeline
		   && one->started_us == other->started_us)
	    || online_not_ok("direct",
		"[postgresql] direct_dsn leads to another server than "
		"primary_dsn");
}

bool
online_direct(struct ctl *ctl)
{
	struct db *db, *rival;
	bool ok;

	if (ctl->ctx.set.direct_dsn[0] == '\0')
		return true;
	db = db_open(&ctl->ctx.set, DB_PRIMARY);
	rival = db_open(&ctl->ctx.set, DB_PRIMARY);
	db_direct(db);
	db_direct(rival);
	ok = check_session(ctl, "direct", db, rival,
		 "let [postgresql] direct_dsn lead past it")
	    && check_same(db, ctl->ctx.primary)
	    && online_ok("direct", "the primary, past any pooler");
	db_close(rival);
	db_close(db);
	return ok;
}
