/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault_name - what a fault is called, for who reads the log
 *
 * Layer: store.  Uses: base.
 */
#include "store/fault_name.h"

#include "store/db.h"
#include "store/kv.h"

#include <string.h>

#define NAME(code) \
	{ \
		code, #code \
	}

static const struct {
	int fault;
	const char *name;
} names[] = {
	NAME(KV_F_PROTOCOL),
	NAME(KV_F_REFUSED),
	NAME(KV_F_LOADING),
	NAME(KV_F_AWAY),
	NAME(DB_F_UNREACHABLE),
	NAME(DB_F_STATEMENT),
	NAME(DB_F_TIMEOUT),
	NAME(DB_F_UNKNOWN),
	NAME(DB_F_READONLY),
};

const char *
fault_name(int fault)
{
	const char *name = strerrorname_np(-fault);

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].fault == fault)
			return names[i].name;
	return name != NULL ? name : "unknown";
}
