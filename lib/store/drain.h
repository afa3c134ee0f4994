/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drain - this machine is to get no new buyers
 *
 * A mark in the runtime folder: all programs of the machine see it, it outlives
 * each of them, and a reboot takes it away. /health/ready says "draining" while
 * it is there, with 503, so that a load balancer sends buyers elsewhere;
 * whoever comes all the same is served.
 *
 * Layer: store.  Uses: nothing.
 */
#ifndef STORE_DRAIN_H
#define STORE_DRAIN_H

#include "base/base.h"

/*
 * Set the mark, or take it away; as it is already is well.
 *
 * in:      folder  the setting runtime_dir; not ""
 * returns: 0; < 0 -errno
 */
int drain_set(const char *folder, bool draining) MUST_CHECK;
/* Whether it is set; folder "" has none. */
bool drain_is(const char *folder);

#endif
