/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terms - what selling needs to know of a performance
 *
 * A table of the performances this worker sells, one place each by id; two
 * that share a place only push each other out. One statement brings row and
 * prices together, so a price list is never mixed with another's version.
 *
 * Layer: domain.  Uses: base, store, hall, words.
 */
#include "catalog/terms.h"

#include "base/log.h"
#include "store/read.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define N_PLACES 1024
#define NEVER INT64_MIN

SQL(terms_get,
	"SELECT status, (extract(epoch FROM starts_at) * 1000)::bigint, "
	"(extract(epoch FROM sales_open_at) * 1000)::bigint, "
	"(extract(epoch FROM sales_close_at) * 1000)::bigint, "
	"max_seats_per_user, coalesce(hold_seconds, 0), currency, "
	"price_version, meta_version, queue_mode, hall_revision_id, "
	"ARRAY(SELECT amount FROM prices WHERE performance_id = p.id "
	"AND version = p.price_version ORDER BY class_no), "
	"(SELECT seat_count FROM hall_revisions WHERE id = p.hall_revision_id) "
	"FROM performances AS p WHERE id = $1");
SQL(terms_currency,
	"SELECT currency FROM price_lists WHERE performance_id = $1 "
	"AND version = $2");

struct place {
	int64_t sure_ms;	/* when the primary said so, or NEVER */
	int64_t seen_ms;	/* when any server said so, or NEVER */
	struct terms terms;	/* performance 0: empty; hold_s 0: the
				 * setting; price points below */
	int64_t price[HALL_CLASSES_MAX];
};

static struct place places[N_PLACES];

static struct place *
place_of(int64_t performance)
{
	return &places[(uint64_t)performance % N_PLACES];
}

/* Whether it shows terms of the performance that may be gone by without a look:
 * a draft becomes public at once. */
static bool
is_known(const struct place *place, int64_t performance)
{
	return place->terms.performance == performance &&
	    place->terms.status != PERFORMANCE_DRAFT;
}

/* A clock that was set back makes everything old, not eternally young. */
static bool
is_fresh(int64_t then_ms, int64_t now_ms, int64_t fresh_ms)
{
	return then_ms != NEVER && now_ms >= then_ms &&
	    now_ms - then_ms < fresh_ms;
}

static int
take_prices(struct ctx *ctx, struct place *place, const struct db_rows *rows)
{
	size_t n;
	int64_t *price = db_get_i64s(&ctx->arena, rows, 0, 11, &n);

	if (n != (size_t)place->terms.hall->n_classes) {
		LOG(ERROR, "terms-price-missing",
		    LINT("performance", place->terms.performance),
		    LINT("classes", place->terms.hall->n_classes),
		    LINT("prices", n));
		return -EINVAL;
	}
	memcpy(place->price, price, n * sizeof(*price));
	place->terms.n_classes = (int)n;
	place->terms.price = place->price;
	return TERMS_OK;
}

/* returns: 0; < 0 for a cell that is no currency's code */
static int
take_currency(char out[4], struct span cell)
{
	if (cell.len != 3) {
		LOG(ERROR, "terms-currency-unknown", LSPAN("currency", cell));
		return -EBADMSG;
	}
	memcpy(out, cell.p, 3);
	out[3] = '\0';
	return 0;
}

/* returns: 0; < 0 for a row that makes no sense */
static int
take_row(struct terms *t, const struct db_rows *rows)
{
	int status, queue_mode;
	int r = words_read(performance_statuses, db_cell(rows, 0, 0), &status);

	if (r == 0)
		r = words_read(queue_modes, db_cell(rows, 0, 9), &queue_mode);
	if (r == 0)
		r = take_currency(t->currency, db_cell(rows, 0, 6));
	if (r != 0)
		return r;
	t->status = (enum performance_status)status;
	t->starts_ms = db_get_i64(rows, 0, 1);
	t->sales_open_ms = db_get_i64(rows, 0, 2);
	t->sales_close_ms = db_get_i64(rows, 0, 3);
	t->seats_max = db_get_i64(rows, 0, 4);
	t->hold_s = db_get_i64(rows, 0, 5);
	t->price_version = db_get_i64(rows, 0, 7);
	t->meta_version = db_get_i64(rows, 0, 8);
	t->queue_mode = (enum queue_mode)queue_mode;
	t->hall_revision_id = db_get_i64(rows, 0, 10);
	t->seat_count = (int)db_get_i64(rows, 0, 12);
	return 0;
}

/* Fill an empty place from the row. */
static int
fill(struct ctx *ctx, struct place *place, const struct db_rows *rows,
    enum hall_from from)
{
	struct terms *t = &place->terms;
	int r = take_row(t, rows);

	if (r != 0)
		return r;
	r = hall_get(ctx, t->hall_revision_id, from, &t->hall);
	if (r != HALL_OK)
		return r < 0 ? r : TERMS_E_NONE;
	return take_prices(ctx, place, rows);
}

/*
 * Ask for the row and put it into the performance's place. A fault leaves
 * the place as it was: terms_peek may still show that.
 */
