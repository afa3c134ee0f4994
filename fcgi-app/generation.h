/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * generation - the settings in force, handed from the master to its workers
 *
 * The master alone reads and checks the files, and publishes what passed
 * under the next number in a shared mapping. A worker compares the number
 * between two requests and copies the settings when it has grown; a worker
 * forked later finds them there.
 *
 * Layer: fcgi-app.  Uses: store.
 */
#ifndef FCGI_APP_GENERATION_H
#define FCGI_APP_GENERATION_H

#include "store/settings.h"

struct generation;

/* first becomes generation 1. returns: 0; < 0 -errno */
int generation_open(const struct settings *first,
    struct generation **out) MUST_CHECK;
void generation_close(struct generation *g);
/* Master only. returns: the new number */
int64_t generation_publish(struct generation *g, const struct settings *set);
/* The number in force; one relaxed load. */
int64_t generation_now(const struct generation *g);
/* A whole copy, never a mix of two. returns: its number */
int64_t generation_read(const struct generation *g, struct settings *out);

#endif
