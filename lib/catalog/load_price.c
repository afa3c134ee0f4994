/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_price - the price list of a performance
 *
 * The input names prices by price class; a list has one for each class of the
 * hall revision, no more and no less.
 *
 * Layer: domain.  Uses: base, store, plan, words.
 */
#include "catalog/load_step.h"

SQL(load_price_classes,
    "SELECT key FROM price_classes WHERE hall_revision_id = $1 "
    "ORDER BY class_no");
SQL(load_price_add,
    "INSERT INTO prices (performance_id, version, class_no, amount) "
    "SELECT $1, $2, class_no, amount FROM unnest($3::bigint[]) "
    "WITH ORDINALITY AS list (amount, class_no)");

static int
take_price(struct load *load, struct load_entry *e,
    const struct db_rows *classes, size_t i)
{
	struct span key = db_cell(classes, i, 0);

	for (size_t k = 0; k < e->p->n_prices; k++)
		if (span_eq(e->p->prices[k].price_class, key)) {
			e->amounts[i] = e->p->prices[k].amount;
			return LOAD_OK;
		}
	return load_refuse(load, e->p->at,
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
	return load_refuse(load, e->p->at, "prices names a class twice");
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
	e->n_amounts = rows.n_rows;
	e->amounts = ARENA_ARRAY(load->a, rows.n_rows, int64_t);
	for (size_t i = 0; r == LOAD_OK && i < rows.n_rows; i++)
		r = take_price(load, e, &rows, i);
	if (r == LOAD_OK && e->p->n_prices != rows.n_rows)
		r = refuse_price(load, e, &rows);
	e->priced_id = revision_id;
	return r;
}

bool
load_prices_same(const struct load_entry *e, const struct load_existing *old)
{
	if (old->n_amounts != e->n_amounts
	    || !span_eq(old->currency, e->p->currency))
		return false;
	for (size_t i = 0; i < e->n_amounts; i++)
		if (old->amounts[i] != e->amounts[i])
			return false;
	return true;
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

	load->report->n_prices++;
	return load_run(load, e->p->at, &sql_load_price_add, 3, params, NULL);
}
