/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_rebuild - boxofficectl rebuild
 *
 * Without a performance the epoch is raised, as if Redis had lost everything;
 * with one its map alone is loaded anew. Either may be done while seats are
 * sold: holds that are in Redis or in the journal stay.
 *
 * Layer: ctl.  Uses: store, seat.
 */
#include "ctl/ctl.h"

#include "base/clock.h"
#include "recovery/epoch_raise.h"
#include "recovery/seat_load.h"
#include "recovery/seat_rebuild.h"
#include "seat/epoch.h"
#include "seat/seat_script.h"

#include <inttypes.h>
#include <stdio.h>

/* Maps of one round; the arena is given back in between. */
#define BUDGET_MS 1000

static int
rebuild_one(struct ctl *ctl, const char *text)
{
	int64_t performance, epoch, began_us;
	int r;

	if (!span_to_i64(span_str(text), &performance) || performance < 1)
		return ctl_usage(ctl);
	/* What connecting takes is not the map's. */
	r = epoch_get(&ctl->ctx, &epoch);
	began_us = clock_mono_us();
	if (r == 0)
		r = seat_reload(&ctl->ctx, performance);
	if (r < 0)
		return ctl_fault(r);
	if (r == SEAT_E_NONE)
		return ctl_refuse(
		    "no performance has the id %s, or it is a "
		    "draft",
		    text);
	printf("performance %" PRId64 "\nms %" PRId64 "\n", performance,
	    (clock_mono_us() - began_us) / 1000);
	return ctl_flush();
}

static int
rebuild_all(struct ctl *ctl)
{
	struct seat_rebuild memory = { .done = false };
	int64_t epoch, n_loaded = 0;
	size_t n;
	int r;

	r = epoch_get(&ctl->ctx, &epoch);
	if (r == 0)
		r = epoch_raise(&ctl->ctx, epoch, "an operator asked for it");
	while (r == 0 && !memory.done) {
		ctx_round(&ctl->ctx);
		r = seat_rebuild_round(&ctl->ctx, &memory, BUDGET_MS, &n);
		n_loaded += (int64_t)n;
	}
	if (r < 0)
		return ctl_fault(r);
	printf("epoch %" PRId64 "\nperformances %" PRId64 "\n", memory.epoch,
	    n_loaded);
	return ctl_flush();
}

int
cmd_rebuild(struct ctl *ctl, int argc, char **argv)
{
	if (argc > 2)
		return ctl_usage(ctl);
	return argc == 2 ? rebuild_one(ctl, argv[1]) : rebuild_all(ctl);
}
