/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * layout - where the seats of a hall revision are
 *
 * Not kept here: whoever shows a layout keeps the finished text.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "catalog/layout.h"

#include "store/read.h"

SQL(layout_seats,
    "SELECT section_no, class_no, number, row_label, type, x, y "
    "FROM seats WHERE hall_revision_id = $1 ORDER BY seat_no");

int
layout_seats(struct ctx *ctx, int64_t revision_id, struct layout_seat **out,
    size_t *n)
{
	struct db_param id = db_i64(&ctx->arena, revision_id);
	struct db_rows rows;
	int r = db_read(ctx, &sql_layout_seats, 1, &id, &rows);

	if (r != DB_OK)
		return r;
	*n = rows.n_rows;
	*out = ARENA_ARRAY(&ctx->arena, *n, struct layout_seat);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct layout_seat){
			.section_no = (int)db_get_i64(&rows, i, 0),
			.class_no = (int)db_get_i64(&rows, i, 1),
			.number = (int)db_get_i64(&rows, i, 2),
			.row = db_cell(&rows, i, 3),
			.type = db_cell(&rows, i, 4),
			.x = db_cell(&rows, i, 5),
			.y = db_cell(&rows, i, 6),
		};
	return 0;
}
