/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * performance - a show at one time in one hall, as the public sees it
 *
 * Claims are counted when asked: an index-only count of a sold out arena is
 * some milliseconds, and a counter would be one more thing to keep right.
 *
 * Layer: domain.  Uses: base, store, hall, show, words.
 */
#include "catalog/performance.h"

#include "base/log.h"
#include "catalog/show.h"
#include "store/read.h"

#include <errno.h>

#define MS_OF(time) "(extract(epoch FROM " time ") * 1000)::bigint"
#define NOW "$1::timestamptz"
/* Places of p without a claim. */
#define REMAINING \
	"(r.seat_count + coalesce((SELECT sum(capacity - taken) " \
	"FROM section_stock WHERE performance_id = p.id), 0) - " \
	"(SELECT count(*) FROM seat_claim AS c WHERE c.performance_id = p.id " \
	"AND (c.state <> 'H' OR c.expires_at > " NOW ")))::bigint"
/* The types of p's price list, in a language. */
#define TICKET_TYPES(name, adult) \
	"coalesce((SELECT json_agg(json_build_object('code', t.code, 'name', " \
	"t." name \
	", 'default', t.type_no = 0, 'min', nullif(t.min_count, 0), " \
	"'max', nullif(t.max_count, 0), 'needs_proof', t.needs_proof) " \
	"ORDER BY t.type_no) FROM ticket_types AS t WHERE t.performance_id " \
	"= p.id AND t.version = p.price_version), json_build_array(" \
	"json_build_object('code', 'adult', 'name', '" adult \
	"', 'default', " \
	"true, 'min', NULL, 'max', NULL, 'needs_proof', false)))"
#define FROM_PERFORMANCES \
	"FROM performances AS p JOIN shows AS s ON s.id = p.show_id " \
	"JOIN hall_revisions AS r ON r.id = p.hall_revision_id " \
	"JOIN halls AS h ON h.id = r.hall_id " \
	"JOIN venues AS v ON v.id = h.venue_id "
/* minutes: the setting cancel_until_minutes */
#define PERFORMANCE_SELECT(minutes) \
	"SELECT p.id, s.id, v.id, h.id, s.title_ko, s.title_en, v.name_ko, " \
	"v.name_en, h.name_ko, h.name_en, r.revision, " MS_OF("p.starts_at") \
	", " MS_OF("p.ends_at") ", to_char(p.starts_at AT TIME ZONE " \
	"v.time_zone, 'YYYY-MM-DD'), extract(epoch FROM p.starts_at AT TIME " \
	"ZONE v.time_zone - p.starts_at AT TIME ZONE 'UTC')::bigint, " \
	"p.status, " MS_OF("p.sales_open_at") ", " MS_OF("p.sales_close_at") \
	", p.queue_mode, array_to_json(p.seat_rules), p.max_seats_per_user, " \
	"coalesce(p.hold_seconds, 0), p.currency, r.seat_count, " REMAINING \
	", " TICKET_TYPES("name_ko", "성인") \
	", " TICKET_TYPES("name_en", "Adult") ", refund_terms(p, v.time_zone, " \
	minutes "), " MS_OF("refund_ends(p, v.time_zone, " minutes ")") ", p.moves, p.transfers " FROM_PERFORMANCES

SQL(performance_get,
    PERFORMANCE_SELECT("$3") "WHERE p.id = $2 AND p.status <> 'draft'");
/* The outer bounds by starts_at are for the index: no zone is further than
 * a day from UTC. */
SQL(performance_on_date,
    PERFORMANCE_SELECT("$7")
    "WHERE p.show_id = $2 AND p.status <> 'draft' "
    "AND p.starts_at >= $6::date::timestamp AT TIME ZONE 'UTC' "
    "- interval '1 day' "
    "AND p.starts_at < $6::date::timestamp AT TIME ZONE 'UTC' "
    "+ interval '2 days' "
    "AND (p.starts_at AT TIME ZONE v.time_zone)::date = $6::date "
    "AND (p.starts_at, p.id) > ($3::timestamptz, $4::bigint) "
    "ORDER BY p.starts_at, p.id LIMIT $5");
