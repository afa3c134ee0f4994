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

#include "base/clock.h"

#include <assert.h>

SQL(load_lock, "SELECT pg_advisory_xact_lock(hashtext('boxoffice load'))");

/* What differs of two rows, in words. */
SQL(load_difference,
    "SELECT coalesce(string_agg(concat(key, ' ', "
    "coalesce(o.value, 'none'), ' -> ', coalesce(n.value, 'none')), ', ' "
    "ORDER BY key), '') FROM jsonb_each_text($1::jsonb) AS o "
    "JOIN jsonb_each_text($2::jsonb) AS n USING (key) "
    "WHERE o.value IS DISTINCT FROM n.value");

/* What the database would not have, in the words of the input. */
static const struct {
	const char *constraint, *member, *text;
} refusals[] = {
	{ "shows_key_key", "key", "another show has this key" },
	{ "venues_key_key", "key", "another venue has this key" },
	{ "halls_venue_id_key_key", "key",
	    "another hall of the venue has this key" },
	{ "performances_key_key", "key", "another performance has this key" },
	{ "never_deleted", "", "it is on sale, or was promised to somebody" },
	{ "venue_zone_known", "time_zone",
	    "this must be an IANA time zone "
	    "as Asia/Seoul" },
	{ "performance_revision_kept", "revision",
	    "seats of this performance "
	    "were promised already, so it keeps its hall revision: leave out "
	    "\"revision\", or give the new plan to a performance with another "
	    "key" },
	{ "price_list_default", "ticket_types",
	    "tickets of this performance were promised already, so its default "
	    "ticket type stays what it is" },
	{ "queue_mode_kept", "queue_mode",
	    "people stand in its line, or its lobby has opened: \"queue_mode\" "
	    "and \"queue_beacon\" stay what they are" },
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

const char *
load_member(struct load *load, const char *at, const char *name)
{
	return at[0] == '\0' ? name : arena_printf(load->a, "%s.%s", at, name);
}

static int
refuse_constraint(struct load *load, const char *at)
{
	const char *name = db_constraint(load->ctx->primary);

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
		if (span_eq_str(span_str(name), refusals[i].constraint))
			return load_refuse(load,
			    load_member(load, at, refusals[i].member), "%s",
			    refusals[i].text);
	return load_refuse(load, at, "the database refuses this (%s)", name);
}

int
load_run(struct load *load, const char *at, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *rows)
{
	int r;

	if (load->until_us != 0 && clock_mono_us() > load->until_us)
		return LOAD_E_LATE;
	r = db_run(load->ctx->primary, load->a, sql, n_params, params, rows);
	if (r == DB_E_CONSTRAINT)
		return refuse_constraint(load, at);
	/* Somebody else's transaction was in the way for too long. */
	return r > 0 ? DB_F_TIMEOUT : r;
}

static void
add_note(struct load_report *report, struct arena *a, bool warning,
    const char *text)
{
	struct load_note *note = ARENA_NEW(a, struct load_note);

	*note = (struct load_note){ NULL, text, warning };
	*report->notes_end = note;
	report->notes_end = &note->next;
}

void
load_note(struct load *load, bool warning, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_note(load->report, load->a, warning,
	    arena_vprintf(load->a, fmt, ap));
	va_end(ap);
}

void
load_warn(struct arena *a, struct load_report *report, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_note(report, a, true, arena_vprintf(a, fmt, ap));
	va_end(ap);
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

void
load_changed(struct load *load, const char *what, int64_t id,
    struct span before, struct span after)
{
	struct load_change *change = ARENA_NEW(load->a, struct load_change);

	*change = (struct load_change){ .what = what,
		.id = id,
		.before = before,
		.after = after };
	*load->report->changes_end = change;
	load->report->changes_end = &change->next;
}

void
load_over(struct load *load, int64_t id)
{
	struct load_change *change = ARENA_NEW(load->a, struct load_change);

	*change = (struct load_change){ .next = load->report->over,
		.what = "performance",
		.id = id };
	load->report->over = change;
}

/* ---- a load ---- */

int
load_begin(struct ctx *ctx, const struct load_by *by,
    struct load_report *report, struct load_error *error, struct load **out)
{
	struct load *load = ARENA_NEW(&ctx->arena, struct load);
	int r;

	*load = (struct load){ .ctx = ctx,
		.a = &ctx->arena,
		.user = by->user,
		.until_us = by->max_ms == 0
		    ? 0
		    : clock_mono_us() + by->max_ms * 1000,
		.report = report,
		.error = error };
	*report = (struct load_report){ 0 };
	report->notes_end = &report->notes;
	report->changes_end = &report->changes;
	*error = (struct load_error){ "", "" };
	*out = load;
	r = db_begin(ctx->primary);
	if (r != DB_OK)
		return r;
	r = load_run(load, "", &sql_load_lock, 0, NULL, NULL);
	if (r != LOAD_OK)
		db_rollback(ctx->primary);
	return r;
}

int
load_file(struct load *load, const struct load_file *file)
{
	int64_t id;
	int r = LOAD_OK;

	for (size_t i = 0; r == LOAD_OK && i < file->n_shows; i++)
		r = load_show(load, &file->shows[i], &id);
	for (size_t i = 0; r == LOAD_OK && i < file->n_venues; i++)
		r = load_venue(load, &file->venues[i], &id);
	for (size_t i = 0; r == LOAD_OK && i < file->n_performances; i++)
		r = load_performance(load, &file->performances[i], &id);
	return r != LOAD_OK ? r : load_check_halls(load);
}

int
load_end(struct load *load, int r, enum load_how how)
{
	if (r != LOAD_OK || how == LOAD_DRY) {
		db_rollback(load->ctx->primary);
		return r;
	}
	r = db_commit(load->ctx->primary);
	assert(r <= 0); /* no constraint of ours is deferred */
	return r;
}
