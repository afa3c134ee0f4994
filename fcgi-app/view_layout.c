/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_layout - a performance's layout as the wire has it
 *
 * An arena's seats are some megabytes of JSON that depend on the hall
 * revision alone, neither on prices nor on the language. The worker keeps
 * that text of the last few revisions, plain and packed, each in an arena of
 * its own, and writes (and packs) only the few lines around it anew.
 *
 * Layer: fcgi-app.  Uses: http, catalog.
 */
#include "fcgi-app/view.h"

#include "base/gzip.h"
#include "catalog/layout.h"
#include "catalog/performance.h"

#include <string.h>

#define N_KEPT 8
#define KEPT_LEN_MAX ((size_t)32 << 20)	/* of all together */
#define SEAT_LEN 112			/* about what one takes */

struct kept {
	int64_t used;		/* 0: empty; greatest: asked for last */
	int64_t revision_id;
	struct span text;	/* a JSON array */
	struct gzip_part part;	/* the same, packed */
	struct arena arena;
};

static struct kept kept_seats[N_KEPT];
static int64_t n_asked;

static void
write_seat(struct strbuf *b, int seat_no, const struct layout_seat *seat)
{
	strbuf_str(b, seat_no == 1 ? "{\"seat_id\":" : ",{\"seat_id\":");
	strbuf_i64(b, seat_no);
	strbuf_str(b, ",\"section_id\":");
	strbuf_i64(b, seat->section_no);
	strbuf_str(b, ",\"row\":");
	strbuf_json(b, seat->row);
	strbuf_str(b, ",\"number\":");
	strbuf_i64(b, seat->number);
	strbuf_str(b, ",\"type\":");
	strbuf_json(b, seat->type);
	strbuf_str(b, ",\"price_class\":");
	strbuf_i64(b, seat->class_no);
	strbuf_str(b, ",\"x\":");
	strbuf_span(b, seat->x);
	strbuf_str(b, ",\"y\":");
	strbuf_span(b, seat->y);
	strbuf_char(b, '}');
}

/* Memory of the text: ctx's arena. */
static int
write_seats(struct ctx *ctx, int64_t revision_id, struct span *out)
{
	struct layout_seat *seats;
	struct strbuf b;
	size_t n;
	int r = layout_seats(ctx, revision_id, &seats, &n);

	if (r < 0)
		return r;
	strbuf_init(&b, &ctx->arena, n * SEAT_LEN + 3);
	strbuf_char(&b, '[');
	for (size_t i = 0; i < n; i++)
		write_seat(&b, (int)i + 1, &seats[i]);
	strbuf_char(&b, ']');
	*out = strbuf_get(&b);
	return 0;
}

static void
give_up(struct kept *kept)
{
	arena_fini(&kept->arena);
	*kept = (struct kept){ 0 };
}

/* An empty place with room for len bytes: those longest not asked for go. */
static struct kept *
make_place(size_t len)
{
	for (;;) {
		struct kept *oldest = NULL, *empty = NULL;
		size_t total = len;

		for (size_t i = 0; i < N_KEPT; i++) {
			struct kept *k = &kept_seats[i];

			total += k->text.len + k->part.packed.len;
			if (k->used == 0)
				empty = k;
			else if (oldest == NULL || k->used < oldest->used)
				oldest = k;
		}
		if (empty != NULL && total <= KEPT_LEN_MAX)
			return empty;
		give_up(oldest);
	}
}

static struct kept *
find_kept(int64_t revision_id)
{
	for (size_t i = 0; i < N_KEPT; i++)
		if (kept_seats[i].used != 0 &&
		    kept_seats[i].revision_id == revision_id)
			return &kept_seats[i];
	return NULL;
}

static struct kept *
keep(int64_t revision_id, struct span text, const struct gzip_part *part)
{
	size_t len = text.len + part->packed.len;
	struct kept *kept = make_place(len);

	arena_init(&kept->arena, len + KIB(1));
	kept->text = arena_span(&kept->arena, text);
	kept->part = *part;
	kept->part.packed = arena_span(&kept->arena, part->packed);
	kept->revision_id = revision_id;
	return kept;
}

/* The seats of a revision, kept or made; what is too long to be kept is made
 * each time. */
static int
find_seats(struct ctx *ctx, int64_t revision_id, struct span *text,
    struct gzip_part *part)
{
	struct kept *kept = find_kept(revision_id);

	if (kept == NULL) {
		int r = write_seats(ctx, revision_id, text);

		if (r < 0)
			return r;
		gzip_pack(&ctx->arena, *text, part);
		if (text->len > KEPT_LEN_MAX / 2)
			return 0;
		kept = keep(revision_id, *text, part);
	}
	kept->used = ++n_asked;
	*text = kept->text;
	*part = kept->part;
	return 0;
}

static void
write_sections(struct jw *w, const struct performance_offer *offer,
    enum lang lang)
{
	jw_array(w, "sections");
	for (int i = 0; i < offer->hall->n_sections; i++) {
		const struct hall_section *s = &offer->hall->sections[i];

		jw_object(w, NULL);
		jw_int(w, "section_id", i + 1);
		jw_span(w, "name", s->name[lang]);
		jw_str(w, "kind", section_kinds[s->kind]);
		jw_int(w, "capacity", s->capacity);
		jw_int(w, "price", performance_section_price(offer, s));
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
write_price_classes(struct jw *w, const struct performance_offer *offer,
    enum lang lang)
{
	jw_array(w, "price_classes");
	for (int i = 0; i < offer->hall->n_classes; i++) {
		jw_object(w, NULL);
		jw_int(w, "id", i + 1);
		jw_span(w, "name", offer->hall->classes[i].name[lang]);
		jw_int(w, "price", offer->price[i]);
		jw_end_object(w);
	}
	jw_end_array(w);
}

/* All but the seats, in two texts: what stands before and behind them. */
static struct span
write_around(struct ctx *ctx, const struct performance_offer *offer,
    enum lang lang, struct span *behind)
{
	struct span before;
	struct jw w;

	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_int(&w, "revision", offer->hall->revision);
	write_sections(&w, offer, lang);
	write_price_classes(&w, offer, lang);
	jw_raw(&w, "seats", SPAN_LIT(""));
	jw_end_object(&w);
	before = jw_text(&w);
	before.len--;
	*behind = (struct span){ before.p + before.len, 1 };
	return before;
}

static struct span
joined(struct arena *a, struct span before, struct span seats,
    struct span behind)
{
	struct strbuf b;

	strbuf_init(&b, a, before.len + seats.len + behind.len + 1);
	strbuf_span(&b, before);
	strbuf_span(&b, seats);
	strbuf_span(&b, behind);
	return strbuf_get(&b);
}

int
view_layout(struct ctx *ctx, const struct performance_offer *offer,
    enum lang lang, bool packed, struct span *out)
{
	struct span before, seats, behind;
	struct gzip_part parts[3];
	int r = find_seats(ctx, offer->hall->id, &seats, &parts[1]);

	if (r < 0)
		return r;
	before = write_around(ctx, offer, lang, &behind);
	if (!packed) {
		*out = joined(&ctx->arena, before, seats, behind);
		return 0;
	}
	gzip_pack(&ctx->arena, before, &parts[0]);
	gzip_pack(&ctx->arena, behind, &parts[2]);
	*out = gzip_join(&ctx->arena, parts, ARRAY_LEN(parts));
	return 0;
}
