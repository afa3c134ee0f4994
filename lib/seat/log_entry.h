/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_entry - an entry of a map's log
 *
 * Every change of a map is an entry of its log, and the entry's id is the map's
 * version from then on. log_add (store/lua/log.inc.lua) writes them; this is
 * the one reader in C, for all who follow a log.
 *
 * Layer: domain.  Uses: base, store, seat_state.
 */
#ifndef SEAT_LOG_ENTRY_H
#define SEAT_LOG_ENTRY_H

#include "store/kv.h"

/* Ids are compared in order. */
struct log_id {
	int64_t ms, seq;
};

struct seat_change {
	int64_t seat_no;
	char letter;
};

struct log_entry {
	struct log_id id;
	struct span id_text;
	/* a letter, and the seats that are at it now: see log_entry_next */
	char letter;
	struct span seats;
	/* or a counter section, and how many places of it are left; 0: none */
	int64_t section_no, left;
	/* a token's bytes and the hold's record behind them; NONE where the
	 * journal is not to have it */
	struct span hold;
};

/* < 0, 0, > 0 as a is older than b, the same or newer. */
int log_id_compare(struct log_id a, struct log_id b);
/* "<ms>-<seq>" */
bool log_id_read(struct span text, struct log_id *out) MUST_CHECK;

/*
 * One entry of an XRANGE or XREVRANGE reply.
 *
 * memory:  spans in out are the reply's
 * returns: whether it is one
 */
bool log_entry_read(const struct kv_reply *reply,
    struct log_entry *out) MUST_CHECK;
/* Take the next seat that changed. returns: whether there was one */
bool log_entry_next(struct log_entry *entry, struct seat_change *out);

#endif
