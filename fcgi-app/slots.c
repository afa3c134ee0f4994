/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slots - what the processes of one pool know of each other
 *
 * The wake descriptors are eventfds made with the mapping, so that every
 * process forked later can wake every other.
 *
 * Layer: fcgi-app.  Uses: base, store.
 */
#include "fcgi-app/slots.h"

#include "base/clock.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

/* Without progress for longer, a worker gets no connections handed over. */
#define STALE_US (2 * 1000 * 1000)

struct pool_memory {
	struct permits hashing;
	struct slot slot[];
};

struct slots {
	int n;
	size_t size;
	struct pool_memory *memory;
	struct shared *shared;
	int wake_fd[SLOTS_MAX];
};

/* One process tree has one set of slots: no heap needed. */
static struct slots the_slots;

static int
open_wake_fds(struct slots *s)
{
	for (int i = 0; i < s->n; i++) {
		s->wake_fd[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (s->wake_fd[i] < 0)
			return -errno;
	}
	return 0;
}

int
slots_open(int n, struct slots **out)
{
	struct slots *s = &the_slots;
	void *p;

	assert(n >= 1 && n <= SLOTS_MAX);
	s->n = n;
	s->size = sizeof(struct pool_memory) + (size_t)n * sizeof(struct slot);
	p = mmap(NULL, s->size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -errno;
	s->memory = p;
	s->shared = shared_map(true);
	if (s->shared == NULL)
		return -ENOMEM;
	*out = s;
	return open_wake_fds(s);
}

void
slots_close(struct slots *s)
{
	for (int i = 0; i < s->n; i++)
		close(s->wake_fd[i]);
	munmap(s->memory, s->size);
	s->memory = NULL;
	shared_unmap(s->shared);
}

int
slots_count(const struct slots *s)
{
	return s->n;
}

struct slot *
slots_get(const struct slots *s, int i)
{
	assert(i >= 0 && i < s->n);
	return &s->memory->slot[i];
}

int
slots_find_free(const struct slots *s)
{
	for (int i = 0; i < s->n; i++) {
		if (atomic_load(&slots_get(s, i)->state) == SLOT_FREE)
			return i;
	}
	return -1;
}

void
slots_take(struct slots *s, int i)
{
	slots_heartbeat(s, i, clock_mono_us());
	atomic_store(&slots_get(s, i)->state, SLOT_STARTING);
}

void
slots_clear(struct slots *s, int i)
{
	struct slot *slot = slots_get(s, i);

	atomic_store(&slot->n_connections, 0);
	atomic_store(&slot->generation, 0);
	atomic_store(&slot->memory_kib, 0);
	atomic_store(&slot->pid, 0);
	permits_drop(slots_hashing(s), i);
	shared_left(s->shared, i);
	slots_wake_seen(s, i);
	atomic_store(&slot->state, SLOT_FREE);
}

void
slots_heartbeat(struct slots *s, int i, int64_t now_us)
{
	atomic_store_explicit(&slots_get(s, i)->heartbeat_us, now_us,
	    memory_order_relaxed);
}

int
slots_least_loaded(const struct slots *s, int self, int *n)
{
	int64_t stale = clock_mono_us() - STALE_US;
	int best = -1;

	for (int i = 0; i < s->n; i++) {
		const struct slot *slot = slots_get(s, i);
		int load = atomic_load_explicit(&slot->n_connections,
		    memory_order_relaxed);

		if (i == self || atomic_load(&slot->state) != SLOT_SERVING)
			continue;
		if (atomic_load(&slot->heartbeat_us) < stale)
			continue;
		if (best < 0 || load < *n) {
			best = i;
			*n = load;
		}
	}
	return best;
}

void
slots_wake(struct slots *s, int i)
{
	/* A full counter means that the worker has been woken often enough. */
	if (eventfd_write(s->wake_fd[i], 1) < 0)
		assert(errno == EAGAIN);
}

int
slots_wake_fd(const struct slots *s, int i)
{
	assert(i >= 0 && i < s->n);
	return s->wake_fd[i];
}

void
slots_wake_seen(struct slots *s, int i)
{
	eventfd_t n;

	if (eventfd_read(s->wake_fd[i], &n) < 0)
		assert(errno == EAGAIN);
}

struct shared *
slots_shared(const struct slots *s)
{
	return s->shared;
}

struct permits *
slots_hashing(const struct slots *s)
{
	return &s->memory->hashing;
}
