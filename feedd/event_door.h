/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event_door - wait for descriptors, times and signals; the door to libevent
 *
 * Only the loop of libevent is used. Its HTTP server and buffers hold some 5 KB
 * a reader; a socket that is written to directly holds a twentieth of that.
 *
 * Layer: feedd.  Uses: base.
 */
#ifndef FEEDD_EVENT_DOOR_H
#define FEEDD_EVENT_DOOR_H

#include "base/base.h"

enum { WATCH_READ = 1, WATCH_WRITE = 2 };

struct event_loop;
struct watch;

/* ready: WATCH_* of a descriptor; 0 for times and signals. It may close any
 * watch, its own among them. */
typedef void watch_fn(void *arg, unsigned ready);

struct event_loop *event_loop_open(void);
/* All watches are closed by now. */
void event_loop_close(struct event_loop *loop);
/* Until event_loop_stop. */
void event_loop_run(struct event_loop *loop);
void event_loop_stop(struct event_loop *loop);

/* Call fn whenever fd is ready for what (WATCH_*). */
struct watch *watch_fd(struct event_loop *loop, int fd, unsigned what,
    watch_fn *fn, void *arg);
/* From now on for this. */
void watch_change(struct watch *w, unsigned what);
/* Call fn every ms. */
struct watch *watch_every(struct event_loop *loop, int64_t ms, watch_fn *fn,
    void *arg);
/* Call fn when the signal came. */
struct watch *watch_signal(struct event_loop *loop, int number, watch_fn *fn,
    void *arg);
/* The descriptor stays open. NULL is allowed. */
void watch_close(struct watch *w);

#endif
