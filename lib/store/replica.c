/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replica - which of several standbys is read
 *
 * Places in the log are compared, not clocks: a standby that is cut off thinks
 * that it has all there is, and one whose primary rests has replayed nothing
 * for long.
 *
 * Layer: store.  Uses: base, db.
 */
#include "store/replica.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "store/db_own.h"

/* How far a host has come; -1: it does not answer, or is no standby. */
static int64_t
replayed(struct db *db, int host)
{
	atomic_llong *silent = &db->choice->silent_until_us[host];
	struct pg_target target = db_target(db);
	int64_t place;
	char why[256];
	struct pg pg;
	int r;

	if (clock_mono_us() < atomic_load(silent))
		return -1;
	target.host = host;
	r = pg_open(&pg, &target, why, sizeof(why));
	if (r == 0) {
		r = pg_replayed(&pg, db_wait_ms(db), &place);
		pg_close(&pg);
	}
	if (r == 0)
		return place;
	atomic_store(silent, clock_mono_us() + REPLICA_SILENT_US);
	return -1;
}

/* Who is read stays, while he is near the one who has come furthest. */
static int
choose(struct db *db, int n)
{
	int64_t places[REPLICA_HOSTS_MAX], furthest = -1;
	int kept = atomic_load(&db->choice->host) - 1, chosen = -1;
	uint64_t n_near = 0;

	for (int i = 0; i < n; i++) {
		places[i] = replayed(db, i);
		furthest = MAX(furthest, places[i]);
	}
	for (int i = 0; i < n; i++) {
		if (places[i] < 0 || furthest - places[i] > REPLICA_NEAR_BYTES)
			continue;
		if (i == kept)
			return i;
		if (rand_below(++n_near) == 0)
			chosen = i;
	}
	return chosen;
}

static void
look(struct db *db)
{
	struct replica_choice *choice = db->choice;
	int was = atomic_load(&choice->host);
	int n = MIN(pg_n_hosts(db_target(db).dsn), REPLICA_HOSTS_MAX);
	int host = n == 1 ? -1 : choose(db, n);

	if (n == 1)
		atomic_store(&choice->look_us, INT64_MAX);
	atomic_store(&choice->host, host + 1);
	if (host + 1 != was)
		LOG(INFO, "postgresql-replica", LINT("host", host),
		    LINT("hosts", n));
}

int
replica_host(struct db *db)
{
	struct replica_choice *choice = db->choice;
	int64_t now_us = clock_mono_us();
	long long due_us = atomic_load(&choice->look_us);

	if (now_us >= due_us
	    && atomic_compare_exchange_strong(&choice->look_us, &due_us,
		now_us + REPLICA_LOOK_US))
		look(db);
	return atomic_load(&choice->host) - 1;
}

void
replica_lost(struct db *db, int host)
{
	if (host < 0 || host >= REPLICA_HOSTS_MAX)
		return;
	atomic_store(&db->choice->silent_until_us[host],
	    clock_mono_us() + REPLICA_SILENT_US);
	/* All who read it lose it at once, and one of them looks. */
	if (atomic_load(&db->choice->host) == host + 1)
		atomic_store(&db->choice->look_us, 0);
}

void
replica_forget(struct db *db)
{
	/* Who is read stays where the next look finds him near: each process
	 * of a tree comes here, and not each is to choose anew for all. */
	for (int i = 0; i < REPLICA_HOSTS_MAX; i++)
		atomic_store(&db->choice->silent_until_us[i], 0);
	atomic_store(&db->choice->look_us, 0);
}
