/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guess_near - guesses counted by a pool itself, while Redis cannot
 *
 * A number is next and n: the second from which the next guess is let through,
 * and how many there were. So those who have to wait longest stay.
 *
 * Layer: domain.  Uses: base, shared.
 */
#include "account/guess_near.h"

#include "account/guess.h"
#include "base/cells.h"
#include "base/clock.h"

#define N_BITS 8
#define N_MAX ((1 << N_BITS) - 1)
#define DOUBLINGS_MAX 30

SHARED_PART(guesses, atomic_ullong[GUESS_NEAR_MAX], NULL);

static uint64_t
find(struct shared *shared, const uint8_t who[SHA256_LEN], struct cell *cell)
{
	uint64_t name;

	memcpy(&name, who, sizeof(name));
	return cells_get(shared_part(shared, &guesses), GUESS_NEAR_MAX, name,
	    cell);
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
	int64_t now_s = now_ms / MS_PER_S, next_s;
	struct cell cell;
	int n;

	do {
		uint64_t was = find(shared, who, &cell);

		n = (int)(was & N_MAX);
		next_s = (int64_t)(was >> N_BITS);
		if (now_s - next_s > GUESS_KEPT_MS / MS_PER_S)
			n = 0;
		else if (next_s * MS_PER_S > now_ms)
			return MIN(next_s * MS_PER_S - now_ms,
			    GUESS_WAIT_MAX_MS);
		n = MIN(n + 1, N_MAX);
		next_s = n < GUESS_FREE
		    ? now_s
		    : (now_ms + MS_PER_S - 1) / MS_PER_S + wait_s(n);
	} while (!cells_set(&cell, (uint64_t)next_s << N_BITS | (uint64_t)n));
	return 0;
}

void
guess_near_forget(struct shared *shared, const uint8_t who[SHA256_LEN])
{
	struct cell cell;

	/* Where somebody guesses at this moment, his guess counts. */
	if (find(shared, who, &cell) != 0 && !cells_set(&cell, 0))
		return;
}
