/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boxoffice-feedd - seat changes, pushed to those who look at a map
 *
 * Reads options and settings and runs the loop until told to stop.
 *
 * Layer: feedd.
 */
#include "base/seal.h"
#include "feedd/run.h"
#include "store/options.h"

#include <stdlib.h>

static const struct program program = {
	.name = "boxoffice-feedd",
	.usage =
	    "usage: boxoffice-feedd [--config FILE] [-t | -p]\n" OPTIONS_HELP,
};

int
main(int argc, char **argv)
{
	static struct settings set;
	struct options opt;
	int r;

	seal_process();
	r = options_read(&program, argc, argv, &opt);
	if (r != 0)
		return r == 1 ? EXIT_SUCCESS : OPTIONS_EXIT_USAGE;
	r = options_settings(&opt, &set);
	if (r != 0)
		return r == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
	return run(opt.config_path, &set);
}
