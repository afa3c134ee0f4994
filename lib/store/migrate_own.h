/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * migrate_own - what the two halves of migrate share
 *
 * Layer: store (private to migrate).  Uses: ctx, migrate.
 */
#ifndef STORE_MIGRATE_OWN_H
#define STORE_MIGRATE_OWN_H

#include "store/migrate.h"

#include <dirent.h>

/* Our advisory lock: "bo" and "migr" as bytes. */
#define MIGRATE_TURN \
	"SET LOCAL statement_timeout = 0; " \
	"SET LOCAL idle_in_transaction_session_timeout = 0; " \
	"SET LOCAL lock_timeout = 0; " \
	"SELECT pg_advisory_xact_lock(x'626f6d696772'::bigint); " \
	"SET LOCAL lock_timeout = '10s'; "

/* The names of *.sql in the folder, in order. returns: how many; < 0: errno */
int migrate_list(struct arena *a, const char *folder,
    struct span **out) MUST_CHECK;
/* out: its text, and the hash of that in hex; false: it cannot be read */
bool migrate_read(struct arena *a, const char *folder, struct span name,
    struct span *text, struct span *sha256) MUST_CHECK;

/* Why goes to done; returns outcome. */
int migrate_say(struct migrate_done *done, int outcome, const char *why);
/* As migrate_say, of what a statement returned. */
int migrate_say_db(struct ctx *ctx, struct migrate_done *done, int r);
/* A transaction with its turn, in which script has been run. */
int migrate_begin(struct ctx *ctx, struct migrate_done *done,
    const char *script) MUST_CHECK;
/* Its end: kept when r is 0. */
int migrate_end(struct ctx *ctx, struct migrate_done *done, int r) MUST_CHECK;

/* The second half: the files of functions/, after the tables have come to
 * done->version. returns: as migrate_run */
int migrate_functions(struct ctx *ctx, const char *folder,
    struct migrate_done *done) MUST_CHECK;

#endif
