/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words - the closed lists of the catalog and how they are spelt
 *
 * The CHECK constraints of sql/0003_catalog.sql say the same words.
 *
 * Layer: domain.  Uses: base.
 */
#include "catalog/words.h"

#include "base/log.h"

#include <errno.h>

const char *const show_kinds[] = { "movie", "concert", "play", "sport", NULL };
const char *const show_statuses[] = { "upcoming", "running", "ended", NULL };
const char *const performance_statuses[] = { "draft", "open", "closed",
	"cancelled", NULL };
const char *const performance_moves[] = { "off", "class", "any", NULL };
const char *const performance_transfers[] = { "off", "on", NULL };
const char *const queue_modes[] = { "off", "fifo", "auto", "lobby", NULL };
const char *const queue_statuses[] = { "open", "paused", "closed", NULL };
const char *const section_kinds[] = { "assigned", "slot", "counter", NULL };
const char *const seat_rules[] = { "no-lone-seat", "accessible-last", NULL };
const char *const decoration_kinds[] = { "stage", "exit", "text", NULL };

int
words_find(const char *const *words, struct span word)
{
	for (int i = 0; words[i] != NULL; i++)
		if (span_eq_str(word, words[i]))
			return i;
	return -1;
}

int
words_read(const char *const *words, struct span word, int *out)
{
	*out = words_find(words, word);
	if (*out >= 0)
		return 0;
	LOG(ERROR, "catalog-word-unknown", LSPAN("word", word),
	    LSTR("first_known", words[0]));
	return -EBADMSG;
}
