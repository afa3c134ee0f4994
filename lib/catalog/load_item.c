/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_item - one performance: make it, or change what differs
 *
 * What it is to be is worked out from the input and from what is there: a
 * performance keeps its revision, and times that are relative to now.
 *
 * Layer: domain.  Uses: base, store, plan, words.
 */
#include "catalog/load_step.h"

#include "base/clock.h"

#define DAY_MS INT64_C(86400000)

SQL(load_item_find,
	"SELECT p.id, r.hall_id, r.id, " LOAD_MS_OF("p.starts_at") ", "
	LOAD_MS_OF("p.sales_open_at") ", " LOAD_MS_OF("p.sales_close_at") ", "
	"p.status = 'open' AND p.sales_open_at <= $2::timestamptz "
	"AND p.sales_close_at > $2::timestamptz, p.currency, p.price_version, "
	"(SELECT coalesce(max(version), 0) FROM prices "
	"WHERE performance_id = p.id), ARRAY(SELECT amount FROM prices "
	"WHERE performance_id = p.id AND version = p.price_version "
	"AND type_no = 0 ORDER BY class_no), performance_promised(p.id), "
	"performance_row(p), p.meta_version, " LOAD_PRICES_TYPES
	" FROM performances AS p "
	"JOIN hall_revisions AS r ON r.id = p.hall_revision_id "
	"WHERE p.id = coalesce(nullif($3::bigint, 0), (SELECT id "
	"FROM performances WHERE key = $1)) FOR UPDATE OF p");
SQL(load_item_row,
    "SELECT performance_row(p) FROM performances AS p WHERE id = $1");
SQL(load_item_may_become, "SELECT performance_may_become($1, $2)");
/* Sections are named by their keys, since another plan numbers them anew. */
#define SECTION_NUMBERS(keys) \
	"ARRAY(SELECT section_no FROM sections AS n " \
	"WHERE n.hall_revision_id = $3 AND n.key = ANY (" keys \
	") " \
	"ORDER BY section_no)"
#define CLOSED_SECTIONS \
	SECTION_NUMBERS( \
	    "coalesce($19::text[], " \
	    "ARRAY(SELECT o.key FROM sections AS o WHERE o.hall_revision_id = " \
	    "performances.hall_revision_id AND o.section_no = " \
	    "ANY (performances.closed_sections)))")
#define QUEUE_COLUMNS \
	"queue_active_limit, queue_per_minute, queue_grace_s, queue_claim_s, " \
	"queue_pass_s, queue_lobby_s, queue_beacon"
/* What is not said is the preset of the schema, or stays. */
#define QUEUE_MADE \
	"coalesce($20::int, 100), coalesce($21::int, 0), " \
	"coalesce($22::int, 300), coalesce($23::int, 150), " \
	"coalesce($24::int, 600), coalesce($25::int, 1800), " \
	"nullif($26::text, '')"
#define QUEUE_CHANGED \
	"coalesce($20::int, queue_active_limit), " \
	"coalesce($21::int, queue_per_minute), " \
	"coalesce($22::int, queue_grace_s), " \
	"coalesce($23::int, queue_claim_s), coalesce($24::int, queue_pass_s), " \
	"coalesce($25::int, queue_lobby_s), " \
	"nullif(coalesce($26::text, queue_beacon), '')"
SQL(load_item_make,
    "INSERT INTO performances (key, show_id, hall_revision_id, status, "
    "starts_at, ends_at, sales_open_at, sales_close_at, queue_mode, "
    "max_seats_per_user, hold_seconds, currency, price_version, "
    "seat_rules, lone_seat_percent, lone_seat_minutes, "
    "accessible_percent, accessible_minutes, closed_sections, " QUEUE_COLUMNS
    ", refund_policy, moves, transfers, changed_by) "
    "VALUES ($1, $2, $3, coalesce($4, 'open'), $5, $6, $7, $8, coalesce($9, 'off'), $10, "
    "$11, $12, $13, $14, $15, $16, $17, $18, " SECTION_NUMBERS(
	"$19::text[]") ", " QUEUE_MADE
		       ", $27, coalesce($28, 'off'), coalesce($29, 'off'), $30) RETURNING id");
