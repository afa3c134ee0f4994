/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_file - a catalog as JSON (doc/load.md) to what catalog/load.h takes
 *
 * Layer: reader.  Uses: reader, catalog.
 */
#include "reader/load_file.h"

#include "catalog/currency.h"
#include "catalog/price_list.h"

#define TITLE_MAX 200
#define SYNOPSIS_MAX 4000
#define URL_MAX 500
#define TYPE_NAME_MAX 60
#define N_MAX 100000 /* of anything in a file */

static const char *const weekdays[] = { "sun", "mon", "tue", "wed", "thu",
	"fri", "sat", NULL };

void
load_file_show(struct reader *rd, struct node node, struct load_show *out)
{
	static const char *const names[] = { "key", "kind", "status", "title",
		"synopsis", "running_minutes", "age_rating", "poster_url",
		NULL };

	if (!reader_object(rd, node, names))
		return;
	out->at = node.at;
	out->key = reader_key(rd, node, "key");
	out->kind = (enum show_kind)reader_word(rd, node, "kind", show_kinds,
	    -1);
	out->status = (enum show_status)reader_word(rd, node, "status",
	    show_statuses, SHOW_RUNNING);
	reader_names(rd, node, "title", TITLE_MAX, NULL, out->title);
	reader_names(rd, node, "synopsis", SYNOPSIS_MAX, "", out->synopsis);
	out->running_minutes = reader_int(rd, node, "running_minutes", 1, 1440,
	    READER_REQUIRED);
	out->age_rating = reader_text(rd, node, "age_rating", 16, "ALL");
	out->poster_url = SPAN_NONE;
	if (reader_member(rd, node, "poster_url").json != NULL)
		out->poster_url = reader_text(rd, node, "poster_url", URL_MAX,
		    NULL);
}

static void
read_hall_names(struct reader *rd, struct node node, struct load_hall *out)
{
	out->at = node.at;
	out->key = reader_key(rd, node, "key");
	reader_names(rd, node, "name", TITLE_MAX, NULL, out->name);
}

void
load_file_hall(struct reader *rd, struct node node, struct load_hall *out)
{
	static const char *const names[] = { "key", "name", NULL };

	if (reader_object(rd, node, names))
		read_hall_names(rd, node, out);
}

static void
read_hall(struct reader *rd, struct node node, struct load_hall *out)
{
	static const char *const names[] = { "key", "name", "plan", NULL };
	struct node plan = reader_member(rd, node, "plan");

	if (!reader_object(rd, node, names))
		return;
	read_hall_names(rd, node, out);
	if (plan.json != NULL)
		out->plan = load_file_plan(rd, plan);
}

#define VENUE_NAMES "key", "name", "address", "time_zone"

static void
read_venue_facts(struct reader *rd, struct node node, struct load_venue *out)
{
	out->at = node.at;
	out->key = reader_key(rd, node, "key");
	reader_names(rd, node, "name", TITLE_MAX, NULL, out->name);
	reader_names(rd, node, "address", TITLE_MAX, "", out->address);
	out->time_zone = reader_text(rd, node, "time_zone", 64, NULL);
}

void
load_file_venue(struct reader *rd, struct node node, struct load_venue *out)
{
	static const char *const names[] = { VENUE_NAMES, NULL };

	if (reader_object(rd, node, names))
		read_venue_facts(rd, node, out);
}

static void
read_venue(struct reader *rd, struct node node, struct load_venue *out)
{
	static const char *const names[] = { VENUE_NAMES, "halls", NULL };
	struct node halls = reader_member(rd, node, "halls");

	if (!reader_object(rd, node, names))
		return;
	read_venue_facts(rd, node, out);
	out->n_halls = reader_array(rd, halls, 0, N_MAX);
	out->halls = ARENA_ARRAY(rd->arena, out->n_halls, struct load_hall);
	for (size_t i = 0; i < out->n_halls; i++)
		read_hall(rd, reader_item(rd, halls, i), &out->halls[i]);
	reader_unique(rd, halls);
}

