/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_migrate - boxofficectl migrate
 *
 * Layer: ctl.  Uses: store, message.
 */
#include "ctl/ctl.h"

#include "message/relay.h"
#include "store/migrate.h"

#include <inttypes.h>
#include <stdio.h>

int
cmd_migrate(struct ctl *ctl, int argc, char **argv)
{
	const char *folder = migrate_folder();
	struct migrate_done done;
	size_t n_days;
	int r;

	(void)argv;
	if (argc != 1)
		return ctl_usage(ctl);
	db_direct(ctl->ctx.primary);
	r = migrate_run(&ctl->ctx, folder, &done);
	if (r != 0)
		ctl_say("%s: %s", done.file[0] != '\0' ? done.file : folder,
		    done.why);
	if (r != 0 || done.n_applied > 0)
		ctl_say("%zu applied", done.n_applied);
	if (r != 0)
		return r > 0 ? CTL_REFUSED : ctl_fault(r);
	/* The first sale's day is there before it. */
	r = relay_days(&ctl->ctx, &n_days);
	if (r != 0)
		return ctl_fault(r);
	printf("%" PRId64 "\n", done.version);
	return ctl_flush();
}
