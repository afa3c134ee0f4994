/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crew - the workers of one master: hired, watched, relieved
 *
 * The crew keeps as many workers as the pool has places. One that dies is
 * replaced, with back-off when it died young; one without progress past its
 * deadline is killed; one that is too old or too large is replaced first and
 * told to leave afterwards, one at a time. Workers left by the program before
 * an upgrade are told to leave once ours all accept.
 *
 * Layer: fcgi-app.  Uses: tree.
 */
#ifndef FCGI_APP_CREW_H
#define FCGI_APP_CREW_H

#include "fcgi-app/tree.h"
#include "fcgi-app/upgrade.h"

struct hand {
	pid_t pid; /* 0: nobody */
	int64_t started_us;
	int64_t retire_us; /* then it is too old */
	int64_t kill_us;   /* told to leave: its last moment; else 0 */
	bool retiring;     /* chosen; leaves when its relief accepts */
	bool killed;
};

struct crew {
	struct tree *tree;
	int target;         /* workers wanted; 0 when all shall leave */
	int n_early_deaths; /* in a row */
	int64_t hire_us;    /* not before */
	struct hand hands[SLOTS_MAX];      /* by slot */
	struct hand old[UPGRADE_PIDS_MAX]; /* of the program before */
};

/* Slots a pool of n workers needs: each may have a leaving predecessor. */
int crew_slots(int n_workers);

/* old: what an upgrade left, or n_pids 0. */
void crew_init(struct crew *c, struct tree *tree, int target,
    const struct inheritance *old);
/* Do whatever is due: watch, retire, hire, relieve. Call it a few times a
 * second and after each crew_reap. */
void crew_tend(struct crew *c);
/* Collect ended workers; pids that are not of the crew go to other. */
void crew_reap(struct crew *c, void (*other)(void *arg, pid_t pid, int status),
    void *arg);
/* Tell everybody to leave; nobody is hired any more. */
void crew_dismiss(struct crew *c);

/* Whether it is a worker that has not been told, nor chosen, to leave. */
bool crew_is_staying(const struct hand *h);
/* Workers that accept connections and stay. */
int crew_n_serving(const struct crew *c);
/* As many as wanted accept. */
bool crew_is_full(const struct crew *c);
bool crew_is_gone(const struct crew *c);
/* Whether any worker made progress lately; also when none is wanted. */
bool crew_makes_progress(const struct crew *c);
/* All pids, the old ones too, for the program that follows. */
void crew_list(const struct crew *c, struct inheritance *out);

#endif
