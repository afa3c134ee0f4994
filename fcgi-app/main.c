/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boxoffice-fcgi - the API as a FastCGI application
 *
 * Reads options and settings, finds the listening socket, and hands over to
 * the master, or serves by itself where the socket is on fd 0.
 *
 * Layer: fcgi-app.
 */
#include "base/seal.h"
#include "fcgi-app/alone.h"
#include "fcgi-app/master.h"
#include "fcgi-app/pool.h"
#include "fcgi-app/routes.h"
#include "store/options.h"

#include <signal.h>
#include <stdlib.h>

static const struct program program = {
	.name = "boxoffice-fcgi",
	.usage =
	    "usage: boxoffice-fcgi [--pool api|pay] [--config FILE]"
	    " [-t | -p]\n"
	    "  --pool NAME    which pool's workers and socket (default: api)\n" OPTIONS_HELP,
	.has_pools = true,
};

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

static bool
find_listener(const struct tree *t, struct inheritance *old,
    struct listener *out)
{
	if (upgrade_inherit(old)) {
		*out = old->listener;
		return true;
	}
	return listener_take(t->pool->name, pool_socket(t->pool, &t->set),
		   t->set.socket_group, out)
	    == 0;
}

int
main(int argc, char **argv)
{
	static struct tree tree;
	static struct inheritance old;
	struct options opt;
	int r;

	seal_process();
	upgrade_remember(argv);
	r = options_read(&program, argc, argv, &opt);
	if (r == 0)
		tree.pool = pool_find(opt.pool != NULL ? opt.pool : "api");
	if (r == 0 && tree.pool == NULL)
		r = options_refuse(&program);
	if (r != 0)
		return r == 1 ? EXIT_SUCCESS : OPTIONS_EXIT_USAGE;
	tree.set.owner = SETTINGS_HOOKS;
	r = options_settings(&opt, &tree.set);
	if (r != 0)
		return r == 1 ? EXIT_SUCCESS : EXIT_FAILURE;

	hold_signals();
	tree.config_path = opt.config_path;
	tree.routes = routes;
	if (!find_listener(&tree, &old, &tree.listener))
		return EXIT_FAILURE;
	if (tree.listener.origin == LISTENER_STDIN)
		return alone_run(&tree);
	return master_run(&tree, &old);
}
