/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * permits - at most so many processes of a tree do something at once
 *
 * Layer: base.
 */
#include "base/permits.h"

bool
permits_take(struct permits *p, int owner, int max)
{
	for (int i = 0; i < max && i < PERMITS_MAX; i++) {
		int nobody = 0;

		if (atomic_compare_exchange_strong(&p->cell[i], &nobody,
		    owner + 1))
			return true;
	}
	return false;
}

/* All cells are looked at: max may have been another when it was taken. */
void
permits_drop(struct permits *p, int owner)
{
	for (int i = 0; i < PERMITS_MAX; i++) {
		int mine = owner + 1;

		if (atomic_load_explicit(&p->cell[i],
		    memory_order_relaxed) == mine)
			atomic_compare_exchange_strong(&p->cell[i], &mine, 0);
	}
}

int
permits_count(const struct permits *p)
{
	int n = 0;

	for (int i = 0; i < PERMITS_MAX; i++)
		n += atomic_load_explicit(&p->cell[i],
		    memory_order_relaxed) != 0;
	return n;
}
