/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * performance - a show at one time in one hall, as the public sees it
 *
 * Read from the replica (store/read.h), so counts may be a moment old. Drafts
 * do not exist for the public. A date is the venue's: local time is worked
 * out by PostgreSQL from the venue's IANA zone.
 * A seat remains when it has no claim; a claim that is a hold made while
 * Redis was away counts only until it ends. Holds in Redis are not counted
 * here: they come back too often.
 *
 * Layer: domain.  Uses: base, store, hall, words.
 */
#ifndef CATALOG_PERFORMANCE_H
#define CATALOG_PERFORMANCE_H

#include "catalog/price_list.h"

enum performance_outcome {
	PERFORMANCE_OK = 0,
	PERFORMANCE_E_NONE, /* no such performance (or show), or a draft */
};

struct performance {
	int64_t id;
	int64_t show_id, venue_id, hall_id;
	struct span show_title[N_LANGS], venue_name[N_LANGS],
	    hall_name[N_LANGS];
	int64_t hall_revision; /* its number in the hall */
	int64_t starts_ms, ends_ms;
	struct span local_date; /* "2026-11-21", the venue's */
	int64_t utc_offset_s;   /* of the venue at starts_ms */
	enum performance_status status;
	int64_t sales_open_ms, sales_close_ms;
	enum queue_mode queue_mode;
	struct span seat_rules_json; /* an array of strings, as JSON */
	int64_t seats_max;           /* per user */
	int64_t hold_s;
	struct span currency;
	struct span ticket_types_json[N_LANGS]; /* an array of objects */
	/* What comes back of what is bought now, an object, and until when
	 * anything does (refund_terms). */
	struct span refund_json;
	int64_t cancel_until_ms;
	struct span moves;     /* of performance_moves */
	struct span transfers; /* of performance_transfers */
	int64_t remaining, seat_count;
};

struct performance_filter {
	int64_t show_id;
	struct span date; /* "YYYY-MM-DD"; NONE: what is still to come */
	bool has_after;
	int64_t after_starts_ms, after_id;
	int64_t limit;
};

struct performance_list {
	struct performance *items;
	size_t n;
	bool more;
};

struct performance_date {
	struct span date;
	int64_t day;          /* since 1970-01-01: the key to page by */
	int64_t performances; /* of that day, past ones too */
	int64_t remaining;    /* of those open and still to come */
};

struct performance_dates {
	struct performance_date *items;
	size_t n;
	bool more;
};

/* What a performance's seats cost. */
struct performance_offer {
	const struct hall *hall;
	int64_t price_version;
	struct price_list list;
	const int64_t *closed; /* n_closed section numbers: not sold now */
	size_t n_closed;
};

struct performance_section {
	const struct hall_section *section;
	bool open;         /* sold, as far as the operator says */
	int64_t capacity;  /* a counter section's is the performance's */
	int64_t remaining; /* without a claim */
	int64_t price;     /* minor units; the lowest of its classes, of the
	                    * default ticket type */
};

/* All memory is ctx's arena's; all return OK, NONE, or < 0 on a fault. */

/* One that is shown. NONE: no such performance, or a draft. */
int performance_get(struct ctx *ctx, int64_t id,
    struct performance *out) MUST_CHECK;
/* A show's performances by starts_ms, id. NONE: no such show. */
int performance_list(struct ctx *ctx, const struct performance_filter *filter,
    struct performance_list *out) MUST_CHECK;
/* The days a show is on, from each venue's today; after_day INT64_MIN: from
 * the beginning. NONE: no such show. */
int performance_dates(struct ctx *ctx, int64_t show_id, int64_t after_day,
    int64_t limit, struct performance_dates *out) MUST_CHECK;
int performance_offer(struct ctx *ctx, int64_t id,
    struct performance_offer *out) MUST_CHECK;
/* All sections in the order of the plan; *n of them. */
int performance_sections(struct ctx *ctx, int64_t id,
    struct performance_section **out, size_t *n) MUST_CHECK;
/* The lowest price in a section, of the default ticket type. */
int64_t performance_section_price(const struct performance_offer *offer,
    const struct hall_section *section);

#endif
