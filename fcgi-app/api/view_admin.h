/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_admin - what operators are answered
 *
 * Layer: fcgi-app/api.  Uses: http.
 */
#ifndef FCGI_APP_API_VIEW_ADMIN_H
#define FCGI_APP_API_VIEW_ADMIN_H

#include "fcgi-app/api/view.h"

struct audit_entry;
struct house_ask;
struct house_result;
void view_house_move(struct jw *w, const struct house_ask *ask,
    const struct house_result *result);
void view_audit_entry(struct jw *w, const struct audit_entry *entry);

#endif
