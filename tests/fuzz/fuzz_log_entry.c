/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_log_entry - an entry of a map's log, and what is told of it
 *
 * The lines are the id, then names and values in turn. What was read is written
 * as readers are told it, and that names each seat once.
 *
 * Layer: tests.  Uses: seat, feedd.
 */
#include "feedd/ring.h"
#include "seat/seat_state.h"
#include "tests/fuzz/target.h"

#include <assert.h>

#define LINES_MAX 64

static struct kv_reply
text_reply(struct span text)
{
	return (struct kv_reply){ .type = KV_STR, .str = text };
}

static struct kv_reply
given_entry(struct arena *a, struct span text)
{
	struct kv_reply *items = ARENA_ARRAY(a, 2, struct kv_reply);
	struct kv_reply *fields = ARENA_ARRAY(a, LINES_MAX, struct kv_reply);
	struct span rest = text;
	size_t n = 0;

	items[0] = text_reply(span_cut(&rest, '\n'));
	while (span_is(rest) && n < LINES_MAX)
		fields[n++] = text_reply(span_cut(&rest, '\n'));
	items[1] =
	    (struct kv_reply){ .type = KV_ARRAY, .n = n, .items = fields };
	return (struct kv_reply){ .type = KV_ARRAY, .n = 2, .items = items };
}

/* Each change of the entry is in what is told, and nothing else is. */
static void
check_told(struct arena *a, const struct log_entry *entry)
{
	struct ring ring = { .n_entries = 0 };
	struct log_entry copy = *entry, again = *entry;
	struct ring_change *told;
	struct seat_change change;
	size_t n, n_changes = 0;

	if (!ring_add(&ring, &copy)) {
		assert(entry->id.ms <= 0);
		return;
	}
	assert(ring_has(&ring, entry->id));
	ring_since(&ring, a, (struct log_id){ 0, 0 }, &told, &n);
	if (entry->section_no > 0) {
		assert(n > 0 && told[n - 1].letter == RING_SECTION);
		assert(told[--n].left == entry->left);
	}
	for (size_t i = 1; i < n; i++)
		assert(told[i - 1].no < told[i].no);
	while (log_entry_next(&again, &change)) {
		bool found = n == 0 && ring.n_changes == 0;

		n_changes++;
		for (size_t i = 0; i < n && !found; i++)
			found = told[i].no == change.seat_no
			    && told[i].letter == change.letter;
		assert(found);
	}
	assert(n <= n_changes);
	ring_fini(&ring);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = target_arena();
	struct kv_reply reply = given_entry(a, target_span(data, len));
	struct seat_change change;
	struct log_entry entry;
	struct log_id id;

	if (!log_entry_read(&reply, &entry))
		return 0;
	assert(log_id_read(entry.id_text, &id));
	assert(log_id_compare(id, entry.id) == 0);
	check_told(a, &entry);
	while (log_entry_next(&entry, &change)) {
		assert(change.seat_no > 0);
		assert(seat_is_state(change.letter));
	}
	return 0;
}
