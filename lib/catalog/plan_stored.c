/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_stored - the seat plan of a revision, as it was loaded
 *
 * Layer: domain.  Uses: base, store, plan.
 */
#include "catalog/plan_stored.h"

#include "catalog/plan_step.h"
#include "store/read.h"

#include <string.h>

/* Places as whole numbers: a binary fraction is not what was kept. */
#define HUNDREDTHS(place) "round(" place " * 100)::bigint"

SQL(plan_stored,
    "SELECT plan_sha256, seat_count FROM hall_revisions WHERE id = $1");
SQL(plan_stored_classes,
    "SELECT key, name_ko, name_en FROM price_classes "
    "WHERE hall_revision_id = $1 ORDER BY class_no");
SQL(plan_stored_sections,
    "SELECT key, name_ko, name_en, kind, capacity, "
    "coalesce(first_seat_no, 0), coalesce(class_no, 0), " HUNDREDTHS("focus_x") ", " HUNDREDTHS("focus_y") ", " HUNDREDTHS(
	"area_x") ", " HUNDREDTHS("area_y") ", " HUNDREDTHS("area_width") ", " HUNDREDTHS("area_height") " FROM sections WHERE hall_revision_id = $1 ORDER BY section_no");
SQL(plan_stored_seats,
    "SELECT section_no, class_no, number, row_label, type, apart, " HUNDREDTHS(
	"x") ", " HUNDREDTHS("y") " FROM seats WHERE hall_revision_id = $1 ORDER BY seat_no");
SQL(plan_stored_decorations,
	"SELECT kind, label_ko, label_en, " HUNDREDTHS("x") ", "
	HUNDREDTHS("y") ", " HUNDREDTHS("width") ", " HUNDREDTHS("height")
	" FROM decorations WHERE hall_revision_id = $1 "
	"ORDER BY decoration_no");

SQL(plan_stored_find,
    "SELECT h.id, coalesce((SELECT r.id FROM hall_revisions AS r "
    "WHERE r.hall_id = h.id AND ($3::bigint = 0 OR r.revision = $3) "
    "ORDER BY r.revision DESC LIMIT 1), 0) FROM halls AS h "
    "JOIN venues AS v ON v.id = h.venue_id WHERE v.key = $1 AND h.key = $2");

static double
place(const struct db_rows *rows, size_t i, size_t col)
{
	return (double)db_get_i64(rows, i, col) / 100;
}

static void
take_names(const struct db_rows *rows, size_t i, size_t col, struct span *name)
{
	name[LANG_KO] = db_cell(rows, i, col);
	name[LANG_EN] = db_cell(rows, i, col + 1);
}

static int
take_classes(struct ctx *ctx, const struct db_rows *rows, struct plan *out)
{
	struct plan_class *all = ARENA_ARRAY(&ctx->arena, rows->n_rows,
	    struct plan_class);

	for (size_t i = 0; i < rows->n_rows; i++) {
		all[i].key = db_cell(rows, i, 0);
		take_names(rows, i, 1, all[i].name);
	}
	out->classes = all;
	out->n_classes = rows->n_rows;
	return 0;
}

static int
take_sections(struct ctx *ctx, const struct db_rows *rows, struct plan *out)
{
	out->sections = ARENA_ARRAY(&ctx->arena, rows->n_rows,
	    struct plan_section);
	out->n_sections = rows->n_rows;
	for (size_t i = 0; i < rows->n_rows; i++) {
		struct plan_section *s = &out->sections[i];
		int kind;
		int r = words_read(section_kinds, db_cell(rows, i, 3), &kind);

		if (r != 0)
			return r;
		*s = (struct plan_section){ .key = db_cell(rows, i, 0),
			.kind = (enum section_kind)kind,
			.capacity = (int)db_get_i64(rows, i, 4),
			.first_seat_no = (int)db_get_i64(rows, i, 5),
			.class_no = (int)db_get_i64(rows, i, 6),
			.focus_x = place(rows, i, 7),
			.focus_y = place(rows, i, 8),
			.x = place(rows, i, 9),
			.y = place(rows, i, 10),
			.width = place(rows, i, 11),
			.height = place(rows, i, 12) };
		take_names(rows, i, 1, s->name);
	}
	return 0;
}

