/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crew - the workers of one master: hired, watched, relieved
 *
 * Everything is decided in crew_tend from what is, not from what happened,
 * so a signal that comes twice or late changes nothing.
 *
 * Layer: fcgi-app.  Uses: tree.
 */
#include "fcgi-app/crew.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "fcgi-app/crew_watch.h"
#include "fcgi-app/stats.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND_US INT64_C(1000000)

/* A worker that lived shorter died early: it would do so again. */
#define EARLY_US SECOND_US
#define BACK_OFF_US 100000
#define BACK_OFF_MAX_US (10 * SECOND_US)

static struct slot *
slot_of(const struct crew *c, int i)
{
	return slots_get(c->tree->slots, i);
}

static int
n_slots(const struct crew *c)
{
	return slots_count(c->tree->slots);
}

int
crew_slots(int n_workers)
{
	return MIN(2 * n_workers + 1, SLOTS_MAX);
}

void
crew_init(struct crew *c, struct tree *tree, int target,
    const struct inheritance *old)
{
	int64_t now_us = clock_mono_us();

	*c = (struct crew){ .tree = tree, .target = target };
	for (int i = 0; i < old->n_pids; i++)
		c->old[i] = (struct hand){ .pid = old->pids[i],
			.started_us = now_us };
}

/* ---- what is ---- */

bool
crew_is_staying(const struct hand *h)
{
	return h->pid != 0 && !h->retiring && h->kill_us == 0;
}

static bool
is_serving(const struct crew *c, int i)
{
	return atomic_load(&slot_of(c, i)->state) == SLOT_SERVING;
}

static int
n_staying(const struct crew *c)
{
	int n = 0;

	for (int i = 0; i < n_slots(c); i++)
		n += crew_is_staying(&c->hands[i]);
	return n;
}

int
crew_n_serving(const struct crew *c)
{
	int n = 0;

	for (int i = 0; i < n_slots(c); i++)
		n += crew_is_staying(&c->hands[i]) && is_serving(c, i);
	return n;
}

bool
crew_is_full(const struct crew *c)
{
	return crew_n_serving(c) >= c->target;
}

bool
crew_is_gone(const struct crew *c)
{
	for (int i = 0; i < n_slots(c); i++) {
		if (c->hands[i].pid != 0)
			return false;
	}
	for (int i = 0; i < UPGRADE_PIDS_MAX; i++) {
		if (c->old[i].pid != 0)
			return false;
	}
	return true;
}

static void
list_one(struct inheritance *out, const struct hand *h)
{
	if (h->pid != 0 && out->n_pids < UPGRADE_PIDS_MAX)
		out->pids[out->n_pids++] = h->pid;
}

void
crew_list(const struct crew *c, struct inheritance *out)
{
	out->n_pids = 0;
	for (int i = 0; i < n_slots(c); i++)
		list_one(out, &c->hands[i]);
	for (int i = 0; i < UPGRADE_PIDS_MAX; i++)
		list_one(out, &c->old[i]);
}

/* ---- hiring ---- */

/* In the child. The kernel tells it when the master is gone; if that was
 * before we asked, the parent is another one by now. */
static NORETURN void
become_worker(const struct crew *c, int slot, pid_t master)
{
	struct post post = tree_post(c->tree, slot);

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != master)
		exit(EXIT_FAILURE);
	metrics_use_slot(c->tree->metrics, slot);
	exit(worker_run(&post));
}

/* Ages differ by a tenth up or down, so that workers forked together do not
 * retire together. */
static int64_t
life_us(const struct crew *c)
{
	int64_t max_us = c->tree->set.worker_max_age_s * SECOND_US;

	return max_us - max_us / 10
	    + (int64_t)rand_below((uint64_t)max_us / 5 + 1);
}

static void
back_off(struct crew *c)
{
	int64_t wait_us = BACK_OFF_US << MIN(c->n_early_deaths, 10);

	c->n_early_deaths++;
	c->hire_us = clock_mono_us() + MIN(wait_us, BACK_OFF_MAX_US);
}

/* returns: whether a worker was forked */
static bool
hire(struct crew *c, int slot)
{
	pid_t master = getpid(), pid;

	slots_take(c->tree->slots, slot);
	pid = fork();
	if (pid == 0)
		become_worker(c, slot, master);
	if (pid < 0) {
		LOG(ERROR, "fork-failed", LSTR("error", strerror(errno)));
		slots_clear(c->tree->slots, slot);
		back_off(c);
		return false;
	}
	c->hands[slot] = (struct hand){ .pid = pid,
		.started_us = clock_mono_us(),
		.retire_us = clock_mono_us() + life_us(c) };
	metrics_add(c->tree->metrics, STAT_WORKERS_STARTED, 1);
	return true;
}

static void
fill(struct crew *c)
{
	int n = n_staying(c);

	while (n < c->target && clock_mono_us() >= c->hire_us) {
		int slot = slots_find_free(c->tree->slots);

		if (slot < 0 || !hire(c, slot))
			return;
		n++;
	}
}

void
crew_tend(struct crew *c)
{
	crew_kill_stuck(c);
	crew_retire_one(c);
	fill(c);
	crew_relieve(c);
	metrics_set(c->tree->metrics, STAT_WORKERS, crew_n_serving(c));
	stats_show_shared(c->tree->metrics, slots_shared(c->tree->slots));
}

/* ---- reaping ---- */

static void
log_death(const struct hand *h, int status)
{
	LOG(ERROR, "worker-died", LINT("worker", h->pid),
	    LINT("exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1),
	    LINT("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0));
}

static void
bury(struct crew *c, int slot, int status)
{
	struct hand *h = &c->hands[slot];

	if (h->kill_us == 0 && !h->killed) {
		log_death(h, status);
		metrics_add(c->tree->metrics, STAT_WORKERS_DIED, 1);
		if (clock_mono_us() - h->started_us < EARLY_US)
			back_off(c);
		else
			c->n_early_deaths = 0;
	}
	*h = (struct hand){ 0 };
	slots_clear(c->tree->slots, slot);
	metrics_clear_gauges(c->tree->metrics, slot);
}

/* returns: whether pid was one of ours */
static bool
collect(struct crew *c, pid_t pid, int status)
{
	for (int i = 0; i < n_slots(c); i++) {
		if (c->hands[i].pid != pid)
			continue;
		bury(c, i, status);
		return true;
	}
	for (int i = 0; i < UPGRADE_PIDS_MAX; i++) {
		if (c->old[i].pid != pid)
			continue;
		if (c->old[i].kill_us == 0)
			log_death(&c->old[i], status);
		c->old[i] = (struct hand){ 0 };
		return true;
	}
	return false;
}

void
crew_reap(struct crew *c, void (*other)(void *arg, pid_t pid, int status),
    void *arg)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (!collect(c, pid, status))
			other(arg, pid, status);
	}
}
