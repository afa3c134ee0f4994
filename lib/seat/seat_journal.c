/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_journal - what the logs say of holds goes to the journal
 *
 * Order in a round: hints, logs, rows, how far, hints taken back. Each hint has
 * a name of its own, and only the one that was followed is taken back: an
 * entry made meanwhile has left another. Who dies before leaving it leaves an
 * entry without a hint; trimming the logs finds it.
 *
 * Layer: domain.  Uses: base, store, epoch, journal_row.
 */
#include "seat/seat_journal.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rand.h"
#include "seat/epoch.h"
#include "seat/journal_row.h"
#include "seat/seat_script.h"
#include "store/keys.h"
#include "store/read.h"
#include "store/script.h"

/* Of one log and in one round trip; a log with more is read on next time. */
#define READ_MAX 1000
#define LOGS_MAX 50
/* A round ends here: it must not keep the other jobs waiting, and the arena
 * must hold it. */
#define ROUND_MAX 5000
/* Rows in one statement. */
#define WRITE_MAX 1000
/* Nothing is said of an epoch for so long: it is over, or asleep. */
#define KEPT_S "86400"
#define LOOK_US 100000
#define SAY_US 200000

/* One log on its way to the journal. */
struct tail {
	int64_t performance;
	struct span hint;	/* what brought us here; NONE: no hint */
	struct span last;	/* up to here it is written; NONE: nothing */
	bool ended;		/* read to its end */
};

struct writer {
	struct ctx *ctx;
	int64_t epoch;
	struct journal_row *entries;	/* WRITE_MAX; those not yet written */
	size_t n, n_written, n_read;
};

static struct span
hint_key(struct ctx *ctx)
{
	return key_job(&ctx->arena, "journal-hints");
}

static struct span
keeps_up_key(struct ctx *ctx)
{
	return key_job(&ctx->arena, "journal-keeps-up");
}

struct span
seat_journal_kept_key(struct ctx *ctx, int64_t epoch)
{
	return key_job(&ctx->arena, arena_printf(&ctx->arena, "journaled.%lld",
	    (long long)epoch));
}

/* Whether it does, and until when (monotonic) that is believed. */
struct look {
	bool keeps_up;
	int64_t until_us;
};

CTX_PART(look, struct look);

void
seat_journal_look_again(struct ctx *ctx)
{
	((struct look *)ctx_part(ctx, &look))->until_us = 0;
}

bool
seat_journal_keeps_up(struct ctx *ctx)
{
	struct look *last = ctx_part(ctx, &look);
	const struct span exists[] = { SPAN_LIT("EXISTS"),
		keeps_up_key(ctx) };
	int64_t now_us = clock_mono_us();
	struct kv_reply reply;

	if (now_us < last->until_us)
		return last->keeps_up;
	last->keeps_up =
	    kv_command(ctx->kv, &ctx->arena, 2, exists, &reply) == 0
	    && reply.type == KV_INT && reply.i64 == 1;
	last->until_us = now_us + LOOK_US;
	return last->keeps_up;
}

/* Used by nobody before or after. */
static struct span
hint_name(struct arena *a)
{
	static struct {
		uint64_t process, n;
	} name;

	if (name.n++ == 0)
		rand_bytes(&name.process, sizeof(name.process));
	return arena_span(a, (struct span){ (const char *)&name,
	    sizeof(name) });
}

void
seat_journal_queue_hint(struct ctx *ctx, int64_t performance)
{
	kv_queue(ctx->kv, 4, (struct span[]){ SPAN_LIT("HSET"),
	    hint_key(ctx), seat_number(ctx, performance),
	    hint_name(&ctx->arena) });
}

static int
write_rows(struct writer *w)
{
	size_t n = w->n;

	if (n == 0)
		return 0;
	w->n_written += n;
	w->n = 0;
	return journal_rows_write(w->ctx, w->entries, n);
}

/* ---- logs to entries ---- */

/* out: all but the epoch */
static bool
read_entry(int64_t performance, struct span id, struct span text,
    struct journal_row *out)
{
	struct hold_token token = { .performance = performance };
	struct span seq = id;

