/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options - the command line that all services share, and what it asks for
 *
 * --config, -t, -p, --help and --version mean the same everywhere; --pool and
 * --jobs are taken only where the program has such.
 *
 * Layer: store.  Uses: base, settings.
 */
#ifndef STORE_OPTIONS_H
#define STORE_OPTIONS_H

#include "store/paths.h"
#include "store/settings.h"

/* Where programs look without --config. */
#define SETTINGS_PATH SYSCONFDIR "/boxoffice/boxoffice.conf"
/* Exit status of a program that was called wrongly. */
#define OPTIONS_EXIT_USAGE 2

/* The help lines that every service has. */
#define OPTIONS_HELP \
	"  --config FILE  settings (default: " SETTINGS_PATH \
	")\n" \
	"  -t             check the settings and leave\n" \
	"  -p             print the settings, secrets masked, and leave\n" \
	"  --help, --version\n"

struct program {
	const char *name;
	const char *usage;
	bool has_pools, has_jobs;
};

struct options {
	const char *config_path;
	const char *pool; /* as given; NULL when it was not */
	const char *jobs; /* the same */
	bool check;       /* -t: say whether the settings are valid */
	bool print;       /* -p: print them, secrets masked */
};

/*
 * Open the log and read the command line.
 *
 * returns: 0; 1 all is done (--help, --version); 2 a usage error, told to a
 *          person at a terminal as text, else as a line of the log
 */
int options_read(const struct program *program, int argc, char **argv,
    struct options *out) MUST_CHECK;
/* The same usage error for what a program finds wrong itself; returns 2. */
int options_refuse(const struct program *program);

/*
 * Read the settings, and do what -t or -p ask for. Wrong
 * settings are told with file and line: on standard error to a person who
 * asked, to the log otherwise.
 *
 * in:      set->owner  stays as it is
 * out:     set  written on 0 and 1
 * returns: 0 go on, the log is at the level of the settings; 1 all is
 *          done; 2 refused
 */
int options_settings(const struct options *opt,
    struct settings *set) MUST_CHECK;

#endif
