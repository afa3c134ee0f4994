/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source - what Redis says of the maps that somebody follows
 *
 * Layer: feedd.  Uses: base, store, seat.
 */
#include "feedd/source.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/keys.h"

#include <inttypes.h>
#include <stdio.h>

/* Bounds what a round trip may hold in memory: of a glance, an entry each. */
#define GLANCES_AT_ONCE 512
#define LOGS_AT_ONCE 64
/* So long nobody asks whether a map is live of which nothing is heard. */
#define QUIET_US INT64_C(1000000)
/* Entries of one log in one answer. */
#define ENTRIES_AT_ONCE 512
#define ARENA_BYTES ((size_t)KIB(64 * 1024))

void
source_open(struct source *s, const struct settings *set)
{
	*s = (struct source){ .kv = kv_open(set) };
	arena_init(&s->arena, ARENA_BYTES);
}

void
source_close(struct source *s)
{
	kv_close(s->kv);
	arena_fini(&s->arena);
}

void
source_drop(struct source *s)
{
	kv_drop(s->kv);
}

/* ---- whether it is believed ---- */

static int
lose(struct source *s, const char *why, int fault)
{
	if (s->up)
		LOG(WARN, "feed-source-lost", LSTR("why", why),
		    LINT("epoch", s->epoch));
	s->up = false;
	return fault;
}

static int
fence(struct source *s, const char *why)
{
	s->fenced = true;
	return lose(s, why, KV_F_LOADING);
}

/* returns: 0 it is believed under s->epoch, which may be a new one; < 0 not */
static int
judge(struct source *s, const struct kv_reply *reply)
{
	const char *run_id = kv_run_id(s->kv);
	int64_t mark = 0;
	bool same = strcmp(run_id, s->run_id) == 0;

	snprintf(s->run_id, sizeof(s->run_id), "%s", run_id);
	if (reply->type == KV_NIL)
		return fence(s, "no mark");
	if (reply->type != KV_STR || !span_to_i64(reply->str, &mark)
	    || mark < 1)
		return lose(s, "no such mark",
		    kv_nonsense(s->kv, "the mark of the epoch"));
	if (s->epoch > 0 && mark <= s->epoch) {
		if (mark < s->epoch)
			return fence(s, "an older mark");
		if (!same)
			return fence(s, "another server");
		if (s->fenced)
			return lose(s, "no greater mark", KV_F_LOADING);
	}
	if (!s->up || mark != s->epoch)
		LOG(INFO, "feed-source-found", LINT("epoch", mark));
	s->up = true;
	s->fenced = false;
	s->epoch = mark;
	return 0;
}

/* ---- the questions ---- */

static struct span
id_text(struct arena *a, struct log_id id)
{
	return span_str(arena_printf(a, "%" PRId64 "-%" PRId64, id.ms, id.seq));
}

static void
ask_mark(struct source *s)
{
	kv_queue(s->kv, 2,
	    (struct span[]){ SPAN_LIT("GET"), key_job(&s->arena, "epoch") });
}

/* From an entry on, with it. */
static void
ask_entries(struct source *s, const struct source_log *log, struct log_id from,
    int64_t count)
{
	kv_queue(s->kv, 6,
	    (struct span[]){ SPAN_LIT("XRANGE"),
		key_perf(&s->arena, log->performance, s->epoch, KEY_LOG),
		id_text(&s->arena, from), SPAN_LIT("+"), SPAN_LIT("COUNT"),
		arena_i64(&s->arena, count) });
}

/* Whether there is one behind it. */
static void
ask_next(struct source *s, const struct source_log *log)
{
	struct log_id head = log->ring.head;

	kv_queue(s->kv, 6,
	    (struct span[]){ SPAN_LIT("XRANGE"),
		key_perf(&s->arena, log->performance, s->epoch, KEY_LOG),
		span_str(arena_printf(&s->arena, "(%" PRId64 "-%" PRId64,
		    head.ms, head.seq)),
		SPAN_LIT("+"), SPAN_LIT("COUNT"), SPAN_LIT("1") });
}

