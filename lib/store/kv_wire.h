/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kv_wire - one command as Redis reads it
 *
 * Inside kv and sentinel.
 *
 * Layer: store.  Uses: base.
 */
#ifndef STORE_KV_WIRE_H
#define STORE_KV_WIRE_H

#include "base/span.h"

/* Zeros at first. */
struct kv_wire {
	struct span *argv; /* the caller's bytes */
	int argc, argv_max;
	char *bytes;
	size_t bytes_max;
};

void kv_wire_fini(struct kv_wire *wire);
void kv_wire_clear(struct kv_wire *wire);
void kv_wire_add(struct kv_wire *wire, int n, const struct span *args);
/* The command; it lives until the next call. */
struct span kv_wire_write(struct kv_wire *wire);

#endif
