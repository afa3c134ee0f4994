/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text - what readers are sent, each written once and shared by all who get it
 *
 * Layer: feedd.  Uses: base, seat.
 */
#include "feedd/text.h"

#include "base/mem.h"
#include "base/strbuf.h"

#include <inttypes.h>
#include <stdlib.h>

struct text *
text_of(struct span bytes)
{
	struct text *t = mem_get(sizeof(*t) + bytes.len);

	t->refs = 1;
	t->len = bytes.len;
	memcpy(t->bytes, bytes.p, bytes.len);
	return t;
}

struct text *
text_take(struct text *t)
{
	t->refs++;
	return t;
}

void
text_drop(struct text *t)
{
	if (t != NULL && --t->refs == 0)
		free(t);
}

/* ---- versions ---- */

struct span
text_version(struct arena *a, int64_t epoch, struct log_id id)
{
	return span_str(arena_printf(a, "%" PRId64 "-%" PRId64 "-%" PRId64,
	    epoch, id.ms, id.seq));
}

bool
text_read_version(struct span version, int64_t *epoch, struct log_id *id)
{
	struct span rest = version;

	return span_to_i64(span_cut(&rest, '-'), epoch) && span_is(rest)
	    && log_id_read(rest, id) && *epoch > 0 && id->ms >= 0
	    && id->seq >= 0;
}

/* ---- events ---- */

static void
write_id(struct strbuf *b, struct span version)
{
	strbuf_str(b, "id: ");
	strbuf_span(b, version);
	strbuf_char(b, '\n');
}

/* How many of the changes have the letter of the first. */
static size_t
n_alike(const struct ring_change *changes, size_t n)
{
	size_t i = 0;

	while (i < n && changes[i].letter == changes[0].letter)
		i++;
	return i;
}

/* "A":[1,2] */
static void
write_seats(struct strbuf *b, const struct ring_change *seats, size_t n)
{
	strbuf_printf(b, "\"%c\":[", seats[0].letter);
	for (size_t i = 0; i < n; i++)
		strbuf_printf(b, "%s%" PRId64, i == 0 ? "" : ",", seats[i].no);
	strbuf_char(b, ']');
}

/* "sections":{"12":340} */
static void
write_sections(struct strbuf *b, const struct ring_change *sections, size_t n)
{
	strbuf_str(b, "\"sections\":{");
	for (size_t i = 0; i < n; i++)
		strbuf_printf(b, "%s\"%" PRId64 "\":%" PRId64,
		    i == 0 ? "" : ",", sections[i].no, sections[i].left);
	strbuf_char(b, '}');
}

static void
write_changes(struct strbuf *b, const struct ring_change *changes, size_t n)
{
	size_t some;

	strbuf_char(b, '{');
	for (size_t i = 0; i < n; i += some) {
		some = n_alike(changes + i, n - i);
		if (i > 0)
			strbuf_char(b, ',');
		if (changes[i].letter == RING_SECTION)
			write_sections(b, changes + i, some);
		else
			write_seats(b, changes + i, some);
	}
	strbuf_char(b, '}');
}

struct text *
text_seats(struct arena *a, struct span version,
    const struct ring_change *changes, size_t n)
{
	struct strbuf b;

	strbuf_init(&b, a, 0);
	write_id(&b, version);
	strbuf_str(&b, "event: seats\ndata: ");
	write_changes(&b, changes, n);
	strbuf_str(&b, "\n\n");
	return text_of(strbuf_get(&b));
}

struct text *
text_resync(struct arena *a, struct span version, int64_t within_ms)
{
	struct strbuf b;

	strbuf_init(&b, a, 0);
	write_id(&b, version);
	strbuf_printf(&b,
	    "event: resync\ndata: {\"within_ms\":%" PRId64 "}\n\n", within_ms);
	return text_of(strbuf_get(&b));
}

struct text *
text_heartbeat(struct arena *a, struct span version)
{
	struct strbuf b;

	strbuf_init(&b, a, 0);
	write_id(&b, version);
	strbuf_char(&b, '\n');
	return text_of(strbuf_get(&b));
}

struct text *
text_event(struct arena *a, const char *name)
{
	return text_of(
	    span_str(arena_printf(a, "event: %s\ndata: {}\n\n", name)));
}

struct text *
text_retry(struct arena *a, int64_t ms)
{
	return text_of(span_str(arena_printf(a, "retry: %" PRId64 "\n\n", ms)));
}
