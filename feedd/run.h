/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run - the loop with its socket, until told to stop
 *
 * SIGTERM and SIGINT: readers are told when to come again, and closed; SIGHUP
 * reads the settings again, and bad ones are refused with file and line.
 *
 * Layer: feedd.  Uses: store, hub.
 */
#ifndef FEEDD_RUN_H
#define FEEDD_RUN_H

#include "store/settings.h"

/* returns: the status to exit with */
int run(const char *config_path, const struct settings *set) MUST_CHECK;

#endif
