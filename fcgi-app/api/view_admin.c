/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_admin - what operators are answered
 *
 * Layer: fcgi-app/api.  Uses: http, account, admin, queue.
 */
#include "fcgi-app/api/view_admin.h"

#include "account/account.h"
#include "admin/catalog.h"
#include "admin/client_log.h"
#include "admin/search.h"
#include "admin/withhold.h"
#include "fcgi-app/api/view_seat.h"
#include "http/page.h"
#include "queue/queue_report.h"

void
view_withhold_move(struct jw *w, const struct withhold_ask *ask,
    const struct withhold_result *result)
{
	jw_object(w, NULL);
	jw_int(w, "performance_id", ask->performance);
	view_ids(w, "seat_ids", result->seats, ask->n_seats);
	view_letter(w, "status", ask->verb->to);
	jw_int(w, "moved", (int64_t)result->n_moved);
	jw_span(w, "version", result->version);
	jw_end_object(w);
}

void
view_changed(struct jw *w, int64_t by, int64_t at_ms)
{
	if (by != 0)
		jw_int(w, "changed_by", by);
	else
		jw_null(w, "changed_by");
	jw_time(w, "changed_at", at_ms);
}

void
view_entry(struct jw *w, const struct entry *entry)
{
	jw_int(w, "id", entry->id);
	if (span_is(entry->more))
		jw_members(w, entry->more);
	jw_members(w, entry->members);
	view_changed(w, entry->changed_by, entry->changed_ms);
}

void
view_notes(struct jw *w, const struct load_report *report)
{
	for (int warning = 0; warning < 2; warning++) {
		jw_array(w, warning ? "warnings" : "changes");
		for (const struct load_note *n = report->notes; n != NULL;
		     n = n->next)
			if (n->warning == (warning == 1))
				jw_str(w, NULL, n->text);
		jw_end_array(w);
	}
}

void
view_user(struct jw *w, const struct account *account)
{
	jw_object(w, NULL);
	jw_int(w, "id", account->id);
	jw_span(w, "login_id", account->login_id);
	jw_span(w, "name", account->name);
	jw_span(w, "email", account->email);
	jw_str(w, "role", role_name(account->role));
	jw_bool(w, "disabled", account->disabled);
	jw_bool(w, "totp", account->totp);
	jw_time(w, "created_at", account->created_ms);
	view_changed(w, account->changed_by, account->changed_ms);
	jw_end_object(w);
}

void
view_hits(struct jw *w, const struct search_hit *hits, size_t n, bool more)
{
	int64_t last = n > 0 ? hits[n - 1].id : 0;

	jw_object(w, NULL);
	jw_array(w, "items");
	for (size_t i = 0; i < n; i++)
		jw_raw(w, NULL, hits[i].item);
	jw_end_array(w);
	page_write_next(w, more, last, last);
	jw_end_object(w);
}

void
view_audit_entry(struct jw *w, const struct audit_entry *row)
{
	jw_object(w, NULL);
	jw_int(w, "id", row->id);
	jw_time(w, "at", row->at_ms);
	if (row->user != 0)
		jw_int(w, "user_id", row->user);
	else
		jw_null(w, "user_id");
	jw_span(w, "login_id", row->login_id);
	jw_span(w, "action", row->action);
	jw_span(w, "object", row->object);
	jw_span(w, "reason", row->reason);
	jw_raw(w, "detail", row->detail);
	jw_span(w, "request_id", row->request_id);
	jw_end_object(w);
}

void
view_client_log(struct jw *w, const struct client_log_entry *entry)
{
	jw_object(w, NULL);
	jw_int(w, "id", entry->id);
	jw_time(w, "at", entry->at_ms);
	jw_str(w, "level", client_log_levels[entry->level]);
	jw_span(w, "message", entry->message);
	jw_span(w, "context", entry->context);
	jw_span(w, "said_at", entry->said_at);
	jw_span(w, "release", entry->release);
	jw_span(w, "agent", entry->agent);
	jw_span(w, "network", entry->network);
	if (entry->user != 0)
		jw_int(w, "user_id", entry->user);
	else
		jw_null(w, "user_id");
	jw_span(w, "login_id", entry->login_id);
	jw_end_object(w);
}

void
view_figures(struct jw *w, const struct queue_figure *figures, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (figures[i].value < 0)
			jw_null(w, figures[i].name);
		else
			jw_int(w, figures[i].name, figures[i].value);
}

void
view_line(struct jw *w, const struct queue_line *line)
{
	jw_object(w, NULL);
	jw_int(w, "performance_id", line->performance);
	jw_str(w, "mode", queue_modes[line->mode]);
	jw_str(w, "status", queue_statuses[line->status]);
	view_figures(w, line->set, QUEUE_LINE_SET);
	jw_span(w, "beacon", line->beacon);
	if (line->runs) {
		jw_object(w, "now");
		jw_str(w, "lobby", lobby_states[line->lobby]);
		view_figures(w, line->now, QUEUE_LINE_NOW);
		jw_bool(w, "recovering", line->recovering);
		jw_end_object(w);
	} else {
		jw_null(w, "now");
	}
	jw_end_object(w);
}