/* ---- performances ---- */

/* true or false; absent: false. */
static bool
read_flag(struct reader *rd, struct node object, const char *name)
{
	struct node node = reader_member(rd, object, name);

	if (node.json != NULL && node.json->type != JSON_BOOL)
		reader_fail(rd, node.at, "this must be true or false");
	return node.json != NULL && node.json->boolean;
}

/* returns: whether it is the default */
static bool
read_type(struct reader *rd, struct node node, struct load_type *out)
{
	static const char *const names[] = { "code", "name", "min", "max",
		"needs_proof", "default", NULL };

	if (!reader_object(rd, node, names))
		return false;
	out->at = node.at;
	out->code = reader_key(rd, node, "code");
	reader_names(rd, node, "name", TYPE_NAME_MAX, NULL, out->name);
	out->min = reader_int(rd, node, "min", 1, 20, 0);
	out->max = reader_int(rd, node, "max", 1, 20, 0);
	out->needs_proof = read_flag(rd, node, "needs_proof");
	if (out->max > 0 && out->max < out->min)
		reader_fail(rd, node.at, "max is less than min");
	return read_flag(rd, node, "default");
}

/* The types of a price list, the default first: the one that says so, or the
 * first. */
static void
read_types(struct reader *rd, struct node object, struct load_performance *out)
{
	struct node list = reader_member(rd, object, "ticket_types");
	size_t n = reader_array(rd, list, list.json == NULL ? 0 : 1,
	    PRICE_TYPES_MAX);
	struct load_type *types = ARENA_ARRAY(rd->arena, n, struct load_type);
	struct load_type first;
	size_t n_default = 0;

	for (size_t i = 0; i < n; i++) {
		bool is_default = read_type(rd, reader_item(rd, list, i),
		    &types[i]);

		for (size_t k = 0; k < i; k++)
			if (span_eq(types[k].code, types[i].code))
				reader_fail(rd, types[i].at,
				    "item %zu has the same code", k);
		if (!is_default)
			continue;
		if (n_default++ > 0)
			reader_fail(rd, types[i].at,
			    "only one can be the default");
		first = types[0];
		types[0] = types[i];
		types[i] = first;
	}
	out->types = types;
	out->n_types = n;
}

/* What a class costs: an amount for all types, or one for each. */
static void
read_amounts(struct reader *rd, struct node prices, const char *name,
    const struct load_performance *p, struct load_price *out)
{
	struct node node = reader_member(rd, prices, name);
	bool each = p->n_types > 0 && node.json != NULL
	    && node.json->type == JSON_OBJECT;
	size_t n = MAX(p->n_types, 1);
	const char **codes = ARENA_ARRAY(rd->arena, n + 1, const char *);

	for (size_t i = 0; i < p->n_types; i++)
		codes[i] = arena_str(rd->arena, p->types[i].code);
	if (each && !reader_object(rd, node, codes))
		return;
	out->amounts = ARENA_ARRAY(rd->arena, n, int64_t);
	for (size_t i = 0; i < n; i++)
		out->amounts[i] = reader_int(rd, each ? node : prices,
		    each ? codes[i] : name, 0, LOAD_AMOUNT_MAX,
		    READER_REQUIRED);
}

/* {"vip": 165000, "standard": {"adult": 99000, "youth": 80000}} */
static void
read_prices(struct reader *rd, struct node object, struct load_performance *out)
{
	struct node node = reader_member(rd, object, "prices");

	if (node.json == NULL || node.json->type != JSON_OBJECT) {
		reader_fail(rd, node.at,
		    "this must be an object: a price for "
		    "each price class");
		return;
	}
	out->n_prices = node.json->n;
	out->prices = ARENA_ARRAY(rd->arena, out->n_prices, struct load_price);
	for (size_t i = 0; i < out->n_prices; i++) {
		char *name = arena_str(rd->arena,
		    reader_member_key(rd, node, i));

		out->prices[i].at = reader_member(rd, node, name).at;
		out->prices[i].price_class = node.json->names[i];
		read_amounts(rd, node, name, out, &out->prices[i]);
	}
}

