/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mem - memory of the system, or the end of the process
 *
 * Layer: base.  Uses: fault, log.
 */
#include "base/mem.h"

#include "base/fault.h"
#include "base/log.h"

#include <stdalign.h>
#include <stdlib.h>

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
mem_zget(size_t size, size_t align)
{
	void *p = NULL;

	align = MAX(align, alignof(max_align_t));
	if (FAULT_FAIL("mem.get") || posix_memalign(&p, align, size) != 0)
		mem_out(size);
	return memset(p, 0, size);
}

void *
mem_more(void *p, size_t size)
{
	void *more = FAULT_FAIL("mem.get") ? NULL : realloc(p, size);

	if (more == NULL)
		mem_out(size);
	return more;
}
