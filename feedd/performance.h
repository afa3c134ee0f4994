/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * performance - those who follow one performance, and what each is told next
 *
 * A reader's place is the last entry he knows of. What he is told next depends
 * on nothing but that, the ring, and whether it was begun anew since (turn).
 *
 * Layer: feedd.  Uses: base, reader, source, text.
 */
#ifndef FEEDD_PERFORMANCE_H
#define FEEDD_PERFORMANCE_H

#include "feedd/reader.h"
#include "feedd/source.h"

TAILQ_HEAD(readers, reader);

/* A text for those who stand at from; to is the ring's head. */
struct performance_text {
	struct log_id from;
	struct text *text; /* NULL: no seat changed */
};

#define PERFORMANCE_TEXTS 16

struct performance {
	TAILQ_ENTRY(performance) all;
	struct performance *next; /* of one bucket */
	struct source_log log;
	struct readers readers;
	unsigned n_readers;

	/* grows when the ring is begun anew: who was told under another reads
	 * the map anew */
	unsigned turn;
	bool paused;     /* nothing is known of it now */
	bool over;       /* its sale is */
	int64_t lost_us; /* when it was live last */
	int64_t due_us;  /* when the next round may begin */
	int64_t left_us; /* when the last reader left */
	/* what the last round told */
	struct log_id told;
	unsigned told_turn;
	bool told_paused;

	/* texts up to this, of this turn */
	struct log_id written_to;
	unsigned written_turn;
	struct performance_text texts[PERFORMANCE_TEXTS];
	size_t n_texts, next_text;
	struct text *heartbeat, *resync;
	unsigned n_resync; /* readers when that was written */
};

/* What all performances share. */
struct performance_shared {
	struct arena *arena;
	struct text *pause, *end, *comment;
	int64_t beat_us;
};

struct performance *performance_open(int64_t id);
/* It has no readers. */
void performance_close(struct performance *p);

/* A reader comes, at a place the ring reaches, or (reached is false) to be told
 * to read the map anew. */
void performance_join(struct performance *p, struct reader *reader,
    struct log_id place, bool reached);
void performance_leave(struct performance *p, struct reader *reader);

/* The log was read: what that changes for readers. In: whether the source is
 * believed. */
void performance_looked(struct performance *p, bool up, int64_t now_us);
/* Whether there is something to tell. */
bool performance_has_news(const struct performance *p);
/*
 * What this reader is to be told next; he is noted to have been told it.
 *
 * returns: a reference for reader_send; NULL: nothing
 */
struct text *performance_next(struct performance *p,
    const struct performance_shared *shared, struct reader *reader,
    int64_t now_us);
/* Whether he is to be told the map anew, for who counts that. */
bool performance_is_behind(const struct performance *p,
    const struct reader *reader);

#endif
