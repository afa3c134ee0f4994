/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hook_check - our judgement of a signature that another program made
 *
 * usage: hook_check SIGNATURE SECRET NOW_S <BODY
 *
 * Ends with 0 when it is believed, else with 1.
 *
 * Layer: tests.  Uses: provider.
 */
#include "provider/stripe_hook.h"

#include <stdio.h>

int
main(int argc, char **argv)
{
	static char body[KIB(64)];
	struct provider_event event;
	struct span text = { body, 0 };
	struct arena a;
	int64_t now_s;
	bool is_good;

	if (argc != 4 || !span_to_i64(span_str(argv[3]), &now_s))
		return 2;
	text.len = fread(body, 1, sizeof(body), stdin);
	arena_init(&a, KIB(1024));
	is_good = stripe_hook_is_signed(&a, text, span_str(argv[1]),
		      span_str(argv[2]), now_s)
	    && stripe_hook_read(&a, text, &event);
	arena_fini(&a);
	return is_good ? 0 : 1;
}
