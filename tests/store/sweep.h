/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sweep - a life that is stopped at each crash point, as a table of steps
 *
 * test_sweep.c lives them, with the story of holds and purchases by wallet;
 * another story is a file of its own.
 *
 * Layer: tests.  Uses: transfer.
 */
#ifndef STORE_SWEEP_H
#define STORE_SWEEP_H

#include "reservation/offer.h"

#define SWEEP_STEPS_MAX 32
#define SWEEP_BODY_MAX 4096
#define SWEEP_HITS_MAX 3

enum sweep_buyer { ANN, POOR, N_BUYERS };
enum sweep_hold {
	PLACES,
	WAITING,
	BOUGHT,
	DROPPED,
	REFUSED,
	LAPSED,
	LEFT,
	CARD, /* and so is it paid */
	N_HOLDS
};

/* A request, which is asked again until it is answered for good: not with 503,
 * nor with 202 where something else is said. work, where there is one, is done
 * before it; without a request the step is that alone. */
struct step {
	const char *method, *uri; /* NULL: done by a worker. %P is the
	                           * performance, %T the hold's token, %R the
	                           * reservation */
	int buyer, hold;
	const char *key;   /* NULL: without */
	const char *seats; /* a list for the body, or NULL */
	int status;        /* of the one answer */
	int (*work)(void); /* returns: as a domain function */
	const char *body;  /* where there are no seats, or NULL */
};

/* Where a life is stopped: it comes by, or the table is wrong. */
struct point {
	const char *name;
	int hits_max; /* how many of its hits are tried */
	bool line;    /* only where there is one */
};

/* Calls that fail, not made or made and not answered; and memory that is not
 * there, which ends the process. */
struct failure {
	const char *name;
	/* How holds are journaled: in each way, or beginning with one by
	 * turns. */
	enum { BOTH, SYNC_FIRST, BEHIND_FIRST } lives;
	int step;    /* behind the first FAILS_EACH, one in so many */
	bool aborts; /* the process */
};

struct story {
	const struct step *steps;
	size_t n_steps;       /* up to SWEEP_STEPS_MAX */
	const char *terms;    /* of the performance (house_change) */
	const char *map;      /* at its end */
	int64_t left_of_lawn; /* of 10 */
	/* What must then be 0: $1 is the performance; ends with NULL. */
	const char *const *wrongs;
	void (*begin)(void); /* each life; or NULL */
	void (*check)(void); /* whatever else must be then */
};

/* What the client knows: it outlives the process that served him. */
struct life {
	size_t n_done; /* steps that were answered */
	struct note {
		int status;
		size_t len;
		char body[SWEEP_BODY_MAX];
	} notes[SWEEP_STEPS_MAX];
	char tokens[N_HOLDS][64], numbers[N_HOLDS][64];
	char offered[OFFER_TOKEN_LEN + 1];
};

/* Rounds of boxoffice-worker: the journal; an hour later, what has ended and
 * what is to be set right. returns: as jobs do */
int sweep_persist(void);
int sweep_expire(void);
int sweep_set_right(void);

/* ---- sweep_card.c: seats bought by card, and moved ---- */

extern const struct story sweep_card;
extern const struct point sweep_card_points[];
extern const int sweep_card_n_points;
extern const struct failure sweep_card_failures[];
extern const int sweep_card_n_failures;

#endif
