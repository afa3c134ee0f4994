/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alone - one process without a master
 *
 * For starters that run many single processes on one socket (spawn-fcgi,
 * Apache's mod_fcgid): they are the master.
 *
 * Layer: fcgi-app.  Uses: tree, worker.
 */
#ifndef FCGI_APP_ALONE_H
#define FCGI_APP_ALONE_H

#include "fcgi-app/tree.h"

/* Serve until SIGTERM. returns: the exit status */
int alone_run(struct tree *t);

#endif
