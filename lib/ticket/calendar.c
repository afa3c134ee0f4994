/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calendar - a reservation as an entry of a calendar
 *
 * Source: RFC 5545 3.1 (lines of 75 bytes), 3.3.11 (texts), 3.6.1, 3.6.5.
 *
 * Layer: domain.  Uses: base, catalog.
 */
#include "ticket/calendar.h"

#include "base/clock.h"

#include <stdlib.h>

#define LINE_MAX_BYTES 75

struct span
ticket_place(struct arena *a, const struct ticket_view *view,
    const struct ticket *ticket)
{
	const struct reservation *r = &view->book->reservation;
	int64_t seat = r->seats[ticket->line];

	if (r->section_no == 0)
		return span_str(
		    terms_label(a, view->terms, (int)seat, view->lang));
	return view->terms->hall->sections[r->section_no - 1].name[view->lang];
}

struct span
ticket_time(struct arena *a, const struct performance *performance)
{
	char *text = clock_rfc3339(a,
	    performance->starts_ms + performance->utc_offset_s * MS_PER_S);

	text[sizeof("2026-11-21") - 1] = ' ';
	return (struct span){ text, sizeof("2026-11-21 19:30") - 1 };
}

/* One line, continued after a blank where it is long; no letter is cut. */
static void
add_line(struct strbuf *b, struct span line)
{
	size_t room = LINE_MAX_BYTES;

	while (line.len > room) {
		size_t n = room;

		while (n > 1 && ((uint8_t)line.p[n] & 0xc0) == 0x80)
			n--;
		strbuf_add(b, line.p, n);
		strbuf_str(b, "\r\n ");
		line.p += n;
		line.len -= n;
		room = LINE_MAX_BYTES - 1;
	}
	strbuf_span(b, line);
	strbuf_str(b, "\r\n");
}

static void
add_str(struct strbuf *b, const char *line)
{
	add_line(b, span_str(line));
}

/* NAME:text, with what separates values escaped. */
static void
add_text(struct strbuf *b, const char *name, struct span text)
{
	struct strbuf line;

	strbuf_init(&line, b->arena, text.len + 32);
	strbuf_str(&line, name);
	strbuf_char(&line, ':');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '\\' || c == ';' || c == ',')
			strbuf_char(&line, '\\');
		if (c == '\n')
			strbuf_str(&line, "\\n");
		else if ((uint8_t)c >= ' ')
			strbuf_char(&line, c);
	}
	add_line(b, strbuf_get(&line));
}

/* "20261121T193000" of a time in ms. */
static const char *
basic_time(struct arena *a, int64_t ms)
{
	const char *t = clock_rfc3339(a, ms);

	return arena_printf(a, "%.4s%.2s%.2sT%.2s%.2s%.2s", t, t + 5, t + 8,
	    t + 11, t + 14, t + 17);
}

/* The venue's offset at that time, which is all that this entry needs of its
 * zone. */
static void
add_zone(struct strbuf *b, const struct performance *p)
{
	int minutes = abs((int)(p->utc_offset_s / 60));
	const char *offset = arena_printf(b->arena, "%c%02d%02d",
	    p->utc_offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);

	add_str(b, "BEGIN:VTIMEZONE");
	add_str(b, "TZID:venue");
	add_str(b, "BEGIN:STANDARD");
	add_str(b, "DTSTART:19700101T000000");
	add_str(b, arena_printf(b->arena, "TZOFFSETFROM:%s", offset));
	add_str(b, arena_printf(b->arena, "TZOFFSETTO:%s", offset));
	add_str(b, "END:STANDARD");
	add_str(b, "END:VTIMEZONE");
}

static void
add_when(struct strbuf *b, const char *name, const struct performance *p,
    int64_t ms)
{
	add_str(b,
	    arena_printf(b->arena, "%s;TZID=venue:%s", name,
		basic_time(b->arena, ms + p->utc_offset_s * MS_PER_S)));
}

/* The places, one below the other. */
static struct span
places(struct arena *a, const struct ticket_view *view)
{
	struct strbuf b;

	strbuf_init(&b, a, 256);
	strbuf_span(&b, view->book->reservation.number);
	for (size_t i = 0; i < view->book->n; i++) {
		strbuf_char(&b, '\n');
		strbuf_span(&b, ticket_place(a, view, &view->book->tickets[i]));
	}
	return strbuf_get(&b);
}

static bool
is_off(const struct ticket_view *view)
{
	return view->book->n == 0
	    || view->performance->status == PERFORMANCE_CANCELLED;
}

static struct span
where(struct arena *a, const struct performance *p, enum lang lang)
{
	return span_str(arena_printf(a, "%.*s, %.*s",
	    (int)p->venue_name[lang].len, p->venue_name[lang].p,
	    (int)p->hall_name[lang].len, p->hall_name[lang].p));
}

struct span
ticket_calendar(struct arena *a, const struct ticket_view *view,
    struct span host, int64_t now_ms)
{
	const struct reservation *r = &view->book->reservation;
	const struct performance *p = view->performance;
	int64_t sequence = view->terms->meta_version + (int64_t)r->n_refunds;
	struct strbuf b;

	strbuf_init(&b, a, 2048);
	add_str(&b, "BEGIN:VCALENDAR");
	add_str(&b, "VERSION:2.0");
	add_str(&b, "PRODID:-//boxoffice//tickets 1//EN");
	add_str(&b, "METHOD:PUBLISH");
	add_zone(&b, p);
	add_str(&b, "BEGIN:VEVENT");
	add_str(&b,
	    arena_printf(a, "UID:%.*s@%.*s", (int)r->number.len, r->number.p,
		(int)host.len, host.p));
	add_str(&b, arena_printf(a, "SEQUENCE:%lld", (long long)sequence));
	add_str(&b, arena_printf(a, "DTSTAMP:%sZ", basic_time(a, now_ms)));
	add_when(&b, "DTSTART", p, p->starts_ms);
	add_when(&b, "DTEND", p, p->ends_ms);
	add_text(&b, "SUMMARY", p->show_title[view->lang]);
	add_text(&b, "LOCATION", where(a, p, view->lang));
	add_text(&b, "DESCRIPTION", places(a, view));
	add_str(&b, is_off(view) ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
	add_str(&b, "END:VEVENT");
	add_str(&b, "END:VCALENDAR");
	return strbuf_get(&b);
}

struct span
ticket_host(struct span url)
{
	(void)span_cut(&url, '/');
	(void)span_cut(&url, '/');
	return span_is(url) && url.len > 0 ? span_cut(&url, '/')
					   : SPAN_LIT("boxoffice");
}
