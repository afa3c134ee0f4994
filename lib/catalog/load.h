/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load - put a catalog into the database, or bring it up to date
 *
 * The one writer of shows, venues, halls and performances, whichever way they
 * come: a whole file, or one thing that an operator changes (admin/catalog.h
 * calls this and keeps the audit log).
 *
 * Everything in one transaction. Things are found by their keys, or one by its
 * id: what is not there yet is made, what differs is changed and gets a higher
 * version, what the input does not name is left alone. A hall's plan that is
 * the same as one of its revisions is that revision, any other is a new one. A
 * performance keeps the revision it was made with unless the input asks for
 * another; it cannot get one when a seat of it was ever promised. Other prices
 * are a new version of the price list. The start of a performance changes only
 * while no seat of it was promised, and no two performances start at once in
 * one hall. Whatever was made or changed is told in a note. A performance whose
 * terms changed gets a higher meta_version, and a trigger announces that
 * (db_tell, "terms").
 *
 * Layer: domain.  Uses: base, store, plan, words.
 */
#ifndef CATALOG_LOAD_H
#define CATALOG_LOAD_H

#include "catalog/entry.h"
#include "catalog/plan.h"
#include "catalog/refund_policy.h"

struct ctx;

#define LOAD_DAYS_MAX 366
#define LOAD_TIMES_MAX 48
#define LOAD_AMOUNT_MAX INT64_C(1000000000000)

enum load_outcome {
	LOAD_OK = 0,
	LOAD_E_REFUSED, /* nothing was changed; load_error says why */
	LOAD_E_NONE,    /* no row has the id */
	LOAD_E_STALE,   /* the row has another version */
	LOAD_E_LATE,    /* it takes too long: nothing was changed */
	LOAD_E_USED,    /* something that was sold needs it, or another thing
	                 * of the catalog */
	LOAD_E_MOVE,    /* a status that does not follow on the one it has;
	                 * load_error says which */
};

enum { LOAD_BY_KEY = 0, LOAD_NEW = -1 };

/* Which row something is: the one with its key, a new one where there is none;
 * a new one; or the one with an id, whose key may change. */
struct load_which {
	int64_t id;      /* LOAD_BY_KEY, LOAD_NEW, or 1.. */
	int64_t version; /* with an id: the version it was looked at in;
	                  * 0: whichever */
};

struct load_show {
	const char *at;
	struct load_which which;
	struct span key;
	enum show_kind kind;
	enum show_status status;
	struct span title[N_LANGS], synopsis[N_LANGS];
	int64_t running_minutes;
	struct span age_rating;
	struct span poster_url; /* NONE: no poster */
};

struct load_hall {
	const char *at;
	struct load_which which;
	struct span key, name[N_LANGS];
	const struct plan_spec *plan; /* NULL: nothing is said of it */
};

struct load_venue {
	const char *at;
	struct load_which which;
	struct span key, name[N_LANGS], address[N_LANGS];
	struct span time_zone; /* IANA */
	struct load_hall *halls;
	size_t n_halls;
};

/*
 * A point in time. One that is relative to now is worked out when the
 * performance is made, and stays when it is loaded again: otherwise every
 * load would change every performance.
 */
struct load_time {
	enum load_time_base {
		LOAD_TIME_PRESET, /* nothing is said */
		LOAD_TIME_AT,     /* ms: since 1970 */
		LOAD_TIME_NOW,    /* ms: after now */
		LOAD_TIME_START,  /* ms: after the performance starts */
	} base;
	int64_t ms;
};

struct load_rule {
	bool on;
	int64_t percent_left, minutes; /* when it ends; 0: with the sale */
};

/* A ticket type; the one that is the default comes first. */
struct load_type {
	const char *at;
	struct span code, name[N_LANGS];
	int64_t min, max; /* of one hold; 0: any number */
	bool needs_proof;
};

struct load_price {
	const char *at;
	struct span price_class;
	int64_t *amounts; /* minor units, for each type in their order */
};

enum { LOAD_REVISION_KEPT = 0, LOAD_REVISION_NEWEST = -1 };

/*
 * One performance, or a schedule: one on each day at each of the times.
 * Days and times are the venue's. A schedule's performances have the key
 * "<key>@<day>T<time>".
 */
