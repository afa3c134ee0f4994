/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings_doc - write the sample configuration file, or the man page's list
 *
 * usage: settings_doc sample
 *        settings_doc man <man/boxoffice.conf.5.in
 *
 * In the man page's text the line @SETTINGS@ becomes the list. `make docs`
 * runs both; tests/lint/settings.sh compares.
 *
 * Layer: tests.  Uses: store.
 */
#include "store/settings.h"

#include <stdio.h>
#include <stdlib.h>

static void
write_man(void)
{
	char line[1024];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (strcmp(line, "@SETTINGS@\n") == 0)
			conf_man(settings_rows, stdout);
		else
			fputs(line, stdout);
	}
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "sample") == 0) {
		conf_sample(settings_rows, stdout);
	} else if (argc == 2 && strcmp(argv[1], "man") == 0) {
		write_man();
	} else {
		fputs("usage: settings_doc sample | man <FILE\n", stderr);
		return 2;
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
