/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shared - what the processes of a tree know together
 *
 * Layer: store.  Uses: base, breaker, part.
 */
#include "store/shared.h"

#include <sys/mman.h>

static size_t
size_of_all(void)
{
	return sizeof(struct shared) + shared_parts.size;
}

/* Mapped, not allocated: most pages of it are never needed. */
struct shared *
shared_map(bool tree)
{
	void *p = mmap(NULL, size_of_all(), PROT_READ | PROT_WRITE,
	    MAP_ANONYMOUS | (tree ? MAP_SHARED : MAP_PRIVATE | MAP_NORESERVE),
	    -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
shared_unmap(struct shared *shared)
{
	munmap(shared, size_of_all());
}

void
shared_left(struct shared *shared, int owner)
{
	for (const struct part *p = shared_parts.first; p != NULL; p = p->next)
		if (p->left != NULL)
			p->left(shared_part(shared, p), owner);
}