static struct span
read_currency(struct reader *rd, struct node node)
{
	struct span s = reader_text(rd, node, "currency", 3, NULL);

	/* What is missing was refused already. */
	if (s.len > 0 && !currency_is_known(s))
		reader_fail(rd, reader_member(rd, node, "currency").at,
		    "this must be an ISO 4217 currency as KRW");
	return s;
}

/* 2 or "newest"; absent: it keeps what it has. */
static int64_t
read_revision(struct reader *rd, struct node object)
{
	struct node node = reader_member(rd, object, "revision");

	if (node.json != NULL && node.json->type == JSON_STRING
	    && span_eq_str(node.json->str, "newest"))
		return LOAD_REVISION_NEWEST;
	return reader_int(rd, object, "revision", 1, INT32_MAX,
	    LOAD_REVISION_KEPT);
}

/* {"no-lone-seat": {"until_percent_left": 5}, "accessible-last": {}} */
static void
read_rules(struct reader *rd, struct node object, struct load_rule *out)
{
	static const char *const names[] = { "until_percent_left",
		"until_minutes", NULL };
	struct node rules = reader_member(rd, object, "seat_rules");

	if (rules.json == NULL || !reader_object(rd, rules, seat_rules))
		return;
	for (size_t i = 0; i < N_SEAT_RULES; i++) {
		struct node rule = reader_member(rd, rules, seat_rules[i]);

		out[i].on = rule.json != NULL;
		if (!out[i].on || !reader_object(rd, rule, names))
			continue;
		out[i].percent_left = reader_int(rd, rule, "until_percent_left",
		    0, 100, 0);
		out[i].minutes = reader_int(rd, rule, "until_minutes", 0,
		    525600, 0);
	}
}

static void
read_queue(struct reader *rd, struct node node, struct load_performance *out)
{
	struct load_queue *q = &out->queue;

	out->queue_mode = -1;
	if (reader_member(rd, node, "queue_mode").json != NULL)
		out->queue_mode = reader_word(rd, node, "queue_mode",
		    queue_modes, -1);
	q->active_limit = reader_int(rd, node, "queue_active_limit", 1, 5000,
	    -1);
	q->per_minute = reader_int(rd, node, "queue_per_minute", 0, 60000, -1);
	q->grace_s = reader_int(rd, node, "queue_grace_s", 0, 3600, -1);
	q->claim_s = reader_int(rd, node, "queue_claim_s", 30, 3600, -1);
	q->pass_s = reader_int(rd, node, "queue_pass_s", 60, 14400, -1);
	q->lobby_s = reader_int(rd, node, "queue_lobby_s", 60, 86400, -1);
	if (reader_member(rd, node, "queue_beacon").json != NULL)
		q->beacon = reader_text(rd, node, "queue_beacon", 200, "");
}

#define MOMENT "@2026-11-21T19:30"

/* Behind a schedule's key, as catalog/load_performance.c writes it. */
static bool
is_moment(struct span text)
{
	static const char form[] = "0000-00-00T00:00";

	for (size_t i = 0; i < text.len && i < sizeof(form) - 1; i++)
		if (form[i] == '0' ? text.p[i] < '0' || text.p[i] > '9'
				   : text.p[i] != form[i])
			return false;
	return text.len == sizeof(form) - 1;
}