static void
ask_newest(struct source *s, const struct source_log *log)
{
	kv_queue(s->kv, 6,
	    (struct span[]){ SPAN_LIT("XREVRANGE"),
		key_perf(&s->arena, log->performance, s->epoch, KEY_LOG),
		SPAN_LIT("+"), SPAN_LIT("-"), SPAN_LIT("COUNT"),
		SPAN_LIT("1") });
}

static void
ask_log(struct source *s, const struct source_log *log)
{
	kv_queue(s->kv, 4,
	    (struct span[]){ SPAN_LIT("HMGET"),
		key_perf(&s->arena, log->performance, s->epoch, KEY_META),
		SPAN_LIT("s"), SPAN_LIT("close") });
	if (log->epoch == s->epoch)
		ask_entries(s, log, log->ring.head, ENTRIES_AT_ONCE);
	else
		ask_newest(s, log);
}

/* ---- the answers ---- */

static void
take_meta(struct source_log *log, const struct kv_reply *meta)
{
	log->live = meta->n == 2 && meta->items[0].type == KV_STR
	    && span_eq_str(meta->items[0].str, "live")
	    && meta->items[1].type == KV_STR
	    && span_to_i64(meta->items[1].str, &log->closes_ms);
}

static void
begin_anew(struct source_log *log, int64_t epoch, struct log_id at)
{
	ring_reset(&log->ring, at);
	log->epoch = epoch;
	log->broken = true;
	log->too_far = (struct log_id){ 0, 0 };
}

/* What is read of a map that is not live is of one that goes: it stays unread.
 */
static void
take_entries(struct source *s, struct source_log *log,
    const struct kv_reply *entries)
{
	struct log_entry entry;
	struct log_id before = log->ring.head;

	log->more = false;
	if (!log->live || entries->type != KV_ARRAY || entries->n == 0
	    || !log_entry_read(&entries->items[0], &entry))
		return;
	if (log->epoch != s->epoch) {
		begin_anew(log, s->epoch, entry.id);
		return;
	}
	if (log_id_compare(entry.id, before) != 0)
		begin_anew(log, s->epoch, entry.id);
	for (size_t i = 1; i < entries->n; i++)
		if (log_entry_read(&entries->items[i], &entry))
			(void)ring_add(&log->ring, &entry);
	log->more = entries->n == ENTRIES_AT_ONCE;
}

/* returns: as source_look */
static int
look_at(struct source *s, struct source_log **logs, size_t n)
{
	struct kv_reply replies[2 * LOGS_AT_ONCE + 1];
	int64_t asked = s->epoch;
	int r;

	arena_reset(&s->arena);
	ask_mark(s);
	for (size_t i = 0; i < n && asked > 0; i++)
		ask_log(s, logs[i]);
	r = kv_run(s->kv, &s->arena, asked > 0 ? 2 * n + 1 : 1, replies);
	if (r < 0)
		return lose(s, "no answer", r);
	r = judge(s, &replies[0]);
	if (r < 0)
		return r;
	if (s->epoch != asked)
		return 1;
	for (size_t i = 0; i < n; i++) {
		take_meta(logs[i], &replies[2 * i + 1]);
		take_entries(s, logs[i], &replies[2 * i + 2]);
		logs[i]->read_us = clock_mono_us();
	}
	return 0;
}

/* Once more where the epoch turns out to be another. */
static int
look_at_some(struct source *s, struct source_log **logs, size_t n)
{
	size_t done = 0;
	int r = 0;

	while (r == 0 && done < n) {
		size_t some = MIN(n - done, LOGS_AT_ONCE);

		r = look_at(s, logs + done, some);
		if (r > 0)
			r = look_at(s, logs + done, some);
		if (r > 0)
			return lose(s, "marks that change", KV_F_LOADING);
		done += some;
	}
	return r;
}

