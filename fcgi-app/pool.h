/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool - api or pay: two names for the same program
 *
 * Every pool serves every route; the web server chooses. A pool differs from
 * the other in how many workers it has and where it listens.
 *
 * Layer: fcgi-app.  Uses: store.
 */
#ifndef FCGI_APP_POOL_H
#define FCGI_APP_POOL_H

#include "store/settings.h"

struct pool {
	const char *name;
	size_t workers_offset, socket_offset; /* in struct settings */
};

/* NULL when there is no such pool. */
const struct pool *pool_find(const char *name);
int pool_workers(const struct pool *pool, const struct settings *set);
const char *pool_socket(const struct pool *pool, const struct settings *set);
/* Workers that may hash a password at once: a quarter, at least one. */
int pool_hashing_max(const struct pool *pool, const struct settings *set);

#endif
