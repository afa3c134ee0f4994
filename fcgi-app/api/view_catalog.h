/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_catalog - shows, performances and sections as the wire has them
 *
 * Layer: fcgi-app/api.  Uses: http.
 */
#ifndef FCGI_APP_API_VIEW_CATALOG_H
#define FCGI_APP_API_VIEW_CATALOG_H

#include "fcgi-app/api/view.h"

/* Each is one object, by name inside another. */
struct show;
struct performance;
struct performance_date;
struct performance_section;
void view_show(struct ctx *ctx, struct jw *w, const struct show *show,
    enum lang lang);
/* Where the poster with that digest is. Memory: the arena's. */
struct span view_poster_url(struct ctx *ctx, struct span sha256);
/* With where its seats can be followed, by the settings. */
void view_performance(struct jw *w, const struct settings *set,
    const struct performance *performance, enum lang lang);
void view_performance_date(struct jw *w, const struct performance_date *date);
/* letters: of the whole map; NONE: it cannot be said what its seats are in */
void view_section(struct jw *w, int section_id,
    const struct performance_section *section, struct span letters,
    enum lang lang);

#endif
