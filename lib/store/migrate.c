/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * migrate - bring the database to this version's schema
 *
 * A migration may run for long and may wait for long for its turn, so the
 * session's time-outs are lifted for its transaction; only a single lock it
 * needs is not waited for long, since buyers would queue up behind it.
 *
 * Layer: store.  Uses: base, ctx, db.
 */
#include "store/migrate.h"

#include "base/crypto.h"
#include "base/log.h"
#include "store/paths.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Our advisory lock: "bo" and "migr" as bytes. */
#define TURN \
	"SET LOCAL statement_timeout = 0; " \
	"SET LOCAL idle_in_transaction_session_timeout = 0; " \
	"SET LOCAL lock_timeout = 0; " \
	"SELECT pg_advisory_xact_lock(x'626f6d696772'::bigint); " \
	"SET LOCAL lock_timeout = '10s'; "
#define TABLE \
	"CREATE TABLE IF NOT EXISTS schema_migration (" \
	" version int PRIMARY KEY," \
	" name text NOT NULL," \
	" sha256 text NOT NULL," \
	" at timestamptz NOT NULL DEFAULT clock_timestamp())"

SQL(migrate_find, "SELECT sha256 FROM schema_migration WHERE version = $1");
SQL(migrate_add,
    "INSERT INTO schema_migration (version, name, sha256) VALUES ($1, $2, $3)");

const char *
migrate_folder(void)
{
	const char *folder = getenv("BOXOFFICE_SQL_DIR");

	return folder != NULL ? folder : PKGDATADIR "/sql";
}

static int
is_sql(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && strcmp(entry->d_name + len - 4, ".sql") == 0;
}

/* NNNN_what.sql: the number, or -1. */
static int64_t
version_of(const char *name)
{
	if (strspn(name, "0123456789") != 4 || name[4] != '_' ||
	    strlen(name) >= sizeof(((struct migrate_done *)0)->file))
		return -1;
	return strtol(name, NULL, 10);
}

static bool
read_file(struct arena *a, const char *path, struct span *out)
{
	FILE *file = fopen(path, "re");
	struct stat st;
	char *text;
	bool ok;

	if (file == NULL)
		return false;
	ok = fstat(fileno(file), &st) == 0;
	if (ok) {
		text = arena_zalloc(a, (size_t)st.st_size + 1, 1);
		*out = (struct span){ text, (size_t)st.st_size };
		ok = fread(text, 1, out->len, file) == out->len;
	}
	fclose(file);
	return ok;
}

static int
say(struct migrate_done *done, int outcome, const char *why)
{
	snprintf(done->why, sizeof(done->why), "%s", why);
	return outcome;
}

/* What the database said, where it was the database. */
static int
say_db(struct ctx *ctx, struct migrate_done *done, int r)
{
	if (r > 0) {
		say(done, MIGRATE_E_REFUSED, db_constraint(ctx->primary));
		return MIGRATE_E_REFUSED;
	}
	return say(done, r, "the database had a fault; the log says which");
}

/* Inside its transaction and with our turn. */
static int
apply(struct ctx *ctx, struct span text, const char *sha256,
    struct migrate_done *done)
{
	struct arena *a = &ctx->arena;
	struct db_param version = db_i64(a, done->version);
	struct db_rows rows;
	int r;

	r = db_run(ctx->primary, a, &sql_migrate_find, 1, &version, &rows);
	if (r != 0)
		return say_db(ctx, done, r);
	if (rows.n_rows > 0)
		return span_eq_str(db_cell(&rows, 0, 0), sha256) ? 0
		    : say(done, MIGRATE_E_CHANGED,
		    "it was applied with other contents");
	r = db_exec_script(ctx->primary, a, text.p);
	if (r == 0)
		r = db_run(ctx->primary, a, &sql_migrate_add, 3,
		    (struct db_param[]){ version, db_str(done->file),
			db_str(sha256) }, NULL);
	if (r != 0)
		return say_db(ctx, done, r);
	done->n_applied++;
	LOG(INFO, "migration-applied", LSTR("file", done->file));
	return 0;
}

/* A transaction that has its turn, from which apply comes or nothing. */
static int
take_turn(struct ctx *ctx, struct migrate_done *done, const char *script)
{
	int r = db_begin(ctx->primary);

	if (r == 0)
		r = db_exec_script(ctx->primary, &ctx->arena, script);
	return r == 0 ? 0 : say_db(ctx, done, r);
}

static int
finish(struct ctx *ctx, struct migrate_done *done, int r)
{
	if (r != 0) {
		db_rollback(ctx->primary);
		return r;
	}
	r = db_commit(ctx->primary);
	return r == 0 ? 0 : say_db(ctx, done, r);
}

static int
take_file(struct ctx *ctx, const char *folder, const char *name,
    struct migrate_done *done)
{
	struct arena *a = &ctx->arena;
	int64_t version = version_of(name);
	uint8_t digest[SHA256_LEN];
	struct span text;
	int r;

	snprintf(done->file, sizeof(done->file), "%.127s", name);
	if (version < 0 || version == done->version)
		return say(done, MIGRATE_E_NAME, "migrations are named "
		    "NNNN_what.sql, each with a number of its own");
	done->version = version;
	if (!read_file(a, arena_printf(a, "%s/%s", folder, name), &text))
		return say(done, MIGRATE_E_FOLDER, "it cannot be read");
	crypto_sha256(text, digest);
	r = take_turn(ctx, done, TURN);
	if (r == 0)
		r = apply(ctx, text, crypto_hex(a, digest, sizeof(digest)),
		    done);
	return finish(ctx, done, r);
}

int64_t
migrate_newest(const char *folder)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_sql, alphasort);
	int64_t newest = -1;

	for (int i = 0; i < n; i++) {
		newest = MAX(newest, version_of(entries[i]->d_name));
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return newest;
}

int
migrate_run(struct ctx *ctx, const char *folder, struct migrate_done *done)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_sql, alphasort);
	int r;

	*done = (struct migrate_done){ .version = -1 };
	if (n < 0)
		return say(done, MIGRATE_E_FOLDER, strerror(errno));
	r = n > 0 ? finish(ctx, done, take_turn(ctx, done, TURN TABLE))
	    : say(done, MIGRATE_E_FOLDER, "it has no migrations");
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = take_file(ctx, folder, entries[i]->d_name, done);
		free(entries[i]);
	}
	free(entries);
	return r;
}