SQL(load_item_sections,
    "SELECT k FROM unnest($2::text[]) AS k WHERE NOT EXISTS (SELECT "
    "FROM sections WHERE hall_revision_id = $1 AND key = k) LIMIT 1");
SQL(load_item_change,
    "UPDATE performances SET key = $1, show_id = $2, hall_revision_id = $3, "
    "status = coalesce($4, status), starts_at = $5, ends_at = $6, sales_open_at = $7, "
    "sales_close_at = $8, queue_mode = coalesce($9, queue_mode), max_seats_per_user = $10, "
    "hold_seconds = $11, currency = $12, price_version = $13, "
    "seat_rules = $14, lone_seat_percent = $15, lone_seat_minutes = $16, "
    "accessible_percent = $17, accessible_minutes = $18, "
    "closed_sections = " CLOSED_SECTIONS ", (" QUEUE_COLUMNS
    ") = ROW(" QUEUE_CHANGED
    "), refund_policy = $27, moves = coalesce($28, moves), "
    "transfers = coalesce($29, transfers), "
    "changed_by = $30 WHERE id = $31 AND (key, show_id, "
    "hall_revision_id, status, starts_at, ends_at, sales_open_at, "
    "sales_close_at, queue_mode, max_seats_per_user, hold_seconds, "
    "currency, price_version, seat_rules, lone_seat_percent, "
    "lone_seat_minutes, accessible_percent, accessible_minutes, "
    "closed_sections, " QUEUE_COLUMNS
    ", refund_policy, moves, transfers) IS DISTINCT FROM ($1, $2::bigint, $3::bigint, "
    "coalesce($4, status), $5::timestamptz, $6::timestamptz, $7::timestamptz, "
    "$8::timestamptz, coalesce($9, queue_mode), $10::int, $11::int, $12, $13::int, "
    "$14::text[], $15::smallint, $16::int, $17::smallint, $18::int, " CLOSED_SECTIONS
    ", " QUEUE_CHANGED
    ", $27::jsonb, coalesce($28, moves), coalesce($29, transfers)) "
    "RETURNING performance_row(performances)");
/* The day that "today" was when the performance was made, with another time of
 * the day: before six it is the night after, unless the time is said so. */
SQL(load_item_moved,
    "SELECT (extract(epoch FROM CASE WHEN extract(hour FROM old) * 60 + extract(minute FROM "
    "old) = $3::int % 1440 THEN $2::timestamptz ELSE (date_trunc('day', "
    "CASE WHEN $3::int < 360 THEN old ELSE old - interval '6 hours' END) "
    "+ make_interval(mins => $3::int)) AT TIME ZONE $1 END) "
    "* 1000)::bigint FROM (SELECT $2::timestamptz AT TIME ZONE $1 AS old) AS o");

static int
find_existing(struct load *load, const struct load_entry *e, struct span key,
    struct load_existing *out)
{
	const struct load_which *which = &e->p->which;
	struct db_param params[] = {
		db_text(load->a, key),
		db_time(load->a, load->ctx->now_ms),
		db_i64(load->a, which->id),
	};
	struct db_rows rows;
	int r;

	*out = (struct load_existing){ 0 };
	if (which->id == LOAD_NEW)
		return LOAD_OK;
	r = load_run(load, e->p->at, &sql_load_item_find, 3, params, &rows);
	if (r != LOAD_OK)
		return r;
	if (rows.n_rows == 0)
		return which->id == LOAD_BY_KEY ? LOAD_OK : LOAD_E_NONE;
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
	out->promised = db_get_bool(&rows, 0, 11);
	out->row = db_cell(&rows, 0, 12);
	out->version = db_get_i64(&rows, 0, 13);
	out->types = db_cell(&rows, 0, 14);
	return which->version == 0 || which->version == out->version
	    ? LOAD_OK
	    : LOAD_E_STALE;
}

