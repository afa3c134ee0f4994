/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tally - how many readers each address has
 *
 * An address is known by 64 bits of a digest: two that share them share a
 * bound, which nobody can bring about for another.
 *
 * Layer: feedd.  Uses: base.
 */
#include "feedd/tally.h"

#include "base/address.h"
#include "base/crypto.h"
#include "base/mem.h"

#include <stdlib.h>

static uint64_t
key_of(struct arena *a, struct span address)
{
	uint8_t digest[SHA256_LEN];
	uint64_t key;

	crypto_sha256(address_subscriber(a, address), digest);
	memcpy(&key, digest, sizeof(key));
	return key;
}

static struct tally_entry **
find(struct tally *t, uint64_t key)
{
	struct tally_entry **at = &t->buckets[key % TALLY_BUCKETS];

	while (*at != NULL && (*at)->key != key)
		at = &(*at)->next;
	return at;
}

struct tally_entry *
tally_more(struct tally *t, struct arena *a, struct span address, unsigned max)
{
	uint64_t key = key_of(a, address);
	struct tally_entry **at = find(t, key);

	if (*at == NULL) {
		*at = mem_zget(sizeof(**at));
		(*at)->key = key;
	}
	if ((*at)->n >= max)
		return NULL;
	(*at)->n++;
	return *at;
}

void
tally_less(struct tally *t, struct tally_entry *entry)
{
	struct tally_entry **at;

	if (entry == NULL || --entry->n > 0)
		return;
	at = find(t, entry->key);
	*at = entry->next;
	free(entry);
}
