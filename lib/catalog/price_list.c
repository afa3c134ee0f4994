/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * price_list - what each price class costs, for each ticket type
 *
 * Each kept list has an arena of its own; the one longest not asked for gives
 * way.
 *
 * Layer: domain.  Uses: base, store, hall.
 */
#include "catalog/price_list.h"

#include "base/log.h"
#include "store/read.h"

#include <assert.h>
#include <errno.h>

#define KEPT 128
/* A bound against runaways: all types of all classes, with long names. */
#define LIST_ARENA_MAX ((size_t)1 << 20)

SQL(price_list,
    "SELECT p.type_no, coalesce(t.code, 'adult'), coalesce(t.name_ko, ''),"
    " coalesce(t.name_en, ''), coalesce(t.min_count, 0),"
    " coalesce(t.max_count, 0), coalesce(t.needs_proof, false), t.code IS NULL,"
    " array_agg(p.amount ORDER BY p.class_no)"
    " FROM prices AS p LEFT JOIN ticket_types AS t"
    "  USING (performance_id, version, type_no)"
    " WHERE p.performance_id = $1 AND p.version = $2::bigint"
    " GROUP BY p.type_no, t.performance_id, t.version, t.type_no"
    " ORDER BY p.type_no");

#define TEXT(s) \
	{ \
		s, sizeof(s) - 1 \
	}
static const struct ticket_type adult = { .code = TEXT("adult"),
	.name = { TEXT("성인"), TEXT("Adult") } };

struct kept {
	int64_t used; /* 0: empty; greatest: asked for last */
	int64_t performance, version;
	struct price_list list;
	struct arena arena;
};

static struct kept kept_lists[KEPT];
static int64_t n_asked;

struct price_list
price_list_plain(const int64_t *amounts, int n_classes)
{
	return (struct price_list){ .n_types = 1,
		.n_classes = n_classes,
		.types = &adult,
		.amounts = amounts };
}

static struct ticket_type
read_type(struct arena *a, const struct db_rows *rows, size_t i)
{
	if (db_get_bool(rows, i, 7))
		return adult;
	return (struct ticket_type){ .no = (int)db_get_i64(rows, i, 0),
		.code = arena_span(a, db_cell(rows, i, 1)),
		.name = { arena_span(a, db_cell(rows, i, 2)),
		    arena_span(a, db_cell(rows, i, 3)) },
		.min = (int)db_get_i64(rows, i, 4),
		.max = (int)db_get_i64(rows, i, 5),
		.needs_proof = db_get_bool(rows, i, 6) };
}

/* returns: whether it is a list: all types have a price for each class, and the
 * first is the default */
static bool
read_list(struct arena *a, const struct db_rows *rows, struct price_list *out)
{
	struct ticket_type *types = ARENA_ARRAY(a, rows->n_rows,
	    struct ticket_type);
	int64_t *amounts = NULL;
	size_t n_classes = 0;

	for (size_t i = 0; i < rows->n_rows; i++) {
		size_t n;
		int64_t *row = db_get_i64s(a, rows, i, 8, &n);

		if (i == 0) {
			n_classes = n;
			amounts = ARENA_ARRAY(a, n * rows->n_rows, int64_t);
		}
		if (n != n_classes)
			return false;
		memcpy(amounts + i * n, row, n * sizeof(*row));
		types[i] = read_type(a, rows, i);
	}
	*out = (struct price_list){ .n_types = (int)rows->n_rows,
		.n_classes = (int)n_classes,
		.named = rows->n_rows > 0 && !db_get_bool(rows, 0, 7),
		.types = types,
		.amounts = amounts };
	return rows->n_rows > 0 && types[0].no == 0;
}

/* What is not on the replica yet may be on the primary. */
static int
read_rows(struct ctx *ctx, int64_t performance, int64_t version,
    enum hall_from from, struct db_rows *rows)
{
	const struct db_param params[] = { db_i64(&ctx->arena, performance),
		db_i64(&ctx->arena, version) };
	int r;

	if (from == HALL_FROM_ANY) {
		r = db_read(ctx, &sql_price_list, 2, params, rows);
		if (r != 0 || rows->n_rows > 0)
			return r;
	}
	return db_read_primary(ctx, &sql_price_list, 2, params, rows);
}

static struct kept *
find_kept(int64_t performance, int64_t version)
{
	for (size_t i = 0; i < KEPT; i++)
		if (kept_lists[i].used != 0
		    && kept_lists[i].performance == performance
		    && kept_lists[i].version == version)
			return &kept_lists[i];
	return NULL;
}

/* An empty place, made by giving up the one longest not asked for. */
static struct kept *
make_place(void)
{
	struct kept *place = &kept_lists[0];

	for (size_t i = 1; i < KEPT; i++)
		if (kept_lists[i].used < place->used)
			place = &kept_lists[i];
	if (place->used != 0)
		arena_fini(&place->arena);
	*place = (struct kept){ 0 };
	return place;
}

int
price_list_get(struct ctx *ctx, int64_t performance, int64_t version,
    enum hall_from from, const struct price_list **out)
{
	struct kept *place = find_kept(performance, version);
	struct db_rows rows;
	int r;

	if (place == NULL) {
		r = read_rows(ctx, performance, version, from, &rows);
		if (r != 0)
			return r;
		place = make_place();
		arena_init(&place->arena, LIST_ARENA_MAX);
		if (!read_list(&place->arena, &rows, &place->list)) {
			arena_fini(&place->arena);
			LOG(ERROR, "price-list-missing",
			    LINT("performance", performance),
			    LINT("version", version));
			return -EINVAL;
		}
		place->performance = performance;
		place->version = version;
	}
	place->used = ++n_asked;
	*out = &place->list;
	return 0;
}

int
price_list_find(const struct price_list *list, struct span code)
{
	if (!span_is(code))
		return 0;
	for (int i = 0; i < list->n_types; i++)
		if (span_eq(list->types[i].code, code))
			return i;
	return -1;
}

const struct ticket_type *
price_list_type(const struct price_list *list, int64_t no, int *at)
{
	for (*at = 0; *at < list->n_types; (*at)++)
		if (list->types[*at].no == no)
			return &list->types[*at];
	return NULL;
}

int64_t
price_list_amount(const struct price_list *list, int type, int class_no)
{
	assert(type >= 0 && type < list->n_types);
	assert(class_no >= 1 && class_no <= list->n_classes);
	return list->amounts[type * list->n_classes + class_no - 1];
}