	if (text.len <= sizeof(token.random))
		return false;
	memcpy(token.random, text.p, sizeof(token.random));
	text.p += sizeof(token.random);
	text.len -= sizeof(token.random);
	return hold_record_read(&token, text, &out->is)
	    && out->is.price_version <= INT32_MAX
	    && span_to_i64(span_cut(&seq, '-'), &out->log_ms)
	    && span_to_i64(seq, &out->log_seq);
}

/* A paid hold is in the journal, and final: what was read of it before is not
 * wanted there any more. Entries of one log stand together. */
static void
forget_paid(struct writer *w, const struct hold_token *token)
{
	for (size_t i = w->n; i > 0; i--) {
		const struct hold_token *t = &w->entries[i - 1].is.token;

		if (t->performance != token->performance)
			return;
		if (memcmp(t->random, token->random, sizeof(t->random)) == 0)
			w->entries[i - 1] = w->entries[--w->n];
	}
}

static void
take_hold(struct writer *w, const struct tail *tail, struct span text)
{
	struct journal_row *entry = &w->entries[w->n];

	entry->epoch = w->epoch;
	if (!read_entry(tail->performance, tail->last, text, entry))
		LOG(ERROR, "journal-entry", LINT("performance",
		    tail->performance), LSPAN("id", tail->last));
	else if (entry->is.status == HOLD_PAID)
		forget_paid(w, &entry->is.token);
	else
		w->n++;
}

/* An entry without a hold is only for those who look at the map. */
static int
take_entry(struct writer *w, struct tail *tail, const struct kv_reply *reply)
{
	const struct kv_reply *fields;

	if (reply->n != 2)
		return kv_nonsense(w->ctx->kv, "an entry of a log");
	tail->last = reply->items[0].str;
	fields = &reply->items[1];
	for (size_t i = 0; i + 1 < fields->n; i += 2)
		if (span_eq_str(fields->items[i].str, "h"))
			take_hold(w, tail, fields->items[i + 1].str);
	return w->n == WRITE_MAX ? write_rows(w) : 0;
}

static void
queue_read(struct writer *w, const struct tail *tail)
{
	struct arena *a = &w->ctx->arena;
	struct span from = SPAN_LIT("-");

	if (span_is(tail->last))
		from = span_str(arena_printf(a, "(%.*s", (int)tail->last.len,
		    tail->last.p));
	kv_queue(w->ctx->kv, 6, (struct span[]){ SPAN_LIT("XRANGE"),
	    key_perf(a, tail->performance, w->epoch, KEY_LOG), from,
	    SPAN_LIT("+"), SPAN_LIT("COUNT"), seat_number(w->ctx, READ_MAX) });
}

/* The next entries of n logs, written. */
static int
copy_logs(struct writer *w, struct tail *tails, size_t n)
{
	struct kv_reply *replies = ARENA_ARRAY(&w->ctx->arena, n,
	    struct kv_reply);
	int r;

	for (size_t i = 0; i < n; i++)
		queue_read(w, &tails[i]);
	r = kv_run(w->ctx->kv, &w->ctx->arena, n, replies);
	FAULT_POINT("persist.after_read");
	for (size_t i = 0; i < n && r == 0; i++) {
		if (replies[i].type != KV_ARRAY)
			return kv_nonsense(w->ctx->kv, "a log");
		for (size_t k = 0; k < replies[i].n && r == 0; k++)
			r = take_entry(w, &tails[i], &replies[i].items[k]);
		tails[i].ended = replies[i].n < READ_MAX;
		w->n_read += replies[i].n;
	}
	return r == 0 ? write_rows(w) : r;
}

/* Where the logs were left. */
static int
read_kept(struct writer *w, struct tail *tails, size_t n)
{
	struct ctx *ctx = w->ctx;
	struct span *argv = ARENA_ARRAY(&ctx->arena, n + 2, struct span);
	struct kv_reply reply;
	int r;

	argv[0] = SPAN_LIT("HMGET");
	argv[1] = seat_journal_kept_key(ctx, w->epoch);
	for (size_t i = 0; i < n; i++)
		argv[2 + i] = seat_number(ctx, tails[i].performance);
	r = kv_command(ctx->kv, &ctx->arena, (int)n + 2, argv, &reply);
	if (r < 0)
		return r;
	if (reply.type != KV_ARRAY || reply.n != n)
		return kv_nonsense(ctx->kv, "how far logs were read");
	for (size_t i = 0; i < n; i++)
		tails[i].last = reply.items[i].type == KV_STR
		    ? reply.items[i].str : SPAN_NONE;
	return 0;
}

