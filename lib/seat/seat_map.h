/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_map - what everybody sees of a performance's seats
 *
 * One round trip to Redis in the usual case. Where Redis cannot be reached, and
 * where a performance is not on sale and has no map there (it is at rest), the
 * map comes from the claims and the journal in PostgreSQL, from whichever
 * server answers: a little old, and never with changes only.
 *
 * A version is opaque on the wire: three integers, "<epoch>-<ms>-<seq>", that
 * are compared in order. Of a map in Redis it is the newest log entry that is
 * surely in it, and never falls within an epoch: a map that was loaded anew
 * begins with an entry above all that it had. Of a map from PostgreSQL it is a
 * moment, ms and us, before which all commits are in it; of a hold made there,
 * one behind its commit. When Redis is back its numbers may be lower than such
 * a moment for a while: who has seen more than is kept gets the map read anew,
 * once.
 *
 * Layer: domain.  Uses: base, store, catalog, epoch, seat_script.
 */
#ifndef SEAT_SEAT_MAP_H
#define SEAT_SEAT_MAP_H

#include "seat/seat_changes.h"
#include "seat/seat_script.h"

struct seat_map {
	struct span version;
	int64_t epoch;               /* 0: from PostgreSQL */
	int64_t terms_version;       /* of the terms scripts go by; whole maps
	                              * from Redis only */
	bool at_rest;                /* from PostgreSQL, and not on sale */
	bool whole;                  /* letters; else the changes since */
	struct span letters;         /* seat_no 1.. in order */
	struct seat_change *changes; /* at most one a seat, the newest */
	size_t n_changes;
	struct section_change *sections; /* and one a counter section */
	size_t n_sections;
};

/*
 * Read the map. One that is not what was loaded, by its length or its letters,
 * is loaded anew.
 *
 * in:      since  a version the reader has, NONE for the whole map; one that
 *                 is malformed, of another epoch, or too far back, gives the
 *                 whole
 * memory:  the arena's
 * returns: any seat_outcome; < 0 on a fault
 */
int seat_map_read(struct ctx *ctx, int64_t performance, struct span since,
    struct seat_map *out) MUST_CHECK;

/*
 * The whole map, for a reader who has met n versions: where PostgreSQL answers,
 * they are in it, if they can be.
 *
 * memory, returns: as seat_map_read
 */
int seat_map_whole(struct ctx *ctx, int64_t performance,
    const struct span *seen, size_t n, struct seat_map *out) MUST_CHECK;

/* A map of the changes after an id. Memory: the arena's. returns: whether they
 * are few enough, or the whole map is less */
bool seat_map_since(struct ctx *ctx, const struct logged_change *at, size_t n,
    struct log_id since, struct seat_map *out) MUST_CHECK;

/* Of n seats those that letters show free are held there. */
void seat_map_hold(char *letters, size_t n_letters, const int64_t *seats,
    size_t n);

/* Whether version a is newer than b. Never, where either is malformed. */
bool seat_version_newer(struct span a, struct span b);
/* Whether none of n versions is newer than this one. */
bool seat_version_reached(struct span version, const struct span *seen,
    size_t n);

/* A version on the wire, of an epoch and a log id ("<ms>-<seq>"). */
struct span seat_version(struct ctx *ctx, int64_t epoch, struct span log_id);
struct span seat_version_of(struct ctx *ctx, int64_t epoch, struct log_id id);
/* The same of a moment, us since 1970. */
struct span seat_version_at(struct ctx *ctx, int64_t epoch, int64_t at_us);
/* The log id of a version of this epoch; false: it is none. */
bool seat_version_in(struct span version, int64_t epoch, struct log_id *out);

#endif
