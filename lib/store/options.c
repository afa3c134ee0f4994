/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options - the command line that all services share, and what it asks for
 *
 * Layer: store.  Uses: base, settings.
 */
#include "store/options.h"

#include "base/log.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

enum { DONE = 1, WRONG = 2 };

static const struct option long_options[] = {
	{ "pool", required_argument, NULL, 'P' },
	{ "jobs", required_argument, NULL, 'J' },
	{ "config", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

static int
take(const struct program *program, int option, struct options *out)
{
	switch (option) {
	case 'P':
		out->pool = optarg;
		return program->has_pools ? 0 : WRONG;
	case 'J':
		out->jobs = optarg;
		return program->has_jobs ? 0 : WRONG;
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
		fputs(program->usage, stdout);
		return DONE;
	case 'V':
		puts(PACKAGE_STRING);
		return DONE;
	default:
		return WRONG;
	}
}

int
options_refuse(const struct program *program)
{
	if (isatty(STDERR_FILENO))
		fputs(program->usage, stderr);
	else
		LOG(ERROR, "called-wrongly", LSTR("usage", program->usage));
	return WRONG;
}

int
options_read(const struct program *program, int argc, char **argv,
    struct options *out)
{
	int option, r = 0;

	log_open(program->name, LOG_INFO);
	opterr = isatty(STDERR_FILENO);
	*out = (struct options){ .config_path = SETTINGS_PATH };
	while (r == 0
	    && (option = getopt_long(argc, argv, "tp", long_options, NULL))
		!= -1)
		r = take(program, option, out);
	if (r == 0 && optind < argc)
		r = WRONG;
	return r == WRONG ? options_refuse(program) : r;
}

static void
complain(const struct options *opt, const struct conf_error *error)
{
	char sentence[CONF_SENTENCE_SIZE];

	if (opt->check || opt->print)
		fprintf(stderr, "%s\n", conf_sentence(error, sentence));
	else
		LOG(ERROR, "settings-refused", LSTR("file", error->file),
		    LINT("line", error->line), LSTR("error", error->text));
}

int
options_settings(const struct options *opt, struct settings *set)
{
	struct conf_error error;

	if (settings_read(opt->config_path, set, &error) != 0) {
		complain(opt, &error);
		return WRONG;
	}
	log_set_level((enum log_level)set->log_level);
	if (opt->print)
		conf_print(settings_rows, set, stdout);
	else if (opt->check)
		printf("%s: settings are valid\n", opt->config_path);
	return opt->print || opt->check ? DONE : 0;
}