static int
take_seats(struct ctx *ctx, const struct db_rows *rows, struct plan *out)
{
	out->seats = ARENA_ARRAY(&ctx->arena, rows->n_rows, struct plan_seat);
	out->n_seats = rows->n_rows;
	for (size_t i = 0; i < rows->n_rows; i++)
		out->seats[i] = (struct plan_seat){
			.section_no = (int)db_get_i64(rows, i, 0),
			.class_no = (int)db_get_i64(rows, i, 1),
			.number = (int)db_get_i64(rows, i, 2),
			.row = db_cell(rows, i, 3),
			.type = db_cell(rows, i, 4),
			.apart = db_get_bool(rows, i, 5),
			.x = place(rows, i, 6),
			.y = place(rows, i, 7)
		};
	return 0;
}

static int
take_decorations(struct ctx *ctx, const struct db_rows *rows, struct plan *out)
{
	struct plan_decoration *all = ARENA_ARRAY(&ctx->arena, rows->n_rows,
	    struct plan_decoration);

	for (size_t i = 0; i < rows->n_rows; i++) {
		int kind;
		int r = words_read(decoration_kinds, db_cell(rows, i, 0),
		    &kind);

		if (r != 0)
			return r;
		all[i] = (struct plan_decoration){
			.kind = (enum decoration_kind)kind,
			.x = place(rows, i, 3),
			.y = place(rows, i, 4),
			.width = place(rows, i, 5),
			.height = place(rows, i, 6)
		};
		take_names(rows, i, 1, all[i].label);
	}
	out->decorations = all;
	out->n_decorations = rows->n_rows;
	return 0;
}

static const struct {
	const struct sql *sql;
	int (*take)(struct ctx *ctx, const struct db_rows *rows,
	    struct plan *out);
} parts[] = {
	{ &sql_plan_stored_classes, take_classes },
	{ &sql_plan_stored_sections, take_sections },
	{ &sql_plan_stored_seats, take_seats },
	{ &sql_plan_stored_decorations, take_decorations },
};

int
plan_stored(struct ctx *ctx, int64_t id, struct plan *out)
{
	struct db_param param = db_i64(&ctx->arena, id);
	struct db_rows rows, head;
	int r = db_read_primary(ctx, &sql_plan_stored, 1, &param, &head);

	*out = (struct plan){ 0 };
	if (r != DB_OK)
		return r;
	if (head.n_rows == 0)
		return PLAN_STORED_E_NONE;
	for (size_t i = 0; r == DB_OK && i < ARRAY_LEN(parts); i++) {
		r = db_read_primary(ctx, parts[i].sql, 1, &param, &rows);
		if (r == DB_OK)
			r = parts[i].take(ctx, &rows, out);
	}
	if (r != DB_OK)
		return r;
	/* Somebody deletes it just now. */
	if (out->n_seats != (size_t)db_get_i64(&head, 0, 1))
		return PLAN_STORED_E_NONE;
	memcpy(out->digest, db_get_bytes(&ctx->arena, &head, 0, 0).p,
	    sizeof(out->digest));
	segment_compare(out);
	return PLAN_STORED_OK;
}

int
plan_stored_find(struct ctx *ctx, struct span venue, struct span hall,
    int64_t revision, struct plan_stored_ids *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_text(a, venue), db_text(a, hall),
		db_i64(a, revision) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_plan_stored_find, 3, params, &rows);

	if (r != DB_OK)
		return r;
	if (rows.n_rows == 0)
		return PLAN_STORED_E_NONE;
	*out = (struct plan_stored_ids){ .hall = db_get_i64(&rows, 0, 0),
		.revision = db_get_i64(&rows, 0, 1) };
	return PLAN_STORED_OK;
}
