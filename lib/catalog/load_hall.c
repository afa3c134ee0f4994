/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_hall - give a hall the revision that a plan is
 *
 * The digest decides whether the plan is known. A new one goes in with COPY:
 * an arena has 20,000 seats.
 *
 * Layer: domain.  Uses: base, store, plan.
 */
#include "catalog/load_step.h"

#include "store/copy.h"

SQL(load_plan_find,
    "SELECT id FROM hall_revisions WHERE hall_id = $1 "
    "AND plan_sha256 = $2");
SQL(load_plan_make,
    "INSERT INTO hall_revisions AS r (hall_id, revision, plan_sha256, "
    "seat_count, changed_by) SELECT $1, coalesce(max(revision), 0) + 1, $2, "
    "$3, $4 FROM hall_revisions WHERE hall_id = $1 RETURNING id, " LOAD_REVISION_ROW);

#define COPY_CLASSES \
	"COPY price_classes (hall_revision_id, class_no, key, name_ko, " \
	"name_en) FROM STDIN"
#define COPY_SECTIONS \
	"COPY sections (hall_revision_id, section_no, key, name_ko, " \
	"name_en, kind, capacity, first_seat_no, class_no, focus_x, " \
	"focus_y, area_x, area_y, area_width, area_height) FROM STDIN"
#define COPY_SEATS \
	"COPY seats (hall_revision_id, seat_no, section_no, class_no, " \
	"number, x, y, row_label, type, apart) FROM STDIN"
#define COPY_DECORATIONS \
	"COPY decorations (hall_revision_id, decoration_no, kind, " \
	"label_ko, label_en, x, y, width, height) FROM STDIN"

static void
add_names(struct copy *c, struct span key, const struct span *name)
{
	copy_text(c, key);
	copy_text(c, name[LANG_KO]);
	copy_text(c, name[LANG_EN]);
}

/* A number that is NULL when it is 0. */
static void
add_number(struct copy *c, int number)
{
	if (number == 0)
		copy_null(c);
	else
		copy_i64(c, number);
}

static int
copy_classes(struct load *load, const struct plan *plan, int64_t id)
{
	struct copy c;

	copy_init(&c, load->a, 0);
	for (size_t i = 0; i < plan->n_classes; i++) {
		copy_i64(&c, id);
		copy_i64(&c, (int64_t)i + 1);
		add_names(&c, plan->classes[i].key, plan->classes[i].name);
		copy_end_row(&c);
	}
	return db_copy(load->ctx->primary, COPY_CLASSES, &c);
}

static int
copy_sections(struct load *load, const struct plan *plan, int64_t id)
{
	struct copy c;

	copy_init(&c, load->a, 0);
	for (size_t i = 0; i < plan->n_sections; i++) {
		const struct plan_section *s = &plan->sections[i];

		copy_i64(&c, id);
		copy_i64(&c, (int64_t)i + 1);
		add_names(&c, s->key, s->name);
		copy_str(&c, section_kinds[s->kind]);
		copy_i64(&c, s->capacity);
		add_number(&c, s->first_seat_no);
		add_number(&c, s->class_no);
		copy_hundredths(&c, s->focus_x);
		copy_hundredths(&c, s->focus_y);
		copy_hundredths(&c, s->x);
		copy_hundredths(&c, s->y);
		copy_hundredths(&c, s->width);
		copy_hundredths(&c, s->height);
		copy_end_row(&c);
	}
	return db_copy(load->ctx->primary, COPY_SECTIONS, &c);
}

