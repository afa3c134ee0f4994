/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terms - what selling needs to know of a performance
 *
 * Sale window, limits, prices and the plan of its hall. The processes of a tree
 * keep the terms of what they sell, together. How old they may be depends on
 * what they are for: a map is loaded with what the primary says now
 * (terms_get); a hold may be asked for with any (terms_kept), since its script
 * refuses all but the version that :meta names; what is only shown may be a
 * little old (terms_peek).
 *
 * Layer: domain.  Uses: base, store, hall, words.
 */
#ifndef CATALOG_TERMS_H
#define CATALOG_TERMS_H

#include "catalog/hall.h"
#include "catalog/plan.h"
#include "catalog/price_list.h"

#define TERMS_FRESH_MS 1000
/* So old may be what is only shown (terms_peek). */
#define TERMS_PEEK_MS 10000

enum terms_outcome {
	TERMS_OK = 0,
	TERMS_E_NONE, /* no such performance; also a draft, for
	               * terms_get and terms_peek */
};

/* Whether a performance was given a seat rule, and when it ends before the sale
 * does: whichever comes first. */
struct terms_rule {
	bool on;
	int percent_left; /* of its seats are free, or less */
	int minutes;      /* before the start */
};

/* The line in front of a performance, where its mode is not off. */
struct terms_queue {
	int active_limit; /* passes at a time */
	int per_minute;   /* admitted; 0: as places become free */
	int grace_s;      /* who is not there keeps his place */
	int claim_s;      /* a pass waits for its owner */
	int pass_s;       /* and then lasts */
	int lobby_s;      /* before the sale, where there is a lobby */
	enum queue_status status;
};

struct terms {
	int64_t performance;
	enum performance_status status;
	int64_t starts_ms;
	int64_t sales_open_ms, sales_close_ms; /* sold in [open, close) */
	int64_t seats_max;                     /* per user */
	int64_t hold_s;                        /* how long a hold lasts */
	char currency[4];                      /* ISO 4217 */
	int64_t price_version;
	int64_t meta_version; /* grows with every change of terms */
	enum queue_mode queue_mode;
	struct terms_queue queue;
	int64_t hall_revision_id; /* hall->id */
	int seat_count;           /* hall->seat_count */
	struct terms_rule rules[N_SEAT_RULES];
	uint8_t closed[PLAN_SECTIONS_MAX / 8]; /* terms_section_open */
	const struct hall *hall;
	int n_classes;
	const int64_t *price;   /* minor units, by class_no - 1, of the default
	                         * ticket type */
	bool typed;             /* it has others, or says something of it */
	struct price_list list; /* with all types */
};

/*
 * The terms as the primary has them, at most TERMS_FRESH_MS ago: to decide a
 * write with.
 *
 * memory:  *out lives in ctx's arena, what it points to at least as long
 * returns: any terms_outcome; < 0 on a fault
 */
int terms_get(struct ctx *ctx, int64_t performance,
    const struct terms **out) MUST_CHECK;

/*
 * The same as the primary has them now: for whoever was told that those he knew
 * are not the last ones.
 */
int terms_renew(struct ctx *ctx, int64_t performance,
    const struct terms **out) MUST_CHECK;

/*
 * The terms to show something with: at most TERMS_PEEK_MS old, from whichever
 * server answers, and older ones when none does. Decides no write.
 *
 * memory, returns: as terms_get
 */
int terms_peek(struct ctx *ctx, int64_t performance,
    const struct terms **out) MUST_CHECK;

/*
 * The terms as this tree knows them, however old, also of a draft; asked of
 * the primary only when it knows none. For work that names meta_version to
 * somebody who refuses another, and for what never changes: hall, labels.
 *
 * memory, returns: as terms_get
 */
int terms_kept(struct ctx *ctx, int64_t performance,
    const struct terms **out) MUST_CHECK;

/*
 * The terms as the primary has them now, without what comes of the hall's
 * seats and of prices: hall, price and list are nothing. Also of a draft, which
 * may have been sold before. For a map to be loaded or told: a large hall takes
 * longer to read than its claims, and a map needs none of it.
 *
 * returns: any terms_outcome; < 0 on a fault
 */
int terms_bare(struct ctx *ctx, int64_t performance,
    struct terms *out) MUST_CHECK;

/*
 * The currency of one of the performance's price lists. Neither changes, so
 * one that is known is right; which list it is the hold says.
 *
 * returns: TERMS_OK; < 0 on a fault, also when there is no such list
 */
int terms_currency(struct ctx *ctx, int64_t performance, int64_t price_version,
    char out[4]) MUST_CHECK;

/* Whether it has any rule, ended or not. */
bool terms_has_rules(const struct terms *terms);
/* Whether it is sold at now_ms, as far as status and window say. */
bool terms_on_sale(const struct terms *terms, int64_t now_ms);
/* Whether a section is sold. section_no: 1..hall->n_sections. */
bool terms_section_open(const struct terms *terms, int section_no);
/* The first section that is not sold of those that seats are in, or 0. seats: n
 * numbers, 1..seat_count. */
int terms_closed_section(const struct terms *terms, const int64_t *seats,
    size_t n);
/* The list of a version that a hold or a reservation was made by, by present
 * terms. memory, returns: as price_list_get */
int terms_list(struct ctx *ctx, const struct terms *terms, int64_t version,
    const struct price_list **out) MUST_CHECK;
/* hall_label of its hall. */
char *terms_label(struct arena *a, const struct terms *terms, int seat_no,
    enum lang lang);

#endif
