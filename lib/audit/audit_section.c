/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_section - counter sections as Redis has them
 *
 * What their claims and stocks must be in PostgreSQL is in audit_seat.c.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "audit/audit_own.h"

#include "store/read.h"

#include <inttypes.h>

/* ---- I22: what is promised is held ---- */

/* One moment, so nothing comes between. */
static int
look_at_promised(struct ctx *ctx, const struct audit_map *map,
    struct audit_list *list)
{
	(void)ctx;
	for (size_t i = 0; i < map->n_stocks; i++) {
		const struct audit_stock *s = &map->stocks[i];
		int64_t promised = 0;

		for (size_t k = 0; k < map->n_holds; k++)
			if (map->holds[k].section_no == s->section_no)
				promised += (int64_t)map->holds[k].n_seats;
		if (promised != s->promised)
			audit_say(list,
			    "section %" PRId64 " of performance %" PRId64
			    " has %" PRId64 " promised in Redis, %" PRId64
			    " held",
			    s->section_no, map->performance, s->promised,
			    promised);
	}
	return 0;
}

int
audit_promised(struct ctx *ctx, struct audit_range *range,
    struct audit_found *found)
{
	return audit_maps(ctx, range, look_at_promised, found);
}

/* ---- I11: what Redis knows is what PostgreSQL says ---- */

SQL(audit_i11_stock,
    "SELECT section_no, version, kept, capacity FROM section_stock"
    " WHERE performance_id = $1");

static bool
is_so(const struct audit_map *map, const struct db_rows *rows, size_t row)
{
	for (size_t i = 0; i < map->n_stocks; i++) {
		const struct audit_stock *s = &map->stocks[i];

		if (s->section_no == db_get_i64(rows, row, 0))
			return s->version == db_get_i64(rows, row, 1)
			    && s->kept == db_get_i64(rows, row, 2)
			    && s->capacity == db_get_i64(rows, row, 3);
	}
	return false;
}

int
audit_stock(struct ctx *ctx, const struct audit_map *map,
    struct audit_list *list)
{
	const struct db_param param = db_i64(&ctx->arena, map->performance);
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_audit_i11_stock, 1, &param, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++)
		if (!is_so(map, &rows, i))
			audit_say(list,
			    "section %" PRId64 " of performance %" PRId64
			    " is another in Redis",
			    db_get_i64(&rows, i, 0), map->performance);
	return r;
}
