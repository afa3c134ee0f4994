/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * migrate_functions - what is replaced whole, when its text has changed
 *
 * What a file has made is what carries our transaction's id in the catalog of
 * PostgreSQL, so that nobody has to list it: what was recorded before and is
 * made by no file now is dropped. A name is as pg_identify_object spells it,
 * "function public.f(integer)", which DROP understands.
 *
 * Layer: store.  Uses: base, ctx, db.
 */
#include "store/migrate_own.h"

#include "base/log.h"

#include <stdio.h>

/* A database of a later version is left as it is. */
SQL(migrate_newer,
    "SELECT coalesce(max(version), 0) > $1::bigint FROM schema_migration");
SQL(migrate_functions_made,
    "SELECT coalesce(array_agg(m), '{}')"
    " FROM schema_function, unnest(made) AS m");
SQL(migrate_function_find,
    "SELECT sha256 = $2 AND version = $3::bigint FROM schema_function"
    " WHERE file = $1");
SQL(migrate_function_add,
    "WITH ours (class, id) AS ("
    " SELECT 'pg_proc'::regclass, oid FROM pg_proc"
    "  WHERE xmin = pg_current_xact_id()::xid"
    " UNION ALL SELECT 'pg_trigger'::regclass, oid FROM pg_trigger"
    "  WHERE xmin = pg_current_xact_id()::xid AND NOT tgisinternal"
    " UNION ALL SELECT 'pg_class'::regclass, ev_class FROM pg_rewrite"
    "  WHERE xmin = pg_current_xact_id()::xid)"
    " INSERT INTO schema_function (file, sha256, version, made)"
    " SELECT $1, $2, $3::bigint, ARRAY(SELECT concat(i.type, ' ', i.identity)"
    "  FROM ours, pg_identify_object(class, id, 0) AS i"
    "  EXCEPT SELECT unnest(f.made) FROM schema_function AS f"
    "   WHERE f.xmin = pg_current_xact_id()::xid)"
    " ON CONFLICT (file) DO UPDATE SET sha256 = excluded.sha256,"
    "  version = excluded.version, made = excluded.made, at = excluded.at");
SQL(migrate_functions_keep,
    "DELETE FROM schema_function WHERE file <> ALL ($1::text[])");
/* Views and triggers before the functions that they call. */
SQL(migrate_functions_gone,
    "SELECT 'DROP ' || m FROM unnest($1::text[]) AS m"
    " WHERE m NOT IN (SELECT unnest(made) FROM schema_function)"
    " ORDER BY m DESC");
SQL(migrate_functions_all,
    "SELECT file, sha256 FROM schema_function ORDER BY file COLLATE \"C\"");

/* The files, "functions/holds.sql", with their texts. */
struct files {
	const char *folder;
	struct span *names;
	size_t n;
};

static int
list(struct arena *a, const char *folder, struct files *out)
{
	int n = migrate_list(a, arena_printf(a, "%s/functions", folder),
	    &out->names);

	if (n < 0)
		return n;
	out->folder = folder;
	out->n = (size_t)n;
	for (size_t i = 0; i < out->n; i++)
		out->names[i] = span_str(
		    arena_printf(a, "functions/%s", out->names[i].p));
	return 0;
}

static int
run_file(struct ctx *ctx, const struct files *files, struct span name,
    struct migrate_done *done)
{
	struct arena *a = &ctx->arena;
	struct db_param params[3];
	struct span text, sha256;
	struct db_rows rows;
	int r;

	snprintf(done->file, sizeof(done->file), "%.127s", name.p);
	if (!migrate_read(a, files->folder, name, &text, &sha256))
		return migrate_say(done, MIGRATE_E_FOLDER, "it cannot be read");
	params[0] = db_text(a, name);
	params[1] = db_text(a, sha256);
	params[2] = db_i64(a, done->version);
	r = db_run(ctx->primary, a, &sql_migrate_function_find, 3, params,
	    &rows);
	if (r == 0 && rows.n_rows > 0 && db_get_bool(&rows, 0, 0))
		return 0;
	if (r == 0)
		r = db_exec_script(ctx->primary, a, text.p);
	if (r == 0)
		r = db_run(ctx->primary, a, &sql_migrate_function_add, 3,
		    params, NULL);
	if (r != 0)
		return migrate_say_db(ctx, done, r);
	done->n_applied++;
	LOG(INFO, "functions-replaced", LSTR("file", done->file));
	return 0;
}

