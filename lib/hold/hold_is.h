/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_is - what a hold is, and what may become of asking for one
 *
 * Layer: domain.  Uses: base, store, seat, journal.
 */
#ifndef HOLD_HOLD_IS_H
#define HOLD_HOLD_IS_H

#include "journal/hold_record.h"
#include "seat/seat_map.h"
#include "seat/seat_suggest.h"

enum hold_outcome {
	HOLD_OK = 0,
	HOLD_E_NONE,           /* no such performance, or no such hold of
	                        * this user */
	HOLD_E_SEAT,           /* the hall has no such seat, it was named
	                        * twice, or nobody picks it by hand */
	HOLD_E_SECTION,        /* the hall has no such section, or it is not
	                        * sold in this way */
	HOLD_E_CLASS,          /* the hall has no such price class */
	HOLD_E_TYPE,           /* the hall has no seats of this type */
	HOLD_E_TICKET,         /* the price list has no such ticket type */
	HOLD_E_TICKETS,        /* as many tickets as places were not said */
	HOLD_E_TICKET_COUNT,   /* fewer of a ticket type than its min, or more
	                        * than its max */
	HOLD_E_APART,          /* so many seats that belong together are not
	                        * left */
	HOLD_E_RULE,           /* a rule of the performance refuses the seats
	                        * (seat/seat_rule.h) */
	HOLD_E_HOUSE,          /* a seat is not kept by this code
	                        * (hold_house.h) */
	HOLD_E_TAKEN,          /* somebody else holds or owns a seat */
	HOLD_E_FULL,           /* so many places of a section are not left */
	HOLD_E_LIMIT,          /* would pass the performance's seats a user */
	HOLD_E_PASS,           /* there is a line, and it is not his turn */
	HOLD_E_CLOSED,         /* not on sale now */
	HOLD_E_SECTION_CLOSED, /* a section of them is not sold now */
	HOLD_E_PAYING,         /* being paid: cannot be given back now */
	HOLD_E_PAID,           /* bought: see out->reservation */
	HOLD_E_EXPIRED,        /* over: lapsed or given back */
	HOLD_E_LOST,           /* over: a seat turned out to be another's */
	HOLD_E_MISMATCH,       /* this key asked for something else before */
	HOLD_E_LAST,           /* it cannot last any longer */
	HOLD_E_MANY,           /* the user holds in too many performances
	                        * (hold_bound.h), or too many of his holds
	                        * that are over are kept for their keys */
	HOLD_E_RATE,           /* too many holds (LIMIT_HOLD): wait_ms */
	HOLD_E_HOARD,          /* too much given back (LIMIT_HOARD): wait_ms */
};

struct hold {
	struct hold_record is;
	struct span token;   /* as text */
	char currency[4];    /* ISO 4217 */
	bool logged;         /* the persist job is about to journal this */
	bool again;          /* it was running before it was asked for */
	bool in_database;    /* being paid while Redis is away: no script
	                      * knows of it */
	struct span version; /* of the map with it in; NONE when only read */
	struct span reservation; /* number, when paid; else NONE */
	/* the newest log entry about it; the journal only moves forward */
	int64_t epoch, log_ms, log_seq;
};

/* Why it could not be had. */
struct hold_conflicts {
	struct seat_change *seats; /* TAKEN: which, and their letters */
	size_t n;
	int64_t remaining; /* FULL: places of the section */
	int64_t largest;   /* APART: how many could sit together */
	struct span rule;  /* RULE: its name */
	/* RULE: as many seats that could be had instead, by the number of the
	 * first: those behind it belong to it */
	int64_t suggested[SEAT_SUGGEST_MAX];
	size_t n_suggested, n_seats;
	int section_no;  /* SECTION_CLOSED: the first of those */
	int64_t wait_ms; /* RATE, HOARD: until he may ask again */
};

#endif
