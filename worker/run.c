/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run - do each job when its time comes, until told to stop
 *
 * Signals are let in only while waiting, so none is lost between looking and
 * sleeping, and no round is cut short.
 *
 * Layer: worker.  Uses: store, seat, jobs, stats.
 */
#include "worker/run.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/notify.h"
#include "recovery/recovery.h"
#include "seat/epoch.h"
#include "store/fault_name.h"
#include "worker/jobs.h"
#include "worker/stats.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define IDLE_MAX_MS 1000
/* Faults of jobs are told once a second: while a store is away each round of
 * most jobs is one. */
#define FAULTS_US INT64_C(1000000)

static volatile sig_atomic_t told_to_stop, told_to_reload;

struct run {
	const char *config_path;
	unsigned groups;
	struct ctx ctx;
	int64_t due_us[JOBS_MAX]; /* when each job's next round is */
	int64_t watchdog_ms, watchdog_due_us;
	/* faults that are not told yet, and the last of them */
	int n_faults, faulty_job, fault;
	int64_t faults_due_us;
};

static void
on_signal(int number)
{
	if (number == SIGHUP)
		told_to_reload = 1;
	else
		told_to_stop = 1;
}

void
run_hold_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* ---- settings ---- */

static void
take_settings(struct run *r, const struct settings *next,
    const struct conf_row *fixed)
{
	const struct conf_row *none;
	unsigned changed = conf_diff(settings_rows, &r->ctx.set, next, &none);

	if (fixed != NULL)
		LOG(WARN, "setting-waits-for-restart",
		    LSTR("section", fixed->section), LSTR("key", fixed->key));
	ctx_settings(&r->ctx, next, (changed & CONF_STORE) != 0);
	log_set_level((enum log_level)next->log_level);
	LOG(INFO, "settings-taken");
}

/* Who asks providers may have to ask some yet. */
static bool
may_take(struct run *r, const struct settings *set)
{
	return (r->groups & JOBS_PAY) == 0 || job_pay_may_take(&r->ctx, set);
}

static void
refuse_settings(const struct run *r, const struct conf_error *error)
{
	LOG(ERROR, "settings-refused", LSTR("file", error->file),
	    LINT("line", error->line), LSTR("error", error->text));
	metrics_add(r->ctx.metrics, stats_reloads_refused(), 1);
}

static void
reload(struct run *r)
{
	struct settings next;
	const struct conf_row *fixed;
	struct conf_error error;

	told_to_reload = 0;
	notify_send("RELOADING=1");
	if (settings_read_again(r->config_path, &r->ctx.set, &next, &fixed,
		&error)
	    != 0)
		refuse_settings(r, &error);
	else if (may_take(r, &next))
		take_settings(r, &next, fixed);
	else
		metrics_add(r->ctx.metrics, stats_reloads_refused(), 1);
	notify_send("READY=1");
}

/* ---- rounds ---- */

static bool
is_ours(const struct run *r, int job)
{
	return job_is_of(&jobs[job], r->groups);
}

static void
tell_faults(struct run *r)
{
	int64_t now_us = clock_mono_us();

	if (r->n_faults == 0 || now_us < r->faults_due_us)
		return;
	LOG(WARN, "job-fault", LSTR("job", jobs[r->faulty_job].name),
	    LFAULT(r->fault), LINT("count", r->n_faults));
	r->n_faults = 0;
	r->faults_due_us = now_us + FAULTS_US;
}

