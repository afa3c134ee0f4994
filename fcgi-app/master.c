/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * master - the first process of a pool: keeps the crew, obeys signals
 *
 * Signals are blocked and read from a signalfd, so each is handled between
 * two rounds of the loop and never in the middle of anything.
 *
 * Layer: fcgi-app.  Uses: tree, crew, upgrade.
 */
#include "fcgi-app/master.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"
#include "fcgi-app/crew.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUND_MS 200
/* A new program that has not said yes by then is not taken. */
#define PROBE_US INT64_C(10000000)

struct master {
	struct tree *tree;
	struct crew crew;
	int signal_fd;
	bool ready; /* READY=1 was sent for what is now */
	bool leaving;
	pid_t probe; /* 0: no upgrade is being tried */
	int64_t probe_until_us;
	int64_t watchdog_us; /* period; 0: nobody watches us */
	int64_t watched_us;  /* told last */
};

/* ---- telling systemd ---- */

static void
tell_ready(struct master *m)
{
	if (m->ready || m->leaving || !crew_is_full(&m->crew))
		return;
	m->ready = true;
	notify_send("READY=1\nSTATUS=%s: %d workers, settings generation %lld",
	    m->tree->pool->name, crew_n_serving(&m->crew),
	    (long long)generation_now(m->tree->generation));
	LOG(INFO, "ready", LSTR("pool", m->tree->pool->name),
	    LINT("workers", crew_n_serving(&m->crew)));
}

static void
tell_reloading(struct master *m)
{
	m->ready = false;
	notify_send("RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)clock_mono_us());
}

/* A master whose workers all hang must not look healthy. */
static void
tell_alive(struct master *m)
{
	int64_t now_us = clock_mono_us();

	if (m->watchdog_us == 0 || now_us - m->watched_us < m->watchdog_us
	    || !crew_makes_progress(&m->crew))
		return;
	m->watched_us = now_us;
	notify_send("WATCHDOG=1");
}

/* ---- what signals ask for ---- */

static void
reload(struct master *m)
{
	tell_reloading(m);
	tree_reload(m->tree);
}

static void
leave(struct master *m)
{
	if (m->leaving)
		return;
	m->leaving = true;
	LOG(INFO, "draining", LINT("workers", crew_n_serving(&m->crew)));
	notify_send("STOPPING=1\nSTATUS=draining");
	/* First nobody finds the socket any more, then nobody accepts. */
	listener_close(&m->tree->listener);
	crew_dismiss(&m->crew);
}

static void
begin_upgrade(struct master *m)
{
	if (m->probe != 0 || m->leaving)
		return;
	m->probe = upgrade_probe();
	if (m->probe < 0)
		m->probe = 0;
	m->probe_until_us = clock_mono_us() + PROBE_US;
}

/* The new program would start: become it. */
static void
upgrade(struct master *m)
{
	static struct inheritance left;

	left.listener = m->tree->listener;
	crew_list(&m->crew, &left);
	LOG(INFO, "upgrading", LINT("old_workers", left.n_pids));
	tell_reloading(m);
	upgrade_exec(&left);
}

static void
end_upgrade(void *arg, pid_t pid, int status)
{
	struct master *m = arg;

	if (pid != m->probe)
		return;
	m->probe = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !m->leaving)
		upgrade(m);
	else
		LOG(ERROR, "upgrade-refused", LINT("wait_status", status));
}

static void
bound_upgrade(struct master *m)
{
	if (m->probe != 0 && clock_mono_us() > m->probe_until_us)
		kill(m->probe, SIGKILL);
}

static void
take_signals(struct master *m)
{
	struct signalfd_siginfo info;

	while (read(m->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGHUP:
			reload(m);
			break;
		case SIGUSR2:
			begin_upgrade(m);
			break;
		case SIGTERM:
		case SIGINT:
			leave(m);
			break;
		default:
			break; /* SIGCHLD: every round reaps */
		}
	}
}

/* ---- the loop ---- */

static int
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
round_once(struct master *m)
{
	struct pollfd pfd = { .fd = m->signal_fd, .events = POLLIN };

	crew_reap(&m->crew, end_upgrade, m);
	crew_tend(&m->crew);
	bound_upgrade(m);
	tell_ready(m);
	tell_alive(m);
	if (poll(&pfd, 1, ROUND_MS) > 0)
		take_signals(m);
}

int
master_run(struct tree *t, const struct inheritance *old)
{
	static struct master m;
	int n_workers = pool_workers(t->pool, &t->set);

	if (tree_open(t, crew_slots(n_workers)) < 0)
		return EXIT_FAILURE;
	m.tree = t;
	m.watchdog_us = notify_watchdog_ms() * 1000;
	m.signal_fd = open_signals();
	if (m.signal_fd < 0)
		return EXIT_FAILURE;
	crew_init(&m.crew, t, n_workers, old);
	while (!m.leaving || !crew_is_gone(&m.crew))
		round_once(&m);
	close(m.signal_fd);
	tree_close(t);
	LOG(INFO, "left", LSTR("pool", t->pool->name));
	return EXIT_SUCCESS;
}
