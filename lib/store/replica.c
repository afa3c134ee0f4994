/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replica - which of several standbys is read
 *
 * Places in the log are compared, not clocks: a standby that is cut off thinks
 * that it has all there is, and one whose primary rests has replayed nothing
 * for long. The timeline comes first: an old primary that was started again
 * beside the new one may write more, and its standbys follow it.
 *
 * Layer: store.  Uses: base, db.
 */
#include "store/replica.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "store/db_own.h"

static bool
is_silent(const struct db *db, int host)
{
	return clock_mono_us()
	    < atomic_load(&db->choice->silent_until_us[host]);
}

/* out: bytes -1 where it is no standby or silent. returns: false where it was
 * found to be silent, which takes as long as that takes */
static bool
look_at(struct db *db, int host, struct pg_place *out)
{
	struct pg_target target = db_target(db);
	char why[256];
	struct pg pg;
	int r;

	*out = (struct pg_place){ .bytes = -1 };
	if (is_silent(db, host))
		return true;
	target.host = host;
	r = pg_open(&pg, &target, why, sizeof(why));
	if (r == 0) {
		r = pg_replayed(&pg, db_wait_ms(db), out);
		pg_close(&pg);
	}
	if (r == 0)
		return true;
	atomic_store(&db->choice->silent_until_us[host],
	    clock_mono_us() + REPLICA_SILENT_US);
	return false;
}

/* At n hosts, up to the first that is found to be silent. returns: how many;
 * one behind them, if any, is not known to be silent */
static int
look_around(struct db *db, int n, struct pg_place *places)
{
	int i = 0;

	while (i < n && look_at(db, i, &places[i]))
		i++;
	for (i++; i < n && is_silent(db, i); i++)
		places[i] = (struct pg_place){ .bytes = -1 };
	return MIN(i, n);
}

static bool
is_further(const struct pg_place *place, const struct pg_place *other)
{
	if (place->bytes < 0 || other->bytes < 0)
		return place->bytes > other->bytes;
	return place->timeline != other->timeline
	    ? place->timeline > other->timeline
	    : place->bytes > other->bytes;
}

static bool
is_near(const struct pg_place *place, const struct pg_place *furthest)
{
	return place->bytes >= 0 && place->timeline == furthest->timeline
	    && furthest->bytes - place->bytes <= REPLICA_NEAR_BYTES;
}

/* Who is read stays, while he is near the one who has come furthest of those
 * that were looked at, or was not looked at. */
static int
choose(struct db *db, const struct pg_place *places, int n_seen, int n)
{
	int kept = atomic_load(&db->choice->host) - 1, chosen = -1;
	struct pg_place furthest = { .bytes = -1 };
	uint64_t n_near = 0;

	if (kept >= n_seen && kept < n && !is_silent(db, kept))
		return kept;
	for (int i = 0; i < n_seen; i++)
		if (is_further(&places[i], &furthest))
			furthest = places[i];
	for (int i = 0; i < n_seen; i++) {
		if (!is_near(&places[i], &furthest))
			continue;
		if (i == kept)
			return i;
		if (rand_below(++n_near) == 0)
			chosen = i;
	}
	return chosen < 0 && n_seen < n ? n_seen : chosen;
}

static void
look(struct db *db)
{
	struct replica_choice *choice = db->choice;
	int was = atomic_load(&choice->host);
	int n = MIN(pg_n_hosts(db_target(db).dsn), REPLICA_HOSTS_MAX);
	struct pg_place places[REPLICA_HOSTS_MAX];
	int host = -1, n_seen;

	if (n == 1) {
		atomic_store(&choice->look_us, INT64_MAX);
	} else {
		n_seen = look_around(db, n, places);
		host = choose(db, places, n_seen, n);
		if (n_seen < n)
			atomic_store(&choice->look_us, 0);
	}
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
