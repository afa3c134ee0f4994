/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * breaker - do not ask who has just not answered three others
 *
 * Closed or open is one word, probe_us, so that nobody ever sees half a
 * change. What surrounds it may be a little late or lost with a killed
 * process: then one failure more is needed, or one is enough that ought to
 * have been forgotten, and either is put right within a second.
 *
 * Layer: store.  Uses: base.
 */
#include "store/breaker.h"

bool
breaker_allows(struct breaker *b, int64_t now_us)
{
	long long at = atomic_load_explicit(&b->probe_us, memory_order_relaxed);

	if (at == 0)
		return true;
	/* Closed or taken by another meanwhile: the next call will see. */
	if (now_us < at
	    || !atomic_compare_exchange_strong(&b->probe_us, &at,
		now_us + BREAKER_PROBE_US))
		return false;
	atomic_store(&b->probed_us, now_us);
	return true;
}

static bool
open_now(struct breaker *b, int64_t now_us)
{
	long long closed = 0;

	if (!atomic_compare_exchange_strong(&b->probe_us, &closed,
		now_us + BREAKER_PROBE_US))
		return false;
	atomic_fetch_add(&b->n_opened, 1);
	return true;
}

/* returns: when the first of the last failures was; 0: there were fewer */
static long long
note_failure(struct breaker *b, int64_t now_us)
{
	long long n = atomic_fetch_add(&b->n_failed, 1);

	atomic_store(&b->failed_us[n % BREAKER_FAILURES], now_us);
	return atomic_load(&b->failed_us[(n + 1) % BREAKER_FAILURES]);
}

bool
breaker_failed(struct breaker *b, int64_t now_us)
{
	long long first = note_failure(b, now_us);

	return first != 0 && now_us - first <= BREAKER_WINDOW_US
	    && open_now(b, now_us);
}

bool
breaker_silent(struct breaker *b, int64_t now_us)
{
	(void)note_failure(b, now_us);
	return open_now(b, now_us);
}

/* The answer of an exchange begun before the failures is believed too: at
 * worst three more failures open it again. */
bool
breaker_answered(struct breaker *b)
{
	if (atomic_load_explicit(&b->probe_us, memory_order_relaxed) == 0)
		return false;
	for (int i = 0; i < BREAKER_FAILURES; i++)
		atomic_store(&b->failed_us[i], 0);
	return atomic_exchange(&b->probe_us, 0) != 0;
}

static long long
last_failure_us(const struct breaker *b)
{
	long long last = 0;

	for (int i = 0; i < BREAKER_FAILURES; i++)
		last = MAX(last, atomic_load(&b->failed_us[i]));
	return last;
}

enum breaker_state
breaker_state(const struct breaker *b)
{
	if (atomic_load(&b->probe_us) == 0)
		return BREAKER_CLOSED;
	return atomic_load(&b->probed_us) > last_failure_us(b) ? BREAKER_PROBING
							       : BREAKER_OPEN;
}

int64_t
breaker_n_opened(const struct breaker *b)
{
	return atomic_load(&b->n_opened);
}