/* A key; or that of one performance of a schedule, with its moment. */
static struct span
read_dated_key(struct reader *rd, struct node node)
{
	struct span key = reader_text(rd, node, "key",
	    READER_KEY_MAX + sizeof(MOMENT) - 1, NULL);
	struct span moment = key, name = span_cut(&moment, '@');

	if (!rd->failed
	    && !(reader_is_key(name)
		&& (name.len == key.len || is_moment(moment))))
		reader_fail(rd, reader_member(rd, node, "key").at,
		    "a key is made of A-Z, a-z, 0-9, '.', '_', '-', %d at "
		    "most, and may end in a moment as " MOMENT,
		    READER_KEY_MAX);
	return rd->failed ? SPAN_LIT("") : key;
}

/* What performances and schedules have in common, but for their keys. */
static void
read_terms(struct reader *rd, struct node node, struct load_performance *out)
{
	struct node closed;

	out->at = node.at;
	out->show = reader_key(rd, node, "show");
	out->venue = reader_key(rd, node, "venue");
	out->hall = reader_key(rd, node, "hall");
	out->running_minutes = reader_int(rd, node, "running_minutes", 1, 1440,
	    0);
	out->status_given = reader_member(rd, node, "status").json != NULL;
	out->status = (enum performance_status)reader_word(rd, node, "status",
	    performance_statuses, PERFORMANCE_OPEN);
	out->sales_open = load_file_time(rd, node, "sales_open_at");
	out->sales_close = load_file_time(rd, node, "sales_close_at");
	out->seats_max = reader_int(rd, node, "max_seats_per_user", 1, 20, 0);
	out->hold_s = reader_int(rd, node, "hold_seconds", 10, 3600, 0);
	read_queue(rd, node, out);
	read_rules(rd, node, out->rules);
	out->refund = load_file_refund(rd, node);
	out->moves = -1;
	if (reader_member(rd, node, "moves").json != NULL)
		out->moves = reader_word(rd, node, "moves", performance_moves,
		    0);
	out->transfers = -1;
	if (reader_member(rd, node, "transfers").json != NULL)
		out->transfers = reader_word(rd, node, "transfers",
		    performance_transfers, 0);
	closed = reader_member(rd, node, "closed_sections");
	out->sections_given = closed.json != NULL;
	out->closed_sections = reader_texts(rd, closed);
	out->revision = read_revision(rd, node);
	out->currency = read_currency(rd, node);
	read_types(rd, node, out);
	read_prices(rd, node, out);
}

#define TERMS_NAMES \
	"key", "show", "venue", "hall", "running_minutes", "status", \
	    "sales_open_at", "sales_close_at", "max_seats_per_user", \
	    "hold_seconds", "queue_mode", "revision", "currency", "prices", \
	    "ticket_types", "seat_rules", "closed_sections", \
	    "queue_active_limit", "queue_per_minute", "queue_grace_s", \
	    "queue_claim_s", "queue_pass_s", "queue_lobby_s", "queue_beacon", \
	    "refund_policy", "moves", "transfers"

/* Either "starts_at", or "starts_on" and "at" by the venue's clock. */
void
load_file_performance(struct reader *rd, struct node node,
    struct load_performance *out)
{
	static const char *const names[] = { TERMS_NAMES, "starts_at",
		"starts_on", "at", NULL };
	struct load_time starts;

	if (!reader_object(rd, node, names))
		return;
	out->key = read_dated_key(rd, node);
	read_terms(rd, node, out);
	starts = load_file_time(rd, node, "starts_at");
	out->starts_at_given = starts.base != LOAD_TIME_PRESET;
	out->starts_ms = starts.ms;
	if (out->starts_at_given && starts.base != LOAD_TIME_AT)
		reader_fail(rd, reader_member(rd, node, "starts_at").at,
		    "this must be a time as in 2026-12-01T19:30:00+09:00; "
		    "starts_on and at can be relative");
	if (out->starts_at_given
	    && (reader_member(rd, node, "starts_on").json != NULL
		|| reader_member(rd, node, "at").json != NULL))
		reader_fail(rd, reader_member(rd, node, "starts_at").at,
		    "either this, or starts_on and at");
	if (out->starts_at_given)
		return;
	load_file_day(rd, node, "starts_on", out);
	out->n_days = 1;
	out->n_minutes = 1;
	out->minutes = ARENA_ARRAY(rd->arena, 1, int64_t);
	out->minutes[0] = load_file_minute(rd, reader_member(rd, node, "at"));
}

