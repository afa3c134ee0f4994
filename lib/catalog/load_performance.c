/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_performance - one entry of the input: a performance or a schedule
 *
 * First where and what (hall, show, revision), then when (PostgreSQL knows
 * the venue's clock), then each performance by its key.
 *
 * Layer: domain.  Uses: base, store, plan, words.
 */
#include "catalog/load_step.h"

#define MINUTE_MS 60000

SQL(load_entry_hall,
    "SELECT h.id, v.time_zone FROM halls AS h JOIN venues AS v "
    "ON v.id = h.venue_id WHERE v.key = $1 AND h.key = $2");
SQL(load_entry_show, "SELECT id, running_minutes FROM shows WHERE key = $1");
SQL(load_entry_revision,
    "SELECT id FROM hall_revisions WHERE hall_id = $1 "
    "AND ($2::bigint = 0 OR revision = $2) ORDER BY revision DESC LIMIT 1");
/* Of each time whether the venue's clock leaves it out, and whether it shows
 * it twice: clocks are moved by half an hour, an hour or two.
 * $2 NULL: today at the venue. $6: bit 0 is Sunday. */
SQL(load_entry_times,
	"SELECT to_char(day, 'YYYY-MM-DD'), minute, " LOAD_MS_OF("(day "
	"+ make_interval(mins => minute)) AT TIME ZONE $1") ", "
	"(at AT TIME ZONE $1) AT TIME ZONE $1 <> at, "
	"EXISTS (SELECT FROM unnest('{30,60,120}'::int[]) AS m, "
	"unnest('{1,-1}'::int[]) AS way WHERE ((at AT TIME ZONE $1) + m * way "
	"* interval '1 minute') AT TIME ZONE $1 = at) FROM (SELECT "
	"coalesce($2::date, ($7::timestamptz AT TIME ZONE $1)::date) "
	"+ $3::int + n AS day FROM generate_series(0, $4::int - 1) AS n) "
	"AS d, unnest($5::int[]) AS minute, "
	"LATERAL (SELECT day + make_interval(mins => minute) AS at) AS t "
	"WHERE ($6::int >> extract(dow FROM day)::int) & 1 = 1 ORDER BY 3");

/* The first that is in the hall meanwhile, one at the same instant before all
 * others. */
SQL(load_entry_meets,
    "SELECT p.key, o.key, o.starts_at = p.starts_at FROM performances "
    "AS p JOIN hall_revisions AS r ON r.id = p.hall_revision_id "
    "JOIN hall_revisions AS s ON s.hall_id = r.hall_id "
    "JOIN performances AS o ON o.hall_revision_id = s.id "
    "WHERE p.id = $1 AND o.id <> p.id AND p.status <> 'cancelled' "
    "AND o.status <> 'cancelled' AND o.starts_at < p.ends_at "
    "AND o.ends_at > p.starts_at "
    "ORDER BY o.starts_at = p.starts_at DESC, o.id LIMIT 1");

static int
find_hall(struct load *load, struct load_entry *e)
{
	const struct load_performance *p = e->p;
	struct db_param params[] = {
		db_text(load->a, p->venue),
		db_text(load->a, p->hall),
	};
	struct db_rows rows;
	int r = load_run(load, p->at, &sql_load_entry_hall, 2, params, &rows);

	if (r != LOAD_OK)
		return r;
	if (rows.n_rows == 0)
		return load_refuse(load, load_member(load, p->at, "hall"),
		    "there is no hall \"%s\" in a venue \"%s\"",
		    arena_str(load->a, p->hall), arena_str(load->a, p->venue));
	e->hall_id = db_get_i64(&rows, 0, 0);
	e->zone = db_cell(&rows, 0, 1);
	return LOAD_OK;
}

static int
find_show(struct load *load, struct load_entry *e)
{
	struct db_param key = db_text(load->a, e->p->show);
	struct db_rows rows;
	int64_t minutes = e->p->running_minutes;
	int r = load_run(load, e->p->at, &sql_load_entry_show, 1, &key, &rows);

	if (r != LOAD_OK)
		return r;
	if (rows.n_rows == 0)
		return load_refuse(load, load_member(load, e->p->at, "show"),
		    "there is no show \"%s\"", arena_str(load->a, e->p->show));
	e->show_id = db_get_i64(&rows, 0, 0);
	if (minutes == 0)
		minutes = db_get_i64(&rows, 0, 1);
	e->running_ms = minutes * MINUTE_MS;
	return LOAD_OK;
}

/* number 0: the newest. */
static int
find_revision(struct load *load, const struct load_entry *e, int64_t number,
    int64_t *id)
{
	struct db_param params[] = {
		db_i64(load->a, e->hall_id),
		db_i64(load->a, number),
	};
	struct db_rows rows;
	int r = load_run(load, e->p->at, &sql_load_entry_revision, 2, params,
	    &rows);

	if (r != LOAD_OK)
		return r;
	if (rows.n_rows == 0)
		return load_refuse(load,
		    load_member(load, e->p->at,
			number == 0 ? "hall" : "revision"),
		    number == 0 ? "the hall has no plan"
				: "the hall has no such revision");
	*id = db_get_i64(&rows, 0, 0);
	return LOAD_OK;
}

/* The plan in the input decides for new performances; without one, the
 * newest that the hall has. */
static int
choose_revisions(struct load *load, struct load_entry *e)
{
	int r = LOAD_OK;

	for (const struct load_planned *p = load->planned;
	     e->planned_id == 0 && p != NULL; p = p->next)
		if (p->hall_id == e->hall_id)
			e->planned_id = p->revision_id;
	if (e->planned_id == 0)
		r = find_revision(load, e, 0, &e->planned_id);
	if (e->p->revision == LOAD_REVISION_NEWEST)
		e->asked_id = e->planned_id;
	else if (r == LOAD_OK && e->p->revision != LOAD_REVISION_KEPT)
		r = find_revision(load, e, e->p->revision, &e->asked_id);
	return r;
}

/* ---- when ---- */

static int
find_times(struct load *load, const struct load_entry *e, struct db_rows *rows)
{
	const struct load_performance *p = e->p;
	struct arena *a = load->a;
	struct db_param params[] = {
		db_text(a, e->zone),
		db_text(a, p->day),
		db_i64(a, p->day_offset),
		db_i64(a, p->n_days),
		db_i64s(a, p->minutes, p->n_minutes),
		db_i64(a, p->weekdays == 0 ? 0x7f : p->weekdays),
		db_time(a, load->ctx->now_ms),
	};

	return load_run(load, p->at, &sql_load_entry_times, ARRAY_LEN(params),
	    params, rows);
}

/* A time of the day that the clock leaves out, or has twice, is no time. */
static int
check_clock(struct load *load, const struct load_performance *p,
    const struct db_rows *rows, size_t i)
{
	bool gone = db_get_bool(rows, i, 3), twice = db_get_bool(rows, i, 4);
	int minute = (int)db_get_i64(rows, i, 1);

	if (!gone && !twice)
		return LOAD_OK;
	return load_refuse(load,
	    load_member(load, p->at, p->schedule ? "times" : "at"),
	    "on %s the clock of the venue %s "
	    "%02d:%02d: give that performance a starts_at with an offset",
	    arena_str(load->a, db_cell(rows, i, 0)),
	    gone ? "leaves out" : "shows twice", minute / 60, minute % 60);
}

static struct span
key_of(struct arena *a, const struct load_performance *p,
    const struct db_rows *rows, size_t i)
{
	int minute = (int)db_get_i64(rows, i, 1);

	if (!p->schedule)
		return p->key;
	return span_str(arena_printf(a, "%s@%sT%02d:%02d", arena_str(a, p->key),
	    db_cell(rows, i, 0).p, minute / 60, minute % 60));
}

static int
load_dated(struct load *load, struct load_entry *e, const struct db_rows *rows,
    size_t i, int64_t *id)
{
	int r = check_clock(load, e->p, rows, i);

	return r != LOAD_OK ? r
			    : load_item(load, e, key_of(load->a, e->p, rows, i),
				db_get_i64(rows, i, 2), id);
}

int
load_performance(struct load *load, const struct load_performance *p,
    int64_t *id)
{
	struct load_entry e = { .p = p };
	struct db_rows rows;
	int r = find_hall(load, &e);

	*id = 0;
	if (r == LOAD_OK)
		r = find_show(load, &e);
	if (r == LOAD_OK)
		r = choose_revisions(load, &e);
	if (r == LOAD_OK && p->starts_at_given)
		return load_item(load, &e, p->key, p->starts_ms, id);
	if (r == LOAD_OK)
		r = find_times(load, &e, &rows);
	for (size_t i = 0; r == LOAD_OK && i < rows.n_rows; i++)
		r = load_dated(load, &e, &rows, i, id);
	return r;
}

/* ---- two in one hall ---- */

int
load_check_halls(struct load *load)
{
	int r = LOAD_OK;

	for (struct load_touched *t = load->touched; r == LOAD_OK && t != NULL;
	     t = t->next) {
		struct db_param id = db_i64(load->a, t->id);
		struct db_rows rows;

		r = load_run(load, t->at, &sql_load_entry_meets, 1, &id, &rows);
		if (r != LOAD_OK || rows.n_rows == 0)
			continue;
		if (db_get_bool(&rows, 0, 2))
			return load_refuse(load,
			    load_member(load, t->at, t->member),
			    "%s starts when %s "
			    "does in the same hall",
			    arena_str(load->a, db_cell(&rows, 0, 0)),
			    arena_str(load->a, db_cell(&rows, 0, 1)));
		load_note(load, true,
		    "%s%s%s and %s are in one hall at the "
		    "same time",
		    t->at, t->at[0] == '\0' ? "" : ": ",
		    arena_str(load->a, db_cell(&rows, 0, 0)),
		    arena_str(load->a, db_cell(&rows, 0, 1)));
	}
	return r;
}
