/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loop - which of a worker's connections has something to say
 *
 * One epoll set per worker: the pool's listening socket, the worker's
 * signals, and every connection it has accepted. The web server ends a
 * connection, not we: closing an idle one would race with the next request
 * on it, and a web server must not repeat a POST.
 *
 * Layer: fcgi-app.  Uses: base, slots.
 */
#ifndef FCGI_APP_LOOP_H
#define FCGI_APP_LOOP_H

#include "base/metrics.h"
#include "fcgi-app/slots.h"

/* Connections one worker can hold, within the usual limit of 1024 open files;
 * more wait in the backlog. */
#define LOOP_CONNS_MAX 960

struct loop;

struct loop_plan {
	int listen_fd; /* nonblocking; the loop's from now on */
	int signal_fd; /* watched beside the connections */
	struct slots *slots;
	int slot;                /* ours */
	struct metrics *metrics; /* NULL: nobody counts */
};

/* One loop a process. returns: 0; < 0 -errno, logged */
int loop_open(const struct loop_plan *plan, struct loop **out) MUST_CHECK;
/* Close all connections, whatever they are doing. */
void loop_close(struct loop *l);

enum loop_event {
	LOOP_QUIET,    /* nothing for the caller: ask again */
	LOOP_SIGNAL,   /* signal_fd can be read */
	LOOP_READABLE, /* connection *conn has bytes, or was closed */
};

/*
 * Wait for the next thing to do, accepting connections on the way.
 *
 * in:      timeout_ms  0.. (0: look only)
 * out:     conn  on LOOP_READABLE: 0..LOOP_CONNS_MAX - 1
 */
enum loop_event loop_next(struct loop *l, int timeout_ms, int *conn);
/* The socket of a connection: blocking, with time-outs. */
int loop_fd(const struct loop *l, int conn);
/* The socket has been closed: the number may be given out again. */
void loop_forget(struct loop *l, int conn);

/* Accept nothing from now on, and close listen_fd: while anybody has it open,
 * a web server may connect and wait for nobody. The connections stay. */
void loop_stop_accepting(struct loop *l);
int loop_n_connections(const struct loop *l);

#endif
