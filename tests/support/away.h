/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * away - Redis goes away and comes back under a test
 *
 * Three ways to lose it: it ends and comes back empty; it stands still and
 * remembers; it is out of reach for this process alone.
 *
 * Layer: tests.  Uses: buyer, house, servers.
 */
#ifndef SUPPORT_AWAY_H
#define SUPPORT_AWAY_H

#include "hold/hold.h"
#include "tests/support/buyer.h"
#include "tests/support/servers.h"

enum { STOPPED, PAUSED, CUT, N_LOSSES };

/* It goes, and the workers have this redis_down. */
static inline void
away(int loss, enum redis_down mode)
{
	struct settings *set = &house.ctx.set;

	set->redis_down = (int)mode;
	if (loss == STOPPED)
		servers_redis_stop();
	if (loss == PAUSED)
		servers_redis_pause();
	if (loss == CUT) {
		snprintf(set->redis_socket, sizeof(set->redis_socket),
		    "/tmp/no-such-socket");
		kv_drop(house.ctx.kv);
	}
}

/* It is back, and whoever asks does so as for the first time: one that knew
 * Redis to be away would ask it again in a second. */
static inline void
bring_back(int loss)
{
	struct settings set;

	if (loss == STOPPED)
		servers_redis_start();
	if (loss == PAUSED)
		servers_redis_resume();
	servers_settings(&set);
	memcpy(house.ctx.set.redis_socket, set.redis_socket,
	    sizeof(set.redis_socket));
	house.ctx.set.redis_down = REDIS_DOWN_DATABASE;
	house_reopen();
}

/* A setting of Redis, by a client that knows nothing of breakers. */
static inline void
away_config(const char *key, const char *value)
{
	struct settings set;
	struct kv_reply reply;
	struct kv *kv;

	servers_settings(&set);
	kv = kv_open(&set);
	ck_assert_int_eq(kv_command(kv, &house.ctx.arena, 4, (struct span[]){
	    SPAN_LIT("CONFIG"), SPAN_LIT("SET"), span_str(key),
	    span_str(value) }, &reply), 0);
	kv_close(kv);
}

/* Two ways in which it answers and takes no writes. */
enum { FULL, ALONE, N_REFUSALS };

static inline void
refuse_writes(int refusal, bool yes)
{
	if (refusal == FULL)
		away_config("maxmemory", yes ? "1" : "0");
	else
		away_config("min-replicas-to-write", yes ? "1" : "0");
	if (!yes)
		house_reopen();
}

/* For FIXTURE: what is paused is known to be away soon; what other tests of
 * the program left in the database is not told here. */
static inline void
away_open(void)
{
	house_open();
	buyer_alone();
	house.ctx.set.redis_command_ms = 500;
	kv_drop(house.ctx.kv);
	house_run("DELETE FROM holds_untold; DELETE FROM seat_claim"
	    " WHERE state = 'H'");
}

/* ---- what buyers do, and what is there ---- */

static inline int
extend(const char *name, struct span token)
{
	house_round();
	return hold_extend(&house.ctx, house_user(name), token, &hold);
}

static inline int
change(const char *name, struct span token, int64_t seat)
{
	struct hold_conflicts conflicts;
	const struct hold_want want = { .user = house_user(name),
		.performance = house.performance, .seats = &seat,
		.n_seats = 1 };

	return hold_change(&house.ctx, &want, token, &hold, &conflicts);
}

/* By an Idempotency-Key. */
static inline int
place_keyed(const char *name, int64_t seat)
{
	struct hold_conflicts conflicts;
	const struct hold_want want = { .user = house_user(name),
		.performance = house.performance, .seats = &seat,
		.n_seats = 1, .key = SPAN_LIT("the-key") };
	int r = hold_place(&house.ctx, &want, &hold, &conflicts);

	if (r == HOLD_OK)
		hold.token = buyer_token(hold.token);
	return r;
}

static inline size_t
listed(const char *name)
{
	struct hold *holds;
	size_t n;

	ck_assert_int_eq(hold_list(&house.ctx, house_user(name),
	    house.performance, &holds, &n), HOLD_OK);
	return n;
}

static inline int64_t
claims(const char *state)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM seat_claim WHERE"
	    " performance_id = $1 AND state = '%s'", state);
	return house_count(sql, house.performance);
}

/* What Redis has not been told. */
static inline int64_t
untold(void)
{
	return house_count("SELECT count(*) FROM holds_untold AS u JOIN holds"
	    " AS h USING (token) WHERE h.performance_id = $1",
	    house.performance);
}

/* Who has bought a seat, 0 for nobody. */
static inline int64_t
owner(int seat)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "SELECT coalesce(max(user_id), 0) FROM"
	    " seat_claim WHERE performance_id = $1 AND seat_no = %d"
	    " AND state = 'R'", seat);
	return house_count(sql, house.performance);
}

/* All holds of the performance end as if made so much earlier. */
static inline void
age(int seconds)
{
	char sql[512];

	snprintf(sql, sizeof(sql), "UPDATE holds SET made_at = made_at"
	    " - interval '%d s', expires_at = expires_at - interval '%d s',"
	    " hard_expires_at = hard_expires_at - interval '%d s'"
	    " WHERE performance_id = %lld;"
	    " UPDATE seat_claim SET expires_at = expires_at - interval '%d s'"
	    " WHERE performance_id = %lld AND state = 'H'", seconds, seconds,
	    seconds, (long long)house.performance, seconds,
	    (long long)house.performance);
	house_run(sql);
	house_round();
}


#endif
