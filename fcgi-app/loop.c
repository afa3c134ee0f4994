/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loop - which of a worker's connections has something to say
 *
 * The listener is shared by all workers of the pool. EPOLLEXCLUSIVE wakes
 * one idle worker for a new connection, always the same one first; so who
 * holds clearly more than the least loaded worker hands the chance on.
 *
 * Layer: fcgi-app.  Uses: base, slots.
 */
#include "fcgi-app/loop.h"

#include "base/clock.h"
#include "base/log.h"
#include "fcgi-app/stats.h"

#include <assert.h>
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define EVENTS_MAX 64

/* A web server sends a request's bytes at once and reads answers as they
 * come; one that does neither holds up all our other connections. */
#define RECEIVE_S 2
#define SEND_S 5

/* How long a new connection may wait for a less loaded worker, and how long
 * we look away when we cannot take one. */
#define DEFER_US 1000
#define FULL_US 10000
/* Accepted at once when the wait was in vain. */
#define LATE_MAX 16

/* Marks in the epoll set beside the numbers of connections. */
enum mark { MARK_LISTENER = LOOP_CONNS_MAX, MARK_SIGNAL, MARK_WAKE };

struct loop {
	struct loop_plan plan;
	int epoll_fd;
	bool accepting;
	int64_t look_again_us; /* the listener is out of the set until then;
	                        * 0: it is in */
	int n_events, at_event;
	struct epoll_event events[EVENTS_MAX];
	int n_conns, first_free;
	struct {
		int fd;        /* -1: free */
		int next_free; /* -1 ends the list */
	} conns[LOOP_CONNS_MAX];
};

/* Too large for a stack, and one process has one. */
static struct loop the_loop;

static void
publish_load(const struct loop *l)
{
	struct slot *slot = slots_get(l->plan.slots, l->plan.slot);

	atomic_store_explicit(&slot->n_connections, l->n_conns,
	    memory_order_relaxed);
	metrics_set(l->plan.metrics, STAT_CONNECTIONS, l->n_conns);
}

static int
watch(struct loop *l, int fd, uint32_t mark, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.u32 = mark };

	if (epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0)
		return -errno;
	return 0;
}

static int
watch_listener(struct loop *l)
{
	return watch(l, l->plan.listen_fd, MARK_LISTENER,
	    EPOLLIN | EPOLLEXCLUSIVE);
}

/* ---- connections ---- */

static void
set_timeouts(int fd)
{
	struct timeval receive = { .tv_sec = RECEIVE_S };
	struct timeval send = { .tv_sec = SEND_S };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &receive, sizeof(receive));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &send, sizeof(send));
}

static void
remember(struct loop *l, int fd)
{
	int conn = l->first_free;

	if (watch(l, fd, (uint32_t)conn, EPOLLIN) < 0) {
		close(fd);
		return;
	}
	set_timeouts(fd);
	l->first_free = l->conns[conn].next_free;
	l->conns[conn].fd = fd;
	l->n_conns++;
	metrics_add(l->plan.metrics, STAT_ACCEPTED, 1);
	publish_load(l);
}

void
loop_forget(struct loop *l, int conn)
{
	assert(l->conns[conn].fd >= 0);
	l->conns[conn].fd = -1;
	l->conns[conn].next_free = l->first_free;
	l->first_free = conn;
	l->n_conns--;
	publish_load(l);
}

int
loop_fd(const struct loop *l, int conn)
{
	return l->conns[conn].fd;
}

int
loop_n_connections(const struct loop *l)
{
	return l->n_conns;
}

/* ---- the listener ---- */

/* Leave the listener alone for a while; look_back brings it into the set. */
static void
look_away(struct loop *l, int64_t us)
{
	if (l->look_again_us == 0)
		epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, l->plan.listen_fd, NULL);
	l->look_again_us = clock_mono_us() + us;
}

/* returns: whether there may be more */
static bool
accept_one(struct loop *l)
{
	int fd;

	if (l->n_conns == LOOP_CONNS_MAX) {
		look_away(l, FULL_US);
		return false;
	}
	fd = accept4(l->plan.listen_fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0) {
		remember(l, fd);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM
	    || errno == ENOBUFS) {
		LOG(WARN, "accept-failed", LSTR("error", strerror(errno)));
		look_away(l, FULL_US);
	}
	return false;
}

