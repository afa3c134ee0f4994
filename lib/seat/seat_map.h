/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_map - what everybody sees of a performance's seats
 *
 * One round trip to Redis in the usual case. Where Redis cannot be reached
 * the map comes from the claims and the journal in PostgreSQL, from whichever
 * server answers: a little old, and never with changes only.
 *
 * A version is opaque on the wire: "<epoch>-<ms>-<seq>", the newest log entry
 * that is surely in the map; "<epoch>-db-<ms>" for a map from PostgreSQL.
 *
 * Layer: domain.  Uses: base, store, catalog, epoch, seat_script.
 */
#ifndef SEAT_SEAT_MAP_H
#define SEAT_SEAT_MAP_H

#include "seat/seat_script.h"

struct seat_change {
	int64_t seat_no;
	char letter;
};

struct seat_map {
	struct span version;
	int64_t epoch;		/* 0: from PostgreSQL */
	int64_t terms_version;	/* of the terms scripts go by; whole maps
				 * from Redis only */
	bool whole;		/* letters; else the changes since */
	struct span letters;	/* seat_no 1.. in order */
	struct seat_change *changes;	/* at most one a seat, the newest */
	size_t n_changes;
};

/*
 * Read the map.
 *
 * in:      since  a version the reader has, NONE for the whole map; one that
 *                 is malformed, too old or of another epoch gives the whole
 * memory:  the arena's
 * returns: any seat_outcome; < 0 on a fault
 */
int seat_map_read(struct ctx *ctx, int64_t performance, struct span since,
    struct seat_map *out) MUST_CHECK;

/* Whether one version is newer than the other. Never, where either is
 * malformed or they are of different epochs. */
bool seat_version_newer(struct span a, struct span b);

/* A version on the wire, of an epoch and a log id ("<ms>-<seq>"). */
struct span seat_version(struct ctx *ctx, int64_t epoch, struct span log_id);

#endif
