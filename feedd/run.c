/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run - the loop with its socket, until told to stop
 *
 * Layer: feedd.  Uses: store, hub.
 */
#include "feedd/run.h"

#include "base/clock.h"
#include "base/listener.h"
#include "base/log.h"
#include "base/notify.h"
#include "feedd/hub.h"
#include "feedd/stats.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

struct run {
	const char *config_path;
	struct settings set;
	struct settings redis; /* the same, under the feed's user */
	struct event_loop *loop;
	struct hub *hub;
	struct metrics *metrics;
};

static void
take_settings(struct run *r, const struct settings *set)
{
	r->set = r->redis = *set;
	if (set->feed_redis_user[0] == '\0')
		return;
	memcpy(r->redis.redis_user, set->feed_redis_user,
	    sizeof(r->redis.redis_user));
	memcpy(r->redis.redis_password, set->feed_redis_password,
	    sizeof(r->redis.redis_password));
}

/* ---- signals ---- */

static void
reload(struct run *r)
{
	struct settings next;
	const struct conf_row *fixed;
	struct conf_error error;

	if (settings_read_again(r->config_path, &r->set, &next, &fixed, &error)
	    != 0) {
		LOG(ERROR, "settings-refused", LSTR("file", error.file),
		    LINT("line", error.line), LSTR("error", error.text));
		metrics_add(r->metrics, FEED_STAT_RELOADS_REFUSED, 1);
		return;
	}
	if (fixed != NULL)
		LOG(WARN, "setting-waits-for-restart",
		    LSTR("section", fixed->section), LSTR("key", fixed->key));
	take_settings(r, &next);
	hub_reconnect(r->hub);
	log_set_level((enum log_level)next.log_level);
	LOG(INFO, "settings-taken");
}

static void
on_reload(void *arg, unsigned ready)
{
	(void)ready;
	notify_send("RELOADING=1");
	reload(arg);
	notify_send("READY=1");
}

static void
on_stop(void *arg, unsigned ready)
{
	struct run *r = arg;

	(void)ready;
	notify_send("STOPPING=1");
	hub_drain(r->hub);
	event_loop_stop(r->loop);
}

static void
on_watchdog(void *arg, unsigned ready)
{
	(void)arg;
	(void)ready;
	notify_send("WATCHDOG=1");
}

/* ---- the process ---- */

/* Each reader is a descriptor. */
static void
raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void
serve(struct run *r, int listener)
{
	int64_t watchdog_ms = notify_watchdog_ms();
	struct watch *watches[4] = { NULL };

	r->loop = event_loop_open();
	r->hub = hub_open(r->loop, &r->set, &r->redis, r->metrics);
	hub_listen(r->hub, listener);
	watches[0] = watch_signal(r->loop, SIGTERM, on_stop, r);
	watches[1] = watch_signal(r->loop, SIGINT, on_stop, r);
	watches[2] = watch_signal(r->loop, SIGHUP, on_reload, r);
	if (watchdog_ms > 0)
		watches[3] = watch_every(r->loop, watchdog_ms, on_watchdog,
		    NULL);
	LOG(INFO, "feedd-started");
	notify_send("READY=1");
	event_loop_run(r->loop);
	hub_close(r->hub);
	for (size_t i = 0; i < ARRAY_LEN(watches); i++)
		watch_close(watches[i]);
	event_loop_close(r->loop);
}

int
run(const char *config_path, const struct settings *set)
{
	static struct run r;
	struct listener listener;
	int fault;

	r.config_path = config_path;
	take_settings(&r, set);
	signal(SIGPIPE, SIG_IGN);
	raise_limit();
	if (listener_take("feed", set->feed_socket, set->socket_group,
		&listener)
	    < 0)
		return EXIT_FAILURE;
	fault = metrics_open(feed_stats, 1, set->runtime_dir, "boxoffice-feedd",
	    &r.metrics);
	if (fault < 0) {
		LOG(ERROR, "metrics-refused", LSTR("folder", set->runtime_dir),
		    LSTR("reason", strerror(-fault)));
		return EXIT_FAILURE;
	}
	metrics_use_slot(r.metrics, 0);
	serve(&r, listener.fd);
	listener_close(&listener);
	metrics_close(r.metrics);
	LOG(INFO, "feedd-stopped");
	return EXIT_SUCCESS;
}
