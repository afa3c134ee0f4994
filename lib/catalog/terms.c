/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terms - what selling needs to know of a performance
 *
 * The processes of a tree keep them together, on a board (base/board.h): what
 * one has read, none of the others reads again. One statement brings row and
 * prices together, so a price list is never mixed with another's version.
 *
 * Layer: domain.  Uses: base, store, hall, words.
 */
#include "catalog/terms.h"

#include "base/board.h"
#include "base/log.h"
#include "store/read.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define NEVER INT64_MIN

SQL(terms_get,
    "SELECT status, (extract(epoch FROM starts_at) * 1000)::bigint, "
    "(extract(epoch FROM sales_open_at) * 1000)::bigint, "
    "(extract(epoch FROM sales_close_at) * 1000)::bigint, "
    "max_seats_per_user, coalesce(hold_seconds, 0), currency, "
    "price_version, meta_version, queue_mode, hall_revision_id, "
    "ARRAY(SELECT amount FROM prices WHERE performance_id = p.id "
    "AND version = p.price_version AND type_no = 0 ORDER BY class_no), "
    "(SELECT seat_count FROM hall_revisions WHERE id = p.hall_revision_id), "
    "'no-lone-seat' = ANY (seat_rules), lone_seat_percent, "
    "lone_seat_minutes, 'accessible-last' = ANY (seat_rules), "
    "accessible_percent, accessible_minutes, closed_sections, "
    "queue_active_limit, queue_per_minute, queue_grace_s, queue_claim_s, "
    "queue_pass_s, queue_status, "
    "EXISTS (SELECT FROM ticket_types WHERE performance_id = p.id "
    "AND version = p.price_version), queue_lobby_s "
    "FROM performances AS p WHERE id = $1");
SQL(terms_currency,
    "SELECT currency FROM price_lists WHERE performance_id = $1 "
    "AND version = $2");

struct kept {
	int64_t sure_ms;    /* when the primary said so, or NEVER */
	int64_t seen_ms;    /* when any server said so */
	struct terms terms; /* hold_s 0: the setting; hall and price are
	                     * each process's own */
	int64_t price[HALL_CLASSES_MAX];
};

union board_text {
	struct kept kept;
	uint64_t words[BOARD_WORDS];
};
_Static_assert(sizeof(struct kept) <= BOARD_LEN, "terms fit into their place");

SHARED_PART(board, struct board, NULL);

static size_t
len_of(const struct kept *kept)
{
	return offsetof(struct kept, price)
	    + (size_t)kept->terms.n_classes * sizeof(kept->price[0]);
}

/* returns: whether the tree keeps terms of the performance */
static bool
find(struct ctx *ctx, int64_t performance, struct kept *out)
{
	union board_text text;

	if (board_read(shared_part(ctx->shared, &board), (uint64_t)performance,
		text.words)
	    == 0)
		return false;
	memcpy(out, &text.kept, len_of(&text.kept));
	return true;
}

static void
keep(struct ctx *ctx, const struct kept *kept)
{
	union board_text text = { .words = { 0 } };

	memcpy(&text.kept, kept, len_of(kept));
	text.kept.terms.hall = NULL;
	text.kept.terms.price = NULL;
	text.kept.terms.list = (struct price_list){ 0 };
	board_write(shared_part(ctx->shared, &board),
	    (uint64_t)kept->terms.performance, text.words, len_of(kept));
}

/* Whether what is kept may be gone by without a look: a draft becomes public
 * at once. */
static bool
find_public(struct ctx *ctx, int64_t performance, struct kept *out)
{
	return find(ctx, performance, out)
	    && out->terms.status != PERFORMANCE_DRAFT;
}

/* A clock that was set back makes everything old, not eternally young. */
static bool
is_fresh(int64_t then_ms, int64_t now_ms, int64_t fresh_ms)
{
	return then_ms != NEVER && now_ms >= then_ms
	    && now_ms - then_ms < fresh_ms;
}

