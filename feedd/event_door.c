/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event_door - wait for descriptors, times and signals; the door to libevent
 *
 * Layer: feedd.  Uses: base.
 */
#include "feedd/event_door.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <event2/event.h>
#include <event2/event_struct.h>

#include <stdlib.h>
#include <sys/time.h>

struct watch {
	struct event event;
	watch_fn *fn;
	void *arg;
};

static struct event_base *
base_of(struct event_loop *loop)
{
	return (struct event_base *)loop;
}

struct event_loop *
event_loop_open(void)
{
	struct event_base *base = event_base_new();

	if (base == NULL)
		DIE("event-loop-failed");
	return (struct event_loop *)base;
}

void
event_loop_close(struct event_loop *loop)
{
	event_base_free(base_of(loop));
}

void
event_loop_run(struct event_loop *loop)
{
	if (event_base_dispatch(base_of(loop)) < 0)
		DIE("event-loop-failed");
}

void
event_loop_stop(struct event_loop *loop)
{
	event_base_loopbreak(base_of(loop));
}

static void
call(evutil_socket_t fd, short what, void *arg)
{
	struct watch *w = arg;
	unsigned ready = 0;

	(void)fd;
	if ((what & EV_READ) != 0)
		ready |= WATCH_READ;
	if ((what & EV_WRITE) != 0)
		ready |= WATCH_WRITE;
	w->fn(w->arg, ready);
}

static struct watch *
watch_open(struct event_loop *loop, int fd, short what, watch_fn *fn, void *arg)
{
	struct watch *w = mem_zget(sizeof(*w));

	w->fn = fn;
	w->arg = arg;
	if (event_assign(&w->event, base_of(loop), fd,
		(short)(what | EV_PERSIST), call, w)
	    < 0)
		DIE("event-loop-failed");
	return w;
}

static void
add(struct watch *w, const struct timeval *every)
{
	if (event_add(&w->event, every) < 0)
		DIE("event-loop-failed");
}

static short
events_of(unsigned what)
{
	return (short)(((what & WATCH_READ) != 0 ? EV_READ : 0)
	    | ((what & WATCH_WRITE) != 0 ? EV_WRITE : 0));
}

struct watch *
watch_fd(struct event_loop *loop, int fd, unsigned what, watch_fn *fn,
    void *arg)
{
	struct watch *w = watch_open(loop, fd, events_of(what), fn, arg);

	add(w, NULL);
	return w;
}

void
watch_change(struct watch *w, unsigned what)
{
	struct event_base *base = event_get_base(&w->event);
	int fd = event_get_fd(&w->event);

	event_del(&w->event);
	if (event_assign(&w->event, base, fd,
		(short)(events_of(what) | EV_PERSIST), call, w)
	    < 0)
		DIE("event-loop-failed");
	add(w, NULL);
}

struct watch *
watch_every(struct event_loop *loop, int64_t ms, watch_fn *fn, void *arg)
{
	struct watch *w = watch_open(loop, -1, 0, fn, arg);
	const struct timeval every = { ms / MS_PER_S,
		ms % MS_PER_S * US_PER_MS };

	add(w, &every);
	return w;
}

struct watch *
watch_signal(struct event_loop *loop, int number, watch_fn *fn, void *arg)
{
	struct watch *w = watch_open(loop, number, EV_SIGNAL, fn, arg);

	add(w, NULL);
	return w;
}

void
watch_close(struct watch *w)
{
	if (w == NULL)
		return;
	event_del(&w->event);
	free(w);
}
