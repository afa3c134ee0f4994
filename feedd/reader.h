/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader - one connection: a request, then a stream
 *
 * Of what it is sent a reader has one text at a time, shared with all who get
 * the same, and how far he took it. What comes next is asked for when that is
 * out: a slow reader holds no queue, and is told the newest of each seat when
 * he is ready.
 *
 * Layer: feedd.  Uses: base, event_door, text.
 */
#ifndef FEEDD_READER_H
#define FEEDD_READER_H

#include "feedd/event_door.h"
#include "feedd/text.h"

#include <sys/queue.h>

struct reader;
struct performance;
struct tally_entry;

/* What a reader's owner is told. Each may close him. */
struct reader_calls {
	/* A whole request head is here. */
	void (*asked)(void *arg, struct reader *reader, struct span head);
	/* Nothing is on its way any more. */
	void (*ready)(void *arg, struct reader *reader);
	/* He has left, or sent what no request begins with. */
	void (*left)(void *arg, struct reader *reader);
};

struct reader {
	TAILQ_ENTRY(reader) all;
	/* NULL until he has asked */
	struct performance *performance;
	TAILQ_ENTRY(reader) together; /* of one performance */
	struct tally_entry *address;
	const struct reader_calls *calls;
	void *arg;

	struct watch *watch;
	struct reader_head *head; /* what is here of it; or NULL */
	struct text *out;         /* on its way; NULL: nothing is */
	size_t n_out;             /* of it */
	int64_t moved_us;         /* he sent or took something */
	int fd;
	bool asked;
	bool blocked, closing; /* closing: when out is out */

	/* the performance's (performance.h) */
	bool paused;
	unsigned turn;
	struct log_id place;
	int64_t told_us;
};

/* fd is his from now on: nonblocking. */
struct reader *reader_open(struct event_loop *loop, int fd,
    const struct reader_calls *calls, void *arg);
void reader_close(struct reader *reader);

/*
 * Send a text to a reader who has none on its way; the reference is his.
 *
 * returns: whether he is there still
 */
bool reader_send(struct reader *reader, struct text *text) MUST_CHECK;

#endif