SQL(performance_upcoming,
    PERFORMANCE_SELECT("$6")
    "WHERE p.show_id = $2 AND p.status <> 'draft' "
    "AND p.starts_at > " NOW
    " "
    "AND (p.starts_at, p.id) > ($3::timestamptz, $4::bigint) "
    "ORDER BY p.starts_at, p.id LIMIT $5");
SQL(performance_dates,
    "SELECT to_char(day, 'YYYY-MM-DD'), day - date '1970-01-01', "
    "count(*), sum(remaining)::bigint FROM (SELECT "
    "(p.starts_at AT TIME ZONE v.time_zone)::date AS day, "
    "CASE WHEN p.status = 'open' AND p.starts_at > " NOW " THEN " REMAINING
    " ELSE 0 END AS remaining " FROM_PERFORMANCES
    "WHERE p.show_id = $2 AND p.status <> 'draft' "
    "AND p.starts_at > " NOW
    " - interval '1 day' "
    "AND (p.starts_at AT TIME ZONE v.time_zone)::date >= "
    "(" NOW
    " AT TIME ZONE v.time_zone)::date) AS d "
    "WHERE day - date '1970-01-01' > $3::bigint "
    "GROUP BY day ORDER BY day LIMIT $4");
SQL(performance_offer,
    "SELECT hall_revision_id, price_version, ARRAY(SELECT amount "
    "FROM prices WHERE performance_id = p.id AND version = "
    "p.price_version AND type_no = 0 ORDER BY class_no), closed_sections, "
    "EXISTS (SELECT FROM ticket_types WHERE performance_id = p.id "
    "AND version = p.price_version) "
    "FROM performances AS p "
    "WHERE id = $1 AND status <> 'draft'");
SQL(performance_claimed,
    "SELECT coalesce(k.taken, (SELECT count(*) FROM seat_claim AS c "
    "WHERE c.performance_id = $2 AND c.seat_no >= s.first_seat_no "
    "AND c.seat_no < s.first_seat_no + s.capacity "
    "AND (c.state <> 'H' OR c.expires_at > " NOW
    "))), "
    "coalesce(k.capacity, s.capacity) "
    "FROM sections AS s LEFT JOIN section_stock AS k "
    "ON k.performance_id = $2 AND k.section_no = s.section_no WHERE s.hall_revision_id = $3 "
    "ORDER BY s.section_no");

/* returns: PERFORMANCE_OK; < 0 for a row that makes no sense */
static int
take(struct ctx *ctx, const struct db_rows *rows, size_t i,
    struct performance *out)
{
	int status, queue_mode;
	int r = words_read(performance_statuses, db_cell(rows, i, 15), &status);

	if (r == 0)
		r = words_read(queue_modes, db_cell(rows, i, 18), &queue_mode);
	if (r != 0)
		return r;
	*out = (struct performance){
		.id = db_get_i64(rows, i, 0),
		.show_id = db_get_i64(rows, i, 1),
		.venue_id = db_get_i64(rows, i, 2),
		.hall_id = db_get_i64(rows, i, 3),
		.show_title = { db_cell(rows, i, 4), db_cell(rows, i, 5) },
		.venue_name = { db_cell(rows, i, 6), db_cell(rows, i, 7) },
		.hall_name = { db_cell(rows, i, 8), db_cell(rows, i, 9) },
		.hall_revision = db_get_i64(rows, i, 10),
		.starts_ms = db_get_i64(rows, i, 11),
		.ends_ms = db_get_i64(rows, i, 12),
		.local_date = db_cell(rows, i, 13),
		.utc_offset_s = db_get_i64(rows, i, 14),
		.status = (enum performance_status)status,
		.sales_open_ms = db_get_i64(rows, i, 16),
		.sales_close_ms = db_get_i64(rows, i, 17),
		.queue_mode = (enum queue_mode)queue_mode,
		.seat_rules_json = db_cell(rows, i, 19),
		.seats_max = db_get_i64(rows, i, 20),
		.hold_s = db_get_i64(rows, i, 21),
		.currency = db_cell(rows, i, 22),
		.seat_count = db_get_i64(rows, i, 23),
		.remaining = db_get_i64(rows, i, 24),
		.ticket_types_json = { db_cell(rows, i, 25),
		    db_cell(rows, i, 26) },
		.refund_json = db_cell(rows, i, 27),
		.cancel_until_ms = db_get_i64(rows, i, 28),
		.moves = db_cell(rows, i, 29),
		.transfers = db_cell(rows, i, 30),
	};
	if (out->hold_s == 0)
		out->hold_s = ctx->set.hold_seconds;
	return PERFORMANCE_OK;
}

