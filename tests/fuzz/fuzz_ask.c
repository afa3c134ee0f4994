/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_ask - a request for the feed, as the web server passes it on
 *
 * Layer: tests.  Uses: feedd.
 */
#include "feedd/ask.h"
#include "tests/fuzz/target.h"

#include <assert.h>

/* What is sent back is a head that nothing of the request has split. */
static void
check_refusal(const struct text *t)
{
	assert(t->len > 12 && memcmp(t->bytes, "HTTP/1.1 4", 10) == 0);
	assert(ask_head_len(t->bytes, t->len) > 0);
	for (size_t i = 1; i < ask_head_len(t->bytes, t->len); i++)
		assert(t->bytes[i] != '\n' || t->bytes[i - 1] == '\r');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = target_arena();
	struct span text = target_span(data, len);
	struct text *refusal = NULL;
	struct ask ask;

	text.len = ask_head_len(text.p, text.len);
	if (text.len == 0)
		return 0;
	if (ask_read(a, text, SPAN_LIT(""), &ask, &refusal)) {
		assert(ask.performance > 0 && refusal == NULL);
		return 0;
	}
	check_refusal(refusal);
	text_drop(refusal);
	return 0;
}
