/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source - what Redis says of the maps that somebody follows
 *
 * One round trip asks for the mark of the epoch and for each performance
 * whether its log has an entry behind the last that was read. Mostly none has,
 * and that is all: where each was asked for the following, a look cost twice as
 * much. Of one that has, that was not live, or once a second of each, another
 * round trip asks whether its map is live and what its log has from the last
 * entry that was read on.
 * That entry is read once more: where it is not the first, the log was begun
 * anew or trimmed farther than it was followed, and nobody can go on from what
 * he has. The newest entry of a log is never trimmed, and a map that is loaded
 * makes one.
 *
 * Redis is believed while it answers, is the server it was and has a mark that
 * does not fall. Where it was another one, or had no mark, only a greater mark
 * is believed: what it has under the old one may be old.
 *
 * Layer: feedd.  Uses: base, store, seat.
 */
#ifndef FEEDD_SOURCE_H
#define FEEDD_SOURCE_H

#include "feedd/ring.h"
#include "store/kv.h"

struct source {
	struct kv *kv;
	struct arena arena; /* reset with each call */
	int64_t epoch;      /* the last that was believed; 0: none yet */
	bool up;            /* whether it is believed now */
	bool fenced;        /* only a greater mark is */
	char run_id[64];
};

/* One log that is followed. */
struct source_log {
	int64_t performance;
	int64_t epoch; /* under which ring was read; 0: it is empty */
	struct ring ring;
	/* as it was read last */
	bool live;
	int64_t closes_ms;
	bool broken;           /* the ring was begun anew: see above */
	bool more;             /* there is more than was read */
	int64_t read_us;       /* when that was (monotonic) */
	struct log_id too_far; /* ids up to it are too far back to reach */
};

/* set is read at each connect and must stay valid. */
void source_open(struct source *s, const struct settings *set);
void source_close(struct source *s);
/* The next call connects anew. */
void source_drop(struct source *s);

/*
 * Read on in n logs. Where the epoch is another one than theirs, or they are
 * empty, they begin at the newest entry and are broken.
 *
 * in:      logs  n of them; the array is used up
 * returns: 0; < 0 a fault, or Redis is not believed (s->up is false): nothing
 *          was read
 */
int source_look(struct source *s, struct source_log **logs,
    size_t n) MUST_CHECK;

/*
 * Read a live log again from an older version on, so that the ring reaches it.
 *
 * returns: whether it does now; not, where the log has not got it, or has too
 *          much behind it, or Redis does not answer
 */
bool source_reach(struct source *s, struct source_log *log,
    struct log_id id) MUST_CHECK;

#endif
