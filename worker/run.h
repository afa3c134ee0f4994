/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run - do each job when its time comes, until told to stop
 *
 * SIGTERM and SIGINT end it after the round that is being done; SIGHUP reads
 * the settings again, and bad ones are refused with file and line.
 *
 * Layer: worker.  Uses: store, jobs, stats.
 */
#ifndef WORKER_RUN_H
#define WORKER_RUN_H

#include "store/settings.h"

/* Hold back the signals that run waits for. Before anything else. */
void run_hold_signals(void);

/* in: groups  of jobs, which are done (jobs.h). returns: the status to exit
 * with */
int run(const char *config_path, const struct settings *set,
    unsigned groups) MUST_CHECK;

#endif
