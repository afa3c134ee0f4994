/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker - one process that serves requests, one at a time
 *
 * Runs in a process forked by the master, or, where fd 0 is the listening
 * socket, in the only one. It stops accepting on SIGTERM (the master's, or
 * the kernel's when the master is gone) and leaves when its web servers have
 * closed their connections, or after drain_s.
 *
 * Layer: fcgi-app.  Uses: store, http, loop, door, dispatch, generation.
 */
#ifndef FCGI_APP_WORKER_H
#define FCGI_APP_WORKER_H

#include "base/metrics.h"
#include "fcgi-app/generation.h"
#include "fcgi-app/slots.h"
#include "http/router.h"

/* What a worker is given. */
struct post {
	int listen_fd; /* the worker's from now on */
	struct slots *slots;
	int slot;
	int hashing_max; /* >= 1 */
	struct generation *settings;
	struct metrics *metrics;
	const struct route *routes;
	/* Called on SIGHUP by a process without a master; else NULL. */
	void (*reload)(void *arg);
	void *reload_arg;
};

/* SIGTERM, SIGINT and SIGHUP must be blocked. returns: the exit status */
int worker_run(const struct post *post);

#endif
