/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * generation - the settings in force, handed from the master to its workers
 *
 * Two places take turns: generation n lies in place n % 2, and the number is
 * raised only when its place is written. A reader that copied a place while
 * the number stayed the same has one whole generation, because the next but
 * one, which would overwrite it, is begun only after the next is out.
 *
 * Layer: fcgi-app.  Uses: store.
 */
#include "fcgi-app/generation.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

struct generation {
	atomic_llong now;
	struct settings place[2];
};

int
generation_open(const struct settings *first, struct generation **out)
{
	int fd = memfd_create("boxoffice-settings", MFD_CLOEXEC);
	struct generation *g = MAP_FAILED;
	int r = 0;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, sizeof(*g)) == 0)
		g = mmap(NULL, sizeof(*g), PROT_READ | PROT_WRITE, MAP_SHARED,
		    fd, 0);
	if (g == MAP_FAILED)
		r = -errno;
	else
		(void)generation_publish(g, first);
	close(fd);
	*out = g;
	return r;
}

void
generation_close(struct generation *g)
{
	munmap(g, sizeof(*g));
}

int64_t
generation_publish(struct generation *g, const struct settings *set)
{
	int64_t next = atomic_load(&g->now) + 1;

	atomic_thread_fence(memory_order_seq_cst);
	g->place[next % 2] = *set;
	atomic_store(&g->now, next);
	return next;
}

int64_t
generation_now(const struct generation *g)
{
	return atomic_load_explicit(&g->now, memory_order_relaxed);
}

int64_t
generation_read(const struct generation *g, struct settings *out)
{
	int64_t n;

	do {
		n = atomic_load(&g->now);
		*out = g->place[n % 2];
		atomic_thread_fence(memory_order_acquire);
	} while (atomic_load_explicit(&g->now, memory_order_relaxed) != n);
	return n;
}
