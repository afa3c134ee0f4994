/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_house - shows, venues and halls: find the row, make it, or change it
 *
 * Layer: domain.  Uses: base, store, plan, words.
 */
#include "catalog/load_step.h"

/* What the audit log tells of a row; who and when it tells itself. */
#define ROW(row) \
	"id, version, to_jsonb(" row \
	") - '{version,changed_at,changed_by}'::text[]"
#define FIND(table, n, key) \
	"SELECT " ROW("t") " FROM " table \
			   " AS t WHERE id = coalesce(nullif($" n \
			   "::bigint, 0), " \
			   "(SELECT id FROM " table " WHERE " key "))"
#define TOUCHED(n) \
	"version = version + 1, changed_at = clock_timestamp(), " \
	"changed_by = $" n

SQL(load_show_find, FIND("shows", "2", "key = $1"));
SQL(load_show_make,
    "INSERT INTO shows (key, kind, status, title_ko, title_en, "
    "synopsis_ko, synopsis_en, running_minutes, age_rating, poster_url, "
    "changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
    "RETURNING " ROW("shows"));
SQL(load_show_change,
    "UPDATE shows SET key = $1, kind = $2, status = $3, title_ko = $4, "
    "title_en = $5, synopsis_ko = $6, synopsis_en = $7, "
    "running_minutes = $8, age_rating = $9, poster_url = $10, " TOUCHED("11")
    " WHERE id = $12 AND (key, kind, status, title_ko, title_en, "
    "synopsis_ko, synopsis_en, running_minutes, age_rating, poster_url) "
    "IS DISTINCT FROM ($1, $2, $3, $4, $5, $6, $7, $8::int, $9, $10) "
    "RETURNING " ROW("shows"));

SQL(load_venue_find, FIND("venues", "2", "key = $1"));
SQL(load_venue_make,
    "INSERT INTO venues (key, name_ko, name_en, address_ko, address_en, "
    "time_zone, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7) "
    "RETURNING " ROW("venues"));
SQL(load_venue_change,
    "UPDATE venues SET key = $1, name_ko = $2, name_en = $3, "
    "address_ko = $4, address_en = $5, time_zone = $6, " TOUCHED("7")
    " WHERE id = $8 AND (key, name_ko, name_en, address_ko, address_en, "
    "time_zone) IS DISTINCT FROM ($1, $2, $3, $4, $5, $6) "
    "RETURNING " ROW("venues"));

SQL(load_hall_find, FIND("halls", "3", "venue_id = $1 AND key = $2"));
SQL(load_hall_make,
    "INSERT INTO halls (venue_id, key, name_ko, name_en, changed_by) "
    "VALUES ($1, $2, $3, $4, $5) RETURNING " ROW("halls"));
SQL(load_hall_change,
    "UPDATE halls SET venue_id = coalesce($1, venue_id), key = $2, name_ko = $3, name_en = $4, " TOUCHED("5")
    " WHERE id = $6 AND (venue_id, key, name_ko, name_en) IS DISTINCT "
    "FROM (coalesce($1, venue_id), $2, $3, $4) RETURNING " ROW("halls"));

#define FIND_ID(table) "SELECT " ROW("t") " FROM " table " AS t WHERE id = $1"

SQL(load_show_id, FIND_ID("shows"));
SQL(load_show_drop,
    "WITH poster AS (DELETE FROM posters WHERE show_id = $1) "
    "DELETE FROM shows WHERE id = $1");
SQL(load_venue_id, FIND_ID("venues"));
SQL(load_venue_drop, "DELETE FROM venues WHERE id = $1");
SQL(load_hall_id, FIND_ID("halls"));
SQL(load_hall_drop, "SELECT hall_drop($1)");
SQL(load_revision_id,
    "SELECT id, 1, " LOAD_REVISION_ROW
    " FROM hall_revisions AS r "
    "WHERE id = $1");
