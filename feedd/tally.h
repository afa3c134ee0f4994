/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tally - how many readers each address has
 *
 * Layer: feedd.  Uses: base.
 */
#ifndef FEEDD_TALLY_H
#define FEEDD_TALLY_H

#include "base/arena.h"

#define TALLY_BUCKETS 4096

struct tally_entry {
	struct tally_entry *next;
	uint64_t key;
	unsigned n;
};

/* All zeros has counted nobody. */
struct tally {
	struct tally_entry *buckets[TALLY_BUCKETS];
};

/*
 * One more of an address (base/address.h says who is one subscriber), unless it
 * has max already.
 *
 * returns: what tally_less takes; NULL when it has
 */
struct tally_entry *tally_more(struct tally *t, struct arena *a,
    struct span address, unsigned max);
/* One fewer. NULL is allowed. */
void tally_less(struct tally *t, struct tally_entry *entry);

#endif