static bool
is_quiet(const struct source *s, const struct source_log *log, int64_t now_us)
{
	return s->epoch > 0 && log->epoch == s->epoch && log->live && !log->more
	    && now_us - log->read_us < QUIET_US;
}

/* Whether Redis is believed, and of each log what is next in it. */
static int
ask_quiet(struct source *s, struct source_log **logs, size_t n,
    struct kv_reply *replies)
{
	int r;

	arena_reset(&s->arena);
	ask_mark(s);
	for (size_t i = 0; i < n; i++)
		ask_next(s, logs[i]);
	r = kv_run(s->kv, &s->arena, n + 1, replies);
	return r < 0 ? lose(s, "no answer", r) : judge(s, &replies[0]);
}

/* Which of n logs are to be looked at: those not quiet, and of the others those
 * that have something new. out: n_busy of them, first in logs. returns: 0; < 0
 * as source_look */
static int
glance(struct source *s, struct source_log **logs, size_t n, size_t *n_busy)
{
	struct kv_reply replies[GLANCES_AT_ONCE + 1];
	struct source_log *quiet[GLANCES_AT_ONCE];
	int64_t now_us = clock_mono_us(), asked = s->epoch;
	size_t n_quiet = 0, busy = 0;
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_quiet(s, logs[i], now_us))
			quiet[n_quiet++] = logs[i];
		else
			logs[busy++] = logs[i];
	}
	if (n_quiet > 0)
		r = ask_quiet(s, quiet, n_quiet, replies);
	for (size_t i = 0; r == 0 && i < n_quiet; i++)
		if (s->epoch != asked || replies[i + 1].type != KV_ARRAY
		    || replies[i + 1].n > 0)
			logs[busy++] = quiet[i];
	*n_busy = busy;
	return r;
}

int
source_look(struct source *s, struct source_log **logs, size_t n)
{
	int r = 0;

	for (size_t done = 0; r == 0 && done < n; done += GLANCES_AT_ONCE) {
		size_t n_busy;

		r = glance(s, logs + done, MIN(n - done, GLANCES_AT_ONCE),
		    &n_busy);
		if (r == 0)
			r = look_at_some(s, logs + done, n_busy);
	}
	return r;
}

/* ---- farther back ---- */

/* What was read begins with the version, and meets what is known. */
static bool
joins(const struct source_log *log, const struct kv_reply *entries,
    struct log_id id)
{
	struct log_entry first, last;

	return entries->type == KV_ARRAY && entries->n > 0
	    && log_entry_read(&entries->items[0], &first)
	    && log_entry_read(&entries->items[entries->n - 1], &last)
	    && log_id_compare(first.id, id) == 0
	    && log_id_compare(last.id, log->ring.head) >= 0;
}

/* A version that is made up costs Redis one entry; one that is too far back is
 * remembered, so that those who come with it after a restart do not cost its
 * whole log each. */
bool
source_reach(struct source *s, struct source_log *log, struct log_id id)
{
	struct kv_reply one, all;
	struct log_entry entry;

	if (log_id_compare(id, log->too_far) <= 0)
		return false;
	arena_reset(&s->arena);
	ask_entries(s, log, id, 1);
	if (kv_run(s->kv, &s->arena, 1, &one) < 0 || one.type != KV_ARRAY
	    || one.n == 0 || !log_entry_read(&one.items[0], &entry)
	    || log_id_compare(entry.id, id) != 0)
		return false;
	if (log_id_compare(id, log->ring.head) > 0)
		return true;
	ask_entries(s, log, id, RING_ENTRIES_MAX / 2);
	if (kv_run(s->kv, &s->arena, 1, &all) < 0)
		return false;
	if (!joins(log, &all, id)) {
		log->too_far = id;
		return false;
	}
	ring_reset(&log->ring, id);
	for (size_t i = 1; i < all.n; i++)
		if (log_entry_read(&all.items[i], &entry))
			(void)ring_add(&log->ring, &entry);
	return ring_reaches(&log->ring, id);
}
