/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_changes - the last entries of a log, as changes of seats
 *
 * Layer: domain.  Uses: base, store, log_entry, seat_script.
 */
#ifndef SEAT_SEAT_CHANGES_H
#define SEAT_SEAT_CHANGES_H

#include "seat/log_entry.h"
#include "store/ctx.h"

/* Farther back than so many entries, and for more seats than that, the whole
 * map is less. */
#define SEAT_CHANGES_MAX 128

struct section_change {
	int64_t section_no, left; /* places, of a counter section */
};

struct logged_change {
	struct log_id id;
	struct seat_change is; /* seat_no 0: of a section */
	struct section_change section;
};

struct seat_changes {
	bool live;                /* else the rest is empty */
	struct log_id newest;     /* of the log; zeros: it has none */
	struct log_id base;       /* all changes after it are here */
	struct logged_change *at; /* the newest first */
	size_t n;
};

/*
 * Read the log back to an entry, or as far as SEAT_CHANGES_MAX goes.
 *
 * in:      from  what is older is not asked for. Where it is an entry that is
 *                still kept, and near, base is it; else base is newer
 * memory:  the arena's
 * returns: 0; < 0 on a fault
 */
int seat_changes_read(struct ctx *ctx, int64_t performance, int64_t epoch,
    struct log_id from, struct seat_changes *out) MUST_CHECK;

struct seat_since {
	struct seat_change *seats;
	struct section_change *sections;
	size_t n_seats, n_sections;
};

/*
 * Of n changes, the newest first, those after an id: one a seat and one a
 * section, the newest, by number.
 *
 * memory:  the arena's
 */
void seat_changes_since(struct ctx *ctx, const struct logged_change *at,
    size_t n, struct log_id since, struct seat_since *out);

#endif
