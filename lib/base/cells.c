/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cells - a number for each of many, in a table of bounded size
 *
 * Layer: base.
 */
#include "base/cells.h"

#include <assert.h>

#define WAYS 4
#define VALUE_MASK ((1ULL << CELLS_VALUE_BITS) - 1)

uint64_t
cells_get(atomic_ullong *cells, size_t n, uint64_t who, struct cell *cell)
{
	atomic_ullong *set = cells + who % (n / WAYS) * WAYS;

	/* Never 0, so that a record is never like an empty one. */
	cell->tag = (who | 1ULL << 63) >> CELLS_VALUE_BITS << CELLS_VALUE_BITS;
	cell->at = NULL;
	for (int i = 0; i < WAYS; i++) {
		unsigned long long word = atomic_load(&set[i]);

		if ((word & ~VALUE_MASK) == cell->tag) {
			cell->at = &set[i];
			cell->seen = word;
			return word & VALUE_MASK;
		}
		if (cell->at == NULL
		    || (word & VALUE_MASK) < (cell->seen & VALUE_MASK)) {
			cell->at = &set[i];
			cell->seen = word;
		}
	}
	return 0;
}

bool
cells_set(const struct cell *cell, uint64_t value)
{
	unsigned long long seen = cell->seen;

	assert(value <= VALUE_MASK);
	/* Another's is not forgotten for him. */
	if (value == 0 && (seen & ~VALUE_MASK) != cell->tag)
		return true;
	return atomic_compare_exchange_strong(cell->at, &seen,
	    value == 0 ? 0 : cell->tag | value);
}
