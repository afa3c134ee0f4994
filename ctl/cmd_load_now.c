/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_load_now - boxofficectl load-now
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/load_now.h"
#include "base/clock.h"

#include <poll.h>
#include <string.h>

/* So long two looks are apart. */
#define SPAN_MS 1000

int
cmd_load_now(struct ctl *ctl, int argc, char **argv)
{
	struct load_mark mark = { 0 };
	struct load_now load;
	int r;

	(void)argv;
	if (argc != 1)
		return ctl_usage(ctl);
	r = load_now(&ctl->ctx, &mark, &load);
	if (r == 0) {
		poll(NULL, 0, SPAN_MS);
		r = load_now(&ctl->ctx, &mark, &load);
	}
	if (r < 0)
		return ctl_refuse("the metrics in %s cannot be read: %s",
		    ctl->ctx.set.runtime_dir, strerror(-r));
	printf("%.3f\n", load.of[load.most]);
	for (int i = 0; i < LOAD_N; i++)
		printf("%s %.3f\n", load_names[i], load.of[i]);
	return ctl_flush();
}