static void
do_round(struct run *r, int job)
{
	int64_t began_us = clock_mono_us();
	size_t n_done = 0;
	int done;

	/* What is due at once has no time to be late after. */
	if (r->due_us[job] > 0)
		metrics_observe_us(r->ctx.metrics,
		    stats_of_job(job, JOB_STAT_LATE),
		    began_us - r->due_us[job]);
	ctx_round(&r->ctx);
	done = jobs[job].run(&r->ctx, &n_done);
	FAULT_POINT("worker.after_round");
	metrics_add(r->ctx.metrics, stats_of_job(job, JOB_STAT_ROUNDS), 1);
	metrics_add(r->ctx.metrics, stats_of_job(job, JOB_STAT_DONE),
	    (int64_t)n_done);
	metrics_observe_us(r->ctx.metrics, stats_of_job(job, JOB_STAT_SECONDS),
	    clock_mono_us() - began_us);
	if (done < 0) {
		r->n_faults++;
		r->faulty_job = job;
		r->fault = done;
		metrics_add(r->ctx.metrics, stats_of_job(job, JOB_STAT_FAULTS),
		    1);
	}
	r->due_us[job] = done > 0 ? 0
				  : clock_mono_us()
		+ job_period_ms(&jobs[job], &r->ctx.set) * US_PER_MS;
}

static void
pet_watchdog(struct run *r)
{
	int64_t now_us = clock_mono_us();

	if (r->watchdog_ms == 0 || now_us < r->watchdog_due_us)
		return;
	notify_send("WATCHDOG=1");
	r->watchdog_due_us = now_us + r->watchdog_ms * US_PER_MS;
}

/* Sleep until a job is due, or a signal or a notification comes. */
static void
wait_for_work(const struct run *r)
{
	struct pollfd notification = { .fd = db_socket(r->ctx.primary),
		.events = POLLIN };
	int64_t wait_us = IDLE_MAX_MS * US_PER_MS;
	int64_t now_us = clock_mono_us();
	struct timespec timeout;
	sigset_t none;

	for (int i = 0; i < n_jobs; i++)
		if (is_ours(r, i))
			wait_us = MIN(wait_us, MAX(r->due_us[i] - now_us, 0));
	timeout = (struct timespec){ wait_us / 1000000,
		wait_us % 1000000 * 1000 };
	sigemptyset(&none);
	(void)ppoll(&notification, 1, &timeout, &none);
}

/* Whatever it is, what was known of the epoch may be old. */
static void
hear_notifications(struct run *r)
{
	char notification[DB_NOTIFICATION_LEN];

	while (db_heard(r->ctx.primary, notification)) {
		epoch_forget(&r->ctx);
		for (int i = 0; i < n_jobs; i++)
			if (job_wakes(&jobs[i], notification))
				r->due_us[i] = 0;
	}
}

static void
work(struct run *r)
{
	while (!told_to_stop) {
		for (int i = 0; i < n_jobs; i++)
			if (is_ours(r, i) && clock_mono_us() >= r->due_us[i])
				do_round(r, i);
		tell_faults(r);
		pet_watchdog(r);
		wait_for_work(r);
		hear_notifications(r);
		if (told_to_reload)
			reload(r);
	}
}

static int
count_ours(const struct run *r)
{
	int n = 0;

	for (int i = 0; i < n_jobs; i++)
		n += is_ours(r, i);
	return n;
}

int
run(const char *config_path, const struct settings *set, unsigned groups)
{
	static struct run r;
	int fault;

	r.config_path = config_path;
	r.groups = groups;
	ctx_open(&r.ctx, set);
	recovery_give(&r.ctx);
	if (!may_take(&r, set))
		return EXIT_FAILURE;
	db_listen(r.ctx.primary);
	fault = metrics_open(stats_rows(), 1, set->runtime_dir,
	    "boxoffice-worker", &r.ctx.metrics);
	if (fault < 0) {
		LOG(ERROR, "metrics-refused", LSTR("folder", set->runtime_dir),
		    LSTR("reason", strerror(-fault)));
		return EXIT_FAILURE;
	}
	metrics_use_slot(r.ctx.metrics, 0);
	r.watchdog_ms = notify_watchdog_ms();
	LOG(INFO, "worker-started", LINT("jobs", count_ours(&r)));
	notify_send("READY=1\nSTATUS=%d jobs", count_ours(&r));
	work(&r);
	notify_send("STOPPING=1");
	LOG(INFO, "worker-stopped");
	metrics_close(r.ctx.metrics);
	job_pay_close(&r.ctx);
	ctx_close(&r.ctx);
	return EXIT_SUCCESS;
}
