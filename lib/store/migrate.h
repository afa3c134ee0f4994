/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * migrate - bring the database to this version's schema
 *
 * The folder has files NNNN_what.sql, the tables. Each is applied once, in the
 * order of its number, in one transaction that also records it in
 * schema_migration (version, name, sha256, at). An applied file never changes
 * again.
 *
 * Its folder functions/ has what is replaced whole: functions, triggers and
 * views, all said as CREATE OR REPLACE. Such a file is run when its text is
 * not the recorded one, or when the tables have moved on since; those to be
 * run go in the order of their names, in one transaction for all. What a file
 * has made is recorded beside its hash in schema_function, and what no file
 * makes any more is dropped: a function that is gone, or that has other
 * parameters now.
 *
 * Any number of these may run at once: each transaction takes an advisory
 * lock first and then looks what has been done meanwhile.
 *
 * Layer: store.  Uses: base, ctx, db.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/ctx.h"

enum migrate_outcome {
	MIGRATE_OK = 0,
	MIGRATE_E_FOLDER,  /* it cannot be read, or has no such file */
	MIGRATE_E_NAME,    /* not NNNN_what.sql, or a number twice */
	MIGRATE_E_CHANGED, /* the file was applied with other contents */
	MIGRATE_E_NEWER,   /* the database is a later version's */
	MIGRATE_E_REFUSED, /* its SQL meets data it does not fit */
};

struct migrate_done {
	size_t n_applied; /* files of both kinds, now, by this call */
	int64_t version;  /* of the last numbered file looked at */
	char file[128];   /* the last file looked at */
	char why[256];    /* on any other result than 0: a sentence */
};

/* $BOXOFFICE_SQL_DIR, or where make install puts the files. */
const char *migrate_folder(void);
/* The highest number in the folder; -1 when it has no migrations. */
int64_t migrate_newest(const char *folder);

/*
 * Apply what the folder has and the database has not.
 *
 * out:     done  always written; what was applied before a failure stays, but
 *                for functions, of which all are run or none
 * returns: any migrate_outcome; < 0 on a fault of the database. Asking
 *          again is safe.
 */
int migrate_run(struct ctx *ctx, const char *folder,
    struct migrate_done *done) MUST_CHECK;

/*
 * Does the database have the folder's functions? Reads only.
 *
 * out:     file  the first, by name, whose text is not what was run, or that
 *                only one of the two has; NONE: there is none
 * returns: MIGRATE_OK; MIGRATE_E_FOLDER; < 0 on a fault
 */
int migrate_differs(struct db *db, struct arena *a, const char *folder,
    struct span *file) MUST_CHECK;

#endif
