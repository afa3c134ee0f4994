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

#include <string.h>

SQL(online_backend, "SELECT pg_backend_pid()");

static int
find_backend(struct ctl *ctl, struct db *db, int64_t *out)
{
	struct db_rows rows;
	int r;

	r = db_sure(
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

/* The settings in which nothing is prepared: a name that is left in somebody
 * else's session would be in the way of the next who asks. */
static struct settings *
plain_settings(struct ctl *ctl)
{
	struct settings *plain = ARENA_ARRAY(&ctl->ctx.arena, 1,
	    struct settings);

	*plain = ctl->ctx.set;
	plain->db_prepared = 0;
	return plain;
}

bool
online_session(struct ctl *ctl, const char *name, enum db_role role)
{
	const struct settings *plain = plain_settings(ctl);
	struct db *db, *rival;
	bool keeps = true;

	if (!ctl->ctx.set.db_prepared)
		return true;
	db = db_open(plain, role);
	rival = db_open(plain, role);
	/* Who cannot be reached is told of by the question that comes next. */
	if (try_session(ctl, db, rival, &keeps) != 0)
		keeps = true;
	db_close(rival);
	db_close(db);
	return keeps
	    || online_not_ok(name,
		"a pooler gives each transaction another session; set "
		"[postgresql] prepared = off and direct_dsn, or the pooler's "
		"mode to session");
}

static bool
is_same(const struct db *db, const struct db *other)
{
	const struct primary_id *one = db_identity(db);
	const struct primary_id *two = db_identity(other);

	return one->system == two->system && one->timeline == two->timeline
	    && one->started_us == two->started_us;
}

/* Whom the primary's own connection has reached is known by now, unless it was
 * not asked. */
static bool
check_direct(struct ctl *ctl, struct db *db, struct db *rival)
{
	bool keeps = false;

	if (try_session(ctl, db, rival, &keeps) != 0)
		return online_not_ok("direct",
		    "no server that takes writes can be reached twice, see the "
		    "lines on standard error; look at [postgresql] direct_dsn");
	if (!keeps)
		return online_not_ok("direct",
		    "a pooler gives each transaction another session; let "
		    "[postgresql] direct_dsn lead past it");
	if (db_generation(ctl->ctx.primary) > 0
	    && !is_same(db, ctl->ctx.primary))
		return online_not_ok("direct",
		    "[postgresql] direct_dsn leads to another server than "
		    "primary_dsn");
	return online_ok("direct", "the primary, past any pooler");
}

bool
online_direct(struct ctl *ctl)
{
	struct settings *plain = plain_settings(ctl);
	struct db *db, *rival;
	bool ok;

	if (ctl->ctx.set.direct_dsn[0] == '\0')
		return true;
	memcpy(plain->primary_dsn, plain->direct_dsn,
	    sizeof(plain->primary_dsn));
	db = db_open(plain, DB_PRIMARY);
	rival = db_open(plain, DB_PRIMARY);
	ok = check_direct(ctl, db, rival);
	db_close(rival);
	db_close(db);
	return ok;
}
