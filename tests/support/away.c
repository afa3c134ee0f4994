/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * away - Redis goes away and comes back under a test
 *
 * Layer: tests.  Uses: buyer, house, servers.
 */
#include "tests/support/away.h"

#include "recovery/hold_adopt.h"

void
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

void
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

void
adopt(void)
{
	size_t n;
	int r;

	house_round();
	do
		r = hold_adopt_round(&house.ctx, &n);
	while (r == ADOPT_MORE);
	ck_assert_int_eq(r, 0);
}

void
away_config(const char *key, const char *value)
{
	struct settings set;
	struct kv_reply reply;
	struct kv *kv;

	servers_settings(&set);
	kv = kv_open(&set);
	ck_assert_int_eq(
	    kv_command(kv, &house.ctx.arena, 4,
		(struct span[]){ SPAN_LIT("CONFIG"), SPAN_LIT("SET"),
		    span_str(key), span_str(value) },
		&reply),
	    0);
	kv_close(kv);
}

void
refuse_writes(int refusal, bool yes)
{
	if (refusal == FULL)
		away_config("maxmemory", yes ? "1" : "0");
	else
		away_config("min-replicas-to-write", yes ? "1" : "0");
	if (!yes)
		house_reopen();
}

void
away_open(void)
{
	house_open();
	buyer_alone();
	house.ctx.set.redis_command_ms = 500;
	kv_drop(house.ctx.kv);
	house_run(
	    "DELETE FROM holds_unmirrored; DELETE FROM seat_claim"
	    " WHERE state = 'H'");
}

int
place_keyed(const char *name, int64_t seat)
{
	struct hold_conflicts conflicts;
	const struct hold_want want = { .user = house_user(name),
		.performance = house.performance,
		.seats = &seat,
		.n_seats = 1,
		.key = SPAN_LIT("the-key") };
	int r = hold_place(&house.ctx, &want, &hold, &conflicts);

	if (r == HOLD_OK)
		hold.token = buyer_token(hold.token);
	return r;
}

size_t
listed(const char *name)
{
	struct hold *holds;
	size_t n;

	ck_assert_int_eq(hold_list(&house.ctx, house_user(name),
			     house.performance, &holds, &n),
	    HOLD_OK);
	return n;
}

int64_t
claims(const char *state)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM seat_claim WHERE"
	    " performance_id = $1 AND state = '%s'",
	    state);
	return house_count(sql, house.performance);
}

int64_t
unmirrored(void)
{
	return house_count(
	    "SELECT count(*) FROM holds_unmirrored AS u JOIN holds"
	    " AS h USING (token) WHERE h.performance_id = $1",
	    house.performance);
}

void
age(int seconds)
{
	char sql[640];

	snprintf(sql, sizeof(sql),
	    "UPDATE holds SET made_at = made_at"
	    " - interval '%d s', expires_at = expires_at - interval '%d s',"
	    " hard_expires_at = hard_expires_at - interval '%d s'"
	    " WHERE performance_id = %lld;"
	    " UPDATE seat_claim SET expires_at = expires_at - interval '%d s'"
	    " WHERE performance_id = %lld AND state = 'H';"
	    " UPDATE section_claim SET expires_at = expires_at"
	    " - interval '%d s' WHERE performance_id = %lld AND state = 'H'",
	    seconds, seconds, seconds, (long long)house.performance, seconds,
	    (long long)house.performance, seconds,
	    (long long)house.performance);
	house_run(sql);
	house_round();
}
