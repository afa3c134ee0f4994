/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_catalog - shows, performances and sections as the wire has them
 *
 * One function a shape, so that an item of a list has all members of its
 * single answer.
 *
 * Layer: fcgi-app/api.  Uses: http, catalog.
 */
#include "fcgi-app/api/view_catalog.h"

#include "catalog/performance.h"
#include "catalog/show.h"
#include "fcgi-app/api/view_seat.h"

#include <inttypes.h>
#include <stdlib.h>

struct span
view_poster_url(struct ctx *ctx, struct span sha256)
{
	return span_str(arena_printf(&ctx->arena, "%s/api/v1/posters/%.*s",
	    ctx->set.base_path, (int)sha256.len, sha256.p));
}

void
view_show(struct ctx *ctx, struct jw *w, const struct show *show,
    enum lang lang)
{
	jw_object(w, NULL);
	jw_int(w, "id", show->id);
	jw_str(w, "kind", show_kinds[show->kind]);
	jw_span(w, "title", show->title[lang]);
	jw_str(w, "status", show_statuses[show->status]);
	jw_int(w, "running_minutes", show->running_minutes);
	jw_span(w, "age_rating", show->age_rating);
	jw_span(w, "synopsis", show->synopsis[lang]);
	jw_span(w, "poster_url",
	    span_is(show->poster) ? view_poster_url(ctx, show->poster)
				  : show->poster_url);
	if (show->next_starts_ms == SHOW_NEVER)
		jw_null(w, "next_starts_at");
	else
		jw_time(w, "next_starts_at", show->next_starts_ms);
	jw_end_object(w);
}

/* "+09:00", as RFC 3339 writes an offset. */
static void
write_offset(struct jw *w, const char *name, int64_t offset_s)
{
	int minutes = abs((int)(offset_s / 60));

	jw_str(w, name,
	    arena_printf(w->buf.arena, "%c%02d:%02d", offset_s < 0 ? '-' : '+',
		minutes / 60, minutes % 60));
}

static void
write_place(struct jw *w, const struct performance *p, enum lang lang)
{
	jw_object(w, "show");
	jw_int(w, "id", p->show_id);
	jw_span(w, "title", p->show_title[lang]);
	jw_end_object(w);
	jw_object(w, "venue");
	jw_int(w, "id", p->venue_id);
	jw_span(w, "name", p->venue_name[lang]);
	jw_end_object(w);
	jw_object(w, "hall");
	jw_int(w, "id", p->hall_id);
	jw_span(w, "name", p->hall_name[lang]);
	jw_int(w, "revision", p->hall_revision);
	jw_end_object(w);
}

/* feedd/ask.c has the route. */
static void
write_feed_url(struct jw *w, const struct settings *set, int64_t id)
{
	bool here = strcmp(set->feed_url, "/") == 0;

	if (set->feed_url[0] == '\0')
		jw_null(w, "feed_url");
	else
		jw_str(w, "feed_url",
		    arena_printf(w->buf.arena,
			"%s/api/v1/performances/%" PRId64 "/feed",
			here ? set->base_path : set->feed_url, id));
}

void
view_performance(struct jw *w, const struct settings *set,
    const struct performance *p, enum lang lang)
{
	jw_object(w, NULL);
	jw_int(w, "id", p->id);
	write_place(w, p, lang);
	jw_time(w, "starts_at", p->starts_ms);
	jw_time(w, "ends_at", p->ends_ms);
	jw_span(w, "local_date", p->local_date);
	write_offset(w, "utc_offset", p->utc_offset_s);
	jw_str(w, "status", performance_statuses[p->status]);
	jw_time(w, "sales_open_at", p->sales_open_ms);
	jw_time(w, "sales_close_at", p->sales_close_ms);
	jw_time(w, "cancel_until", p->cancel_until_ms);
	jw_raw(w, "refund_policy", p->refund_json);
	jw_span(w, "moves", p->moves);
	jw_span(w, "transfers", p->transfers);
	jw_str(w, "queue_mode", queue_modes[p->queue_mode]);
	jw_raw(w, "seat_rules", p->seat_rules_json);
	jw_raw(w, "ticket_types", p->ticket_types_json[lang]);
	write_feed_url(w, set, p->id);
	jw_int(w, "max_seats_per_user", p->seats_max);
	jw_int(w, "hold_seconds", p->hold_s);
	jw_span(w, "currency", p->currency);
	jw_int(w, "remaining", p->remaining);
	jw_int(w, "seat_count", p->seat_count);
	jw_end_object(w);
}

void
view_performance_date(struct jw *w, const struct performance_date *date)
{
	jw_object(w, NULL);
	jw_span(w, "date", date->date);
	jw_int(w, "performances", date->performances);
	jw_int(w, "remaining", date->remaining);
	jw_end_object(w);
}

void
view_section(struct jw *w, int section_id,
    const struct performance_section *section, struct span letters,
    enum lang lang)
{
	const struct hall_section *s = section->section;

	jw_object(w, NULL);
	jw_int(w, "section_id", section_id);
	jw_span(w, "name", s->name[lang]);
	jw_str(w, "kind", section_kinds[s->kind]);
	jw_str(w, "status", section->open ? "open" : "closed");
	jw_int(w, "capacity", section->capacity);
	jw_int(w, "remaining", section->remaining);
	if (s->first_seat_no > 0
	    && (size_t)(s->first_seat_no - 1 + s->capacity) <= letters.len)
		view_counts(w,
		    (struct span){ letters.p + s->first_seat_no - 1,
			(size_t)s->capacity });
	jw_int(w, "price", section->price);
	jw_end_object(w);
}
