/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unpacked - what a client makes of an answer packed with gzip
 *
 * Layer: tests.  Uses: base, check.
 */
#include "tests/support/unpacked.h"

struct span
unpacked(struct arena *a, struct span packed)
{
	char path[] = "/tmp/bo-gzip-XXXXXX";
	int fd = mkstemp(path);
	struct strbuf b;
	FILE *pipe;
	size_t got;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, packed.p, packed.len), packed.len);
	close(fd);
	pipe = popen(arena_printf(a, "gzip -dc <%s", path), "r");
	ck_assert_ptr_nonnull(pipe);
	strbuf_init(&b, a, 0);
	do {
		got = fread(strbuf_room(&b, KIB(64)), 1, KIB(64), pipe);
		strbuf_grew(&b, got);
	} while (got > 0);
	ck_assert_int_eq(pclose(pipe), 0);
	unlink(path);
	return strbuf_get(&b);
}
