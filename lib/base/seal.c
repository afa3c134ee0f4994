/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seal - a process that holds keys shows its memory to nobody
 *
 * Both, since a pattern of core(5) that begins with "|" takes no notice of the
 * limit. Neither can fail: a limit may always be lowered.
 *
 * Layer: base.
 */
#include "base/seal.h"

#include <sys/prctl.h>
#include <sys/resource.h>

void
seal_process(void)
{
#ifndef SANITIZERS
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
#endif
}
