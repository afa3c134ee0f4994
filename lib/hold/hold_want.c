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

#include <assert.h>
#include <stdlib.h>

/* ---- ticket types ---- */

/* Whether a hold may have so many of each type: any at all, or from its min to
 * its max. */
static int
judge_counts(const struct price_list *list, const int64_t *types, size_t n)
{
	for (int i = 0; i < list->n_types; i++) {
		const struct ticket_type *type = &list->types[i];
		int count = 0;

		if (type->min == 0 && type->max == 0)
			continue;
		for (size_t k = 0; k < n; k++)
			count += types[k] == type->no;
		if (count > 0
		    && (count < type->min
			|| (type->max > 0 && count > type->max)))
			return HOLD_E_TICKET_COUNT;
	}
	return HOLD_OK;
}

/* The types of so many places that nobody names: by the tickets, in the order
 * of the list. */
static int
read_tickets(const struct hold_want *want, const struct price_list *list,
    size_t n, int64_t *types)
{
	size_t at = 0;

	memset(types, 0, n * sizeof(*types));
	for (size_t i = 0; i < want->n_tickets; i++)
		if (price_list_find(list, want->tickets[i].code) < 0)
			return HOLD_E_TICKET;
	for (int t = 0; want->n_tickets > 0 && t < list->n_types; t++)
		for (size_t i = 0; i < want->n_tickets; i++) {
			const struct hold_ticket *ticket = &want->tickets[i];

			if (price_list_find(list, ticket->code) != t)
				continue;
			if (ticket->n > (int64_t)(n - at))
				return HOLD_E_TICKETS;
			for (int64_t k = 0; k < ticket->n; k++)
				types[at++] = list->types[t].no;
		}
	if (want->n_tickets > 0 && at < n)
		return HOLD_E_TICKETS;
	return judge_counts(list, types, n);
}

/* The type that was said of a seat, which want has. */
static struct span
code_of(const struct hold_want *want, int64_t seat)
{
	size_t i = 0;

	while (want->seats[i] != seat)
		i++;
	return want->codes[i];
}

/* The types of out's seats. */
static int
read_codes(const struct hold_want *want, const struct price_list *list,
    struct hold_record *out)
{
	memset(out->types, 0, out->n_seats * sizeof(out->types[0]));
	for (size_t i = 0; want->codes != NULL && i < out->n_seats; i++) {
		int t = price_list_find(list, code_of(want, out->seats[i]));

		if (t < 0)
			return HOLD_E_TICKET;
		out->types[i] = list->types[t].no;
	}
	return judge_counts(list, out->types, out->n_seats);
}

int64_t
hold_want_price(const struct price_list *list, int64_t type_no, int class_no)
{
	int at;
	const struct ticket_type *type = price_list_type(list, type_no, &at);

	assert(type != NULL);
	(void)type;
	return price_list_amount(list, at, class_no);
}

/* out's prices, by its types. */
static void
price_places(const struct terms *terms, const struct price_list *list,
    struct hold_record *out)
{
	const struct hall *hall = terms->hall;

	for (size_t i = 0; i < out->n_seats; i++)
		out->prices[i] = hold_want_price(list, out->types[i],
		    out->section_no > 0
			? hall->sections[out->section_no - 1].class_no
			: hall->class_of[out->seats[i] - 1]);
}

int
hold_want_tickets(const struct hold_want *want, const struct terms *terms,
    const struct price_list *list, struct hold_record *out)
{
	int r = read_tickets(want, list, out->n_seats, out->types);

	if (r == HOLD_OK)
		price_places(terms, list, out);
	return r;
}

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
    const struct price_list *list, struct hold_record *out)
{
	size_t n = want->n_seats;
	int r;

	if (n < 1 || n > HOLD_SEATS_MAX)
		return HOLD_E_SEAT;
	out->n_seats = n;
	memcpy(out->seats, want->seats, n * sizeof(out->seats[0]));
	if (!hold_want_sort(terms, out->seats, n)
	    || !hold_want_picked(terms, out->seats, n))
		return HOLD_E_SEAT;
	r = read_codes(want, list, out);
	if (r != HOLD_OK)
		return r;
	price_places(terms, list, out);
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
	int r;

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
	r = read_tickets(want, &terms->list, out->n_seats, out->types);
	if (r != HOLD_OK)
		return r;
	for (size_t i = 0; i < out->n_seats; i++) {
		out->seats[i] = (int64_t)i + 1;
		out->prices[i] = hold_want_price(&terms->list, out->types[i],
		    s->class_no);
	}
	return HOLD_OK;
}

static int
read_best(const struct hold_want *want, const struct terms *terms,
    struct hold_record *out)
{
	const struct hold_best *best = &want->best;
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
	if (span_is(best->type) && hall_type(hall, best->type) < 0)
		return HOLD_E_TYPE;
	return read_tickets(want, &terms->list, (size_t)best->quantity,
	    out->types);
}

/* ---- all ---- */

int
hold_want_read(const struct hold_want *want, const struct terms *terms,
    struct hold_record *out)
{
	out->section_no = 0;
	if (want->best.quantity > 0)
		return read_best(want, terms, out);
	if (want->section_no > 0)
		return read_section(want, terms, out);
	return hold_want_seats(want, terms, &terms->list, out);
}

static int
by_code(const void *a, const void *b)
{
	return span_cmp(((const struct hold_ticket *)a)->code,
	    ((const struct hold_ticket *)b)->code);
}

/* "\nadult:2,youth:1", whatever order they were named in; nothing where none
 * are. */
static void
add_tickets(struct arena *a, const struct hold_want *want, struct strbuf *b)
{
	size_t n = want->n_tickets;
	struct hold_ticket *sorted = ARENA_ARRAY(a, n + 1, struct hold_ticket);

	if (n > 0)
		memcpy(sorted, want->tickets, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_code);
	for (size_t i = 0; i < n; i++) {
		strbuf_char(b, i == 0 ? '\n' : ',');
		strbuf_span(b, sorted[i].code);
		strbuf_char(b, ':');
		strbuf_i64(b, sorted[i].n);
	}
}

/* The same for seats, which are sorted: "\nadult,youth". */
static void
add_codes(const struct hold_want *want, const int64_t *seats, struct strbuf *b)
{
	for (size_t i = 0; want->codes != NULL && i < want->n_seats; i++) {
		strbuf_char(b, i == 0 ? '\n' : ',');
		strbuf_span(b, code_of(want, seats[i]));
	}
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
		add_codes(want, seats, &b);
	}
	add_tickets(a, want, &b);
	if (span_is(want->house)) {
		strbuf_str(&b, " house ");
		strbuf_span(&b, want->house);
	}
	return strbuf_get(&b);
}