static int
look(struct ctx *ctx, int64_t performance, enum hall_from from)
{
	struct place *place = place_of(performance);
	struct db_param id = db_i64(&ctx->arena, performance);
	struct place *fresh = ARENA_NEW(&ctx->arena, struct place);
	struct db_rows rows;
	int r;

	if (from == HALL_FROM_ANY)
		r = db_read(ctx, &sql_terms_get, 1, &id, &rows);
	else
		r = db_read_primary(ctx, &sql_terms_get, 1, &id, &rows);
	if (r != DB_OK)
		return r;
	if (rows.n_rows == 0) {
		terms_forget(performance);
		return TERMS_E_NONE;
	}
	fresh->terms.performance = performance;
	r = fill(ctx, fresh, &rows, from);
	if (r != TERMS_OK)
		return r;
	*place = *fresh;
	place->terms.price = place->price;
	place->seen_ms = ctx->now_ms;
	place->sure_ms = from == HALL_FROM_PRIMARY ? ctx->now_ms : NEVER;
	return TERMS_OK;
}

/*
 * The request's own copy: the place may be given to another performance by
 * the same request. Asking for the hall again keeps it among the last ones.
 */
static int
give(struct ctx *ctx, const struct place *place, enum hall_from from,
    const struct terms **out)
{
	struct terms *t = ARENA_NEW(&ctx->arena, struct terms);
	size_t n = (size_t)place->terms.n_classes;
	int64_t *price = ARENA_ARRAY(&ctx->arena, n, int64_t);
	int r;

	*t = place->terms;
	memcpy(price, place->price, n * sizeof(*price));
	t->price = price;
	if (t->hold_s == 0)
		t->hold_s = ctx->set.hold_seconds;
	r = hall_get(ctx, t->hall_revision_id, from, &t->hall);
	if (r != HALL_OK)
		return r < 0 ? r : TERMS_E_NONE;
	*out = t;
	return TERMS_OK;
}

/* The place's, unless it is a draft: those are for terms_kept alone. */
static int
give_public(struct ctx *ctx, const struct place *place, enum hall_from from,
    const struct terms **out)
{
	if (place->terms.status == PERFORMANCE_DRAFT)
		return TERMS_E_NONE;
	return give(ctx, place, from, out);
}

int
terms_get(struct ctx *ctx, int64_t performance, const struct terms **out)
{
	const struct place *place = place_of(performance);
	int r;

	if (!is_known(place, performance) ||
	    !is_fresh(place->sure_ms, ctx->now_ms, TERMS_FRESH_MS)) {
		r = look(ctx, performance, HALL_FROM_PRIMARY);
		if (r != TERMS_OK)
			return r;
	}
	return give_public(ctx, place, HALL_FROM_PRIMARY, out);
}

int
terms_peek(struct ctx *ctx, int64_t performance, const struct terms **out)
{
	const struct place *place = place_of(performance);
	bool known = is_known(place, performance);
	int r;

	if (!known || !is_fresh(place->seen_ms, ctx->now_ms, TERMS_PEEK_MS)) {
		r = look(ctx, performance, HALL_FROM_ANY);
		if (r > 0 || (r < 0 && !known))
			return r;
	}
	return give_public(ctx, place, HALL_FROM_ANY, out);
}

/* Have any terms of the performance in its place. */
static int
know(struct ctx *ctx, int64_t performance)
{
	if (place_of(performance)->terms.performance == performance)
		return TERMS_OK;
	return look(ctx, performance, HALL_FROM_PRIMARY);
}

int
terms_kept(struct ctx *ctx, int64_t performance, const struct terms **out)
{
	const struct place *place = place_of(performance);
	int r = know(ctx, performance);

	return r == TERMS_OK ? give(ctx, place, HALL_FROM_PRIMARY, out) : r;
}

int
terms_bare(struct ctx *ctx, int64_t performance, struct terms *out)
{
	struct db_param id = db_i64(&ctx->arena, performance);
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_terms_get, 1, &id, &rows);
	if (r != DB_OK)
		return r;
	if (rows.n_rows == 0)
		return TERMS_E_NONE;
	*out = (struct terms){ .performance = performance };
	take_row(out, &rows);
	if (out->hold_s == 0)
		out->hold_s = ctx->set.hold_seconds;
	return TERMS_OK;
}

int
terms_currency(struct ctx *ctx, int64_t performance, int64_t price_version,
    char out[4])
{
	const struct place *place = place_of(performance);
	const struct db_param params[] = { db_i64(&ctx->arena, performance),
		db_i64(&ctx->arena, price_version) };
	struct db_rows rows;
	int r = know(ctx, performance);

	if (r == TERMS_OK && place->terms.price_version == price_version) {
		memcpy(out, place->terms.currency, 4);
		return TERMS_OK;
	}
	if (r >= 0)
		r = db_read_primary(ctx, &sql_terms_currency, 2, params,
		    &rows);
	if (r < 0)
		return r;
	if (r > 0 || rows.n_rows == 0) {
		LOG(ERROR, "terms-list-missing",
		    LINT("performance", performance),
		    LINT("version", price_version));
		return -EINVAL;
	}
	return take_currency(out, db_cell(&rows, 0, 0));
}

void
terms_forget(int64_t performance)
{
	struct place *place = place_of(performance);

	if (place->terms.performance == performance)
		*place = (struct place){ .sure_ms = NEVER, .seen_ms = NEVER };
}

bool
terms_on_sale(const struct terms *terms, int64_t now_ms)
{
	return terms->status == PERFORMANCE_OPEN &&
	    now_ms >= terms->sales_open_ms && now_ms < terms->sales_close_ms;
}

int64_t
terms_price(const struct terms *terms, int seat_no)
{
	assert(seat_no >= 1 && seat_no <= terms->seat_count);
	return terms->price[terms->hall->class_of[seat_no - 1] - 1];
}

char *
terms_label(struct arena *a, const struct terms *terms, int seat_no,
    enum lang lang)
{
	return hall_label(a, terms->hall, seat_no, lang);
}
