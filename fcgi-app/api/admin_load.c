/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_load - handler for whole catalog files
 *
 * What boxofficectl load does, for those who have no shell. It has less time:
 * what a worker cannot do within its deadline is for the command.
 *
 * Layer: fcgi-app/api.  Uses: http, reader, admin, payment.
 */
#include "fcgi-app/api/api.h"

#include "fcgi-app/api/admin_entry.h"
#include "fcgi-app/api/view_admin.h"
#include "http/problem.h"
#include "payment/payment.h"
#include "reader/load_file.h"

static void
view_count(struct jw *w, const char *name, const struct load_count *count)
{
	jw_object(w, name);
	jw_int(w, "new", count->n_new);
	jw_int(w, "changed", count->n_changed);
	jw_int(w, "same", count->n_same);
	jw_end_object(w);
}

static int
answer(struct ctx *ctx, struct res *res, const struct load_report *report)
{
	struct jw w;

	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	view_count(&w, "shows", &report->shows);
	view_count(&w, "venues", &report->venues);
	view_count(&w, "halls", &report->halls);
	view_count(&w, "performances", &report->performances);
	jw_int(&w, "new_revisions", report->n_revisions);
	jw_int(&w, "new_price_lists", report->n_prices);
	jw_int(&w, "kept_revisions", report->n_kept);
	view_notes(&w, report);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

/* A method may come later; until then nobody can buy. */
static void
warn_unpayable(struct ctx *ctx, const struct load_file *file,
    struct load_report *report)
{
	for (size_t i = 0; i < file->n_performances; i++) {
		const struct load_performance *p = &file->performances[i];

		if (!load_is_free(p)
		    && !payment_takes(&ctx->set, NULL, p->currency))
			load_warn(&ctx->arena, report,
			    "%s.currency: not payable in %.*s: no way to pay "
			    "takes it",
			    p->at, (int)p->currency.len, p->currency.p);
	}
}

static int
refuse(struct ctx *ctx, struct res *res, int r, const struct load_error *error)
{
	switch (r) {
	case CATALOG_E_REASON:
		return problem_field(res, "reason", "This is no reason.");
	case CATALOG_E_LATE:
		return problem(res, "too-large",
		    "It takes longer than a request may. Load it by "
		    "boxofficectl, or in parts.");
	case CATALOG_E_REFUSED:
		return entry_refuse_input(ctx, res, error);
	case CATALOG_E_MOVE:
		return problem(res, "no-such-move", error->text);
	case CATALOG_E_USED:
		return problem(res, "in-use", error->text);
	}
	return r;
}

int
api_admin_catalog_load(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct catalog_result result;
	struct catalog_ask ask;
	struct load_error error;
	struct load_file file;
	int r;

	if (!entry_read_ask(ctx, req, res, &ask))
		return 0;
	if (!load_file_read(&ctx->arena, req->body, &file, &error))
		return entry_refuse_input(ctx, res, &error);
	/* Time is left for the statement that it ends in, and for the answer.
	 */
	ask.max_ms = MAX(ctx->set.worker_deadline_ms / 2, 1);
	r = catalog_load(ctx, &ask, &file, &result);
	if (r != CATALOG_OK)
		return refuse(ctx, res, r, &result.error);
	warn_unpayable(ctx, &file, &result.report);
	return answer(ctx, res, &result.report);
}