static int
take_prices(struct ctx *ctx, struct kept *kept, const struct db_rows *rows)
{
	size_t n;
	int64_t *price = db_get_i64s(&ctx->arena, rows, 0, 11, &n);

	if (n != (size_t)kept->terms.hall->n_classes) {
		LOG(ERROR, "terms-price-missing",
		    LINT("performance", kept->terms.performance),
		    LINT("classes", kept->terms.hall->n_classes),
		    LINT("prices", n));
		return -EINVAL;
	}
	memcpy(kept->price, price, n * sizeof(*price));
	kept->terms.n_classes = (int)n;
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

/* Rules in the order of their enum; which sections are not sold. */
static void
take_rules(struct ctx *ctx, struct terms *t, const struct db_rows *rows)
{
	int64_t *closed;
	size_t n;

	for (size_t i = 0; i < N_SEAT_RULES; i++)
		t->rules[i] = (struct terms_rule){
			.on = db_get_bool(rows, 0, 13 + 3 * i),
			.percent_left = (int)db_get_i64(rows, 0, 14 + 3 * i),
			.minutes = (int)db_get_i64(rows, 0, 15 + 3 * i),
		};
	closed = db_get_i64s(&ctx->arena, rows, 0, 19, &n);
	for (size_t i = 0; i < n; i++)
		if (closed[i] >= 1 && closed[i] <= PLAN_SECTIONS_MAX)
			t->closed[(closed[i] - 1) / 8] |= (uint8_t)(1
			    << (closed[i] - 1) % 8);
}

static int
take_queue(struct terms *t, const struct db_rows *rows)
{
	int mode, status;
	int r = words_read(queue_modes, db_cell(rows, 0, 9), &mode);

	if (r == 0)
		r = words_read(queue_statuses, db_cell(rows, 0, 25), &status);
	if (r != 0)
		return r;
	t->queue_mode = (enum queue_mode)mode;
	t->queue = (struct terms_queue){
		.active_limit = (int)db_get_i64(rows, 0, 20),
		.per_minute = (int)db_get_i64(rows, 0, 21),
		.grace_s = (int)db_get_i64(rows, 0, 22),
		.claim_s = (int)db_get_i64(rows, 0, 23),
		.pass_s = (int)db_get_i64(rows, 0, 24),
		.lobby_s = (int)db_get_i64(rows, 0, 27),
		.status = (enum queue_status)status,
	};
	return 0;
}

/* returns: 0; < 0 for a row that makes no sense */
static int
take_row(struct ctx *ctx, struct terms *t, const struct db_rows *rows)
{
	int status;
	int r = words_read(performance_statuses, db_cell(rows, 0, 0), &status);

	if (r == 0)
		r = take_queue(t, rows);
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
	t->hall_revision_id = db_get_i64(rows, 0, 10);
	t->seat_count = (int)db_get_i64(rows, 0, 12);
	t->typed = db_get_bool(rows, 0, 26);
	take_rules(ctx, t, rows);
	return 0;
}

static int
take(struct ctx *ctx, struct kept *kept, const struct db_rows *rows,
    enum hall_from from)
{
	struct terms *t = &kept->terms;
	int r = take_row(ctx, t, rows);

	if (r != 0)
		return r;
	r = hall_get(ctx, t->hall_revision_id, from, &t->hall);
	if (r != HALL_OK)
		return r < 0 ? r : TERMS_E_NONE;
	return take_prices(ctx, kept, rows);
}

/* Ask for the row and keep it. A fault leaves what is kept: terms_peek may
 * still show that. out: written on TERMS_OK only */
static int
look(struct ctx *ctx, int64_t performance, enum hall_from from,
    struct kept *out)
{
	struct db_param id = db_i64(&ctx->arena, performance);
	struct kept fresh = { .sure_ms = NEVER,
		.seen_ms = ctx->now_ms,
		.terms = { .performance = performance } };
	struct db_rows rows;
	int r;

	if (from == HALL_FROM_ANY)
		r = db_read(ctx, &sql_terms_get, 1, &id, &rows);
	else
		r = db_read_primary(ctx, &sql_terms_get, 1, &id, &rows);
	if (r != DB_OK)
		return r;
	if (rows.n_rows == 0)
		return TERMS_E_NONE;
	r = take(ctx, &fresh, &rows, from);
	if (r != TERMS_OK)
		return r;
	if (from == HALL_FROM_PRIMARY)
		fresh.sure_ms = ctx->now_ms;
	keep(ctx, &fresh);
	*out = fresh;
	return TERMS_OK;
}

/* returns: 0; < 0 on a fault */
static int
give_list(struct ctx *ctx, struct terms *t, enum hall_from from)
{
	const struct price_list *list;
	int r;

	t->list = price_list_plain(t->price, t->n_classes);
	if (!t->typed)
		return 0;
	r = price_list_get(ctx, t->performance, t->price_version, from, &list);
	if (r == 0)
		t->list = *list;
	return r;
}

/* The request's own copy. */
static int
give(struct ctx *ctx, const struct kept *kept, enum hall_from from,
    const struct terms **out)
{
	struct terms *t = ARENA_NEW(&ctx->arena, struct terms);
	size_t n = (size_t)kept->terms.n_classes;
	int64_t *price = ARENA_ARRAY(&ctx->arena, n, int64_t);
	int r;

	*t = kept->terms;
	memcpy(price, kept->price, n * sizeof(*price));
	t->price = price;
	if (t->hold_s == 0)
		t->hold_s = ctx->set.hold_seconds;
	r = hall_get(ctx, t->hall_revision_id, from, &t->hall);
	if (r != HALL_OK)
		return r < 0 ? r : TERMS_E_NONE;
	r = give_list(ctx, t, from);
	*out = t;
	return r;
}

/* Not a draft: those are for terms_kept alone. */
static int
give_public(struct ctx *ctx, const struct kept *kept, enum hall_from from,
    const struct terms **out)
{
	if (kept->terms.status == PERFORMANCE_DRAFT)
		return TERMS_E_NONE;
	return give(ctx, kept, from, out);
}

int
terms_get(struct ctx *ctx, int64_t performance, const struct terms **out)
{
	struct kept kept;

	if (find_public(ctx, performance, &kept)
	    && is_fresh(kept.sure_ms, ctx->now_ms, TERMS_FRESH_MS))
		return give(ctx, &kept, HALL_FROM_PRIMARY, out);
	return terms_renew(ctx, performance, out);
}

int
terms_renew(struct ctx *ctx, int64_t performance, const struct terms **out)
{
	struct kept kept;
	int r = look(ctx, performance, HALL_FROM_PRIMARY, &kept);

	if (r != TERMS_OK)
		return r;
	return give_public(ctx, &kept, HALL_FROM_PRIMARY, out);
}

int
terms_peek(struct ctx *ctx, int64_t performance, const struct terms **out)
{
	struct kept kept;
	bool known = find_public(ctx, performance, &kept);
	int r;

	if (!known || !is_fresh(kept.seen_ms, ctx->now_ms, TERMS_PEEK_MS)) {
		r = look(ctx, performance, HALL_FROM_ANY, &kept);
		if (r > 0 || (r < 0 && !known))
			return r;
	}
	return give_public(ctx, &kept, HALL_FROM_ANY, out);
}

/* Any terms of the performance. */
static int
know(struct ctx *ctx, int64_t performance, struct kept *out)
{
	if (find(ctx, performance, out))
		return TERMS_OK;
	return look(ctx, performance, HALL_FROM_PRIMARY, out);
}

int
terms_kept(struct ctx *ctx, int64_t performance, const struct terms **out)
{
	struct kept kept;
	int r = know(ctx, performance, &kept);

	return r == TERMS_OK ? give(ctx, &kept, HALL_FROM_PRIMARY, out) : r;
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
	r = take_row(ctx, out, &rows);
	if (r != 0)
		return r;
	if (out->hold_s == 0)
		out->hold_s = ctx->set.hold_seconds;
	return TERMS_OK;
}

int
terms_currency(struct ctx *ctx, int64_t performance, int64_t price_version,
    char out[4])
{
	const struct db_param params[] = { db_i64(&ctx->arena, performance),
		db_i64(&ctx->arena, price_version) };
	struct kept kept;
	struct db_rows rows;
	int r = know(ctx, performance, &kept);

	if (r == TERMS_OK && kept.terms.price_version == price_version) {
		memcpy(out, kept.terms.currency, 4);
		return TERMS_OK;
	}
	if (r >= 0)
		r = db_read_primary(ctx, &sql_terms_currency, 2, params, &rows);
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

bool
terms_has_rules(const struct terms *terms)
{
	for (size_t i = 0; i < N_SEAT_RULES; i++)
		if (terms->rules[i].on)
			return true;
	return false;
}

bool
terms_on_sale(const struct terms *terms, int64_t now_ms)
{
	return terms->status == PERFORMANCE_OPEN
	    && now_ms >= terms->sales_open_ms && now_ms < terms->sales_close_ms;
}

bool
terms_section_open(const struct terms *terms, int section_no)
{
	assert(section_no >= 1 && section_no <= PLAN_SECTIONS_MAX);
	return (terms->closed[(section_no - 1) / 8] & 1 << (section_no - 1) % 8)
	    == 0;
}

int
terms_closed_section(const struct terms *terms, const int64_t *seats, size_t n)
{
	const struct hall *hall = terms->hall;

	for (size_t i = 0; i < n; i++) {
		const struct hall_section *section = hall_section_of(hall,
		    (int)seats[i]);
		int section_no = (int)(section - hall->sections) + 1;

		if (!terms_section_open(terms, section_no))
			return section_no;
	}
	return 0;
}

int
terms_list(struct ctx *ctx, const struct terms *terms, int64_t version,
    const struct price_list **out)
{
	if (version != terms->price_version)
		return price_list_get(ctx, terms->performance, version,
		    HALL_FROM_PRIMARY, out);
	*out = &terms->list;
	return 0;
}

char *
terms_label(struct arena *a, const struct terms *terms, int seat_no,
    enum lang lang)
{
	return hall_label(a, terms->hall, seat_no, lang);
}
