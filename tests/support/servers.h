/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * servers - a private Redis and PostgreSQL for one Check program
 *
 * A keeper process, forked by servers_start, owns the servers: a test, which
 * Check runs in a process of its own, may stop and start them and they live
 * on when it ends. They end with the program, however it ends. Everything is
 * under one folder /tmp/bo-XXXXXX; nothing but Redis's loopback port is
 * reachable without it. Whatever goes wrong here ends the program with a
 * message.
 *
 *	static void once(void) { servers_start(SERVERS_REDIS | SERVERS_PG); }
 *	...
 *	FIXTURE_ONCE(once, servers_stop);
 *
 * and in a test: servers_settings(&set); ctx_open(&ctx, &set);
 *
 * Layer: tests.  Uses: base, store.
 */
#ifndef SUPPORT_SERVERS_H
#define SUPPORT_SERVERS_H

#include "store/settings.h"

/* Where the programs of PostgreSQL are. */
#define PG_BIN "/usr/lib/postgresql/15/bin/"

enum {
	SERVERS_REDIS = 1,
	SERVERS_PG = 2,        /* with all migrations of sql/ applied */
	SERVERS_REPLICA = 4,   /* a streaming standby of it */
	SERVERS_REPLICAS = 12, /* and a second one */
};

void servers_start(unsigned which);
/* Ids begin at 3 * 10^9 from now on, past what 4 bytes hold. */
void servers_busy_for_years(void);
/* At exit at the latest. */
void servers_stop(void);

/* The presets, with the sockets of the running servers and a token key, and
 * without limits. */
void servers_settings(struct settings *set);
/* The loopback port Redis listens on too. */
int servers_redis_port(void);
/* "host=... dbname=..." of a database of the primary, in static memory. */
const char *servers_dsn(const char *dbname);
/* The folders with the sockets .s.PGSQL.5432. */
const char *servers_pg_folder(void);
const char *servers_replica_folder(void);
const char *servers_replica2_folder(void);

/* Each returns when it is so: stopped, or answering. Redis is killed and
 * comes back empty; pause and resume leave its memory alone. PostgreSQL shuts
 * down fast, its clients are told. */
void servers_redis_stop(void);
void servers_redis_start(void);
void servers_redis_pause(void);
void servers_redis_resume(void);
void servers_pg_stop(void);
void servers_pg_start(void);
/* All its processes are killed at once; it is to be started. */
void servers_pg_kill(void);
void servers_pg_restart(void);
/* All its processes stand still, with their connections. */
void servers_pg_pause(void);
void servers_pg_resume(void);
void servers_replica_stop(void);
void servers_replica_start(void);

#endif
