/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alone - one process without a master
 *
 * Layer: fcgi-app.  Uses: tree, worker.
 */
#include "fcgi-app/alone.h"

#include <stdlib.h>

static void
reload(void *tree)
{
	tree_reload(tree);
}

int
alone_run(struct tree *t)
{
	struct post post;
	int status;

	if (tree_open(t, 1) < 0)
		return EXIT_FAILURE;
	slots_take(t->slots, 0);
	metrics_use_slot(t->metrics, 0);
	post = tree_post(t, 0);
	t->listener.fd = -1; /* the worker closes it */
	post.reload = reload;
	post.reload_arg = t;
	status = worker_run(&post);
	tree_close(t);
	return status;
}
