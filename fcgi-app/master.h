/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * master - the first process of a pool: keeps the crew, obeys signals
 *
 *	SIGHUP   read the settings again (tree_reload)
 *	SIGUSR2  replace the program (upgrade.h)
 *	SIGTERM  drain and leave; SIGINT the same
 *
 * It never serves a request and holds no connection to a store.
 *
 * Layer: fcgi-app.  Uses: tree, crew, upgrade.
 */
#ifndef FCGI_APP_MASTER_H
#define FCGI_APP_MASTER_H

#include "fcgi-app/tree.h"
#include "fcgi-app/upgrade.h"

/* Run until the last worker has left. old: what an upgrade left us.
 * returns: the exit status */
int master_run(struct tree *t, const struct inheritance *old);

#endif
