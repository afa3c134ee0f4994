/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker - one process that serves requests, one at a time
 *
 * Between two requests it takes over newer settings, shows the master that
 * it lives, and looks whether it is to leave. A worker that is draining still
 * serves what comes on its kept connections: it is the web server that knows
 * whether a request is on its way.
 *
 * Layer: fcgi-app.  Uses: store, http, loop, door, dispatch, generation.
 */
#include "fcgi-app/worker.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "fcgi-app/dispatch.h"
#include "fcgi-app/fcgi_door.h"
#include "fcgi-app/loop.h"
#include "fcgi-app/stats.h"
#include "recovery/recovery.h"
#include "store/ctx.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* So long are lines of the log kept. */
#define WORKER_LOG_MS 100

struct worker {
	const struct post *post;
	struct slot *slot;
	struct loop *loop;
	struct dispatch dispatch;
	struct router *router;
	struct ctx ctx;
	int signal_fd;
	int64_t generation;
	int64_t measured_us; /* memory was looked at */
	int64_t leave_us;    /* draining: latest end; 0: not draining */
};

/* ---- coming and going ---- */

static int
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
open_stores(struct worker *w)
{
	struct settings set;

	w->generation = generation_read(w->post->settings, &set);
	log_set_level((enum log_level)set.log_level);
	ctx_open(&w->ctx, &set);
	ctx_share(&w->ctx, slots_shared(w->post->slots), w->post->slot);
	recovery_give(&w->ctx);
	w->ctx.metrics = w->post->metrics;
	atomic_store(&w->slot->generation, w->generation);
}

static int
open_all(struct worker *w)
{
	const struct post *post = w->post;
	struct loop_plan plan = {
		.listen_fd = post->listen_fd,
		.slots = post->slots,
		.slot = post->slot,
		.metrics = post->metrics,
	};

	w->slot = slots_get(post->slots, post->slot);
	atomic_store(&w->slot->pid, (int)getpid());
	open_stores(w);
	w->router = router_open(post->routes);
	w->dispatch = (struct dispatch){ w->router,
		{ post->slots, post->slot, post->hashing_max } };
	w->signal_fd = plan.signal_fd = open_signals();
	if (w->signal_fd < 0 || door_open() < 0)
		return -1;
	return loop_open(&plan, &w->loop);
}

static void
close_all(struct worker *w)
{
	loop_close(w->loop);
	close(w->signal_fd);
	router_close(w->router);
	ctx_close(&w->ctx);
}

static void
drain(struct worker *w)
{
	if (w->leave_us != 0)
		return;
	w->leave_us = clock_mono_us() + w->ctx.set.drain_s * 1000000;
	loop_stop_accepting(w->loop);
	atomic_store(&w->slot->state, SLOT_DRAINING);
}

static void
take_signals(struct worker *w)
{
	struct signalfd_siginfo info;

	while (read(w->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGTERM)
			drain(w);
		else if (w->post->reload == NULL)
			continue; /* the terminal's, meant for the master */
		else if (info.ssi_signo == SIGHUP)
			w->post->reload(w->post->reload_arg);
		else
			drain(w);
	}
}

/* ---- between two requests ---- */

static void
adopt_settings(struct worker *w)
{
	struct settings set;
	const struct conf_row *fixed;
	unsigned changed;

	if (generation_now(w->post->settings) == w->generation)
		return;
	w->generation = generation_read(w->post->settings, &set);
	changed = conf_diff(settings_rows, &w->ctx.set, &set, &fixed);
	ctx_settings(&w->ctx, &set, (changed & CONF_STORE) != 0);
	log_set_level((enum log_level)set.log_level);
	atomic_store(&w->slot->generation, w->generation);
}

/* Resident pages, the second number of /proc/self/statm. */
static int64_t
memory_kib(void)
{
	char text[128] = "";
	char *rest;
	int fd;

	if (FAULT_FAIL("worker.memory"))
		return INT32_MAX;
	fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	(void)strtoll(text, &rest, 10);
	return strtoll(rest, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Lines of the log that were kept for long enough. */
static void
write_log(int64_t now_us)
{
	if (log_is_kept(now_us - WORKER_LOG_MS * 1000))
		log_flush();
}

static void
show_life(struct worker *w, int64_t now_us)
{
	slots_heartbeat(w->post->slots, w->post->slot, now_us);
	if (now_us - w->measured_us < WORKER_BEAT_MS * 1000)
		return;
	w->measured_us = now_us;
	atomic_store(&w->slot->memory_kib, memory_kib());
	if (w->post->reload != NULL)
		stats_show_shared(w->post->metrics,
		    slots_shared(w->post->slots));
}

/* ---- one request ---- */

/* returns: whether the connection is still there */
static bool
serve(struct worker *w, int conn)
{
	struct ctx *ctx = &w->ctx;
	struct call call;
	bool kept;

	ctx_round(ctx);
	if (!door_head(conn, loop_fd(w->loop, conn), &ctx->arena, &call.req))
		return false;
	dispatch_head(&w->dispatch, ctx, &call);
	if (!door_body(conn, &ctx->arena, &call.req, call.body_max)) {
		dispatch_drop(ctx);
		return false;
	}
	dispatch_run(&w->dispatch, ctx, &call);
	kept = door_answer(conn, &ctx->arena, &call.res, call.req.method);
	dispatch_done(ctx, &call);
	return kept;
}

/* Idle connections end with us only after the last that were readable have
 * been served. returns: whether to go on */
static bool
go_on(struct worker *w, bool quiet)
{
	if (w->leave_us == 0)
		return true;
	if (loop_n_connections(w->loop) == 0)
		return false;
	return !quiet || clock_mono_us() < w->leave_us;
}

static int
patience_ms(const struct worker *w)
{
	int most_ms = log_is_kept(INT64_MAX) ? WORKER_LOG_MS : WORKER_BEAT_MS;
	int64_t left_us = w->leave_us - clock_mono_us();

	if (w->leave_us == 0)
		return most_ms;
	return (int)MIN(MAX((left_us + 999) / 1000, 0), most_ms);
}

static void
work(struct worker *w)
{
	bool quiet = false;
	int conn = -1;

	while (go_on(w, quiet)) {
		int64_t now_us = clock_mono_us();
		enum loop_event event;

		show_life(w, now_us);
		write_log(now_us);
		event = loop_next(w->loop, patience_ms(w), &conn);
		quiet = event == LOOP_QUIET;
		show_life(w, clock_mono_us());
		adopt_settings(w);
		if (event == LOOP_SIGNAL)
			take_signals(w);
		if (event == LOOP_READABLE && !serve(w, conn))
			loop_forget(w->loop, conn);
	}
}

int
worker_run(const struct post *post)
{
	static struct worker w;

	w.post = post;
	if (open_all(&w) < 0)
		return EXIT_FAILURE;
	FAULT_POINT("worker.opened");
	LOG(INFO, "worker-started", LINT("slot", post->slot),
	    LINT("generation", w.generation));
	log_keep();
	atomic_store(&w.slot->state, SLOT_SERVING);
	work(&w);
	LOG(INFO, "worker-left", LINT("slot", post->slot),
	    LINT("connections", loop_n_connections(w.loop)));
	log_flush();
	close_all(&w);
	return EXIT_SUCCESS;
}