static void
writer_init(struct writer *w, struct ctx *ctx, int64_t epoch)
{
	*w = (struct writer){ .ctx = ctx, .epoch = epoch,
		.entries = ARENA_ARRAY(&ctx->arena, WRITE_MAX,
		    struct journal_row) };
}

/* ---- who was read ---- */

/* One place each, by its id; where two want one, all have moved. */
#define MOVED_PLACES 4096
static struct {
	int64_t at[MOVED_PLACES];
	bool all;
	size_t next;
} moved;

static void
note_moved(const struct tail *tails, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t performance = tails[i].performance;
		int64_t *at = &moved.at[(uint64_t)performance % MOVED_PLACES];

		moved.all = moved.all || (*at != 0 && *at != performance);
		*at = performance;
	}
	moved.next = 0;
}

bool
seat_journal_moved(int64_t *performance)
{
	for (; moved.next < MOVED_PLACES; moved.next++) {
		*performance = moved.at[moved.next];
		moved.at[moved.next] = 0;
		if (*performance != 0)
			return true;
	}
	return false;
}

bool
seat_journal_moved_all(void)
{
	bool all = moved.all;

	moved.all = false;
	return all;
}

/* ---- the round ---- */

/* One command for each key, however many logs there are. returns: how many
 * commands were queued */
static size_t
queue_kept(struct writer *w, const struct tail *tails, size_t n)
{
	struct arena *a = &w->ctx->arena;
	struct span key = seat_journal_kept_key(w->ctx, w->epoch);
	struct span *far = ARENA_ARRAY(a, 2 + 2 * n, struct span);
	struct span *ended = ARENA_ARRAY(a, 2 * n, struct span);
	int n_far = 0, n_ended = 0;

	far[n_far++] = SPAN_LIT("HSET");
	far[n_far++] = key;
	for (size_t i = 0; i < n; i++) {
		struct span id = seat_number(w->ctx, tails[i].performance);

		if (span_is(tails[i].last)) {
			far[n_far++] = id;
			far[n_far++] = tails[i].last;
		}
		if (tails[i].ended) {
			ended[n_ended++] = id;
			ended[n_ended++] = tails[i].hint;
		}
	}
	/* In this order: who dies between has said too little. */
	if (n_far > 2)
		kv_queue(w->ctx->kv, n_far, far);
	if (n_ended > 0)
		kv_queue_script(w->ctx->kv, &script_journal_taken, 1,
		    (struct span[]){ hint_key(w->ctx) }, n_ended, ended);
	kv_queue(w->ctx->kv, 3, (struct span[]){ SPAN_LIT("EXPIRE"), key,
	    SPAN_LIT(KEPT_S) });
	return (size_t)((n_far > 2) + (n_ended > 0) + 1);
}

/* Hints that could not be taken back are followed once more. */
static int
keep(struct writer *w, const struct tail *tails, size_t n)
{
	size_t n_kept = queue_kept(w, tails, n);
	struct kv_reply *ignored = ARENA_ARRAY(&w->ctx->arena, n_kept,
	    struct kv_reply);
	int r = kv_run(w->ctx->kv, &w->ctx->arena, n_kept, ignored);

	FAULT_POINT("persist.after_hint");
	return r;
}

static int
copy_batch(struct writer *w, struct tail *tails, size_t n)
{
	int r;

	note_moved(tails, n);
	r = read_kept(w, tails, n);
	if (r == 0)
		r = copy_logs(w, tails, n);
	FAULT_POINT("persist.after_write");
	return r == 0 ? keep(w, tails, n) : r;
}

