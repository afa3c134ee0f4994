/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree - what all processes of one pool share
 *
 * Made once by the first process: the listening socket, the slots, the
 * settings in force, the metrics. Forked workers inherit it.
 *
 * Layer: fcgi-app.  Uses: store, pool, listener, slots, generation, worker.
 */
#ifndef FCGI_APP_TREE_H
#define FCGI_APP_TREE_H

#include "base/listener.h"
#include "fcgi-app/pool.h"
#include "fcgi-app/worker.h"

struct tree {
	const struct pool *pool;
	const char *config_path;
	struct settings set; /* in force */
	struct listener listener;
	const struct route *routes;
	/* made by tree_open */
	struct slots *slots;
	struct generation *generation;
	struct metrics *metrics;
};

/* The fields above the line are the caller's. n_slots: 1..SLOTS_MAX.
 * returns: 0; < 0 a fault, logged */
int tree_open(struct tree *t, int n_slots) MUST_CHECK;
void tree_close(struct tree *t);

/*
 * Read the files again. What passes becomes the next generation; what does
 * not is logged with file and line, and everything stays as it was. A
 * changed setting that needs a restart is logged and waits.
 */
void tree_reload(struct tree *t);

/* What the worker of a slot is given. */
struct post tree_post(const struct tree *t, int slot);

#endif
