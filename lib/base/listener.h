/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listener - a service's one listening socket
 *
 * It comes from whoever has one for us, in this order: systemd, the starter
 * that put it on fd 0, else we bind the configured path ourselves.
 *
 * Sources: sd_listen_fds(3); FastCGI specification 1.0, 2.2 (fd 0).
 *
 * Layer: base.  Uses: log, span.
 */
#ifndef BASE_LISTENER_H
#define BASE_LISTENER_H

#include "base/base.h"

#define LISTENER_PATH_MAX 108

enum listener_origin {
	LISTENER_SYSTEMD, /* LISTEN_FDS; outlives us */
	LISTENER_STDIN,   /* fd 0: the starter runs many of us, so this
	                   * process serves by itself */
	LISTENER_BOUND,   /* ours: unlinked when we stop */
};

struct listener {
	int fd; /* nonblocking, close-on-exec */
	enum listener_origin origin;
	/* LISTENER_BOUND: where, and which file we made there */
	char path[LISTENER_PATH_MAX];
	int64_t inode;
};

/*
 * Find or make the socket of a pool or service of this name. LISTEN_* leave the
 * environment.
 *
 * in:      path   where to bind when nobody gives one
 *          group  owner group of a bound socket; "" leaves it alone
 * returns: 0; < 0 a fault, logged: LISTEN_FDS names no socket of it,
 *          somebody else serves the path, or it cannot be bound
 */
int listener_take(const char *name, const char *path, const char *group,
    struct listener *out) MUST_CHECK;
/* Stop listening: a bound path is unlinked when it is still our file. Workers
 * that have not closed the socket yet go on with it. */
void listener_close(struct listener *l);

#endif
