/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_seat - seats and maps of them as the wire has them
 *
 * Layer: fcgi-app/api.  Uses: http, seat, hold.
 */
#include "fcgi-app/api/view_seat.h"

#include "hold/hold.h"
#include "http/problem.h"
#include "seat/seat_state.h"

void
view_letter(struct jw *w, const char *name, char letter)
{
	jw_span(w, name, (struct span){ &letter, 1 });
}

void
view_ids(struct jw *w, const char *name, const int64_t *ids, size_t n)
{
	jw_array(w, name);
	for (size_t i = 0; i < n; i++)
		jw_int(w, NULL, ids[i]);
	jw_end_array(w);
}

/* How many seats are in each state; states nobody is in are left out. */
void
view_counts(struct jw *w, struct span letters)
{
	int64_t n[256] = { 0 };

	for (size_t i = 0; i < letters.len; i++)
		n[(unsigned char)letters.p[i]]++;
	jw_object(w, "counts");
	for (const char *s = seat_letters; *s != '\0'; s++) {
		const char name[] = { *s, '\0' };

		if (n[(unsigned char)*s] > 0)
			jw_int(w, name, n[(unsigned char)*s]);
	}
	jw_end_object(w);
}

void
view_changes(struct jw *w, const char *name, const struct seat_change *seats,
    size_t n)
{
	jw_array(w, name);
	for (size_t i = 0; i < n; i++) {
		jw_object(w, NULL);
		jw_int(w, "seat_id", seats[i].seat_no);
		view_letter(w, "status", seats[i].letter);
		jw_end_object(w);
	}
	jw_end_array(w);
}

int
view_taken(struct ctx *ctx, struct res *res,
    const struct hold_conflicts *conflicts)
{
	struct jw extra;

	jw_init(&extra, &ctx->arena);
	jw_object(&extra, NULL);
	view_changes(&extra, "conflicts", conflicts->seats, conflicts->n);
	jw_end_object(&extra);
	return problem_with(res, "seat-taken", NULL, &extra);
}

int
view_rule(struct ctx *ctx, struct res *res,
    const struct hold_conflicts *conflicts)
{
	int64_t ids[HOLD_SEATS_MAX];
	struct jw extra;

	jw_init(&extra, &ctx->arena);
	jw_object(&extra, NULL);
	jw_span(&extra, "rule", conflicts->rule);
	jw_array(&extra, "suggestions");
	for (size_t i = 0; i < conflicts->n_suggested; i++) {
		for (size_t k = 0; k < conflicts->n_seats; k++)
			ids[k] = conflicts->suggested[i] + (int64_t)k;
		view_ids(&extra, NULL, ids, conflicts->n_seats);
	}
	jw_end_array(&extra);
	jw_end_object(&extra);
	return problem_with(res, "seat-rule", NULL, &extra);
}

int
view_few(struct ctx *ctx, struct res *res, const char *slug, const char *name,
    int64_t n)
{
	struct jw extra;

	jw_init(&extra, &ctx->arena);
	jw_object(&extra, NULL);
	jw_int(&extra, name, n);
	jw_end_object(&extra);
	return problem_with(res, slug, NULL, &extra);
}

static void
write_sections(struct jw *w, const struct section_change *sections, size_t n)
{
	jw_array(w, "sections");
	for (size_t i = 0; i < n; i++) {
		jw_object(w, NULL);
		jw_int(w, "section_id", sections[i].section_no);
		jw_int(w, "remaining", sections[i].left);
		jw_end_object(w);
	}
	jw_end_array(w);
}

void
view_seat_map(struct jw *w, int64_t performance, const struct seat_map *map)
{
	jw_object(w, NULL);
	if (map->whole)
		jw_int(w, "performance_id", performance);
	jw_span(w, "version", map->version);
	if (map->whole) {
		jw_span(w, "statuses", map->letters);
		view_counts(w, map->letters);
	} else {
		view_changes(w, "changes", map->changes, map->n_changes);
		if (map->n_sections > 0)
			write_sections(w, map->sections, map->n_sections);
	}
	jw_end_object(w);
}
