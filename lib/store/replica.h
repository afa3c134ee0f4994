/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replica - which of several standbys is read
 *
 * Where the DSN for reads names several hosts, the processes of a tree read the
 * standby that has replayed most, of the newest timeline; of those that are as
 * far as that, one by lot, so that trees spread. One of them looks at all hosts
 * now and then, and what it found out all go by: a standby that falls behind,
 * or is away, is left. A look ends at the first host that is found to be
 * silent, and the next one, which is due at once, goes on behind it: nobody
 * waits for more than one.
 *
 * How far each is behind its primary is another question, which the gauge
 * boxoffice_replica_lag_seconds answers for the one that is read.
 *
 * Layer: store.  Uses: base, db.
 */
#ifndef STORE_REPLICA_H
#define STORE_REPLICA_H

#include "base/base.h"

#include <stdatomic.h>

/* More hosts of a DSN are not looked at. */
#define REPLICA_HOSTS_MAX 16
/* So often a tree looks, and one that gave no answer is looked at again:
 * finding out costs whoever looks a time-out. */
#define REPLICA_LOOK_US INT64_C(10000000)
#define REPLICA_SILENT_US INT64_C(60000000)
/* Standbys that are no further apart are as far as each other: one that is read
 * is not left for so little. */
#define REPLICA_NEAR_BYTES INT64_C(1048576)

/* What a tree knows of them; all zeros: nothing yet. */
struct replica_choice {
	atomic_int host;      /* of the DSN's, from 1; 0: any */
	atomic_llong look_us; /* when somebody looks next, monotonic */
	atomic_llong silent_until_us[REPLICA_HOSTS_MAX];
};

struct db;

/*
 * The host to read, from 0; -1: the DSN has one, or no standby answers: whoever
 * libpq finds. Mostly a load or two; who looks waits up to connect_s, once.
 */
int replica_host(struct db *db);
/* It gave no connection: the next one looks at the others. */
void replica_lost(struct db *db, int host);
/* Other hosts stand in the settings. */
void replica_forget(struct db *db);

#endif
