/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_check_config - boxofficectl check-config
 *
 * Layer: ctl.  Uses: store.
 */
#include "ctl/ctl.h"

#include <stdio.h>

int
cmd_check_config(struct ctl *ctl, int argc, char **argv)
{
	struct settings set;
	struct conf_error error;
	char sentence[CONF_SENTENCE_SIZE];
	int r;

	(void)argv;
	if (argc != 1)
		return ctl_usage(ctl);
	r = settings_read(ctl->config, &set, &error);
	if (r != 0) {
		ctl_say("%s", conf_sentence(&error, sentence));
		return r > 0 ? CTL_REFUSED : CTL_FAULT;
	}
	printf("%s: good\n", ctl->config);
	return ctl_flush();
}