/* old_ms is what a performance that exists keeps of a time relative to now,
 * where the same is loaded again. */
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

/*
 * When a performance is to start that was made for "today", or so many days
 * after it: on the day it was made for. For a performance that was promised
 * to somebody the start is a promise too.
 */
static int
want_start(struct load *load, const struct load_entry *e,
    const struct load_existing *old, struct load_wanted *w)
{
	const struct load_performance *p = e->p;
	bool relative = !p->schedule && !p->starts_at_given && !span_is(p->day);
	struct db_rows rows;
	int r = LOAD_OK;

	if (old->id == 0)
		return LOAD_OK;
	if (relative) {
		struct db_param params[] = {
			db_text(load->a, e->zone),
			db_time(load->a, old->starts_ms),
			db_i64(load->a, p->minutes[0]),
		};

		r = load_run(load, p->at, &sql_load_item_moved, 3, params,
		    &rows);
		if (r != LOAD_OK)
			return r;
		w->starts_ms = db_get_i64(&rows, 0, 0);
	}
	if (w->starts_ms == old->starts_ms || !old->promised)
		return LOAD_OK;
	return load_refuse(load,
	    load_member(load, p->at,
		p->starts_at_given ? "starts_at"
		    : relative     ? "at"
				   : "starts_on"),
	    "seats of %s were promised for %s, so it cannot start at %s",
	    arena_str(load->a, w->key), clock_rfc3339(load->a, old->starts_ms),
	    clock_rfc3339(load->a, w->starts_ms));
}

static int
want_times(struct load *load, const struct load_entry *e,
    const struct load_existing *old, struct load_wanted *w)
{
	const struct load_performance *p = e->p;
	bool exists = old->id != 0 && p->which.id == LOAD_BY_KEY;
	struct load_time open = p->sales_open, close = p->sales_close;
	int r = want_start(load, e, old, w);

	if (r != LOAD_OK)
		return r;
	if (close.base == LOAD_TIME_PRESET)
		close.base = LOAD_TIME_START;
	if (open.base == LOAD_TIME_PRESET)
		open.ms = MIN(0, w->starts_ms - DAY_MS - load->ctx->now_ms);
	w->sales_open_ms = resolve(load, open, exists, old->sales_open_ms,
	    w->starts_ms);
	w->sales_close_ms = resolve(load, close, exists, old->sales_close_ms,
	    w->starts_ms);
	if (w->sales_close_ms > w->sales_open_ms)
		return LOAD_OK;
	return load_refuse(load, load_member(load, p->at, "sales_close_at"),
	    "sales of %s end (%s) before they "
	    "begin (%s)",
	    arena_str(load->a, w->key),
	    clock_rfc3339(load->a, w->sales_close_ms),
	    clock_rfc3339(load->a, w->sales_open_ms));
}

static int
want_revision(struct load *load, const struct load_entry *e,
    const struct load_existing *old, struct load_wanted *w)
{
	bool keeps = old->id != 0 && old->hall_id == e->hall_id
	    && e->asked_id == 0;

	w->revision_id = e->asked_id != 0 ? e->asked_id : e->planned_id;
	if (keeps) {
		load->report->n_kept += old->revision_id != w->revision_id;
		w->revision_id = old->revision_id;
	}
	if (old->id == 0 || old->revision_id == w->revision_id || !old->on_sale)
		return LOAD_OK;
	return load_refuse(load, load_member(load, e->p->at, "revision"),
	    "%s is on sale, so it keeps its "
	    "hall revision: close its sale first",
	    arena_str(load->a, w->key));
}

/* Sections that are to be closed are there. */
static int
want_sections(struct load *load, const struct load_entry *e,
    const struct load_wanted *w)
{
	const struct span_list *keys = &e->p->closed_sections;
	const struct db_param params[] = {
		db_i64(load->a, w->revision_id),
		db_texts(load->a, keys->items, keys->n),
	};
	const char *at = load_member(load, e->p->at, "closed_sections");
	struct db_rows rows;
	int r;

	if (keys->n == 0)
		return LOAD_OK;
	r = load_run(load, at, &sql_load_item_sections, 2, params, &rows);
	if (r != LOAD_OK || rows.n_rows == 0)
		return r;
	return load_refuse(load, at, "the hall has no section \"%s\"",
	    arena_str(load->a, db_cell(&rows, 0, 0)));
}

