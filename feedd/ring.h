/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring - the last changes of one performance, for readers who are at various
 * versions
 *
 * A reader's place is the id of the last entry that he was told of. All changes
 * after base are here, so a place from base on can be gone on from, and an
 * older one cannot. States are absolute: of a seat only the newest change
 * counts.
 *
 * Layer: feedd.  Uses: base, seat.
 */
#ifndef FEEDD_RING_H
#define FEEDD_RING_H

#include "seat/log_entry.h"

/* So much a ring keeps; then its older half goes. */
#define RING_ENTRIES_MAX 4096
#define RING_CHANGES_MAX 16384

/* Of a counter section, instead of a state of a seat. */
#define RING_SECTION '#'

/* What there is now: a seat's letter, or how many places a section has left. */
struct ring_change {
	char letter;  /* or RING_SECTION */
	int64_t no;   /* the seat's number, or the section's */
	int64_t left; /* places of the section */
};

struct ring_entry {
	struct log_id id;
	size_t end; /* its changes are before this one */
};

struct ring {
	struct log_id base;         /* all changes after it are here */
	struct log_id head;         /* up to and with this one */
	struct ring_entry *entries; /* the oldest first */
	struct ring_change *changes;
	size_t n_entries, n_changes, entries_cap, changes_cap;
};

/* All zeros is an empty ring. */
void ring_fini(struct ring *r);
/* It begins anew behind an entry. */
void ring_reset(struct ring *r, struct log_id base);
/*
 * The next entry. Its changes are taken out of it.
 *
 * returns: whether it was newer than the head, and so was taken
 */
bool ring_add(struct ring *r, struct log_entry *entry);

/* Whether a reader at this place can be told all that came after it. */
bool ring_reaches(const struct ring *r, struct log_id place);
/* Whether this is the id of an entry that is here, or of base: a map of this
 * version has all changes up to it, and no log was begun anew since. */
bool ring_has(const struct ring *r, struct log_id id);

/*
 * The changes after a place: one a seat and one a section, the newest, by
 * letter and number.
 *
 * in:      place  one that ring_reaches
 * memory:  a's
 */
void ring_since(const struct ring *r, struct arena *a, struct log_id place,
    struct ring_change **out, size_t *n);

#endif
