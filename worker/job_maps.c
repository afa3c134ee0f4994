/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_maps - what keeps the maps in Redis up to date and small
 *
 * Layer: worker.  Uses: seat, journal, recovery.
 */
#include "worker/jobs.h"

#include "recovery/seat_unload.h"
#include "journal/journal_trim.h"
#include "seat/seat_loaded.h"
#include "seat/seat_rule_end.h"

/* Who asks for changes since a version asks within a minute. */
#define LOG_KEPT_MS 60000

int
job_terms(struct ctx *ctx, size_t *n_done)
{
	return seat_loaded_terms(ctx, n_done);
}

int
job_rules(struct ctx *ctx, size_t *n_done)
{
	return seat_rule_end_round(ctx, n_done);
}

/* A payment, a cancel or an operator may come back to it within the minute. */
#define IDLE_MS 60000

int
job_unload(struct ctx *ctx, size_t *n_done)
{
	return seat_unload_round(ctx, IDLE_MS, n_done);
}

int
job_log_trim(struct ctx *ctx, size_t *n_done)
{
	return journal_trim(ctx, LOG_KEPT_MS, n_done);
}
