/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * upgrade - the program replaced while it serves
 *
 * The master asks its own path first whether it would start (a child with
 * -t), then executes it: same pid, same listening socket, the old workers
 * still its children. What the new program must know travels in one
 * environment variable.
 *
 * Layer: fcgi-app.  Uses: listener, slots.
 */
#ifndef FCGI_APP_UPGRADE_H
#define FCGI_APP_UPGRADE_H

#include "base/listener.h"
#include "fcgi-app/slots.h"

/* Workers of the program before that may still be around. */
#define UPGRADE_PIDS_MAX (2 * SLOTS_MAX)

struct inheritance {
	struct listener listener;
	int n_pids; /* the old workers */
	pid_t pids[UPGRADE_PIDS_MAX];
};

/* Remember how this program was called. Once, first thing in main: a path
 * that has been replaced since cannot be found out any more. */
void upgrade_remember(char **argv);

/* Start a child that only checks program and settings.
 * returns: its pid; < 0 a fault, logged */
pid_t upgrade_probe(void) MUST_CHECK;

/* Execute our own path. Comes back only when that failed (logged), with
 * nothing changed. */
void upgrade_exec(const struct inheritance *left);

/* In a program just executed that way: what it was left.
 * returns: false when this is an ordinary start */
bool upgrade_inherit(struct inheritance *out) MUST_CHECK;

#endif
