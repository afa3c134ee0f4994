/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mem - memory of the system, or the end of the process
 *
 * Layer: base.  Uses: fault, log.
 */
#include "base/mem.h"

#include "base/fault.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

void
mem_out(size_t wanted)
{
	DIE("out-of-memory", LINT("wanted", wanted));
}

void *
mem_get(size_t size)
{
	return mem_more(NULL, size);
}

void *
mem_zget(size_t size)
{
	return memset(mem_get(size), 0, size);
}

void *
mem_more(void *p, size_t size)
{
	void *more = FAULT_FAIL("mem.get") ? NULL : realloc(p, size);

	if (more == NULL)
		mem_out(size);
	return more;
}
