/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_want - what a hold is asked for: seats, places of a section, or the best
 *
 * Layer: domain.  Uses: base, catalog, journal.
 */
#include "hold/hold_want.h"

#include "base/strbuf.h"
#include "catalog/terms.h"
#include "hold/hold_is.h"

#include <stdlib.h>

/* ---- seats ---- */

static int
by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

bool
hold_want_sort(const struct terms *terms, int64_t *seats, size_t n)
{
	qsort(seats, n, sizeof(seats[0]), by_number);
	for (size_t i = 0; i < n; i++)
		if (seats[i] < 1 || seats[i] > terms->seat_count
		    || (i > 0 && seats[i] == seats[i - 1]))
			return false;
	return true;
}

bool
hold_want_picked(const struct terms *terms, const int64_t *seats, size_t n)
{
	const struct hall *hall = terms->hall;
	size_t at = 0;

	/* The numbers of seats rise with those of sections. */
	for (int i = 0; i < hall->n_sections && at < n; i++) {
		const struct hall_section *s = &hall->sections[i];

		if (s->kind == SECTION_COUNTER)
			continue;
		while (at < n && seats[at] < s->first_seat_no + s->capacity) {
			if (s->kind != SECTION_ASSIGNED)
				return false;
			at++;
		}
	}
	return true;
}

int
hold_want_seats(const struct hold_want *want, const struct terms *terms,
    struct hold_record *out)
{
	size_t n = want->n_seats;

	if (n < 1 || n > HOLD_SEATS_MAX)
		return HOLD_E_SEAT;
	out->n_seats = n;
	memcpy(out->seats, want->seats, n * sizeof(out->seats[0]));
	if (!hold_want_sort(terms, out->seats, n)
	    || !hold_want_picked(terms, out->seats, n))
		return HOLD_E_SEAT;
	for (size_t i = 0; i < n; i++)
		out->prices[i] = price_list_amount(&terms->list, 0,
		    terms->hall->class_of[out->seats[i] - 1]);
	return HOLD_OK;
}

/* ---- places of a section ---- */

/* So many of a section, which has one price. Of a counter section they are
 * numbered here; which places of a slot section is found out later. */
static int
read_section(const struct hold_want *want, const struct terms *terms,
    struct hold_record *out)
{
	const struct hall *hall = terms->hall;
	const struct hall_section *s;

	if (want->section_no > hall->n_sections || want->quantity < 1
	    || want->quantity > HOLD_SEATS_MAX)
		return HOLD_E_SECTION;
	s = &hall->sections[want->section_no - 1];
	if (s->kind == SECTION_ASSIGNED)
		return HOLD_E_SECTION;
	if (!terms_section_open(terms, (int)want->section_no))
		return HOLD_E_SECTION_CLOSED;
	if (s->kind == SECTION_COUNTER)
		out->section_no = want->section_no;
	out->n_seats = (size_t)want->quantity;
	for (size_t i = 0; i < out->n_seats; i++) {
		out->seats[i] = (int64_t)i + 1;
		out->prices[i] = terms->price[s->class_no - 1];
	}
	return HOLD_OK;
}

static int
read_best(const struct hold_best *best, const struct terms *terms)
{
	const struct hall *hall = terms->hall;

	if (best->quantity > HOLD_SEATS_MAX
	    || best->section_no > hall->n_sections
	    || (best->section_no > 0
		&& hall->sections[best->section_no - 1].kind
		    != SECTION_ASSIGNED))
		return HOLD_E_SECTION;
	if (best->class_no > hall->n_classes)
		return HOLD_E_CLASS;
	if (best->section_no > 0
	    && !terms_section_open(terms, (int)best->section_no))
		return HOLD_E_SECTION_CLOSED;
	return span_is(best->type) && hall_type(hall, best->type) < 0
	    ? HOLD_E_TYPE
	    : HOLD_OK;
}

/* ---- all ---- */

int
hold_want_read(const struct hold_want *want, const struct terms *terms,
    struct hold_record *out)
{
	out->section_no = 0;
	if (want->best.quantity > 0)
		return read_best(&want->best, terms);
	if (want->section_no > 0)
		return read_section(want, terms, out);
	return hold_want_seats(want, terms, out);
}

struct span
hold_want_text(struct arena *a, const struct hold_want *want)
{
	const struct hold_best *best = &want->best;
	int64_t *seats = ARENA_ARRAY(a, want->n_seats + 1, int64_t);
	struct strbuf b;

	strbuf_init(&b, a, 128);
	if (best->quantity > 0) {
		strbuf_printf(&b, "best %lld %lld %lld ",
		    (long long)best->quantity, (long long)best->section_no,
		    (long long)best->class_no);
		strbuf_span(&b, best->type);
	} else if (want->section_no > 0) {
		strbuf_printf(&b, "section %lld %lld",
		    (long long)want->section_no, (long long)want->quantity);
	} else {
		memcpy(seats, want->seats, want->n_seats * sizeof(*seats));
		qsort(seats, want->n_seats, sizeof(*seats), by_number);
		strbuf_str(&b, "seats ");
		strbuf_span(&b, hold_numbers(a, seats, want->n_seats));
		strbuf_char(&b, ' ');
		strbuf_span(&b, want->type);
	}
	return strbuf_get(&b);
}
