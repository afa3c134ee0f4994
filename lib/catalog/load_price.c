/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_price - the price list of a performance
 *
 * The input names prices by price class; a list has one for each class of the
 * hall revision and each ticket type, no more and no less.
 *
 * Layer: domain.  Uses: base, store, plan, words.
 */
#include "catalog/load_step.h"

#include "base/strbuf.h"
#include "catalog/price_list.h"

#include <inttypes.h>
#include <stdlib.h>

SQL(load_price_classes,
    "SELECT key FROM price_classes WHERE hall_revision_id = $1 "
    "ORDER BY class_no");
SQL(load_price_add,
    "INSERT INTO prices (performance_id, version, class_no, amount) "
    "SELECT $1, $2, class_no, amount FROM unnest($3::bigint[]) "
    "WITH ORDINALITY AS list (amount, class_no)");

/* A code that an earlier list has keeps its number; 0 is the default's. */
SQL(load_price_type,
    "WITH type AS (INSERT INTO ticket_types (performance_id, version, type_no,"
    " code, name_ko, name_en, min_count, max_count, needs_proof)"
    " SELECT $1, $2, CASE WHEN $3::boolean THEN 0 ELSE coalesce("
    "  (SELECT type_no FROM ticket_types WHERE performance_id = $1"
    "   AND code = $4 AND type_no > 0 LIMIT 1),"
    "  (SELECT coalesce(max(type_no), 0) + 1 FROM ticket_types"
    "   WHERE performance_id = $1)) END, $4, $5, $6, $7, $8, $9"
    " RETURNING type_no)"
    " INSERT INTO prices (performance_id, version, class_no, amount, type_no)"
    " SELECT $1, $2, class_no, amount, type_no FROM type,"
    " unnest($10::bigint[]) WITH ORDINALITY AS list (amount, class_no)");

/* How many prices a class has: one for each type, or one. */
static size_t
n_each(const struct load_entry *e)
{
	return MAX(e->p->n_types, 1);
}

static int
take_price(struct load *load, struct load_entry *e,
    const struct db_rows *classes, size_t i)
{
	struct span key = db_cell(classes, i, 0);

	for (size_t k = 0; k < e->p->n_prices; k++)
		if (span_eq(e->p->prices[k].price_class, key)) {
			for (size_t t = 0; t < n_each(e); t++)
				e->amounts[t * classes->n_rows + i] =
				    e->p->prices[k].amounts[t];
			return LOAD_OK;
		}
	return load_refuse(load, load_member(load, e->p->at, "prices"),
	    "prices lacks \"%s\", a price "
	    "class of the hall's revision",
	    arena_str(load->a, key));
}

/* Which input price is of no class of the revision. */
static int
refuse_price(struct load *load, struct load_entry *e,
    const struct db_rows *classes)
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
	return load_refuse(load, load_member(load, e->p->at, "prices"),
	    "prices names a class twice");
}

static int
by_code(const void *a, const void *b)
{
	return span_cmp((*(const struct load_type *const *)a)->code,
	    (*(const struct load_type *const *)b)->code);
}

/* One type as LOAD_PRICES_TYPES has it. */
static void
add_type(const struct load_entry *e, const struct load_type *type,
    struct strbuf *b)
{
	size_t t = (size_t)(type - e->p->types);
	size_t n = e->n_amounts / n_each(e);
	const struct span texts[] = { type->code, type->name[LANG_KO],
		type->name[LANG_EN] };

	strbuf_i64(b, t == 0);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		strbuf_char(b, 31);
		strbuf_span(b, texts[i]);
	}
	strbuf_printf(b, "\x1f%" PRId64 "\x1f%" PRId64 "\x1f%d\x1f", type->min,
	    type->max, type->needs_proof);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			strbuf_char(b, ',');
		strbuf_i64(b, e->amounts[t * n + i]);
	}
}

/* The types of the input with their prices; "": it says nothing of them. */
static struct span
types_text(struct load *load, const struct load_entry *e)
{
	const struct load_type *sorted[PRICE_TYPES_MAX];
	struct strbuf b;

	for (size_t i = 0; i < e->p->n_types; i++)
		sorted[i] = &e->p->types[i];
	qsort(sorted, e->p->n_types, sizeof(sorted[0]), by_code);
	strbuf_init(&b, load->a, 256);
	for (size_t i = 0; i < e->p->n_types; i++) {
		if (i > 0)
			strbuf_char(&b, 30);
		add_type(e, sorted[i], &b);
	}
	return strbuf_get(&b);
}

bool
load_is_free(const struct load_performance *performance)
{
	size_t n_types = MAX(performance->n_types, 1);

	for (size_t i = 0; i < performance->n_prices; i++)
		for (size_t t = 0; t < n_types; t++)
			if (performance->prices[i].amounts[t] > 0)
				return false;
	return true;
}

int
load_prices_take(struct load *load, struct load_entry *e, int64_t revision_id)
{
	struct db_param id = db_i64(load->a, revision_id);
	struct db_rows rows;
	int r;

	if (e->priced_id == revision_id)
		return LOAD_OK;
	r = load_run(load, e->p->at, &sql_load_price_classes, 1, &id, &rows);
	if (r != LOAD_OK)
		return r;
	e->n_amounts = rows.n_rows * n_each(e);
	e->amounts = ARENA_ARRAY(load->a, e->n_amounts, int64_t);
	for (size_t i = 0; r == LOAD_OK && i < rows.n_rows; i++)
		r = take_price(load, e, &rows, i);
	if (r == LOAD_OK && e->p->n_prices != rows.n_rows)
		r = refuse_price(load, e, &rows);
	e->types = types_text(load, e);
	e->priced_id = revision_id;
	return r;
}

bool
load_prices_same(const struct load_entry *e, const struct load_existing *old)
{
	if (!span_eq(old->currency, e->p->currency)
	    || !span_eq(old->types, e->types))
		return false;
	if (e->types.len > 0)
		return true;
	if (old->n_amounts != e->n_amounts)
		return false;
	for (size_t i = 0; i < e->n_amounts; i++)
		if (old->amounts[i] != e->amounts[i])
			return false;
	return true;
}

static int
add_type_prices(struct load *load, const struct load_entry *e, int64_t id,
    int64_t version, size_t t)
{
	const struct load_type *type = &e->p->types[t];
	size_t n = e->n_amounts / n_each(e);
	struct db_param params[] = {
		db_i64(load->a, id),
		db_i64(load->a, version),
		db_bool(t == 0),
		db_text(load->a, type->code),
		db_text(load->a, type->name[LANG_KO]),
		db_text(load->a, type->name[LANG_EN]),
		db_i64(load->a, type->min),
		db_i64(load->a, type->max),
		db_bool(type->needs_proof),
		db_i64s(load->a, e->amounts + t * n, n),
	};

	return load_run(load, type->at, &sql_load_price_type, ARRAY_LEN(params),
	    params, NULL);
}

int
load_prices_add(struct load *load, const struct load_entry *e, int64_t id,
    int64_t version)
{
	struct db_param params[] = {
		db_i64(load->a, id),
		db_i64(load->a, version),
		db_i64s(load->a, e->amounts, e->n_amounts),
	};
	int r = LOAD_OK;

	load->report->n_prices++;
	for (size_t t = 0; r == LOAD_OK && t < e->p->n_types; t++)
		r = add_type_prices(load, e, id, version, t);
	if (e->p->n_types > 0)
		return r;
	return load_run(load, e->p->at, &sql_load_price_add, 3, params, NULL);
}
