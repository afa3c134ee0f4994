/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crew_watch - which workers have to go, and their going
 *
 * Layer: fcgi-app (private to crew).  Uses: crew.
 */
#include "fcgi-app/crew_watch.h"

#include "base/clock.h"
#include "base/log.h"
#include "fcgi-app/stats.h"

#include <signal.h>

#define SECOND_US INT64_C(1000000)

/* Beyond its drain and one request, a leaving worker gets this much. */
#define MERCY_US SECOND_US

static int64_t
deadline_us(const struct crew *c)
{
	return settings_stuck_ms(&c->tree->set) * US_PER_MS;
}

static int64_t
silent_us(const struct crew *c, int i)
{
	const struct slot *slot = slots_get(c->tree->slots, i);

	return clock_mono_us() - atomic_load(&slot->heartbeat_us);
}

static int
n_slots(const struct crew *c)
{
	return slots_count(c->tree->slots);
}

bool
crew_makes_progress(const struct crew *c)
{
	for (int i = 0; i < n_slots(c); i++) {
		if (c->hands[i].pid != 0 && silent_us(c, i) < deadline_us(c))
			return true;
	}
	return c->target == 0;
}

/* ---- leaving ---- */

static void
tell_to_leave(const struct crew *c, struct hand *h)
{
	if (h->pid == 0 || h->kill_us != 0)
		return;
	h->kill_us = clock_mono_us() + c->tree->set.drain_s * SECOND_US
	    + deadline_us(c) + MERCY_US;
	kill(h->pid, SIGTERM);
}

static void
tell_all(const struct crew *c, struct hand *hands, int n, bool retiring_only)
{
	for (int i = 0; i < n; i++) {
		if (!retiring_only || hands[i].retiring)
			tell_to_leave(c, &hands[i]);
	}
}

void
crew_dismiss(struct crew *c)
{
	c->target = 0;
	tell_all(c, c->hands, n_slots(c), false);
	tell_all(c, c->old, UPGRADE_PIDS_MAX, false);
}

void
crew_relieve(struct crew *c)
{
	if (!crew_is_full(c))
		return;
	tell_all(c, c->hands, n_slots(c), true);
	tell_all(c, c->old, UPGRADE_PIDS_MAX, false);
}

/* ---- watching ---- */

static void
kill_hand(struct crew *c, struct hand *h, const char *why)
{
	if (h->killed)
		return;
	h->killed = true;
	LOG(ERROR, "worker-killed", LINT("worker", h->pid), LSTR("why", why));
	metrics_add(c->tree->metrics, STAT_WORKERS_KILLED, 1);
	kill(h->pid, SIGKILL);
}

static void
kill_late(struct crew *c, struct hand *h)
{
	if (h->pid != 0 && h->kill_us != 0 && clock_mono_us() > h->kill_us)
		kill_hand(c, h, "did not leave");
}

/* A worker shows life between two requests and at least each second, so a
 * long silence is a request past its deadline or a stopped process. */
void
crew_kill_stuck(struct crew *c)
{
	for (int i = 0; i < n_slots(c); i++) {
		struct hand *h = &c->hands[i];

		kill_late(c, h);
		if (h->pid != 0 && silent_us(c, i) > deadline_us(c))
			kill_hand(c, h, "stuck");
	}
	for (int i = 0; i < UPGRADE_PIDS_MAX; i++)
		kill_late(c, &c->old[i]);
}

static const char *
reason_to_retire(const struct crew *c, int i)
{
	const struct settings *set = &c->tree->set;
	const struct slot *slot = slots_get(c->tree->slots, i);

	if (set->worker_max_memory_mib > 0
	    && atomic_load(&slot->memory_kib)
		> set->worker_max_memory_mib * 1024)
		return "memory";
	if (set->worker_max_age_s > 0
	    && clock_mono_us() > c->hands[i].retire_us)
		return "age";
	return NULL;
}

static bool
is_anybody_leaving(const struct crew *c)
{
	for (int i = 0; i < n_slots(c); i++) {
		if (c->hands[i].retiring || c->hands[i].kill_us != 0)
			return true;
	}
	return false;
}

/* One at a time, and only from a full crew: retirement never makes the pool
 * smaller. */
void
crew_retire_one(struct crew *c)
{
	if (!crew_is_full(c) || is_anybody_leaving(c))
		return;
	for (int i = 0; i < n_slots(c); i++) {
		const char *why = reason_to_retire(c, i);

		if (!crew_is_staying(&c->hands[i]) || why == NULL)
			continue;
		c->hands[i].retiring = true;
		LOG(INFO, "worker-retires", LINT("worker", c->hands[i].pid),
		    LSTR("why", why));
		metrics_add(c->tree->metrics, STAT_WORKERS_RETIRED, 1);
		return;
	}
}
