/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hub - readers come, are told what changed, and go
 *
 * Layer: feedd.  Uses: base, store, ask, performance, tally.
 */
#include "feedd/hub.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "feedd/ask.h"
#include "feedd/performance.h"
#include "feedd/stats.h"
#include "feedd/tally.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SWEEP_MS 1000
/* A ring is kept so long after its last reader, who may come again. */
#define KEPT_US INT64_C(30000000)
/* A request has to be whole by then. */
#define ASKED_US INT64_C(10000000)
/* Of each kind that says when to come again. */
#define N_RETRIES 16
#define RETRY_MS 2000
#define RETRY_JITTER_MS 3000
/* Who was refused comes again after that. */
#define REFUSED_S 10
#define N_BUCKETS 1024
/* Descriptors that are no readers. */
#define SPARE_FDS 64
#define ARENA_BYTES ((size_t)KIB(64 * 1024))

TAILQ_HEAD(performances, performance);

struct hub {
	struct event_loop *loop;
	const struct settings *set;
	struct metrics *metrics;
	struct source source;
	struct arena arena; /* reset with each call of the loop */
	struct watch *look, *sweep, *listener;
	int listener_fd;

	struct performances performances;
	struct performance *buckets[N_BUCKETS];
	size_t n_performances;
	struct readers readers; /* all of them */
	unsigned n_readers;     /* who asked and were let in */
	unsigned n_open;        /* connections */
	struct tally addresses;

	struct performance_shared shared;
	struct text *streams[N_RETRIES]; /* begin; NULL: not written */
};

static void on_asked(void *arg, struct reader *reader, struct span head);
static void on_quiet(void *arg, struct reader *reader);
static void on_left(void *arg, struct reader *reader);

static const struct reader_calls calls = { on_asked, on_quiet, on_left };

/* ---- performances ---- */

static struct performance **
bucket_of(struct hub *hub, int64_t id)
{
	struct performance **at = &hub->buckets[(uint64_t)id % N_BUCKETS];

	while (*at != NULL && (*at)->log.performance != id)
		at = &(*at)->next;
	return at;
}

static void
count_performances(struct hub *hub, int by)
{
	hub->n_performances += (size_t)by;
	metrics_set(hub->metrics, FEED_STAT_PERFORMANCES,
	    (int64_t)hub->n_performances);
}

static void
keep(struct hub *hub, struct performance *p)
{
	*bucket_of(hub, p->log.performance) = p;
	TAILQ_INSERT_TAIL(&hub->performances, p, all);
	count_performances(hub, 1);
}

static void
forget(struct hub *hub, struct performance *p)
{
	*bucket_of(hub, p->log.performance) = p->next;
	TAILQ_REMOVE(&hub->performances, p, all);
	performance_close(p);
	count_performances(hub, -1);
}

/* ---- telling ---- */

static void
tell(struct hub *hub, struct reader *reader, int64_t now_us)
{
	struct performance *p = reader->performance;
	struct text *text;
	bool behind;

	/* Most texts are out at once, and then there is nothing more. */
	while (reader->out == NULL) {
		behind = !p->paused && !p->over
		    && performance_is_behind(p, reader);
		text = performance_next(p, &hub->shared, reader, now_us);
		if (text == NULL)
			return;
		metrics_add(hub->metrics, FEED_STAT_TOLD, 1);
		if (behind)
			metrics_add(hub->metrics, FEED_STAT_RESYNCS, 1);
		if (!reader_send(reader, text))
			return;
	}
}

/* A reader who is gone when he was told takes none of the others along. */
static void
do_round(struct hub *hub, struct performance *p)
{
	int64_t began_us = clock_mono_us(), took_us;
	struct reader *reader = TAILQ_FIRST(&p->readers), *next;

	p->told = p->log.ring.head;
	p->told_turn = p->turn;
	p->told_paused = p->paused;
	for (; reader != NULL; reader = next) {
		next = TAILQ_NEXT(reader, together);
		tell(hub, reader, began_us);
	}
	took_us = clock_mono_us() - began_us;
	metrics_observe_us(hub->metrics, FEED_STAT_ROUND_SECONDS, took_us);
	p->due_us = began_us + MAX(HUB_ROUND_MS * US_PER_MS, 2 * took_us);
}

