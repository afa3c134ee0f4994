/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_snapshot - where a line stands, as its last run published it
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#include "queue/queue_snapshot.h"

#include "base/board.h"
#include "base/clock.h"
#include "seat/epoch.h"
#include "seat/seat_loaded.h"
#include "seat/seat_script.h"
#include "store/part.h"

#include <string.h>

#define FRESH_US INT64_C(250000)
/* Who came since it was published stands behind others who did; where there are
 * more numbers than people can be, some were passed over. */
#define LATE_MAX 5000

union board_text {
	struct queue_snapshot snapshot;
	uint64_t words[BOARD_WORDS];
};
_Static_assert(sizeof(struct queue_snapshot) <= BOARD_LEN,
    "a snapshot fits into its place");

SHARED_PART(board, struct board, NULL);

const char *const lobby_states[] = { "none", "open", "back", "closed", "drawn",
	NULL };

static bool
read_lobby(struct span *rest, struct queue_snapshot *s)
{
	int word = words_find(lobby_states, span_cut(rest, ' '));

	s->lobby = (enum lobby_state)word;
	return word >= 0 && span_to_i64(span_cut(rest, ' '), &s->base)
	    && span_to_i64(span_cut(rest, ' '), &s->gathered);
}

static bool
read_pairs(struct span text, struct queue_snapshot *s)
{
	struct span rest = text;

	while (rest.len > 0 && s->n_pairs < QUEUE_PAIRS_MAX) {
		struct span ahead = span_cut(&rest, ',');
		struct queue_pair *pair = &s->pairs[s->n_pairs];

		if (!span_to_i64(span_cut(&ahead, ':'), &pair->seq)
		    || !span_to_i64(ahead, &pair->ahead))
			return false;
		s->n_pairs++;
	}
	return rest.len == 0;
}

bool
queue_snapshot_read(struct span text, struct queue_snapshot *out)
{
	struct queue_snapshot s = { 0 };
	int64_t *const numbers[] = { &s.at_ms, &s.seq, &s.head, &s.near,
		&s.waiting, &s.active, &s.limit, &s.rate_milli };
	struct span rest = text, status, calm;
	int word;

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (!span_to_i64(span_cut(&rest, ' '), numbers[i]))
			return false;
	status = span_cut(&rest, ' ');
	calm = span_cut(&rest, ' ');
	word = words_find(queue_statuses, status);
	if (word < 0 || calm.len != 1
	    || !span_to_i64(span_cut(&rest, ' '), &s.sold_milli)
	    || !span_to_i64(span_cut(&rest, ' '), &s.left)
	    || !read_lobby(&rest, &s) || !read_pairs(rest, &s))
		return false;
	s.status = (enum queue_status)word;
	s.calm = calm.p[0] == '1';
	*out = s;
	return true;
}

int64_t
queue_snapshot_ahead(const struct queue_snapshot *s, int64_t seq)
{
	const struct queue_pair *low = NULL, *high = NULL;

	if (seq > s->seq)
		return s->waiting
		    + (seq - s->seq > LATE_MAX ? 0 : seq - s->seq - 1);
	for (int i = 0; i < s->n_pairs && high == NULL; i++) {
		if (s->pairs[i].seq >= seq)
			high = &s->pairs[i];
		else
			low = &s->pairs[i];
	}
	if (low == NULL)
		return high == NULL ? s->waiting : 0;
	if (high == NULL)
		return MIN(s->waiting, low->ahead + (seq - low->seq));
	return low->ahead
	    + (high->ahead - low->ahead) * (seq - low->seq)
	    / (high->seq - low->seq);
}

static bool
find(struct ctx *ctx, int64_t performance, int64_t epoch,
    struct queue_snapshot *out)
{
	union board_text text;

	if (board_read(shared_part(ctx->shared, &board), (uint64_t)performance,
		text.words)
	    != sizeof(text.snapshot))
		return false;
	*out = text.snapshot;
	return out->epoch == epoch && clock_mono_us() - out->read_us < FRESH_US;
}

static void
keep(struct ctx *ctx, int64_t performance, const struct queue_snapshot *s)
{
	union board_text text = { .words = { 0 } };

	text.snapshot = *s;
	board_write(shared_part(ctx->shared, &board), (uint64_t)performance,
	    text.words, sizeof(text.snapshot));
}

int
queue_snapshot(struct ctx *ctx, int64_t performance, struct queue_snapshot *out)
{
	struct kv_reply reply;
	int64_t epoch;
	int r;

	r = epoch_get(ctx, &epoch);
	if (r < 0)
		return r;
	if (find(ctx, performance, epoch, out))
		return 0;
	r = kv_command(ctx->kv, &ctx->arena, 3,
	    (struct span[]){ SPAN_LIT("HGET"),
		seat_key(ctx, performance, epoch, KEY_LINE), SPAN_LIT("pub") },
	    &reply);
	if (r < 0)
		return r;
	if (reply.type != KV_STR || !queue_snapshot_read(reply.str, out))
		return 1;
	out->epoch = epoch;
	out->read_us = clock_mono_us();
	keep(ctx, performance, out);
	return 0;
}

int
queue_count(struct ctx *ctx, int64_t *waiting, int64_t *buying)
{
	struct queue_snapshot line;
	struct seat_loaded *maps;
	size_t n;
	int r = seat_loaded_lately(ctx, &maps, &n);

	*waiting = *buying = 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (!maps[i].line)
			continue;
		r = queue_snapshot(ctx, maps[i].performance, &line);
		if (r == 0) {
			*waiting += line.waiting;
			*buying += line.active;
		}
		r = MIN(r, 0);
	}
	return r;
}
