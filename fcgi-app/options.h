/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options - the command line of boxoffice-fcgi
 *
 * Layer: fcgi-app.  Uses: pool.
 */
#ifndef FCGI_APP_OPTIONS_H
#define FCGI_APP_OPTIONS_H

#include "fcgi-app/pool.h"

struct options {
	const struct pool *pool;
	const char *config_path;
	bool check;		/* -t: say whether the settings are valid */
	bool print;		/* -p: print them, secrets masked */
};

/*
 * returns: 0; 1 all is done (--help, --version); 2 a usage error, told on
 *          standard error
 */
int options_read(int argc, char **argv, struct options *out) MUST_CHECK;

#endif