SQL(load_revision_drop, "SELECT revisions_drop(ARRAY[$1::bigint])");
SQL(load_performance_id,
    "SELECT id, meta_version, performance_row(p) FROM performances AS p "
    "WHERE id = $1 FOR UPDATE");
SQL(load_performance_drop, "DELETE FROM performances WHERE id = $1");

/* ---- one row ---- */

struct found {
	int64_t id; /* 0: there is none */
	struct span row;
};

static int
find(struct load *load, const struct load_upsert *how,
    const struct db_param *params, struct found *out)
{
	const struct load_which *which = &how->which;
	struct db_param asked[LOAD_PARAMS_MAX];
	struct db_rows rows;
	int r;

	*out = (struct found){ 0, SPAN_NONE };
	if (which->id == LOAD_NEW)
		return LOAD_OK;
	for (int i = 0; i < how->n_key; i++)
		asked[i] = params[i];
	asked[how->n_key] = db_i64(load->a, which->id);
	r = load_run(load, how->at, how->find, how->n_key + 1, asked, &rows);
	if (r != LOAD_OK)
		return r;
	if (rows.n_rows == 0)
		return which->id == LOAD_BY_KEY ? LOAD_OK : LOAD_E_NONE;
	if (which->version != 0 && which->version != db_get_i64(&rows, 0, 1))
		return LOAD_E_STALE;
	out->id = db_get_i64(&rows, 0, 0);
	out->row = db_cell(&rows, 0, 2);
	return LOAD_OK;
}

static int
make(struct load *load, const struct load_upsert *how,
    const struct db_param *params, int64_t *id)
{
	struct db_rows rows;
	int r = load_run(load, how->at, how->make, how->n_params + 1, params,
	    &rows);

	if (r != LOAD_OK)
		return r;
	*id = db_get_i64(&rows, 0, 0);
	how->count->n_new++;
	load_note(load, false, "%s %s: new", how->what,
	    arena_str(load->a, how->key));
	load_changed(load, how->what, *id, SPAN_NONE, db_cell(&rows, 0, 2));
	return LOAD_OK;
}

static int
change(struct load *load, const struct load_upsert *how,
    const struct db_param *params, const struct found *old)
{
	struct db_rows rows;
	int r = load_run(load, how->at, how->change, how->n_params + 2, params,
	    &rows);

	if (r != LOAD_OK || rows.n_rows == 0) {
		how->count->n_same += r == LOAD_OK;
		return r;
	}
	how->count->n_changed++;
	load_changed(load, how->what, old->id, old->row, db_cell(&rows, 0, 2));
	return load_note_change(load, how->at, how->what, how->key, old->row,
	    db_cell(&rows, 0, 2));
}

int
load_upsert(struct load *load, const struct load_upsert *how,
    const struct db_param *params, int64_t *id)
{
	struct db_param all[LOAD_PARAMS_MAX];
	struct found old;
	int r = find(load, how, params, &old);

	if (r != LOAD_OK)
		return r;
	*id = old.id;
	for (int i = 0; i < how->n_params; i++)
		all[i] = params[i];
	all[how->n_params] = load->user == 0 ? db_str(NULL)
					     : db_i64(load->a, load->user);
	all[how->n_params + 1] = db_i64(load->a, old.id);
	return old.id == 0 ? make(load, how, all, id)
			   : change(load, how, all, &old);
}

/* ---- what there is ---- */

int
load_show(struct load *load, const struct load_show *show, int64_t *id)
{
	const struct load_upsert how = { .find = &sql_load_show_find,
		.make = &sql_load_show_make,
		.change = &sql_load_show_change,
		.what = "show",
		.at = show->at,
		.which = show->which,
		.key = show->key,
		.n_key = 1,
		.n_params = 10,
		.count = &load->report->shows };
	struct arena *a = load->a;
	struct db_param params[] = {
		db_text(a, show->key),
		db_str(show_kinds[show->kind]),
		db_str(show_statuses[show->status]),
		db_text(a, show->title[LANG_KO]),
		db_text(a, show->title[LANG_EN]),
		db_text(a, show->synopsis[LANG_KO]),
		db_text(a, show->synopsis[LANG_EN]),
		db_i64(a, show->running_minutes),
		db_text(a, show->age_rating),
		db_text(a, show->poster_url),
	};

	return load_upsert(load, &how, params, id);
}

