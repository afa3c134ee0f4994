/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * performance - those who follow one performance, and what each is told next
 *
 * Layer: feedd.  Uses: base, reader, source, text.
 */
#include "feedd/performance.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>

/* A map that is loaded anew is away for some ms: nobody need poll for that. */
#define LOST_US INT64_C(1000000)
/* All who read a map anew at once are spread over this for each of them. */
#define RESYNC_MS_EACH 2
#define RESYNC_MS_MAX 30000

struct performance *
performance_open(int64_t id)
{
	struct performance *p = mem_zget(sizeof(*p));

	p->log.performance = id;
	p->turn = p->told_turn = 1;
	TAILQ_INIT(&p->readers);
	return p;
}

/* ---- texts ---- */

static void
forget_texts(struct performance *p)
{
	for (size_t i = 0; i < p->n_texts; i++)
		text_drop(p->texts[i].text);
	text_drop(p->heartbeat);
	text_drop(p->resync);
	p->heartbeat = p->resync = NULL;
	p->n_texts = p->next_text = 0;
}

void
performance_close(struct performance *p)
{
	forget_texts(p);
	ring_fini(&p->log.ring);
	free(p);
}

/* They are of a head, and of the ring it is in. */
static void
forget_old_texts(struct performance *p)
{
	if (log_id_compare(p->written_to, p->log.ring.head) == 0
	    && p->written_turn == p->turn)
		return;
	forget_texts(p);
	p->written_to = p->log.ring.head;
	p->written_turn = p->turn;
}

static struct span
version(const struct performance *p, struct arena *a)
{
	return text_version(a, p->log.epoch, p->log.ring.head);
}

static struct text *
write_since(struct performance *p, struct arena *a, struct log_id from)
{
	struct ring_change *changes;
	size_t n;

	ring_since(&p->log.ring, a, from, &changes, &n);
	return n > 0 ? text_seats(a, version(p, a), changes, n) : NULL;
}

/* Nearly all stand at one place; those who do not get texts of their own, of
 * which some are kept. */
static struct text *
text_since(struct performance *p, struct arena *a, struct log_id from)
{
	struct performance_text *t;

	for (size_t i = 0; i < p->n_texts; i++)
		if (log_id_compare(p->texts[i].from, from) == 0)
			return p->texts[i].text;
	t = &p->texts[p->next_text];
	if (p->n_texts == PERFORMANCE_TEXTS)
		text_drop(t->text);
	else
		p->n_texts++;
	p->next_text = (p->next_text + 1) % PERFORMANCE_TEXTS;
	*t = (struct performance_text){ from, write_since(p, a, from) };
	return t->text;
}

static struct text *
resync(struct performance *p, struct arena *a)
{
	int64_t within_ms = (int64_t)p->n_readers * RESYNC_MS_EACH;

	if (p->resync != NULL && p->n_readers <= 2 * p->n_resync)
		return p->resync;
	text_drop(p->resync);
	p->n_resync = p->n_readers;
	p->resync = text_resync(a, version(p, a),
	    MIN(within_ms, RESYNC_MS_MAX));
	return p->resync;
}

static struct text *
heartbeat(struct performance *p, struct arena *a)
{
	if (p->heartbeat == NULL)
		p->heartbeat = text_heartbeat(a, version(p, a));
	return p->heartbeat;
}

/* ---- readers ---- */

void
performance_join(struct performance *p, struct reader *reader,
    struct log_id place, bool reached)
{
	reader->performance = p;
	reader->place = place;
	reader->turn = reached ? p->turn : p->turn - 1;
	reader->told_us = clock_mono_us();
	TAILQ_INSERT_TAIL(&p->readers, reader, together);
	p->n_readers++;
}

void
performance_leave(struct performance *p, struct reader *reader)
{
	TAILQ_REMOVE(&p->readers, reader, together);
	reader->performance = NULL;
	if (--p->n_readers == 0)
		p->left_us = clock_mono_us();
}

/* ---- what there is to tell ---- */

void
performance_looked(struct performance *p, bool up, int64_t now_us)
{
	if (p->log.broken)
		p->turn++;
	p->log.broken = false;
	if (up && p->log.live) {
		p->lost_us = now_us;
		p->paused = false;
		p->over = p->log.closes_ms <= clock_ms();
	} else if (!up || now_us - p->lost_us >= LOST_US) {
		p->paused = true;
	}
}

bool
performance_has_news(const struct performance *p)
{
	return log_id_compare(p->told, p->log.ring.head) != 0
	    || p->told_turn != p->turn || p->told_paused != p->paused
	    || p->over;
}

bool
performance_is_behind(const struct performance *p, const struct reader *reader)
{
	return reader->paused || reader->turn != p->turn
	    || !ring_reaches(&p->log.ring, reader->place);
}

/* Who knows of an entry that was not read yet keeps his version. */
static struct text *
next_beat(struct performance *p, const struct performance_shared *shared,
    const struct reader *reader, int64_t now_us)
{
	if (now_us - reader->told_us < shared->beat_us)
		return NULL;
	if (p->paused || log_id_compare(reader->place, p->log.ring.head) != 0)
		return shared->comment;
	return heartbeat(p, shared->arena);
}

static struct text *
next_of(struct performance *p, const struct performance_shared *shared,
    struct reader *reader, int64_t now_us)
{
	struct text *t = NULL;

	if (p->over) {
		reader->closing = true;
		return shared->end;
	}
	if (p->paused && !reader->paused) {
		reader->paused = true;
		return shared->pause;
	}
	if (p->paused)
		return next_beat(p, shared, reader, now_us);
	if (performance_is_behind(p, reader)) {
		reader->paused = false;
		reader->turn = p->turn;
		reader->place = p->log.ring.head;
		return resync(p, shared->arena);
	}
	if (log_id_compare(reader->place, p->log.ring.head) < 0) {
		t = text_since(p, shared->arena, reader->place);
		reader->place = p->log.ring.head;
	}
	return t != NULL ? t : next_beat(p, shared, reader, now_us);
}

struct text *
performance_next(struct performance *p, const struct performance_shared *shared,
    struct reader *reader, int64_t now_us)
{
	struct text *t;

	forget_old_texts(p);
	t = next_of(p, shared, reader, now_us);
	if (t == NULL)
		return NULL;
	reader->told_us = now_us;
	return text_take(t);
}
