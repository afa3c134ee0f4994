/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault_name - what a fault is called, for who reads the log
 *
 * Layer: store.  Uses: base.
 */
#ifndef STORE_FAULT_NAME_H
#define STORE_FAULT_NAME_H

#include "base/log.h"

/* "KV_F_AWAY" of one of ours, "ETIMEDOUT" of a negated errno; never NULL.
 * Memory: constant. */
const char *fault_name(int fault);

/* The two fields of a log line that tell a fault. */
#define LFAULT(r) LINT("fault", (r)), LSTR("fault_name", fault_name(r))

#endif