/* The wait is over: what nobody else has taken by now is ours, so that no
 * connection waits for a worker that turns out to be busy. */
static void
look_back(struct loop *l)
{
	if (!l->accepting || l->look_again_us == 0
	    || clock_mono_us() < l->look_again_us)
		return;
	l->look_again_us = 0;
	if (watch_listener(l) < 0) {
		l->look_again_us = clock_mono_us() + FULL_US;
		return;
	}
	for (int i = 0; i < LATE_MAX && accept_one(l); i++)
		continue;
}

/* Somebody wants to connect: ours, or rather the least loaded worker's? */
static void
greet(struct loop *l)
{
	int n = 0;
	int least = slots_least_loaded(l->plan.slots, l->plan.slot, &n);

	if (least >= 0 && l->n_conns > n + 1) {
		metrics_add(l->plan.metrics, STAT_DEFERRED, 1);
		slots_wake(l->plan.slots, least);
		look_away(l, DEFER_US);
		return;
	}
	(void)accept_one(l);
}

void
loop_stop_accepting(struct loop *l)
{
	if (!l->accepting)
		return;
	l->accepting = false;
	if (l->look_again_us == 0)
		epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, l->plan.listen_fd, NULL);
	close(l->plan.listen_fd);
}

/* ---- opening and closing ---- */

int
loop_open(const struct loop_plan *plan, struct loop **out)
{
	struct loop *l = &the_loop;
	int wake_fd = slots_wake_fd(plan->slots, plan->slot);
	int r = 0;

	*l = (struct loop){ .plan = *plan, .accepting = true };
	for (int i = 0; i < LOOP_CONNS_MAX; i++) {
		l->conns[i].fd = -1;
		l->conns[i].next_free = i + 1 < LOOP_CONNS_MAX ? i + 1 : -1;
	}
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll_fd < 0)
		r = -errno;
	if (r == 0)
		r = watch_listener(l);
	if (r == 0)
		r = watch(l, plan->signal_fd, MARK_SIGNAL, EPOLLIN);
	if (r == 0)
		r = watch(l, wake_fd, MARK_WAKE, EPOLLIN);
	if (r < 0)
		LOG(ERROR, "loop-failed", LSTR("error", strerror(-r)));
	*out = l;
	return r;
}

void
loop_close(struct loop *l)
{
	for (int i = 0; i < LOOP_CONNS_MAX; i++) {
		if (l->conns[i].fd >= 0)
			close(l->conns[i].fd);
	}
	close(l->epoll_fd);
}

/* ---- what happens next ---- */

static int
wait_ms(const struct loop *l, int timeout_ms)
{
	int64_t left_us;

	if (l->look_again_us == 0 || !l->accepting)
		return timeout_ms;
	left_us = MAX(l->look_again_us - clock_mono_us(), 0);
	return (int)MIN((left_us + 999) / 1000, timeout_ms);
}

/* returns: LOOP_QUIET when the event was the loop's own business */
static enum loop_event
take(struct loop *l, const struct epoll_event *ev, int *conn)
{
	switch (ev->data.u32) {
	case MARK_LISTENER:
		if (l->accepting && l->look_again_us == 0)
			greet(l);
		return LOOP_QUIET;
	case MARK_WAKE:
		slots_wake_seen(l->plan.slots, l->plan.slot);
		if (l->accepting)
			(void)accept_one(l);
		return LOOP_QUIET;
	case MARK_SIGNAL:
		return LOOP_SIGNAL;
	default:
		*conn = (int)ev->data.u32;
		return LOOP_READABLE;
	}
}

enum loop_event
loop_next(struct loop *l, int timeout_ms, int *conn)
{
	if (l->at_event == l->n_events) {
		l->at_event = 0;
		l->n_events = epoll_wait(l->epoll_fd, l->events, EVENTS_MAX,
		    wait_ms(l, timeout_ms));
		if (l->n_events < 0)
			l->n_events = 0;
		look_back(l);
	}
	while (l->at_event < l->n_events) {
		enum loop_event event = take(l, &l->events[l->at_event++],
		    conn);

		if (event != LOOP_QUIET)
			return event;
	}
	return LOOP_QUIET;
}