static int
copy_seats(struct load *load, const struct plan *plan, int64_t id)
{
	struct copy c;

	copy_init(&c, load->a, plan->n_seats * 64);
	for (size_t i = 0; i < plan->n_seats; i++) {
		const struct plan_seat *s = &plan->seats[i];

		copy_i64(&c, id);
		copy_i64(&c, (int64_t)i + 1);
		copy_i64(&c, s->section_no);
		copy_i64(&c, s->class_no);
		copy_i64(&c, s->number);
		copy_hundredths(&c, s->x);
		copy_hundredths(&c, s->y);
		copy_text(&c, s->row);
		copy_text(&c, s->type);
		copy_str(&c, s->apart ? "t" : "f");
		copy_end_row(&c);
	}
	return db_copy(load->ctx->primary, COPY_SEATS, &c);
}

static int
copy_decorations(struct load *load, const struct plan *plan, int64_t id)
{
	struct copy c;

	copy_init(&c, load->a, 0);
	for (size_t i = 0; i < plan->n_decorations; i++) {
		const struct plan_decoration *d = &plan->decorations[i];

		copy_i64(&c, id);
		copy_i64(&c, (int64_t)i + 1);
		add_names(&c, span_str(decoration_kinds[d->kind]), d->label);
		copy_hundredths(&c, d->x);
		copy_hundredths(&c, d->y);
		copy_hundredths(&c, d->width);
		copy_hundredths(&c, d->height);
		copy_end_row(&c);
	}
	return db_copy(load->ctx->primary, COPY_DECORATIONS, &c);
}

static int
copy_all(struct load *load, const struct plan_spec *spec,
    const struct plan *plan, int64_t revision_id)
{
	int r = copy_classes(load, plan, revision_id);

	if (r == DB_OK)
		r = copy_sections(load, plan, revision_id);
	if (r == DB_OK)
		r = copy_seats(load, plan, revision_id);
	if (r == DB_OK)
		r = copy_decorations(load, plan, revision_id);
	return r <= 0
	    ? r
	    : load_refuse(load, spec->at, "the database refuses this plan (%s)",
		db_constraint(load->ctx->primary));
}

static int
make_revision(struct load *load, const struct plan_spec *spec,
    const struct plan *plan, const struct db_param *params, int64_t *id)
{
	struct db_rows rows;
	int r = load_run(load, spec->at, &sql_load_plan_make, 4, params, &rows);

	if (r != LOAD_OK)
		return r;
	*id = db_get_i64(&rows, 0, 0);
	load->report->n_revisions++;
	load_note(load, false, "seat plan: a new revision of %zu seats",
	    plan->n_seats);
	load_changed(load, "revision", *id, SPAN_NONE, db_cell(&rows, 0, 1));
	return copy_all(load, spec, plan, *id);
}

/* Find the revision by the plan's digest, or make it. */
static int
get_revision(struct load *load, const struct plan_spec *spec,
    const struct plan *plan, int64_t hall, int64_t *id)
{
	struct arena *a = load->a;
	struct span digest = { (const char *)plan->digest,
		sizeof(plan->digest) };
	struct db_param params[] = {
		db_i64(a, hall),
		db_bytes(a, digest),
		db_i64(a, (int64_t)plan->n_seats),
		load->user == 0 ? db_str(NULL) : db_i64(a, load->user),
	};
	struct db_rows rows;
	int r = load_run(load, spec->at, &sql_load_plan_find, 2, params, &rows);

	if (r != LOAD_OK)
		return r;
	if (rows.n_rows == 0)
		return make_revision(load, spec, plan, params, id);
	*id = db_get_i64(&rows, 0, 0);
	return LOAD_OK;
}

int
load_revision(struct load *load, const struct plan_spec *spec, int64_t hall,
    int64_t *id)
{
	struct load_planned *planned;
	struct plan plan;
	int r;

	if (plan_expand(load->a, spec, &plan, load->error) != PLAN_OK)
		return LOAD_E_REFUSED;
	r = get_revision(load, spec, &plan, hall, id);
	if (r != LOAD_OK)
		return r;
	planned = ARENA_NEW(load->a, struct load_planned);
	*planned = (struct load_planned){ load->planned, hall, *id };
	load->planned = planned;
	return LOAD_OK;
}
