/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boxoffice-worker - the jobs that belong to no request
 *
 * Reads options and settings and runs the job table until told to stop.
 *
 * Layer: worker.
 */
#include "base/log.h"
#include "store/settings.h"
#include "worker/run.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXIT_USAGE = 2 };

static const char usage[] =
    "usage: boxoffice-worker [--config FILE] [-t | -p]\n"
    "  --config FILE  settings (default: " SETTINGS_PATH ")\n"
    "  -t             check the settings and leave\n"
    "  -p             print the settings, secrets masked, and leave\n"
    "  --help, --version\n";

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

struct options {
	const char *config_path;
	bool check, print;
};

static int
take(int option, struct options *out)
{
	switch (option) {
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

/* returns: 0; 1 all is said; 2 it was called wrongly, said too */
static int
read_options(int argc, char **argv, struct options *out)
{
	int option, r = 0;

	*out = (struct options){ .config_path = SETTINGS_PATH };
	while (r == 0 && (option = getopt_long(argc, argv, "tp", long_options,
	    NULL)) != -1)
		r = take(option, out);
	if (r == 0 && optind < argc)
		r = 2;
	if (r == 2)
		fputs(usage, stderr);
	return r;
}

static void
complain(const struct options *opt, const struct conf_error *error)
{
	if (opt->check || opt->print)
		fprintf(stderr, "%s:%d: %s\n", error->file, error->line,
		    error->text);
	else
		LOG(ERROR, "settings-refused", LSTR("file", error->file),
		    LINT("line", error->line), LSTR("error", error->text));
}

int
main(int argc, char **argv)
{
	static struct settings set;
	struct conf_error error;
	struct options opt;
	int r;

	r = read_options(argc, argv, &opt);
	if (r != 0)
		return r == 1 ? EXIT_SUCCESS : EXIT_USAGE;
	log_open("boxoffice-worker", LOG_INFO);
	if (settings_read(opt.config_path, &set, &error) != 0) {
		complain(&opt, &error);
		return EXIT_FAILURE;
	}
	if (opt.print) {
		conf_print(settings_rows, &set, stdout);
		return EXIT_SUCCESS;
	}
	if (opt.check) {
		printf("%s: settings are valid\n", opt.config_path);
		return EXIT_SUCCESS;
	}
	log_set_level((enum log_level)set.log_level);
	run_hold_signals();
	return run(opt.config_path, &set);
}
