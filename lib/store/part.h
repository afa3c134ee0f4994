/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * part - what a module above the store keeps in each ctx, or in the memory that
 * a tree shares
 *
 * The store gives the room and does not know what for. A module declares its
 * part once, at the top of its .c file, and takes it by that name:
 *
 *	SHARED_PART(places, struct board, NULL);
 *	... shared_part(ctx->shared, &places) ...
 *
 * All parts of a program are known before main, so each lies at the same place
 * in all processes of a tree. A part is all zeros at first.
 *
 * Layer: store.  Uses: base.
 */
#ifndef STORE_PART_H
#define STORE_PART_H

#include "base/base.h"

#define PART_LINE 64 /* a part begins at such a line of the cache */

struct part {
	size_t size;
	/* A process of the tree is gone: give back what it had. NULL: nothing.
	 * Shared parts only. */
	void (*left)(void *part, int owner);
	/* part.c's */
	size_t at;
	struct part *next;
};

struct parts {
	size_t size; /* of all together */
	struct part *first;
};

extern struct parts ctx_parts, shared_parts;

void part_join(struct parts *parts, struct part *part);

#define PART_OF(parts, name, type, left_fn) \
	static struct part name = { .size = sizeof(type), .left = (left_fn) }; \
	__attribute__((constructor)) static void name##_join(void) \
	{ \
		part_join(&(parts), &name); \
	} \
	static struct part name

/* Followed by a semicolon. */
#define CTX_PART(name, type) PART_OF(ctx_parts, name, type, NULL)
#define SHARED_PART(name, type, left) PART_OF(shared_parts, name, type, left)

#endif