/* The logs that hints name, and what time it is for Redis. */
static int
read_hints(struct ctx *ctx, struct tail **out, size_t *n, int64_t *redis_ms)
{
	struct kv_reply replies[2];
	const struct kv_reply *hints = &replies[1];
	struct tail *tails;
	int64_t s, us;
	int r;

	kv_queue(ctx->kv, 1, (struct span[]){ SPAN_LIT("TIME") });
	kv_queue(ctx->kv, 2, (struct span[]){ SPAN_LIT("HGETALL"),
	    hint_key(ctx) });
	r = kv_run(ctx->kv, &ctx->arena, 2, replies);
	if (r < 0)
		return r;
	if (replies[0].n != 2 || hints->type != KV_ARRAY
	    || !span_to_i64(replies[0].items[0].str, &s)
	    || !span_to_i64(replies[0].items[1].str, &us))
		return kv_nonsense(ctx->kv, "the hints of the journal");
	*redis_ms = s * 1000 + us / 1000;
	*out = tails = ARENA_ARRAY(&ctx->arena, hints->n / 2 + 1,
	    struct tail);
	*n = 0;
	for (size_t i = 0; i + 1 < hints->n; i += 2) {
		struct tail *tail = &tails[*n];

		tail->hint = hints->items[i + 1].str;
		if (span_to_i64(hints->items[i].str, &tail->performance)
		    && tail->performance > 0)
			(*n)++;
	}
	return 0;
}

/* All entries made before redis_ms are written. */
static int
say_keeping_up(struct ctx *ctx, int64_t redis_ms)
{
	static int64_t said_us;
	const struct span set[] = { SPAN_LIT("SET"), keeps_up_key(ctx),
		SPAN_LIT("1"), SPAN_LIT("PXAT"),
		seat_number(ctx, redis_ms + JOURNAL_LATE_MS) };
	struct kv_reply reply;

	if (clock_mono_us() < said_us + SAY_US)
		return 0;
	said_us = clock_mono_us();
	return kv_command(ctx->kv, &ctx->arena, ARRAY_LEN(set), set, &reply);
}

int
seat_journal_round(struct ctx *ctx, size_t *n_written)
{
	struct tail *tails = NULL;
	int64_t epoch, redis_ms;
	struct writer w;
	size_t n = 0, i;
	int r;

	*n_written = 0;
	r = epoch_get(ctx, &epoch);
	if (r == 0)
		r = read_hints(ctx, &tails, &n, &redis_ms);
	if (r < 0)
		return r;
	if (n > 0)
		writer_init(&w, ctx, epoch);
	for (i = 0; i < n && r == 0 && w.n_read < ROUND_MAX; i += LOGS_MAX)
		r = copy_batch(&w, tails + i, MIN(LOGS_MAX, n - i));
	if (n > 0)
		*n_written = w.n_written;
	for (size_t k = 0; k < n && r == 0; k++)
		if (!tails[k].ended)
			return 0;
	return r == 0 ? say_keeping_up(ctx, redis_ms) : r;
}

/* ---- the end of some logs ---- */

static struct tail *
make_tails(struct ctx *ctx, const int64_t *performances, size_t n)
{
	struct tail *tails = ARENA_ARRAY(&ctx->arena, n, struct tail);

	for (size_t i = 0; i < n; i++)
		tails[i].performance = performances[i];
	return tails;
}

int
seat_journal_drain(struct ctx *ctx, int64_t epoch,
    const int64_t *performances, size_t n)
{
	struct tail *tails = make_tails(ctx, performances, n);
	struct writer w;
	int r = 0;

	writer_init(&w, ctx, epoch);
	for (size_t i = 0; i < n && r == 0; i += LOGS_MAX) {
		size_t n_batch = MIN(LOGS_MAX, n - i), n_before;

		r = read_kept(&w, tails + i, n_batch);
		do {
			n_before = w.n_read;
			if (r == 0)
				r = copy_logs(&w, tails + i, n_batch);
		} while (r == 0 && w.n_read > n_before);
	}
	if (r == 0 && w.n_written > 0)
		LOG(INFO, "logs-drained", LINT("epoch", epoch),
		    LINT("entries", w.n_written));
	return r;
}