/* A status that the one it has may become. */
static int
want_status(struct load *load, const struct load_entry *e,
    const struct load_existing *old, const struct load_wanted *w)
{
	const char *status = performance_statuses[e->p->status];
	const char *at = load_member(load, e->p->at, "status");
	const struct db_param params[] = { db_i64(load->a, old->id),
		db_str(status) };
	struct span said;
	struct db_rows rows;
	int r;

	if (old->id == 0 || !e->p->status_given)
		return LOAD_OK;
	r = load_run(load, at, &sql_load_item_may_become, 2, params, &rows);
	if (r != LOAD_OK)
		return r;
	said = db_cell(&rows, 0, 0);
	if (span_eq_str(said, "in-use")) {
		(void)load_refuse(load, at,
		    "seats of %s are owned, being paid for or held, so it "
		    "cannot be cancelled",
		    arena_str(load->a, w->key));
		return LOAD_E_USED;
	}
	if (span_eq_str(said, "move")) {
		(void)load_refuse(load, at, "%s cannot become %s",
		    arena_str(load->a, w->key), status);
		return LOAD_E_MOVE;
	}
	if (span_eq_str(said, "ok") && e->p->status == PERFORMANCE_CANCELLED)
		load_over(load, old->id);
	return LOAD_OK;
}

static int
want(struct load *load, struct load_entry *e, const struct load_existing *old,
    struct load_wanted *w)
{
	int r = want_times(load, e, old, w);

	if (r == LOAD_OK)
		r = want_status(load, e, old, w);
	if (r == LOAD_OK)
		r = want_revision(load, e, old, w);
	if (r == LOAD_OK)
		r = want_sections(load, e, w);
	if (r == LOAD_OK)
		r = load_prices_take(load, e, w->revision_id);
	if (r != LOAD_OK)
		return r;
	w->price_version = old->id != 0 && load_prices_same(e, old)
	    ? old->price_version
	    : old->last_version + 1;
	return LOAD_OK;
}

/* The words of the rules that are on. */
static struct db_param
rule_words(struct arena *a, const struct load_rule *rules)
{
	struct span words[N_SEAT_RULES];
	size_t n = 0;

	for (size_t i = 0; i < N_SEAT_RULES; i++)
		if (rules[i].on)
			words[n++] = span_str(seat_rules[i]);
	return db_texts(a, words, n);
}

/* A number, NULL where nothing is said. */
static struct db_param
said(struct arena *a, int64_t number)
{
	return number < 0 ? db_str(NULL) : db_i64(a, number);
}

