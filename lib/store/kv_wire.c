/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kv_wire - one command as Redis reads it
 *
 * By hand: hiredis prints each length with sprintf, and a script has twenty
 * arguments.
 *
 * Layer: store.  Uses: base.
 */
#include "store/kv_wire.h"

#include "base/mem.h"

#include <stdlib.h>

void
kv_wire_fini(struct kv_wire *wire)
{
	free(wire->argv);
	free(wire->bytes);
}

void
kv_wire_clear(struct kv_wire *wire)
{
	wire->argc = 0;
}

static void
add_one(struct kv_wire *wire, struct span arg)
{
	if (wire->argc == wire->argv_max) {
		wire->argv_max = MAX(32, wire->argv_max * 2);
		wire->argv = mem_more(wire->argv,
		    (size_t)wire->argv_max * sizeof(*wire->argv));
	}
	wire->argv[wire->argc++] = arg;
}

void
kv_wire_add(struct kv_wire *wire, int n, const struct span *args)
{
	for (int i = 0; i < n; i++)
		add_one(wire, args[i]);
}

/* "*3\r\n" and "$12\r\n": how many follow. */
static char *
put_count(char *p, char kind, size_t n)
{
	char digits[24];
	char *from = digits + sizeof(digits);

	do {
		*--from = (char)('0' + n % 10);
		n /= 10;
	} while (n != 0);
	*p++ = kind;
	p = mempcpy(p, from, (size_t)(digits + sizeof(digits) - from));
	return mempcpy(p, "\r\n", 2);
}

struct span
kv_wire_write(struct kv_wire *wire)
{
	size_t need = 32;
	char *p;

	for (int i = 0; i < wire->argc; i++)
		need += wire->argv[i].len + 32;
	if (need > wire->bytes_max) {
		wire->bytes_max = MAX(KIB(4), 2 * need);
		wire->bytes = mem_more(wire->bytes, wire->bytes_max);
	}
	p = put_count(wire->bytes, '*', (size_t)wire->argc);
	for (int i = 0; i < wire->argc; i++) {
		p = put_count(p, '$', wire->argv[i].len);
		if (wire->argv[i].len > 0)
			p = mempcpy(p, wire->argv[i].p, wire->argv[i].len);
		p = mempcpy(p, "\r\n", 2);
	}
	return (struct span){ wire->bytes, (size_t)(p - wire->bytes) };
}
