/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * primary - which PostgreSQL is believed when more than one accepts writes
 *
 * Layer: store.  Uses: base.
 */
#include "store/primary.h"

void
primary_hear(struct primary_known *known, int64_t system, int64_t timeline)
{
	long long none = 0, have;

	(void)atomic_compare_exchange_strong(&known->system, &none, system);
	if (atomic_load(&known->system) != system)
		return;
	have = atomic_load(&known->timeline);
	while (have < timeline
	    && !atomic_compare_exchange_weak(&known->timeline, &have, timeline))
		;
}

bool
primary_meet(struct primary_known *known, const struct primary_id *id)
{
	if (id->timeline == 0)
		return true;
	primary_hear(known, id->system, id->timeline);
	return primary_is_newest(known, id);
}

bool
primary_is_newest(const struct primary_known *known,
    const struct primary_id *id)
{
	return id->timeline == 0
	    || (atomic_load(&known->system) == id->system
		&& atomic_load(&known->timeline) == id->timeline);
}
