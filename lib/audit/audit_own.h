/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_own - what the files of lib/audit share
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#ifndef AUDIT_AUDIT_OWN_H
#define AUDIT_AUDIT_OWN_H

#include "audit/audit.h"

#include "journal/hold_record.h"

/* What a part is walked by: ranges of these ids. */
enum audit_key {
	AUDIT_END,  /* no part: the list is over */
	AUDIT_ONCE, /* not walked */
	AUDIT_PERFORMANCES,
	AUDIT_PAYMENTS,
	AUDIT_RESERVATIONS,
	AUDIT_USERS,
	AUDIT_TRANSFERS,
	AUDIT_TILLS, /* sessions; as owners they are below 0 */
};

/* Ids from <= id < to. The last range has no end: what was made since the
 * walk began is in it. */
struct audit_range {
	int64_t from, to; /* a function may end earlier and lower to */
	int64_t ends_us;  /* when it should (monotonic) */
	const struct audit_pace *pace;
};

typedef int audit_fn(struct ctx *ctx, struct audit_range *range,
    struct audit_found *found);

/* Whether time and memory are left for one more map. */
bool audit_may_go_on(const struct ctx *ctx, const struct audit_range *range);

/* One of the things that make an invariant: a statement, or a function where
 * a statement does not do. */
struct audit_part {
	enum audit_key key;
	const struct sql *sql; /* AUDIT_SQL; $1 and $2 are the range, unless
	                        * AUDIT_ONCE */
	audit_fn *run;
};

/* A statement that says of each violation in one text what it is becomes one
 * that counts them and keeps three. */
#define AUDIT_SQL(id, words) \
	SQL(audit_##id, \
	    "SELECT count(*)," \
	    " coalesce(array_to_string((array_agg(what))[1:3], ', '), '')" \
	    " FROM (" words ") AS v (what)")

/* Of a reservation r: who bought it, whosever it is by now. */
#define AUDIT_FIRST_OWNER \
	"coalesce((SELECT t.from_user FROM reservation_transfers AS t" \
	" WHERE t.reservation_id = r.id AND t.transfer_no = 1), r.user_id)"

/* The parts of each invariant, in the file of its subject. */
extern const struct audit_part audit_i1[], audit_i2[], audit_i3[], audit_i4[],
    audit_i5[], audit_i6[], audit_i7[], audit_i8[], audit_i9[], audit_i10[],
    audit_i11[], audit_i12[], audit_i13[], audit_i14[], audit_i15[],
    audit_i16[], audit_i17[], audit_i18[], audit_i19[], audit_i20[],
    audit_i22[], audit_i23[], audit_i27[], audit_i28[];

/* n more violations, some of them told. */
void audit_add(struct audit_found *found, int64_t n, struct span examples);
/* Run an AUDIT_SQL and add what it says. returns: 0; < 0 on a fault */
int audit_count(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, struct audit_found *found) MUST_CHECK;

/* ---- differences that must last ---- */

/* Violations told one by one. Memory: the arena's. */
struct audit_list {
	struct arena *arena;
	struct span *items;
	size_t n, max;
};

void audit_say(struct audit_list *list, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* One performance's map and holds as Redis had them at one instant. */
struct audit_map {
	int64_t performance;
	bool live;         /* else the rest is empty */
	int64_t seats_max; /* the limit its scripts go by */
	struct span letters, marks;
	struct hold_record *holds; /* those that run */
	size_t n_holds;
	struct audit_user {
		int64_t id, held, bought;
		struct span tokens;
	} * users; /* by id */
	size_t n_users;
	struct audit_stock { /* of counter sections */
		int64_t section_no, version, kept, capacity, promised;
	} * stocks;
	size_t n_stocks;
};

/* Say what is wrong with a live map. returns: 0; < 0 on a fault */
typedef int audit_look_fn(struct ctx *ctx, const struct audit_map *map,
    struct audit_list *list);

/*
 * Look at each performance of the range that has a map in Redis; what is
 * wrong counts when it is said in every look, in the same words.
 *
 * returns: 0; < 0 on a fault
 */
int audit_maps(struct ctx *ctx, struct audit_range *range, audit_look_fn *look,
    struct audit_found *found) MUST_CHECK;
/* The performances of the range that have a map, by id. Memory: the arena's.
 * returns: 0; < 0 on a fault */
int audit_list_maps(struct ctx *ctx, const struct audit_range *range,
    int64_t **out, size_t *n) MUST_CHECK;
/* Maps that are not as long as their plan. */
int audit_plans(struct ctx *ctx, struct audit_range *range,
    struct audit_found *found) MUST_CHECK;
/* Counter sections of which another number is promised than held. */
int audit_promised(struct ctx *ctx, struct audit_range *range,
    struct audit_found *found) MUST_CHECK;
/* Counter sections whose stock is another than PostgreSQL's. */
int audit_stock(struct ctx *ctx, const struct audit_map *map,
    struct audit_list *list) MUST_CHECK;
/* The epoch as PostgreSQL has it. returns: 0; < 0 on a fault */
int audit_epoch(struct ctx *ctx, int64_t *out) MUST_CHECK;

#endif
