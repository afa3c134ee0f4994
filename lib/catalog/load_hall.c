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

SQL(load_plan_find,
	"SELECT id FROM hall_revisions WHERE hall_id = $1 "
	"AND plan_sha256 = $2");
SQL(load_plan_make,
	"INSERT INTO hall_revisions (hall_id, revision, plan_sha256, "
	"seat_count) SELECT $1, coalesce(max(revision), 0) + 1, $2, $3 "
	"FROM hall_revisions WHERE hall_id = $1 RETURNING id");

#define COPY_CLASSES \
	"COPY price_classes (hall_revision_id, class_no, key, name_ko, " \
	"name_en) FROM STDIN"
#define COPY_SECTIONS \
	"COPY sections (hall_revision_id, section_no, key, name_ko, " \
	"name_en, kind, capacity, first_seat_no, class_no) FROM STDIN"
#define COPY_SEATS \
	"COPY seats (hall_revision_id, seat_no, section_no, class_no, " \
	"number, x, y, row_label, type) FROM STDIN"

/* A text as COPY wants it; names hold no control characters. */
static void
add_text(struct strbuf *b, struct span s)
{
	strbuf_char(b, '\t');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\\')
			strbuf_char(b, '\\');
		strbuf_char(b, s.p[i]);
	}
}

static void
add_names(struct strbuf *b, struct span key, const struct span *name)
{
	add_text(b, key);
	add_text(b, name[LANG_KO]);
	add_text(b, name[LANG_EN]);
}

/* A number that is NULL when it is 0. */
static void
add_number(struct strbuf *b, int number)
{
	if (number == 0)
		strbuf_str(b, "\t\\N");
	else
		strbuf_printf(b, "\t%d", number);
}

static int
copy_classes(struct load *load, const struct plan *plan, long long id)
{
	struct strbuf b;

	strbuf_init(&b, load->a, 0);
	for (size_t i = 0; i < plan->n_classes; i++) {
		strbuf_printf(&b, "%lld\t%zu", id, i + 1);
		add_names(&b, plan->classes[i].key, plan->classes[i].name);
		strbuf_char(&b, '\n');
	}
	return db_copy(load->ctx->primary, COPY_CLASSES, strbuf_get(&b));
}

static int
copy_sections(struct load *load, const struct plan *plan, long long id)
{
	struct strbuf b;

	strbuf_init(&b, load->a, 0);
	for (size_t i = 0; i < plan->n_sections; i++) {
		const struct plan_section *s = &plan->sections[i];

		strbuf_printf(&b, "%lld\t%zu", id, i + 1);
		add_names(&b, s->key, s->name);
		strbuf_printf(&b, "\t%s\t%d", section_kinds[s->kind],
		    s->capacity);
		add_number(&b, s->first_seat_no);
		add_number(&b, s->class_no);
		strbuf_char(&b, '\n');
	}
	return db_copy(load->ctx->primary, COPY_SECTIONS, strbuf_get(&b));
}

static int
copy_seats(struct load *load, const struct plan *plan, long long id)
{
	struct strbuf b;

	strbuf_init(&b, load->a, plan->n_seats * 64);
	for (size_t i = 0; i < plan->n_seats; i++) {
		const struct plan_seat *s = &plan->seats[i];

		strbuf_printf(&b, "%lld\t%zu\t%d\t%d\t%d\t%.2f\t%.2f", id,
		    i + 1, s->section_no, s->class_no, s->number, s->x, s->y);
		add_text(&b, s->row);
		add_text(&b, s->type);
		strbuf_char(&b, '\n');
	}
	return db_copy(load->ctx->primary, COPY_SEATS, strbuf_get(&b));
}

static int
copy_all(struct load *load, const struct load_hall *hall,
    const struct plan *plan, int64_t revision_id)
{
	int r = copy_classes(load, plan, revision_id);

	if (r == DB_OK)
		r = copy_sections(load, plan, revision_id);
	if (r == DB_OK)
		r = copy_seats(load, plan, revision_id);
	return r <= 0 ? r : load_refuse(load, hall->at,
	    "the database refuses this plan (%s)",
	    db_constraint(load->ctx->primary));
}

/* Find the revision by the plan's digest, or make it. */
static int
get_revision(struct load *load, const struct load_hall *hall, int64_t hall_id,
    const struct plan *plan, int64_t *id)
{
	struct arena *a = load->a;
	struct span digest = { (const char *)plan->digest,
		sizeof(plan->digest) };
	struct db_param params[] = {
		db_i64(a, hall_id),
		db_bytes(a, digest),
		db_i64(a, (int64_t)plan->n_seats),
	};
	struct db_rows rows;
	int r = load_run(load, hall->at, &sql_load_plan_find, 2, params, &rows);
	bool found = r == LOAD_OK && rows.n_rows > 0;

	if (r == LOAD_OK && !found)
		r = load_run(load, hall->at, &sql_load_plan_make, 3, params,
		    &rows);
	if (r != LOAD_OK)
		return r;
	*id = db_get_i64(&rows, 0, 0);
	if (found)
		return LOAD_OK;
	load->report->n_revisions++;
	return copy_all(load, hall, plan, *id);
}

int
load_plan(struct load *load, const struct load_hall *hall, int64_t hall_id)
{
	struct plan plan;
	int64_t id;
	int r;

	if (plan_expand(load->a, hall->plan, &plan, load->error) != PLAN_OK)
		return LOAD_E_REFUSED;
	r = get_revision(load, hall, hall_id, &plan, &id);
	if (r != LOAD_OK)
		return r;
	load->planned[load->n_planned++] =
	    (struct load_planned){ hall_id, id };
	return LOAD_OK;
}