/* What was made before, and is not now. */
static int
drop_gone(struct ctx *ctx, const struct files *files, struct span before,
    struct migrate_done *done)
{
	struct arena *a = &ctx->arena;
	struct db_param names = db_texts(a, files->names, files->n);
	struct db_param made = db_text(a, before);
	struct db_rows rows;
	int r;

	r = db_run(ctx->primary, a, &sql_migrate_functions_keep, 1, &names,
	    NULL);
	if (r == 0)
		r = db_run(ctx->primary, a, &sql_migrate_functions_gone, 1,
		    &made, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++) {
		r = db_exec_script(ctx->primary, a, db_cell(&rows, i, 0).p);
		if (r == 0)
			LOG(INFO, "function-dropped",
			    LSPAN("statement", db_cell(&rows, i, 0)));
	}
	return r == 0 ? 0 : migrate_say_db(ctx, done, r);
}

/* Inside the transaction and with our turn. */
static int
run_all(struct ctx *ctx, const struct files *files, struct migrate_done *done)
{
	struct arena *a = &ctx->arena;
	struct db_param version = db_i64(a, done->version);
	struct db_rows newer, made;
	int r;

	r = db_run(ctx->primary, a, &sql_migrate_newer, 1, &version, &newer);
	if (r == 0)
		r = db_run(ctx->primary, a, &sql_migrate_functions_made, 0,
		    NULL, &made);
	if (r != 0)
		return migrate_say_db(ctx, done, r);
	if (db_get_bool(&newer, 0, 0))
		return migrate_say(done, MIGRATE_E_NEWER,
		    "the database is of "
		    "a later version than these files; install the newer "
		    "programs");
	for (size_t i = 0; r == 0 && i < files->n; i++)
		r = run_file(ctx, files, files->names[i], done);
	return r != 0 ? r : drop_gone(ctx, files, db_cell(&made, 0, 0), done);
}

int
migrate_functions(struct ctx *ctx, const char *folder,
    struct migrate_done *done)
{
	size_t n_before = done->n_applied;
	struct files files;
	int r = list(&ctx->arena, folder, &files);

	if (r != 0)
		return migrate_say(done, MIGRATE_E_FOLDER,
		    "its folder functions cannot be read");
	r = migrate_begin(ctx, done, MIGRATE_TURN);
	if (r == 0)
		r = run_all(ctx, &files, done);
	r = migrate_end(ctx, done, r);
	if (r != 0)
		done->n_applied = n_before;
	return r;
}

/* Both lists are in the order of their names. */
int
migrate_differs(struct db *db, struct arena *a, const char *folder,
    struct span *file)
{
	struct span text, sha256;
	struct db_rows rows;
	struct files files;
	int r = list(a, folder, &files);

	if (r != 0)
		return MIGRATE_E_FOLDER;
	r = db_sure(db_run(db, a, &sql_migrate_functions_all, 0, NULL, &rows));
	if (r != 0)
		return r;
	for (size_t i = 0; i < files.n && i < rows.n_rows; i++) {
		*file = files.names[i];
		if (!migrate_read(a, folder, *file, &text, &sha256))
			return MIGRATE_E_FOLDER;
		if (!span_eq(db_cell(&rows, i, 0), *file)
		    || !span_eq(db_cell(&rows, i, 1), sha256))
			return MIGRATE_OK;
	}
	*file = files.n > rows.n_rows ? files.names[rows.n_rows]
	    : files.n < rows.n_rows   ? db_cell(&rows, files.n, 0)
				      : SPAN_NONE;
	return MIGRATE_OK;
}
