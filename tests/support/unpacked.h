/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unpacked - what a client makes of an answer packed with gzip
 *
 * Layer: tests.  Uses: base, check.
 */
#ifndef SUPPORT_UNPACKED_H
#define SUPPORT_UNPACKED_H

#include "base/strbuf.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What gzip(1) makes of it; it says so where the check sum is wrong. */
struct span unpacked(struct arena *a, struct span packed);

#endif
