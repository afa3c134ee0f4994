/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options - the command line of boxoffice-fcgi
 *
 * Layer: fcgi-app.  Uses: pool.
 */
#include "fcgi-app/options.h"

#include <getopt.h>
#include <stdio.h>

static const char usage[] =
    "usage: boxoffice-fcgi [--pool api|pay] [--config FILE] [-t | -p]\n"
    "  --pool NAME    which pool's workers and socket (default: api)\n"
    "  --config FILE  settings (default: " SETTINGS_PATH ")\n"
    "  -t             check the settings and leave\n"
    "  -p             print the settings, secrets masked, and leave\n"
    "  --help, --version\n";

static const struct option long_options[] = {
	{ "pool", required_argument, NULL, 'P' },
	{ "config", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

static int
take(int option, struct options *out)
{
	switch (option) {
	case 'P':
		out->pool = pool_find(optarg);
		return out->pool != NULL ? 0 : 2;
	case 'c':
		out->config_path = optarg;
		return 0;
	case 't':
		out->check = true;
		return 0;
	case 'p':
		out->print = true;
		return 0;
	case 'h':
		fputs(usage, stdout);
		return 1;
	case 'V':
		puts(PACKAGE_STRING);
		return 1;
	default:
		return 2;
	}
}

int
options_read(int argc, char **argv, struct options *out)
{
	int option, r = 0;

	*out = (struct options){ pool_find("api"), SETTINGS_PATH, false, false };
	while (r == 0 && (option = getopt_long(argc, argv, "tp", long_options,
	    NULL)) != -1)
		r = take(option, out);
	if (r == 0 && optind < argc)
		r = 2;
	if (r == 2)
		fputs(usage, stderr);
	return r;
}