void
load_file_schedule(struct reader *rd, struct node node,
    struct load_performance *out)
{
	static const char *const names[] = { TERMS_NAMES, "starts_on", "days",
		"weekdays", "times", NULL };
	struct node days = reader_member(rd, node, "weekdays");
	struct node times = reader_member(rd, node, "times");
	struct span_list list;

	if (!reader_object(rd, node, names))
		return;
	out->key = reader_key(rd, node, "key");
	read_terms(rd, node, out);
	out->schedule = true;
	load_file_day(rd, node, "starts_on", out);
	out->n_days = reader_int(rd, node, "days", 1, LOAD_DAYS_MAX, 1);
	list = reader_texts(rd, days);
	for (size_t i = 0; i < list.n; i++) {
		int day = words_find(weekdays, list.items[i]);

		if (day < 0)
			reader_fail(rd, days.at,
			    "days are sun, mon, tue, "
			    "wed, thu, fri, sat");
		else
			out->weekdays |= 1U << day;
	}
	out->n_minutes = reader_array(rd, times, 1, LOAD_TIMES_MAX);
	out->minutes = ARENA_ARRAY(rd->arena, out->n_minutes, int64_t);
	for (size_t i = 0; i < out->n_minutes; i++)
		out->minutes[i] = load_file_minute(rd,
		    reader_item(rd, times, i));
}

/* ---- the file ---- */

static void
read_file(struct reader *rd, struct node root, struct load_file *out)
{
	static const char *const names[] = { "shows", "venues", "performances",
		"schedules", NULL };
	struct node shows = reader_member(rd, root, "shows");
	struct node venues = reader_member(rd, root, "venues");
	struct node single = reader_member(rd, root, "performances");
	struct node schedules = reader_member(rd, root, "schedules");
	size_t n;

	if (!reader_object(rd, root, names))
		return;
	out->n_shows = reader_array(rd, shows, 0, N_MAX);
	out->shows = ARENA_ARRAY(rd->arena, out->n_shows, struct load_show);
	for (size_t i = 0; i < out->n_shows; i++)
		load_file_show(rd, reader_item(rd, shows, i), &out->shows[i]);
	reader_unique(rd, shows);
	out->n_venues = reader_array(rd, venues, 0, N_MAX);
	out->venues = ARENA_ARRAY(rd->arena, out->n_venues, struct load_venue);
	for (size_t i = 0; i < out->n_venues; i++)
		read_venue(rd, reader_item(rd, venues, i), &out->venues[i]);
	reader_unique(rd, venues);
	n = reader_array(rd, single, 0, N_MAX);
	out->n_performances = n + reader_array(rd, schedules, 0, N_MAX);
	out->performances = ARENA_ARRAY(rd->arena, out->n_performances,
	    struct load_performance);
	for (size_t i = 0; i < n; i++)
		load_file_performance(rd, reader_item(rd, single, i),
		    &out->performances[i]);
	reader_unique(rd, single);
	for (size_t i = n; i < out->n_performances; i++)
		load_file_schedule(rd, reader_item(rd, schedules, i - n),
		    &out->performances[i]);
	reader_unique(rd, schedules);
}

bool
load_file_read(struct arena *a, struct span text, struct load_file *out,
    struct load_error *error)
{
	struct reader rd = { .arena = a };
	struct node root = reader_parse(&rd, text);

	*out = (struct load_file){ 0 };
	if (!rd.failed)
		read_file(&rd, root, out);
	*error = rd.error;
	return !rd.failed;
}
