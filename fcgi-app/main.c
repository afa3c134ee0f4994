/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boxoffice-fcgi - the API as a FastCGI application
 *
 * Reads options and settings, finds the listening socket, and hands over to
 * the master, or serves by itself where the socket is on fd 0.
 *
 * Layer: fcgi-app.
 */
#include "base/log.h"
#include "fcgi-app/alone.h"
#include "fcgi-app/master.h"
#include "fcgi-app/options.h"
#include "fcgi-app/routes.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXIT_USAGE = 2 };

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

static bool
read_settings(const struct options *opt, struct settings *set)
{
	struct conf_error error;

	if (settings_read(opt->config_path, set, &error) == 0)
		return true;
	complain(opt, &error);
	return false;
}

/* All signals are handled where they are waited for, and none in between;
 * a web server that hangs up is seen as a failed write. */
static void
hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_SETMASK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int
check_or_print(const struct options *opt, const struct settings *set)
{
	if (opt->print)
		conf_print(settings_rows, set, stdout);
	else
		printf("%s: settings are valid\n", opt->config_path);
	return EXIT_SUCCESS;
}

static bool
find_listener(const struct tree *t, struct inheritance *old,
    struct listener *out)
{
	if (upgrade_inherit(old)) {
		*out = old->listener;
		return true;
	}
	return listener_take(t->pool->name, pool_socket(t->pool, &t->set),
	    t->set.socket_group, out) == 0;
}

int
main(int argc, char **argv)
{
	static struct tree tree;
	static struct inheritance old;
	struct options opt;
	int r;

	upgrade_remember(argv);
	r = options_read(argc, argv, &opt);
	if (r != 0)
		return r == 1 ? EXIT_SUCCESS : EXIT_USAGE;
	log_open("boxoffice-fcgi", LOG_INFO);
	if (!read_settings(&opt, &tree.set))
		return EXIT_FAILURE;
	if (opt.check || opt.print)
		return check_or_print(&opt, &tree.set);

	log_set_level((enum log_level)tree.set.log_level);
	hold_signals();
	tree.pool = opt.pool;
	tree.config_path = opt.config_path;
	tree.routes = routes;
	if (!find_listener(&tree, &old, &tree.listener))
		return EXIT_FAILURE;
	if (tree.listener.origin == LISTENER_STDIN)
		return alone_run(&tree);
	return master_run(&tree, &old);
}
