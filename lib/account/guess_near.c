/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guess_near - guesses counted by a pool itself, while Redis cannot
 *
 * A word is tag, next and n: 23 bits of who, the second from which the next
 * guess is let through, and how many there were.
 *
 * Layer: domain.  Uses: base, shared.
 */
#include "account/guess_near.h"

#include "account/guess.h"
#include "base/clock.h"

#define WAYS 4
#define N_BITS 8
#define NEXT_BITS 33
#define N_MAX ((1 << N_BITS) - 1)
#define DOUBLINGS_MAX 30

typedef unsigned long long word;

SHARED_PART(guesses, atomic_ullong[GUESS_NEAR_MAX], NULL);

static word
word_of(word tag, int64_t next_s, int n)
{
	return tag << (NEXT_BITS + N_BITS) | (word)next_s << N_BITS | (word)n;
}

static word
tag_of(word w)
{
	return w >> (NEXT_BITS + N_BITS);
}

static int64_t
next_of(word w)
{
	return (int64_t)(w >> N_BITS & (((word)1 << NEXT_BITS) - 1));
}

static int
n_of(word w)
{
	return (int)(w & N_MAX);
}

static word
number_of(const uint8_t *bytes)
{
	return (word)bytes[0] << 16 | (word)bytes[1] << 8 | bytes[2];
}

/* Never 0, so that a record is never like an empty cell. */
static word
tag_for(const uint8_t who[SHA256_LEN])
{
	return number_of(who) >> 1 | 1;
}

/* The record of who; else the cell to put it in: an empty one, or the one
 * whose guess is longest ago. */
static atomic_ullong *
find(struct shared *shared, const uint8_t who[SHA256_LEN], word *seen)
{
	atomic_ullong *set = shared_part(shared, &guesses);
	atomic_ullong *best = NULL;

	set += number_of(who + 3) % (GUESS_NEAR_MAX / WAYS) * WAYS;
	for (int i = 0; i < WAYS; i++) {
		word w = atomic_load(&set[i]);

		if (w != 0 && tag_of(w) == tag_for(who)) {
			*seen = w;
			return &set[i];
		}
		if (best == NULL || next_of(w) < next_of(*seen)) {
			best = &set[i];
			*seen = w;
		}
	}
	return best;
}

static int64_t
wait_s(int n)
{
	if (n < GUESS_FREE)
		return 0;
	return MIN(INT64_C(1) << MIN(n - GUESS_FREE, DOUBLINGS_MAX),
	    GUESS_WAIT_MAX_MS / MS_PER_S);
}

int64_t
guess_near_count(struct shared *shared, const uint8_t who[SHA256_LEN],
    int64_t now_ms)
{
	int64_t now_s = now_ms / MS_PER_S, next_ms;
	atomic_ullong *cell;
	word seen, next;
	int n;

	do {
		cell = find(shared, who, &seen);
		n = 0;
		if (tag_of(seen) == tag_for(who)
		    && now_s - next_of(seen) <= GUESS_KEPT_MS / MS_PER_S) {
			n = n_of(seen);
			next_ms = next_of(seen) * MS_PER_S;
			if (next_ms > now_ms)
				return MIN(next_ms - now_ms, GUESS_WAIT_MAX_MS);
		}
		n = MIN(n + 1, N_MAX);
		next = word_of(tag_for(who),
		    n < GUESS_FREE
			? now_s
			: (now_ms + MS_PER_S - 1) / MS_PER_S + wait_s(n),
		    n);
	} while (!atomic_compare_exchange_strong(cell, &seen, next));
	return 0;
}

void
guess_near_forget(struct shared *shared, const uint8_t who[SHA256_LEN])
{
	word seen;
	atomic_ullong *cell = find(shared, who, &seen);

	if (tag_of(seen) == tag_for(who))
		(void)atomic_compare_exchange_strong(cell, &seen, 0);
}
