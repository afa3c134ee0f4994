/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_performance - make performances, or change what differs
 *
 * First where and what (hall, show, revision), then when (PostgreSQL knows
 * the venue's clock), then each performance by its key: price list, row,
 * announcement.
 *
 * Layer: domain.  Uses: base, store, plan, words.
 */
#include "catalog/load_step.h"

#include "base/clock.h"

#define MINUTE_MS 60000
#define MS_OF(time) "(extract(epoch FROM " time ") * 1000)::bigint"

static const struct sql sql_hall = { "load_performance_hall",
	"SELECT h.id, v.time_zone FROM halls AS h JOIN venues AS v "
	"ON v.id = h.venue_id WHERE v.key = $1 AND h.key = $2" };
static const struct sql sql_show = { "load_performance_show",
	"SELECT id, running_minutes FROM shows WHERE key = $1" };
static const struct sql sql_revision = { "load_performance_revision",
	"SELECT id FROM hall_revisions WHERE hall_id = $1 "
	"AND ($2 = 0 OR revision = $2::int) ORDER BY revision DESC LIMIT 1" };
static const struct sql sql_classes = { "load_performance_classes",
	"SELECT key FROM price_classes WHERE hall_revision_id = $1 "
	"ORDER BY class_no" };
/* $2 NULL: today at the venue. $6: bit 0 is Sunday. */
static const struct sql sql_times = { "load_performance_times",
	"SELECT to_char(day, 'YYYY-MM-DD'), minute, " MS_OF("(day + "
	"make_interval(mins => minute)) AT TIME ZONE $1") " FROM (SELECT "
	"coalesce($2::date, ($7::timestamptz AT TIME ZONE $1)::date) "
	"+ $3::int + n AS day FROM generate_series(0, $4::int - 1) AS n) "
	"AS d, unnest($5::int[]) AS minute "
	"WHERE ($6::int >> extract(dow FROM day)::int) & 1 = 1 ORDER BY 3" };

static const struct sql sql_find = { "load_performance_find",
	"SELECT p.id, r.hall_id, r.id, " MS_OF("p.starts_at") ", "
	MS_OF("p.sales_open_at") ", " MS_OF("p.sales_close_at") ", "
	"p.status = 'open' AND p.sales_open_at <= $2::timestamptz "
	"AND p.sales_close_at > $2::timestamptz, p.currency, p.price_version, "
	"(SELECT coalesce(max(version), 0) FROM prices "
	"WHERE performance_id = p.id), ARRAY(SELECT amount FROM prices "
	"WHERE performance_id = p.id AND version = p.price_version "
	"ORDER BY class_no) FROM performances AS p "
	"JOIN hall_revisions AS r ON r.id = p.hall_revision_id "
	"WHERE p.key = $1 FOR UPDATE OF p" };
static const struct sql sql_make = { "load_performance_make",
	"INSERT INTO performances (key, show_id, hall_revision_id, status, "
	"starts_at, ends_at, sales_open_at, sales_close_at, queue_mode, "
	"max_seats_per_user, hold_seconds, currency, price_version) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "
	"RETURNING id" };
static const struct sql sql_change = { "load_performance_change",
	"UPDATE performances SET show_id = $2, hall_revision_id = $3, "
	"status = $4, starts_at = $5, ends_at = $6, sales_open_at = $7, "
	"sales_close_at = $8, queue_mode = $9, max_seats_per_user = $10, "
	"hold_seconds = $11, currency = $12, price_version = $13, "
	"meta_version = meta_version + 1 WHERE key = $1 AND (show_id, "
	"hall_revision_id, status, starts_at, ends_at, sales_open_at, "
	"sales_close_at, queue_mode, max_seats_per_user, hold_seconds, "
	"currency, price_version) IS DISTINCT FROM ($2::bigint, $3::bigint, "
	"$4, $5::timestamptz, $6::timestamptz, $7::timestamptz, "
	"$8::timestamptz, $9, $10::int, $11::int, $12, $13::int)" };
static const struct sql sql_prices = { "load_performance_prices",
	"INSERT INTO prices (performance_id, version, class_no, amount) "
	"SELECT $1, $2, class_no, amount FROM unnest($3::bigint[]) "
	"WITH ORDINALITY AS list (amount, class_no)" };
static const struct sql sql_notify = { "load_performance_notify",
	"SELECT pg_notify('boxoffice_meta', $1::bigint::text)" };

/* What all performances of one entry share. */
struct entry {
	const struct load_performance *p;
	int64_t hall_id, show_id, running_ms;
	struct span zone;
	int64_t planned_id;	/* the revision for new ones */
	int64_t asked_id;	/* the one asked for, or 0 */
	int64_t priced_id;	/* the revision amounts are for, or 0 */
	int64_t *amounts;	/* by class_no - 1 */
	size_t n_amounts;
};

/* What is there already under the key; id 0: nothing. */
struct existing {
	int64_t id, hall_id, revision_id;
	int64_t starts_ms, sales_open_ms, sales_close_ms;
	bool on_sale;
	struct span currency;
	int64_t price_version, last_version;
	int64_t *amounts;
	size_t n_amounts;
};

/* What is to be there. */
struct wanted {
	struct span key;
	int64_t revision_id, price_version;
	int64_t starts_ms, sales_open_ms, sales_close_ms;
};

/* ---- where and what ---- */

static int
find_hall(struct load *load, struct entry *e)
{
	const struct load_performance *p = e->p;
	struct db_param params[] = {
		db_text(load->a, p->venue),
		db_text(load->a, p->hall),
	};
	struct db_rows rows;
	int r = load_run(load, p->at, &sql_hall, 2, params, &rows);

	if (r != LOAD_OK)
		return r;
	if (rows.n_rows == 0)
		return load_refuse(load, p->at,
		    "there is no hall \"%s\" in a venue \"%s\"",
		    arena_str(load->a, p->hall), arena_str(load->a, p->venue));
	e->hall_id = db_get_i64(&rows, 0, 0);
	e->zone = db_cell(&rows, 0, 1);
	return LOAD_OK;
}

static int
find_show(struct load *load, struct entry *e)
{
	struct db_param key = db_text(load->a, e->p->show);
	struct db_rows rows;
	int64_t minutes = e->p->running_minutes;
	int r = load_run(load, e->p->at, &sql_show, 1, &key, &rows);

	if (r != LOAD_OK)
		return r;
	if (rows.n_rows == 0)
		return load_refuse(load, e->p->at, "there is no show \"%s\"",
		    arena_str(load->a, e->p->show));
	e->show_id = db_get_i64(&rows, 0, 0);
	if (minutes == 0)
		minutes = db_get_i64(&rows, 0, 1);
	e->running_ms = minutes * MINUTE_MS;
	return LOAD_OK;
}

/* number 0: the newest. */
static int
find_revision(struct load *load, const struct entry *e, int64_t number,
    int64_t *id)
{
	struct db_param params[] = {
		db_i64(load->a, e->hall_id),
		db_i64(load->a, number),
	};
	struct db_rows rows;
	int r = load_run(load, e->p->at, &sql_revision, 2, params, &rows);

	if (r != LOAD_OK)
		return r;
	if (rows.n_rows == 0)
		return load_refuse(load, e->p->at, number == 0 ?
		    "the hall has no plan" : "the hall has no such revision");
	*id = db_get_i64(&rows, 0, 0);
	return LOAD_OK;
}

/* The plan in the input decides for new performances; without one, the
 * newest that the hall has. */
static int
choose_revisions(struct load *load, struct entry *e)
{
	int r = LOAD_OK;

	for (size_t i = 0; i < load->n_planned; i++)
		if (load->planned[i].hall_id == e->hall_id)
			e->planned_id = load->planned[i].revision_id;
	if (e->planned_id == 0)
		r = find_revision(load, e, 0, &e->planned_id);
	if (e->p->revision == LOAD_REVISION_NEWEST)
		e->asked_id = e->planned_id;
	else if (r == LOAD_OK && e->p->revision != LOAD_REVISION_KEPT)
		r = find_revision(load, e, e->p->revision, &e->asked_id);
	return r;
}

/* ---- prices ---- */

static int
take_price(struct load *load, struct entry *e, const struct db_rows *classes,
    size_t i)
{
	struct span key = db_cell(classes, i, 0);

	for (size_t k = 0; k < e->p->n_prices; k++)
		if (span_eq(e->p->prices[k].price_class, key)) {
			e->amounts[i] = e->p->prices[k].amount;
			return LOAD_OK;
		}
	return load_refuse(load, e->p->at, "prices lacks \"%s\", a price "
	    "class of the hall's revision", arena_str(load->a, key));
}

/* Which input price is of no class of the revision. */
static int
refuse_price(struct load *load, struct entry *e, const struct db_rows *classes)
{
	for (size_t k = 0; k < e->p->n_prices; k++) {
		const struct load_price *price = &e->p->prices[k];
		bool known = false;

		for (size_t i = 0; i < classes->n_rows; i++)
			known |= span_eq(db_cell(classes, i, 0),
			    price->price_class);
		if (!known)
			return load_refuse(load, price->at,
			    "the hall's revision has no such price class");
	}
	return load_refuse(load, e->p->at, "prices names a class twice");
}

/* The amounts by class of a revision, as the input has them. */
static int
take_prices(struct load *load, struct entry *e, int64_t revision_id)
{
	struct db_param id = db_i64(load->a, revision_id);
	struct db_rows rows;
	int r;

	if (e->priced_id == revision_id)
		return LOAD_OK;
	r = load_run(load, e->p->at, &sql_classes, 1, &id, &rows);
	if (r != LOAD_OK)
		return r;
	e->n_amounts = rows.n_rows;
	e->amounts = ARENA_ARRAY(load->a, rows.n_rows, int64_t);
	for (size_t i = 0; r == LOAD_OK && i < rows.n_rows; i++)
		r = take_price(load, e, &rows, i);
	if (r == LOAD_OK && e->p->n_prices != rows.n_rows)
		r = refuse_price(load, e, &rows);
	e->priced_id = revision_id;
	return r;
}

static bool
same_prices(const struct entry *e, const struct existing *old)
{
	if (old->n_amounts != e->n_amounts ||
	    !span_eq(old->currency, e->p->currency))
		return false;
	for (size_t i = 0; i < e->n_amounts; i++)
		if (old->amounts[i] != e->amounts[i])
			return false;
	return true;
}

static int
add_prices(struct load *load, const struct entry *e, int64_t id,
    int64_t version)
{
	struct db_param params[] = {
		db_i64(load->a, id),
		db_i64(load->a, version),
		db_i64s(load->a, e->amounts, e->n_amounts),
	};

	load->report->n_prices++;
	return load_run(load, e->p->at, &sql_prices, 3, params, NULL);
}

/* ---- one performance ---- */

static int
find_existing(struct load *load, const struct entry *e, struct span key,
    struct existing *out)
{
	struct db_param params[] = {
		db_text(load->a, key),
		db_time(load->a, load->ctx->now_ms),
	};
	struct db_rows rows;
	int r = load_run(load, e->p->at, &sql_find, 2, params, &rows);

	*out = (struct existing){ 0 };
	if (r != LOAD_OK || rows.n_rows == 0)
		return r;
	out->id = db_get_i64(&rows, 0, 0);
	out->hall_id = db_get_i64(&rows, 0, 1);
	out->revision_id = db_get_i64(&rows, 0, 2);
	out->starts_ms = db_get_i64(&rows, 0, 3);
	out->sales_open_ms = db_get_i64(&rows, 0, 4);
	out->sales_close_ms = db_get_i64(&rows, 0, 5);
	out->on_sale = db_get_bool(&rows, 0, 6);
	out->currency = db_cell(&rows, 0, 7);
	out->price_version = db_get_i64(&rows, 0, 8);
	out->last_version = db_get_i64(&rows, 0, 9);
	out->amounts = db_get_i64s(load->a, &rows, 0, 10, &out->n_amounts);
	return LOAD_OK;
}

/* old_ms is what a performance that exists keeps of a time relative to now. */
static int64_t
resolve(const struct load *load, struct load_time time, bool exists,
    int64_t old_ms, int64_t starts_ms)
{
	switch (time.base) {
	case LOAD_TIME_AT:
		return time.ms;
	case LOAD_TIME_START:
		return starts_ms + time.ms;
	default:
		return exists ? old_ms : load->ctx->now_ms + time.ms;
	}
}

static int
want_times(struct load *load, const struct entry *e,
    const struct existing *old, struct wanted *w)
{
	const struct load_performance *p = e->p;
	bool exists = old->id != 0;
	struct load_time close = p->sales_close;

	if (exists && !p->schedule && !p->starts_at_given && !span_is(p->day))
		w->starts_ms = old->starts_ms;
	if (close.base == LOAD_TIME_PRESET)
		close.base = LOAD_TIME_START;
	w->sales_open_ms = resolve(load, p->sales_open, exists,
	    old->sales_open_ms, w->starts_ms);
	w->sales_close_ms = resolve(load, close, exists, old->sales_close_ms,
	    w->starts_ms);
	if (w->sales_close_ms > w->sales_open_ms)
		return LOAD_OK;
	return load_refuse(load, p->at, "sales of %s end (%s) before they "
	    "begin (%s)", arena_str(load->a, w->key),
	    clock_rfc3339(load->a, w->sales_close_ms),
	    clock_rfc3339(load->a, w->sales_open_ms));
}

static int
want_revision(struct load *load, const struct entry *e,
    const struct existing *old, struct wanted *w)
{
	bool keeps = old->id != 0 && old->hall_id == e->hall_id &&
	    e->asked_id == 0;

	w->revision_id = e->asked_id != 0 ? e->asked_id : e->planned_id;
	if (keeps) {
		load->report->n_kept += old->revision_id != w->revision_id;
		w->revision_id = old->revision_id;
	}
	if (old->id == 0 || old->revision_id == w->revision_id ||
	    !old->on_sale)
		return LOAD_OK;
	return load_refuse(load, e->p->at, "%s is on sale, so it keeps its "
	    "hall revision: close its sale first", arena_str(load->a, w->key));
}

static int
want(struct load *load, struct entry *e, const struct existing *old,
    struct wanted *w)
{
	int r = want_times(load, e, old, w);

	if (r == LOAD_OK)
		r = want_revision(load, e, old, w);
	if (r == LOAD_OK)
		r = take_prices(load, e, w->revision_id);
	if (r != LOAD_OK)
		return r;
	w->price_version = old->id != 0 && same_prices(e, old) ?
	    old->price_version : old->last_version + 1;
	return LOAD_OK;
}

static int
write_row(struct load *load, const struct entry *e, const struct wanted *w,
    const struct sql *sql, struct db_rows *rows)
{
	const struct load_performance *p = e->p;
	struct arena *a = load->a;
	int64_t seats_max = p->seats_max == 0 ?
	    load->ctx->set.seats_per_user : p->seats_max;
	struct db_param params[] = {
		db_text(a, w->key),
		db_i64(a, e->show_id),
		db_i64(a, w->revision_id),
		db_str(performance_statuses[p->status]),
		db_time(a, w->starts_ms),
		db_time(a, w->starts_ms + e->running_ms),
		db_time(a, w->sales_open_ms),
		db_time(a, w->sales_close_ms),
		db_str(queue_modes[p->queue_mode]),
		db_i64(a, seats_max),
		p->hold_s == 0 ? db_str(NULL) : db_i64(a, p->hold_s),
		db_text(a, p->currency),
		db_i64(a, w->price_version),
	};

	return load_run(load, p->at, sql, ARRAY_LEN(params), params, rows);
}

static int
make(struct load *load, const struct entry *e, const struct wanted *w)
{
	struct db_rows rows;
	int r = write_row(load, e, w, &sql_make, &rows);

	if (r != LOAD_OK)
		return r;
	load->report->performances.n_new++;
	return add_prices(load, e, db_get_i64(&rows, 0, 0), w->price_version);
}

static int
change(struct load *load, const struct entry *e, const struct existing *old,
    const struct wanted *w)
{
	struct db_param id = db_i64(load->a, old->id);
	struct db_rows rows;
	int r = LOAD_OK;

	if (w->price_version != old->price_version)
		r = add_prices(load, e, old->id, w->price_version);
	if (r == LOAD_OK)
		r = write_row(load, e, w, &sql_change, &rows);
	if (r != LOAD_OK)
		return r;
	if (rows.n_affected == 0) {
		load->report->performances.n_same++;
		return LOAD_OK;
	}
	load->report->performances.n_changed++;
	return load_run(load, e->p->at, &sql_notify, 1, &id, NULL);
}

static int
load_one(struct load *load, struct entry *e, struct span key,
    int64_t starts_ms)
{
	struct wanted w = { .key = key, .starts_ms = starts_ms };
	struct existing old;
	int r = find_existing(load, e, key, &old);

	if (r == LOAD_OK)
		r = want(load, e, &old, &w);
	if (r != LOAD_OK)
		return r;
	return old.id == 0 ? make(load, e, &w) : change(load, e, &old, &w);
}

/* ---- when ---- */

static int
find_times(struct load *load, const struct entry *e, struct db_rows *rows)
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

	return load_run(load, p->at, &sql_times, ARRAY_LEN(params), params,
	    rows);
}

static struct span
key_of(struct arena *a, const struct load_performance *p,
    const struct db_rows *rows, size_t i)
{
	int minute = (int)db_get_i64(rows, i, 1);

	if (!p->schedule)
		return p->key;
	return span_str(arena_printf(a, "%s@%sT%02d:%02d",
	    arena_str(a, p->key), db_cell(rows, i, 0).p, minute / 60,
	    minute % 60));
}

int
load_performance(struct load *load, const struct load_performance *p)
{
	struct entry e = { .p = p };
	struct db_rows rows;
	int r = find_hall(load, &e);

	if (r == LOAD_OK)
		r = find_show(load, &e);
	if (r == LOAD_OK)
		r = choose_revisions(load, &e);
	if (r == LOAD_OK && p->starts_at_given)
		return load_one(load, &e, p->key, p->starts_ms);
	if (r == LOAD_OK)
		r = find_times(load, &e, &rows);
	for (size_t i = 0; r == LOAD_OK && i < rows.n_rows; i++)
		r = load_one(load, &e, key_of(load->a, p, &rows, i),
		    db_get_i64(&rows, i, 2));
	return r;
}