/* ---- looking ---- */

static int
look_at(struct hub *hub, struct source_log **logs, size_t n)
{
	int64_t began_us = clock_mono_us();
	int r = source_look(&hub->source, logs, n);

	metrics_observe_us(hub->metrics, FEED_STAT_LOOK_SECONDS,
	    clock_mono_us() - began_us);
	if (r < 0)
		metrics_add(hub->metrics, FEED_STAT_FAULTS, 1);
	return r;
}

/* Where Redis is lost all are told, also those that are not due. */
static bool
is_due(const struct hub *hub, const struct performance *p, int64_t now_us)
{
	return p->n_readers > 0 && (now_us >= p->due_us || !hub->source.up);
}

static void
on_look(void *arg, unsigned ready)
{
	struct hub *hub = arg;
	int64_t now_us = clock_mono_us();
	struct source_log **logs;
	struct performance *p, **due;
	size_t n = 0;

	(void)ready;
	arena_reset(&hub->arena);
	logs = ARENA_ARRAY(&hub->arena, hub->n_performances + 1,
	    struct source_log *);
	due = ARENA_ARRAY(&hub->arena, hub->n_performances + 1,
	    struct performance *);
	TAILQ_FOREACH(p, &hub->performances, all)
	if (is_due(hub, p, now_us)) {
		due[n] = p;
		logs[n++] = &p->log;
	}
	if (n == 0)
		return;
	(void)look_at(hub, logs, n);
	for (size_t i = 0; i < n; i++) {
		performance_looked(due[i], hub->source.up, now_us);
		if (performance_has_news(due[i]))
			do_round(hub, due[i]);
	}
}

/* ---- coming ---- */

static void
let_go(struct hub *hub, struct reader *reader)
{
	if (reader->performance != NULL) {
		performance_leave(reader->performance, reader);
		tally_less(&hub->addresses, reader->address);
		hub->n_readers--;
		metrics_set(hub->metrics, FEED_STAT_READERS, hub->n_readers);
	}
	TAILQ_REMOVE(&hub->readers, reader, all);
	hub->n_open--;
	reader_close(reader);
}

static void
on_left(void *arg, struct reader *reader)
{
	let_go(arg, reader);
}

/* His last text. returns: whether it is still on its way */
static bool
dismiss(struct reader *reader, struct text *text)
{
	reader->closing = true;
	return reader_send(reader, text);
}

static void
refuse(struct hub *hub, struct reader *reader, const struct ask *ask,
    const char *slug, const char *detail)
{
	metrics_add(hub->metrics, FEED_STAT_REFUSED, 1);
	dismiss(reader,
	    ask_problem(&hub->arena, ask->request_id, slug, detail, REFUSED_S));
}

/* Whether this performance can be followed; it is kept then. */
static struct performance *
find_live(struct hub *hub, int64_t id)
{
	struct performance *p = *bucket_of(hub, id);
	struct source_log *log;

	if (p != NULL && p->n_readers > 0)
		return p->paused ? NULL : p;
	if (p == NULL)
		p = performance_open(id);
	log = &p->log;
	(void)look_at(hub, &log, 1);
	performance_looked(p, hub->source.up, clock_mono_us());
	if (*bucket_of(hub, id) != NULL)
		return p->paused ? NULL : p;
	if (!hub->source.up || !log->live) {
		performance_close(p);
		return NULL;
	}
	keep(hub, p);
	return p;
}

/* Where a reader with this version goes on from. */
static bool
find_place(struct hub *hub, struct performance *p, struct span version,
    struct log_id *place)
{
	int64_t epoch;

	return span_is(version) && text_read_version(version, &epoch, place)
	    && epoch == p->log.epoch && epoch == hub->source.epoch
	    && (ring_has(&p->log.ring, *place)
		|| source_reach(&hub->source, &p->log, *place));
}

/* Pages of another origin may read it where the feed has one of its own. */
static const char *
allowed_origin(struct hub *hub)
{
	struct span url = span_str(hub->set->public_url), rest = url;

	if (span_starts(span_str(hub->set->feed_url), SPAN_LIT("/"))
	    || url.len == 0)
		return "";
	for (int i = 0; i < 3; i++)
		(void)span_cut(&rest, '/');
	return arena_str(&hub->arena,
	    (struct span){ url.p,
		span_is(rest) ? (size_t)(rest.p - url.p) - 1 : url.len });
}

