/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_admin - what operators are answered
 *
 * Layer: fcgi-app/api.  Uses: http.
 */
#ifndef FCGI_APP_API_VIEW_ADMIN_H
#define FCGI_APP_API_VIEW_ADMIN_H

#include "fcgi-app/api/view.h"

struct account;
struct audit_entry;
struct client_log_entry;
struct entry;
struct load_report;
struct queue_figure;
struct queue_line;
struct search_hit;
struct withhold_ask;
struct withhold_result;
void view_withhold_move(struct jw *w, const struct withhold_ask *ask,
    const struct withhold_result *result);
/* A user, with what only operators see. */
void view_user(struct jw *w, const struct account *account);
/* Who changed something last (0: the command line) and when, into an open
 * object. */
void view_changed(struct jw *w, int64_t by, int64_t at_ms);
/* A thing of the catalog with all it has, into an open object. */
void view_entry(struct jw *w, const struct entry *entry);
/* What a write did or would do, "changes" and "warnings", into an open object.
 */
void view_notes(struct jw *w, const struct load_report *report);
/* A page of what was found, which is JSON. */
void view_hits(struct jw *w, const struct search_hit *hits, size_t n,
    bool more);
void view_audit_entry(struct jw *w, const struct audit_entry *entry);
/* n of them, by their names, into an open object. */
void view_figures(struct jw *w, const struct queue_figure *figures, size_t n);
void view_line(struct jw *w, const struct queue_line *line);
void view_client_log(struct jw *w, const struct client_log_entry *entry);

#endif