int
load_hall(struct load *load, const struct load_hall *hall, int64_t venue,
    int64_t *id)
{
	const struct load_upsert how = { .find = &sql_load_hall_find,
		.make = &sql_load_hall_make,
		.change = &sql_load_hall_change,
		.what = "hall",
		.at = hall->at,
		.which = hall->which,
		.key = hall->key,
		.n_key = 2,
		.n_params = 4,
		.count = &load->report->halls };
	struct arena *a = load->a;
	struct db_param params[] = {
		venue == 0 ? db_str(NULL) : db_i64(a, venue),
		db_text(a, hall->key),
		db_text(a, hall->name[LANG_KO]),
		db_text(a, hall->name[LANG_EN]),
	};
	int64_t revision;
	int r = load_upsert(load, &how, params, id);

	if (r != LOAD_OK || hall->plan == NULL)
		return r;
	return load_revision(load, hall->plan, *id, &revision);
}

int
load_venue(struct load *load, const struct load_venue *venue, int64_t *id)
{
	const struct load_upsert how = { .find = &sql_load_venue_find,
		.make = &sql_load_venue_make,
		.change = &sql_load_venue_change,
		.what = "venue",
		.at = venue->at,
		.which = venue->which,
		.key = venue->key,
		.n_key = 1,
		.n_params = 6,
		.count = &load->report->venues };
	struct arena *a = load->a;
	struct db_param params[] = {
		db_text(a, venue->key),
		db_text(a, venue->name[LANG_KO]),
		db_text(a, venue->name[LANG_EN]),
		db_text(a, venue->address[LANG_KO]),
		db_text(a, venue->address[LANG_EN]),
		db_text(a, venue->time_zone),
	};
	int64_t hall;
	int r = load_upsert(load, &how, params, id);

	for (size_t i = 0; r == LOAD_OK && i < venue->n_halls; i++)
		r = load_hall(load, &venue->halls[i], *id, &hall);
	return r;
}

/* ---- what there is no more ---- */

static const struct {
	const struct sql *find, *drop;
	const char *what;
} drops[] = {
	[ENTRY_SHOW] = { &sql_load_show_id, &sql_load_show_drop, "show" },
	[ENTRY_VENUE] = { &sql_load_venue_id, &sql_load_venue_drop, "venue" },
	[ENTRY_HALL] = { &sql_load_hall_id, &sql_load_hall_drop, "hall" },
	[ENTRY_REVISION] = { &sql_load_revision_id, &sql_load_revision_drop,
	    "revision" },
	[ENTRY_PERFORMANCE] = { &sql_load_performance_id,
	    &sql_load_performance_drop, "performance" },
};

int
load_delete(struct load *load, enum entry_kind kind,
    const struct load_which *which)
{
	struct db_param id = db_i64(load->a, which->id);
	struct db_rows rows;
	int r = load_run(load, "", drops[kind].find, 1, &id, &rows);

	if (r != LOAD_OK)
		return r;
	if (rows.n_rows == 0)
		return LOAD_E_NONE;
	if (which->version != 0 && which->version != db_get_i64(&rows, 0, 1))
		return LOAD_E_STALE;
	/* Whatever needs it has a constraint that says so. */
	r = load_run(load, "", drops[kind].drop, 1, &id, NULL);
	if (r == LOAD_E_REFUSED)
		return LOAD_E_USED;
	if (r != LOAD_OK)
		return r;
	if (kind == ENTRY_PERFORMANCE)
		load_over(load, which->id);
	load_note(load, false, "%s %lld: deleted", drops[kind].what,
	    (long long)which->id);
	load_changed(load, drops[kind].what, which->id, db_cell(&rows, 0, 2),
	    SPAN_NONE);
	return LOAD_OK;
}