static struct text *
begin_stream(struct hub *hub)
{
	size_t i = rand_below(N_RETRIES);

	if (hub->streams[i] == NULL)
		hub->streams[i] = ask_stream(&hub->arena, allowed_origin(hub),
		    RETRY_MS + (int64_t)rand_below(RETRY_JITTER_MS));
	return text_take(hub->streams[i]);
}

static void
let_in(struct hub *hub, struct reader *reader, const struct ask *ask,
    struct performance *p)
{
	struct log_id place = { 0, 0 };
	bool reached = find_place(hub, p, ask->version, &place);

	performance_join(p, reader, place, reached);
	hub->n_readers++;
	metrics_set(hub->metrics, FEED_STAT_READERS, hub->n_readers);
	if (reader_send(reader, begin_stream(hub)))
		tell(hub, reader, clock_mono_us());
}

static unsigned
readers_max(const struct hub *hub)
{
	struct rlimit limit = { .rlim_cur = 1024 };

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	return (unsigned)MIN(hub->set->feed_readers,
	    MAX((int64_t)limit.rlim_cur - SPARE_FDS, 1));
}

static void
admit(struct hub *hub, struct reader *reader, const struct ask *ask)
{
	struct performance *p;

	if (hub->n_readers >= readers_max(hub)) {
		refuse(hub, reader, ask, "busy", "too many follow seats now");
		return;
	}
	p = find_live(hub, ask->performance);
	if (p == NULL)
		refuse(hub, reader, ask, "seat-store-unavailable",
		    "there is no live map to follow");
	else if (p->over)
		dismiss(reader, ask_over(&hub->arena));
	else if (p->n_readers >= hub->set->feed_readers_per_performance)
		refuse(hub, reader, ask, "busy",
		    "too many follow this performance now");
	else if (span_is(ask->address)
	    && (reader->address = tally_more(&hub->addresses, &hub->arena,
		    ask->address, (unsigned)hub->set->feed_readers_per_address))
		== NULL)
		refuse(hub, reader, ask, "busy",
		    "too many streams of this address");
	else
		let_in(hub, reader, ask, p);
}

static void
on_asked(void *arg, struct reader *reader, struct span head)
{
	struct hub *hub = arg;
	struct text *refusal;
	struct ask ask;

	arena_reset(&hub->arena);
	if (ask_read(&hub->arena, head, span_str(hub->set->base_path), &ask,
		&refusal))
		admit(hub, reader, &ask);
	else
		dismiss(reader, refusal);
}

static void
on_quiet(void *arg, struct reader *reader)
{
	struct hub *hub = arg;

	arena_reset(&hub->arena);
	if (reader->performance != NULL)
		tell(hub, reader, clock_mono_us());
}

static void
take_connection(struct hub *hub, int fd)
{
	struct reader *reader = reader_open(hub->loop, fd, &calls, hub);

	TAILQ_INSERT_TAIL(&hub->readers, reader, all);
	hub->n_open++;
}

