/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * permits - at most so many processes of a tree do something at once
 *
 * Layer: base.
 */
#include "base/permits.h"

#define GROUP_SHIFT 32

static unsigned long long
cell_of(int owner, uint32_t group)
{
	return (unsigned long long)group << GROUP_SHIFT | (uint32_t)(owner + 1);
}

static int
owner_in(unsigned long long cell)
{
	return (int)(uint32_t)cell - 1;
}

static bool
take(struct permits *p, int owner, int max, uint32_t group)
{
	for (int i = 0; i < max && i < PERMITS_MAX; i++) {
		unsigned long long nobody = 0;

		if (atomic_compare_exchange_strong(&p->cell[i], &nobody,
			cell_of(owner, group)))
			return true;
	}
	return false;
}

bool
permits_take(struct permits *p, int owner, int max)
{
	return take(p, owner, max, 0);
}

static int
count_group(const struct permits *p, uint32_t group)
{
	int n = 0;

	for (int i = 0; i < PERMITS_MAX; i++) {
		unsigned long long cell = atomic_load(&p->cell[i]);

		n += cell != 0 && cell >> GROUP_SHIFT == group;
	}
	return n;
}

/* Taken first and counted then: whoever comes later counts this one too, so a
 * group never has more than its half. */
bool
permits_take_fairly(struct permits *p, int owner, int max, uint32_t group)
{
	if (!take(p, owner, max, group))
		return false;
	if (count_group(p, group) <= MAX(max / 2, 1))
		return true;
	permits_drop(p, owner);
	return false;
}

/* All cells are looked at: max may have been another when it was taken. */
void
permits_drop(struct permits *p, int owner)
{
	for (int i = 0; i < PERMITS_MAX; i++) {
		unsigned long long cell = atomic_load_explicit(&p->cell[i],
		    memory_order_relaxed);

		if (cell != 0 && owner_in(cell) == owner)
			atomic_compare_exchange_strong(&p->cell[i], &cell, 0);
	}
}

int
permits_count(const struct permits *p)
{
	int n = 0;

	for (int i = 0; i < PERMITS_MAX; i++)
		n += atomic_load_explicit(&p->cell[i], memory_order_relaxed)
		    != 0;
	return n;
}
