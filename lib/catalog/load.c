/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load - put a catalog into the database, or bring it up to date
 *
 * Shows and venues first, then performances, which name them by key. Two
 * loads wait for each other: each asks what is there before it writes.
 *
 * Layer: domain.  Uses: base, store, plan, words.
 */
#include "catalog/load.h"

#include "catalog/load_step.h"

#include <assert.h>

SQL(load_lock, "SELECT pg_advisory_xact_lock(hashtext('boxoffice load'))");

SQL(load_show_find, "SELECT id, to_jsonb(s) FROM shows AS s WHERE key = $1");
SQL(load_show_make,
    "INSERT INTO shows (key, kind, status, title_ko, title_en, "
    "synopsis_ko, synopsis_en, running_minutes, age_rating, poster_url) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id");
SQL(load_show_change,
    "UPDATE shows SET kind = $2, status = $3, title_ko = $4, "
    "title_en = $5, synopsis_ko = $6, synopsis_en = $7, "
    "running_minutes = $8, age_rating = $9, poster_url = $10 "
    "WHERE key = $1 AND (kind, status, title_ko, title_en, synopsis_ko, "
    "synopsis_en, running_minutes, age_rating, poster_url) IS DISTINCT "
    "FROM ($2, $3, $4, $5, $6, $7, $8::int, $9, $10) "
    "RETURNING to_jsonb(shows)");

SQL(load_venue_find, "SELECT id, to_jsonb(v) FROM venues AS v WHERE key = $1");
SQL(load_venue_make,
    "INSERT INTO venues (key, name_ko, name_en, address_ko, address_en, "
    "time_zone) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id");
SQL(load_venue_change,
    "UPDATE venues SET name_ko = $2, name_en = $3, address_ko = $4, "
    "address_en = $5, time_zone = $6 WHERE key = $1 AND (name_ko, "
    "name_en, address_ko, address_en, time_zone) IS DISTINCT FROM "
    "($2, $3, $4, $5, $6) RETURNING to_jsonb(venues)");

SQL(load_hall_find,
    "SELECT id, to_jsonb(h) FROM halls AS h WHERE venue_id = $1 "
    "AND key = $2");
SQL(load_hall_make,
    "INSERT INTO halls (venue_id, key, name_ko, name_en) "
    "VALUES ($1, $2, $3, $4) RETURNING id");
SQL(load_hall_change,
    "UPDATE halls SET name_ko = $3, name_en = $4 WHERE venue_id = $1 "
    "AND key = $2 AND (name_ko, name_en) IS DISTINCT FROM ($3, $4) "
    "RETURNING to_jsonb(halls)");

/* What differs of two rows, in words. */
SQL(load_difference,
    "SELECT coalesce(string_agg(concat(key, ' ', "
    "coalesce(o.value, 'none'), ' -> ', coalesce(n.value, 'none')), ', ' "
    "ORDER BY key), '') FROM jsonb_each_text($1::jsonb) AS o "
    "JOIN jsonb_each_text($2::jsonb) AS n USING (key) "
    "WHERE o.value IS DISTINCT FROM n.value AND key <> 'meta_version'");

/* What the database would not have, in the words of the input. */
static const struct {
	const char *constraint, *member, *text;
} refusals[] = {
	{ "venue_zone_known", ".time_zone",
	    "this must be an IANA time zone "
	    "as Asia/Seoul" },
	{ "performance_revision_kept", ".revision",
	    "seats of this performance "
	    "were promised already, so it keeps its hall revision: leave out "
	    "\"revision\", or give the new plan to a performance with another "
	    "key" },
	{ "price_list_default", ".ticket_types",
	    "tickets of this performance were promised already, so its default "
	    "ticket type stays what it is" },
};

int
load_refuse(struct load *load, const char *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	load->error->at = at;
	load->error->text = arena_vprintf(load->a, fmt, ap);
	va_end(ap);
	return LOAD_E_REFUSED;
}

static int
refuse_constraint(struct load *load, const char *at)
{
	const char *name = db_constraint(load->ctx->primary);

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
		if (span_eq_str(span_str(name), refusals[i].constraint))
			return load_refuse(load,
			    arena_printf(load->a, "%s%s", at,
				refusals[i].member),
			    "%s", refusals[i].text);
	return load_refuse(load, at, "the database refuses this (%s)", name);
}

int
load_run(struct load *load, const char *at, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *rows)
{
	int r = db_run(load->ctx->primary, load->a, sql, n_params, params,
	    rows);

	if (r == DB_E_CONSTRAINT)
		return refuse_constraint(load, at);
	/* Somebody else's transaction was in the way for too long. */
	return r > 0 ? DB_F_TIMEOUT : r;
}

void
load_note(struct load *load, bool warning, const char *fmt, ...)
{
	struct load_note *note = ARENA_NEW(load->a, struct load_note);
	va_list ap;

	va_start(ap, fmt);
	note->text = arena_vprintf(load->a, fmt, ap);
	va_end(ap);
	note->next = NULL;
	note->warning = warning;
	*load->report->notes_end = note;
	load->report->notes_end = &note->next;
}