/* As many connections as there may be readers, and some to be refused. */
static void
on_accept(void *arg, unsigned ready)
{
	struct hub *hub = arg;
	int fd;

	(void)ready;
	for (;;) {
		fd = accept4(hub->listener_fd, NULL, NULL,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return;
		if (hub->n_open >= readers_max(hub) + SPARE_FDS / 2) {
			close(fd);
			metrics_add(hub->metrics, FEED_STAT_REFUSED, 1);
			continue;
		}
		take_connection(hub, fd);
	}
}

/* ---- going ---- */

static bool
is_stuck(const struct hub *hub, const struct reader *reader, int64_t now_us)
{
	int64_t still_us = now_us - reader->moved_us;

	if (!reader->asked)
		return still_us >= ASKED_US;
	return reader->out != NULL
	    && still_us >= hub->set->feed_slow_s * MS_PER_S * US_PER_MS;
}

static void
sweep_readers(struct hub *hub, int64_t now_us)
{
	struct reader *reader = TAILQ_FIRST(&hub->readers), *next;

	for (; reader != NULL; reader = next) {
		next = TAILQ_NEXT(reader, all);
		if (is_stuck(hub, reader, now_us)) {
			metrics_add(hub->metrics, FEED_STAT_SLOW, 1);
			let_go(hub, reader);
		} else if (reader->performance != NULL
		    && now_us - reader->told_us >= hub->shared.beat_us) {
			tell(hub, reader, now_us);
		}
	}
}

static void
sweep_performances(struct hub *hub, int64_t now_us)
{
	struct performance *p = TAILQ_FIRST(&hub->performances), *next;

	for (; p != NULL; p = next) {
		next = TAILQ_NEXT(p, all);
		if (p->n_readers == 0 && now_us - p->left_us >= KEPT_US)
			forget(hub, p);
	}
}

static void
on_sweep(void *arg, unsigned ready)
{
	struct hub *hub = arg;
	int64_t now_us = clock_mono_us();

	(void)ready;
	arena_reset(&hub->arena);
	hub->shared.beat_us = hub->set->feed_heartbeat_s * MS_PER_S * US_PER_MS;
	sweep_readers(hub, now_us);
	sweep_performances(hub, now_us);
}

static void
stop_accepting(struct hub *hub)
{
	watch_close(hub->listener);
	hub->listener = NULL;
}

/* A text that is half out ends with the connection, and nobody takes half an
 * event for one. */
void
hub_drain(struct hub *hub)
{
	struct reader *reader = TAILQ_FIRST(&hub->readers), *next;
	struct text *retries[N_RETRIES];

	stop_accepting(hub);
	arena_reset(&hub->arena);
	for (int i = 0; i < N_RETRIES; i++)
		retries[i] = text_retry(&hub->arena,
		    MS_PER_S
			+ (int64_t)rand_below((uint64_t)hub->set->drain_s
			    * MS_PER_S));
	for (; reader != NULL; reader = next) {
		next = TAILQ_NEXT(reader, all);
		if (reader->performance != NULL && reader->out == NULL)
			dismiss(reader,
			    text_take(retries[rand_below(N_RETRIES)]));
		else
			let_go(hub, reader);
	}
	for (int i = 0; i < N_RETRIES; i++)
		text_drop(retries[i]);
}

/* ---- the hub ---- */

struct hub *
hub_open(struct event_loop *loop, const struct settings *set,
    const struct settings *redis, struct metrics *metrics)
{
	struct hub *hub = mem_zget(sizeof(*hub));

	hub->loop = loop;
	hub->set = set;
	hub->metrics = metrics;
	source_open(&hub->source, redis);
	arena_init(&hub->arena, ARENA_BYTES);
	TAILQ_INIT(&hub->performances);
	TAILQ_INIT(&hub->readers);
	hub->shared = (struct performance_shared){ .arena = &hub->arena,
		.pause = text_event(&hub->arena, "pause"),
		.end = text_event(&hub->arena, "end"),
		.comment = text_of(SPAN_LIT(":\n\n")),
		.beat_us = set->feed_heartbeat_s * MS_PER_S * US_PER_MS };
	hub->look = watch_every(loop, HUB_LOOK_MS, on_look, hub);
	hub->sweep = watch_every(loop, SWEEP_MS, on_sweep, hub);
	return hub;
}

void
hub_listen(struct hub *hub, int listener)
{
	hub->listener_fd = listener;
	hub->listener = watch_fd(hub->loop, listener, WATCH_READ, on_accept,
	    hub);
}

static void
forget_streams(struct hub *hub)
{
	for (int i = 0; i < N_RETRIES; i++) {
		text_drop(hub->streams[i]);
		hub->streams[i] = NULL;
	}
}

void
hub_reconnect(struct hub *hub)
{
	forget_streams(hub);
	source_drop(&hub->source);
}

void
hub_close(struct hub *hub)
{
	struct performance *p;
	struct reader *reader;

	stop_accepting(hub);
	while ((reader = TAILQ_FIRST(&hub->readers)) != NULL)
		let_go(hub, reader);
	while ((p = TAILQ_FIRST(&hub->performances)) != NULL)
		forget(hub, p);
	forget_streams(hub);
	text_drop(hub->shared.pause);
	text_drop(hub->shared.end);
	text_drop(hub->shared.comment);
	watch_close(hub->look);
	watch_close(hub->sweep);
	source_close(&hub->source);
	arena_fini(&hub->arena);
	free(hub);
}
