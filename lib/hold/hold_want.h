/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_want - what a hold is asked for: seats, places of a section, or the best
 *
 * Seats are picked by hand. Places of a slot or counter section are nobody's
 * choice: it is said how many. The best seats are found for the buyer.
 *
 * Layer: domain.  Uses: base, catalog, journal.
 */
#ifndef HOLD_HOLD_WANT_H
#define HOLD_HOLD_WANT_H

#include "journal/hold_record.h"

struct price_list;
struct terms;

/* So many tickets of a type. */
struct hold_ticket {
	struct span code;
	int64_t n;
};

/* So many seats that belong together, wherever these allow it. */
struct hold_best {
	int64_t quantity;             /* 1..HOLD_SEATS_MAX */
	int64_t section_no, class_no; /* 0: any */
	struct span type;             /* of all of them; NONE: those for
	                               * everybody */
};

/* One of three: seats, section, or best. */
struct hold_want {
	int64_t user, performance;
	const int64_t *seats;     /* any order */
	size_t n_seats;           /* 1..HOLD_SEATS_MAX; 0: no seats */
	const struct span *codes; /* their ticket types; NONE: the
	                           * default. NULL: all */
	struct span type;         /* of seats; the buyer names it; NONE */
	struct span house;        /* the code that keeps the seats, where a
	                           * till sells them to whom it is for, 1..32
	                           * bytes; NONE: they are free */
	int64_t section_no;       /* slot or counter; 0: no section */
	int64_t quantity;         /* 1..HOLD_SEATS_MAX of its places */
	struct hold_best best;    /* quantity 0: not asked for */
	/* Of places that are not named, as many as those; none: all are of the
	 * default type. */
	const struct hold_ticket *tickets;
	size_t n_tickets;
	struct span key;    /* Idempotency-Key, or NONE */
	struct span ticket; /* of the line (queue_ticket.h), or NONE */
};

/*
 * What is asked for, by the terms: seats sorted and with their types and
 * prices. Of a counter section they are numbers of places (hold_record.h); of a
 * slot section there are only so many types and prices, and which places is
 * found out later; of the best there are only types.
 *
 * returns: OK, SEAT, SECTION, CLASS, TYPE, SECTION_CLOSED, TICKET, TICKETS,
 *          TICKET_COUNT (hold_is.h)
 */
int hold_want_read(const struct hold_want *want, const struct terms *terms,
    struct hold_record *out) MUST_CHECK;
/* The same for seats by a price list, whatever else want says. returns: OK,
 * SEAT, TICKET, TICKET_COUNT */
int hold_want_seats(const struct hold_want *want, const struct terms *terms,
    const struct price_list *list, struct hold_record *out) MUST_CHECK;
/* The same for the places that out has, of which only types and prices are
 * written, by want's tickets. returns: OK, TICKET, TICKETS, TICKET_COUNT */
int hold_want_tickets(const struct hold_want *want, const struct terms *terms,
    const struct price_list *list, struct hold_record *out) MUST_CHECK;
/* What a place of a class costs that is of a type, which the list has. */
int64_t hold_want_price(const struct price_list *list, int64_t type_no,
    int class_no);
/* One text for all that ask for the same; another for others. Whose, where and
 * with which key are not in it. Memory: a's. */
struct span hold_want_text(struct arena *a, const struct hold_want *want);
/* Whether sorted seats are picked by hand: none is of a slot section. */
bool hold_want_picked(const struct terms *terms, const int64_t *seats,
    size_t n) MUST_CHECK;
/* Sort seats. returns: whether the hall has all of them and none is named
 * twice */
bool hold_want_sort(const struct terms *terms, int64_t *seats,
    size_t n) MUST_CHECK;

#endif