int
load_note_change(struct load *load, const char *at, const char *what,
    struct span key, struct span old, struct span new)
{
	struct db_param params[] = {
		db_text(load->a, old),
		db_text(load->a, new),
	};
	struct db_rows rows;
	int r = load_run(load, at, &sql_load_difference, 2, params, &rows);

	if (r == LOAD_OK)
		load_note(load, false, "%s %s: %s", what,
		    arena_str(load->a, key),
		    arena_str(load->a, db_cell(&rows, 0, 0)));
	return r;
}

int
load_upsert(struct load *load, const char *at, const struct load_upsert *how,
    const struct db_param *params, int64_t *id, struct load_count *count)
{
	struct db_rows rows;
	struct span old = SPAN_NONE, key = how->key;
	int r = load_run(load, at, how->find, how->n_key, params, &rows);
	bool found = r == LOAD_OK && rows.n_rows > 0;

	if (r != LOAD_OK)
		return r;
	if (!found)
		r = load_run(load, at, how->make, how->n_params, params, &rows);
	if (r != LOAD_OK)
		return r;
	*id = db_get_i64(&rows, 0, 0);
	if (!found) {
		count->n_new++;
		load_note(load, false, "%s %s: new", how->what,
		    arena_str(load->a, key));
		return LOAD_OK;
	}
	old = db_cell(&rows, 0, 1);
	r = load_run(load, at, how->change, how->n_params, params, &rows);
	if (r != LOAD_OK || rows.n_rows == 0) {
		count->n_same += r == LOAD_OK;
		return r;
	}
	count->n_changed++;
	return load_note_change(load, at, how->what, key, old,
	    db_cell(&rows, 0, 0));
}

static int
load_show(struct load *load, const struct load_show *show)
{
	const struct load_upsert how = { &sql_load_show_find,
		&sql_load_show_make, &sql_load_show_change, 1, 10, "show",
		show->key };
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
	int64_t id;

	return load_upsert(load, show->at, &how, params, &id,
	    &load->report->shows);
}

static int
load_hall(struct load *load, const struct load_hall *hall, int64_t venue_id)
{
	const struct load_upsert how = { &sql_load_hall_find,
		&sql_load_hall_make, &sql_load_hall_change, 2, 4, "hall",
		hall->key };
	struct arena *a = load->a;
	struct db_param params[] = {
		db_i64(a, venue_id),
		db_text(a, hall->key),
		db_text(a, hall->name[LANG_KO]),
		db_text(a, hall->name[LANG_EN]),
	};
	int64_t id;
	int r = load_upsert(load, hall->at, &how, params, &id,
	    &load->report->halls);

	if (r != LOAD_OK || hall->plan == NULL)
		return r;
	return load_plan(load, hall, id);
}

static int
load_venue(struct load *load, const struct load_venue *venue)
{
	const struct load_upsert how = { &sql_load_venue_find,
		&sql_load_venue_make, &sql_load_venue_change, 1, 6, "venue",
		venue->key };
	struct arena *a = load->a;
	struct db_param params[] = {
		db_text(a, venue->key),
		db_text(a, venue->name[LANG_KO]),
		db_text(a, venue->name[LANG_EN]),
		db_text(a, venue->address[LANG_KO]),
		db_text(a, venue->address[LANG_EN]),
		db_text(a, venue->time_zone),
	};
	int64_t id;
	int r = load_upsert(load, venue->at, &how, params, &id,
	    &load->report->venues);

	for (size_t i = 0; r == LOAD_OK && i < venue->n_halls; i++)
		r = load_hall(load, &venue->halls[i], id);
	return r;
}

static int
load_all(struct load *load)
{
	const struct load_file *file = load->file;
	int r = load_run(load, "", &sql_load_lock, 0, NULL, NULL);

	for (size_t i = 0; r == LOAD_OK && i < file->n_shows; i++)
		r = load_show(load, &file->shows[i]);
	for (size_t i = 0; r == LOAD_OK && i < file->n_venues; i++)
		r = load_venue(load, &file->venues[i]);
	for (size_t i = 0; r == LOAD_OK && i < file->n_performances; i++)
		r = load_performance(load, &file->performances[i]);
	return r != LOAD_OK ? r : load_check_halls(load);
}

static size_t
count_halls(const struct load_file *file)
{
	size_t n = 0;

	for (size_t i = 0; i < file->n_venues; i++)
		n += file->venues[i].n_halls;
	return n;
}

int
load_apply(struct ctx *ctx, const struct load_file *file, enum load_how how,
    struct load_report *report, struct load_error *error)
{
	struct load load = { .ctx = ctx,
		.a = &ctx->arena,
		.file = file,
		.report = report,
		.error = error,
		.planned = ARENA_ARRAY(&ctx->arena, count_halls(file),
		    struct load_planned) };
	int r;

	*report = (struct load_report){ 0 };
	report->notes_end = &report->notes;
	*error = (struct load_error){ "", "" };
	r = db_begin(ctx->primary);
	if (r != DB_OK)
		return r;
	r = load_all(&load);
	if (r != LOAD_OK || how == LOAD_DRY) {
		db_rollback(ctx->primary);
		return r;
	}
	r = db_commit(ctx->primary);
	assert(r <= 0); /* no constraint of ours is deferred */
	return r;
}