struct load_performance {
	const char *at;
	struct load_which which; /* of a schedule: by key, or new ones */
	struct span key, show, venue, hall;
	bool schedule;
	bool starts_at_given;
	int64_t starts_ms;  /* when starts_at_given */
	struct span day;    /* else "2026-11-21"; NONE: today */
	int64_t day_offset; /* days after day */
	int64_t n_days;     /* 1 but for a schedule */
	unsigned weekdays;  /* bit 0: Sunday; 0: all */
	int64_t *minutes;   /* after midnight, up to 29:59 */
	size_t n_minutes;
	int64_t running_minutes; /* 0: the show's */
	bool status_given;       /* else it keeps its own; a new one is open */
	enum performance_status status;
	/* Presets: now, or a day before the start if that is earlier; the
	 * start. */
	struct load_time sales_open, sales_close;
	int64_t seats_max; /* 0: the setting */
	int64_t hold_s;    /* 0: the setting, whenever asked */
	/* The line: what is not said (-1) stays as it is, or is the schema's
	 * preset. */
	int queue_mode; /* enum queue_mode */
	struct load_queue {
		int64_t active_limit, per_minute, grace_s, claim_s, pass_s;
		int64_t lobby_s;
		struct span beacon; /* empty: none */
	} queue;
	struct load_rule rules[N_SEAT_RULES];
	const struct refund_policy *refund; /* NULL: the setting */
	int moves;     /* of performance_moves; -1: what is not said stays */
	int transfers; /* of performance_transfers; -1 the same */
	bool sections_given; /* else those that are closed stay so */
	struct span_list closed_sections; /* their keys */
	int64_t revision;                 /* a number of the hall's, or kept, or
	                                   * newest */
	struct span currency;
	struct load_price *prices;
	size_t n_prices;
	struct load_type *types;
	size_t n_types; /* 0: one, adult, of which nothing is said */
};

struct load_file {
	struct load_show *shows;
	size_t n_shows;
	struct load_venue *venues;
	size_t n_venues;
	struct load_performance *performances; /* and schedules */
	size_t n_performances;
};

/* What was done. */
struct load_count {
	int64_t n_new, n_changed, n_same;
};

/* One line for the operator: "performance x: starts_at 2026.. -> 2026..". */
struct load_note {
	struct load_note *next;
	const char *text;
	bool warning;
};

/* What became of a row, for the audit log. */
struct load_change {
	struct load_change *next;
	const char *what; /* "show" */
	int64_t id;
	struct span before, after; /* as JSON; NONE: there was, or is, none */
};

struct load_report {
	struct load_note *notes, **notes_end; /* in the order of the work */
	struct load_change *changes, **changes_end; /* in that order, too */
	struct load_change *over; /* performances that were cancelled or
	                           * deleted; before and after are NONE */
	struct load_count shows, venues, halls, performances;
	int64_t n_revisions; /* new ones */
	int64_t n_prices;    /* new versions of price lists */
	int64_t n_kept;      /* performances that keep another revision
	                      * than the plan in the input */
};

/* A load that is being done. */
struct load;

/* Who loads. */
struct load_by {
	int64_t user;   /* who changes things; 0: somebody at the command
	                 * line */
	int64_t max_ms; /* how long that may take; 0: however long */
};

/*
 * Begin one: a transaction on ctx's primary. Two loads wait for each other.
 *
 * in:      by
 * out:     report  what the steps do; error  when one says REFUSED
 * memory:  all of it ctx's arena's
 * returns: LOAD_OK; LATE, < 0 on a fault, when there is nothing to end
 */
int load_begin(struct ctx *ctx, const struct load_by *by,
    struct load_report *report, struct load_error *error,
    struct load **out) MUST_CHECK;

/*
 * The steps. After one that is not OK only load_end may follow.
 *
 * out:     *id  the row's
 * returns: any load_outcome; < 0 on a fault
 */
int load_file(struct load *load, const struct load_file *file) MUST_CHECK;
int load_show(struct load *load, const struct load_show *show,
    int64_t *id) MUST_CHECK;
/* One, or all of a schedule: *id is the last one's, 0 where there is none. */
int load_performance(struct load *load, const struct load_performance *p,
    int64_t *id) MUST_CHECK;
/* Behind all steps that made or moved performances: no two of them start at
 * once in one hall; one that runs into another is warned of. */
int load_check_halls(struct load *load) MUST_CHECK;

int load_venue(struct load *load, const struct load_venue *venue,
    int64_t *id) MUST_CHECK;
/* venue: where a new one is; 0: the one with hall->which.id, where it is */
int load_hall(struct load *load, const struct load_hall *hall, int64_t venue,
    int64_t *id) MUST_CHECK;
/* The hall's revision that a plan is, made if there is none: *id. */
int load_revision(struct load *load, const struct plan_spec *plan, int64_t hall,
    int64_t *id) MUST_CHECK;
/* Away with a row that nothing needs. which: by its id */
int load_delete(struct load *load, enum entry_kind kind,
    const struct load_which *which) MUST_CHECK;

/* Whether none of its prices is anything. */
bool load_is_free(const struct load_performance *performance);
/* One warning more. Memory: a's. */
void load_warn(struct arena *a, struct load_report *report, const char *fmt,
    ...) PRINTF_LIKE(3, 4);

enum load_how { LOAD_DO, LOAD_DRY };

/*
 * End it: keep what was done if r, what the last step returned, is OK, and it
 * is no dry run.
 *
 * returns: r, or < 0 on a fault, when nothing was done, but for DB_F_UNKNOWN,
 *          when all or nothing was: loading again is safe
 */
int load_end(struct load *load, int r, enum load_how how) MUST_CHECK;

#endif
