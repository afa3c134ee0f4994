/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boxoffice-worker - the jobs that belong to no request
 *
 * Reads options and settings and runs the job table until told to stop.
 *
 * Layer: worker.
 */
#include "base/seal.h"
#include "store/options.h"
#include "worker/jobs.h"
#include "worker/run.h"

#include <stdlib.h>

static const struct program program = {
	.name = "boxoffice-worker",
	.usage =
	    "usage: boxoffice-worker [--jobs all|core|pay|messages] [--config FILE] "
	    "[-t | -p]\n"
	    "  --jobs GROUP   do these jobs (default: all)\n" OPTIONS_HELP,
	.has_jobs = true,
};

int
main(int argc, char **argv)
{
	static struct settings set;
	struct options opt;
	unsigned groups;
	int r;

	seal_process();
	r = options_read(&program, argc, argv, &opt);
	if (r != 0)
		return r == 1 ? EXIT_SUCCESS : OPTIONS_EXIT_USAGE;
	groups = job_groups_named(opt.jobs == NULL ? "all" : opt.jobs);
	if (groups == 0)
		return options_refuse(&program);
	set.owner = ((groups & JOBS_PAY) != 0 ? SETTINGS_PAY : 0)
	    | ((groups & JOBS_MESSAGES) != 0 ? SETTINGS_MAIL : 0);
	r = options_settings(&opt, &set);
	if (r != 0)
		return r == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
	run_hold_signals();
	return run(opt.config_path, &set, groups);
}
