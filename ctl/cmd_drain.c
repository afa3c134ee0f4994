/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_drain - boxofficectl drain, undrain
 *
 * Whether load balancers are to send buyers to this machine. No store is asked,
 * so it can be said while they are away.
 *
 * Layer: ctl.  Uses: store.
 */
#include "ctl/ctl.h"

#include "store/drain.h"

#include <string.h>

int
cmd_drain(struct ctl *ctl, int argc, char **argv)
{
	const char *folder = ctl->ctx.set.runtime_dir;
	bool draining = strcmp(argv[0], "drain") == 0;
	int r;

	if (argc != 1)
		return ctl_usage(ctl);
	if (folder[0] == '\0')
		return ctl_refuse(
		    "runtime_dir is empty, so programs cannot be "
		    "told");
	r = drain_set(folder, draining);
	if (r < 0)
		return ctl_refuse("%s: %s", folder, strerror(-r));
	printf("%s\n", draining ? "draining" : "not draining");
	return ctl_flush();
}
