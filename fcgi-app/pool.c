/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool - api or pay: two names for the same program
 *
 * Layer: fcgi-app.  Uses: store.
 */
#include "fcgi-app/pool.h"

static const struct pool pools[] = {
	{ "api", offsetof(struct settings, api_workers),
	    offsetof(struct settings, api_socket) },
	{ "pay", offsetof(struct settings, pay_workers),
	    offsetof(struct settings, pay_socket) },
};

const struct pool *
pool_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(pools); i++) {
		if (strcmp(pools[i].name, name) == 0)
			return &pools[i];
	}
	return NULL;
}

int
pool_workers(const struct pool *pool, const struct settings *set)
{
	const char *base = (const char *)set;

	return (int)*(const int64_t *)(base + pool->workers_offset);
}

const char *
pool_socket(const struct pool *pool, const struct settings *set)
{
	return (const char *)set + pool->socket_offset;
}

int
pool_hashing_max(const struct pool *pool, const struct settings *set)
{
	int n = pool_workers(pool, set);

	return MAX(n / 4, MIN(n, 2));
}