int
performance_get(struct ctx *ctx, int64_t id, struct performance *out)
{
	struct db_param params[] = {
		db_time(&ctx->arena, ctx->now_ms),
		db_i64(&ctx->arena, id),
		db_i64(&ctx->arena, ctx->set.cancel_until_minutes),
	};
	struct db_rows rows;
	int r = db_read(ctx, &sql_performance_get, ARRAY_LEN(params), params,
	    &rows);

	if (r != DB_OK)
		return r;
	if (rows.n_rows == 0)
		return PERFORMANCE_E_NONE;
	return take(ctx, &rows, 0, out);
}

/* A list that is empty may be so because there is no such show. */
static int
show_must_exist(struct ctx *ctx, int64_t show_id)
{
	struct show show;
	int r = show_get(ctx, show_id, &show);

	return r == SHOW_E_NONE ? PERFORMANCE_E_NONE : r;
}

int
performance_list(struct ctx *ctx, const struct performance_filter *filter,
    struct performance_list *out)
{
	struct arena *a = &ctx->arena;
	bool on_date = span_is(filter->date);
	const struct db_param minutes = db_i64(a,
	    ctx->set.cancel_until_minutes);
	struct db_param params[] = {
		db_time(a, ctx->now_ms),
		db_i64(a, filter->show_id),
		filter->has_after ? db_time(a, filter->after_starts_ms)
				  : db_str("-infinity"),
		db_i64(a, filter->has_after ? filter->after_id : 0),
		db_i64(a, filter->limit + 1),
		on_date ? db_text(a, filter->date) : minutes,
		minutes,
	};
	struct db_rows rows;
	int r = db_read(ctx,
	    on_date ? &sql_performance_on_date : &sql_performance_upcoming,
	    on_date ? 7 : 6, params, &rows);

	if (r != DB_OK)
		return r;
	out->more = rows.n_rows > (size_t)filter->limit;
	out->n = out->more ? (size_t)filter->limit : rows.n_rows;
	out->items = ARENA_ARRAY(a, out->n, struct performance);
	for (size_t i = 0; r == DB_OK && i < out->n; i++)
		r = take(ctx, &rows, i, &out->items[i]);
	if (r != DB_OK)
		return r;
	return out->n > 0 ? PERFORMANCE_OK
			  : show_must_exist(ctx, filter->show_id);
}

int
performance_dates(struct ctx *ctx, int64_t show_id, int64_t after_day,
    int64_t limit, struct performance_dates *out)
{
	struct arena *a = &ctx->arena;
	struct db_param params[] = {
		db_time(a, ctx->now_ms),
		db_i64(a, show_id),
		db_i64(a, after_day),
		db_i64(a, limit + 1),
	};
	struct db_rows rows;
	int r = db_read(ctx, &sql_performance_dates, ARRAY_LEN(params), params,
	    &rows);

	if (r != DB_OK)
		return r;
	out->more = rows.n_rows > (size_t)limit;
	out->n = out->more ? (size_t)limit : rows.n_rows;
	out->items = ARENA_ARRAY(a, out->n, struct performance_date);
	for (size_t i = 0; i < out->n; i++)
		out->items[i] = (struct performance_date){
			.date = db_cell(&rows, i, 0),
			.day = db_get_i64(&rows, i, 1),
			.performances = db_get_i64(&rows, i, 2),
			.remaining = db_get_i64(&rows, i, 3),
		};
	return out->n > 0 ? PERFORMANCE_OK : show_must_exist(ctx, show_id);
}

