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
struct withhold_ask;
struct withhold_result;
void view_withhold_move(struct jw *w, const struct withhold_ask *ask,
    const struct withhold_result *result);
/* A user, with what only operators see. */
void view_user(struct jw *w, const struct account *account);
/* Who changed the user last and when, into an open object. */
void view_changed(struct jw *w, const struct account *account);
void view_audit_entry(struct jw *w, const struct audit_entry *entry);

#endif