/* id: of the row that is changed; 0: it is made. */
static int
write_row(struct load *load, const struct load_entry *e,
    const struct load_wanted *w, int64_t id, struct db_rows *rows)
{
	const struct load_performance *p = e->p;
	const struct load_rule *lone = &p->rules[SEAT_RULE_NO_LONE_SEAT];
	const struct load_rule *accessible =
	    &p->rules[SEAT_RULE_ACCESSIBLE_LAST];
	struct arena *a = load->a;
	int64_t seats_max = p->seats_max == 0 ? load->ctx->set.seats_per_user
					      : p->seats_max;
	struct db_param params[] = {
		db_text(a, w->key),
		db_i64(a, e->show_id),
		db_i64(a, w->revision_id),
		db_str(p->status_given ? performance_statuses[p->status]
				       : NULL),
		db_time(a, w->starts_ms),
		db_time(a, w->starts_ms + e->running_ms),
		db_time(a, w->sales_open_ms),
		db_time(a, w->sales_close_ms),
		db_str(p->queue_mode < 0 ? NULL : queue_modes[p->queue_mode]),
		db_i64(a, seats_max),
		p->hold_s == 0 ? db_str(NULL) : db_i64(a, p->hold_s),
		db_text(a, p->currency),
		db_i64(a, w->price_version),
		rule_words(a, p->rules),
		db_i64(a, lone->percent_left),
		db_i64(a, lone->minutes),
		db_i64(a, accessible->percent_left),
		db_i64(a, accessible->minutes),
		p->sections_given ? db_texts(a, p->closed_sections.items,
		    p->closed_sections.n)
				  : db_str(NULL),
		said(a, p->queue.active_limit),
		said(a, p->queue.per_minute),
		said(a, p->queue.grace_s),
		said(a, p->queue.claim_s),
		said(a, p->queue.pass_s),
		said(a, p->queue.lobby_s),
		db_text(a, p->queue.beacon),
		db_str(p->refund == NULL ? NULL
					 : refund_policy_text(a, p->refund)),
		db_str(p->moves < 0 ? NULL : performance_moves[p->moves]),
		db_str(p->transfers < 0 ? NULL
					: performance_transfers[p->transfers]),
		load->user == 0 ? db_str(NULL) : db_i64(a, load->user),
		db_i64(a, id),
	};
	int n = ARRAY_LEN(params);

	if (id == 0)
		return load_run(load, p->at, &sql_load_item_make, n - 1, params,
		    rows);
	return load_run(load, p->at, &sql_load_item_change, n, params, rows);
}

/* Looked at again when all are in: load_check_halls. */
static void
touch(struct load *load, const struct load_entry *e, int64_t id)
{
	struct load_touched *touched = ARENA_NEW(load->a, struct load_touched);

	*touched = (struct load_touched){ load->touched, id, e->p->at,
		e->p->starts_at_given ? "starts_at"
		    : e->p->schedule  ? "times"
				      : "at" };
	load->touched = touched;
}

static int
make(struct load *load, const struct load_entry *e, const struct load_wanted *w,
    int64_t *id)
{
	struct db_param param;
	struct db_rows rows;
	int r = write_row(load, e, w, 0, &rows);

	if (r != LOAD_OK)
		return r;
	*id = db_get_i64(&rows, 0, 0);
	load->report->performances.n_new++;
	load_note(load, false, "performance %s: new, starts %s",
	    arena_str(load->a, w->key), clock_rfc3339(load->a, w->starts_ms));
	touch(load, e, *id);
	r = load_prices_add(load, e, *id, w->price_version);
	if (r != LOAD_OK)
		return r;
	param = db_i64(load->a, *id);
	r = load_run(load, e->p->at, &sql_load_item_row, 1, &param, &rows);
	if (r == LOAD_OK)
		load_changed(load, "performance", *id, SPAN_NONE,
		    db_cell(&rows, 0, 0));
	return r;
}

static int
change(struct load *load, const struct load_entry *e,
    const struct load_existing *old, const struct load_wanted *w)
{
	struct db_rows rows;
	int r = LOAD_OK;

	if (w->price_version != old->price_version)
		r = load_prices_add(load, e, old->id, w->price_version);
	if (r == LOAD_OK)
		r = write_row(load, e, w, old->id, &rows);
	if (r != LOAD_OK)
		return r;
	if (rows.n_rows == 0) {
		load->report->performances.n_same++;
		return LOAD_OK;
	}
	load->report->performances.n_changed++;
	touch(load, e, old->id);
	load_changed(load, "performance", old->id, old->row,
	    db_cell(&rows, 0, 0));
	return load_note_change(load, e->p->at, "performance", w->key, old->row,
	    db_cell(&rows, 0, 0));
}

int
load_item(struct load *load, struct load_entry *e, struct span key,
    int64_t starts_ms, int64_t *id)
{
	struct load_wanted w = { .key = key, .starts_ms = starts_ms };
	struct load_existing old;
	int r = find_existing(load, e, key, &old);

	if (r == LOAD_OK)
		r = want(load, e, &old, &w);
	if (r != LOAD_OK)
		return r;
	*id = old.id;
	return old.id == 0 ? make(load, e, &w, id) : change(load, e, &old, &w);
}