int
performance_offer(struct ctx *ctx, int64_t id, struct performance_offer *out)
{
	struct db_param param = db_i64(&ctx->arena, id);
	const struct price_list *list;
	const int64_t *price;
	struct db_rows rows;
	size_t n;
	int r = db_read(ctx, &sql_performance_offer, 1, &param, &rows);

	if (r != DB_OK)
		return r;
	if (rows.n_rows == 0)
		return PERFORMANCE_E_NONE;
	r = hall_get(ctx, db_get_i64(&rows, 0, 0), HALL_FROM_ANY, &out->hall);
	if (r != HALL_OK)
		return r < 0 ? r : PERFORMANCE_E_NONE;
	out->price_version = db_get_i64(&rows, 0, 1);
	price = db_get_i64s(&ctx->arena, &rows, 0, 2, &n);
	out->list = price_list_plain(price, (int)n);
	out->closed = db_get_i64s(&ctx->arena, &rows, 0, 3, &out->n_closed);
	if (db_get_bool(&rows, 0, 4)) {
		r = price_list_get(ctx, id, out->price_version, HALL_FROM_ANY,
		    &list);
		if (r < 0)
			return r;
		out->list = *list;
	}
	if (out->list.n_classes == out->hall->n_classes)
		return PERFORMANCE_OK;
	LOG(ERROR, "performance-price-missing", LINT("performance", id),
	    LINT("classes", out->hall->n_classes), LINT("prices", n));
	return -EINVAL;
}

int64_t
performance_section_price(const struct performance_offer *offer,
    const struct hall_section *section)
{
	const uint8_t *class_of = offer->hall->class_of;
	int64_t lowest = INT64_MAX;

	if (section->class_no != 0)
		return price_list_amount(&offer->list, 0, section->class_no);
	for (int i = 0; i < section->capacity; i++) {
		int class_no = class_of[section->first_seat_no - 1 + i];

		lowest = MIN(lowest,
		    price_list_amount(&offer->list, 0, class_no));
	}
	return lowest;
}

static bool
is_open(const struct performance_offer *offer, int64_t section_no)
{
	for (size_t i = 0; i < offer->n_closed; i++)
		if (offer->closed[i] == section_no)
			return false;
	return true;
}

int
performance_sections(struct ctx *ctx, int64_t id,
    struct performance_section **out, size_t *n)
{
	struct performance_offer offer;
	struct db_param params[3];
	struct db_rows rows;
	int r = performance_offer(ctx, id, &offer);

	if (r != PERFORMANCE_OK)
		return r;
	params[0] = db_time(&ctx->arena, ctx->now_ms);
	params[1] = db_i64(&ctx->arena, id);
	params[2] = db_i64(&ctx->arena, offer.hall->id);
	r = db_read(ctx, &sql_performance_claimed, ARRAY_LEN(params), params,
	    &rows);
	if (r != DB_OK)
		return r;
	if (rows.n_rows != (size_t)offer.hall->n_sections) {
		LOG(ERROR, "performance-sections-missing",
		    LINT("performance", id), LINT("sections", rows.n_rows));
		return -EBADMSG;
	}
	*n = rows.n_rows;
	*out = ARENA_ARRAY(&ctx->arena, *n, struct performance_section);
	for (size_t i = 0; i < *n; i++) {
		const struct hall_section *s = &offer.hall->sections[i];

		(*out)[i].section = s;
		(*out)[i].open = is_open(&offer, (int64_t)i + 1);
		(*out)[i].capacity = db_get_i64(&rows, i, 1);
		(*out)[i].remaining = (*out)[i].capacity
		    - db_get_i64(&rows, i, 0);
		(*out)[i].price = performance_section_price(&offer, s);
	}
	return PERFORMANCE_OK;
}
