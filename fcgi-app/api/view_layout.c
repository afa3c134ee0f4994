/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_layout - a performance's layout as the wire has it
 *
 * An arena's seats and segments are megabytes of JSON that depend on the hall
 * revision alone, neither on prices nor on the language. It takes a second to
 * read and pack them, so one worker does it and the pool keeps what it packed,
 * for the last few revisions; only the few lines around it are written, and
 * packed, anew.
 *
 * Layer: fcgi-app/api.  Uses: http, catalog.
 */
#include "fcgi-app/api/view_layout.h"

#include "base/gzip.h"
#include "base/permits.h"
#include "base/shelf.h"
#include "catalog/performance.h"

#include <stdio.h>
#include <string.h>

/* The seats of halls, packed, and who packs now. */
SHARED_PART(layouts, struct shelf, NULL);

static void
left(void *part, int owner)
{
	permits_drop(part, owner);
}

SHARED_PART(packing, struct permits, left);

struct permits *
view_layout_packing(struct shared *shared)
{
	return shared_part(shared, &packing);
}

/* Halls of so many seats take so little time that any worker may do it. */
#define SMALL_HALL 5000

/* What the shelf keeps: this, and the packed bytes behind it. */
struct kept {
	uint64_t text_len;
	uint32_t crc, packed_len;
};

/* By what the shelf knows the seats of a revision in a form. */
static uint64_t
subject_of(int64_t revision_id, enum layout_form form)
{
	return (uint64_t)revision_id * 2 + (form == LAYOUT_ROWS);
}

static bool
find_kept(struct ctx *ctx, uint64_t subject, struct gzip_part *out)
{
	struct span text = shelf_find(shared_part(ctx->shared, &layouts),
	    &ctx->arena, subject);
	struct kept kept;

	if (!span_is(text))
		return false;
	memcpy(&kept, text.p, sizeof(kept));
	*out = (struct gzip_part){ { text.p + sizeof(kept), kept.packed_len },
		kept.crc, kept.text_len };
	return true;
}

static void
keep(struct ctx *ctx, uint64_t subject, const struct gzip_part *part)
{
	const struct kept kept = { part->text_len, part->crc,
		(uint32_t)part->packed.len };
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, sizeof(kept) + part->packed.len + 1);
	strbuf_add(&b, &kept, sizeof(kept));
	strbuf_span(&b, part->packed);
	shelf_keep(shared_part(ctx->shared, &layouts), &ctx->arena, subject,
	    strbuf_get(&b));
}

static int
make(struct ctx *ctx, const struct hall *hall, enum layout_form form,
    struct gzip_part *out)
{
	struct span text;
	int r = hall_neighbours(ctx, hall, HALL_FROM_ANY);

	if (r == 0)
		r = view_layout_seats(ctx, hall, form, &text);
	if (r < 0)
		return r;
	gzip_pack(&ctx->arena, text, out);
	keep(ctx, subject_of(hall->id, form), out);
	return 0;
}

/* A large hall by one worker at a time: were all to do it when a sale begins,
 * none would be in time. */
static int
make_alone(struct ctx *ctx, const struct hall *hall, enum layout_form form,
    struct gzip_part *out)
{
	struct permits *busy = view_layout_packing(ctx->shared);
	int r = 0;

	if (!permits_take(busy, ctx->owner, 1))
		return VIEW_E_BUSY;
	/* Who had the permit may have done it just now. */
	if (!find_kept(ctx, subject_of(hall->id, form), out))
		r = make(ctx, hall, form, out);
	permits_drop(busy, ctx->owner);
	return r;
}

static int
find_seats(struct ctx *ctx, const struct hall *hall, enum layout_form form,
    struct gzip_part *out)
{
	if (find_kept(ctx, subject_of(hall->id, form), out))
		return 0;
	if (hall->seat_count <= SMALL_HALL)
		return make(ctx, hall, form, out);
	return make_alone(ctx, hall, form, out);
}

static void
write_place(struct jw *w, const char *name, float place)
{
	char text[32];

	snprintf(text, sizeof(text), "%.2f", (double)place);
	jw_raw(w, name, span_str(text));
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
		jw_object(w, "focus");
		write_place(w, "x", s->focus_x);
		write_place(w, "y", s->focus_y);
		jw_end_object(w);
		jw_end_object(w);
	}
	jw_end_array(w);
}

/* What a class costs for each ticket type. */
static void
write_prices(struct jw *w, const struct price_list *list, int class_no)
{
	jw_object(w, "prices");
	for (int i = 0; i < list->n_types; i++)
		jw_int(w, arena_str(w->buf.arena, list->types[i].code),
		    price_list_amount(list, i, class_no));
	jw_end_object(w);
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
		jw_int(w, "price", price_list_amount(&offer->list, 0, i + 1));
		if (offer->list.n_types > 1)
			write_prices(w, &offer->list, i + 1);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
write_decorations(struct jw *w, const struct hall *hall, enum lang lang)
{
	jw_array(w, "decorations");
	for (int i = 0; i < hall->n_decorations; i++) {
		const struct hall_decoration *d = &hall->decorations[i];

		jw_object(w, NULL);
		jw_str(w, "kind", decoration_kinds[d->kind]);
		jw_span(w, "label", d->label[lang]);
		jw_raw(w, "x", d->x);
		jw_raw(w, "y", d->y);
		jw_raw(w, "width", d->width);
		jw_raw(w, "height", d->height);
		jw_end_object(w);
	}
	jw_end_array(w);
}

/* All but seats and segments, in two texts: what stands before and behind them.
 */
static struct span
write_around(struct ctx *ctx, const struct performance_offer *offer,
    enum lang lang, enum layout_form form, struct span *behind)
{
	struct span before;
	struct jw w;

	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_int(&w, "revision", offer->hall->revision);
	write_sections(&w, offer, lang);
	write_price_classes(&w, offer, lang);
	write_decorations(&w, offer->hall, lang);
	jw_raw(&w, view_layout_member(form), SPAN_LIT(""));
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
    enum lang lang, enum layout_form form, bool packed, struct span *out)
{
	struct span before, behind;
	struct gzip_part parts[3];
	int r = find_seats(ctx, offer->hall, form, &parts[1]);

	if (r != 0)
		return r;
	before = write_around(ctx, offer, lang, form, &behind);
	if (!packed) {
		*out = joined(&ctx->arena, before,
		    gzip_unpack(&ctx->arena, &parts[1]), behind);
		return 0;
	}
	gzip_pack(&ctx->arena, before, &parts[0]);
	gzip_pack(&ctx->arena, behind, &parts[2]);
	*out = gzip_join(&ctx->arena, parts, ARRAY_LEN(parts));
	return 0;
}
