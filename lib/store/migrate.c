/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * migrate - the numbered files, each in its transaction
 *
 * A migration may run for long and may wait for long for its turn, so the
 * session's time-outs are lifted for its transaction; only a single lock it
 * needs is not waited for long, since buyers would queue up behind it.
 *
 * Layer: store.  Uses: base, ctx, db.
 */
#include "store/migrate_own.h"

#include "base/crypto.h"
#include "base/log.h"
#include "store/paths.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define TABLES \
	"CREATE TABLE IF NOT EXISTS schema_migration (" \
	" version int PRIMARY KEY," \
	" name text NOT NULL," \
	" sha256 text NOT NULL," \
	" at timestamptz NOT NULL DEFAULT clock_timestamp());" \
	"CREATE TABLE IF NOT EXISTS schema_function (" \
	" file text PRIMARY KEY," \
	" sha256 text NOT NULL," \
	" version int NOT NULL," \
	" made text[] NOT NULL," \
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

int
migrate_list(struct arena *a, const char *folder, struct span **out)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_sql, alphasort);

	if (n < 0)
		return -errno;
	*out = ARENA_ARRAY(a, (size_t)n + 1, struct span);
	for (int i = 0; i < n; i++) {
		(*out)[i] = span_str(arena_printf(a, "%s", entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	return n;
}

/* NNNN_what.sql: the number, or -1. */
static int64_t
version_of(struct span name)
{
	if (strspn(name.p, "0123456789") != 4 || name.p[4] != '_')
		return -1;
	return strtol(name.p, NULL, 10);
}

bool
migrate_read(struct arena *a, const char *folder, struct span name,
    struct span *text, struct span *sha256)
{
	FILE *file = fopen(arena_printf(a, "%s/%s", folder, name.p), "re");
	uint8_t digest[SHA256_LEN];
	struct stat st;
	char *bytes;
	bool ok;

	if (file == NULL)
		return false;
	ok = fstat(fileno(file), &st) == 0;
	if (ok) {
		bytes = arena_zalloc(a, (size_t)st.st_size + 1, 1);
		*text = (struct span){ bytes, (size_t)st.st_size };
		ok = fread(bytes, 1, text->len, file) == text->len;
	}
	fclose(file);
	if (ok) {
		crypto_sha256(*text, digest);
		*sha256 = span_str(crypto_hex(a, digest, sizeof(digest)));
	}
	return ok;
}

int
migrate_say(struct migrate_done *done, int outcome, const char *why)
{
	snprintf(done->why, sizeof(done->why), "%s", why);
	return outcome;
}

int
migrate_say_db(struct ctx *ctx, struct migrate_done *done, int r)
{
	if (r > 0)
		return migrate_say(done, MIGRATE_E_REFUSED,
		    db_constraint(ctx->primary));
	return migrate_say(done, r,
	    "the database had a fault; the log says which");
}

/* Inside its transaction and with our turn. */
static int
apply(struct ctx *ctx, struct span text, struct span sha256,
    struct migrate_done *done)
{
	struct arena *a = &ctx->arena;
	struct db_param version = db_i64(a, done->version);
	struct db_rows rows;
	int r;

	r = db_run(ctx->primary, a, &sql_migrate_find, 1, &version, &rows);
	if (r != 0)
		return migrate_say_db(ctx, done, r);
	if (rows.n_rows > 0)
		return span_eq(db_cell(&rows, 0, 0), sha256)
		    ? 0
		    : migrate_say(done, MIGRATE_E_CHANGED,
			"it was applied with "
			"other contents; a database from before the first release "
			"is not brought forward: make a new one");
	r = db_exec_script(ctx->primary, a, text.p);
	if (r == 0)
		r = db_run(ctx->primary, a, &sql_migrate_add, 3,
		    (struct db_param[]){ version, db_str(done->file),
			db_text(a, sha256) },
		    NULL);
	if (r != 0)
		return migrate_say_db(ctx, done, r);
	done->n_applied++;
	LOG(INFO, "migration-applied", LSTR("file", done->file));
	return 0;
}

int
migrate_begin(struct ctx *ctx, struct migrate_done *done, const char *script)
{
	int r = db_begin(ctx->primary);

	if (r == 0)
		r = db_exec_script(ctx->primary, &ctx->arena, script);
	return r == 0 ? 0 : migrate_say_db(ctx, done, r);
}

int
migrate_end(struct ctx *ctx, struct migrate_done *done, int r)
{
	if (r != 0) {
		db_rollback(ctx->primary);
		return r;
	}
	r = db_commit(ctx->primary);
	return r == 0 ? 0 : migrate_say_db(ctx, done, r);
}

static int
take_file(struct ctx *ctx, const char *folder, struct span name,
    struct migrate_done *done)
{
	int64_t version = version_of(name);
	struct span text, sha256;
	int r;

	snprintf(done->file, sizeof(done->file), "%.127s", name.p);
	if (version < 0 || version == done->version
	    || name.len >= sizeof(done->file))
		return migrate_say(done, MIGRATE_E_NAME,
		    "migrations are named "
		    "NNNN_what.sql, each with a number of its own");
	done->version = version;
	if (!migrate_read(&ctx->arena, folder, name, &text, &sha256))
		return migrate_say(done, MIGRATE_E_FOLDER, "it cannot be read");
	r = migrate_begin(ctx, done, MIGRATE_TURN);
	if (r == 0)
		r = apply(ctx, text, sha256, done);
	return migrate_end(ctx, done, r);
}

int64_t
migrate_newest(const char *folder)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_sql, alphasort);
	int64_t newest = -1;

	for (int i = 0; i < n; i++) {
		newest = MAX(newest, version_of(span_str(entries[i]->d_name)));
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return newest;
}

int
migrate_run(struct ctx *ctx, const char *folder, struct migrate_done *done)
{
	struct span *names;
	int n = migrate_list(&ctx->arena, folder, &names);
	int r;

	*done = (struct migrate_done){ .version = -1 };
	if (n < 0)
		return migrate_say(done, MIGRATE_E_FOLDER, strerror(-n));
	if (n == 0)
		return migrate_say(done, MIGRATE_E_FOLDER,
		    "it has no migrations");
	r = migrate_begin(ctx, done, MIGRATE_TURN TABLES);
	r = migrate_end(ctx, done, r);
	for (int i = 0; r == 0 && i < n; i++)
		r = take_file(ctx, folder, names[i], done);
	return r != 0 ? r : migrate_functions(ctx, folder, done);
}
