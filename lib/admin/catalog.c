/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * catalog - operators change what is sold
 *
 * Layer: domain.  Uses: base, store, catalog, audit_log.
 */
#include "admin/catalog.h"

#include "admin/held.h"
#include "base/fault.h"

#include <inttypes.h>

/* Of a deleted thing after is NULL, of a new one before. */
SQL(catalog_log,
    "SELECT audit_write($1, $2, $3, $4, $5, $6, jsonb_build_object("
    "'before', $7::jsonb, 'after', $8::jsonb))");

static int
log_change(struct ctx *ctx, const struct catalog_ask *ask,
    const struct load_change *change)
{
	struct arena *a = &ctx->arena;
	const char *verb = !span_is(change->before) ? "make"
	    : !span_is(change->after)               ? "delete"
						    : "change";
	struct db_param params[AUDIT_N_PARAMS + 2];

	audit_log_params(a, &ask->by,
	    span_str(arena_printf(a, "%s.%s", change->what, verb)),
	    span_str(arena_printf(a, "%s %" PRId64, change->what, change->id)),
	    params);
	params[AUDIT_N_PARAMS] = db_text(a, change->before);
	params[AUDIT_N_PARAMS + 1] = db_text(a, change->after);
	return db_sure(db_run(ctx->primary, a, &sql_catalog_log,
	    ARRAY_LEN(params), params, NULL));
}

static int
log_changes(struct ctx *ctx, const struct catalog_ask *ask,
    const struct load_report *report)
{
	int r = 0;

	for (const struct load_change *c = report->changes;
	     r == 0 && c != NULL && !ask->dry; c = c->next)
		r = log_change(ctx, ask, c);
	return r;
}

/* The part of a write that knows what is written. id: what to read back; 0:
 * nothing. */
typedef int step_fn(struct load *load, const void *input, int64_t *id);

/* What is read back was just written, so it is there. */
static int
read_back(struct ctx *ctx, enum entry_kind kind, int64_t id,
    struct catalog_result *out)
{
	return id == 0 ? 0 : db_sure(entry_get(ctx, kind, id, &out->entry));
}

/* The step has asked PostgreSQL, which learns of holds a moment later. */
static int
refuse_held(struct ctx *ctx, struct catalog_result *out)
{
	for (const struct load_change *c = out->report.over; c != NULL;
	     c = c->next)
		if (held_now(ctx, c->id)) {
			out->error = (struct load_error){ .at = "status",
				.text =
				    "seats of it are held, so it cannot "
				    "be cancelled" };
			return CATALOG_E_USED;
		}
	return CATALOG_OK;
}

static int
put(struct ctx *ctx, const struct catalog_ask *ask, step_fn *step,
    const void *input, enum entry_kind kind, struct catalog_result *out)
{
	const struct load_by by = { ask->by.user, ask->max_ms };
	struct load *load;
	int64_t id = 0;
	int r;

	*out = (struct catalog_result){ .error = { "", "" } };
	if (span_is(ask->by.reason) && !audit_reason_ok(ask->by.reason))
		return CATALOG_E_REASON;
	r = load_begin(ctx, &by, &out->report, &out->error, &load);
	if (r != LOAD_OK)
		return r;
	r = step(load, input, &id);
	if (r == LOAD_OK)
		r = refuse_held(ctx, out);
	if (r == LOAD_OK)
		r = log_changes(ctx, ask, &out->report);
	if (r == LOAD_OK)
		r = read_back(ctx, kind, id, out);
	FAULT_POINT("catalog.before_end");
	r = load_end(load, r, ask->dry ? LOAD_DRY : LOAD_DO);
	FAULT_POINT("catalog.after_end");
	return r;
}

static int
step_file(struct load *load, const void *input, int64_t *id)
{
	*id = 0;
	return load_file(load, input);
}

static int
step_show(struct load *load, const void *input, int64_t *id)
{
	return load_show(load, input, id);
}

static int
step_performance(struct load *load, const void *input, int64_t *id)
{
	int r = load_performance(load, input, id);

	return r != LOAD_OK ? r : load_check_halls(load);
}

int
catalog_load(struct ctx *ctx, const struct catalog_ask *ask,
    const struct load_file *file, struct catalog_result *out)
{
	return put(ctx, ask, step_file, file, ENTRY_SHOW, out);
}

int
catalog_show(struct ctx *ctx, const struct catalog_ask *ask,
    const struct load_show *show, struct catalog_result *out)
{
	return put(ctx, ask, step_show, show, ENTRY_SHOW, out);
}

static int
step_venue(struct load *load, const void *input, int64_t *id)
{
	return load_venue(load, input, id);
}

int
catalog_venue(struct ctx *ctx, const struct catalog_ask *ask,
    const struct load_venue *venue, struct catalog_result *out)
{
	return put(ctx, ask, step_venue, venue, ENTRY_VENUE, out);
}

struct hall_input {
	int64_t venue;
	const struct load_hall *hall;
};

static int
step_hall(struct load *load, const void *input, int64_t *id)
{
	const struct hall_input *in = input;

	return load_hall(load, in->hall, in->venue, id);
}

int
catalog_hall(struct ctx *ctx, const struct catalog_ask *ask, int64_t venue,
    const struct load_hall *hall, struct catalog_result *out)
{
	const struct hall_input in = { venue, hall };

	return put(ctx, ask, step_hall, &in, ENTRY_HALL, out);
}

struct revision_input {
	int64_t hall;
	const struct plan_spec *plan;
};

static int
step_revision(struct load *load, const void *input, int64_t *id)
{
	const struct revision_input *in = input;

	return load_revision(load, in->plan, in->hall, id);
}

int
catalog_revision(struct ctx *ctx, const struct catalog_ask *ask, int64_t hall,
    const struct plan_spec *plan, struct catalog_result *out)
{
	const struct revision_input in = { hall, plan };

	return put(ctx, ask, step_revision, &in, ENTRY_REVISION, out);
}

struct delete_input {
	enum entry_kind kind;
	const struct load_which *which;
};

static int
step_delete(struct load *load, const void *input, int64_t *id)
{
	const struct delete_input *in = input;

	*id = 0;
	return load_delete(load, in->kind, in->which);
}

int
catalog_delete(struct ctx *ctx, const struct catalog_ask *ask,
    enum entry_kind kind, const struct load_which *which,
    struct catalog_result *out)
{
	const struct delete_input in = { kind, which };

	return put(ctx, ask, step_delete, &in, kind, out);
}

int
catalog_performances(struct ctx *ctx, const struct catalog_ask *ask,
    const struct load_performance *performance, struct catalog_result *out)
{
	return put(ctx, ask, step_performance, performance, ENTRY_PERFORMANCE,
	    out);
}
